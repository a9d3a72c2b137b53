//! Sessions of a job that could run side by side, but stand in steps of which no group can be made: why that is, so that a job
//! with something to gain is not passed over in silence. Neighbours: `group` makes the groups and reads the steps, `ways`
//! says what a group could gain.

use facts::workflow::{Step, StepKind};
use model::forecast::Way;
use model::verdict;
use syntax::Span;

use super::group;
use crate::assists::context::JobCx;
use crate::assists::{AssistCx, Draft, Gain, Machines};

/// The offer that is made in the place of those which need a group; `what` is the beginning of the title.
pub(super) fn draft(cx: &AssistCx<'_>, title: impl Fn(usize) -> String) -> Option<Draft> {
    if cx.any_group_of_their_own().is_some() || cx.any_group_with_senders().is_some() {
        return None;
    }
    let job = cx.job()?;
    let sequence = job.snapshot.workspace.sequence(job.id, job.at)?;
    let forecasts = job.snapshot.workspace.forecasts(&sequence);
    let now = forecasts.iter().find(|forecast| forecast.way == Way::Now)?.makespan;
    let best = forecasts.iter().map(|forecast| forecast.makespan).min_by(|a, b| a.seconds.total_cmp(&b.seconds))?;
    let gain = Gain { now, after: best, on: Machines::one(&job.snapshot.workspace.settings) };
    let links = sequence.links.iter().filter_map(|at| job.workflow.links.get(*at));
    let mut steps: Vec<usize> = links.map(|link| link.site.step).collect();
    steps.dedup();
    let why = gain.is_worth_it().then(|| why(job, &steps)).flatten()?;
    Some(Draft { title: title(sequence.sessions.len()), gain: None, caveat: None, edits: Err(why) })
}

/// Why the first two of the job's `steps` that make no group do not.
fn why(job: JobCx<'_>, steps: &[usize]) -> Option<String> {
    if let Some(why) = steps.iter().find_map(|at| of_step(job, *at)) {
        return Some(why);
    }
    let pairs = steps.iter().zip(steps.iter().skip(1));
    pairs.into_iter().find_map(|(first, second)| {
        let objection = verdict::steps_of_their_own(job.job, *first, *second)?;
        let between: Vec<String> =
            job.job.steps.get(first + 1..*second)?.iter().map(|step| format!("`{}`", shown(job, step))).collect();
        let is_between = objection.precondition == verdict::BETWEEN && !between.is_empty();
        let stands = if between.len() == 1 { "stands" } else { "stand" };
        let named = || format!("{} {stands} between their steps, and may need its place", between.join(" and "));
        Some(if is_between { named() } else { objection.reason })
    })
}

/// Why one step takes part in no group.
fn of_step(job: JobCx<'_>, at: usize) -> Option<String> {
    let text = job.file.document.text();
    if group::is_part(job.snapshot, job.workflow, job.at, at, text) {
        return None;
    }
    let step = job.job.steps.get(at)?;
    let StepKind::Run { script, .. } = &step.kind else { return None };
    if script.nox_calls.iter().any(|call| call.through.is_some()) {
        return Some("nox is called through another file, which no rewrite edits".to_owned());
    }
    let is_call = |span: Span| script.nox_calls.iter().any(|call| span.covers(call.span));
    let other = script.commands.iter().find(|command| !is_call(command.span));
    Some(match other {
        Some(other) => format!("the step that runs them does more: `{}`", first_line(other.span.of(text))),
        None => "nox is called in a way that another step could not repeat".to_owned(),
    })
}

/// What a step is known by: its name, its action, its first command.
fn shown(job: JobCx<'_>, step: &Step) -> String {
    let text = job.file.document.text();
    match (&step.name, &step.kind) {
        (Some((name, _)), _) => name.clone(),
        (None, StepKind::Uses { action, .. }) => action.clone(),
        (None, StepKind::Run { script, .. }) => {
            script.commands.first().map_or("run", |command| first_line(command.span.of(text))).to_owned()
        }
        _ => first_line(step.span.of(text).trim_start_matches(['-', ' '])).to_owned(),
    }
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default().trim()
}
