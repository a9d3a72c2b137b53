//! Fetching from a server on loopback that answers as the forges' documentation says. Nobody waits here: the clock stands
//! still, and what would have been waited for is written down.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};

use facts::Forge;
use rustc_hash::FxHashSet;
use serde_json::{Value, json};
use url::Url;

use super::{Api, Fetched, Filter, FromEnvironment, Source, Token, Trouble, World, fetch};
use crate::import::Options;
use crate::workspace::OnDisk;

/// The moment at which everything happens: 2026-01-01T12:00:00Z.
const NOW: f64 = 1_767_268_800.0;

// -- The world ---------------------------------------------------------------------------------------------------------

#[derive(Default)]
struct Still {
    waits: Vec<f64>,
    is_cancelled: bool,
}

impl World for Still {
    fn now(&self) -> f64 {
        NOW
    }

    fn wait(&mut self, seconds: f64, _: &str) {
        self.waits.push(seconds);
    }

    fn is_cancelled(&self) -> bool {
        self.is_cancelled
    }

    fn progress(&mut self, _: usize, _: usize) {}
}

/// What the server was asked.
#[derive(Clone, Debug, PartialEq)]
struct Asked {
    /// Path and query.
    path: String,
    token: Option<String>,
}

struct Reply {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
    /// Breaks the connection instead.
    is_broken: bool,
}

impl Reply {
    fn json(value: &Value) -> Self {
        Self::bytes(value.to_string().into_bytes())
    }

    fn bytes(body: Vec<u8>) -> Self {
        Self { status: 200, headers: Vec::new(), body, is_broken: false }
    }

    fn status(status: u16, message: &str) -> Self {
        Self { status, ..Self::json(&json!({ "message": message })) }
    }

    fn to(address: String) -> Self {
        Self::status(302, "").with("Location", address)
    }

    fn broken() -> Self {
        Self { is_broken: true, ..Self::bytes(Vec::new()) }
    }

    fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// A server on loopback. It lives as long as the test's process.
struct Server {
    url: Url,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    fn start(answer: impl Fn(&str, usize) -> Reply + Send + 'static) -> Self {
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

    fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn paths(&self) -> Vec<String> {
        self.asked().into_iter().map(|asked| asked.path).collect()
    }
}

fn read(stream: &TcpStream) -> Option<Asked> {
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

// -- The project and the forge -----------------------------------------------------------------------------------------

const NOXFILE: &str = "import nox

@nox.session
def lint(session):
    session.run('ruff', 'check', '.')

@nox.session
def tests(session):
    session.run('pytest')
";

const WORKFLOW: &str = "name: CI
on: push
jobs:
  single:
    runs-on: ubuntu-latest
    steps:
      - run: nox -s tests
  both:
    runs-on: ubuntu-22.04
    steps:
      - run: nox -s lint tests
";

struct Project(tempfile::TempDir);

impl Project {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            std::fs::write(path, text).expect("a file");
        };
        write("noxfile.py", NOXFILE);
        write(".github/workflows/ci.yml", WORKFLOW);
        Self(folder)
    }

