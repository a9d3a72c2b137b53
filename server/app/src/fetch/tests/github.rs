//! What is asked of GitHub, and what is made of its answers.

use std::io::Write;

use super::server::Asked;
use super::*;

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
