//! Limits, failures, and when to stop asking.

use std::net::TcpListener;

use super::*;

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
    let server = Server::elsewhere(url);
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
