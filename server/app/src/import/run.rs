//! The jobs of a run as a forge answers them, each with its log where its steps do not tell sessions apart.

use model::Workspace;
use rustc_hash::FxHashSet;
use serde_json::Value;

use super::place::Places;
use super::{Imported, Of, Options, jobs, keep, log};

/// Takes in jobs one by one.
pub(crate) struct Intake<'a> {
    places: Places<'a>,
    options: &'a Options,
    out: Imported,
}

impl<'a> Intake<'a> {
    pub(crate) fn new(workspace: &'a Workspace, options: &'a Options) -> Self {
        Self { places: Places::new(workspace), options, out: Imported::default() }
    }

    /// Whether only the job's log tells its sessions apart: a step runs several, or no steps are told. `workflow`: by name
    /// or file name, if the job itself does not say.
    pub(crate) fn wants_log(&self, job: &Value, workflow: Option<&str>) -> bool {
        let Some(head) = jobs::head(job) else { return false };
        if !head.has_steps {
            return self.places.nox_job(head.workflow.as_deref().or(workflow), &head.name).is_some();
        }
        let is_joint = |of: &Of| match of {
            Of::Step { at, .. } => {
                self.places.step(at).is_some_and(|step| step.only.is_none() && (step.count > 1 || step.is_partial))
            }
            _ => false,
        };
        jobs::of_job(job, workflow).iter().any(|piece| is_joint(&piece.of))
    }

    /// Takes in a job. `ended`: the moment of what the log gives none for, seconds since 1970.
    pub(crate) fn job(&mut self, job: &Value, workflow: Option<&str>, log: Option<&str>, ended: f64) {
        let Some(head) = jobs::head(job) else { return };
        let mut logged = FxHashSet::default();
        let told = log.map(|log| log::pieces(log, Some(head.name.clone()), head.ended.unwrap_or(ended)));
        for mut piece in told.into_iter().flatten() {
            piece.label = piece.label.or_else(|| head.label.clone());
            if let Of::Session { name, .. } = &piece.of {
                logged.extend(self.places.session(name));
            }
            keep(&self.places, piece, self.options, &mut self.out);
        }
        for piece in jobs::of_job(job, workflow) {
            // What the log tells to a tenth of a second, the step tells once more to a second, with its own start.
            if let Of::Step { at, .. } = &piece.of
                && let Some(step) = self.places.step(at)
                && (step.only.as_ref().is_some_and(|only| logged.contains(only))
                    || step.only.is_none() && log.is_some())
            {
                continue;
            }
            keep(&self.places, piece, self.options, &mut self.out);
        }
    }

    /// All that came in.
    pub(crate) fn finish(mut self) -> Imported {
        self.out.once();
        self.out
    }
}