    fn open(&self) -> OnDisk {
        OnDisk::open(self.0.path()).expect("a project")
    }
}

fn run(id: u64, conclusion: &str) -> Value {
    json!({
        "id": id, "name": "CI", "run_number": id, "run_attempt": 1, "path": ".github/workflows/ci.yml",
        "status": "completed", "conclusion": conclusion, "created_at": "2026-01-01T10:00:00Z",
        "updated_at": "2026-01-01T10:05:00Z",
    })
}

fn runs(list: &[Value]) -> Reply {
    Reply::json(&json!({ "total_count": list.len(), "workflow_runs": list }))
}

fn job(id: u64, name: &str, step: &str, minute: u64, seconds: u64) -> Value {
    let stamp = |second: u64| format!("2026-01-01T10:{minute:02}:{second:02}Z");
    json!({
        "id": id, "name": name, "workflow_name": "CI", "status": "completed", "conclusion": "success",
        "labels": ["ubuntu-latest"], "started_at": stamp(0), "completed_at": stamp(seconds),
        "steps": [{
            "name": step, "number": 1, "status": "completed", "conclusion": "success",
            "started_at": stamp(0), "completed_at": stamp(seconds),
        }],
    })
}

/// A job whose step is told apart.
fn single(id: u64) -> Reply {
    Reply::json(&json!({ "total_count": 1, "jobs": [job(id, "single", "Run nox -s tests", id % 60, 30)] }))
}

/// A job whose log alone tells two sessions apart.
fn both(id: u64) -> Reply {
    Reply::json(&json!({ "total_count": 1, "jobs": [job(id, "both", "Run nox -s lint tests", 0, 30)] }))
}

const LOG: &str = "\u{feff}2026-01-01T10:00:00.0000000Z nox > Running session lint
2026-01-01T10:00:00.1000000Z nox > Creating virtual environment (virtualenv) using python3 in .nox/lint
2026-01-01T10:00:04.5000000Z nox > Session lint was successful in 4 seconds.
2026-01-01T10:00:04.5000000Z nox > Running session tests
2026-01-01T10:00:29.0000000Z nox > Session tests was successful in 24 seconds.
";

fn source(server: &Server, forge: Forge) -> Source {
    Source::new(forge, server.url.clone(), "octo", "hello").expect("a source")
}

fn ask(server: &Server, forge: Forge, world: &mut Still, filter: &Filter) -> Result<Fetched, Trouble> {
    let project = Project::new();
    let token = Token::new("s3cret", "the test").expect("a token");
    let workspace = project.open().snapshot.workspace;
    let known = (&Options::default(), &FxHashSet::default());
    fetch(&workspace, &source(server, forge), Some(&token), filter, known, world)
}

fn all(server: &Server, forge: Forge) -> Fetched {
    ask(server, forge, &mut Still::default(), &Filter::default()).expect("an answer")
}

/// `tests ubuntu-latest 30`
fn told(found: &Fetched) -> Vec<String> {
    let records = found.imported.records.iter();
    records.map(|record| format!("{} {} {:.1}", record.signature, record.place, record.seconds)).collect()
}

// -- GitHub ------------------------------------------------------------------------------------------------------------

#[test]
fn runs_come_page_by_page_and_cancelled_ones_are_left_out() {
    let server = Server::start(|path, _| match path {
        p if p.contains("/runs?") && p.contains("page=2") && !p.contains("per_page=2") => {
            runs(&[run(3, "cancelled"), run(4, "success")])
        }
        p if p.contains("/runs?") => {
            let next = "/api/v3/repos/octo/hello/actions/runs?status=completed&per_page=30&page=2";
            runs(&[run(1, "success"), run(2, "skipped")])
                .with("Link", format!("<{next}>; rel=\"next\", <x>; rel=\"last\""))
        }
        p if p.contains("/runs/1/jobs") => single(1),
        p if p.contains("/runs/4/jobs") => single(4),
        _ => Reply::status(404, "Not Found"),
    });
    let found = all(&server, Forge::GitHub);
    assert_eq!(told(&found), ["tests ubuntu-latest 30.0", "tests ubuntu-latest 30.0"]);
    assert_eq!((found.read, found.dropped, found.stopped), (2, 2, None));
    let host = server.url.to_string().replace("http://", "").replace('/', "");
    assert_eq!(found.seen, [format!("{host}/octo/hello#1.1"), format!("{host}/octo/hello#4.1")]);
    assert_eq!(server.paths()[0], "/api/v3/repos/octo/hello/actions/runs?status=completed&per_page=30");
    assert_eq!(server.paths()[2], "/api/v3/repos/octo/hello/actions/runs/1/jobs?filter=latest&per_page=100");
    assert!(server.asked().iter().all(|asked| asked.token.as_deref() == Some("Bearer s3cret")));
}

#[test]
fn what_is_asked_for_stands_in_the_query() {
    let server = Server::start(|_, _| runs(&[]));
    let filter = Filter {
        branch: Some("a b&c".to_owned()),
        workflow: Some("ci.yml".to_owned()),
        since: Some(NOW),
        limit: 5,
        with_logs: true,
    };
    ask(&server, Forge::GitHub, &mut Still::default(), &filter).expect("an answer");
    ask(&server, Forge::Forgejo, &mut Still::default(), &filter).expect("an answer");
    assert_eq!(
        server.paths(),
        [
            "/api/v3/repos/octo/hello/actions/workflows/ci.yml/runs?branch=a+b%26c&created=%3E%3D2026-01-01T12%3A00%3A00Z&\
             status=completed&per_page=5",
            "/api/v1/repos/octo/hello/actions/runs?ref=refs%2Fheads%2Fa+b%26c&workflow_id=ci.yml&limit=50",
        ]
    );
}

#[test]
fn known_runs_are_not_read_again() {
    let server = Server::start(|path, _| match path {
        p if p.contains("/runs?") => runs(&[run(2, "success"), run(1, "success")]),
        p if p.contains("/runs/2/jobs") => single(2),
        _ => Reply::status(500, "asked again"),
    });
    let (project, source) = (Project::new(), source(&server, Forge::GitHub));
    let seen: FxHashSet<String> = [format!("{}/octo/hello#1.1", source.host())].into_iter().collect();
    let workspace = project.open().snapshot.workspace;
    let found =
        fetch(&workspace, &source, None, &Filter::default(), (&Options::default(), &seen), &mut Still::default())
            .expect("an answer");
    assert_eq!((found.read, found.known), (1, 1));
    assert!(server.asked().iter().all(|asked| asked.token.is_none()), "no token was given");
}

#[test]
fn a_log_on_another_host_is_asked_for_without_the_token() {
    let storage = Server::start(|_, _| Reply::bytes(LOG.as_bytes().to_vec()));
    let address = storage.url.join("blob?sig=x").expect("a URL").to_string();
    let server = Server::start(move |path, _| match path {
        p if p.contains("/runs?") => runs(&[run(1, "success")]),
        p if p.contains("/runs/1/jobs") => both(7),
        p if p.contains("/jobs/7/logs") => Reply::to(address.clone()),
        _ => Reply::status(404, "Not Found"),
    });
    let found = all(&server, Forge::GitHub);
    assert_eq!(told(&found), ["lint ubuntu-latest 4.5", "tests ubuntu-latest 24.5"]);
    assert!(found.imported.records.iter().all(|record| record.cold));
    assert_eq!(storage.asked(), [Asked { path: "/blob?sig=x".to_owned(), token: None }]);
    assert_eq!(server.asked().last().and_then(|asked| asked.token.clone()).as_deref(), Some("Bearer s3cret"));
}

#[test]
fn logs_of_several_jobs_come_as_one_archive() {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for name in ["0_both.txt", "1_again _ both.txt"] {
        writer.start_file(name, zip::write::SimpleFileOptions::default()).expect("a name");
        let log = if name.contains("again") { LOG.replace("T10:", "T11:") } else { LOG.to_owned() };
        writer.write_all(log.as_bytes()).expect("a buffer");
    }
    let archive = writer.finish().expect("a buffer").into_inner();
    let server = Server::start(move |path, _| match path {
        p if p.contains("/runs?") => runs(&[run(1, "success")]),
        p if p.contains("/runs/1/jobs") => {
            let jobs = [
                job(7, "both", "Run nox -s lint tests", 0, 30),
                job(8, "again / both", "Run nox -s lint tests", 0, 30),
            ];
            Reply::json(&json!({ "total_count": 2, "jobs": jobs }))
        }
        p if p.contains("/runs/1/logs") => Reply::bytes(archive.clone()),
        _ => Reply::status(404, "Not Found"),
    });
    let found = all(&server, Forge::GitHub);
    assert_eq!(found.imported.records.len(), 4, "{found:?}");
    assert_eq!(server.paths().iter().filter(|path| path.contains("/logs")).count(), 1);
}

#[test]
fn a_renamed_repository_is_followed_with_the_token() {
    let server = Server::start(|path, _| match path {
        p if p.contains("/repos/octo/hello/") => Reply::to("/api/v3/repositories/5/actions/runs".to_owned()),
        _ => runs(&[]),
    });
    all(&server, Forge::GitHub);
    assert_eq!(server.asked()[1].token.as_deref(), Some("Bearer s3cret"));
}

#[test]
fn a_redirect_without_an_end_ends() {
    let server = Server::start(|path, _| Reply::to(format!("{path}x")));
    let trouble = ask(&server, Forge::GitHub, &mut Still::default(), &Filter::default()).expect_err("no answer");
    assert!(trouble.to_string().contains("without an end"), "{trouble}");
    assert!(server.asked().len() < 10);
}

// -- Patience ----------------------------------------------------------------------------------------------------------

#[test]
fn a_broken_connection_and_a_failing_server_are_asked_again() {
    let server = Server::start(|_, times| match times {
        0 => Reply::broken(),
        1 => Reply::status(502, "Bad Gateway"),
        2 => Reply::status(503, "busy").with("Retry-After", "7"),
        _ => runs(&[]),
    });
    let mut world = Still::default();
    ask(&server, Forge::GitHub, &mut world, &Filter::default()).expect("an answer");
    assert_eq!(world.waits, [1.0, 2.0, 7.0]);
}

#[test]
fn who_does_not_answer_at_all_is_told_at_once() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = Url::parse(&format!("http://{}/", listener.local_addr().expect("an address"))).expect("a URL");
    drop(listener);
    let mut world = Still::default();
    let server = Server { url, asked: Arc::default() };
    let trouble = ask(&server, Forge::GitHub, &mut world, &Filter::default()).expect_err("no answer");
    assert!(trouble.to_string().starts_with("127.0.0.1 cannot be reached: "), "{trouble}");
    assert!(world.waits.is_empty());
}

