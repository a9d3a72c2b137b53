//! Watches the editor's process: a server whose editor has died ends (the protocol's `processId`).

use std::sync::mpsc::Sender;
use std::time::Duration;

use super::transport::End;

/// How often the process is looked for.
const EVERY: Duration = Duration::from_secs(2);

/// Starts watching when the process is known.
#[derive(Clone, Debug)]
pub(super) struct Watch(Sender<End>);

impl Watch {
    pub(super) fn new(ended: Sender<End>) -> Self {
        Self(ended)
    }

    /// Ends the server when the process `id` is gone. Called from within the runtime.
    pub(super) fn start(&self, id: i32) {
        let ended = self.0.clone();
        tokio::spawn(async move {
            while is_alive(id) {
                tokio::time::sleep(EVERY).await;
            }
            tracing::warn!("the editor's process {id} is gone");
            let _ = ended.send(End::Abandoned); // it may have ended for another reason
        });
    }
}

#[cfg(unix)]
#[expect(unsafe_code, reason = "std cannot ask whether a process that is not ours is there")]
fn is_alive(id: i32) -> bool {
    // SAFETY: signal 0 is not sent, only checked; no memory is involved.
    let found = unsafe { libc::kill(id, 0) } == 0;
    found || std::io::Error::last_os_error().raw_os_error() != Some(libc::ESRCH)
}

#[cfg(not(unix))]
fn is_alive(_: i32) -> bool {
    true // the end of the input tells
}
