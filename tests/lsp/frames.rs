//! Bytes that are no message: the server says so where somebody waits, and goes on.

use serde_json::json;

use crate::editor::{Editor, folder};

const NOXFILE: &str = "import nox\n\n@nox.session\ndef tests(session): ...\n";

/// Sends `bytes`, then an ordinary request.
fn survives(bytes: &[u8]) {
    let folder = folder(NOXFILE, "");
    let mut editor = Editor::start(folder.path());
    let uri = editor.open("noxfile.py", NOXFILE);
    editor.raw(bytes);
    assert_eq!(editor.outline(&uri), ["tests"], "after {:?}", String::from_utf8_lossy(bytes));
}

#[test]
fn malformed_frames_are_passed_over() {
    for bytes in [
        &b"Content-Length: 10\r\n\r\n{\"a\":,,,}]"[..],
        b"Content-Length: 2\r\n\r\n[]",
        b"Content-Length: 2\r\n\r\n\xff\xfe",
        b"X-Junk: 1\r\n\r\nnonsense\r\n",
        b"Content-Length: 99999999999999999999\r\n\r\n",
        b"Content-Length: -1\r\n\r\n",
    ] {
        survives(bytes);
    }
}

#[test]
fn a_text_with_half_a_surrogate_is_opened_all_the_same() {
    let folder = folder(NOXFILE, "");
    let mut editor = Editor::start(folder.path());
    let uri = editor.uri("noxfile.py");
    let body = format!(
        r##"{{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{{"textDocument":{{"uri":"{uri}","languageId":"python","version":1,"text":"import nox\n# \ud83d\n@nox.session\ndef odd(session): ...\n"}}}}}}"##
    );
    editor.raw(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes());
    assert_eq!(editor.outline(&uri), ["odd"]);
}

#[test]
fn requests_that_nobody_knows_are_refused_also_those_with_a_dollar() {
    let folder = folder(NOXFILE, "");
    let mut editor = Editor::start(folder.path());
    for method in ["$/nosuch", "test/nosuch"] {
        let id = editor.request(method, json!({}));
        assert_eq!(editor.reply(id)["error"]["code"], -32601, "{method}");
    }
}
