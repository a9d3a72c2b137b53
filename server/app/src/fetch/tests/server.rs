//! A server on loopback that answers what a test says, and remembers what it was asked.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};
use url::Url;

/// What the server was asked.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Asked {
    /// Path and query.
    pub(super) path: String,
    pub(super) token: Option<String>,
}

pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Vec<u8>,
    /// Breaks the connection instead.
    pub(super) is_broken: bool,
}

impl Reply {
    pub(super) fn json(value: &Value) -> Self {
        Self::bytes(value.to_string().into_bytes())
    }

    pub(super) fn bytes(body: Vec<u8>) -> Self {
        Self { status: 200, headers: Vec::new(), body, is_broken: false }
    }

    pub(super) fn status(status: u16, message: &str) -> Self {
        Self { status, ..Self::json(&json!({ "message": message })) }
    }

    pub(super) fn to(address: String) -> Self {
        Self::status(302, "").with("Location", address)
    }

    pub(super) fn broken() -> Self {
        Self { is_broken: true, ..Self::bytes(Vec::new()) }
    }

    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// A server on loopback. It lives as long as the test's process.
pub(super) struct Server {
    pub(super) url: Url,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    pub(super) fn start(answer: impl Fn(&str, usize) -> Reply + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = Url::parse(&format!("http://{}/", listener.local_addr().expect("an address"))).expect("a URL");
        let asked: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let heard = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let Some(request) = read(&stream) else { continue };
                let mut heard = heard.lock().unwrap_or_else(PoisonError::into_inner);
                let times = heard.iter().filter(|earlier| earlier.path == request.path).count();
                let reply = answer(&request.path, times);
                heard.push(request);
                drop(heard);
                write(stream, &reply);
            }
        });
        Self { url, asked }
    }

    /// What stands at `url` is no server of ours: it hears nothing.
    pub(super) fn elsewhere(url: Url) -> Self {
        Self { url, asked: Arc::default() }
    }

    pub(super) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn paths(&self) -> Vec<String> {
        self.asked().into_iter().map(|asked| asked.path).collect()
    }
}

/// Reads one request.
pub(super) fn read(stream: &TcpStream) -> Option<Asked> {
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    let path = lines.next()?.split(' ').nth(1)?.to_owned();
    let mut token = None;
    for line in lines.by_ref().take_while(|line| !line.is_empty()) {
        let Some((name, value)) = line.split_once(':') else { continue };
        if name.eq_ignore_ascii_case("authorization") {
            token = Some(value.trim().to_owned());
        }
    }
    Some(Asked { path, token })
}

fn write(mut stream: TcpStream, reply: &Reply) {
    let length = reply.body.len() + usize::from(reply.is_broken);
    let mut head = format!("HTTP/1.1 {} X\r\nContent-Length: {length}\r\nConnection: close\r\n", reply.status);
    for (name, value) in &reply.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    let _ = stream.write_all(format!("{head}\r\n").as_bytes()).and_then(|()| stream.write_all(&reply.body));
}
