//! The proof that an edit of a noxfile does what it says and nothing else.
//!
//! What workflows run is proved for every assist (`assists::proof`). Here, from the same reading of the result: every
//! session that the edit does not name says and does what it did, a bare `nox` runs the same, no two sessions disturb
//! each other that did not, and the goal is reached.

use std::collections::BTreeSet;

use facts::noxfile::Session;
use model::links::asked::Asked;
use model::{EdgeKind, NoxfileId, NoxfileModel, SessionId, Workspace};

use super::scope::NoxfileCx;
use crate::assist::FileEdit;
use crate::assists::proof;

/// The noxfile after an edit.
pub(super) struct After<'a> {
    pub(super) workspace: &'a Workspace,
    pub(super) id: NoxfileId,
    pub(super) noxfile: &'a NoxfileModel,
    /// The noxfile before the edit, read in the same way: without the files beside it.
    pub(super) before: &'a NoxfileModel,
}

/// What an edit is for.
pub(super) struct Goal<'g> {
    /// Sessions whose decorator or body it changes.
    pub(super) touched: &'g [SessionId],
    /// Whether the result is what was wanted; the error says what is not.
    pub(super) is_reached: &'g dyn Fn(&After<'_>) -> Result<(), String>,
}

/// `edits`, if they are proved.
pub(super) fn verified(cx: &NoxfileCx<'_>, edits: Vec<FileEdit>, goal: &Goal<'_>) -> Result<Vec<FileEdit>, String> {
    if edits.iter().all(|edit| edit.edits.is_empty()) {
        return Err("there is nothing to change".to_owned());
    }
    let (before, after) = proof::before_and_after(cx.snapshot, &edits)?;
    let before = &*before;
    let (Some(was), Some(is)) = (before.noxfiles.get(cx.id.0), after.noxfiles.get(cx.id.0)) else {
        return Err(UNREADABLE.to_owned());
    };
    let touched: Vec<&str> = goal.touched.iter().map(|id| cx.name(*id)).collect();
    keeps_the_rest(was, is, &touched)?;
    let mut bare = runs_bare(&after, cx.id);
    for (_, supplier) in proof::suppliers(before, &after) {
        let instances = is.facts.sessions.iter().filter(|it| it.name == supplier).flat_map(|it| it.instances.iter());
        instances.for_each(|instance| _ = bare.remove(&instance.signature));
    }
    let bare_before = runs_bare(before, cx.id);
    for (_, builder) in proof::builders(before, &after) {
        if !bare_before.contains(&builder) {
            bare.remove(&builder);
        }
    }
    if bare_before != bare {
        return Err("`nox` without arguments would run other sessions".to_owned());
    }
    let disturbed = [before, &after].map(|workspace| disturbed(workspace, cx.id, &touched));
    if let Some((one, other)) = disturbed[1].difference(&disturbed[0]).next() {
        return Err(format!("`{one}` and `{other}` would disturb each other"));
    }
    (goal.is_reached)(&After { workspace: &after, id: cx.id, noxfile: is, before: was })?;
    Ok(edits)
}

const UNREADABLE: &str = "the result could not be read back";

impl After<'_> {
    /// The session called `name`.
    pub(super) fn session(&self, name: &str) -> Option<(SessionId, &Session)> {
        let at = self.noxfile.facts.sessions.iter().position(|session| session.name == name)?;
        Some((SessionId(at), self.noxfile.facts.sessions.get(at)?))
    }

    /// Whether the session called `name` does what it did.
    pub(super) fn acts_as_before(&self, name: &str) -> bool {
        let before = self.before.facts.sessions.iter().find(|session| session.name == name);
        before.zip(self.session(name)).is_some_and(|(before, (_, after))| before.acts_like(after))
    }
}

/// Sessions that are not named by the edit are as they were.
fn keeps_the_rest(was: &NoxfileModel, is: &NoxfileModel, touched: &[&str]) -> Result<(), String> {
    for session in was.facts.sessions.iter().filter(|session| !touched.contains(&session.name.as_str())) {
        let same = is.facts.sessions.iter().find(|other| other.name == session.name);
        if !same.is_some_and(|other| is_like(session, other)) {
            return Err(format!("`{}` would change, too", session.name));
        }
    }
    Ok(())
}

fn is_like(a: &Session, b: &Session) -> bool {
    let names = |session: &Session| session.requires.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    (a.default, a.allow_parallel, &a.venv_backend, a.reuse_venv)
        == (b.default, b.allow_parallel, &b.venv_backend, b.reuse_venv)
        && a.instances == b.instances
        && names(a) == names(b)
        && a.acts_like(b)
}

/// What a bare `nox` runs, as a set of signatures; what is queued by `session.notify` counts.
fn runs_bare(workspace: &Workspace, noxfile: NoxfileId) -> BTreeSet<String> {
    let Some(model) = workspace.noxfiles.get(noxfile.0) else { return BTreeSet::new() };
    let mut entries = workspace.select(noxfile, &Asked::default()).entries;
    let mut at = 0;
    while let Some((id, _)) = entries.get(at).copied() {
        for edge in model.edges.iter().filter(|edge| edge.kind == EdgeKind::Notify && edge.from == id) {
            let instances = model.facts.sessions.get(edge.to.0).map_or(0, |session| session.instances.len());
            for entry in (0..instances).map(|instance| (edge.to, instance)) {
                if !entries.contains(&entry) {
                    entries.push(entry);
                }
            }
        }
        at += 1;
    }
    let signature = |(session, at): (SessionId, usize)| {
        Some(model.facts.sessions.get(session.0)?.instances.get(at)?.signature.clone())
    };
    entries.into_iter().filter_map(signature).collect()
}

/// Pairs that may not overlap and of which the edit names one.
fn disturbed(workspace: &Workspace, noxfile: NoxfileId, touched: &[&str]) -> BTreeSet<(String, String)> {
    let Some(model) = workspace.noxfiles.get(noxfile.0) else { return BTreeSet::new() };
    let sessions = &model.facts.sessions;
    let mut out = BTreeSet::new();
    for (a, one) in sessions.iter().enumerate().filter(|(_, one)| touched.contains(&one.name.as_str())) {
        for (b, other) in sessions.iter().enumerate() {
            if a == b && one.instances.len() < 2 {
                continue;
            }
            let hazards = workspace.hazards_between(noxfile, SessionId(a), SessionId(b));
            // nox never runs one beside what it requires.
            let requires = |to: usize, from: usize| {
                let edge = (SessionId(from), SessionId(to), EdgeKind::Requires);
                model.edges.iter().any(|it| (it.from, it.to, it.kind) == edge)
            };
            if requires(a, b) || requires(b, a) {
                continue;
            }
            if hazards.iter().any(|hazard| hazard.severity.forbids_overlap()) {
                let (first, second) = if one.name <= other.name { (one, other) } else { (other, one) };
                out.insert((first.name.clone(), second.name.clone()));
            }
        }
    }
    out
}
