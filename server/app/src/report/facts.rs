//! What was read, for programs: the shape of `noxflow facts --format json`, described in `docs/facts.md`. The names are a
//! promise: fields are added, never changed.

use std::path::Path;

use facts::noxfile::Session;
use facts::shell::NoxCall;
use facts::workflow::{Job, Step, StepKind};
use facts::{Known, Unknown};
use ide::{FileFacts, FileState};
use model::links::called::Called;
use model::links::{CallSite, Link, LinkedSession};
use model::{FileId, NoxfileId, WorkflowModel};
use serde::Serialize;

use crate::workspace::OnDisk;

/// Everything that was read.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Facts {
    pub(crate) noxfiles: Vec<Noxfile>,
    pub(crate) workflows: Vec<Workflow>,
}

/// A noxfile.
#[derive(Debug, Serialize)]
pub(crate) struct Noxfile {
    pub(crate) path: String,
    /// Every session is known, with all it is expanded to.
    pub(crate) complete: bool,
    /// nox itself has listed these sessions.
    pub(crate) confirmed: bool,
    pub(crate) unknown: Vec<Gap>,
    pub(crate) sessions: Vec<Entry>,
}

/// Something that could not be read.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct Gap {
    pub(crate) line: u32,
    pub(crate) reason: String,
}

/// One entry of nox's queue.
#[derive(Debug, Serialize)]
pub(crate) struct Entry {
    pub(crate) name: String,
    /// `None`: the session has more entries than could be read.
    pub(crate) signature: Option<String>,
    pub(crate) python: Option<String>,
    pub(crate) tags: Vec<String>,
    pub(crate) requires: Vec<String>,
    pub(crate) default: bool,
    pub(crate) allow_parallel: Option<bool>,
    pub(crate) file: String,
    pub(crate) line: u32,
}

/// A workflow.
#[derive(Debug, Serialize)]
pub(crate) struct Workflow {
    pub(crate) path: String,
    pub(crate) platform: String,
    pub(crate) jobs: Vec<JobEntry>,
}

/// A job.
#[derive(Debug, Serialize)]
pub(crate) struct JobEntry {
    pub(crate) id: String,
    pub(crate) line: u32,
    pub(crate) needs: Vec<String>,
    /// One name for each cell of its matrix.
    pub(crate) instances: Vec<String>,
    /// Whether these are all.
    pub(crate) complete: bool,
    pub(crate) steps: Vec<StepEntry>,
    /// The reusable workflow of the repository that it calls.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) calls: Option<Callee>,
}

/// A reusable workflow, as a job calls it.
#[derive(Debug, Serialize)]
pub(crate) struct Callee {
    pub(crate) path: String,
    pub(crate) jobs: Vec<CalleeJob>,
}

/// A job of it.
#[derive(Debug, Serialize)]
pub(crate) struct CalleeJob {
    pub(crate) id: String,
    pub(crate) needs: Vec<String>,
    pub(crate) nox_calls: Vec<Call>,
}

/// A step.
#[derive(Debug, Serialize)]
pub(crate) struct StepEntry {
    pub(crate) kind: &'static str,
    pub(crate) line: u32,
    pub(crate) nox_calls: Vec<Call>,
    /// Commands of it that run something in the repository which cannot be read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) unknown: Vec<Gap>,
    /// The composite action of the repository that it uses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) action: Option<String>,
    /// Members of a `parallel:` group.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) steps: Vec<StepEntry>,
}

/// A nox call.
#[derive(Debug, Serialize)]
pub(crate) struct Call {
    /// Signatures, in the order in which nox runs them.
    pub(crate) sessions: Vec<String>,
    pub(crate) line: u32,
    /// Whether these are all; `false` too where no noxfile was found.
    pub(crate) complete: bool,
    /// The noxfile it loads.
    pub(crate) noxfile: Option<String>,
    /// Names in it that the noxfile does not have.
    pub(crate) unknown: Vec<String>,
    /// Where it stands, when that is another file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) through: Option<Way>,
}

/// The way to a call in another file.
#[derive(Debug, Serialize)]
pub(crate) struct Way {
    /// The step's command, and those that it leads to.
    pub(crate) commands: Vec<String>,
    pub(crate) path: String,
    pub(crate) line: u32,
}

/// Adds what `workspace` says, of the files that were asked about.
pub(crate) fn add(workspace: &OnDisk, out: &mut Facts) {
    for file in workspace.files() {
        match &file.facts {
            FileFacts::Noxfile(_) => out.noxfiles.extend(noxfile(workspace, file)),
            FileFacts::Workflow(_) => out.workflows.extend(workflow(workspace, file)),
            // An action's calls are those of the steps that use it.
            FileFacts::Project(_) | FileFacts::Action(_) => {}
        }
    }
}

