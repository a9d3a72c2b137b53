//! Before an offer is made it is applied in memory and read back. Every workflow must still run the same sessions with all
//! their instances under the same conditions, in the order that they need, with nothing at the same time that may not
//! be; and no comment may be lost.
//!
//! All workflows count, because an edit of the noxfile reaches them: a new `requires=` makes `nox -s report` in another
//! job run what it requires once more. Neighbours: `proof/runs.rs` counts, `proof/order.rs` compares order and overlap.

use std::collections::BTreeSet;
use std::sync::Arc;

use facts::noxfile::{Alone, NoxfileFacts};
use facts::repository::Remembered;
use model::effects::Role;
use model::{
    Access, EdgeKind, Effect, FileId, InputFacts, InputFile, NoxfileModel, Resource, SessionId, SessionKind, Workspace,
};
use syntax::{Change, Document, Language, Span};

use super::noxfile;
use crate::assist::FileEdit;
use crate::snapshot::{FileFacts, FileState, Snapshot};

pub(crate) mod listing;
mod order;
mod runs;

/// What all files mean before and after edits that are proved.
pub(crate) struct Proved {
    pub(crate) before: Arc<Workspace>,
    pub(crate) after: Arc<Workspace>,
}

/// Whether applying `edits` keeps what the workflows do; the error says what would change.
pub(crate) fn check(snapshot: &Snapshot, edits: &[FileEdit]) -> Result<Proved, String> {
    check_as(snapshot, edits, runs::compare)
}

/// The same for edits that mean to run sessions less often, but every one of them still.
pub(crate) fn check_fewer(snapshot: &Snapshot, edits: &[FileEdit]) -> Result<Proved, String> {
    check_as(snapshot, edits, runs::compare_fewer)
}

type CompareRuns = fn(&Workspace, &Workspace, &Beside<'_>) -> Result<(), String>;

/// What may run beside what ran, because others require it now.
struct Beside<'a> {
    /// Sessions that are new.
    suppliers: &'a BTreeSet<Name>,
    /// Signatures of sessions that were there: they may run more often, not less.
    builders: &'a BTreeSet<Name>,
}

fn check_as(snapshot: &Snapshot, edits: &[FileEdit], compare_runs: CompareRuns) -> Result<Proved, String> {
    let (before, after) = before_and_after(snapshot, edits)?;
    let before = filled(snapshot, before, edits, false).unwrap_or_else(|before| before);
    let after = filled(snapshot, Arc::new(after), edits, true).unwrap_or_else(|after| after);
    let suppliers = suppliers(&before, &after);
    for (before, after) in before.noxfiles.iter().zip(&after.noxfiles) {
        keeps_sessions(&before.facts, after, &suppliers)?;
    }
    let builders = builders(&before, &after);
    let beside = Beside { suppliers: &suppliers, builders: &builders };
    compare_runs(&before, &after, &beside)?;
    order::compare(&before, &after, &beside)?;
    Ok(Proved { before, after })
}

/// What all files mean before and after the edits.
pub(crate) fn before_and_after(snapshot: &Snapshot, edits: &[FileEdit]) -> Result<(Arc<Workspace>, Workspace), String> {
    let (mut before, mut after) = (Vec::new(), Vec::new());
    let mut edits_noxfile = false;
    for file in &snapshot.files {
        let mut facts = file.facts.input();
        let mut edited = facts.clone();
        if let Some(edit) = edits.iter().find(|edit| edit.file == file.id) {
            let document = edited_document(file, edit)?;
            (facts, edited) = read(file, &document, facts);
            edits_noxfile |= matches!(edited, InputFacts::Noxfile(_));
        }
        before.push(input(file, facts));
        after.push(input(file, edited));
    }
    if edits.iter().any(|edit| !after.iter().any(|file| file.id == edit.file)) {
        return Err(BROKEN.to_owned());
    }
    let now = &snapshot.workspace;
    // An edited noxfile is read in the same way before and after: without the files beside it.
    let before = if edits_noxfile { Arc::new(now.with_files(before)) } else { Arc::clone(now) };
    let after = before.with_files(after);
    Ok((before, after))
}

