//! What building once saves: the builds that are no longer made, in a run of nox that does one session after another; and
//! whether that is what workflows do, or where they run one of the sessions in a job it costs them an environment more.

use model::{Estimate, SessionId, SessionKind, Source, estimate};

use super::NoxfileCx;
use crate::assists::noxfile::calls;
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

/// Whether workflows rather pay for it: in most of their calls one of `sessions` runs and builds what it needs, as it would
/// still, but then in an environment of the builder's own. `builder`: the one that builds for them and is there already.
pub(super) fn is_paid_in_workflows(cx: &NoxfileCx<'_>, sessions: &[SessionId], builder: Option<SessionId>) -> bool {
    let (mut saved, mut paid) = (0_usize, 0_usize);
    for workflow in &cx.snapshot.workspace.workflows {
        for (link, _) in calls::calls_of(workflow, cx.id) {
            let strategy = workflow.facts.jobs.get(link.site.job).and_then(|job| job.strategy.as_ref());
            let cells = strategy.and_then(|strategy| strategy.cells.value()).map_or(1, |cells| cells.len());
            let alike = std::iter::repeat_n(&link.runs, if link.cells.is_empty() { cells } else { 0 });
            for runs in alike.chain(&link.cells) {
                let of = |id: SessionId| runs.iter().filter(move |run| run.session == id).map(|run| run.instances.len());
                let builds: usize = sessions.iter().copied().filter(|id| Some(*id) != builder).flat_map(of).sum();
                let is_built = builder.is_some_and(|id| of(id).sum::<usize>() > 0);
                match builds + usize::from(is_built) {
                    0 => {}
                    1 if is_built => {}
                    1 => paid += 1,
                    several => saved += several - 1,
                }
            }
        }
    }
    paid > saved
}