fn noxfile(workspace: &OnDisk, file: &FileState) -> Option<Noxfile> {
    let FileFacts::Noxfile(facts) = &file.facts else { return None };
    let path = workspace.shown(&file.path);
    let selection = facts.options.sessions.iter().filter_map(unknown);
    let partial = facts.sessions.iter().filter(|session| !(session.complete && session.is_configured));
    let unknown = facts.unknown.iter().chain(selection).chain(partial.flat_map(|session| &session.unknown));
    let mut unknown: Vec<Gap> =
        unknown.map(|gap| Gap { line: line(file, gap.span.start), reason: gap.reason.clone() }).collect();
    unknown.sort();
    unknown.dedup();
    let mut sessions = Vec::new();
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    for session in &facts.sessions {
        let (place, line) = match &session.elsewhere {
            Some((other, line)) => (crate::disk::slashed(&crate::disk::normal(&Path::new(folder).join(other))), *line),
            None => (path.clone(), line(file, session.span.start)),
        };
        entries(session, line, &place, &mut sessions);
    }
    let complete = facts.unknown.is_empty() && facts.sessions.iter().all(|session| session.complete);
    Some(Noxfile { path, complete, confirmed: facts.is_confirmed, unknown, sessions })
}

fn entries(session: &Session, line: u32, file: &str, out: &mut Vec<Entry>) {
    let entry = |signature, python, tags, requires| Entry {
        name: session.name.clone(),
        signature,
        python,
        tags,
        requires,
        default: session.default,
        allow_parallel: session.allow_parallel,
        file: file.to_owned(),
        line,
    };
    out.extend(
        session
            .instances
            .iter()
            .map(|it| entry(Some(it.signature.clone()), it.python.clone(), it.tags.clone(), it.requires.clone())),
    );
    if !session.complete {
        let words = |list: &[(String, syntax::Span)]| list.iter().map(|(text, _)| text.clone()).collect();
        out.push(entry(None, None, words(&session.tags), words(&session.requires)));
    }
}

fn unknown<T>(known: &Known<T>) -> Option<&Unknown> {
    match known {
        Known::Dynamic(unknown) => Some(unknown),
        Known::Literal(..) => None,
    }
}

fn workflow(workspace: &OnDisk, file: &FileState) -> Option<Workflow> {
    let derived = &workspace.snapshot.workspace;
    let model = derived.workflows.get(derived.workflow_of(file.id)?.0)?;
    let cx = Cx { workspace, file, model };
    let jobs = model.facts.jobs.iter().enumerate().map(|(at, job)| cx.job(at, job));
    Some(Workflow {
        path: workspace.shown(&file.path),
        platform: model.facts.forge.name().to_lowercase(),
        jobs: jobs.collect(),
    })
}

struct Cx<'a> {
    workspace: &'a OnDisk,
    file: &'a FileState,
    model: &'a WorkflowModel,
}

