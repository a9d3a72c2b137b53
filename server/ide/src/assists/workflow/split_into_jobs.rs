//! Splits a job that runs sessions one after another into jobs that wait for one another only where they must, behind a
//! gate under the old name.
//!
//! ```yaml
//! checks:
//!   runs-on: ubuntu-latest
//!   steps:
//!     - uses: actions/checkout@v7
//!     - run: nox -s unit
//!     - run: nox -s integration
//!     - run: nox -s coverage_report
//! ```
//! -> `checks-unit` and `checks-integration`, each with the checkout and an upload of what it leaves, then
//! `checks-coverage_report`, which downloads it, then the gate `checks`.
//!
//! The number of jobs is chosen by simulation (`model::forecast::split`): each costs its set-up. A session stays with what it
//! needs unless the whole is faster for handing the files over; it is then told not to run what it requires again.
//! Steps stand in the new jobs as they stood in the old one. Coverage data that is handed over names files by their whole
//! paths: where the jobs may have different folders, the same edit makes the names relative (`relative_files`).
//! Neighbours: `split_plan` says which job gets what, `job_text` writes jobs, `gate` the gate, `artifacts` knows the actions.

use facts::workflow::Step;
use model::forecast::Way;
use model::{Hazard, SessionId};
use syntax::TextEdit;

use super::artifacts::{self, Actions};
use super::checkout_folder;
use super::gate::Gate;
use super::instances;
use super::job_text::{JobText, NewJob, free_id};
use super::layout::{self, StepText, UNUSUAL};
use super::matrix_cells::{mutator_of, outside};
use super::relative_files::Names;
use super::split_plan::{PartStep, SplitPlan};
use crate::anchors;
use crate::assist::{FileEdit, OfferKind};
use crate::assists::{Assist, AssistCx, Draft, GroupCx, Spot};
use crate::{subject, times, words};

pub(super) const ASSIST: Assist = Assist { id: "split-into-jobs", kind: OfferKind::Parallel, at: &[Spot::Job, Spot::Step], run };

fn run(cx: &AssistCx<'_>) -> Option<Draft> {
    let cx = cx.any_group_with_senders().filter(|cx| !cx.is_split())?;
    let count = cx.group.count();
    let Some(sequence) = cx.sequence.as_ref() else {
        let session = times::name(cx.group.noxfile, instances::of_one_session(cx)?);
        let whole = || format!("all are instances of `{session}`, and jobs get whole sessions: `split-into-matrix` parts instances");
        let why = instances::obstacle(cx).unwrap_or_else(whole);
        let title = format!("Split {} into jobs", words::count(count, "session"));
        return Some(Draft { title, gain: None, caveat: cx.group.caveat(), edits: Err(why) });
    };
    let split = cx.snapshot.workspace.split(sequence);
    if split.jobs.len() < 2 {
        let title = format!("Split {} into jobs", words::count(count, "session"));
        return Some(Draft { title, gain: None, caveat: cx.group.caveat(), edits: Err(why_one(cx)) });
    }
    let jobs = split.jobs.len();
    let is_skipped = |step: &Step| step.condition.as_ref().is_some_and(|(text, _)| !model::verdict::runs_regardless(text));
    let is_open = cx.group.session_steps(cx.job).any(is_skipped);
    let skipped = is_open.then(|| "jobs are set up even where an `if` skips their sessions".to_owned());
    let plan = SplitPlan::new(cx, sequence, &split);
    let names = plan.as_ref().map_or_else(|_| Names::default(), |plan| names(cx, plan));
    let pins = plan.as_ref().ok().and_then(|plan| cx.group.pins(&plan.calls(), true));
    Some(Draft {
        title: format!("Split {count} sessions into {jobs} jobs"),
        gain: cx.gain(Way::Jobs { jobs }),
        caveat: super::joined([cx.group.caveat().or_else(|| mutator_of(cx)), names.open, skipped, pins]),
        edits: plan.and_then(|plan| edits(cx, &plan)).map(|edits| edits.into_iter().chain(names.edit).collect()),
    })
}

