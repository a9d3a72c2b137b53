//! Lets jobs start without waiting for jobs that they take nothing from.
//!
//! ```yaml
//! docs:
//!   needs: [lint, build]
//! ```
//! -> where `docs` takes nothing from `lint`:
//! ```yaml
//! docs:
//!   needs: [build]
//! ```
//! On one id of `needs` that one, on a job all of its, elsewhere all of the workflow's. Whether an author meant the order
//! itself is not in the file, so it is never done unasked.

use model::{Estimate, Source};
use syntax::TextEdit;

use crate::assist::{FileEdit, OfferKind};
use crate::assists::context::{JobCx, WorkflowCx};
use crate::assists::{Assist, AssistCx, Draft, Gain, Machines, Spot};
use crate::needs;
use crate::subject;
use crate::times::JobTimes;

pub(super) const ASSIST: Assist = Assist { id: "drop-needless-needs", kind: OfferKind::Parallel, at: &[Spot::Workflow, Spot::Job, Spot::Needs], run };

fn run(cx: &AssistCx<'_>) -> Option<Draft> {
    let workflow = cx.workflow()?;
    let chosen: Vec<JobCx<'_>> = match cx.job() {
        Some(job) if !cx.is_whole_file() => vec![job],
        _ => workflow.jobs().collect(),
    };
    let mut found: Vec<(JobCx<'_>, Vec<usize>)> = Vec::new();
    for job in chosen {
        let mut gone = needs::needless(cx.snapshot, workflow.id, job.at)?;
        // On one id that one is meant.
        let at = |at: &usize| job.job.needs.get(*at).is_some_and(|(_, span)| span.meets(cx.span));
        if gone.iter().any(at) {
            gone.retain(at);
        }
        if !gone.is_empty() {
            found.push((job, gone));
        }
    }
    let count: usize = found.iter().map(|(_, gone)| gone.len()).sum();
    let title = match found.as_slice() {
        [] => return None,
        [(job, gone)] => format!("Let `{}` start without {}", job.job.id, names(job, gone)),
        jobs => format!("Drop {count} needless `needs` of {} jobs", jobs.len()),
    };
    let edits = found.iter().map(|(job, gone)| needs::without(&cx.file.document, job.job, gone));
    let edits: Result<Vec<Vec<TextEdit>>, String> = edits.collect();
    Some(Draft {
        title,
        gain: gain(workflow, &found),
        caveat: Some(unknown(workflow, &found).unwrap_or_else(|| "if the order itself is not meant".to_owned())),
        edits: edits.map(|edits| vec![FileEdit::new(cx.file.id, edits.concat())]),
    })
}

fn names(job: &JobCx<'_>, gone: &[usize]) -> String {
    let names: Vec<String> = gone.iter().filter_map(|at| job.job.needs.get(*at)).map(|(id, _)| format!("`{id}`")).collect();
    names.join(", ")
}

/// A command of the sessions that would start earlier, of which nobody knows what it needs.
fn unknown(cx: WorkflowCx<'_>, found: &[(JobCx<'_>, Vec<usize>)]) -> Option<String> {
    let links = cx.workflow.links.iter().filter(|link| found.iter().any(|(job, _)| job.at == link.site.job));
    let effects = links.filter_map(|link| Some((cx.snapshot.workspace.noxfiles.get(link.noxfile?.0)?, link)));
    let mut unknown = effects.flat_map(|(noxfile, link)| {
        link.runs.iter().filter_map(|run| noxfile.effects.get(run.session.0)).flat_map(|effects| &effects.unknown)
    });
    unknown.next().map(|command| format!("unverified: nobody knows what `{}` touches", command.what))
}

/// What the workflow takes now and then; `None` where that is the same: the edges are needless all the same.
fn gain(cx: WorkflowCx<'_>, found: &[(JobCx<'_>, Vec<usize>)]) -> Option<Gain> {
    let jobs = &cx.workflow.facts.jobs;
    let gone: Vec<(usize, usize)> = found
        .iter()
        .flat_map(|(job, gone)| gone.iter().filter_map(move |at| Some((job.job.needs.get(*at)?, job.at))))
        .filter_map(|((id, _), to)| Some((subject::job_named(jobs, id)?, to)))
        .collect();
    let is_gone = |edge: &(usize, usize)| gone.contains(edge);
    let kept: Vec<(usize, usize)> = cx.workflow.needs.iter().filter(|edge| !is_gone(edge)).copied().collect();
    let workspace = &cx.snapshot.workspace;
    let source = cx.workflow.jobs.iter().map(|estimate| estimate.source).max().unwrap_or(Source::Guess);
    let estimate = |seconds: f64| Estimate { seconds, low: seconds, high: seconds, source };
    let now = JobTimes::of(workspace, cx.workflow).makespan;
    let after = JobTimes::with_needs(workspace, cx.workflow, &kept).makespan;
    let on = Machines::several(&workspace.settings, cx.workflow.facts.forge);
    (after < now).then(|| Gain { now: estimate(now), after: estimate(after), on })
}
