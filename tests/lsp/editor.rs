//! A small editor: starts the server, says things, waits for what comes back.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// How long anything may take before the test fails.
const PATIENCE: Duration = Duration::from_secs(60);

/// An editor with one server.
pub(crate) struct Editor {
    child: Child,
    input: Option<ChildStdin>,
    messages: Receiver<Value>,
    /// What came and was not asked for yet.
    kept: VecDeque<Value>,
    last_id: i64,
    folder: PathBuf,
}

impl Editor {
    /// Starts the server and says nothing.
    pub(crate) fn mute(folder: &Path) -> Self {
        let mut child = Command::new(noxflow_tests::noxflow())
            .arg("lsp")
            .current_dir(folder)
            .env("NOXFLOW_STATE_DIR", folder.join(".git/noxflow-state"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let output = child.stdout.take().expect("a pipe");
        let (sender, messages) = channel();
        std::thread::spawn(move || {
            let mut output = BufReader::new(output);
            while let Some(message) = read(&mut output) {
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        let input = child.stdin.take();
        Self { child, input, messages, kept: VecDeque::new(), last_id: 0, folder: folder.to_path_buf() }
    }

    /// Starts the server for the workspace at `folder`.
    pub(crate) fn start(folder: &Path) -> Self {
        Self::start_with(folder, json!({}), Value::Null)
    }

    /// The same with capabilities and `initializationOptions`.
    pub(crate) fn start_with(folder: &Path, capabilities: Value, options: Value) -> Self {
        let mut editor = Self::mute(folder);
        let root = editor.uri("");
        let params = json!({
            "processId": std::process::id(),
            "rootUri": root,
            "workspaceFolders": [{ "uri": root, "name": "test" }],
            "capabilities": capabilities,
            "initializationOptions": options,
        });
        editor.ask("initialize", params);
        editor.notify("initialized", json!({}));
        editor
    }

    /// The URI of a file of the workspace.
    pub(crate) fn uri(&self, path: &str) -> String {
        let folder = self.folder.display();
        if path.is_empty() { format!("file://{folder}") } else { format!("file://{folder}/{path}") }
    }

    /// Writes bytes as they are.
    pub(crate) fn raw(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().expect("the input is open");
        input.write_all(bytes).and_then(|()| input.flush()).expect("the server reads");
    }

    /// Sends a message.
    pub(crate) fn send(&mut self, message: &Value) {
        let body = message.to_string();
        self.raw(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes());
    }

    pub(crate) fn notify(&mut self, method: &str, params: Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// Sends a request and does not wait.
    pub(crate) fn request(&mut self, method: &str, params: Value) -> i64 {
        self.last_id += 1;
        self.send(&json!({ "jsonrpc": "2.0", "id": self.last_id, "method": method, "params": params }));
        self.last_id
    }

    /// Waits for the whole reply to a request.
    pub(crate) fn reply(&mut self, id: i64) -> Value {
        self.wait(|message| message.get("method").is_none() && message["id"] == id)
    }

    /// Sends a request and waits for its result.
    #[track_caller]
    pub(crate) fn ask(&mut self, method: &str, params: Value) -> Value {
        let id = self.request(method, params);
        let mut reply = self.reply(id);
        assert!(reply.get("error").is_none(), "{method}: {reply}");
        reply["result"].take()
    }

    /// Waits for a notification that fits; returns its parameters.
    pub(crate) fn notified(&mut self, method: &str, mut fits: impl FnMut(&Value) -> bool) -> Value {
        self.wait(|message| message["method"] == method && fits(&message["params"]))["params"].take()
    }

    /// Opens a file of the workspace with a text of its own.
    pub(crate) fn open(&mut self, path: &str, text: &str) -> String {
        let uri = self.uri(path);
        let language = if path.ends_with(".py") { "python" } else { "yaml" };
        let document = json!({ "uri": uri, "languageId": language, "version": 1, "text": text });
        self.notify("textDocument/didOpen", json!({ "textDocument": document }));
        uri
    }

    /// Types `text` at a position.
    pub(crate) fn insert(&mut self, uri: &str, version: i32, (line, character): (u32, u32), text: &str) {
        let at = json!({ "line": line, "character": character });
        let change = json!({ "range": { "start": at, "end": at }, "text": text });
        let document = json!({ "uri": uri, "version": version });
        self.notify("textDocument/didChange", json!({ "textDocument": document, "contentChanges": [change] }));
    }

    /// Names in a document's outline, from what the server believes its text to be.
    pub(crate) fn outline(&mut self, uri: &str) -> Vec<String> {
        let symbols = self.ask("textDocument/documentSymbol", json!({ "textDocument": { "uri": uri } }));
        let symbols = symbols.as_array().cloned().unwrap_or_default();
        symbols.iter().map(|symbol| symbol["name"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// Ends the input.
    pub(crate) fn hang_up(&mut self) {
        self.input = None;
    }

    /// Waits for the server to end by itself.
    pub(crate) fn ended(&mut self) -> ExitStatus {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait().expect("it can be waited for") {
                return status;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("the server did not end");
    }

    fn wait(&mut self, mut fits: impl FnMut(&Value) -> bool) -> Value {
        if let Some(at) = self.kept.iter().position(&mut fits) {
            return self.kept.remove(at).expect("it was just found");
        }
        let end = Instant::now() + PATIENCE;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let message = self.messages.recv_timeout(left).expect("the server answers in time");
            if message.get("method").is_some() && message.get("id").is_some() {
                self.send(&json!({ "jsonrpc": "2.0", "id": message["id"], "result": null }));
            }
            if fits(&message) {
                return message;
            }
            self.kept.push_back(message);
        }
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        self.hang_up();
        let _ = self.child.kill(); // a test that failed leaves no server
        let _ = self.child.wait();
    }
}

fn read(output: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if line.trim().is_empty() {
            break;
        }
        if let Some(number) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = number.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    output.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}

/// A folder with one noxfile and one workflow.
pub(crate) fn folder(noxfile: &str, workflow: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a scratch folder");
    std::fs::create_dir_all(folder.path().join(".github/workflows")).expect("made");
    std::fs::create_dir_all(folder.path().join(".git")).expect("made");
    std::fs::write(folder.path().join("noxfile.py"), noxfile).expect("written");
    std::fs::write(folder.path().join(".github/workflows/ci.yml"), workflow).expect("written");
    folder
}