#[test]
fn a_server_that_goes_on_failing_is_told() {
    let server = Server::start(|_, _| Reply::status(500, "oh\u{1b}[31m no"));
    let mut world = Still::default();
    let trouble = ask(&server, Forge::GitHub, &mut world, &Filter::default()).expect_err("no answer");
    assert_eq!(trouble.to_string(), "127.0.0.1 answers with an error of its own (500): oh [31m no");
    assert_eq!(world.waits, [1.0, 2.0, 4.0]);
}

#[test]
fn a_short_limit_is_waited_for() {
    let server = Server::start(|_, times| match times {
        0 => Reply::status(429, "slow down").with("Retry-After", "12"),
        1 => {
            let reset = format!("{}", NOW + 20.0);
            Reply::status(403, "API rate limit exceeded")
                .with("X-RateLimit-Remaining", "0")
                .with("X-RateLimit-Reset", reset)
        }
        _ => runs(&[]),
    });
    let mut world = Still::default();
    ask(&server, Forge::GitHub, &mut world, &Filter::default()).expect("an answer");
    assert_eq!(world.waits, [12.0, 20.0]);
}

#[test]
fn a_long_limit_keeps_what_has_come() {
    let server = Server::start(|path, _| match path {
        p if p.contains("/runs?") => runs(&[run(1, "success"), run(2, "success")]),
        p if p.contains("/runs/1/jobs") => single(1),
        _ => {
            let reset = format!("{}", NOW + 1800.0);
            Reply::status(403, "API rate limit exceeded")
                .with("X-RateLimit-Remaining", "0")
                .with("X-RateLimit-Reset", reset)
        }
    });
    let mut world = Still::default();
    let found = ask(&server, Forge::GitHub, &mut world, &Filter::default()).expect("something");
    assert_eq!((told(&found).len(), found.seen.len()), (1, 1));
    assert_eq!(
        found.stopped.as_deref(),
        Some(
            "the forge takes no more requests until 2026-01-01 12:30 UTC, in 30 minutes; ask again then, what has come is kept"
        )
    );
    assert!(world.waits.is_empty());
}