/// What coverage data needs that goes from one of the jobs to another.
fn names(cx: &GroupCx<'_>, plan: &SplitPlan) -> Names {
    // All of them are made like the old one: where that may be is where they may be.
    let of_all = || checkout_folder::may_differ(cx.workflow.facts.forge, cx.file.document.text(), cx.job, std::iter::once(cx.job));
    let may_differ = plan.hands.iter().any(|hand| hand.is_coverage) && of_all();
    Names::of(cx.snapshot, cx.group.noxfile, may_differ)
}

const A_STRATEGY: &str = "the job has a `strategy` already";

/// Why one job is best.
fn why_one(cx: &GroupCx<'_>) -> String {
    if cx.job.strategy.is_some() {
        return A_STRATEGY.to_owned();
    }
    let (settings, forge) = (&cx.snapshot.workspace.settings, cx.workflow.facts.forge);
    if settings.slots(forge) == 1 {
        return format!("it would not be faster with 1 runner on {}; set `runnerSlots` if there are more", forge.name());
    }
    let overhead = crate::words::duration(settings.job_overhead_seconds);
    format!("no two jobs would be faster than this one: each costs {overhead} of set-up, and sessions stay with what they need")
}

fn edits(cx: &GroupCx<'_>, plan: &SplitPlan) -> Result<Vec<FileEdit>, String> {
    refuse(cx, plan)?;
    let job = JobText::of(&cx.file.document, cx.job)?;
    let ids = ids(cx, plan);
    let actions = artifacts::actions(cx.snapshot, cx.workflow);
    let hands = Hands { job: &job, plan, names: artifact_names(cx, plan), actions };
    let mut texts = Vec::new();
    for (at, part) in plan.parts.iter().enumerate() {
        let mut steps: String = (0..cx.group.steps.start).map(|step| job.step(step)).collect::<Option<_>>().ok_or(UNUSUAL)?;
        steps.push_str(&hands.downloads(at));
        for step in &part.steps {
            steps.push_str(&run_step(cx, &job, step)?);
        }
        steps.push_str(&hands.uploads(at));
        for step in &part.tail {
            steps.push_str(job.step(*step).ok_or(UNUSUAL)?);
        }
        let new = NewJob {
            id: ids[at].clone(),
            suffix: part.names.join(", "),
            needs: needs(cx, plan, &ids, at),
            without: if at == 0 { &[] } else { &["outputs"] },
            extra: Vec::new(),
            steps,
            is_first: at == 0,
        };
        texts.push(job.like(&new).ok_or(UNUSUAL)?);
    }
    texts.push(gate(cx, plan, &job, &ids)?);
    let between = job.style.between();
    let new = anchors::each_once(&format!("{}{}", job.style.id_indent, texts.join(&between)));
    anchors::stay(&cx.file.document, [&job.entry().value], &new)?;
    let new = new.get(job.style.id_indent.len()..).ok_or(UNUSUAL)?;
    Ok(vec![FileEdit::new(cx.file.id, vec![TextEdit::replace(job.span(), new)])])
}

/// Why this job cannot be split, if so.
fn refuse(cx: &GroupCx<'_>, plan: &SplitPlan) -> Result<(), String> {
    let asks_how = |condition: &str| ["always()", "failure()", "cancelled()"].iter().any(|call| condition.contains(call));
    let waits = !plan.split.needs.is_empty();
    let has = |key: &str| cx.job.other_keys.iter().any(|(other, _)| other == key);
    let why = if cx.job.strategy.is_some() {
        A_STRATEGY
    } else if has("concurrency") {
        "the job's `concurrency` would make the jobs wait for one another"
    } else if has("environment") {
        "the job has an `environment`, whose protection would ask once for every job"
    } else if waits && cx.job.condition.as_ref().is_some_and(|(condition, _)| asks_how(condition)) {
        "the job's `if` would let later jobs run when earlier ones have failed"
    } else if goes_on(cx, plan) {
        "the steps run even if earlier ones have failed, which jobs that wait for one another do not"
    } else if !plan.hands.is_empty() && checkout_folder::is_below(cx.workflow, cx.at) {
        checkout_folder::BELOW
    } else if cx.job.continue_on_error {
        "the job has `continue-on-error`, which a gate would not see"
    } else if let Some(hazard) = disturbed(cx, plan) {
        return Err(hazard.reason);
    } else if let Some(why) = super::split_into_matrix::setup_repeats(cx.job, cx.group.steps.start) {
        why
    } else {
        return Ok(());
    };
    Err(why.to_owned())
}

