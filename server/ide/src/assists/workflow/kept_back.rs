//! Why steps of a matrix job must stay in it, if so. Neighbour: `lifted`.

use facts::workflow::{Step, StepKind};
use model::links::Link;
use model::{Access, NoxfileModel, Resource, SessionId};

use super::lifted::{Lifted, runs_sessions};
use crate::assists::context::JobCx;
use crate::{needs, times};

impl<'a> Lifted<'a> {
    /// Why the steps must stay, if so.
    pub(super) fn refuse(&self, cx: JobCx<'a>) -> Result<(), String> {
        let has = |key: &str| cx.job.other_keys.iter().any(|(other, _)| other == key);
        let staying = || self.staying(cx).map(|(_, id)| id);
        let why = if staying().next().is_none() {
            match self.only {
                Some(_) => "nothing else runs in its cell, which has to wait for nothing",
                None => "nothing else runs in the matrix: it is the matrix that is not needed",
            }
        } else if has("concurrency") {
            "the job's `concurrency` would make the new job wait for it"
        } else if cx.job.strategy.as_ref().is_some_and(|strategy| strategy.max_parallel == Some(1)) {
            "the matrix runs one cell at a time, beside which the new job would run"
        } else if has("environment") {
            "the job has an `environment`, whose protection would ask once more"
        } else if needs::publishes(cx.snapshot, cx.id, cx.at) {
            "the job publishes, and must not do so before the sessions have passed"
        } else {
            ""
        };
        if !why.is_empty() {
            return Err(why.to_owned());
        }
        let is_between = |a: SessionId, b: SessionId| self.sessions.contains(&a) && staying().any(|other| other == b);
        let edges = self.noxfile.edges.iter().filter(|edge| times::is_needed(edge) && edge.is_dependency());
        if let Some(edge) =
            edges.into_iter().find(|edge| is_between(edge.from, edge.to) || is_between(edge.to, edge.from))
        {
            return Err(format!("{}, and only in one job are its files there", edge.reason));
        }
        let noxfile = cx.workflow.links.iter().find(|link| link.site.job == cx.at).and_then(|link| link.noxfile);
        let pairs = self.sessions.iter().flat_map(|own| staying().map(move |other| (*own, other)));
        let disturbance = |(a, b)| cx.snapshot.workspace.disturbance_outside(noxfile?, a, b);
        if let Some(hazard) = pairs.into_iter().find_map(disturbance) {
            return Err(hazard.reason);
        }
        self.refuse_conditions(cx)?;
        self.refuse_steps_between(cx)?;
        self.refuse_readers(cx)
    }

    /// Sessions that stay where the steps run, with their step.
    pub(super) fn staying(&self, cx: JobCx<'a>) -> impl Iterator<Item = (usize, SessionId)> {
        let stays = move |link: &&Link| link.site.job == cx.at && !self.places.contains(&link.site.step);
        let links = cx.workflow.links.iter().filter(stays);
        links.flat_map(|link| self.runs(link).iter().map(|run| (link.site.step, run.session)))
    }

    /// In a job of its own the steps that could fail or be cancelled before it are not there.
    fn refuse_conditions(&self, cx: JobCx<'_>) -> Result<(), String> {
        let asks = |at: &&usize| {
            let condition = cx.job.steps.get(**at).and_then(|step| step.condition.as_ref());
            let asked = condition.map(|(text, _)| text.replace("!cancelled()", "")).unwrap_or_default();
            asked.contains("failure()") || asked.contains("cancelled()")
        };
        match self.places.iter().find(asks) {
            Some(_) => Err("its `if` asks how the steps before it ended".to_owned()),
            None => Ok(()),
        }
    }

    /// What stands behind sessions that stay, and goes along: it must not need them.
    fn refuse_steps_between(&self, cx: JobCx<'a>) -> Result<(), String> {
        let text = cx.file.document.text();
        let last = self.places.last().copied().unwrap_or_default();
        let before = cx.job.steps.iter().enumerate().take(last).filter(|(at, _)| !self.places.contains(at));
        for (at, step) in before {
            let sets = ["GITHUB_ENV", "GITHUB_PATH"].iter().any(|file| step.span.of(text).contains(file));
            if runs_sessions(step) && sets {
                return Err("a step that stays sets variables for those behind it".to_owned());
            }
            let mut earlier = self.staying(cx).filter(|(other, _)| *other < at && !runs_sessions(step) && !sends(step));
            if let Some((_, id)) = earlier.find(|(_, id)| may_use(self.noxfile, *id, step)) {
                return Err(format!("a step before it may use what `{}` makes", times::name(self.noxfile, id)));
            }
        }
        Ok(())
    }

    /// Later steps that use what the sessions leave, and jobs that ask for the result of just this one.
    fn refuse_readers(&self, cx: JobCx<'_>) -> Result<(), String> {
        let first = self.places.first().copied().unwrap_or_default();
        let others = cx.job.steps.iter().enumerate().skip(first).filter(|(at, _)| !self.places.contains(at));
        for (_, step) in others.filter(|(_, step)| !runs_sessions(step)) {
            if let Some(name) = self.sessions.iter().find(|id| may_use(self.noxfile, **id, step)) {
                return Err(format!("a later step may use what `{}` makes", times::name(self.noxfile, *name)));
            }
        }
        let result = format!("needs.{}.result", cx.job.id);
        let text = cx.file.document.text();
        match cx.workflow.facts.jobs.iter().find(|job| job.span.of(text).contains(&result)) {
            Some(job) => Err(format!("`{}` asks for the result of `{}` alone", job.id, cx.job.id)),
            None => Ok(()),
        }
    }
}

/// Whether a step that runs no session may use what a session leaves.
fn may_use(noxfile: &NoxfileModel, id: SessionId, step: &Step) -> bool {
    let Some(effects) = noxfile.effects.get(id.0) else { return true };
    let mut made =
        effects.items.iter().filter(|effect| matches!(effect.access, Access::Write | Access::Update)).filter_map(
            |effect| match &effect.resource {
                Resource::Path(path) => Some(path.as_str()),
                _ => None,
            },
        );
    let path = match &step.kind {
        StepKind::Uses { with, .. } => {
            with.iter().find(|(key, ..)| ["path", "files", "file", "folder", "publish_dir"].contains(&key.as_str()))
        }
        _ => None,
    };
    match path {
        Some((_, paths, _)) => made.any(|made| {
            paths.lines().any(|path| {
                model::effects::meet(
                    made.trim_start_matches("./"),
                    path.trim().trim_start_matches("./").trim_end_matches('/'),
                )
            })
        }),
        None if sends(step) => made.any(|made| made.contains("coverage")),
        None => made.any(|made| !is_cache(made)),
    }
}

/// Files that only the tool itself reads again.
fn is_cache(path: &str) -> bool {
    path.split('/').any(|part| part.contains("cache") || part.ends_with(".egg-info") || part == "build")
}

/// Whether a step sends files away: it belongs to the sessions that made them.
pub(super) fn sends(step: &Step) -> bool {
    let StepKind::Uses { action, .. } = &step.kind else { return false };
    ["upload", "codecov", "coveralls", "publish", "deploy"].iter().any(|word| action.contains(word))
}
