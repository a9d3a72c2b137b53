//! What an assist may look at: all files, the selection, and what stands at it. Views are made when they are asked for,
//! so that a cursor in a noxfile costs nothing of a workflow's.

use std::cell::OnceCell;
use std::ops::Range;
use std::sync::Arc;

use facts::noxfile::Session;
use facts::workflow::Job;
use model::forecast::{Forecast, PARALLEL_STEPS, Sequence, Way, staged};
use model::plan::TaskId;
use model::{Estimate, NoxfileId, NoxfileModel, SessionId, WorkflowId, WorkflowModel};
use syntax::Span;

use super::workflow::group::{self, Group, Join, Part, Unit};
use super::workflow::layout;
use super::workflow::style::Style;
use super::{Gain, Machines};
use crate::snapshot::{FileState, Snapshot};

/// The selection and what stands at it.
pub(crate) struct AssistCx<'a> {
    /// All files.
    pub(crate) snapshot: &'a Snapshot,
    /// The file in question.
    pub(crate) file: &'a Arc<FileState>,
    /// The cursor (empty) or the selection in it, without the blanks around it.
    pub(crate) span: Span,
    /// The selection as it was made.
    selected: Span,
    alike: OnceCell<Option<GroupCx<'a>>>,
    own: OnceCell<Option<GroupCx<'a>>>,
    with_senders: OnceCell<Option<GroupCx<'a>>>,
}

/// A workflow, where the file in question is one.
#[derive(Clone, Copy)]
pub(crate) struct WorkflowCx<'a> {
    pub(crate) snapshot: &'a Snapshot,
    pub(crate) file: &'a Arc<FileState>,
    pub(crate) id: WorkflowId,
    pub(crate) workflow: &'a WorkflowModel,
}

/// A job of a workflow.
#[derive(Clone, Copy)]
pub(crate) struct JobCx<'a> {
    pub(crate) snapshot: &'a Snapshot,
    pub(crate) file: &'a Arc<FileState>,
    pub(crate) id: WorkflowId,
    pub(crate) workflow: &'a WorkflowModel,
    /// Its place among the jobs.
    pub(crate) at: usize,
    pub(crate) job: &'a Job,
}

/// A job whose steps run at least two sessions one after another.
pub(crate) struct GroupCx<'a> {
    pub(crate) snapshot: &'a Snapshot,
    pub(crate) file: &'a Arc<FileState>,
    pub(crate) workflow: &'a WorkflowModel,
    /// Its place among the jobs.
    pub(crate) at: usize,
    pub(crate) job: &'a Job,
    /// Those steps and sessions.
    pub(crate) group: Group<'a>,
    /// The same for forecasts; `None` where none can be made.
    pub(crate) sequence: Option<Sequence>,
    forecasts: Vec<Forecast>,
}

/// A session of a noxfile.
#[expect(dead_code, reason = "for the assists of noxfiles to come")]
#[derive(Clone, Copy)]
pub(crate) struct SessionCx<'a> {
    pub(crate) noxfile_id: NoxfileId,
    pub(crate) noxfile: &'a NoxfileModel,
    pub(crate) id: SessionId,
    pub(crate) session: &'a Session,
}

#[expect(dead_code, reason = "views for the assists to come")]
impl<'a> AssistCx<'a> {
    pub(crate) fn new(snapshot: &'a Snapshot, file: &'a Arc<FileState>, span: Span) -> Self {
        let settled = settled(file.document.text(), span);
        Self {
            snapshot,
            file,
            span: settled,
            selected: span,
            alike: OnceCell::new(),
            own: OnceCell::new(),
            with_senders: OnceCell::new(),
        }
    }