impl Cx<'_> {
    fn job(&self, at: usize, job: &Job) -> JobEntry {
        let (instances, complete) = match job.strategy.as_ref().map(|strategy| &strategy.cells) {
            None => (vec![job.shown.clone()], true),
            Some(Known::Literal(cells, _)) => (cells.iter().map(|cell| cell.name.clone()).collect(), true),
            Some(Known::Dynamic(_)) => (Vec::new(), false),
        };
        let step = |(number, step)| self.step(step, CallSite { job: at, step: number, member: None, call: 0 });
        JobEntry {
            id: job.id.clone(),
            line: line(self.file, job.id_span.start),
            needs: job.needs.iter().map(|(id, _)| id.clone()).collect(),
            instances,
            complete,
            steps: job.steps.iter().enumerate().map(step).collect(),
            calls: self.callee(at, line(self.file, job.uses.as_ref().map_or(job.id_span, |(_, span)| *span).start)),
        }
    }

    fn step(&self, step: &Step, site: CallSite) -> StepEntry {
        let member = |(at, member)| self.step(member, CallSite { member: Some(at), ..site });
        let mut out = StepEntry {
            kind: "",
            line: line(self.file, step.span.start),
            nox_calls: Vec::new(),
            unknown: Vec::new(),
            action: None,
            steps: Vec::new(),
        };
        let calls = step.nox_calls().iter().enumerate();
        // `nox --list` runs nothing.
        out.nox_calls = calls
            .filter(|(_, said)| !said.lists_only)
            .map(|(call, said)| self.call(CallSite { call, ..site }, said))
            .collect();
        out.kind = match &step.kind {
            StepKind::Run { script, .. } => {
                let gap = |it: &Unknown| Gap { line: line(self.file, it.span.start), reason: it.reason.clone() };
                out.unknown = script.unread.iter().map(gap).collect();
                "run"
            }
            StepKind::Uses { span, .. } => {
                let place = Some((site.step, site.member));
                let used = self.model.uses.iter().find(|it| it.job == site.job && it.step == place);
                out.action = used.and_then(|it| self.path(it.file));
                let called = self.model.called.iter().filter(|it| it.job == site.job && it.step == place);
                out.nox_calls.extend(called.map(|it| self.called(it, line(self.file, span.start))));
                "uses"
            }
            StepKind::Parallel(members) => {
                out.steps = members.iter().enumerate().map(member).collect();
                "parallel"
            }
            StepKind::Wait(_) => "wait",
            StepKind::WaitAll => "wait-all",
            StepKind::Cancel(_) => "cancel",
            StepKind::Unknown => "unknown",
        };
        out
    }

    fn call(&self, site: CallSite, said: &NoxCall) -> Call {
        let through = said.through.as_ref().map(|through| Way {
            commands: through.commands.clone(),
            path: self.workspace.shown(&self.below_root(&through.path)),
            line: through.line,
        });
        let line = line(self.file, said.span.start);
        match self.model.links.iter().find(|link| link.site == site) {
            Some(link) => Call { through, ..self.linked(link, line) },
            None => Call { sessions: Vec::new(), line, complete: false, noxfile: None, unknown: Vec::new(), through },
        }
    }

    /// A call in an action or a workflow that is used.
    fn called(&self, called: &Called, at: u32) -> Call {
        let file = self.workspace.snapshot.file(called.file);
        let through = file.map(|file| Way {
            commands: Vec::new(),
            path: self.workspace.shown(&file.path),
            line: line(file, called.span.start),
        });
        Call { through, ..self.linked(&called.link, at) }
    }

    fn callee(&self, job: usize, at: u32) -> Option<Callee> {
        let used = self.model.uses.iter().find(|it| it.job == job && it.step.is_none())?;
        let facts = self.workspace.snapshot.file(used.file)?.workflow()?;
        let inner = |(inner, said): (usize, &Job)| {
            let called = self.model.called.iter().filter(|it| it.job == job && it.inner() == Some(inner));
            CalleeJob {
                id: said.id.clone(),
                needs: said.needs.iter().map(|(id, _)| id.clone()).collect(),
                nox_calls: called.map(|it| self.called(it, at)).collect(),
            }
        };
        Some(Callee { path: self.path(used.file)?, jobs: facts.jobs.iter().enumerate().map(inner).collect() })
    }

    fn path(&self, file: FileId) -> Option<String> {
        self.workspace.snapshot.file(file).map(|file| self.workspace.shown(&file.path))
    }

    /// A path from the root of the workflow's repository as one from the workspace's.
    fn below_root(&self, path: &str) -> String {
        let root = self.file.path.rsplitn(4, '/').nth(3);
        root.map_or_else(|| path.to_owned(), |root| format!("{root}/{path}"))
    }

    fn linked(&self, link: &Link, line: u32) -> Call {
        let unknown = link.unknown.iter().map(|unknown| unknown.name.clone()).collect();
        let mut out = Call { sessions: Vec::new(), line, complete: false, noxfile: None, unknown, through: None };
        if let Some(id) = link.noxfile {
            self.selected(link, id, &mut out);
        }
        out
    }

    fn selected(&self, link: &Link, id: NoxfileId, out: &mut Call) {
        let Some(noxfile) = self.workspace.snapshot.workspace.noxfiles.get(id.0) else { return };
        let path = self.workspace.snapshot.files.iter().find(|file| file.id == noxfile.file);
        out.noxfile = path.map(|file| self.workspace.shown(&file.path));
        out.complete = !link.is_partial;
        for LinkedSession { session, instances, .. } in link.runs.iter() {
            let Some(session) = noxfile.facts.sessions.get(session.0) else { continue };
            let signatures = instances.iter().filter_map(|at| session.instances.get(*at));
            out.sessions.extend(signatures.map(|instance| instance.signature.clone()));
            out.complete &= session.complete;
        }
    }
}

fn line(file: &FileState, offset: u32) -> u32 {
    file.document.lines().line(offset) + 1
}
