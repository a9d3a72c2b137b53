//! Puts a job's steps that run sessions into a `parallel:` group, which GitHub has since 2026-06-25.
//!
//! ```yaml
//! steps:
//!   - run: nox -s lint
//!   - run: nox -s typecheck
//! ```
//! ->
//! ```yaml
//! steps:
//!   - parallel:
//!       - run: nox -s lint
//!       - run: nox -s typecheck
//! ```
//! Sessions that need others of the group follow it as steps of their own.

use facts::Forge;
use model::forecast::Way;

use super::{apart, layout};
use crate::assist::{FileEdit, OfferKind};
use crate::assists::{Assist, AssistCx, Draft, GroupCx, Spot};
use crate::words;
use super::group::Unit;
use super::layout::StepText;

pub(super) const ASSIST: Assist = Assist { id: "use-parallel-steps", kind: OfferKind::Parallel, at: &[Spot::Job, Spot::Step], run };

/// Steps that GitHub's runner has going at once (`DefaultMaxBackgroundSteps`); more queue, which is no gain.
const MAX_STEPS: usize = 10;

fn run(cx: &AssistCx<'_>) -> Option<Draft> {
    // Each step keeps what it is called with; where one would have to stand for several, those that are alike are left.
    let own = cx.any_group_of_their_own().filter(|cx| cx.group.has_parallel_parts()).and_then(draft);
    let Some(own) = own else { return apart(cx) };
    let alike = || if own.edits.is_err() { cx.group().and_then(draft) } else { None };
    Some(alike().unwrap_or(own))
}

/// Where no group can be made of the steps.
fn apart(cx: &AssistCx<'_>) -> Option<Draft> {
    cx.workflow().filter(|cx| cx.workflow.facts.forge == Forge::GitHub)?;
    apart::draft(cx, |sessions| format!("Run {sessions} sessions in parallel steps"))
}

fn draft(cx: &GroupCx<'_>) -> Option<Draft> {
    if cx.workflow.facts.forge != Forge::GitHub {
        return None; // Forgejo's and Gitea's runners refuse the key
    }
    Some(Draft {
        title: format!("Run {} in parallel steps", words::count(cx.group.items_at_once(), "session")),
        gain: cx.gain(Way::ParallelSteps),
        caveat: super::joined([cx.group.caveat(), cx.group.pins(&layout::calls_of(&cx.group, false), true)]),
        edits: edits(cx),
    })
}

fn edits(cx: &GroupCx<'_>) -> Result<Vec<FileEdit>, String> {
    let style = cx.style()?;
    let edits = layout::rewrite_steps(cx, &|units| {
        let free: Vec<&Unit> = units.iter().filter(|unit| unit.after.is_empty()).collect();
        if free.len() > MAX_STEPS {
            return Err(format!("GitHub runs at most {MAX_STEPS} steps at once"));
        }
        let mut inner: Vec<Vec<String>> = Vec::new();
        for unit in free {
            if let Some(step) = whole(cx, unit) {
                inner.push(step.lines);
                continue;
            }
            let steps = unit.items.iter().filter_map(|at| cx.group.items.get(*at)).map(|item| item.step);
            let own = step(cx, unit)?;
            let mut lines: Vec<String> = Vec::new();
            for comment in steps.flat_map(|step| layout::step_comments(cx, step)) {
                let is_there = own.has(&comment) || lines.contains(&comment);
                if !is_there && !inner.iter().any(|other| other.contains(&comment)) {
                    lines.push(comment);
                }
            }
            lines.extend(own.lines);
            inner.push(lines);
        }
        let lines = std::iter::once("parallel:".to_owned()).chain(style.list(inner)).collect();
        let mut steps = vec![StepText { lines }];
        for unit in units.iter().filter(|unit| !unit.after.is_empty()) {
            steps.push(whole(cx, unit).map_or_else(|| step(cx, unit), Ok)?);
        }
        Ok(steps)
    })?;
    Ok(vec![FileEdit::new(cx.file.id, edits)])
}

/// The step that runs just what the unit runs, as it is written.
fn whole(cx: &GroupCx<'_>, unit: &Unit) -> Option<StepText> {
    let at = cx.group.items.get(*unit.items.first()?)?.step;
    let all = (0..cx.group.items.len()).filter(|item| cx.group.items.get(*item).is_some_and(|item| item.step == at));
    if all.eq(unit.items.iter().copied()) { layout::as_written(cx, at) } else { None }
}

/// The step of a unit, under the name of the step that it comes from.
fn step(cx: &GroupCx<'_>, unit: &Unit) -> Result<StepText, String> {
    let carried = layout::carried_by(cx, &unit.items)?;
    let command = cx.group.command(&unit.items, "").ok_or("the sessions take different arguments")?;
    let name = layout::name_of(cx, &unit.items);
    Ok(StepText::run(&cx.style()?, name.as_deref(), &carried, &command))
}
