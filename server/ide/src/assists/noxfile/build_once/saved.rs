//! What building once saves: the builds that are no longer made, in a run of nox that does one session after another.

use model::{Estimate, SessionId, SessionKind, Source, estimate};

use super::NoxfileCx;
use crate::assists::{Gain, Machines};

/// The time of `sessions` now, with so many builds in it, and with one. `None` where nothing of it is known.
pub(super) fn gain(cx: &NoxfileCx<'_>, sessions: &[SessionId], builds: usize) -> Option<Gain> {
    let of = |id: &SessionId| -> Vec<Estimate> {
        let count = cx.session(*id).map_or(0, |session| session.instances.len());
        (0..count).filter_map(|at| cx.noxfile.ci.instance(*id, at).copied()).collect()
    };
    let all: Vec<Estimate> = sessions.iter().flat_map(of).collect();
    let shortest = all.iter().map(|it| it.seconds).reduce(f64::min)?;
    // Of one that only builds it is known what a build takes; elsewhere it is a part of something longer.
    let builders = (0..cx.noxfile.effects.len()).map(SessionId).filter(|id| {
        cx.noxfile.effects.get(id.0).is_some_and(|effects| effects.kind == SessionKind::Build)
    });
    let known = builders.filter_map(|id| cx.noxfile.ci.instance(id, 0)).filter(|it| it.source != Source::Guess);
    let known = known.copied().reduce(|a, b| if a.seconds < b.seconds { a } else { b });
    let build = known.map_or_else(|| estimate::prior(SessionKind::Build), |it| it.seconds).min(shortest / 2.0);
    let source = known.map_or(Source::Guess, |it| all.iter().map(|one| one.source).max().unwrap_or(it.source));
    let seconds: f64 = all.iter().map(|it| it.seconds).sum();
    let exactly = |seconds: f64| Estimate { seconds, low: seconds, high: seconds, source };
    let saved = build * builds.saturating_sub(1) as f64;
    Some(Gain { now: exactly(seconds), after: exactly(seconds - saved), on: Machines::InTurn })
}
