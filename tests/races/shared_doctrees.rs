//! Two builders of Sphinx use one folder of doctrees.

use crate::stage::{PAUSE, Stage};

const NOXFILE: &str = r#"

@nox.session
def html(session):
    session.run("sphinx-build", "-M", "html", "docs", "build", "-q", "-D", "release=1", env={"PAUSE": "html"})


@nox.session
def plain(session):
    session.run("sphinx-build", "-M", "text", "docs", "build", "-q", "-D", "release=2")
"#;

/// Stops where the pages that have not changed were found: they are not read again, but taken from the doctrees.
const CONF: &str = "
project = 'demo'


def stop(app, env, docnames):
    if os.environ.get('PAUSE') == 'html':
        pause('html')


def setup(app):
    app.connect('env-before-read-docs', stop)
";

#[test]
fn one_writes_the_pages_of_the_other() {
    let conf = format!("{PAUSE}{CONF}");
    let stage =
        Stage::of(NOXFILE, &[("docs/conf.py", &conf), ("docs/index.rst", "Demo\n====\n\nThis is |release|.\n")]);
    assert_eq!(stage.hazards("html", "plain"), ["shared-doctrees"]);
    overlap(&stage);
    assert!(page(&stage).contains("This is 2."), "html has its own text: {}", page(&stage));

    stage.clear(&["build"]);
    stage.edit("\"release=2\"", "\"release=2\", \"-d\", \"trees\"");
    assert!(stage.hazards("html", "plain").is_empty());
    overlap(&stage);
    assert!(page(&stage).contains("This is 1."), "{}", page(&stage));
}

/// The doctrees of an earlier build are there; `plain` runs as a whole once `html` has seen that they are fresh.
fn overlap(stage: &Stage) {
    stage.prepare(&["sphinx-build", "-M", "dirhtml", "docs", "build", "-q", "-D", "release=1"]);
    let mut html = stage.start("html");
    stage.wait("html", &mut html);
    let plain = stage.play("plain");
    assert!(plain.green, "{}", plain.shown);
    stage.go("html");
    let html = html.end();
    assert!(html.green, "{}", html.shown);
}

fn page(stage: &Stage) -> String {
    stage.read("build/html/index.html")
}
