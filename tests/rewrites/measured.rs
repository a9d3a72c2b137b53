//! What real coverage and pytest measure when sessions run in one folder, and in jobs whose checkouts lie in different
//! folders, as on runners of one's own: the small package, and who is green.

use std::path::Path;
use std::process::{Command, Output};

use noxflow_tests::{Project, root, text, tools};
use serde_json::Value;

/// Of its 19 statements the unit tests reach 9, the integration tests 9, both 18: 47, 47 and 95 %.
const PACKAGE: [(&str, &str); 3] = [
    ("pkg/__init__.py", ""),
    (
        "pkg/one.py",
        "def first():\n    a = 1\n    b = 2\n    c = 3\n    return a + b + c\n\n\ndef last():\n    return 0\n\n\nX = 1\nY = 2\nZ = 3\n",
    ),
    (
        "pkg/two.py",
        "def second():\n    a = 1\n    b = 2\n    c = 3\n    d = 4\n    e = 5\n    f = 6\n    return a + b + c + d + e + f\n\n\nX = 1\n",
    ),
];

pub(super) const GREEN: &str = "green";
pub(super) const RED: &str = "red";

/// The package with its two tests: scripts that pytest runs as well.
pub(super) fn package() -> Vec<(&'static str, String)> {
    let test = |module: &str, what: &str| {
        format!(
            "import sys\n\nsys.path.insert(0, \".\")\nfrom pkg import {module}\n\n\ndef test():\n    assert {module}.{what}\n\n\ntest()\n"
        )
    };
    let mut files: Vec<(&str, String)> = PACKAGE.iter().map(|(path, text)| (*path, (*text).to_owned())).collect();
    files.extend([
        ("tests/test_unit.py", test("one", "first() == 6")),
        ("tests/test_integration.py", test("two", "second() == 21")),
    ]);
    files
}

/// A noxfile without environments, of the sessions `unit` and `integration`, which run `measure` with `NAME` as their
/// own, and `report`, which combines and runs `report`.
pub(super) fn noxfile(measure: &str, report: &str) -> String {
    let session = |name: &str, body: &str| {
        format!("\n\n@nox.session\ndef {name}(session):\n    {}\n", body.replace("NAME", name))
    };
    let report = format!("session.run(\"coverage\", \"combine\")\n    {report}");
    let sessions = [session("unit", measure), session("integration", measure), session("report", &report)].concat();
    format!("import nox\n\nnox.options.default_venv_backend = \"none\"\n{sessions}")
}

/// The only workflow of a project for `forge`.
pub(super) fn path(forge: &str) -> String {
    format!(".{forge}/workflows/ci.yml")
}

/// What a run said, with how it ended in front.
pub(super) fn colour(shown: &str) -> &'static str {
    if shown.starts_with(GREEN) { GREEN } else { RED }
}

/// All sessions in one folder.
pub(super) fn alone(project: &Project) -> String {
    let output = with_tools(Command::new(tools().join("bin/nox")), project.path())
        .args(["-s", "unit", "integration", "report"])
        .output()
        .expect("nox runs");
    let colour = if output.status.success() { GREEN } else { RED };
    format!("{colour}\n{}", text(&output))
}

/// The workflow under act, each job in a folder of its own.
pub(super) fn jobs(project: &Project, forge: &str) -> String {
    let mut command = with_tools(Command::new("python3"), project.path());
    command.arg(root().join("tests/tools/act.py")).args(["--slots", "2", "--project"]).arg(project.path());
    for (name, value) in PLUGINS {
        command.arg("--env").arg(format!("{name}={value}"));
    }
    let output: Output = command.arg(path(forge)).output().expect("python3 runs");
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|why| panic!("{why}: {}", text(&output)));
    assert_eq!(answer["error"], Value::Null, "{answer:#}");
    format!("{}\n{:#}", if answer["ok"] == true { GREEN } else { RED }, answer["jobs"])
}

/// pytest-cov alone of all plugins there are in the catalogue.
const PLUGINS: [(&str, &str); 2] = [("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1"), ("PYTEST_PLUGINS", "pytest_cov")];

/// coverage and pytest are those of the catalogue.
fn with_tools(mut command: Command, folder: &Path) -> Command {
    let old = std::env::var("PATH").expect("there is a PATH");
    let (own, bin) = (tools().join("catalogue/bin"), tools().join("bin"));
    command.env("PATH", format!("{}:{}:{old}", bin.display(), own.display())).envs(PLUGINS).current_dir(folder);
    command
}
