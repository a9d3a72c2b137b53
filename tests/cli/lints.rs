//! What the pages of lints say that nox does, held against the real nox: before, it says so; after, it does not.

use std::process::Command;

use noxflow_tests::{Project, root, text, tool};

/// Lints whose examples nox can run as they are: nox's words, and its exit status before.
const SAID: [(&str, &str, i32); 15] = [
    ("unknown-session", "Sessions not found", 3),
    ("unknown-tag", "Tag selection caused no sessions to be selected", 3),
    ("empty-selection", "No sessions selected after filtering by keyword", 3),
    ("refused-argument", "Unknown argument(s) 'tests'", 2),
    ("constant-keyword", "* tests-3.12", 0),
    ("idle-parallel", "No selected session allows parallel execution", 0),
    ("bad-option", "has no attribute 'needs_version'", 1),
    ("text-for-list", "nox.options.sessions", 1),
    ("unknown-default", "Sessions not found", 3),
    ("unknown-requirement", "Session not found", 3),
    ("requirement-by-object", "'Func' object has no attribute 'format'", 1),
    ("requirement-cycle", "Sessions are in a dependency cycle", 3),
    ("unfilled-python", "Cannot parametrize requires with {python}", 1),
    ("python-given-twice", "please only specify one", 1),
    ("repeated-session", "has already been registered", 0),
];

#[test]
fn nox_does_what_the_pages_say() {
    let mut wrong = Vec::new();
    for (lint, words, status) in SAID {
        let page = std::fs::read_to_string(root().join(format!("docs/lints/{lint}.md"))).expect("a page");
        let page = page.replace("\r\n", "\n");
        let (before, after) = page.split_once("### After\n").expect("an example");
        let after = after.split("### Before\n").next().expect("the first example");
        let mut files = blocks(before);
        let (said, code) = ask(lint, &files);
        if !said.contains(words) || code != status {
            wrong.push(format!("{lint}, before: exit status {code}, not {status} and `{words}`:\n{said}"));
        }
        for (path, text) in blocks(after) {
            files.retain(|(other, _)| *other != path);
            files.push((path, text));
        }
        let (said, _) = ask(lint, &files);
        if said.contains(words) {
            wrong.push(format!("{lint}, after:\n{said}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What nox says when the calls of the workflow are made, or when it lists where there is none; and the worst exit status.
fn ask(lint: &str, files: &[(String, String)]) -> (String, i32) {
    let all: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let project = Project::of(&all);
    let workflow = files.iter().find(|(path, _)| path.ends_with(".yml")).map_or("", |(_, text)| text);
    let mut calls: Vec<&str> =
        workflow.lines().filter_map(|line| line.split_once("run: nox").map(|(_, it)| it)).collect();
    if calls.is_empty() {
        calls.push("");
    }
    let (mut said, mut worst) = (String::new(), 0);
    for call in calls {
        let nox = tool("nox").get_program().to_string_lossy().into_owned();
        let mut shell = Command::new("sh");
        // Who has no workflow is listed, and so is what would need several interpreters.
        let is_list = workflow.is_empty() || lint == "constant-keyword";
        let list = if is_list { " --list" } else { "" };
        shell.args(["-c", &format!("'{nox}'{call}{list}")]).env_remove("CI");
        if !is_list {
            // The sessions do nothing and need no environment.
            shell.env("NOX_DEFAULT_VENV_BACKEND", "none");
        }
        let output = shell.current_dir(project.path()).output().expect("a shell starts");
        said.push_str(&text(&output));
        worst = worst.max(output.status.code().unwrap_or(-1));
    }
    (said, worst)
}

/// Fenced blocks with a path behind the language.
fn blocks(page: &str) -> Vec<(String, String)> {
    let mut out: Vec<(String, String)> = Vec::new();
    let mut is_open = false;
    for line in page.lines() {
        match line.strip_prefix("```") {
            Some(info) if !is_open => {
                is_open = true;
                out.push((info.split_once(' ').map_or("", |(_, path)| path).to_owned(), String::new()));
            }
            Some(_) => is_open = false,
            None if is_open => {
                let (_, text) = out.last_mut().expect("a block is open");
                text.push_str(line);
                text.push('\n');
            }
            None => {}
        }
    }
    out.retain(|(path, _)| !path.is_empty());
    out
}
