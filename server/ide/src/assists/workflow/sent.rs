//! Steps that send files of the checkout away and leave nothing behind: an upload of an artifact, a report for a coverage
//! or test service. Such a step belongs to the session that made the files, wherever that runs.
//!
//! Inputs are those of the actions' `action.yml`; what Codecov finds by itself is `coverage_files_patterns` of its CLI's
//! `file_finder.py` (all read in November 2026).

use std::collections::BTreeSet;

use facts::workflow::{Step, StepKind};
use model::{Access, Effects};

/// What a step sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sent {
    /// Paths in the checkout.
    paths: Vec<String>,
    /// Coverage reports that the action finds by itself, too; where there are none, coverage's own data.
    finds_coverage: bool,
}

/// An action that sends files.
struct Sender {
    /// Owner and name, in lower case.
    action: &'static str,
    /// Inputs that name paths.
    inputs: &'static [&'static str],
    /// What stands between these, besides the ends of lines.
    separator: char,
    /// When it looks for coverage reports by itself.
    search: Search,
}

enum Search {
    Never,
    /// Where it is given no paths.
    Without,
    /// Beside the paths that it is given, unless this input is `true`.
    Beside(&'static str),
}

const fn sender(action: &'static str, inputs: &'static [&'static str], separator: char, search: Search) -> Sender {
    Sender { action, inputs, separator, search }
}

static SENDERS: [Sender; 10] = [
    sender("actions/upload-artifact", &["path"], '\n', Search::Never),
    sender("forgejo/upload-artifact", &["path"], '\n', Search::Never),
    sender("christopherhx/gitea-upload-artifact", &["path"], '\n', Search::Never),
    sender("actions/upload-pages-artifact", &["path"], '\n', Search::Never),
    sender("codecov/codecov-action", &["files", "file"], ',', Search::Beside("disable_search")),
    sender("coverallsapp/github-action", &["files", "file", "path-to-lcov"], ' ', Search::Without),
    sender("codacy/codacy-coverage-reporter-action", &["coverage-reports"], ',', Search::Without),
    sender("dorny/test-reporter", &["path"], ',', Search::Never),
    sender("enricomi/publish-unit-test-result-action", &["files", "junit_files"], '\n', Search::Never),
    sender("mikepenz/action-junit-report", &["report_paths"], ',', Search::Never),
];

/// Inputs with which these actions read from elsewhere, or do something else.
const ELSEWHERE: [&str; 7] =
    ["working-directory", "directory", "root_dir", "report_type", "artifact", "parallel-finished", "base-path"];

/// What `step` sends; `None`: it does something else, or nobody can say which files these are.
pub(crate) fn sent(step: &Step) -> Option<Sent> {
    let StepKind::Uses { action, with, .. } = &step.kind else { return None };
    let name = action.split('@').next().unwrap_or(action).to_ascii_lowercase();
    // On other forges the whole address may stand there.
    let is_it =
        |sender: &&Sender| name.strip_suffix(sender.action).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'));
    let sender = SENDERS.iter().find(is_it)?;
    let input = |key: &str| with.iter().find(|(other, ..)| other == key).map(|(_, value, _)| value.as_str());
    if !step.reads_steps.is_empty() || step.background || ELSEWHERE.iter().any(|key| input(key).is_some()) {
        return None;
    }
    let given = sender.inputs.iter().find_map(|key| input(key)).unwrap_or_default();
    let paths = given.split(['\n', sender.separator]).map(str::trim).filter(|path| !path.is_empty());
    let paths: Vec<String> = paths.map(|path| path.trim_start_matches("./").trim_end_matches('/').to_owned()).collect();
    let finds_coverage = match sender.search {
        Search::Never => false,
        Search::Without => paths.is_empty(),
        Search::Beside(off) => input(off) != Some("true"),
    };
    let is_plain = |path: &String| !path.contains("${{") && !path.starts_with(['!', '/', '~']);
    let is_known = (finds_coverage || !paths.is_empty()) && paths.iter().all(is_plain);
    is_known.then_some(Sent { paths, finds_coverage })
}

impl Sent {
    /// Of the files that a session with `effects` makes, those that are meant; `folder` is that of its noxfile.
    pub(crate) fn among(&self, effects: &Effects, folder: &str) -> BTreeSet<String> {
        let is_named = |path: &String| self.paths.iter().any(|sent| model::effects::meet(path, sent));
        made(effects, folder).filter(|path| is_named(path) || (self.finds_coverage && is_report(path))).collect()
    }

    /// The same of coverage's own data, from which such an action makes a report where there is none.
    pub(crate) fn data_among(&self, effects: &Effects, folder: &str) -> BTreeSet<String> {
        let is_data = |path: &String| file_name(path).starts_with(".coverage");
        made(effects, folder).filter(|path| self.finds_coverage && self.paths.is_empty() && is_data(path)).collect()
    }

    /// It in words: `site`, the coverage report.
    pub(crate) fn words(&self) -> String {
        if self.paths.is_empty() { "the coverage report".to_owned() } else { format!("`{}`", self.paths.join("`, `")) }
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

/// Whether a coverage service takes the file for a report: `coverage.xml`, `unit-coverage.json`, `py.lcov`.
fn is_report(path: &str) -> bool {
    const NAMES: [&str; 6] =
        ["cobertura.xml", "lcov.info", "nosetests.xml", "pylcov.dat", "report.xml", "test_cov.xml"];
    let name = file_name(path);
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    let is_readable = matches!(ending, "xml" | "json" | "info" | "txt");
    ending == "lcov" || NAMES.contains(&name) || (is_readable && (stem.contains("coverage") || stem == "codecov"))
}
