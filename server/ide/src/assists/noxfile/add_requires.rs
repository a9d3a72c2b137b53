//! A session that reads what another one writes says so by `requires=`.
//!
//! Without it the order is that of the list: `nox -j`, `nox -s report`, or a job of its own runs it too early. Calls in
//! workflows that run it by itself today get `--no-dependencies` and go on doing that.

use facts::noxfile::ActionKind;
use model::effects::{self, Role};
use model::{Access, Edge, EdgeKind, Effect, Evidence, Hazard, Resource, SessionId, SessionKind, Severity};

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
    let missing = cx.scope.iter().map(|id| Requiring { session: *id, requires: missing_of(&cx, *id) });
    let (mut missing, lost): (Vec<Requiring>, Vec<Requiring>) =
        missing.filter(|new| !new.requires.is_empty()).partition(|new| overwritten(&cx, new).is_none());
    // Of a whole file those that may be are done; who is asked for alone hears why not.
    let refusal = lost.first().filter(|_| missing.is_empty()).and_then(|new| overwritten(&cx, new));
    if missing.is_empty() {
        missing = lost;
    }
    let title = match missing.as_slice() {
        [] => return None,
        [one] => format!("Let `{}` require {}", cx.name(one.session), cx.names(&one.requires)),
        several => format!("Let {} sessions require what they read", several.len()),
    };
    let edits = refusal.map_or_else(|| written(&cx, &missing), Err);
    Some(Draft { title, gain: None, caveat: None, edits })
}

/// Why a session must not require all that it reads from: what one leaves in a file the next overwrites, and which of them is
/// meant nobody knows.
fn overwritten(cx: &NoxfileCx<'_>, new: &Requiring) -> Option<String> {
    let old = cx.noxfile.edges.iter().filter(|edge| edge.kind == EdgeKind::Requires && edge.to == new.session);
    let all: Vec<SessionId> = old.map(|edge| edge.from).chain(new.requires.iter().copied()).collect();
    let all = cx.snapshot.workspace.with_required(cx.id, &all);
    let touches = |id: SessionId, path: &str, access: Access| {
        let is_it = |it: &Effect| it.access == access && matches!(&it.resource, Resource::Path(own) if own == path);
        cx.noxfile.effects.get(id.0).is_some_and(|effects| effects.items.iter().any(is_it))
    };
    for (at, later) in all.iter().enumerate().filter(|(_, later)| new.requires.contains(later)) {
        for earlier in all.iter().take(at) {
            let hazards = cx.snapshot.workspace.hazards_between(cx.id, *earlier, *later);
            let loses = |it: &&Hazard| OVERWRITES.contains(&it.kind) && it.severity == Severity::LosesData;
            for hazard in hazards.iter().filter(loses) {
                let Resource::Path(path) = &hazard.resource else { continue };
                // Who adds to what is there loses nothing of it.
                if touches(*later, path, Access::Write) && touches(new.session, path, Access::Read) {
                    let (earlier, later) = (cx.name(*earlier), cx.name(*later));
                    return Some(format!("`{later}` overwrites what `{earlier}` leaves in `{path}`"));
                }
            }
        }
    }
    None
}

/// Hazards of two that write one file.
const OVERWRITES: [&str; 2] = ["shared-coverage-data", "shared-output"];

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

/// Whether the later session reads what the earlier one makes, at a place that is known. An edge also joins who clears
/// a folder with who fills it; that is no reason to clear it every time.
fn reads(cx: &NoxfileCx<'_>, edge: &Edge) -> bool {
    let touches = |id: SessionId| cx.noxfile.effects.get(id.0).map_or(&[][..], |effects| &effects.items);
    let (before, after) = (touches(edge.from), touches(edge.to));
    let Some((session, (_, place))) = cx.session(edge.to).zip(edge.place) else { return false };
    let is_here = |effect: &Effect| session.actions.get(effect.action).is_some_and(|action| action.span == place);
    // Who measures coverage itself counts its own.
    let measures = |effect: &Effect| effect.role == Role::CoverageData && isolate_coverage::is_measuring(effect);
    let is_own = |read: &Effect| read.role == Role::CoverageData && after.iter().any(measures);
    let is_read = |(at, effect): (usize, &Effect)| {
        is_here(effect)
            && matches!(effect.access, Access::Read | Access::Update)
            && is_known(effect)
            && !is_own(effect)
            && !may_make(&after[..at], effect)
    };
    let is_made = |(at, effect): (usize, &Effect)| {
        matches!(effect.access, Access::Write | Access::Update) && is_known(effect) && !edits(&before[..at], effect)
    };
    let made = || before.iter().enumerate().filter(|it| is_made(*it)).map(|(_, it)| it);
    let takes = |read: &Effect| made().any(|it| it.role == read.role && is_one(it, read));
    after.iter().enumerate().filter(|it| is_read(*it)).any(|(_, it)| takes(it))
}

/// Whether two touch one place.
fn is_one(a: &Effect, b: &Effect) -> bool {
    matches!((&a.resource, &b.resource), (Resource::Path(a), Resource::Path(b)) if effects::meet(a, b))
}

fn is_known(effect: &Effect) -> bool {
    matches!(&effect.resource, Resource::Path(path) if !path.starts_with(['?', '{']))
}

/// Whether a session that reads may have put there itself what it reads, be it under a condition: "download it unless it is
/// there".
fn may_make(before: &[Effect], read: &Effect) -> bool {
    read.role != Role::CoverageData && before.iter().any(|it| it.access == Access::Write && is_one(it, read))
}

/// Whether a session that writes has read the same file before, as who changes the version in `package.json` does: it was
/// there, in the repository, and who else reads it does not wait for a change. Tools that keep data of their own (`--append`)
/// begin it where there is none.
fn edits(before: &[Effect], write: &Effect) -> bool {
    let is_read = |it: &Effect| it.access == Access::Read && it.resource == write.resource;
    // One that is read under a condition may be made where it was not.
    let is_certain = |it: &Effect| !it.is_conditional || write.is_conditional;
    write.role != Role::CoverageData && before.iter().any(|it| is_read(it) && is_certain(it))
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

fn written(cx: &NoxfileCx<'_>, missing: &[Requiring]) -> Result<Vec<FileEdit>, String> {
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
