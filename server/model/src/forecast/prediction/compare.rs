//! Two versions of a project's workflows, side by side.

use super::{JobPrediction, Prediction, percentile};
use crate::estimate::Estimate;
use crate::workspace::{WorkflowId, WorkflowModel, Workspace};

/// A difference, seconds: after minus before, with the range that holds it in nine of ten cases.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Change {
    /// Of what is most likely.
    pub seconds: f64,
    /// 5th percentile.
    pub low: f64,
    /// 95th percentile.
    pub high: f64,
}

/// What one version has of something.
#[derive(Clone, Debug, PartialEq)]
pub struct Side {
    /// Its time.
    pub estimate: Estimate,
    /// How many jobs it is: cells of a matrix.
    pub cells: usize,
}

/// A job in both versions, or in one.
#[derive(Clone, Debug, PartialEq)]
pub struct JobChange {
    /// Its key.
    pub id: String,
    /// As it was.
    pub before: Option<Side>,
    /// As it is.
    pub after: Option<Side>,
    /// Where it is in both.
    pub change: Option<Change>,
}

/// A workflow in both versions, or in one.
#[derive(Clone, Debug, PartialEq)]
pub struct WorkflowChange {
    /// Its path.
    pub path: String,
    /// As it was.
    pub before: Option<Prediction>,
    /// As it is.
    pub after: Option<Prediction>,
    /// Of the time from start to end, where it is in both.
    pub makespan: Option<Change>,
    /// Of the machine time.
    pub machine: Option<Change>,
    /// Its jobs: those of the new version in its order, then those that are gone.
    pub jobs: Vec<JobChange>,
}

/// Compares all workflows of two versions, each with its files' paths by [`WorkflowId`]. Pairs have the same path, else the
/// same name. Workflows that others call and nothing else starts are part of their callers.
pub fn compare(before: (&Workspace, &[String]), after: (&Workspace, &[String])) -> Vec<WorkflowChange> {
    let (old, new) = (started(before), started(after));
    let mut left = old.clone();
    let mut out = Vec::new();
    for &(id, path, model) in &new {
        let is_same = |other: &(WorkflowId, &str, &WorkflowModel)| other.1 == path;
        let is_named = |other: &(WorkflowId, &str, &WorkflowModel)| {
            let name = |model: &WorkflowModel| model.facts.name.as_ref().map(|(name, _)| name.clone());
            name(model).is_some() && name(model) == name(other.2) && new.iter().all(|(_, path, _)| *path != other.1)
        };
        let place = left.iter().position(is_same).or_else(|| left.iter().position(is_named));
        let pair = place.map(|place| left.remove(place));
        out.push(change(path, pair.and_then(|(id, ..)| before.0.prediction(id)), after.0.prediction(id)));
    }
    out.extend(left.into_iter().map(|(id, path, _)| change(path, before.0.prediction(id), None)));
    out
}

fn started<'a>((workspace, paths): (&'a Workspace, &'a [String])) -> Vec<(WorkflowId, &'a str, &'a WorkflowModel)> {
    let all = workspace
        .workflows
        .iter()
        .zip(paths)
        .enumerate()
        .map(|(at, (model, path))| (WorkflowId(at), path.as_str(), &**model));
    let is_started = |model: &WorkflowModel| {
        model.facts.triggers.is_empty() || model.facts.triggers.iter().any(|(event, _)| event != "workflow_call")
    };
    all.filter(|(_, _, model)| is_started(model)).collect()
}

fn change(path: &str, before: Option<Prediction>, after: Option<Prediction>) -> WorkflowChange {
    let both = before.as_ref().zip(after.as_ref());
    let of = |estimate: fn(&Prediction) -> Estimate, draw: fn(&(f64, f64)) -> f64| {
        let (before, after) = both?;
        let draws = |of: &Prediction| of.draws.iter().map(draw).collect::<Vec<f64>>();
        Some(difference(estimate(before).seconds, &draws(before), estimate(after).seconds, &draws(after)))
    };
    let (makespan, machine) = (of(|it| it.makespan, |draw| draw.0), of(|it| it.machine, |draw| draw.1));
    let jobs = jobs(before.as_ref(), after.as_ref());
    WorkflowChange { path: path.to_owned(), makespan, machine, jobs, before, after }
}

fn jobs(before: Option<&Prediction>, after: Option<&Prediction>) -> Vec<JobChange> {
    let all = |of: Option<&Prediction>| of.map(|it| it.jobs.clone()).unwrap_or_default();
    let (old, new) = (all(before), all(after));
    let side = |job: &JobPrediction| Side { estimate: job.longest, cells: job.cells };
    let of_new = new.iter().map(|job| {
        let pair = old.iter().find(|other| other.id == job.id);
        let change = pair.map(|old| difference(old.longest.seconds, &old.draws, job.longest.seconds, &job.draws));
        JobChange { id: job.id.clone(), before: pair.map(side), after: Some(side(job)), change }
    });
    let gone = old.iter().filter(|job| new.iter().all(|other| other.id != job.id)).map(|job| JobChange {
        id: job.id.clone(),
        before: Some(side(job)),
        after: None,
        change: None,
    });
    of_new.chain(gone).collect()
}

/// Draw by draw: both sides had the same luck.
fn difference(before: f64, old: &[f64], after: f64, new: &[f64]) -> Change {
    let draws: Vec<f64> = old.iter().zip(new).map(|(old, new)| new - old).collect();
    let (seconds, low, high) = (after - before, percentile(&draws, 0.05), percentile(&draws, 0.95));
    Change { seconds, low: low.min(seconds), high: high.max(seconds) }
}
