//! Everything derived from one state of all files.
//!
//! Neighbours: `workspace/noxfiles.rs` and `workspace/workflows.rs` derive one file each, `workspace/durations.rs` knows
//! what sessions take where, `workspace/projects.rs` finds and merges settings, `workspace/times.rs` adds up the times of jobs, `workspace/placed.rs` judges
//! a noxfile anew where a job's variables move what it touches.

mod durations;
mod noxfiles;
mod placed;
mod projects;
#[cfg(test)]
pub(crate) mod testing;
pub(crate) mod times;
mod workflows;

pub(crate) use durations::Site;
pub use durations::label;

use std::sync::Arc;

use facts::noxfile::NoxfileFacts;
use facts::project::ProjectFacts;
use facts::workflow::WorkflowFacts;
use rustc_hash::FxHashMap;

use crate::effects::Effects;
use crate::estimate::{Estimate, Times, Timings};
use crate::graph::Edge;
use crate::links::Link;
use crate::links::called::{Callables, Called, Use};
use crate::settings::Settings;

/// A file, by number. Who hands files in keeps the paths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A noxfile of the workspace, by its place in [`Workspace::noxfiles`]; behind these one as a job runs it, see
/// [`Workspace::judged`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NoxfileId(pub usize);

/// A workflow of the workspace, by its place in [`Workspace::workflows`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WorkflowId(pub usize);

/// A session of a noxfile: its place in [`NoxfileFacts::sessions`]. Its instances share it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId(pub usize);

/// One file as it comes in.
#[derive(Clone, Debug)]
pub struct InputFile {
    /// Its number.
    pub id: FileId,
    /// Its path relative to the workspace's root, with `/` between folders. Unique.
    pub path: String,
    /// What it says.
    pub facts: InputFacts,
}

/// What a file says, by kind.
#[derive(Clone, Debug)]
pub enum InputFacts {
    /// A noxfile.
    Noxfile(Arc<NoxfileFacts>),
    /// A workflow.
    Workflow(Arc<WorkflowFacts>),
    /// A composite action, as a workflow of one job.
    Action(Arc<WorkflowFacts>),
    /// A settings file of a project.
    Project(Arc<ProjectFacts>),
}

/// All that [`Workspace::build`] looks at.
#[derive(Clone, Debug, Default)]
pub struct Input {
    /// The files, sorted by path.
    pub files: Vec<InputFile>,
    /// Measured and imported durations.
    pub timings: Arc<Timings>,
    /// Assumptions.
    pub settings: Settings,
}

/// What all files mean together. Immutable.
#[derive(Clone, Debug, Default)]
pub struct Workspace {
    /// Noxfiles, in the order of their paths.
    pub noxfiles: Vec<Arc<NoxfileModel>>,
    /// Workflows, in the order of their paths.
    pub workflows: Vec<Arc<WorkflowModel>>,
    /// Composite actions, in the order of their paths.
    pub actions: Vec<Arc<ActionModel>>,
    /// What workflows and actions say, to see whether a file that another one uses has changed.
    pub(crate) callables: Vec<(FileId, Arc<WorkflowFacts>)>,
    /// The assumptions it was built with.
    pub settings: Settings,
    /// The durations it was built with.
    pub(crate) timings: Arc<Timings>,
}

/// A noxfile with what follows from it.
#[derive(Clone, Debug)]
pub struct NoxfileModel {
    /// The file.
    pub file: FileId,
    /// Its folder relative to the workspace's root; empty for the root itself.
    pub folder: String,
    /// What it says.
    pub facts: Arc<NoxfileFacts>,
    /// Settings of its project: the nearest `pyproject.toml` (and relatives) at or above its folder.
    pub project: Arc<ProjectFacts>,
    /// By session: what it touches.
    pub effects: Vec<Arc<Effects>>,
    /// What its sessions take on the machine noxflow runs on.
    pub local: Times,
    /// The same on a CI runner of which nothing is known; see [`NoxfileModel::on`].
    pub ci: Times,
    /// The same on runners that something is known of.
    pub(crate) runners: Vec<durations::OnRunner>,
    /// Order that is needed between sessions, sorted by (from, to), with the best evidence first for a pair.
    pub edges: Vec<Edge>,
    /// Sessions by every name that selects them: name, signatures, aliases.
    pub by_name: Arc<FxHashMap<String, SessionId>>,
}

