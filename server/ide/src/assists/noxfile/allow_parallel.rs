//! Says which sessions `nox -j` may run beside others: in by `allow_parallel=True`, out by `allow_parallel=False` where
//! the noxfile allows all and two would disturb each other.
//!
//! nox has both since 2026.08.10. A session that is not allowed runs alone and in its place.

use facts::noxfile::{ActionKind, Session};
use model::{Access, SessionId, SessionKind};

use super::calls;
use super::changes::{self, After, Goal};
use super::parallel::{self, Run};
use super::scope::NoxfileCx;
use super::script::{FIRST_PARALLEL, Keywords};
use crate::assist::{FileEdit, OfferKind};
use crate::assists::{Assist, AssistCx, Draft, Gain, Machines, Spot};
use crate::times;

pub(super) const ASSIST: Assist = Assist { id: "allow-parallel", kind: OfferKind::Parallel, at: &[Spot::Session, Spot::Options, Spot::Noxfile], run };

/// Sessions compared with each other; past this number nothing is offered.
const MOST: usize = 120;

fn run(cx: &AssistCx<'_>) -> Option<Draft> {
    let cx = NoxfileCx::of(cx)?;
    if cx.noxfile.facts.sessions.len() > MOST {
        return None;
    }
    opt_out(&cx).or_else(|| opt_in(&cx))
}

/// Sessions that are allowed although they disturb one that is, too: the later one gives way.
fn opt_out(cx: &NoxfileCx<'_>) -> Option<Draft> {
    let mut kept: Vec<SessionId> = Vec::new();
    let mut out: Vec<(SessionId, String)> = Vec::new();
    for id in all(cx).filter(|id| parallel::is_allowed(cx, *id)) {
        let obstacle = kept.iter().chain([&id]).find_map(|other| known_obstacle(cx, *other, id));
        match obstacle {
            Some(why) => out.push((id, why)),
            None => kept.push(id),
        }
    }
    out.retain(|(id, _)| cx.scope.contains(id));
    let sessions: Vec<SessionId> = out.iter().map(|(id, _)| *id).collect();
    let title = match out.as_slice() {
        [] => return None,
        [(one, why)] => format!("Let `{}` run alone under `nox -j`, as {why}", cx.name(*one)),
        several => format!("Let {} sessions that disturb others run alone under `nox -j`", several.len()),
    };
    // It costs time: that is told, and no reason against it.
    let title = Effect::of(cx, &sessions, false).map_or(title.clone(), |effect| effect.told(&title));
    Some(Draft { title, gain: None, caveat: None, edits: edits(cx, &sessions, false) })
}