    /// The file as a workflow.
    pub(crate) fn workflow(&self) -> Option<WorkflowCx<'a>> {
        let id = self.snapshot.workspace.workflow_of(self.file.id)?;
        let workflow = self.snapshot.workspace.workflows.get(id.0)?;
        Some(WorkflowCx { snapshot: self.snapshot, file: self.file, id, workflow })
    }

    /// The job that the selection begins in.
    pub(crate) fn job(&self) -> Option<JobCx<'a>> {
        self.workflow()?.jobs().find(|cx| cx.job.span.meets(self.span))
    }

    /// Steps of that job that the selection meets.
    pub(crate) fn steps(&self) -> Option<(JobCx<'a>, Range<usize>)> {
        let cx = self.job()?;
        let met = |step: &facts::workflow::Step| step.span.meets(self.span);
        let first = cx.job.steps.iter().position(met)?;
        let last = cx.job.steps.iter().rposition(met)?;
        Some((cx, first..last + 1))
    }

    /// The job with its group of sessions, whether or not any of them may overlap on one machine.
    pub(crate) fn any_group(&self) -> Option<&GroupCx<'a>> {
        self.alike.get_or_init(|| self.find_group(Join::Alike)).as_ref()
    }

    /// The same with steps that one step could not stand for, as each keeps what it is called with.
    pub(crate) fn any_group_of_their_own(&self) -> Option<&GroupCx<'a>> {
        self.own.get_or_init(|| self.find_group(Join::EachItsOwn)).as_ref()
    }

    /// The same with steps between them that send away what a session made.
    pub(crate) fn any_group_with_senders(&self) -> Option<&GroupCx<'a>> {
        self.with_senders.get_or_init(|| self.find_group(Join::WithSenders)).as_ref()
    }

    /// Where steps could run at the same time, but not one for several of them: those, and why.
    pub(crate) fn unlike(&self) -> Option<(&GroupCx<'a>, String)> {
        let own = self.any_group_of_their_own().filter(|_| self.any_group().is_none())?;
        own.group.differs.clone().map(|why| (own, format!("one step would stand for several, but {why}")))
    }

    fn find_group(&self, join: Join) -> Option<GroupCx<'a>> {
        // One step, or words of it, has nothing to run beside: that selection asks as a cursor in it does.
        let is_one_step = self.steps().is_some_and(|(_, steps)| steps.len() == 1);
        self.job()?.group(if is_one_step { Span::empty(self.span.start) } else { self.span }, join)
    }

    /// The same once more, to be changed.
    pub(crate) fn group_to_change(&self) -> Option<GroupCx<'a>> {
        self.find_group(Join::Alike)
    }

    /// The same, where some may.
    pub(crate) fn group(&self) -> Option<&GroupCx<'a>> {
        self.any_group().filter(|cx| cx.group.has_parallel_parts())
    }

    /// The file as a noxfile.
    pub(crate) fn noxfile(&self) -> Option<(NoxfileId, &'a NoxfileModel)> {
        let id = self.snapshot.workspace.noxfile_of(self.file.id)?;
        Some((id, self.snapshot.workspace.noxfiles.get(id.0)?))
    }

    /// Sessions that the selection meets, decorators included, in the order of the file.
    pub(crate) fn sessions(&self) -> Vec<SessionCx<'a>> {
        let Some((noxfile_id, noxfile)) = self.noxfile() else { return Vec::new() };
        let sessions = noxfile.facts.sessions.iter().enumerate();
        let met = sessions.filter(|(_, session)| session.span.join(session.decorator.span).meets(self.span));
        met.map(|(at, session)| SessionCx { noxfile_id, noxfile, id: SessionId(at), session }).collect()
    }

    /// The session at the cursor, where there is exactly one.
    pub(crate) fn session(&self) -> Option<SessionCx<'a>> {
        match self.sessions().as_slice() {
            [one] => Some(*one),
            _ => None,
        }
    }

    /// Whether the file as a whole is meant: the cursor stands on no job and on no session, or all of them are selected.
    pub(crate) fn is_whole_file(&self) -> bool {
        let spans: Vec<Span> = match (self.workflow(), self.noxfile()) {
            (Some(cx), _) => cx.workflow.facts.jobs.iter().map(|job| job.span).collect(),
            (_, Some((_, noxfile))) => noxfile.facts.sessions.iter().map(|session| session.span).collect(),
            _ => return false,
        };
        let is_on_none = !spans.iter().any(|span| span.meets(self.span));
        is_on_none || (!self.span.is_empty() && spans.iter().all(|span| self.selected.covers(*span)))
    }
}

/// What a person means by a selection: not the line break behind a line, nor the next line's first column that an editor
/// takes in when lines are selected; in the indentation of a line, the line.
fn settled(text: &str, span: Span) -> Span {
    let selected = span.of(text);
    let inner = selected.trim();
    if !inner.is_empty() {
        let skipped = (selected.len() - selected.trim_start().len()) as u32;
        return Span::new(span.start + skipped, span.start + skipped + inner.len() as u32);
    }
    let at = span.start as usize;
    let (before, behind) = (text.get(..at).unwrap_or_default(), text.get(at..).unwrap_or_default());
    let is_indentation = before.rsplit('\n').next().is_some_and(|line| line.trim().is_empty());
    let blanks = behind.len() - behind.trim_start_matches([' ', '\t']).len();
    let is_blank_line = behind.get(blanks..).is_none_or(|rest| rest.is_empty() || rest.starts_with(['\r', '\n']));
    if span.is_empty() && is_indentation && !is_blank_line { Span::empty(span.start + blanks as u32) } else { span }
}

impl<'a> WorkflowCx<'a> {
    /// Its jobs, in the order of the file.
    pub(crate) fn jobs(self) -> impl Iterator<Item = JobCx<'a>> {
        let Self { snapshot, file, id, workflow } = self;
        let jobs = workflow.facts.jobs.iter().enumerate();
        jobs.map(move |(at, job)| JobCx { snapshot, file, id, workflow, at, job })
    }
}