/// The workspace with lists that nox makes at run time as it would make them now, in the workflows that are edited;
/// `Err`: it has none.
fn filled(
    snapshot: &Snapshot,
    workspace: Arc<Workspace>,
    edits: &[FileEdit],
    is_after: bool,
) -> Result<Arc<Workspace>, Arc<Workspace>> {
    let mut replaced: Vec<(FileId, InputFacts)> = Vec::new();
    for edit in edits {
        let Some(file) = snapshot.file(edit.file) else { continue };
        let Some(workflow) = workspace.workflow_of(file.id).and_then(|id| workspace.workflows.get(id.0)) else {
            continue;
        };
        let text = file.document.text();
        let edited = if is_after { syntax::apply(text, &edit.edits) } else { Some(text.to_owned()) };
        let Some(text) = edited else { continue };
        let fills = listing::filled(&workspace, workflow, &text);
        let Some(text) = syntax::apply(&text, &fills).filter(|_| !fills.is_empty()) else { continue };
        let document = Document::new(Language::Yaml, text);
        replaced
            .push((file.id, InputFacts::Workflow(Arc::new(facts::workflow::read(&document, workflow.facts.forge)))));
    }
    if replaced.is_empty() {
        return Err(workspace);
    }
    let facts_of = |file: &FileState| {
        let other = replaced.iter().find(|(id, _)| *id == file.id).map(|(_, facts)| facts.clone());
        let noxfile = || workspace.noxfiles.iter().find(|noxfile| noxfile.file == file.id);
        let workflow = || workspace.workflows.iter().find(|workflow| workflow.file == file.id);
        other
            .or_else(|| Some(InputFacts::Noxfile(Arc::clone(&noxfile()?.facts))))
            .or_else(|| Some(InputFacts::Workflow(Arc::clone(&workflow()?.facts))))
            .unwrap_or_else(|| file.facts.input())
    };
    let files = snapshot.files.iter().map(|file| input(file, facts_of(file)));
    Ok(Arc::new(workspace.with_files(files.collect())))
}

/// The file's text after the edit, which must be as readable as it was.
fn edited_document(file: &FileState, edit: &FileEdit) -> Result<Document, String> {
    let text = syntax::apply(file.document.text(), &edit.edits).ok_or(BROKEN)?;
    // Read as after a keystroke: only what differs is parsed.
    let whole = Span::new(0, u32::try_from(file.document.text().len()).map_err(|_| BROKEN)?);
    let document = file.document.edited(&[Change { span: whole, text }]);
    if document.issues().len() > file.document.issues().len() {
        return Err(BROKEN.to_owned());
    }
    keeps_comments(&file.document, &document)?;
    Ok(document)
}

/// What the file says before and after.
fn read(file: &FileState, document: &Document, facts: InputFacts) -> (InputFacts, InputFacts) {
    match &file.facts {
        FileFacts::Workflow(workflow) => {
            let beside = Remembered(&workflow.reads);
            (facts, InputFacts::Workflow(Arc::new(facts::workflow::read_in(document, workflow.forge, &beside))))
        }
        FileFacts::Noxfile(_) => {
            let read = |document: &Document| InputFacts::Noxfile(Arc::new(facts::noxfile::read(document, &Alone)));
            (read(&file.document), read(document))
        }
        FileFacts::Project(_) => {
            let name = file.path.rsplit('/').next().unwrap_or(&file.path);
            (facts, InputFacts::Project(Arc::new(facts::project::read(name, document.text()))))
        }
        FileFacts::Action(_) => (facts.clone(), facts),
    }
}

fn input(file: &FileState, facts: InputFacts) -> InputFile {
    InputFile { id: file.id, path: file.path.clone(), facts }
}

const BROKEN: &str = "the result could not be read back";

