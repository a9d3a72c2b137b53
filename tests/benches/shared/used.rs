//! Processor time, which other programs disturb less than time on the wall.

use std::time::Duration;

/// Processor time of this process so far, all threads together.
pub(crate) fn used() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Duration::try_from(time).unwrap_or_default()
}
