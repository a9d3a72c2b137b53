//! Frames between the wire and the protocol's service: the only place that reads the editor's bytes.
//!
//! The framework's own loop ends on malformed JSON, on a non-object, on invalid UTF-8, on a lone `\ud83d` (which
//! JavaScript clients may send) and on an unknown header line, and never answers a `$/` request (measured). This one
//! survives them all. It also calls the service on the thread that reads, one message after the other, and polls each
//! handler once before the next message is looked at: what a handler does before its first await happens in the order
//! of the wire by construction.

use std::future::Future;
use std::io::{BufRead, BufReader, Read, Write};
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::mpsc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use futures_util::{FutureExt, SinkExt};
use serde::Serialize;
use serde_json::Value;
use tokio::runtime::Handle;
use tower_lsp::jsonrpc::{Error, Id, Request, Response};
use tower_lsp::{ExitedError, LanguageServer, Loopback, LspService};
use tower_service::Service;

/// A message longer than this is thrown away unread: no editor sends one, and it would only cost memory.
const MAX_FRAME: u64 = 64 << 20;

/// A header line longer than this is junk.
const MAX_HEADER: u64 = 8 << 10;

/// How long the last messages may take.
const DRAIN: Duration = Duration::from_millis(500);

/// How the conversation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// `exit` after `shutdown`, or the input ended after it.
    Orderly,
    /// `exit` without `shutdown`, the input ended, or the editor's process is gone.
    Abandoned,
}

/// Where messages to the editor go. Cheap to clone; never blocks; keeps the order of one sender.
#[derive(Clone, Debug)]
pub(crate) struct Outbox(mpsc::Sender<Parcel>);

#[derive(Debug)]
enum Parcel {
    Message(Vec<u8>),
    /// Somebody waits until all before it is written.
    Mark(mpsc::Sender<()>),
}

impl Outbox {
    /// Starts the thread that writes to `output`. It ends when the last outbox is gone or the editor stops reading.
    pub(crate) fn start(mut output: impl Write + Send + 'static) -> std::io::Result<Self> {
        let (sender, receiver) = mpsc::channel::<Parcel>();
        std::thread::Builder::new().name("writer".to_owned()).spawn(move || {
            while let Ok(first) = receiver.recv() {
                let mut next = Some(first);
                while let Some(parcel) = next {
                    let written = match parcel {
                        Parcel::Message(body) => write!(output, "Content-Length: {}\r\n\r\n", body.len())
                            .and_then(|()| output.write_all(&body)),
                        Parcel::Mark(reached) => output.flush().map(|()| drop(reached)),
                    };
                    if written.is_err() {
                        return;
                    }
                    next = receiver.try_recv().ok();
                }
                if output.flush().is_err() {
                    return;
                }
            }
        })?;
        Ok(Self(sender))
    }

    /// Sends a whole message.
    pub(crate) fn send(&self, message: &impl Serialize) {
        match serde_json::to_vec(message) {
            Ok(body) => drop(self.0.send(Parcel::Message(body))), // nobody reads any more: the process is about to end
            Err(error) => tracing::error!("a message could not be written: {error}"),
        }
    }

    /// Waits until all that was sent is written, but not long: the editor may have stopped reading.
    pub(crate) fn drain(&self) {
        let (reached, mark) = mpsc::channel();
        if self.0.send(Parcel::Mark(reached)).is_ok() {
            let _ = mark.recv_timeout(DRAIN); // the mark is dropped when it is reached
        }
    }

    /// Sends a notification.
    pub(crate) fn notify(&self, method: &'static str, params: &impl Serialize) {
        #[derive(Serialize)]
        struct Notification<'a, P> {
            jsonrpc: &'static str,
            method: &'static str,
            params: &'a P,
        }
        self.send(&Notification { jsonrpc: "2.0", method, params });
    }
}

/// Reads messages and calls `service` until the conversation ends.
pub(crate) fn serve<S: LanguageServer>(
    input: impl Read,
    outbox: &Outbox,
    runtime: &Handle,
    mut service: LspService<S>,
    socket: impl Loopback<ResponseSink = impl futures_util::Sink<Response> + Unpin, RequestStream: Send + 'static>,
) -> End {
    let (requests, mut responses) = socket.split();
    forward(requests, outbox.clone(), runtime);
    let mut input = BufReader::with_capacity(64 << 10, input);
    let mut is_shut_down = false;
    let end = |is_shut_down| if is_shut_down { End::Orderly } else { End::Abandoned };
    loop {
        let message = match read_frame(&mut input) {
            Ok(Some(body)) => parse(body),
            Ok(None) => return end(is_shut_down),
            Err(frame) => Incoming::Bad(Id::Null, frame),
        };
        match message {
            Incoming::Request(request) if request.method() == "exit" => return end(is_shut_down),
            Incoming::Request(request) => {
                is_shut_down |= request.method() == "shutdown";
                dispatch(&mut service, request, outbox, runtime);
            }
            Incoming::Response(response) => {
                drop(responses.send(response).now_or_never()); // it only fills a slot that a task waits for
            }
            Incoming::Bad(id, error) => outbox.send(&Response::from_error(id, error)),
            Incoming::Ignored => {}
        }
    }
}

