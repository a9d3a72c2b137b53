//! `facts`: what was read, in the shape that `docs/facts.md` promises.

use expect_test::expect;
use noxflow_tests::{Project, text};
use serde_json::Value;

const NOXFILE: &str = "\
import glob, nox

@nox.session(python=['3.11', '3.12'], tags=['test'], requires=['build'], allow_parallel=True)
def tests(session): ...

@nox.session(default=False)
def build(session): ...

@nox.session
@nox.parametrize('file', glob.glob('docs/*'))
def pages(session, file): ...
";

const WORKFLOW: &str = "\
on: push
jobs:
  quick:
    runs-on: ubuntu-latest
    strategy:
      matrix:
        python: ['3.11', '3.12']
    steps:
      - uses: actions/checkout@v4
      - run: |
          pip install nox
          nox -s tests-${{ matrix.python }}
  all:
    needs: quick
    runs-on: ubuntu-latest
    steps:
      - run: nox --list && nox -s build typo
";

fn project() -> Project {
    let project = Project::copy("seed");
    project.write("small/noxfile.py", NOXFILE);
    project.write("small/.github/workflows/ci.yml", WORKFLOW);
    project
}

#[test]
fn facts_for_programs_have_the_promised_shape() {
    let output = project().noxflow(&["facts", "small", "--format", "json"]);
    assert!(output.status.success(), "{}", text(&output));
    let all: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    // One line an object, so that the expectation can be read.
    let lines = |list: &Value| list.as_array().expect("a list").iter().map(Value::to_string).collect::<Vec<_>>();
    let noxfile = &all["noxfiles"][0];
    let mut shown = vec![format!("{} complete {} {}", noxfile["path"], noxfile["complete"], noxfile["unknown"])];
    shown.extend(lines(&noxfile["sessions"]));
    let workflow = &all["workflows"][0];
    shown.push(format!("{} {}", workflow["path"], workflow["platform"]));
    shown.extend(lines(&workflow["jobs"]));
    expect![[r#"
        "small/noxfile.py" complete false [{"line":10,"reason":"lists `docs/*`, where nothing is found now"}]
        {"allow_parallel":true,"default":true,"file":"small/noxfile.py","line":3,"name":"tests","python":"3.11","requires":["build"],"signature":"tests-3.11","tags":["test"]}
        {"allow_parallel":true,"default":true,"file":"small/noxfile.py","line":3,"name":"tests","python":"3.12","requires":["build"],"signature":"tests-3.12","tags":["test"]}
        {"allow_parallel":null,"default":false,"file":"small/noxfile.py","line":6,"name":"build","python":null,"requires":[],"signature":"build","tags":[]}
        {"allow_parallel":null,"default":true,"file":"small/noxfile.py","line":9,"name":"pages","python":null,"requires":[],"signature":null,"tags":[]}
        "small/.github/workflows/ci.yml" "github"
        {"complete":true,"id":"quick","instances":["quick (3.11)","quick (3.12)"],"line":3,"needs":[],"steps":[{"kind":"uses","line":9,"nox_calls":[]},{"kind":"run","line":10,"nox_calls":[{"complete":true,"line":12,"noxfile":"small/noxfile.py","sessions":["build","tests-3.11","tests-3.12"],"unknown":[]}]}]}
        {"complete":true,"id":"all","instances":["all"],"line":13,"needs":["quick"],"steps":[{"kind":"run","line":17,"nox_calls":[{"complete":true,"line":17,"noxfile":"small/noxfile.py","sessions":["build"],"unknown":["typo"]}]}]}"#]].assert_eq(&shown.join("\n"));
}

#[test]
fn facts_for_people_say_what_is_not_known() {
    let output = project().noxflow(&["facts", "small"]);
    let out = String::from_utf8_lossy(&output.stdout).into_owned();
    expect![[r#"
        small/noxfile.py: 3 sessions, and some that cannot be known without running it
          * tests-3.11 (line 3, python 3.11, tags test, requires build, may run beside others)
          * tests-3.12 (line 3, python 3.12, tags test, requires build, may run beside others)
          - build (line 6)
          * pages … (line 9)
          line 10 cannot be known: lists `docs/*`, where nothing is found now

        small/.github/workflows/ci.yml github
          quick (line 3)
            2 instances: quick (3.11); quick (3.12)
            uses (line 9)
            run (line 10)
              nox runs build tests-3.11 tests-3.12 (line 12)
          all (line 13, needs quick)
            run (line 17)
              nox runs build (line 17)
              no session: typo

    "#]]
    .assert_eq(&out);
}

#[test]
fn facts_of_one_file_are_of_that_file_only() {
    let project = project();
    let output = project.noxflow(&["facts", "small/noxfile.py", "noxfile.py", "--format", "json"]);
    let all: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let paths: Vec<&str> =
        all["noxfiles"].as_array().expect("a list").iter().filter_map(|it| it["path"].as_str()).collect();
    project.write("small/more.py", "import nox\n\n@nox.session\ndef more(session): ...\n");
    project.write("small/noxfile.py", "import more\n");
    let output = project.noxflow(&["facts", "small", "--format", "json"]);
    let one: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let session = &one["noxfiles"][0]["sessions"][0];
    assert_eq!((&session["file"], &session["line"]), (&"small/more.py".into(), &3.into()));
    assert_eq!(paths, ["small/noxfile.py", "noxfile.py"]);
    assert_eq!(all["workflows"].as_array().map(Vec::len), Some(0));
    assert_eq!(all["noxfiles"][1]["complete"], true);
    assert_eq!(all["noxfiles"][1]["sessions"].as_array().map(Vec::len), Some(11));
}