#[test]
fn a_token_that_is_not_accepted_is_told_and_not_shown() {
    let server = Server::start(|_, _| Reply::status(401, "Bad credentials"));
    let trouble = ask(&server, Forge::GitHub, &mut Still::default(), &Filter::default()).expect_err("no answer");
    assert_eq!(trouble.to_string(), "127.0.0.1 does not accept the token: Bad credentials");
    let token = Token::new("s3cret", "$X").expect("a token");
    assert_eq!(format!("{token:?}"), "Token { from: \"$X\", .. }");
}

#[test]
fn who_has_had_enough_is_asked_no_more() {
    let server = Server::start(|_, _| runs(&[]));
    let mut world = Still { is_cancelled: true, ..Still::default() };
    assert_eq!(ask(&server, Forge::GitHub, &mut world, &Filter::default()).err(), Some(Trouble::Cancelled));
    assert!(server.asked().is_empty());
}

// -- Answers that are none ---------------------------------------------------------------------------------------------

#[test]
fn what_is_no_answer_is_told() {
    for body in ["<html>", "{}", "[1]", "{\"workflow_runs\": 3}", "{\"workflow_runs\": [{}]}", "\u{0}", ""] {
        let server = Server::start(move |_, _| Reply::bytes(body.as_bytes().to_vec()));
        let trouble = ask(&server, Forge::GitHub, &mut Still::default(), &Filter::default()).expect_err("no answer");
        assert!(trouble.to_string().contains("no list of workflow_runs"), "{body}: {trouble}");
    }
}

