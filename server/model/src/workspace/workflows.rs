//! One workflow with what follows from it and the noxfiles.

use std::sync::Arc;

use facts::noxfile::Session;
use facts::workflow::WorkflowFacts;
use rustc_hash::FxHashMap;
use syntax::Span;

use super::placed;
use super::times::{self, Calls};
use super::{ActionModel, Input, InputFacts, InputFile, NoxfileModel, WorkflowModel, Workspace};
use crate::estimate::Estimate;
use crate::links;
use crate::links::called::{self, Callables};

/// Derives all workflows; takes from `previous` what has not changed.
pub(super) fn derive(
    input: &Input,
    noxfiles: &[Arc<NoxfileModel>],
    previous: Option<&Workspace>,
) -> Vec<Arc<WorkflowModel>> {
    let all = |is_same: fn(&Arc<NoxfileModel>, &Arc<NoxfileModel>) -> bool| {
        previous.filter(|workspace| {
            workspace.noxfiles.len() == noxfiles.len()
                && workspace.noxfiles.iter().zip(noxfiles).all(|(a, b)| is_same(a, b))
        })
    };
    let unchanged = all(Arc::ptr_eq).filter(|workspace| workspace.settings == input.settings);
    let alike = all(|a, b| Arc::ptr_eq(a, b) || selects_like(a, b));
    let callables = Callables::new(input);
    let are_callables_same = previous.is_some_and(|workspace| {
        let now = callables.facts();
        workspace.callables.len() == now.len()
            && workspace.callables.iter().zip(&now).all(|((_, a), (_, b))| Arc::ptr_eq(a, b))
    });
    let mut places = None;
    let mut models = Vec::new();
    for file in &input.files {
        let InputFacts::Workflow(facts) = &file.facts else { continue };
        let label = file.path.rsplit('/').next().unwrap_or_default();
        let same = |workspace: &Workspace| {
            let model = workspace.workflows.iter().find(|model| model.file == file.id)?;
            let is_alone = are_callables_same || !called::uses_others(facts);
            (Arc::ptr_eq(&model.facts, facts) && model.label == label && is_alone).then(|| Arc::clone(model))
        };
        if let Some(model) = unchanged.and_then(same) {
            models.push(model);
            continue;
        }
        let (links, called, uses) = match alike.and_then(same) {
            Some(model) => (model.links.clone(), model.called.clone(), model.uses.clone()),
            None => {
                let places = places.get_or_insert_with(|| links::Noxfiles::new(noxfiles));
                let links = links::links_of(facts, root(&file.path), places);
                let (called, uses) = called::called_by(facts, root(&file.path), &callables, places);
                (links, called, uses)
            }
        };
        let calls = Calls { facts, links: &links, called: &called, noxfiles, change: &|_, estimate| estimate };
        let of_file = |file| callables.facts_of(file);
        let mut cells = times::of_cells(&calls, &of_file, &uses, input.settings.job_overhead_seconds);
        cells.iter_mut().flatten().for_each(|cell| *cell = times::known(*cell));
        let longest = |cells: &Vec<Estimate>| cells.iter().copied().max_by(|a, b| a.seconds.total_cmp(&b.seconds));
        let jobs = cells.iter().filter_map(longest).collect();
        let placed = placed::of_jobs(facts.jobs.len(), &links, &called, noxfiles);
        models.push(Arc::new(WorkflowModel {
            file: file.id,
            label: label.to_owned(),
            facts: Arc::clone(facts),
            links,
            called,
            uses,
            needs: needs(facts),
            placed,
            jobs,
            cells,
        }));
    }
    models
}

/// Derives all composite actions. They are few and small.
pub(super) fn actions(
    input: &Input,
    noxfiles: &[Arc<NoxfileModel>],
    workflows: &[Arc<WorkflowModel>],
) -> Vec<Arc<ActionModel>> {
    let mut places = None;
    let action = |file: &InputFile| {
        let InputFacts::Action(facts) = &file.facts else { return None };
        let places = places.get_or_insert_with(|| links::Noxfiles::new(noxfiles));
        let user = workflows.iter().find(|model| model.uses.iter().any(|used| used.file == file.id));
        let user = user.and_then(|model| input.files.iter().find(|other| other.id == model.file));
        let root = user.map_or_else(|| root_of_action(&file.path), |user| root(&user.path));
        let links = links::links_of(facts, root, places);
        Some(Arc::new(ActionModel { file: file.id, facts: Arc::clone(facts), links }))
    };
    input.files.iter().filter_map(action).collect()
}

/// The repository of an action that no workflow uses: above `.github`, else not known, and looked for from here upwards.
fn root_of_action(path: &str) -> &str {
    let dots = [".github/", ".forgejo/", ".gitea/"];
    let at =
        dots.iter().find_map(|dot| path.find(dot)).filter(|at| *at == 0 || path.as_bytes().get(at - 1) == Some(&b'/'));
    match at {
        Some(at) => path.get(..at).unwrap_or_default().trim_end_matches('/'),
        None => path.rsplit_once('/').map_or("", |(folder, _)| folder),
    }
}

/// Whether every nox call selects from the two noxfiles the same. Names and instances are compared where names are made.
fn selects_like(a: &NoxfileModel, b: &NoxfileModel) -> bool {
    let is_same = |(a, b): (&Arc<Session>, &Arc<Session>)| {
        let texts = |a: &[(String, Span)], b: &[(String, Span)]| {
            a.len() == b.len() && a.iter().zip(b).all(|((a, _), (b, _))| a == b)
        };
        Arc::ptr_eq(a, b)
            || (a.default, a.complete) == (b.default, b.complete)
                && texts(&a.tags, &b.tags)
                && texts(&a.requires, &b.requires)
    };
    // Options and what is unknown are rare enough to be compared as they stand, places and all.
    a.folder == b.folder
        && Arc::ptr_eq(&a.by_name, &b.by_name)
        && a.facts.options == b.facts.options
        && a.facts.unknown.is_empty() == b.facts.unknown.is_empty()
        && a.facts.sessions.iter().zip(&b.facts.sessions).all(is_same)
}

/// The folder that holds `.github/workflows/…`.
fn root(path: &str) -> &str {
    path.rsplitn(4, '/').nth(3).unwrap_or_default()
}

pub(super) fn needs(facts: &WorkflowFacts) -> Vec<(usize, usize)> {
    let places: FxHashMap<&str, usize> = facts.jobs.iter().enumerate().map(|(at, job)| (job.id.as_str(), at)).collect();
    let mut needs = Vec::new();
    for (to, job) in facts.jobs.iter().enumerate() {
        let known = job.needs.iter().filter_map(|(id, _)| places.get(id.as_str()).copied());
        needs.extend(known.filter(|from| *from != to).map(|from| (from, to)));
    }
    needs
}