/// Passes on what the server asks of the editor.
fn forward(
    mut requests: impl futures_util::Stream<Item = Request> + Unpin + Send + 'static,
    outbox: Outbox,
    runtime: &Handle,
) {
    runtime.spawn(async move {
        while let Some(request) = futures_util::StreamExt::next(&mut requests).await {
            outbox.send(&request);
        }
    });
}

type Answer = Pin<Box<dyn Future<Output = Result<Option<Response>, ExitedError>> + Send>>;

enum Polled {
    Ready(Option<Response>),
    Pending(Answer),
}

/// Calls the service and polls the answer once, here; what is not ready then goes on in a task of its own.
fn dispatch<S: LanguageServer>(service: &mut LspService<S>, request: Request, outbox: &Outbox, runtime: &Handle) {
    let id = request.id().cloned();
    let _in_runtime = runtime.enter(); // handlers spawn
    let called = std::panic::catch_unwind(AssertUnwindSafe(|| {
        let mut answer: Answer = service.call(request);
        match answer.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(response) => Polled::Ready(response.unwrap_or_default()),
            Poll::Pending => Polled::Pending(answer),
        }
    }));
    match called {
        Ok(Polled::Ready(response)) => reply(outbox, response),
        Ok(Polled::Pending(answer)) => {
            let outbox = outbox.clone();
            runtime.spawn(async move {
                match AssertUnwindSafe(answer).catch_unwind().await {
                    Ok(response) => reply(&outbox, response.unwrap_or_default()),
                    Err(_) => reply(&outbox, id.map(|id| Response::from_error(id, Error::internal_error()))),
                }
            });
        }
        Err(_) => reply(outbox, id.map(|id| Response::from_error(id, Error::internal_error()))),
    }
}

fn reply(outbox: &Outbox, response: Option<Response>) {
    if let Some(response) = response {
        outbox.send(&response);
    }
}

enum Incoming {
    Request(Request),
    Response(Response),
    Bad(Id, Error),
    Ignored,
}

/// What a message's body is. Never fails: what cannot be used becomes the error that JSON-RPC has for it.
fn parse(body: Vec<u8>) -> Incoming {
    let Ok(text) = String::from_utf8(body) else { return Incoming::Bad(Id::Null, Error::parse_error()) };
    let Some(value) = serde_json::from_str::<Value>(&text)
        .or_else(|error| mend_surrogates(&text).map_or(Err(error), |text| serde_json::from_str(&text)))
        .ok()
    else {
        return Incoming::Bad(Id::Null, Error::parse_error());
    };
    let Value::Object(mut object) = value else { return Incoming::Bad(Id::Null, Error::invalid_request()) };
    let id = match object.get("id") {
        Some(Value::Number(number)) => number.as_i64().map(Id::Number),
        Some(Value::String(text)) => Some(Id::String(text.clone())),
        _ => None,
    };
    match object.remove("method") {
        // `$/` requests that nobody knows must be refused; the framework swallows them.
        Some(Value::String(method)) if method.starts_with("$/") => match id {
            Some(id) => Incoming::Bad(id, Error::method_not_found()),
            None if method == "$/cancelRequest" => request(method, None, object.remove("params")),
            None => Incoming::Ignored,
        },
        Some(Value::String(method)) => request(method, id, object.remove("params")),
        None if object.contains_key("result") || object.contains_key("error") => {
            serde_json::from_value(Value::Object(object)).map_or(Incoming::Ignored, Incoming::Response)
        }
        _ => Incoming::Bad(id.unwrap_or_default(), Error::invalid_request()),
    }
}

fn request(method: String, id: Option<Id>, params: Option<Value>) -> Incoming {
    let is_ours = method.starts_with("noxflow/");
    let mut request = Request::build(method);
    // Some clients write `"params": null` where the method has none, others nothing where ours may have some.
    let params = params.filter(|params| !params.is_null());
    if let Some(params) = params.or_else(|| is_ours.then(|| Value::Object(serde_json::Map::new()))) {
        request = request.params(params);
    }
    if let Some(id) = id {
        request = request.id(id);
    }
    Incoming::Request(request.finish())
}

