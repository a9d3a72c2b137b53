//! Two servers on one port.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::time::Duration;

use crate::stage::{Playing, Stage};

#[test]
fn the_second_does_not_start() {
    let (port, other) = (free_port(), free_port());
    let noxfile = format!(
        r#"

@nox.session
def docs(session):
    session.run("python", "-m", "http.server", "{port}", "--bind", "127.0.0.1")


@nox.session
def coverage(session):
    session.run("python", "-m", "http.server", "{port}", "--bind", "127.0.0.1")
"#
    );
    let stage = Stage::of(&noxfile, &[]);
    assert_eq!(stage.hazards("docs", "coverage"), ["port"]);
    let mut docs = stage.start("docs");
    answers(port, &mut docs);
    let coverage = stage.play("coverage");
    assert!(!coverage.green && coverage.shown.contains("in use"), "{}", coverage.shown);
    drop(docs); // it serves until it is ended

    let first = format!("\"{port}\"");
    let at = stage.read("noxfile.py").rfind(&first).expect("the second one");
    let text = stage.read("noxfile.py");
    stage.write("noxfile.py", &format!("{}\"{other}\"{}", &text[..at], &text[at + first.len()..]));
    assert!(stage.hazards("docs", "coverage").is_empty());
    let (mut docs, mut coverage) = (stage.start("docs"), stage.start("coverage"));
    answers(port, &mut docs);
    answers(other, &mut coverage);
    assert!(docs.is_on() && coverage.is_on());
}

/// A port that nobody uses now.
fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    listener.local_addr().expect("its address").port()
}

/// Waits until the server of `playing` takes connections.
#[track_caller]
fn answers(port: u16, playing: &mut Playing) {
    while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
        assert!(playing.is_on(), "the server on {port} does not start");
        std::thread::sleep(Duration::from_millis(10));
    }
}
