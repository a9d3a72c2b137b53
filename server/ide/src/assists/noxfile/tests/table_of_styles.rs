//! Each rewrite in a noxfile of each style: the lines that it adds. Those of CRLF files are shown without the CR, which all
//! of them have.

use expect_test::Expect;

use super::offer;
use crate::fixture::Fixture;

mod build;
mod coverage;
mod order;
mod parallel;

/// What a style makes of a noxfile.
type Restyle = fn(&str) -> String;

const STYLES: [(&str, Restyle); 15] = [
    ("plain", str::to_owned),
    ("crlf", |text| text.replace('\n', "\r\n")),
    ("tabs", |text| text.replace("    ", "\t")),
    ("two spaces", |text| text.replace("    ", "  ")),
    ("single quotes", |text| text.replace('"', "'")),
    ("several lines, comments, a trailing comma", |text| {
        text.replace(OWN, "@nox.session(\n    # For CI.\n    tags=[\"a\"],  # all\n)")
    }),
    ("its keyword on a line of its own", |text| {
        text.replace(OWN, "@nox.session(\n    requires=[\n        \"first\",\n    ],\n    default=True,\n)")
            .replace("import nox\n", "import nox\n\n@nox.session\ndef first(session):\n    session.log(\"x\")\n")
    }),
    ("no call", |text| text.replace(OWN, "@nox.session")),
    ("an empty call", |text| text.replace(OWN, "@nox.session()")),
    ("a Python by its place", |text| text.replace(OWN, "@nox.session(\"3.13\", tags=[\"a\"])")),
    ("comments and other decorators around", |text| {
        text.replace(OWN, "# Checks.\n@nox.session(tags=[\"a\"])  # all\n# Twice.\n@nox.parametrize(\"x\", [1, 2])")
            .replace("(session):", "(session, x=1):")
    }),
    ("continued by backslashes", |text| {
        text.replace("session.run(", "session \\\n        .run(").replace("import nox\n", "import \\\n    nox\n")
    }),
    ("types, docstrings, other names", |text| {
        text.replace("(session):\n", "(s: nox.Session) -> None:\n    \"\"\"Checks.\"\"\"\n")
            .replace("    session.", "    s.")
    }),
    ("`from nox import session`", |text| {
        text.replace("import nox\n", "import nox\nfrom nox import session as task\n").replace("@nox.session", "@task")
    }),
    ("`nox_uv.session`", |text| {
        text.replace("import nox\n", "import nox\nimport nox_uv\n").replace("@nox.session", "@nox_uv.session")
    }),
];

/// The decorator of all sessions.
const OWN: &str = "@nox.session(tags=[\"a\"])";

/// Asks `id` in all styles, which are listed by what becomes of them. `others` are files beside the noxfile.
#[track_caller]
fn check(id: &str, others: &str, noxfile: &str, expected: Expect) {
    let mut found: Vec<(Vec<&str>, String)> = Vec::new();
    for (style, restyle) in STYLES {
        let fixture = Fixture::new(&format!("{others}#- noxfile.py\n{}", restyle(noxfile)));
        let lines = added(id, style, &fixture);
        match found.iter_mut().find(|(_, other)| *other == lines) {
            Some((styles, _)) => styles.push(style),
            None => found.push((vec![style], lines)),
        }
    }
    let parts = found.iter().map(|(styles, lines)| format!("{}:\n{lines}", styles.join("; ")));
    expected.assert_eq(&parts.collect::<String>());
}

/// The lines of the noxfile that `id` adds, or why there are none.
fn added(id: &str, style: &str, fixture: &Fixture) -> String {
    let Some(made) = offer(fixture, id) else { return "  nothing\n".to_owned() };
    if let Some(why) = made.disabled {
        return format!("  refused: {why}\n");
    }
    let file = fixture.snapshot.files.iter().find(|file| file.path == "noxfile.py").expect("the noxfile");
    let before = file.document.text();
    let edit = made.edits.iter().find(|edit| edit.file == file.id).expect("an edit");
    let after = syntax::apply(before, &edit.edits).expect("edits that fit");
    assert!(!before.contains('\r') || !after.replace("\r\n", "").contains('\n'), "{style}: {after:?}");
    assert!(!before.contains('\t') || !after.contains("\n    "), "{style}: {after}");
    for comment in before.lines().filter_map(|line| line.split_once('#')) {
        assert!(after.contains(comment.1), "{style}: {after}");
    }
    let known: Vec<&str> = before.lines().collect();
    // What is added as a whole is shown elsewhere.
    let is_shown = |line: &&str| !known.contains(line) && !line.trim().is_empty() && !is_builder(line);
    let mut out = String::new();
    for line in after.lines().filter(is_shown) {
        out.push_str(&format!("  {}\n", line.replace('\t', "→")));
    }
    // Lines that only change places.
    if let Some((_, list)) = after.split_once("options.sessions = [") {
        let list: Vec<&str> = list.lines().take_while(|line| *line != "]").map(str::trim).collect();
        out.push_str(&format!("  {}\n", list.join(" ").trim()));
    }
    out
}

/// Of the session and the function of `build-once` all but a line each.
fn is_builder(line: &str) -> bool {
    let words = ["wheels", "newest", "\"\"\"", "# Of the same", "\"build\")", "'build')", "default=False", "folder ="];
    words.iter().any(|word| line.contains(word))
}

const TWO: &str = r#"import nox

@nox.session(tags=["a"])
def o<|>ne(session):
    session.run("coverage", "run", "-m", "pytest")

@nox.session(tags=["a"])
def two(session):
    session.run("coverage", "run", "-m", "pytest")
"#;
