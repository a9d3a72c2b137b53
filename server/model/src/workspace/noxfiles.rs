//! One noxfile with what follows from it.

use std::sync::Arc;

use facts::noxfile::{NoxfileFacts, Session};
use facts::project::ProjectFacts;
use rustc_hash::FxHashMap;

use super::durations::Durations;
use super::projects::Projects;
use super::{Input, InputFile, NoxfileModel, SessionId, Workspace};
use crate::effects::{Around, Effects, effects_of};
use crate::graph;

/// Derives the model of `file`; takes from `previous` what has not changed.
pub(super) fn derive(
    file: &InputFile,
    facts: &Arc<NoxfileFacts>,
    projects: &Projects,
    input: &Input,
    previous: Option<&Workspace>,
) -> Arc<NoxfileModel> {
    let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let project = projects.at(folder);
    let before = previous.and_then(|workspace| workspace.noxfiles.iter().find(|model| model.file == file.id));
    let before = before.filter(|model| model.folder == folder && is_same(&model.project, &project));
    let same = before.filter(|model| Arc::ptr_eq(&model.facts, facts));
    if let Some(model) = same
        && previous.is_some_and(|workspace| Arc::ptr_eq(&workspace.timings, &input.timings))
    {
        return Arc::clone(model);
    }
    let (effects, by_name, edges) = match same {
        Some(model) => (model.effects.clone(), Arc::clone(&model.by_name), model.edges.clone()),
        None => {
            let effects = effects(facts, &project, before.map(|model| &**model));
            let by_name = match before.filter(|model| has_same_names(&model.facts, facts)) {
                Some(model) => Arc::clone(&model.by_name),
                None => Arc::new(names(facts)),
            };
            let sources = graph::Sources { file: file.id, facts, effects: &effects, by_name: &by_name };
            let edges = before
                .filter(|model| Arc::ptr_eq(&model.by_name, &by_name))
                .and_then(|model| graph::taken_over(&sources, (&model.facts, &model.effects), &model.edges))
                .unwrap_or_else(|| graph::edges_of(&sources));
            (effects, by_name, edges)
        }
    };
    let Durations { local, ci, runners } = Durations::of(facts, &effects, (folder, &input.timings));
    let (folder, facts) = (folder.to_owned(), Arc::clone(facts));
    Arc::new(NoxfileModel { file: file.id, folder, facts, project, effects, local, ci, runners, edges, by_name })
}

/// Whether every name means the same place among the sessions.
fn has_same_names(a: &NoxfileFacts, b: &NoxfileFacts) -> bool {
    let is_same = |(a, b): (&Arc<Session>, &Arc<Session>)| {
        Arc::ptr_eq(a, b) || a.name == b.name && (Arc::ptr_eq(&a.instances, &b.instances) || a.instances == b.instances)
    };
    a.sessions.len() == b.sessions.len() && a.sessions.iter().zip(&b.sessions).all(is_same)
}

fn is_same(a: &Arc<ProjectFacts>, b: &Arc<ProjectFacts>) -> bool {
    Arc::ptr_eq(a, b) || a == b
}

/// Effects by session; those of a session that does what it did are taken over, wherever it stands now.
fn effects(facts: &NoxfileFacts, project: &ProjectFacts, before: Option<&NoxfileModel>) -> Vec<Arc<Effects>> {
    let of_before = |at: usize, session: &Arc<Session>| {
        let model = before?;
        // Mostly it is where it was.
        let is_there = model.facts.sessions.get(at).is_some_and(|old| old.name == session.name);
        let at = if is_there { at } else { model.by_name.get(&session.name)?.0 };
        let old = model.facts.sessions.get(at)?;
        let before = model.effects.get(at)?;
        let is_same = Arc::ptr_eq(old, session) || old.name == session.name && old.acts_like(session);
        if is_same {
            return Some(Arc::clone(before));
        }
        // Most of what is typed changes no effect; the same ones keep what hangs on them.
        let effects = effects_of(session, project, Around::default());
        Some(if effects == **before { Arc::clone(before) } else { Arc::new(effects) })
    };
    let of_session = |(at, session): (usize, &Arc<Session>)| {
        of_before(at, session).unwrap_or_else(|| Arc::new(effects_of(session, project, Around::default())))
    };
    facts.sessions.iter().enumerate().map(of_session).collect()
}

/// Sessions by every name that selects them. The first of a name keeps it.
fn names(facts: &NoxfileFacts) -> FxHashMap<String, SessionId> {
    let mut by_name = FxHashMap::default();
    for (at, session) in facts.sessions.iter().enumerate() {
        by_name.entry(session.name.clone()).or_insert(SessionId(at));
    }
    for (at, session) in facts.sessions.iter().enumerate() {
        for instance in session.instances.iter() {
            // `dj-3.11` selects every parameter of `dj-3.11(django='4.2')`.
            let bare = instance.signature.split('(').next().unwrap_or_default();
            let names =
                [instance.signature.as_str(), bare].into_iter().chain(instance.aliases.iter().map(String::as_str));
            for name in names.filter(|name| !name.is_empty()) {
                if !by_name.contains_key(name) {
                    by_name.insert(name.to_owned(), SessionId(at));
                }
            }
        }
    }
    by_name
}
