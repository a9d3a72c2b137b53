//! Ctrl-C, and what else asks us to end.

use tokio_util::sync::CancellationToken;

/// Hears Ctrl-C, requests to end, and a terminal that is closed: all that come from its making on, also while nobody asks.
pub(super) struct Interrupts {
    #[cfg(unix)]
    signals: Vec<tokio::signal::unix::Signal>,
    /// Heard only so that a log that grows over a limit (`ulimit -f`) is a failed write and not our end.
    #[cfg(unix)]
    _limit: Option<tokio::signal::unix::Signal>,
}

#[cfg(unix)]
impl Interrupts {
    /// Must be called inside a tokio runtime.
    pub(super) fn listen() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        let kinds = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()];
        // One that cannot be heard ends us as it ends any program; the guard then ends the sessions.
        Self {
            signals: kinds.into_iter().filter_map(|kind| signal(kind).ok()).collect(),
            _limit: signal(SignalKind::from_raw(libc::SIGXFSZ)).ok(),
        }
    }

    /// The next one.
    pub(super) async fn next(&mut self) {
        std::future::poll_fn(|context| {
            let is_any = self.signals.iter_mut().any(|signal| signal.poll_recv(context).is_ready());
            if is_any { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
        })
        .await;
    }
}

#[cfg(not(unix))]
impl Interrupts {
    /// Must be called inside a tokio runtime.
    pub(super) fn listen() -> Self {
        Self {}
    }

    /// The next one.
    pub(super) async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
    }
}

/// The first interrupt cancels the run and is told by `tell`, a second one ends noxflow at once; so does the first one
/// after the run is `over`.
pub(super) async fn cancel_on_signal(
    mut interrupts: Interrupts,
    cancel: CancellationToken,
    over: CancellationToken,
    tell: impl FnOnce() + Send + 'static,
) {
    tokio::select! {
        () = over.cancelled() => {}
        () = interrupts.next() => {
            cancel.cancel();
            // On a thread of its own: a terminal that takes nothing must not keep the second one from being heard.
            tokio::task::spawn_blocking(tell);
        }
    }
    interrupts.next().await;
    // What still runs is ended by the guard.
    std::process::exit(130);
}
