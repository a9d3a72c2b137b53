//! A session that reads what another one writes says so by `requires=`.
//!
//! Without it the order is that of the list: `nox -j`, `nox -s report`, or a job of its own runs it too early. Calls in
//! workflows that run it by itself today get `--no-dependencies` and go on doing that.

use model::{Edge, EdgeKind, SessionId};

use super::calls::{self, Requiring};
use super::changes::{self, After, Goal};
use super::parallel;
use super::scope::NoxfileCx;
use super::script::{FIRST_PARALLEL, FIRST_REQUIRES, Keywords};
use crate::assist::{FileEdit, OfferKind};
use crate::assists::{Assist, AssistCx, Draft};

pub(super) const ASSIST: Assist = Assist { id: "add-requires", kind: OfferKind::Rewrite, run };

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
    let Some(session) = cx.session(id) else { return Vec::new() };
    // An edge also joins who clears a folder with who fills it; that is no reason to clear it every time.
    let reads = |edge: &Edge| edge.place.is_some_and(|(_, place)| session.actions.iter().any(|it| it.span == place));
    let edges = cx.noxfile.edges.iter().filter(|edge| edge.to == id && edge.from != id && edge.kind == EdgeKind::Data);
    let mut out: Vec<SessionId> = Vec::new();
    for edge in edges.filter(|edge| edge.is_needed() && reads(edge)) {
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
    let (id, session) = after.session(name).ok_or_else(unseen)?;
    let before = cx.session(new.session).ok_or_else(unseen)?;
    let is_seen = |from: &SessionId| {
        let Some((from, _)) = after.session(cx.name(*from)) else { return false };
        after.noxfile.edges.iter().any(|edge| (edge.from, edge.to, edge.kind) == (from, id, EdgeKind::Requires))
    };
    if new.requires.iter().all(is_seen) && before.acts_like(session) { Ok(()) } else { Err(unseen()) }
}