#[test]
fn a_run_with_odd_jobs_costs_no_other() {
    let server = Server::start(|path, _| match path {
        p if p.contains("/runs?") => runs(&[run(1, "success"), run(2, "success")]),
        p if p.contains("/runs/1/jobs") => Reply::bytes(b"{\"jobs\": {}}".to_vec()),
        p if p.contains("/runs/2/jobs") => Reply::json(
            &json!({ "jobs": [3, {}, { "name": 1, "steps": "x" }, job(2, "single", "Run nox -s tests", 2, 30)] }),
        ),
        _ => Reply::status(404, "Not Found"),
    });
    let found = all(&server, Forge::GitHub);
    assert_eq!(told(&found), ["tests ubuntu-latest 30.0"]);
    assert!(found.imported.notes[0].starts_with("run 1: "), "{:?}", found.imported.notes);
}

#[test]
fn an_answer_without_an_end_is_cut() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = Url::parse(&format!("http://{}/", listener.local_addr().expect("an address"))).expect("a URL");
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            read(&stream);
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n[");
            while stream.write_all(&[b' '; 1 << 16]).is_ok() {}
        }
    });
    let server = Server { url, asked: Arc::default() };
    let trouble = ask(&server, Forge::GitHub, &mut Still::default(), &Filter::default()).expect_err("no answer");
    assert!(trouble.to_string().ends_with("is larger than 32 MiB"), "{trouble}");
}

#[test]
fn logs_that_are_gone_or_refused_cost_only_what_they_tell() {
    let jobs = |id: u64| {
        let jobs =
            [job(id, "single", "Run nox -s tests", id, 30), job(70 + id, "both", "Run nox -s lint tests", id, 30)];
        Reply::json(&json!({ "total_count": 2, "jobs": jobs }))
    };
    let server = Server::start(move |path, _| match path {
        p if p.contains("/runs?") => runs(&[run(1, "success"), run(2, "success"), run(3, "success")]),
        p if p.contains("/runs/1/jobs") => jobs(1),
        p if p.contains("/runs/2/jobs") => jobs(2),
        p if p.contains("/runs/3/jobs") => jobs(3),
        p if p.contains("/jobs/71/logs") => Reply::status(410, "Gone"),
        _ => Reply::status(403, "Must have admin rights to Repository."),
    });
    let found = all(&server, Forge::GitHub);
    assert_eq!(told(&found).len(), 3, "the steps that are told apart");
    assert_eq!(found.seen.len(), 1, "what was refused may be had another time");
    let expected = "sessions that share a step are left out, because logs were refused: 127.0.0.1 refuses; the token may not \
                    read this: Must have admin rights to Repository";
    assert!(found.imported.notes.contains(&expected.to_owned()), "{:?}", found.imported.notes);
    assert_eq!(server.paths().iter().filter(|path| path.contains("/logs")).count(), 2, "asked no more once refused");
}

// -- Gitea and Forgejo -------------------------------------------------------------------------------------------------

#[test]
fn gitea_is_asked_page_by_page_with_its_own_token_word() {
    let server = Server::start(|path, _| match path {
        p if p.contains("/runs?") => {
            let mut first = run(u64::from(p.contains("page=2")) + 1, "success");
            first["path"] = json!("ci.yml@refs/heads/main");
            Reply::json(&json!({ "total_count": 2, "workflow_runs": [first] }))
        }
        p if p.contains("/runs/1/jobs") => single(1),
        p if p.contains("/runs/2/jobs") => both(9),
        p if p.contains("/jobs/9/logs") => Reply::bytes(LOG.as_bytes().to_vec()),
        _ => Reply::status(404, "Not Found"),
    });
    let found = all(&server, Forge::Gitea);
    assert_eq!(told(&found), ["tests ubuntu-latest 30.0", "lint ubuntu-latest 4.5", "tests ubuntu-latest 24.5"]);
    assert_eq!(server.paths()[1], "/api/v1/repos/octo/hello/actions/runs?limit=50&page=2");
    assert_eq!(server.asked()[0].token.as_deref(), Some("token s3cret"));
}