/// Sessions that an edit adds for nothing but others to require them: what runs one of those runs them first. That is
/// what they are for, and no change of what is run.
pub(crate) fn suppliers(before: &Workspace, after: &Workspace) -> BTreeSet<Name> {
    let mut found = BTreeSet::new();
    for (was, is) in before.noxfiles.iter().zip(&after.noxfiles) {
        for (at, session) in is.facts.sessions.iter().enumerate() {
            let is_new = !was.facts.sessions.iter().any(|old| old.name == session.name);
            let is_required = is.edges.iter().any(|edge| edge.kind == EdgeKind::Requires && edge.from == SessionId(at));
            if is_new && !session.default && is_required {
                found.insert((is.file, session.name.clone()));
            }
        }
    }
    found
}

/// Sessions that were there and build packages, publish nothing and rewrite nothing, and that an edit has others require for
/// the first time: what runs one of those builds first. Signatures.
pub(crate) fn builders(before: &Workspace, after: &Workspace) -> BTreeSet<Name> {
    let mut found = BTreeSet::new();
    for (was, is) in before.noxfiles.iter().zip(&after.noxfiles) {
        for (at, session) in is.facts.sessions.iter().enumerate() {
            let id = SessionId(at);
            let requires = |model: &NoxfileModel, id| {
                model.edges.iter().filter(move |it| it.kind == EdgeKind::Requires && it.from == id).count()
            };
            let old = was.facts.sessions.iter().position(|old| old.name == session.name).map(SessionId);
            let only_builds = is.effects.get(at).is_some_and(|effects| {
                let is_outside = |effect: &Effect| {
                    matches!(effect.resource, Resource::World | Resource::Git | Resource::Sources)
                        && effect.access != Access::Read
                };
                let builds = |effect: &Effect| effect.role == Role::Package && effect.access == Access::Write;
                // One named `build_and_check` may count as a linter.
                let is_left_alone = matches!(effects.kind, SessionKind::Release | SessionKind::Serve);
                let items = &effects.items;
                !is_left_alone && items.iter().any(builds) && !items.iter().any(is_outside)
            });
            if only_builds && old.is_some_and(|old| requires(was, old) < requires(is, id)) {
                found.extend(session.instances.iter().map(|instance| (is.file, instance.signature.clone())));
            }
        }
    }
    found
}

fn keeps_sessions(before: &NoxfileFacts, after: &NoxfileModel, suppliers: &BTreeSet<Name>) -> Result<(), String> {
    let none = BTreeSet::new();
    let was = signatures(before, after.file, &none);
    if was == signatures(&after.facts, after.file, suppliers) && before.unknown.len() == after.facts.unknown.len() {
        Ok(())
    } else {
        Err("the noxfile would not be seen to have the same sessions".to_owned())
    }
}

/// Sorted: an edit may bring sessions into another order.
fn signatures<'a>(facts: &'a NoxfileFacts, file: FileId, without: &BTreeSet<Name>) -> Vec<&'a str> {
    let sessions = facts.sessions.iter().filter(|session| !without.contains(&(file, session.name.clone())));
    let mut signatures: Vec<&str> =
        sessions.flat_map(|session| session.instances.iter()).map(|instance| instance.signature.as_str()).collect();
    signatures.sort_unstable();
    signatures
}

/// No comment may be lost.
fn keeps_comments(before: &Document, after: &Document) -> Result<(), String> {
    let (text, all_text) = (before.text(), after.text());
    let comments = match before.language() {
        Language::Python => noxfile::style::comments(text),
        Language::Yaml => before.yaml().comments.clone(),
        Language::Plain => Vec::new(),
    };
    let lost = comments.into_iter().any(|comment| !all_text.contains(comment.of(text).trim_end()));
    if lost { Err("a comment would be lost".to_owned()) } else { Ok(()) }
}

/// A session by what it is called, which stays when a file's sessions change places.
pub(crate) type Name = (FileId, String);

fn name(workspace: &Workspace, noxfile: model::NoxfileId, session: model::SessionId) -> Option<Name> {
    let noxfile = workspace.noxfiles.get(noxfile.0)?;
    Some((noxfile.file, noxfile.facts.sessions.get(session.0)?.name.clone()))
}
