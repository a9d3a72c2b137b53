//! Rewrites of real workflows, shown to others: GitHub's parser takes every one, actionlint, zizmor and the public schema
//! report nothing that they did not report before. And what a rewrite does not mean stays as it was.
//!
//! The workflows of this repository are always tried; real projects where `NOXFLOW_CORPUS` is. A setting makes every
//! rewrite worth while that is possible at all: many runners, little overhead.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use facts::FileKind;
use facts::noxfile::Surroundings;
use ide::{FileState, Offer, OfferKind, Snapshot};
use model::{FileId, Settings, Timings};
use noxflow::workspace::OnDisk;
use noxflow_tests::{root, text, tool};
use serde_json::Value;
use syntax::Span;

#[test]
fn rewrites_of_our_own_workflows_are_accepted() {
    let mut folders = children(&root().join("tests/projects"));
    folders.extend(children(&root().join("tests/labels/own")));
    let tally = judge(&folders);
    assert!(tally.values().sum::<usize>() >= 20, "{tally:?}");
}

#[test]
fn rewrites_of_real_workflows_are_accepted() {
    let Some(corpus) = std::env::var_os("NOXFLOW_CORPUS") else {
        println!("skipped: NOXFLOW_CORPUS does not say where real projects are");
        return;
    };
    let tally = judge(&children(Path::new(&corpus)));
    println!("rewrites of workflows, by name:");
    tally.iter().for_each(|(id, times)| println!("{times:>6}  {id}"));
    assert!(tally.values().sum::<usize>() >= 100, "{tally:?}");
}

fn children(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.retain(|path| path.is_dir());
    paths.sort();
    paths
}

/// A workflow before and after one rewrite.
struct Rewritten {
    /// `project: path, job, rewrite`.
    what: String,
    id: &'static str,
    before: String,
    after: String,
}

/// Tries every rewrite of every workflow; how many there were, by id.
fn judge(folders: &[PathBuf]) -> BTreeMap<&'static str, usize> {
    let (mut all, mut wrong) = (Vec::new(), Vec::new());
    for folder in folders {
        let on_disk = OnDisk::open(folder).expect("a folder can be read");
        let settings =
            Settings { forgejo_slots: 20, gitea_slots: 20, job_overhead_seconds: 5.0, ..Settings::default() };
        let files = on_disk.snapshot.files.clone();
        let snapshot = Snapshot::new(files, Arc::new(Timings::default()), settings, None);
        for (owner, file, offer) in offers(&snapshot) {
            let name = folder.file_name().unwrap_or_default().to_string_lossy();
            let what = format!("{name}: {}, {owner}, {}", snapshot.file(file).expect("its file").path, offer.assist);
            match apply(&snapshot, folder, &owner, file, &offer) {
                Ok(changed) => all.extend(changed.into_iter().map(|(before, after)| Rewritten {
                    what: what.clone(),
                    id: offer.assist,
                    before,
                    after,
                })),
                Err(why) => wrong.push(format!("{what}: {why}")),
            }
        }
    }
    wrong.extend(refused(&all));
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), all.len(), wrong.join("\n"));
    let mut tally = BTreeMap::new();
    for one in &all {
        *tally.entry(one.id).or_default() += 1;
    }
    tally
}

/// Every offer that can be applied, once, with the job or session where it is first made.
fn offers(snapshot: &Snapshot) -> Vec<(String, FileId, Offer)> {
    let mut out: Vec<(String, FileId, Offer)> = Vec::new();
    for file in &snapshot.files {
        for (owner, span) in owners(file) {
            for offer in ide::assists(snapshot, file.id, span) {
                let is_new = !out.iter().any(|(_, _, other)| *other == offer);
                if offer.disabled.is_none() && offer.kind != OfferKind::FixAll && is_new {
                    out.push((owner.clone(), file.id, offer));
                }
            }
        }
    }
    out
}

const WHOLE: &str = "the whole file";

fn owners(file: &FileState) -> Vec<(String, Span)> {
    let jobs = file.workflow().into_iter().flat_map(|it| &it.jobs).map(|job| (job.id.clone(), job.id_span));
    let sessions = file.noxfile().into_iter().flat_map(|it| &it.sessions).map(|it| (it.name.clone(), it.name_span));
    let mut out: Vec<(String, Span)> =
        jobs.chain(sessions).map(|(name, span)| (name, Span::empty(span.start))).collect();
    out.push((WHOLE.to_owned(), Span::from(0..file.document.text().len())));
    out
}

