//! A newer nox for the jobs that pin an older one than an edit needs: the version is raised where the workflow, or the
//! project's `pyproject.toml`, says it. What says it elsewhere (a lock file, requirements with hashes) is not touched.

use facts::workflow::NoxPin;
use model::{NoxfileId, WorkflowModel};
use syntax::{Span, TextEdit};

use super::calls;
use crate::assist::FileEdit;
use crate::snapshot::{FileState, Snapshot};

/// What is raised.
#[derive(Default)]
pub(crate) struct Raised {
    /// By file: the versions.
    pub(crate) edits: Vec<FileEdit>,
    /// What somebody should know before it is done, as the end of a sentence; `None`: nothing is raised.
    pub(crate) caveat: Option<String>,
}

/// Raises what keeps a job that uses the noxfile from a nox of release `first`. The error says why that cannot be done;
/// `what` is what needs it.
pub(crate) fn raise(snapshot: &Snapshot, noxfile: NoxfileId, first: &str, what: &str) -> Result<Raised, String> {
    calls::refuse_set_nox(snapshot, first, what)?;
    let mut raised = Raised::default();
    let mut from: Vec<&str> = Vec::new();
    for (workflow, job, pin) in calls::old_pins(snapshot, noxfile, first) {
        let new =
            found(snapshot, workflow, pin, first).ok_or_else(|| calls::too_old(workflow, job, pin, first, what))?;
        let old = pin.specifier.trim_start_matches("==");
        for (file, edit) in new {
            let edits = match raised.edits.iter_mut().position(|edit| edit.file == file.id) {
                Some(at) => &mut raised.edits[at].edits,
                None => {
                    let mut new = FileEdit::new(file.id, Vec::new());
                    new.confirm = Some(format!("{} has nox {old}, and {what} needs {first}", file.path));
                    raised.edits.push(new);
                    &mut raised.edits.last_mut().ok_or("no edit")?.edits
                }
            };
            if !edits.contains(&edit) {
                edits.push(edit);
            }
        }
        if !from.contains(&old) {
            from.push(old);
        }
    }
    if !from.is_empty() {
        raised.caveat = Some(format!("with nox {first} in the place of {}", from.join(", ")));
    }
    Ok(raised)
}

/// Where a pin's version stands, with what it becomes; `None`: nowhere that can be changed.
fn found<'a>(
    snapshot: &'a Snapshot,
    workflow: &WorkflowModel,
    pin: &NoxPin,
    first: &str,
) -> Option<Vec<(&'a FileState, TextEdit)>> {
    let version = pin.specifier.strip_prefix("==").filter(|version| !version.contains([',', '*']))?;
    let new = written_like(version, first);
    let (file, places) = match &pin.file {
        None => {
            let file = snapshot.file(workflow.file)?;
            (file, within(file.document.text(), pin.span?, version))
        }
        Some(path) => {
            let file = snapshot.files.iter().find(|file| file.path == *path && path.ends_with("pyproject.toml"))?;
            (file, requirements(file.document.text(), version))
        }
    };
    let edits: Vec<_> = places.into_iter().map(|span| (&**file, TextEdit::replace(span, new.as_str()))).collect();
    (!edits.is_empty()).then_some(edits)
}

/// The version in the words that say it, where they stand there as they were read.
fn within(text: &str, span: Span, version: &str) -> Vec<Span> {
    let places: Vec<usize> = span.of(text).match_indices(version).map(|(at, _)| at).collect();
    match places.as_slice() {
        [only] => vec![spanned(span.start as usize + only, version)],
        _ => Vec::new(),
    }
}

/// The version in every requirement of nox: `"nox==2025.2.9"`, `'nox[uv] == 2025.2.9'`, `nox = "2025.2.9"`.
fn requirements(text: &str, version: &str) -> Vec<Span> {
    let is_one = |at: &usize| {
        let line = text.get(..*at).unwrap_or_default().rsplit('\n').next().unwrap_or_default();
        let (before, head) = line.rsplit_once(['"', '\'']).unwrap_or_default();
        let head: String = head.split_whitespace().collect();
        let is_pinned = head.starts_with("nox") && head.ends_with("==") && !head.contains(['-', '_']);
        let is_poetrys = (head.is_empty() || head == "==") && before.split_whitespace().eq(["nox", "="]);
        !line.trim_start().starts_with('#') && (is_pinned || is_poetrys)
    };
    text.match_indices(version).map(|(at, _)| at).filter(is_one).map(|at| spanned(at, version)).collect()
}

fn spanned(start: usize, version: &str) -> Span {
    let small = super::style::small;
    Span::new(small(start), small(start + version.len()))
}

/// A release with zeros in front of month and day where the old one had them: tags have them, what pip knows has not.
fn written_like(old: &str, release: &str) -> String {
    if old.contains(".0") {
        return release.to_owned();
    }
    let parts: Vec<&str> = release.split('.').map(|part| part.trim_start_matches('0')).collect();
    parts.join(".")
}

impl Raised {
    /// Puts these edits among those of the rewrite. What it writes anew over a pin gets the new version there.
    pub(crate) fn merge_into(self, edits: &mut Vec<FileEdit>, text_of: impl Fn(model::FileId) -> Option<String>) {
        for raised in self.edits {
            let Some(own) = edits.iter_mut().find(|edit| edit.file == raised.file) else {
                edits.push(raised);
                continue;
            };
            let text = text_of(raised.file).unwrap_or_default();
            for edit in raised.edits {
                match own.edits.iter_mut().find(|own| own.span.covers(edit.span)) {
                    // `uvx nox@2025.2.9` is how nox is started, and stands in the new step as it stood in the old one.
                    Some(own) => own.insert = own.insert.replace(edit.span.of(&text), &edit.insert),
                    None => own.edits.push(edit),
                }
            }
        }
    }
}