/// A workflow with what follows from it.
#[derive(Clone, Debug)]
pub struct WorkflowModel {
    /// The file.
    pub file: FileId,
    /// File name without folder (`ci.yml`).
    pub label: String,
    /// What it says.
    pub facts: Arc<WorkflowFacts>,
    /// Its nox calls and the sessions each runs, in the order of the file.
    pub links: Vec<Link>,
    /// Nox calls of its jobs in composite actions and reusable workflows that they use.
    pub called: Vec<Called>,
    /// The files of the repository that its jobs and steps use themselves.
    pub uses: Vec<Use>,
    /// Job order as written, transitively reduced or not: one edge a `needs` entry, indices into `facts.jobs`.
    pub needs: Vec<(usize, usize)>,
    /// Noxfiles as single jobs run them, where variables of the job move what sessions touch.
    pub(crate) placed: Vec<placed::Placed>,
    /// By job: its time from start to end, overhead included; of a matrix that of the longest cell.
    pub jobs: Vec<Estimate>,
    /// By job: the time of each cell of its matrix; one entry where there is none.
    pub cells: Vec<Vec<Estimate>>,
}

/// A composite action with what follows from it, whoever uses it.
#[derive(Clone, Debug)]
pub struct ActionModel {
    /// The file.
    pub file: FileId,
    /// What it says: one job.
    pub facts: Arc<WorkflowFacts>,
    /// Its nox calls, as far as they do not depend on who uses it.
    pub links: Vec<Link>,
}

impl Workspace {
    /// Derives everything. Unchanged files cost little: `previous` is asked for what it already knows of the same facts.
    pub fn build(input: &Input, previous: Option<&Workspace>) -> Self {
        let projects = projects::Projects::new(input);
        let noxfiles: Vec<Arc<NoxfileModel>> = input
            .files
            .iter()
            .filter_map(|file| match &file.facts {
                InputFacts::Noxfile(facts) => Some(noxfiles::derive(file, facts, &projects, input, previous)),
                _ => None,
            })
            .collect();
        let workflows = workflows::derive(input, &noxfiles, previous);
        let actions = workflows::actions(input, &noxfiles, &workflows);
        let callables = Callables::new(input).facts();
        Self {
            noxfiles,
            workflows,
            actions,
            callables,
            settings: input.settings.clone(),
            timings: Arc::clone(&input.timings),
        }
    }

    /// The workspace that other files would make, under the same assumptions and times: what follows from an edit.
    #[must_use]
    pub fn with_files(&self, files: Vec<InputFile>) -> Self {
        let input = Input { files, timings: Arc::clone(&self.timings), settings: self.settings.clone() };
        Self::build(&input, Some(self))
    }

    /// The noxfile, also one as a job runs it.
    pub fn noxfile(&self, id: NoxfileId) -> Option<&Arc<NoxfileModel>> {
        if let Some(model) = self.noxfiles.get(id.0) {
            return Some(model);
        }
        let mut placed = self.workflows.iter().flat_map(|workflow| &workflow.placed);
        placed.nth(id.0 - self.noxfiles.len()).map(|placed| &placed.model)
    }

    /// The noxfile as `job` of `workflow` runs it: its effects, edges and hazards under the variables there. Most jobs set
    /// none that matter, and it is `noxfile` itself.
    pub fn judged(&self, workflow: WorkflowId, job: usize, noxfile: NoxfileId) -> NoxfileId {
        let before = self.workflows.iter().take(workflow.0).map(|workflow| workflow.placed.len()).sum::<usize>();
        let placed = self.workflows.get(workflow.0).map(|workflow| workflow.placed.as_slice()).unwrap_or_default();
        let at = placed.iter().position(|placed| (placed.job, placed.noxfile) == (job, noxfile));
        at.map_or(noxfile, |at| NoxfileId(self.noxfiles.len() + before + at))
    }

    /// The noxfile in `file`.
    pub fn noxfile_of(&self, file: FileId) -> Option<NoxfileId> {
        self.noxfiles.iter().position(|noxfile| noxfile.file == file).map(NoxfileId)
    }

    /// The composite action in `file`.
    pub fn action_of(&self, file: FileId) -> Option<&ActionModel> {
        self.actions.iter().find(|action| action.file == file).map(|action| &**action)
    }

    /// By job of `workflow` and cell of its matrix: its time from start to end if each session took what `change` makes of
    /// its estimate, `overhead` seconds in front.
    pub(crate) fn cells_if(
        &self,
        workflow: &WorkflowModel,
        overhead: f64,
        change: &times::Change<'_>,
    ) -> Vec<Vec<Estimate>> {
        let of_file = |file: FileId| self.workflows.iter().find(|model| model.file == file).map(|model| &*model.facts);
        let WorkflowModel { facts, links, called, uses, .. } = workflow;
        let calls = times::Calls { facts, links, called, noxfiles: &self.noxfiles, change };
        times::of_cells(&calls, &of_file, uses, overhead)
    }

    /// The workflow in `file`.
    pub fn workflow_of(&self, file: FileId) -> Option<WorkflowId> {
        self.workflows.iter().position(|workflow| workflow.file == file).map(WorkflowId)
    }
}

#[cfg(test)]
mod tests;
