//! Finds the sessions that a job runs one after another.

use std::ops::Range;

use facts::shell::{NoxCall, Selection, Word};
use facts::workflow::{Job, Step, StepKind};

use super::{HandedOver, Sequence};
use crate::estimate::{Estimate, Source};
use crate::links::{CallSite, Link, LinkedSession};
use crate::plan::assemble::{Entry, Order, sessions_of};
use crate::plan::{Plan, Task, TaskId};
use crate::verdict::{asks_how_steps_ended, runs_regardless};
use crate::workspace::{FileId, NoxfileId, NoxfileModel, SessionId, Site, WorkflowId, WorkflowModel, Workspace};

/// A call that takes part, in the order of the job.
struct Taking<'a> {
    link: &'a Link,
    /// Where its sessions run.
    site: Site<'a>,
    /// Index into the workflow's links; `None`: it stands in another file.
    own: Option<usize>,
    /// Index into the calls that are made through other files.
    called: Option<usize>,
    /// It runs on the machine of the workflow's own job.
    is_of_job: bool,
}

impl<'a> Taking<'a> {
    fn runs(&self, session: Option<&SessionId>) -> bool {
        self.link.runs.iter().any(|run| Some(&run.session) == session)
    }

    /// Its step, where that stands in `job` itself.
    fn step(&self, job: &'a Job) -> Option<&'a Step> {
        self.own.and_then(|_| job.steps.get(self.link.site.step))
    }
}

impl Workspace {
    /// The sessions that `job` of `workflow` runs one after another, when there are at least two. Calls that may not
    /// happen, that run other sessions in each cell of a matrix, that already run in parallel, or that cannot be read take
    /// no part; of several noxfiles the one with most sessions counts. In a matrix: those of the cell that takes longest.
    /// A step with a condition counts as one that runs, as it does in the time of its job, unless it asks how others ended.
    /// Calls in other files are left out: see [`Workspace::sequence_with_called`].
    pub fn sequence(&self, workflow: WorkflowId, job: usize) -> Option<Sequence> {
        let model = self.workflows.get(workflow.0)?;
        self.sequence_of(workflow, job, own(model, job))
    }

    /// The same for some of the job's steps.
    pub fn sequence_in(&self, workflow: WorkflowId, job: usize, steps: Range<usize>) -> Option<Sequence> {
        let model = self.workflows.get(workflow.0)?;
        let mut own = own(model, job);
        own.retain(|taking| steps.contains(&taking.link.site.step));
        self.sequence_of(workflow, job, own)
    }