/// `text` with every `\uD8xx` escape that lacks its other half replaced by the replacement character, which is as
/// wide in UTF-16. `None` when there is none.
fn mend_surrogates(text: &str) -> Option<String> {
    let unit = |at: usize| -> Option<u32> {
        let digits = text.get(at..at + 6)?.strip_prefix("\\u")?;
        u32::from_str_radix(digits, 16).ok()
    };
    let mut out = String::with_capacity(text.len());
    let (mut at, mut done, mut is_mended) = (0, 0, false);
    while let Some(found) = text.get(at..).and_then(|rest| rest.find('\\')) {
        at += found;
        match unit(at) {
            Some(0xD800..=0xDBFF) if matches!(unit(at + 6), Some(0xDC00..=0xDFFF)) => at += 12,
            Some(0xD800..=0xDFFF) => {
                out.push_str(text.get(done..at)?);
                out.push_str("\\ufffd");
                at += 6;
                (done, is_mended) = (at, true);
            }
            Some(_) => at += 6,
            None => at += 2, // `\\`, `\n`, …: the escaped character is never the start of an escape
        }
    }
    out.push_str(text.get(done..)?);
    is_mended.then_some(out)
}

/// The next message's body. `None`: the input has ended. An error: a message that is to be answered with it.
///
/// Header lines are looked for, not expected: junk before, between and after them is passed over.
fn read_frame(input: &mut impl BufRead) -> Result<Option<Vec<u8>>, Error> {
    let mut length: Option<u64> = None;
    let mut line = Vec::new();
    loop {
        line.clear();
        match input.by_ref().take(MAX_HEADER).read_until(b'\n', &mut line) {
            Ok(0) | Err(_) => return Ok(None),
            Ok(_) => {}
        }
        let header = line.trim_ascii();
        if header.is_empty() {
            match length {
                Some(length) if length > MAX_FRAME => {
                    drop(std::io::copy(&mut input.by_ref().take(length), &mut std::io::sink()));
                    return Err(Error::parse_error());
                }
                Some(length) => return Ok(read_body(input, length)),
                None => continue,
            }
        }
        if let Some(found) = content_length(header) {
            length = Some(found);
        }
    }
}

fn read_body(input: &mut impl BufRead, length: u64) -> Option<Vec<u8>> {
    let mut body = Vec::with_capacity(usize::try_from(length.min(1 << 20)).unwrap_or_default());
    let read = input.take(length).read_to_end(&mut body).ok()?;
    (read as u64 == length).then_some(body)
}

/// The number of a `Content-Length` header, in any case, wherever on the line it begins.
fn content_length(line: &[u8]) -> Option<u64> {
    const NAME: &[u8] = b"content-length:";
    let at = line.windows(NAME.len()).position(|window| window.eq_ignore_ascii_case(NAME))?;
    let number = std::str::from_utf8(line.get(at + NAME.len()..)?.trim_ascii()).ok()?;
    number.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(bytes: &[u8]) -> Vec<String> {
        let mut input = BufReader::new(bytes);
        let mut out = Vec::new();
        while let Ok(Some(body)) = read_frame(&mut input) {
            out.push(String::from_utf8_lossy(&body).into_owned());
        }
        out
    }

    #[test]
    fn junk_around_headers_is_passed_over() {
        let wire =
            b"X-Junk: 1\r\ncontent-length: 2\r\nContent-Type: x\r\n\r\n{}\r\n\r\nnonsense\nContent-Length:1\n\n1";
        assert_eq!(frames(wire), ["{}", "1"]);
    }

    #[test]
    fn junk_after_a_body_does_not_hide_the_next_header() {
        assert_eq!(frames(b"Content-Length: 2\r\n\r\n{}}]Content-Length: 1\r\n\r\n7"), ["{}", "7"]);
    }

    #[test]
    fn a_lone_surrogate_is_mended_and_a_pair_is_kept() {
        assert_eq!(mend_surrogates(r#""\ud83d\ude00""#), None);
        assert_eq!(mend_surrogates(r#""a\ud83d b""#).as_deref(), Some(r#""a\ufffd b""#));
        assert_eq!(mend_surrogates(r#""\\ud83d""#), None, "an escaped backslash begins no escape");
        assert_eq!(mend_surrogates(r#""\ud83d\ud83d\ude00""#).as_deref(), Some(r#""\ufffd\ud83d\ude00""#));
    }

    #[test]
    fn what_cannot_be_used_becomes_the_error_there_is_for_it() {
        let code = |body: &str| match parse(body.as_bytes().to_vec()) {
            Incoming::Bad(_, error) => error.code.code(),
            Incoming::Ignored => 0,
            Incoming::Request(_) => 1,
            Incoming::Response(_) => 2,
        };
        assert_eq!(code("{,}"), -32700);
        assert_eq!(code("[]"), -32600);
        assert_eq!(code(r#"{"jsonrpc":"2.0","id":{}}"#), -32600);
        assert_eq!(code(r#"{"jsonrpc":"2.0","id":1,"method":"$/x"}"#), -32601);
        assert_eq!(code(r#"{"jsonrpc":"2.0","method":"$/x"}"#), 0);
        assert_eq!(code(r#"{"jsonrpc":"2.0","method":"x","params":null}"#), 1);
        assert_eq!(code(r#"{"jsonrpc":"2.0","id":1,"result":null}"#), 2);
    }
}