/// Sessions that disturb nobody who is allowed. Those that disturb fewest go first, so that most can be let in.
fn opt_in(cx: &NoxfileCx<'_>) -> Option<Draft> {
    let mut allowed: Vec<SessionId> = all(cx).filter(|id| parallel::is_allowed(cx, *id)).collect();
    let candidates: Vec<SessionId> = cx.scope.iter().copied().filter(|id| is_candidate(cx, *id)).collect();
    let mut obstacles: Vec<String> = Vec::new();
    let mut left: Vec<(usize, SessionId)> = Vec::new();
    let everything: Vec<SessionId> = all(cx).collect();
    for id in &candidates {
        let refused = cx.session(*id).and_then(refusal).or_else(|| parallel::obstacle(cx, *id, *id));
        // One that must share a process with another one must do so whether or not that is let in, too.
        let shares = |other: &SessionId| parallel::bound(cx, &[*id, *other]).filter(|(pair, _)| pair.0 != pair.1);
        let refused = refused.or_else(|| everything.iter().filter(|it| *it != id).find_map(shares).map(|(_, why)| why));
        match refused {
            Some(why) => obstacles.push(why),
            None => {
                let disturbs = |other: &&SessionId| *other != id && parallel::obstacle(cx, *id, **other).is_some();
                left.push((candidates.iter().filter(disturbs).count(), *id));
            }
        }
    }
    left.sort_by_key(|(disturbs, _)| *disturbs);
    let mut chosen: Vec<SessionId> = Vec::new();
    for (_, id) in left {
        match allowed.iter().find_map(|other| parallel::obstacle(cx, *other, id)) {
            Some(why) => obstacles.push(why),
            None => {
                allowed.push(id);
                chosen.push(id);
            }
        }
    }
    chosen.sort();
    // The first that is let in makes nox run each session in a process of its own, those that are not let in included.
    let bare = cx.snapshot.workspace.with_required(cx.id, &times::defaults(cx.noxfile));
    let broken = parallel::bound(cx, &bare).map(|(_, why)| why);
    // One that is let in alone has nobody to run beside.
    let has_company = allowed.len() > 1 || (chosen.is_empty() && !allowed.is_empty());
    match (chosen.as_slice(), cx.scope.as_slice()) {
        ([], [one]) if !obstacles.is_empty() => Some(Draft {
            title: format!("Let `{}` run beside others under `nox -j`", cx.name(*one)),
            gain: None,
            caveat: None,
            edits: Err(obstacles.swap_remove(0)),
        }),
        ([], _) => None,
        _ if !has_company => None,
        (chosen, _) => {
            let (title, gain) = with_times(cx, chosen, &allowed);
            let edits = broken.map_or_else(|| edits(cx, chosen, true), Err);
            Some(Draft { title, gain, caveat: None, edits })
        }
    }
}

/// The title of letting `chosen` in to those that are `allowed` then, and what it gains. That no run there is gains anything
/// is no reason against it where one would that names more of them.
fn with_times(cx: &NoxfileCx<'_>, chosen: &[SessionId], allowed: &[SessionId]) -> (String, Option<Gain>) {
    let title = |lanes: usize| format!("Let {} run beside others under `nox -j {lanes}`", cx.names(chosen));
    match Effect::of(cx, chosen, true) {
        Some(Effect { run: Run { whose, lanes, .. }, gain }) if gain.saved() > 0.0 && gain.is_told() => {
            let whose = whose.map(|whose| format!(" in {whose}")).unwrap_or_default();
            (format!("{}{whose}", title(lanes)), Some(gain))
        }
        _ => {
            let effect = Effect::named(cx, chosen, allowed);
            // Nothing to gain at all: it is refused for that.
            let Effect { run: Run { lanes, .. }, gain } = &effect;
            if gain.saved() > 0.0 { (effect.told(&title(*lanes)), None) } else { (title(*lanes), Some(gain.clone())) }
        }
    }
}

fn all(cx: &NoxfileCx<'_>) -> impl Iterator<Item = SessionId> + use<> {
    (0..cx.noxfile.facts.sessions.len()).map(SessionId)
}

/// Like [`parallel::obstacle`]; what nobody knows is no reason to take back what the author wrote, and what needs one
/// process is not cured by running alone.
fn known_obstacle(cx: &NoxfileCx<'_>, a: SessionId, b: SessionId) -> Option<String> {
    let verdict = cx.snapshot.workspace.verdict(cx.id, a, b);
    let is_left = matches!(verdict, model::Verdict::Unknown(_) | model::Verdict::OneProcess(_));
    if is_left { None } else { parallel::obstacle(cx, a, b) }
}

/// Nothing is said about it, and it is none that runs for ever, publishes or rewrites what others read.
fn is_candidate(cx: &NoxfileCx<'_>, id: SessionId) -> bool {
    let Some((session, effects)) = cx.session(id).zip(cx.noxfile.effects.get(id.0)) else { return false };
    let is_said = session.decorator.keywords.iter().any(|(name, _)| name == "allow_parallel");
    let rewrites = effects.items.iter().any(|effect| effect.access == Access::Mutate);
    let is_left_alone = rewrites || matches!(effects.kind, SessionKind::Serve | SessionKind::Release);
    !is_said && !is_left_alone && !parallel::allows_all(cx)
}