/// Whether a job that waits for others has a step which runs even when something before it has failed.
fn goes_on(cx: &GroupCx<'_>, plan: &SplitPlan) -> bool {
    let runs_regardless = |id: &SessionId| {
        let own = cx.group.items.iter().filter(|item| item.session == *id).filter_map(|item| cx.job.steps.get(item.step));
        own.filter_map(|step| step.condition.as_ref()).any(|(text, _)| model::verdict::runs_regardless(text))
    };
    plan.sessions.iter().enumerate().any(|(at, ids)| plan.before(at).next().is_some() && ids.iter().any(runs_regardless))
}

/// Two sessions of different jobs that disturb each other there, too.
fn disturbed(cx: &GroupCx<'_>, plan: &SplitPlan) -> Option<Hazard> {
    let place = |id: SessionId| plan.sessions.iter().position(|job| job.contains(&id));
    let all: Vec<SessionId> = plan.sessions.iter().flatten().copied().collect();
    let pairs = all.iter().flat_map(|a| all.iter().map(move |b| (*a, *b)));
    pairs.filter(|(a, b)| a < b && place(*a) != place(*b)).find_map(|(a, b)| outside(cx, a, b))
}

/// By part: the id of its job.
fn ids(cx: &GroupCx<'_>, plan: &SplitPlan) -> Vec<String> {
    let dash = if cx.job.id.contains('_') { '_' } else { '-' };
    let mut taken: Vec<String> = cx.workflow.facts.jobs.iter().map(|job| job.id.clone()).collect();
    let mut ids = Vec::new();
    for part in &plan.parts {
        let id = free_id(&taken, &format!("{}{dash}{}", cx.job.id, part.label(dash)), dash);
        taken.push(id.clone());
        ids.push(id);
    }
    ids
}

/// `needs` of a part's job; `None`: as the old job's. Contexts that its steps read must be named although they follow.
fn needs(cx: &GroupCx<'_>, plan: &SplitPlan, ids: &[String], at: usize) -> Option<Vec<String>> {
    let earlier: Vec<String> = plan.before(at).filter_map(|before| ids.get(before).cloned()).collect();
    if earlier.is_empty() {
        return None;
    }
    let read = cx.job.needs.iter().filter(|(id, _)| {
        cx.job.reads_needs.iter().any(|(read, _)| read == "*" || read.eq_ignore_ascii_case(id))
    });
    Some(read.map(|(id, _)| id.clone()).chain(earlier).collect())
}

/// A step of the old job as it is, or the part of it that belongs here.
fn run_step(cx: &GroupCx<'_>, job: &JobText<'_>, step: &PartStep) -> Result<String, String> {
    match step {
        PartStep::Whole(at) => Ok(job.step(*at).ok_or(UNUSUAL)?.to_owned()),
        PartStep::Part { step, items, command, comments } => {
            let carried = layout::carried(cx, *step).ok_or(UNUSUAL)?;
            let mut text = String::new();
            for comment in comments {
                text.push_str(&format!("{}{}{comment}", job.style.newline, job.step_indent));
            }
            text.push_str(&job.new_step(&StepText::run(&job.style, layout::name_of(cx, items).as_deref(), &carried, command)));
            Ok(text)
        }
    }
}

