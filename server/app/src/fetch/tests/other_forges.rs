//! Gitea and Forgejo, with their own addresses and words.

use super::*;

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
