//! Steps that send files of the checkout away and leave nothing behind: an upload of an artifact, a report for a coverage
//! or test service. Such a step belongs to the session that made the files, wherever that runs.
//!
//! Inputs and what they default to are those of the actions' own `action.yml` (read November 2026).

use std::collections::BTreeSet;

use facts::workflow::{Step, StepKind};
use model::{Access, Effects};

/// What a step sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Sent {
    /// What lies at these paths of the checkout.
    Paths(Vec<String>),
    /// The coverage reports that the action finds by itself, else coverage's own data.
    Coverage,
}

/// An action that sends files: its name without owner and version, its input of paths, what it takes without.
struct Sender {
    action: &'static str,
    input: &'static [&'static str],
    default: Option<Sent>,
}

const fn of_paths(action: &'static str, input: &'static [&'static str]) -> Sender {
    Sender { action, input, default: None }
}

const fn of_coverage(action: &'static str, input: &'static [&'static str]) -> Sender {
    Sender { action, input, default: Some(Sent::Coverage) }
}

static SENDERS: [Sender; 12] = [
    of_paths("actions/upload-artifact", &["path"]),
    of_paths("forgejo/upload-artifact", &["path"]),
    of_paths("christopherhx/gitea-upload-artifact", &["path"]),
    of_paths("actions/upload-pages-artifact", &["path"]),
    of_coverage("codecov/codecov-action", &["files", "file"]),
    of_paths("codecov/test-results-action", &["files", "file"]),
    of_coverage("coverallsapp/github-action", &["files", "file", "path-to-lcov"]),
    of_paths("codacy/codacy-coverage-reporter-action", &["coverage-reports"]),
    of_paths("github/codeql-action/upload-sarif", &["sarif_file"]),
    of_paths("dorny/test-reporter", &["path"]),
    of_paths("EnricoMi/publish-unit-test-result-action", &["files"]),
    of_paths("mikepenz/action-junit-report", &["report_paths"]),
];

/// What `step` sends; `None`: it does something else, or nobody can say which files these are.
pub(crate) fn sent(step: &Step) -> Option<Sent> {
    let StepKind::Uses { action, with, .. } = &step.kind else { return None };
    if !step.reads_steps.is_empty() || step.background {
        return None;
    }
    let name = action.split('@').next().unwrap_or(action);
    // On other forges the whole address may stand there.
    let is_it = |sender: &&Sender| {
        name.len()
            .checked_sub(sender.action.len())
            .and_then(|at| name.get(at..))
            .is_some_and(|end| end.eq_ignore_ascii_case(sender.action))
            && (name.len() == sender.action.len() || name.ends_with(&format!("/{}", sender.action)))
    };
    let sender = SENDERS.iter().find(is_it)?;
    let Some((_, value, _)) = with.iter().find(|(key, ..)| sender.input.contains(&key.as_str())) else {
        return sender.default.clone();
    };
    let paths =
        value.split(['\n', ',']).map(|path| path.trim().trim_start_matches("./").trim_end_matches('/').to_owned());
    let paths: Vec<String> = paths.filter(|path| !path.is_empty()).collect();
    let is_plain = |path: &String| !path.contains("${{") && !path.starts_with(['!', '/', '~']);
    (!paths.is_empty() && paths.iter().all(is_plain)).then_some(Sent::Paths(paths))
}

impl Sent {
    /// Of the files that a session with `effects` makes, those that are meant; `folder` is that of its noxfile.
    pub(crate) fn among(&self, effects: &Effects, folder: &str) -> BTreeSet<String> {
        let is_meant = |path: &String| match self {
            Self::Paths(paths) => paths.iter().any(|sent| model::effects::meet(path, sent)),
            Self::Coverage => is_report(path),
        };
        made(effects, folder).filter(is_meant).collect()
    }

    /// The same of coverage's own data, from which such an action makes a report where there is none.
    pub(crate) fn data_among(&self, effects: &Effects, folder: &str) -> BTreeSet<String> {
        let is_meant = |path: &String| *self == Self::Coverage && file_name(path).starts_with(".coverage");
        made(effects, folder).filter(is_meant).collect()
    }

    /// It in words: `site`, `the coverage report`.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::Paths(paths) => format!("`{}`", paths.join("`, `")),
            Self::Coverage => "the coverage report".to_owned(),
        }
    }
}

/// Paths that a session writes, from the repository's root on.
fn made<'a>(effects: &'a Effects, folder: &'a str) -> impl Iterator<Item = String> + 'a {
    effects.items.iter().filter_map(move |effect| {
        let model::Resource::Path(path) = &effect.resource else { return None };
        let path = path.trim_start_matches("./");
        let is_made = matches!(effect.access, Access::Write | Access::Update);
        is_made.then(|| if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") })
    })
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Whether a coverage service would take the file for a report: `coverage.xml`, `coverage-unit.json`, `py.lcov`.
fn is_report(path: &str) -> bool {
    let name = file_name(path);
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    match ending {
        "lcov" => true,
        "xml" | "json" | "info" => stem.contains("cov"),
        _ => false,
    }
}
