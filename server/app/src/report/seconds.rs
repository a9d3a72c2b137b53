//! Measured times in words, finer than those that are estimated.

/// A measured time, finer than an estimate: to a tenth of a second under ten seconds, else to the second.
pub(crate) fn seconds(seconds: f64) -> String {
    if seconds < 10.0 {
        return format!("{seconds:.1} s");
    }
    let whole = seconds.round();
    let (minutes, rest) = ((whole / 60.0).floor(), whole % 60.0);
    match (minutes > 0.0, rest > 0.0) {
        (false, _) => format!("{rest} s"),
        (true, false) => format!("{minutes} m"),
        (true, true) => format!("{minutes} m {rest} s"),
    }
}
