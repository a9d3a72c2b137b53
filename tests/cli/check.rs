//! `noxflow check`: its formats, levels and exit statuses.

use expect_test::expect;
use noxflow_tests::{Project, text};
use serde_json::Value;

const NOXFILE: &str = "import nox\n\n\n@nox.session\ndef tests(session): ...\n";
const WORKFLOW: &str =
    "on: push\njobs:\n  a, b:\n    runs-on: x\n    steps:\n      - run: nox -s tests\n      - run: nox -s test\n";

fn project(settings: &str) -> Project {
    let files = [("noxfile.py", NOXFILE), (".github/workflows/ci.yml", WORKFLOW), ("pyproject.toml", settings)];
    Project::of(&files)
}

#[test]
fn annotations_name_the_place_for_the_forge_and_in_words() {
    let output = project("").noxflow(&["check", "--format", "github"]);
    expect![[r#"
        ::error file=.github/workflows/ci.yml,line=7,endLine=7,col=21,endColumn=25,title=noxflow unknown-session::.github/workflows/ci.yml:7:21: the noxfile has no session `test`; did you mean `tests`? [unknown-session]
    "#]]
    .assert_eq(&text(&output));
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn programs_get_places_fixes_and_the_page() {
    let output = project("").noxflow(&["check", "--format", "json"]);
    let findings: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    expect![[r#"
        [
          {
            "path": ".github/workflows/ci.yml",
            "line": 7,
            "column": 21,
            "endLine": 7,
            "endColumn": 25,
            "level": "error",
            "lint": "unknown-session",
            "message": "the noxfile has no session `test`; did you mean `tests`?",
            "help": "https://github.com/noxflow/noxflow/blob/main/docs/lints/unknown-session.md",
            "related": [
              {
                "path": "noxfile.py",
                "line": 5,
                "column": 5,
                "endLine": 5,
                "endColumn": 10,
                "message": "`tests` is defined here"
              }
            ],
            "fixes": [
              "Change to `tests`"
            ]
          }
        ]
    "#]]
    .assert_eq(&String::from_utf8_lossy(&output.stdout));
    assert_eq!(findings[0]["level"], "error");
}

/// Shape of the standard, as far as readers rely on it; the whole was held against the published schema by hand.
#[test]
fn sarif_has_rules_places_and_fixes() {
    let output = project("").noxflow(&["check", "--format", "sarif"]);
    let log: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
    assert!(rules.iter().all(|rule| rule["helpUri"].is_string() && rule["shortDescription"]["text"].is_string()));
    let result = &run["results"][0];
    let rule = &rules[usize::try_from(result["ruleIndex"].as_u64().expect("a number")).expect("an index")];
    assert_eq!((&rule["id"], &result["ruleId"]), (&"unknown-session".into(), &"unknown-session".into()));
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], ".github/workflows/ci.yml");
    assert_eq!((&place["region"]["startLine"], &place["region"]["startColumn"]), (&7.into(), &21.into()));
    assert_eq!(result["relatedLocations"][0]["physicalLocation"]["artifactLocation"]["uri"], "noxfile.py");
    let replacement = &result["fixes"][0]["artifactChanges"][0]["replacements"][0];
    assert_eq!(replacement["insertedContent"]["text"], "tests");
}

#[test]
fn levels_of_the_project_decide() {
    let quiet = project("[tool.noxflow.lints]\nunknown-session = \"info\"\n").noxflow(&["check"]);
    assert!(text(&quiet).contains("ci.yml:7:21: info: "), "{}", text(&quiet));
    assert_eq!(quiet.status.code(), Some(0));
    let off = project("[tool.noxflow.lints]\nunknown-session = \"off\"\n").noxflow(&["check"]);
    assert_eq!((text(&off).as_str(), off.status.code()), ("3 files: 0 errors, 0 warnings, 0 notes\n", Some(0)));
    let mistake = project("[tool.noxflow.lints]\nunknown-sesion = \"off\"\n").noxflow(&["check"]);
    let words = "the settings name a lint `unknown-sesion`, and there is none; did you mean `unknown-session`?";
    assert!(text(&mistake).contains(words), "{}", text(&mistake));
}

#[test]
fn a_lint_is_explained() {
    let output = project("").noxflow(&["check", "--explain", "unknown-session"]);
    let words = text(&output);
    assert!(words.starts_with("unknown-session: error\n\nA nox call names") && words.contains("Why: "), "{words}");
    let unknown = project("").noxflow(&["check", "--explain", "unknown-sesion"]);
    assert!(text(&unknown).contains("did you mean `unknown-session`?"), "{}", text(&unknown));
    assert_eq!(unknown.status.code(), Some(2));
}
