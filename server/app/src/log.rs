//! Logs: to standard error only, because standard output is the protocol. `NOXFLOW_LOG=debug` says more.

use tracing_subscriber::EnvFilter;

/// Starts logging.
pub fn start() {
    let filter =
        EnvFilter::try_from_env("NOXFLOW_LOG").unwrap_or_else(|_| EnvFilter::new("warn,tower_lsp_server=error"));
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(false).try_init();
}
