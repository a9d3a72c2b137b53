//! Which sessions a command line selects: our reading of it in a workflow against what the installed nox would run.

use std::io::Write;
use std::process::{Command, Stdio};

use noxflow_tests::{Project, root, run, tools};
use serde_json::{Value, json};

/// What must hold for a command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Is {
    /// Our answer is nox's.
    Known,
    /// nox refuses it: we say which name it does not know, or that nothing runs.
    Refused,
    /// It cannot be known from the noxfile, and we say so.
    Partial,
}
use Is::{Known, Partial, Refused};

/// The environment and the words of a command line.
const LINES: [(&str, &[&str], Is); 66] = [
    // Nothing said: those that are default.
    ("", &[], Known),
    ("", &["--", "-s", "plain"], Known),
    // By name: base names, signatures, names of one interpreter, in the order given.
    ("", &["-s", "lint"], Known),
    ("", &["-e", "plain", "lint"], Known),
    ("", &["--session", "plain"], Known),
    ("", &["--sessions=plain"], Known),
    ("", &["-splain"], Known),
    ("", &["-rs", "plain"], Known),
    ("", &["-s", "tests"], Known),
    ("", &["-s", "tests-3.12"], Known),
    ("", &["-s", "tests-3.12", "lint"], Known),
    ("", &["-s", "lint", "tests-3.12", "lint"], Known),
    ("", &["-s", "plain-3.12"], Known),
    ("", &["-s", "custom-name"], Known),
    ("", &["-s", "renamed"], Refused),
    ("", &["-s", "bare"], Known),
    ("", &["-s", "bare-3.11"], Refused),
    // Parameters: as nox compares them, parsed; their order counts.
    ("", &["-s", "dj"], Known),
    ("", &["-s", "dj-3.11"], Known),
    ("", &["-s", "dj-3.12(django='5.0')"], Known),
    ("", &["-s", "dj-3.12( django = \"5.0\" )"], Known),
    ("", &["-s", "dj(django='5.0')"], Refused),
    ("", &["-s", "pairs(one)"], Known),
    ("", &["-s", "pairs"], Known),
    ("", &["-s", "pairs(db='pg', debug=True)"], Refused),
    // What nox does not have.
    ("", &["-s", "nope"], Refused),
    ("", &["-s", "lint", "nope"], Refused),
    ("", &["-s", "lint,plain"], Refused),
    ("", &["-s", "tests-3.13"], Refused),
    ("", &["-s", "Lint"], Refused),
    // A repeated flag replaces.
    ("", &["-s", "plain", "-s", "lint"], Known),
    ("", &["-s", "nope", "--session", "lint"], Known),
    ("", &["-t", "slow", "-t", "test"], Known),
    ("", &["-k", "lint", "-k", "plain"], Known),
    // Tags: any of them, whatever is default, and `-s` is ignored.
    ("", &["-t", "test"], Known),
    ("", &["-t", "slow", "test"], Known),
    ("", &["-t", "nope"], Refused),
    ("", &["-s", "lint", "-t", "slow"], Known),
    ("", &["-s", "nope", "-t", "slow"], Known),
    // Keywords: parts of signatures, tags and names; what is required comes back in.
    ("", &["-k", "plain"], Known),
    ("", &["-k", "custom"], Known),
    ("", &["-k", "li"], Known),
    ("", &["-k", "slow"], Known),
    ("", &["-k", "not lint"], Known),
    ("", &["-k", "not tests"], Known),
    ("", &["-k", "plain or pairs"], Known),
    ("", &["-k", "test and not plain"], Known),
    ("", &["-k", "not (plain or dj)"], Known),
    ("", &["-k", "3.11"], Known),
    ("", &["-k", "True"], Known),
    ("", &["-k", "nope"], Refused),
    ("", &["-s", "lint", "-k", "plain"], Known),
    ("", &["-t", "test", "-k", "plain"], Known),
    // Interpreters filter what is left; forced ones take the place of the noxfile's.
    ("", &["-p", "3.12"], Known),
    ("", &["-p", "3.11", "3.12"], Known),
    ("", &["-s", "dj", "-p", "3.12"], Known),
    ("", &["-t", "slow", "-p", "3.12"], Known),
    ("", &["-s", "tests", "-P", "3.13"], Partial),
    ("", &["-s", "lint", "--force-python", "3.12"], Partial),
    ("", &["-s", "plain", "--extra-python", "3.13"], Partial),
    // Prerequisites.
    ("", &["-s", "report"], Known),
    ("", &["--no-dependencies", "-s", "tests"], Known),
    // The environment, where the command line says nothing.
    ("NOXSESSION=plain,lint", &[], Known),
    ("NOXSESSION=plain", &["-s", "lint"], Known),
    ("NOXPYTHON=3.12", &[], Known),
    ("NOXTAGS=slow", &["-s", "lint"], Known),
];

