//! Runs that are going on.

/// All of them.
#[derive(Clone, Debug, Default)]
pub(super) struct Runs;

impl Runs {
    /// Cancels all and waits until their processes are gone.
    pub(super) async fn cancel_all(&self) {}
}