/// By session whose files go to other jobs: the name of its artifact, which no other upload of the workflow has.
fn artifact_names<'p>(cx: &GroupCx<'_>, plan: &'p SplitPlan) -> Vec<(&'p str, String)> {
    let uploads = cx.workflow.facts.jobs.iter().flat_map(|job| subject::artifacts(job, "upload-artifact"));
    let mut taken: Vec<String> = uploads.filter_map(|used| Some(used.input("name")?.0.to_owned())).collect();
    let dash = if cx.job.id.contains('_') { '_' } else { '-' };
    let mut names: Vec<(&str, String)> = Vec::new();
    for hand in &plan.hands {
        if names.iter().any(|(session, _)| *session == hand.session) {
            continue;
        }
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        let clean: String = hand.session.chars().map(|c| if is_plain(c) { c } else { '-' }).collect();
        let name = free_id(&taken, &format!("{}{dash}{clean}", cx.job.id), dash);
        taken.push(name.clone());
        names.push((&hand.session, name));
    }
    names
}

/// What the steps that hand files over are written with.
struct Hands<'a> {
    job: &'a JobText<'a>,
    plan: &'a SplitPlan,
    names: Vec<(&'a str, String)>,
    actions: Actions,
}

impl Hands<'_> {
    fn name<'s>(&'s self, session: &'s str) -> &'s str {
        self.names.iter().find(|(other, _)| *other == session).map_or(session, |(_, name)| name)
    }

    /// Steps that fetch what a part needs.
    fn downloads(&self, at: usize) -> String {
        let mut out = String::new();
        for hand in self.plan.hands.iter().filter(|hand| hand.to == at) {
            let mut inputs = vec![format!("name: {}", self.name(&hand.session))];
            if !hand.root.is_empty() {
                inputs.push(format!("path: {}", layout::scalar(&hand.root)));
            }
            out.push_str(&self.job.new_step(&StepText::uses(&self.job.style, &self.actions.download, inputs)));
        }
        out
    }

    /// Steps that leave what others need of a part.
    fn uploads(&self, at: usize) -> String {
        let mut out = String::new();
        let mut done: Vec<&str> = Vec::new();
        for hand in self.plan.hands.iter().filter(|hand| hand.from == at) {
            if done.contains(&hand.session.as_str()) {
                continue;
            }
            done.push(&hand.session);
            let mut inputs = vec![format!("name: {}", self.name(&hand.session))];
            inputs.extend(artifacts::path_input(&self.job.style, &hand.paths));
            if hand.paths.iter().any(|path| path.split('/').any(|part| part.starts_with('.'))) {
                inputs.push("include-hidden-files: true".to_owned());
            }
            inputs.push("if-no-files-found: error".to_owned());
            out.push_str(&self.job.new_step(&StepText::uses(&self.job.style, &self.actions.upload, inputs)));
        }
        out
    }
}

/// The job that keeps the old id and name.
fn gate(cx: &GroupCx<'_>, plan: &SplitPlan, job: &JobText<'_>, ids: &[String]) -> Result<String, String> {
    let runs_on = super::gate_runner::in_place_of(cx.snapshot, cx.file, cx.workflow, cx.job)?;
    let first = ids.first().ok_or(UNUSUAL)?;
    let may_be_skipped = !cx.job.needs.is_empty() || cx.job.condition.is_some();
    let mut needs: Vec<String> = plan.last().filter_map(|at| ids.get(at).cloned()).collect();
    let has_outputs = !cx.job.outputs.is_empty();
    if (may_be_skipped || has_outputs) && !needs.contains(first) {
        needs.insert(0, first.clone());
    }
    let gate = Gate {
        id: &cx.job.id,
        name: job.name(),
        needs,
        skipped_with: may_be_skipped.then_some(first.as_str()),
        runs_on: &runs_on,
        outputs: cx.job.outputs.iter().map(|(name, _)| (name.clone(), first.clone())).collect(),
        has_permissions: super::gate::has_permissions(cx.workflow.facts.forge, cx.job),
        may_skip: false,
    };
    Ok(gate.text(&job.style, "One check for all of them, under the name that others know."))
}
