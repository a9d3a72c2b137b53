//! Before an offer is made it is applied in memory and read back: the same sessions must still run in the workflow, with
//! all their instances, in an order that keeps what is needed, and nothing may have become unreadable.

use std::sync::Arc;

use facts::noxfile::{Alone, NoxfileFacts};
use model::{FileId, Input, InputFacts, InputFile, SessionId, Workspace};
use syntax::Document;

use crate::assist::FileEdit;
use crate::assists::AssistCx;

/// Whether applying `edits` keeps what the workflow runs; the error says what would change.
pub(crate) fn check(cx: &AssistCx<'_>, edits: &[FileEdit]) -> Result<(), String> {
    let mut workflow = None;
    for edit in edits {
        let file = cx.snapshot.file(edit.file).ok_or(BROKEN)?;
        let text = syntax::apply(file.document.text(), &edit.edits).ok_or(BROKEN)?;
        let document = Document::new(file.document.language(), text);
        if document.issues().len() > file.document.issues().len() {
            return Err(BROKEN.to_owned());
        }
        keeps_comments(&file.document, &document)?;
        match file.noxfile() {
            Some(_) => keeps_instances(&file.document, &document)?,
            None => workflow = Some(facts::workflow::read(&document, cx.workflow.facts.forge)),
        }
    }
    let Some(after) = workflow else { return Ok(()) };
    let before = sessions(&cx.workspace_with(Arc::clone(&cx.workflow.facts)));
    let after = sessions(&cx.workspace_with(Arc::new(after)));
    if before == after { Ok(()) } else { Err(OTHER_SESSIONS.to_owned()) }
}

const BROKEN: &str = "the result could not be read back";
const OTHER_SESSIONS: &str = "the result would not be seen to run the same sessions";

impl AssistCx<'_> {
    /// The workspace of this noxfile and a workflow that says `facts`.
    fn workspace_with(&self, facts: Arc<facts::workflow::WorkflowFacts>) -> Workspace {
        let path = |id: FileId| self.snapshot.file(id).map(|file| file.path.clone()).unwrap_or_default();
        let noxfile = self.group.noxfile;
        let mut files = vec![
            InputFile {
                id: noxfile.file,
                path: path(noxfile.file),
                facts: InputFacts::Noxfile(Arc::clone(&noxfile.facts)),
            },
            InputFile { id: self.file.id, path: self.file.path.clone(), facts: InputFacts::Workflow(facts) },
        ];
        files.sort_by(|a, b| a.path.cmp(&b.path));
        let settings = self.snapshot.workspace.settings.clone();
        Workspace::build(&Input { files, settings, ..Input::default() }, None)
    }
}

/// Every session instance that the workflow runs at least once.
fn sessions(workspace: &Workspace) -> Option<Vec<(SessionId, usize)>> {
    let workflow = workspace.workflows.first()?;
    if workflow.links.iter().any(|link| !link.unknown.is_empty()) {
        return None;
    }
    let runs = workflow.links.iter().flat_map(|link| link.runs.iter());
    let mut all: Vec<_> = runs.flat_map(|run| run.instances.iter().map(|at| (run.session, *at))).collect();
    all.sort_unstable();
    all.dedup();
    Some(all)
}

/// Sessions and signatures of the noxfile must be the same before and after.
fn keeps_instances(before: &Document, after: &Document) -> Result<(), String> {
    let signatures = |facts: &NoxfileFacts| -> Vec<String> {
        let instances = facts.sessions.iter().flat_map(|session| &session.instances);
        instances.map(|instance| instance.signature.clone()).collect()
    };
    let before = facts::noxfile::read(before, &Alone);
    let after = facts::noxfile::read(after, &Alone);
    let same = signatures(&before) == signatures(&after) && before.unknown.len() == after.unknown.len();
    if same { Ok(()) } else { Err("the noxfile would not be seen to have the same sessions".to_owned()) }
}

/// No comment may be lost.
fn keeps_comments(before: &Document, after: &Document) -> Result<(), String> {
    let all_text = after.text();
    let lost = before.yaml().comments.iter().find(|comment| !all_text.contains(comment.of(before.text()).trim_end()));
    lost.map_or(Ok(()), |_| Err("a comment would be lost".to_owned()))
}