struct Beside(PathBuf);

impl Surroundings for Beside {
    fn read(&self, path: &str) -> Option<Arc<str>> {
        std::fs::read_to_string(self.0.join(path)).ok().map(Arc::from)
    }
}

/// Applies an offer; the workflows that it changes, before and after. The error says what was not kept.
fn apply(
    snapshot: &Snapshot,
    folder: &Path,
    owner: &str,
    file: FileId,
    offer: &Offer,
) -> Result<Vec<(String, String)>, String> {
    let mut files = snapshot.files.clone();
    let mut out = Vec::new();
    for edit in &offer.edits {
        let state = files.iter_mut().find(|state| state.id == edit.file).ok_or("a file that is not there")?;
        let before = state.document.text().to_owned();
        let after = syntax::apply(&before, &edit.edits).ok_or("edits that overlap")?;
        let beside = match state.kind {
            FileKind::Noxfile => folder.join(&state.path).parent().expect("a folder").to_owned(),
            _ => folder.to_owned(),
        };
        let new = FileState::new(state.id, &state.path, state.kind, after.as_str(), &Beside(beside), None);
        kept(state, &new)?;
        if state.workflow().is_some() {
            out.push((before, after));
        }
        *state = Arc::new(new);
    }
    let settings = Settings { forgejo_slots: 20, gitea_slots: 20, job_overhead_seconds: 5.0, ..Settings::default() };
    let after = Snapshot::new(files, Arc::new(Timings::default()), settings, Some(snapshot));
    let state = after.file(file).expect("it is still there");
    let again = owners(state).into_iter().filter(|(name, _)| name == owner);
    for (_, span) in again {
        let twice =
            |other: &Offer| other.assist == offer.assist && other.disabled.is_none() && other.title == offer.title;
        if ide::assists(&after, file, span).iter().any(twice) {
            return Err("is offered again".to_owned());
        }
    }
    Ok(out)
}

/// Comments, line ends and all that the edits do not touch.
fn kept(before: &FileState, after: &FileState) -> Result<(), String> {
    let (old, new) = (before.document.text(), after.document.text());
    let comments = |text: &str| -> Vec<String> {
        let lines = text.lines().map(str::trim);
        lines.filter(|line| line.starts_with('#')).map(str::to_owned).collect()
    };
    let mut there = comments(new);
    for comment in comments(old) {
        match there.iter().position(|other| *other == comment) {
            Some(at) => drop(there.remove(at)),
            None => return Err(format!("a comment is lost: {comment}")),
        }
    }
    if old.contains("\r\n") && !old.replace("\r\n", "").contains('\n') && new.replace("\r\n", "").contains('\n') {
        return Err("lines end in two ways".to_owned());
    }
    let (Some(was), Some(is)) = (before.workflow(), after.workflow()) else { return Ok(()) };
    // Everything above the jobs is nobody's business.
    let head = |text: &str| text.split_inclusive('\n').take_while(|line| !line.starts_with("jobs")).collect::<String>();
    if head(old) != head(new) {
        return Err("what stands above the jobs has changed".to_owned());
    }
    let lost = was.jobs.iter().find(|job| !is.jobs.iter().any(|other| other.id == job.id));
    match lost {
        // Jobs that become one: their ids go.
        Some(job) if is.jobs.len() >= was.jobs.len() => Err(format!("the job {} is gone", job.id)),
        _ => Ok(()),
    }
}