#[test]
fn command_lines_select_what_nox_selects() {
    let folder = root().join("tests/corpus/selection");
    let nox = asked_of_nox(&folder.join("noxfile.py"));
    let ours = read_by_us(&std::fs::read_to_string(folder.join("noxfile.py")).expect("it is there"));
    assert_eq!((nox.len(), ours.len()), (LINES.len(), LINES.len()));
    let mut wrong = Vec::new();
    for (((environment, words, is), nox), ours) in LINES.iter().zip(&nox).zip(&ours) {
        let is_right = match is {
            Known => nox.is_some() && ours.is_complete && nox.as_ref().is_some_and(|nox| is_same(nox, &ours.runs)),
            Refused => nox.is_none() && (ours.has_unknown || ours.runs.is_empty()),
            Partial => nox.is_some() && !ours.is_complete,
        };
        if !is_right {
            wrong.push(format!("{environment} nox {}: {is:?}, nox {nox:?}, ours {ours:?}", words.join(" ")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The same instances, and sessions in the same order. Instances of a session stand together in our answer; nox may put
/// others between them where each interpreter requires its own.
fn is_same(nox: &[String], ours: &[String]) -> bool {
    let sorted = |list: &[String]| {
        let mut list = list.to_vec();
        list.sort();
        list
    };
    let names = |list: &[String]| {
        let mut names: Vec<String> = Vec::new();
        for signature in list {
            let name = signature.split(['(', '.']).next().unwrap_or_default().trim_end_matches("-3").to_owned();
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    };
    sorted(nox) == sorted(ours) && names(nox) == names(ours)
}

/// What nox would run, line by line; `None`: it refuses.
fn asked_of_nox(noxfile: &std::path::Path) -> Vec<Option<Vec<String>>> {
    let lines = LINES.iter().map(|(environment, words, _)| {
        let environment: serde_json::Map<String, Value> =
            environment.split_once('=').map(|(name, value)| (name.to_owned(), json!(value))).into_iter().collect();
        json!([environment, words])
    });
    let lines = Value::from(lines.collect::<Vec<_>>()).to_string();
    let mut python = Command::new(tools().join("python/bin/python"));
    python.arg("-B").arg(root().join("tests/corpus/chosen.py")).arg(noxfile);
    for name in ["NOXSESSION", "NOXPYTHON", "NOXEXTRAPYTHON", "NOXFORCEPYTHON", "NOX_PARALLEL", "FORCE_COLOR"] {
        python.env_remove(name);
    }
    python.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = python.spawn().expect("nox's Python starts");
    child.stdin.take().expect("a pipe").write_all(lines.as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{}", noxflow_tests::text(&output));
    let said = String::from_utf8(output.stdout).expect("text");
    said.lines().map(|line| serde_json::from_str(line).expect("a queue")).collect()
}

/// What we make of a line.
#[derive(Debug)]
struct Ours {
    runs: Vec<String>,
    is_complete: bool,
    has_unknown: bool,
}

/// The same lines as steps of a workflow, read by `noxflow facts`.
fn read_by_us(noxfile: &str) -> Vec<Ours> {
    let steps = LINES.iter().map(|(environment, words, _)| {
        let quoted: Vec<String> = words.iter().map(|word| format!("'{}'", word.replace('\'', r"'\''"))).collect();
        json!({ "run": format!("{environment} nox {}", quoted.join(" ")) })
    });
    let jobs = json!({ "all": { "runs-on": "ubuntu-latest", "steps": steps.collect::<Vec<_>>() } });
    let workflow = json!({ "on": "push", "jobs": jobs }).to_string();
    let project = Project::of(&[("noxfile.py", noxfile), (".github/workflows/ci.yml", &workflow)]);
    let said =
        run(Command::new(noxflow_tests::noxflow()).args(["facts", "--format", "json"]).current_dir(project.path()));
    let said: Value = serde_json::from_slice(&said.stdout).expect("JSON");
    let steps = said["workflows"][0]["jobs"][0]["steps"].as_array().cloned().unwrap_or_default();
    let texts = |list: &Value| -> Vec<String> {
        list.as_array().into_iter().flatten().filter_map(|it| it.as_str().map(str::to_owned)).collect()
    };
    let ours = steps.iter().map(|step| {
        let call = &step["nox_calls"][0];
        let (runs, unknown) = (texts(&call["sessions"]), texts(&call["unknown"]));
        Ours { runs, is_complete: call["complete"] == true, has_unknown: !unknown.is_empty() }
    });
    ours.collect()
}
