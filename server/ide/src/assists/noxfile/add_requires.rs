//! A session that reads what another one writes says so by `requires=`.
//!
//! Without it the order is that of the list: `nox -j`, `nox -s report`, or a job of its own runs it too early. Calls in
//! workflows that run it by itself today get `--no-dependencies` and go on doing that.

use facts::noxfile::ActionKind;
use model::effects::Role;
use model::{Access, Edge, EdgeKind, Effect, Evidence, Resource, SessionId, SessionKind};

use super::calls::{self, Requiring};
use super::changes::{self, After, Goal};
use super::isolate_coverage;
use super::parallel;
use super::scope::NoxfileCx;
use super::script::{FIRST_PARALLEL, FIRST_REQUIRES, Keywords};
use crate::assist::{FileEdit, OfferKind};
use crate::assists::{Assist, AssistCx, Draft, Spot};

pub(super) const ASSIST: Assist = Assist { id: "add-requires", kind: OfferKind::Rewrite, at: &[Spot::Session, Spot::Noxfile], run };

fn run(cx: &AssistCx<'_>) -> Option<Draft> {
    let cx = NoxfileCx::of(cx)?;
    let missing: Vec<Requiring> = cx
        .scope
        .iter()
        .map(|id| Requiring { session: *id, requires: missing_of(&cx, *id) })
        .filter(|new| !new.requires.is_empty())
        .collect();
    let title = match missing.as_slice() {
        [] => return None,
        [one] => format!("Let `{}` require {}", cx.name(one.session), cx.names(&one.requires)),
        several => format!("Let {} sessions require what they read", several.len()),
    };
    Some(Draft { title, gain: None, caveat: None, edits: edits(&cx, &missing) })
}

/// Sessions whose output `id` reads without requiring them, directly or over others.
fn missing_of(cx: &NoxfileCx<'_>, id: SessionId) -> Vec<SessionId> {
    if !may_be_joined(cx, id) {
        return Vec::new();
    }
    let edges = cx.noxfile.edges.iter().filter(|edge| edge.to == id && edge.from != id && edge.kind == EdgeKind::Data);
    let mut out: Vec<SessionId> = Vec::new();
    // What only names suggest is a guess, and no reason to run more.
    let is_known = |edge: &&Edge| edge.evidence < Evidence::Naming;
    for edge in edges.filter(is_known).filter(|edge| reads(cx, edge) && may_be_joined(cx, edge.from)) {
        if !out.contains(&edge.from) {
            out.push(edge.from);
        }
    }
    // What a requirement requires in turn comes first anyhow.
    let all = out.clone();
    out.retain(|from| {
        let others = all.iter().filter(|other| *other != from);
        !parallel::requires(cx, id, *from) && !others.into_iter().any(|other| parallel::requires(cx, *other, *from))
    });
    out
}

/// Whether the later session reads what the earlier one writes, at a place that is known. An edge also joins who clears
/// a folder with who fills it; that is no reason to clear it every time.
fn reads(cx: &NoxfileCx<'_>, edge: &Edge) -> bool {
    let effects = |id: SessionId| cx.noxfile.effects.get(id.0).into_iter().flat_map(|effects| &effects.items);
    let is_known = |effect: &&Effect| matches!(&effect.resource, Resource::Path(path) if !path.starts_with(['?', '{']));
    let Some((session, (_, place))) = cx.session(edge.to).zip(edge.place) else { return false };
    let is_here = |effect: &&Effect| session.actions.get(effect.action).is_some_and(|action| action.span == place);
    let is_read = |effect: &&Effect| matches!(effect.access, Access::Read | Access::Update);
    let roles: Vec<Role> = effects(edge.to).filter(is_here).filter(is_read).filter(is_known).map(|it| it.role).collect();
    // Who measures coverage itself counts its own.
    let measures = |effect: &Effect| effect.role == Role::CoverageData && isolate_coverage::is_measuring(effect);
    let roles = roles.iter().filter(|role| **role != Role::CoverageData || !effects(edge.to).any(measures));
    let is_write = |effect: &&Effect| matches!(effect.access, Access::Write | Access::Update);
    let written: Vec<Role> = effects(edge.from).filter(is_write).filter(is_known).map(|it| it.role).collect();
    roles.into_iter().any(|role| written.contains(role))
}

/// Not one that publishes, tags or asks: nobody wants that done by the way.
fn may_be_joined(cx: &NoxfileCx<'_>, id: SessionId) -> bool {
    let Some((session, effects)) = cx.session(id).zip(cx.noxfile.effects.get(id.0)) else { return false };
    let is_outside = |effect: &Effect| {
        matches!(effect.resource, Resource::World | Resource::Git) && effect.access != Access::Read
    };
    !matches!(effects.kind, SessionKind::Release | SessionKind::Serve)
        && !effects.items.iter().any(is_outside)
        && !session.actions.iter().any(|action| matches!(action.kind, ActionKind::Interactive))
}

fn edits(cx: &NoxfileCx<'_>, missing: &[Requiring]) -> Result<Vec<FileEdit>, String> {
    let mut noxfile = Vec::new();
    for new in missing {
        let session = cx.session(new.session).ok_or("a session is gone")?;
        let requires = new.requires.iter().map(|id| cx.name(*id).to_owned()).collect();
        noxfile.extend(cx.script.decorate(session, &Keywords { requires, ..Keywords::default() })?);
    }
    let kept = calls::keep_alone(cx.snapshot, cx.id, missing, &|_, _| false)?;
    // `requires=` is old enough to be taken for granted where nothing is said; `--no-dependencies` is not.
    let least = if kept.is_empty() { FIRST_REQUIRES } else { FIRST_PARALLEL };
    let what = if kept.is_empty() { "`requires=`" } else { "`--no-dependencies`" };
    calls::refuse_old_nox(cx.snapshot, cx.id, least, what)?;
    if !kept.is_empty() || cx.noxfile.facts.needs_version.is_some() {
        noxfile.extend(cx.script.needs_version(least)?);
    }
    let mut edits = vec![FileEdit::new(cx.file.id, noxfile)];
    edits.extend(kept);
    let touched: Vec<SessionId> = missing.iter().map(|new| new.session).collect();
    let is_reached = |after: &After<'_>| missing.iter().try_for_each(|new| declares(cx, after, new));
    changes::verified(cx, edits, &Goal { touched: &touched, is_reached: &is_reached })
}

/// Whether our own reader sees the new requirement, and the session does what it did.
fn declares(cx: &NoxfileCx<'_>, after: &After<'_>, new: &Requiring) -> Result<(), String> {
    let name = cx.name(new.session);
    let unseen = || format!("the new `requires` of `{name}` would not be seen");
    let (id, _) = after.session(name).ok_or_else(unseen)?;
    let is_seen = |from: &SessionId| {
        let Some((from, _)) = after.session(cx.name(*from)) else { return false };
        after.noxfile.edges.iter().any(|edge| (edge.from, edge.to, edge.kind) == (from, id, EdgeKind::Requires))
    };
    if new.requires.iter().all(is_seen) && after.acts_as_before(name) { Ok(()) } else { Err(unseen()) }
}