    /// The same with the calls that stand in composite actions which the job's steps use; `within`: those of that job of
    /// a workflow which `job` calls, see [`Called::within`](crate::links::called::Called::within).
    pub fn sequence_with_called(
        &self,
        workflow: WorkflowId,
        job: usize,
        within: &[(FileId, usize)],
    ) -> Option<Sequence> {
        let model = self.workflows.get(workflow.0)?;
        let facts = model.facts.jobs.get(job)?;
        let mut all: Vec<(usize, Taking<'_>)> = Vec::new();
        if within.is_empty() {
            all.extend(own(model, job).into_iter().map(|taking| (taking.link.site.step, taking)));
        }
        for (at, called) in model.called.iter().enumerate() {
            let is_meant = called.job == job && called.within == within && called.step.is_some() == within.is_empty();
            if !is_meant || called.link.is_partial || !called.link.cells.is_empty() || called.beside {
                continue;
            }
            let step = called.step.and_then(|(step, member)| member.is_none().then(|| facts.steps.get(step)).flatten());
            let is_plain = !within.is_empty() || step.is_some_and(|step| !step.background && step.condition.is_none());
            let file = self.callables.iter().find(|(file, _)| *file == called.file).map(|(_, facts)| facts);
            let there = file.and_then(|file| file.jobs.get(called.link.site.job));
            let call = there.and_then(|job| call(job, called.link.site));
            let is_sure = there.and_then(|job| job.steps.get(called.link.site.step)).is_some_and(is_sure);
            if is_plain && is_sure && call.is_some_and(|(call, is_plain)| is_plain && runs_in_turn(call)) {
                // An action runs on the machine of the job that uses it.
                let (job, step) = called.step.map_or((there, called.link.site.step), |(step, _)| (Some(facts), step));
                let site = Site::of(job, step, call.map(|(call, _)| call));
                let taking =
                    Taking { link: &called.link, site, own: None, called: Some(at), is_of_job: within.is_empty() };
                all.push((called.step.map_or(0, |(step, _)| step), taking));
            }
        }
        all.sort_by_key(|(step, _)| *step);
        self.sequence_of(workflow, job, all.into_iter().map(|(_, taking)| taking).collect())
    }

    fn sequence_of(&self, workflow: WorkflowId, job: usize, all: Vec<Taking<'_>>) -> Option<Sequence> {
        // What a job of a called workflow takes is no part of any job of this one.
        let is_own = all.iter().all(|taking| taking.is_of_job);
        let mut found: Vec<(NoxfileId, Vec<Taking<'_>>)> = Vec::new();
        for taking in all {
            let Some(noxfile) = taking.link.noxfile else { continue };
            match found.iter_mut().find(|(other, _)| *other == noxfile) {
                Some((_, links)) => links.push(taking),
                None => found.push((noxfile, vec![taking])),
            }
        }
        let entries = |noxfile: NoxfileId, links: &[Taking<'_>]| -> Vec<(Entry, Option<Estimate>)> {
            let Some(model) = self.noxfiles.get(noxfile.0) else { return Vec::new() };
            let cells = links.iter().map(|taking| taking.link.cells.len()).max().unwrap_or_default().max(1);
            let sum = |cell: &Vec<(Entry, Option<Estimate>)>| -> f64 {
                cell.iter().filter_map(|(_, one)| *one).map(|one| one.seconds).sum()
            };
            let cells = (0..cells).rev().map(|cell| entries_in(model, links, cell));
            cells.max_by(|a, b| sum(a).total_cmp(&sum(b))).unwrap_or_default()
        };
        // The first of equals: `max_by_key` would take the last.
        let count = |(noxfile, links): &(NoxfileId, Vec<Taking<'_>>)| {
            sessions_of(&entries(*noxfile, links).iter().map(|(entry, _)| *entry).collect::<Vec<_>>()).len()
        };
        let (noxfile, links) = found.into_iter().rev().max_by_key(count)?;
        let entries = entries(noxfile, &links);
        let sessions = sessions_of(&entries.iter().map(|(entry, _)| *entry).collect::<Vec<_>>());
        if sessions.len() < 2 {
            return None;
        }
        let judged = self.judged(workflow, job, noxfile);
        let mut seen = rustc_hash::FxHashSet::default();
        let (first, again): (Vec<_>, Vec<_>) = entries.into_iter().partition(|(entry, _)| seen.insert(*entry));
        let order = Order::of(self, judged, &sessions);
        let in_turn =
            |id: &SessionId| first.iter().copied().filter(|((session, _), _)| session == id).collect::<Vec<_>>();
        let (first, times): (Vec<Entry>, Vec<Option<Estimate>>) = sessions.iter().flat_map(in_turn).unzip();
        let queue = self.assemble(judged, (&first, &times), &order, self.settings.runner_cores);
        let plan = by_session(&queue, &first, &sessions, |session| {
            self.noxfile(noxfile).and_then(|model| model.facts.sessions.get(session.0)).map(|s| s.name.clone())
        });
        let mut may_cut = self.may_cut(judged, &sessions, &plan);
        if let Some(job) = self.workflows.get(workflow.0).and_then(|model| model.facts.jobs.get(job)) {
            may_cut.retain(|(from, to)| may_part(job, &links, sessions.get(from.0), sessions.get(to.0)));
        }
        let repeated: f64 = again.iter().filter_map(|(_, one)| *one).map(|one| one.seconds).sum();
        let known: f64 =
            self.settings.job_overhead_seconds + plan.tasks.iter().map(Task::duration).sum::<f64>() + repeated;
        let whole = self.workflows.get(workflow.0).and_then(|model| model.jobs.get(job)).filter(|_| is_own);
        Some(Sequence {
            beside: whole.map_or(0.0, |whole| (whole.seconds - known).max(0.0)),
            workflow,
            job,
            noxfile,
            judged,
            links: links.iter().filter_map(|taking| taking.own).collect(),
            called: links.iter().filter_map(|taking| taking.called).collect(),
            may_cut,
            plan,
            estimates: sessions.iter().filter_map(|id| together(&first, &times, *id)).collect(),
            queue_estimates: times.iter().map(|one| one.unwrap_or(NOTHING)).collect(),
            repeated,
            queue_tasks: first.iter().filter_map(|(id, _)| sessions.iter().position(|other| other == id)).collect(),
            queue,
            sessions,
        })
    }

    /// Edges over which nothing but files goes that can be handed to another job.
    fn may_cut(&self, noxfile: NoxfileId, sessions: &[SessionId], plan: &Plan) -> Vec<(TaskId, TaskId)> {
        let is_old = self.settings.nox_version.as_deref().is_some_and(|version| !super::has_parallel(version));
        let files: Vec<Option<Vec<HandedOver>>> = plan
            .edges
            .iter()
            .map(|(from, to)| {
                let (from, to) = (*sessions.get(from.0)?, *sessions.get(to.0)?);
                // nox runs what is required itself unless it is told not to, which an old one cannot be.
                let stays = is_old && self.requires(noxfile, from, to);
                self.handed_over(noxfile, from, to).filter(|_| !stays)
            })
            .collect();
        // Of two that leave a file of the same name only one's would arrive.
        let is_met = |at: usize, own: &[HandedOver]| {
            plan.edges.iter().zip(&files).enumerate().any(|(other, (edge, files))| {
                let others = files.iter().flatten();
                other != at
                    && edge.1 == plan.edges[at].1
                    && others.into_iter().any(|file| own.iter().any(|own| own.meets(file)))
            })
        };
        let edges = plan.edges.iter().zip(&files).enumerate();
        let free = edges.filter(|(at, (_, files))| files.as_ref().is_some_and(|files| !is_met(*at, files)));
        free.map(|(_, (edge, _))| *edge).collect()
    }
}

/// Whether what one session leaves may be handed to another job, whatever becomes of its step. One that may be skipped, or
/// may fail without anybody minding, would leave nothing; what runs whatever happened before it would wait for success.
fn may_part(job: &Job, links: &[Taking<'_>], from: Option<&SessionId>, to: Option<&SessionId>) -> bool {
    let steps = |id: Option<&SessionId>| -> Vec<&Step> {
        links.iter().filter(|taking| taking.runs(id)).filter_map(|taking| taking.step(job)).collect()
    };
    let is_open = |step: &&Step| step.condition.is_some() || step.continue_on_error.is_some();
    let runs_regardless = |step: &&Step| step.condition.is_some() && is_sure(step);
    !steps(from).iter().any(is_open) && !steps(to).iter().any(runs_regardless)
}

/// What the calls run in one cell of the job's matrix, in order, and what each takes.
fn entries_in(model: &NoxfileModel, links: &[Taking<'_>], cell: usize) -> Vec<(Entry, Option<Estimate>)> {
    let of_call = |taking: &Taking<'_>| {
        let runs = taking.link.cells.get(cell).unwrap_or(&taking.link.runs).iter();
        let entries = runs.flat_map(|run| run.instances.iter().map(|&instance| (run.session, instance)));
        entries.map(|entry| (entry, taking.site.estimate(model, entry, cell))).collect::<Vec<_>>()
    };
    links.iter().flat_map(of_call).collect()
}

/// The instances of one session after another.
fn together(entries: &[Entry], times: &[Option<Estimate>], id: SessionId) -> Option<Estimate> {
    let own = entries.iter().zip(times).filter(|((session, _), _)| *session == id);
    own.filter_map(|(_, one)| *one).reduce(|sum, one| sum.then(&one))
}

const NOTHING: Estimate = Estimate { seconds: 0.0, low: 0.0, high: 0.0, source: Source::Guess };

/// The job's own calls that take part.
fn own(model: &WorkflowModel, job: usize) -> Vec<Taking<'_>> {
    let Some(facts) = model.facts.jobs.get(job) else { return Vec::new() };
    let links = model.links.iter().enumerate().filter(|(_, link)| link.site.job == job && takes_part(facts, link));
    let site = |link: &Link| Site::of(Some(facts), link.site.step, call(facts, link.site).map(|(call, _)| call));
    links.map(|(at, link)| Taking { link, site: site(link), own: Some(at), called: None, is_of_job: true }).collect()
}

/// Whether a call runs its sessions one after another, however the steps before it ended.
fn takes_part(job: &Job, link: &Link) -> bool {
    let Some((call, is_plain)) = call(job, link.site) else { return false };
    let may_run = |step: &Step| step.condition.as_ref().is_none_or(|(text, _)| !asks_how_steps_ended(text));
    let runs = job.steps.get(link.site.step).is_some_and(may_run);
    runs && is_plain && !link.is_partial && runs_in_turn(call) && (is_literal(&call.selection) || runs_alike(link))
}

/// Whether every cell of the matrix runs the same sessions, each in instances of its own.
fn runs_alike(link: &Link) -> bool {
    let sessions = |runs: &[LinkedSession]| runs.iter().map(|run| run.session).collect::<Vec<_>>();
    let all = sessions(&link.runs);
    !link.cells.is_empty() && link.cells.iter().all(|cell| sessions(cell) == all)
}

fn runs_in_turn(call: &NoxCall) -> bool {
    !(call.lists_only || call.background || call.conditional)
        && call.parallel.as_ref().is_none_or(|lanes| lanes.literal && lanes.text == "1")
}

/// Whether a step runs every time the job does.
fn is_sure(step: &Step) -> bool {
    step.condition.as_ref().is_none_or(|(condition, _)| runs_regardless(condition))
}

/// The call, and whether its step is an ordinary one, whatever its condition.
pub(super) fn call(job: &Job, site: CallSite) -> Option<(&NoxCall, bool)> {
    let step = job.steps.get(site.step)?;
    let step = match (&step.kind, site.member) {
        (StepKind::Parallel(members), Some(member)) => members.get(member)?,
        _ => step,
    };
    let is_script = matches!(&step.kind, StepKind::Run { script, .. } if !script.foreign);
    let is_plain = is_script && site.member.is_none() && !step.background;
    Some((step.nox_calls().get(site.call)?, is_plain))
}

fn is_literal(selection: &Selection) -> bool {
    let lists = [&selection.sessions, &selection.tags, &selection.pythons, &selection.force_pythons];
    let is_literal = |words: &Vec<Word>| words.iter().all(|word| word.literal);
    lists.into_iter().flatten().all(is_literal) && selection.keywords.as_ref().is_none_or(|word| word.literal)
}

/// The queue with one task a session: the time of its instances after one another.
fn by_session(
    queue: &Plan,
    entries: &[Entry],
    sessions: &[SessionId],
    name: impl Fn(SessionId) -> Option<String>,
) -> Plan {
    let place = |task: TaskId| sessions.iter().position(|session| *session == entries[task.0].0).map(TaskId);
    let mut plan = Plan::default();
    for &session in sessions {
        let mine = entries.iter().zip(&queue.tasks).filter(|((other, _), _)| *other == session).map(|(_, task)| task);
        let Some(mut task) = mine.clone().next().cloned() else { continue };
        task.label = name(session).unwrap_or(task.label);
        task.seconds = mine.map(|task| task.seconds).sum();
        plan.tasks.push(task);
    }
    let pairs = |pairs: &[(TaskId, TaskId)]| {
        let mut found: Vec<(TaskId, TaskId)> =
            pairs.iter().filter_map(|&(a, b)| Some((place(a)?, place(b)?))).filter(|(a, b)| a != b).collect();
        found.sort_unstable();
        found.dedup();
        found
    };
    plan.edges = pairs(&queue.edges);
    plan.exclusions = pairs(&queue.exclusions);
    plan.reasons = queue
        .reasons
        .iter()
        .filter_map(|(a, b, reason)| Some((place(*a)?, place(*b)?, reason.clone())))
        .filter(|(a, b, _)| a != b)
        .collect();
    plan
}
