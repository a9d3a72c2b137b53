//! The language server: from bytes on a wire to questions for `ide` and back.
//!
//! `transport` reads and writes frames and calls `backend`, whose handlers are thin: they send to `state`, the one
//! thread that owns the documents, and turn what `ide` answers into the protocol's words. Nothing but this folder
//! knows the protocol.

use std::io::{Read, Write};
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tower_lsp::LspService;

mod actions;
mod backend;
mod capabilities;
mod commands;
mod confirm;
mod diagnostics;
mod ext;
mod failures;
mod from_proto;
mod listener;
mod loader;
mod parent;
mod progress;
mod root;
mod runs;
mod state;
mod timings;
mod to_proto;
mod transport;
mod uri;
mod view;
mod watches;

use backend::Backend;
use diagnostics::Publisher;
use transport::{End, Outbox};

/// Stack of threads that parse and analyse: depth is bounded by `syntax`, this is room to spare. Only what is used
/// costs memory.
const STACK: usize = 8 << 20;

/// Serves one editor until it leaves; returns the process's exit code: 0 after `shutdown`, else 1.
///
/// # Errors
///
/// When a thread cannot be started.
pub fn serve(input: impl Read + Send + 'static, output: impl Write + Send + 'static) -> std::io::Result<i32> {
    let runtime = runtime()?;
    let outbox = Outbox::start(output)?;
    let publisher = Publisher::start(outbox.clone())?;
    let state = state::start(
        {
            let publisher = publisher.clone();
            move |_| Ok(publisher)
        },
        runtime.handle().clone(),
    )?;
    let (ended, end) = std::sync::mpsc::channel();
    let watch = parent::Watch::new(ended.clone());
    let (service, socket) = {
        let outbox = outbox.clone();
        let handle = runtime.handle().clone();
        LspService::build(move |client| Backend::new(client, outbox, state, handle, watch))
            .custom_method("window/workDoneProgress/cancel", Backend::progress_cancelled)
            .custom_method(ext::TRUSTED, Backend::trusted)
            .finish()
    };
    let runs = service.inner().runs();
    let (handle, last) = (runtime.handle().clone(), outbox.clone());
    std::thread::Builder::new().name("reader".to_owned()).stack_size(STACK).spawn(move || {
        let end = transport::serve(input, &outbox, &handle, service, socket);
        let _ = ended.send(end); // the other side may have ended for another reason
    })?;
    let end = end.recv().unwrap_or(End::Abandoned);
    publisher.stop();
    runtime.block_on(runs.cancel_all());
    last.drain();
    runtime.shutdown_timeout(Duration::from_millis(100));
    Ok(if end == End::Orderly { 0 } else { 1 })
}

fn runtime() -> std::io::Result<Runtime> {
    // Two workers carry messages and watch processes; questions are answered on the blocking threads, which come
    // when needed and go.
    Builder::new_multi_thread().worker_threads(2).max_blocking_threads(16).thread_stack_size(STACK).enable_all().build()
}
