//! All that is safe in a file at once: the best rewrite of each job and the fixes that cannot change what the file means.
//!
//! Rewrites are proved together, as one may stand in another's way: two that opt the same session in are one edit, and
//! what meets another's edit is left for the next time.

use syntax::{Span, TextEdit};

use super::proof;
use crate::assist::{FileEdit, Offer, OfferKind};
use crate::snapshot::{FileState, Snapshot};

/// What is safe to do in `file`; `None`: nothing.
pub(crate) fn offer(snapshot: &Snapshot, file: &FileState) -> Option<Offer> {
    let mut edits: Vec<FileEdit> = Vec::new();
    let mut done: Vec<String> = Vec::new();
    let jobs = file.workflow().map_or(&[][..], |workflow| &workflow.jobs);
    let mut places: Vec<Span> = jobs.iter().map(|job| Span::empty(job.id_span.start)).collect();
    if let Some(noxfile) = file.noxfile() {
        places.extend(noxfile.sessions.iter().map(|session| Span::empty(session.name_span.start)));
    }
    for place in places {
        for best in super::at(snapshot, file.id, place).into_iter().filter(|offer| offer.is_safe && offer.is_preferred)
        {
            let Some(both) = joined(snapshot, &edits, &best.edits) else { continue };
            if both != edits && proof::check(snapshot, &both).is_ok() {
                edits = both;
                done.push(best.title);
            }
        }
    }
    let fixes: Vec<TextEdit> = safe_fixes(snapshot, file, &edits);
    let count = fixes.len();
    if count > 0 {
        edits = joined(snapshot, &edits, &[FileEdit::new(file.id, fixes)]).unwrap_or(edits);
    }
    let title = match (done.as_slice(), count) {
        ([], 0) => return None,
        ([], 1) => "Apply 1 safe fix".to_owned(),
        ([], fixes) => format!("Apply {fixes} safe fixes"),
        ([only], 0) => only.clone(),
        (rewrites, 0) => format!("Run the sessions of {} jobs in parallel, each in its best safe way", rewrites.len()),
        (rewrites, fixes) => format!("Apply {} safe rewrites and {fixes} safe fixes", rewrites.len()),
    };
    Some(Offer {
        assist: "fix-all",
        kind: OfferKind::FixAll,
        title,
        is_safe: true,
        is_preferred: false,
        disabled: None,
        edits,
    })
}

/// Edits of the first safe fix of each finding that meet neither one another nor `taken`.
fn safe_fixes(snapshot: &Snapshot, file: &FileState, taken: &[FileEdit]) -> Vec<TextEdit> {
    let mut fixes: Vec<TextEdit> = Vec::new();
    for finding in crate::lint::check(snapshot, file.id) {
        let Some(fix) = finding.fixes.iter().find(|fix| fix.is_safe) else { continue };
        let all: Vec<TextEdit> = fixes.iter().chain(&fix.edits).cloned().collect();
        if joined(snapshot, taken, &[FileEdit::new(file.id, all.clone())]).is_some() {
            fixes = all;
        }
    }
    fixes
}

/// Both lists as one, equal edits once. `None`: they meet.
fn joined(snapshot: &Snapshot, edits: &[FileEdit], more: &[FileEdit]) -> Option<Vec<FileEdit>> {
    let mut all = edits.to_vec();
    for new in more {
        let at = all.iter().position(|edit| edit.file == new.file).unwrap_or_else(|| {
            all.push(FileEdit::new(new.file, Vec::new()));
            all.len() - 1
        });
        let known = all.get_mut(at)?;
        for edit in &new.edits {
            if known.edits.contains(edit) {
                continue;
            }
            // Two texts at one place have no order that anybody meant.
            if known.edits.iter().any(|other| other.span.meets(edit.span)) {
                return None;
            }
            known.edits.push(edit.clone());
        }
        let text = snapshot.file(new.file)?.document.text();
        syntax::apply(text, &known.edits)?;
    }
    Some(all)
}
