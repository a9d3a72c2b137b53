//! Answers that are none: each costs no more than what it would have told.

use std::io::Write;
use std::net::TcpListener;

use super::server::read;
use super::*;

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
    let server = Server::elsewhere(url);
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
