//! Logs: to standard error only, because standard output is the protocol. `NOXFLOW_LOG=debug` says more.

use tracing::level_filters::LevelFilter;

/// Starts logging.
pub fn start() {
    // Not a filter by module: that brings a regular expression engine's megabyte into every server.
    let level = std::env::var("NOXFLOW_LOG").ok().and_then(|level| level.parse().ok()).unwrap_or(LevelFilter::WARN);
    let _ = tracing_subscriber::fmt().with_max_level(level).with_writer(std::io::stderr).with_ansi(false).try_init();
}
