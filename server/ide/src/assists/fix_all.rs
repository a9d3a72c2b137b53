//! All that is safe in a file at once: the best rewrite of each job, or of the noxfile, and the fixes that cannot change what the file means.
//!
//! Rewrites are proved together, as one may stand in another's way: two that opt the same session in are one edit, and
//! what meets another's edit is left for the next time.

use model::Estimate;
use syntax::{Span, TextEdit};

use super::{Gain, Machines, proof};
use crate::assist::{FileEdit, Offer, OfferKind};
use crate::snapshot::{FileState, Snapshot};
use crate::times::JobTimes;

/// What is safe to do in `file`; `None`: nothing.
pub(crate) fn offer(snapshot: &Snapshot, file: &FileState) -> Option<Offer> {
    let mut edits: Vec<FileEdit> = Vec::new();
    let mut done: Vec<Done> = Vec::new();
    // Each job for itself; a noxfile as a whole, as what one session is let in beside is not settled by that session.
    let places = match file.workflow() {
        Some(workflow) => workflow.jobs.iter().map(|job| Span::empty(job.id_span.start)).collect(),
        None => vec![Span::empty(0)],
    };
    let best = |(place, span): (usize, Span)| Some((place, best(snapshot, file, span)?));
    let all: Vec<(usize, Best)> = places.into_iter().enumerate().filter_map(best).collect();
    // One proof for all of them; where it fails, one after another says which stands in the way.
    for is_each_proved in [false, true] {
        edits.clear();
        done.clear();
        for (place, (best, gain)) in &all {
            let Some(both) = joined(snapshot, &edits, &best.edits) else { continue };
            if both != edits && (!is_each_proved || proof::check(snapshot, &both).is_ok()) {
                edits = both;
                done.push(Done { job: *place, title: best.title.clone(), gain: gain.clone() });
            }
        }
        if is_each_proved || done.len() < 2 || proof::check(snapshot, &edits).is_ok() {
            break;
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
        // Where that rewrite is offered by itself, the two are not the same line twice.
        ([only], 0) => format!("All that is safe in this file: {}", decapitalised(&only.title)),
        (rewrites, 0) => {
            let title = format!("Run the sessions of {} jobs in parallel, each in its best safe way", rewrites.len());
            super::titled(title, gain(snapshot, file, rewrites).as_ref(), None)
        }
        (rewrites, fixes) => {
            let plural = |count: usize, ending: &'static str| if count == 1 { "" } else { ending };
            let (rewrites_end, fixes_end) = (plural(rewrites.len(), "s"), plural(fixes, "es"));
            let title = format!("Apply {} safe rewrite{rewrites_end} and {fixes} safe fix{fixes_end}", rewrites.len());
            super::titled(title, gain(snapshot, file, rewrites).as_ref(), None)
        }
    };
    Some(Offer {
        assist: "fix-all",
        kind: OfferKind::FixAll,
        title,
        is_safe: true,
        is_preferred: false,
        is_faster: done.iter().any(|done| done.gain.is_some()),
        disabled: None,
        edits,
    })
}

/// `Run 3 sessions` as the rest of a sentence.
fn decapitalised(title: &str) -> String {
    let mut letters = title.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

/// An offer, and what it saves.
type Best = (Offer, Option<Gain>);

/// The best that is safe at `span`. Who asks for all that is safe in a noxfile does not mean the workflows.
fn best(snapshot: &Snapshot, file: &FileState, span: Span) -> Option<Best> {
    let is_meant = |edits: &[FileEdit]| file.workflow().is_some() || edits.iter().all(|edit| edit.file == file.id);
    super::best(snapshot, file.id, span, is_meant)
}

/// A rewrite that takes part.
struct Done {
    /// The job that it rewrites: its place in the workflow.
    job: usize,
    title: String,
    gain: Option<Gain>,
}

/// What the rewrites save together: of a workflow over all its jobs, of a noxfile what its only one saves.
fn gain(snapshot: &Snapshot, file: &FileState, rewrites: &[Done]) -> Option<Gain> {
    let workspace = &snapshot.workspace;
    let Some(workflow) = workspace.workflow_of(file.id).and_then(|id| workspace.workflows.get(id.0)) else {
        return rewrites.first()?.gain.clone();
    };
    let gains: Vec<(usize, &Gain)> = rewrites.iter().filter_map(|done| Some((done.job, done.gain.as_ref()?))).collect();
    let saved = |job: usize| gains.iter().filter(|(at, _)| *at == job).map(|(_, gain)| gain.saved()).sum::<f64>();
    let source = gains.iter().map(|(_, gain)| gain.after.source).max()?;
    let estimate = |seconds: f64| Estimate { seconds, low: seconds, high: seconds, source };
    let now = JobTimes::of(workspace, workflow).makespan;
    let after = JobTimes::shortened(workspace, workflow, &saved).makespan;
    let on = Machines::several(&workspace.settings, workflow.facts.forge);
    Some(Gain { now: estimate(now), after: estimate(after), on })
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
        // Two texts at one place have no order that anybody meant, unless one offer has them in it.
        let more: Vec<&TextEdit> = new.edits.iter().filter(|edit| !known.edits.contains(edit)).collect();
        if more.iter().any(|edit| known.edits.iter().any(|other| other.span.meets(edit.span))) {
            return None;
        }
        known.edits.extend(more.into_iter().cloned());
        let text = snapshot.file(new.file)?.document.text();
        syntax::apply(text, &known.edits)?;
    }
    Some(all)
}