/// Under `-j` nox raises at `session.notify` (and says to use `requires=`), and gives sessions no terminal.
fn refusal(session: &Session) -> Option<String> {
    session.actions.iter().find_map(|action| match action.kind {
        ActionKind::Notify { .. } => Some(format!("`{}` calls `session.notify`, which nox -j refuses", session.name)),
        ActionKind::Interactive => Some(format!("`{}` asks for input, which nox -j has none of", session.name)),
        _ => None,
    })
}

/// What becomes of a run of `nox -j` when `chosen` are let in or taken out.
struct Effect {
    run: Run,
    gain: Gain,
}

impl Effect {
    /// Of the runs that `chosen` take part in: the one that gains most; where none gains, the first.
    fn of(cx: &NoxfileCx<'_>, chosen: &[SessionId], allowed: bool) -> Option<Self> {
        let runs = parallel::runs(cx).into_iter().filter(|run| run.sessions.iter().any(|id| chosen.contains(id)));
        let effects = runs.map(|run| Self::in_run(cx, run, chosen, allowed));
        effects.reduce(|best, other| if other.gain.saved() > best.gain.saved() { other } else { best })
    }

    fn in_run(cx: &NoxfileCx<'_>, run: Run, chosen: &[SessionId], allowed: bool) -> Self {
        let time = |is_allowed: &dyn Fn(SessionId) -> bool| {
            parallel::makespan(cx, &parallel::plan(cx, &run.sessions, is_allowed), &run.sessions, run.lanes)
        };
        let now = time(&|id| parallel::is_allowed(cx, id));
        let after = time(&|id| if chosen.contains(&id) { allowed } else { parallel::is_allowed(cx, id) });
        let gain = Gain { now, after, on: Machines::One { cores: run.lanes } };
        Self { run, gain }
    }

    /// Where no run is known in which they take part: them with all that they may run beside.
    fn named(cx: &NoxfileCx<'_>, chosen: &[SessionId], beside: &[SessionId]) -> Self {
        let sessions = cx.snapshot.workspace.with_required(cx.id, beside);
        let whose = Some(format!("with all {} that may overlap named", beside.len()));
        Self::in_run(cx, Run { whose, sessions, lanes: parallel::lanes(cx) }, chosen, true)
    }

    /// The title with the times; `gain` of an offer stands there by itself.
    fn told(&self, title: &str) -> String {
        let whose = self.run.whose.as_ref().map(|whose| format!(", {whose}")).unwrap_or_default();
        format!("{title}: {} ({}{whose})", self.gain.times(), self.gain.basis())
    }
}

fn edits(cx: &NoxfileCx<'_>, sessions: &[SessionId], allowed: bool) -> Result<Vec<FileEdit>, String> {
    calls::refuse_old_nox(cx.snapshot, cx.id, FIRST_PARALLEL, "`allow_parallel=`")?;
    let mut edits = Vec::new();
    for id in sessions {
        let session = cx.session(*id).ok_or("a session is gone")?;
        let keywords = Keywords { allow_parallel: Some(allowed), ..Keywords::default() };
        edits.extend(cx.script.decorate(session, &keywords)?);
    }
    edits.extend(cx.script.needs_version(FIRST_PARALLEL)?);
    let is_reached = |after: &After<'_>| {
        let is_seen = |id: &SessionId| {
            let name = cx.name(*id);
            let says = after.session(name).is_some_and(|(_, session)| session.allow_parallel == Some(allowed));
            says && after.acts_as_before(name)
        };
        if sessions.iter().all(is_seen) { Ok(()) } else { Err("nox would not be seen to follow it".to_owned()) }
    };
    let edits = vec![FileEdit::new(cx.file.id, edits)];
    changes::verified(cx, edits, &Goal { touched: sessions, is_reached: &is_reached })
}