/// What the judges have against a rewritten workflow and had not against the original.
fn refused(all: &[Rewritten]) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a scratch folder");
    // zizmor and the schema ask for the name of a workflow's folder.
    let place = folder.path().join(".github/workflows");
    std::fs::create_dir_all(&place).expect("a folder");
    let mut paths = Vec::new();
    for (number, one) in all.iter().enumerate() {
        for (side, text) in [("before", &one.before), ("after", &one.after)] {
            let path = place.join(format!("{number}-{side}.yml"));
            std::fs::write(&path, text).expect("a file can be written");
            paths.push(path);
        }
    }
    if paths.is_empty() {
        return Vec::new();
    }
    let mut wrong = Vec::new();
    for (judge, ask) in JUDGES {
        let found = ask(&paths);
        for (number, one) in all.iter().enumerate() {
            let said = |side: &str| found.get(&format!("{number}-{side}.yml")).cloned().unwrap_or_default();
            let before = said("before");
            let mut new: Vec<String> = said("after").difference(&before).cloned().collect();
            if !new.is_empty() {
                // actionlint's WebAssembly has said of a file among others what it does not say of it alone.
                let alone = ask(&[place.join(format!("{number}-after.yml"))]).into_values().flatten();
                let alone: BTreeSet<String> = alone.collect();
                new.retain(|message| alone.contains(message));
            }
            if !new.is_empty() {
                wrong.push(format!("{}: {judge}: {}", one.what, new.join("; ")));
            }
        }
    }
    wrong
}

/// What a judge says, by file.
type Said = BTreeMap<String, BTreeSet<String>>;

type Judge = fn(&[PathBuf]) -> Said;

const JUDGES: [(&str, Judge); 4] =
    [("GitHub's parser", parser), ("actionlint", actionlint), ("zizmor", zizmor), ("the schema", schema)];

fn parser(paths: &[PathBuf]) -> Said {
    let answer = json(tool("gh-parser").arg("--background-steps").args(paths));
    by_file(&answer["files"])
}

/// Its newest build for npm is of 2022: what it says of `parallel` is left out, and so are machines of a project's own
/// and actions by their whole address, which Forgejo has. Where it dies over many files it is asked again of one alone.
fn actionlint(paths: &[PathBuf]) -> Said {
    let ask = |some: &[PathBuf]| {
        let answer = json(tool("actionlint").args(["--ignore", "runner-label"]).args(some));
        by_file(&answer["files"])
    };
    let mut said = Said::new();
    for some in paths.chunks(20) {
        said.extend(ask(some));
    }
    for path in paths {
        let messages = said.get(&name(&path.to_string_lossy()));
        if messages.is_some_and(|messages| messages.iter().any(|message| message.starts_with("actionlint failed"))) {
            said.extend(ask(std::slice::from_ref(path)));
        }
    }
    for messages in said.values_mut() {
        let has_groups = messages.iter().any(|message| message.contains("unexpected key \"parallel\""));
        let is_gap = |message: &str| {
            message.starts_with("specifying action \"https://")
                || has_groups
                    && (message.contains("unexpected key \"parallel\"") || message.starts_with("step must run"))
        };
        messages.retain(|message| !is_gap(message));
    }
    said
}

fn by_file(files: &Value) -> Said {
    let mut said = Said::new();
    for file in files.as_array().expect("a list") {
        let messages = file["errors"].as_array().expect("a list").iter();
        let messages = messages.map(|error| without_places(error["message"].as_str().unwrap_or_default()));
        said.entry(name(file["path"].as_str().expect("a path"))).or_default().extend(messages);
    }
    said
}

/// The sort of finding counts: a step that is copied into three jobs is found three times.
fn zizmor(paths: &[PathBuf]) -> Said {
    let answer = json(tool("zizmor").args(["--offline", "--format", "json", "--quiet"]).args(paths));
    let mut said = Said::new();
    for finding in answer.as_array().expect("a list") {
        let path = finding["locations"][0]["symbolic"]["key"]["Local"]["verbatim_path"].as_str().expect("a path");
        said.entry(name(path)).or_default().insert(finding["ident"].as_str().expect("an id").to_owned());
    }
    said
}

fn schema(paths: &[PathBuf]) -> Said {
    let answer =
        json(tool("check-jsonschema").args(["--builtin-schema", "vendor.github-workflows", "-o", "json"]).args(paths));
    let mut said = Said::new();
    for list in ["errors", "parse_errors"] {
        for error in answer[list].as_array().into_iter().flatten() {
            let message = error["message"].as_str().unwrap_or("cannot be read");
            said.entry(name(error["filename"].as_str().expect("a path"))).or_default().insert(message.to_owned());
        }
    }
    said
}

fn name(path: &str) -> String {
    Path::new(path).file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// A message whose place is cut off: it moves with what stands above it.
fn without_places(message: &str) -> String {
    message.split(" (Line:").next().unwrap_or(message).to_owned()
}

fn json(command: &mut Command) -> Value {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", text(&output)))
}
