//! Before an offer is made it is applied in memory and read back: every job of every workflow must still run the same
//! sessions with all their instances (a job that is split, its parts together), and no comment may be lost.
//!
//! Other workflows count, because an edit of the noxfile reaches them: a new `requires=` makes `nox -s report` in another
//! job run what it requires once more.

use std::sync::Arc;

use facts::noxfile::{Alone, NoxfileFacts};
use facts::workflow::WorkflowFacts;
use model::{FileId, Input, InputFacts, InputFile, SessionId, WorkflowModel, Workspace};
use syntax::Document;

use crate::assist::FileEdit;
use crate::assists::AssistCx;
use crate::snapshot::FileState;

/// Whether applying `edits` keeps what the workflows run; the error says what would change.
pub(crate) fn check(cx: &AssistCx<'_>, edits: &[FileEdit]) -> Result<(), String> {
    let mut documents = Vec::new();
    for edit in edits {
        let file = cx.snapshot.file(edit.file).ok_or(BROKEN)?;
        let text = syntax::apply(file.document.text(), &edit.edits).ok_or(BROKEN)?;
        let document = Document::new(file.document.language(), text);
        if document.issues().len() > file.document.issues().len() {
            return Err(BROKEN.to_owned());
        }
        keeps_comments(&file.document, &document)?;
        documents.push((edit.file, document));
    }
    let noxfile = cx.group.noxfile.file;
    let edited = documents.iter().find(|(id, _)| *id == noxfile).map(|(_, document)| document);
    let (before, after) = match edited {
        // Read in the same way before and after: without the files beside it, which the edit does not touch.
        Some(after) => {
            let file = cx.snapshot.file(noxfile).ok_or(BROKEN)?;
            let before = facts::noxfile::read(&file.document, &Alone);
            let after = facts::noxfile::read(after, &Alone);
            if signatures(&before) != signatures(&after) || before.unknown.len() != after.unknown.len() {
                return Err("the noxfile would not be seen to have the same sessions".to_owned());
            }
            (Arc::new(before), Arc::new(after))
        }
        None => (Arc::clone(&cx.group.noxfile.facts), Arc::clone(&cx.group.noxfile.facts)),
    };
    let edited = |file: &FileState| documents.iter().find(|(id, _)| *id == file.id).map(|(_, document)| document);
    let before = runs(&workspace(cx, before, &|_| None));
    let after = runs(&workspace(cx, after, &|file| {
        let facts = file.workflow()?;
        edited(file).map(|document| Arc::new(facts::workflow::read(document, facts.forge)))
    }));
    if before == after { Ok(()) } else { Err(OTHER_SESSIONS.to_owned()) }
}

const BROKEN: &str = "the result could not be read back";
const OTHER_SESSIONS: &str = "the result would not be seen to run the same sessions";

/// The workspace of this noxfile and all workflows, with what `replaced` gives in the place of their facts.
fn workspace(
    cx: &AssistCx<'_>,
    noxfile: Arc<NoxfileFacts>,
    replaced: &dyn Fn(&FileState) -> Option<Arc<WorkflowFacts>>,
) -> Workspace {
    let files = cx.snapshot.files.iter().filter_map(|file| {
        let facts = if file.id == cx.group.noxfile.file {
            InputFacts::Noxfile(Arc::clone(&noxfile))
        } else {
            let facts = file.workflow()?;
            InputFacts::Workflow(replaced(file).unwrap_or_else(|| Arc::clone(facts)))
        };
        Some(InputFile { id: file.id, path: file.path.clone(), facts })
    });
    let settings = cx.snapshot.workspace.settings.clone();
    Workspace::build(&Input { files: files.collect(), settings, ..Input::default() }, None)
}

/// What one workflow runs: every session instance with how many jobs run it, and the number of names that no session has.
/// Counting jobs rather than naming them lets a split keep the meaning, and notices a session that a second job now
/// runs too.
type Runs = (FileId, Vec<(SessionId, usize, usize)>, usize);

fn runs(workspace: &Workspace) -> Vec<Runs> {
    let of = |workflow: &Arc<WorkflowModel>| {
        let mut pairs = Vec::new();
        for link in &workflow.links {
            let runs = link.runs.iter().flat_map(|run| run.instances.iter().map(|at| (run.session, *at)));
            pairs.extend(runs.map(|(session, at)| (session, at, link.site.job)));
        }
        pairs.sort_unstable();
        pairs.dedup();
        let mut counted: Vec<(SessionId, usize, usize)> = Vec::new();
        for (session, at, _) in pairs {
            match counted.last_mut() {
                Some(last) if (last.0, last.1) == (session, at) => last.2 += 1,
                _ => counted.push((session, at, 1)),
            }
        }
        let unknown = workflow.links.iter().map(|link| link.unknown.len()).sum();
        (workflow.file, counted, unknown)
    };
    workspace.workflows.iter().map(of).collect()
}

fn signatures(facts: &NoxfileFacts) -> Vec<&str> {
    let instances = facts.sessions.iter().flat_map(|session| session.instances.iter());
    instances.map(|instance| instance.signature.as_str()).collect()
}

/// No comment may be lost.
fn keeps_comments(before: &Document, after: &Document) -> Result<(), String> {
    let all_text = after.text();
    let lost = before.yaml().comments.iter().find(|comment| !all_text.contains(comment.of(before.text()).trim_end()));
    lost.map_or(Ok(()), |_| Err("a comment would be lost".to_owned()))
}