#[test]
fn forgejo_tells_no_steps_and_its_logs_come_in_pieces() {
    let server = Server::start(|path, _| match path {
        p if p.contains("/runs?") => {
            let run = |id: u64, status: &str| {
                json!({
                    "id": id, "index_in_repo": id, "workflow_id": "ci.yml", "status": status,
                    "created": "2026-01-01T10:00:00Z", "stopped": "2026-01-01T10:05:00Z",
                })
            };
            Reply::json(
                &json!({ "total_count": 3, "workflow_runs": [run(3, "running"), run(2, "cancelled"), run(1, "success")] }),
            )
        }
        p if p.contains("/runs/1/jobs?") || p.ends_with("/runs/1/jobs") => {
            let job = |id: u64, name: &str, status: &str| json!({ "id": id, "name": name, "runs_on": ["docker"], "needs": null, "task_id": id, "status": status });
            Reply::json(&json!([job(7, "both", "success"), job(8, "other", "success"), job(9, "single", "skipped")]))
        }
        p if p.contains("/runs/1/jobs/7/logs?offset=0") => {
            Reply::bytes(LOG.as_bytes()[..200].to_vec()).with("X-Log-More", "true")
        }
        p if p.contains("/runs/1/jobs/7/logs?offset=200") => {
            Reply::bytes(LOG.as_bytes()[200..].to_vec()).with("X-Log-More", "false")
        }
        _ => Reply::status(404, "Not Found"),
    });
    let found = all(&server, Forge::Forgejo);
    assert_eq!(told(&found), ["lint docker 4.5", "tests docker 24.5"], "{found:?}");
    assert_eq!((found.read, found.dropped, found.unfinished), (1, 1, 1));
    assert!(server.paths().iter().all(|path| !path.contains("/jobs/8/")), "a job that runs no nox is not asked for");
}

#[test]
fn a_forge_that_is_too_old_is_told() {
    let server = Server::start(|_, _| Reply::status(404, "Not Found"));
    let trouble = ask(&server, Forge::Forgejo, &mut Still::default(), &Filter::default()).expect_err("no answer");
    assert!(trouble.to_string().contains("this Forgejo is older than 16"), "{trouble}");
}

#[test]
fn a_forge_says_what_it_is() {
    let is = |version: Option<&'static str>| {
        let server = Server::start(move |_, _| match version {
            Some(version) => Reply::json(&json!({ "version": version })),
            None => Reply::status(404, "Not Found"),
        });
        Api::detect(&server.url, &mut Still::default())
    };
    assert_eq!(is(Some("16.0.1+gitea-1.22.0")), Ok(Forge::Forgejo));
    assert_eq!(is(Some("1.26.2")), Ok(Forge::Gitea));
    assert_eq!(is(None), Ok(Forge::GitHub));
}

// -- Tokens ------------------------------------------------------------------------------------------------------------

#[test]
fn a_token_goes_to_the_forge_that_it_is_of() {
    let of = |forge: Forge, web: &str, is_named: bool, variables: &[(&str, &str)]| {
        let source = Source::new(forge, Url::parse(web).expect("a URL"), "octo", "hello").expect("a source");
        let variable =
            |name: &str| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        match Token::of_environment(&source, is_named, &variable) {
            FromEnvironment::Found(token) => token.from,
            FromEnvironment::Withheld(_) => "withheld".to_owned(),
            FromEnvironment::None => "none".to_owned(),
        }
    };
    let github = [("GITHUB_TOKEN", "x")];
    assert_eq!(of(Forge::GitHub, "https://github.com", false, &github), "GITHUB_TOKEN");
    assert_eq!(of(Forge::GitHub, "https://evil.example", false, &github), "withheld");
    assert_eq!(of(Forge::GitHub, "https://ghe.example", true, &github), "GITHUB_TOKEN");
    assert_eq!(of(Forge::Forgejo, "https://evil.example", true, &github), "withheld");
    let forgejo = [("FORGEJO_TOKEN", "x"), ("FORGEJO_URL", "https://git.example:3000/")];
    assert_eq!(of(Forge::Forgejo, "https://git.example:3000", false, &forgejo), "FORGEJO_TOKEN");
    assert_eq!(of(Forge::Forgejo, "http://git.example:3000", false, &forgejo), "withheld");
    assert_eq!(of(Forge::Forgejo, "https://codeberg.org", false, &forgejo), "withheld");
    assert_eq!(of(Forge::Gitea, "https://gitea.com", false, &[]), "none");
    assert_eq!(of(Forge::Gitea, "https://gitea.com", false, &[("GITEA_TOKEN", "a b")]), "none");
}