impl<'a> JobCx<'a> {
    /// The job with the group of sessions that `span` means.
    pub(crate) fn group(self, span: Span, join: Join) -> Option<GroupCx<'a>> {
        let Self { snapshot, file, id, workflow, at, job } = self;
        let group = group::find(snapshot, file, workflow, at, span, join)?;
        let workspace = &snapshot.workspace;
        let sequence = workspace.sequence_in(id, at, group.steps.clone());
        let forecasts = sequence.as_ref().map(|sequence| workspace.forecasts(sequence)).unwrap_or_default();
        Some(GroupCx { snapshot, file, workflow, at, job, group, sequence, forecasts })
    }
}

impl GroupCx<'_> {
    /// How the job is indented; the error says why nothing can be written into it.
    pub(crate) fn style(&self) -> Result<Style<'_>, String> {
        let entry = layout::block_job(&self.file.document, &self.job.id)?;
        Style::of(&self.file.document, entry)
    }

    /// Whether the job came out of a split: a gate that it is named for stands for it.
    pub(crate) fn is_split(&self) -> bool {
        let id = &self.job.id;
        let is_gate = |other: &&Job| {
            let rest = id.strip_prefix(other.id.as_str());
            other.condition.as_ref().is_some_and(|(condition, _)| condition.contains("always()"))
                && rest.is_some_and(|rest| rest.starts_with(['-', '_']))
        };
        let needs = |other: &Job| other.needs.iter().any(|(need, _)| need.eq_ignore_ascii_case(id));
        let jobs = &self.workflow.facts.jobs;
        // Jobs that others of the split wait for are named by the gate only over those.
        jobs.iter()
            .filter(is_gate)
            .any(|gate| needs(gate) || jobs.iter().any(|other| needs(other) && other.id.starts_with(gate.id.as_str())))
    }

    fn forecast(&self, way: Way) -> Option<Estimate> {
        let same = |forecast: &&Forecast| std::mem::discriminant(&forecast.way) == std::mem::discriminant(&way);
        self.forecasts.iter().find(same).map(|forecast| forecast.makespan)
    }

    /// Seconds of the group's parts as steps: each in its place, those of a parallel one at once.
    fn as_written(&self, way: Way) -> Option<f64> {
        let settings = &self.snapshot.workspace.settings;
        let sequence = self.sequence.as_ref()?;
        let chain = |items: &[usize]| -> Vec<TaskId> {
            let sessions: Vec<SessionId> =
                items.iter().filter_map(|at| self.group.items.get(*at)).map(|item| item.session).collect();
            let all = self.snapshot.workspace.with_required(self.group.noxfile_id, &sessions);
            all.iter().filter_map(|id| sequence.sessions.iter().position(|other| other == id)).map(TaskId).collect()
        };
        let mut stages: Vec<Vec<Vec<TaskId>>> = Vec::new();
        for part in &self.group.parts {
            match part {
                Part::Alone(item) => stages.push(vec![chain(&[*item])]),
                Part::Parallel(units) => {
                    let (free, waiting): (Vec<&Unit>, Vec<&Unit>) =
                        units.iter().partition(|unit| unit.after.is_empty());
                    stages.push(free.into_iter().map(|unit| chain(&unit.items)).collect());
                    stages.extend(waiting.into_iter().map(|unit| vec![chain(&unit.items)]));
                }
            }
        }
        let cores = settings.runner_cores;
        let at_once = match way {
            Way::ParallelSteps => PARALLEL_STEPS,
            // What waits for others starts as soon as these have ended.
            Way::BackgroundProcesses if !self.group.parts.iter().any(Part::waits) => cores,
            _ => return None,
        };
        Some(settings.job_overhead_seconds + sequence.beside + staged(&sequence.plan, &stages, at_once, cores))
    }

    /// What each way of running the group saves of the job's time.
    pub(crate) fn gains(&self) -> impl Iterator<Item = (Way, Gain)> {
        let ways = self.forecasts.iter().map(|forecast| forecast.way).filter(|way| *way != Way::Now);
        ways.filter_map(|way| Some((way, self.gain(way)?)))
    }

    /// What running the group in `way` saves of the job's time.
    pub(crate) fn gain(&self, way: Way) -> Option<Gain> {
        let of = |way: Way| {
            let forecast = self.forecast(way)?;
            // How the steps are really written is not always how the sessions could be laid out.
            let factor = self.as_written(way).map_or(1.0, |seconds| seconds / forecast.seconds.max(1.0));
            let [seconds, low, high] = [forecast.seconds, forecast.low, forecast.high].map(|seconds| seconds * factor);
            Some(Estimate { seconds, low, high, source: forecast.source })
        };
        let (settings, forge) = (&self.snapshot.workspace.settings, self.workflow.facts.forge);
        let on = match way {
            Way::Matrix { .. } | Way::Jobs { .. } => Machines::several(settings, forge),
            _ => Machines::one(settings),
        };
        Some(Gain { now: of(Way::Now)?, after: of(way)?, on })
    }
}
