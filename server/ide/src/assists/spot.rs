//! Where in a file an assist is offered: at what it speaks of. A cursor on `needs` asks about needs, not about shell steps.

use syntax::Span;

use super::AssistCx;
use crate::subject;

/// What the cursor or the selection stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spot {
    /// A workflow as a whole: no job, or all of it.
    Workflow,
    /// A job: its id, its keys but for those below, several of them at once.
    Job,
    /// `needs:` of a job.
    Needs,
    /// `strategy:` of a job.
    Matrix,
    /// Steps of a job, one of which runs sessions.
    Step,
    /// Other steps: what checks out, installs, uploads.
    OtherStep,
    /// A noxfile as a whole.
    Noxfile,
    /// `nox.options.sessions`.
    Options,
    /// Sessions of a noxfile, some or one.
    Session,
}

impl Spot {
    /// The place of a selection; `None` in a file that is neither.
    pub(crate) fn of(cx: &AssistCx<'_>) -> Option<Self> {
        if let Some((_, noxfile)) = cx.noxfile() {
            let is_on_options = noxfile.facts.options.sessions_statement.is_some_and(|it| it.meets(cx.span));
            return Some(match (cx.is_whole_file(), cx.sessions().is_empty()) {
                (true, true) if is_on_options => Self::Options,
                (true, _) => Self::Noxfile,
                (false, _) => Self::Session,
            });
        }
        cx.workflow()?;
        let Some(here) = cx.job().filter(|_| !cx.is_whole_file()) else { return Some(Self::Workflow) };
        let steps = cx.steps().filter(|_| here.job.steps_span.is_some_and(|steps| steps.covers(cx.span)));
        if let Some((_, mut steps)) = steps {
            let runs_sessions = steps.any(|at| !subject::of_step(here.workflow, here.at, at).is_empty());
            return Some(if runs_sessions { Self::Step } else { Self::OtherStep });
        }
        let holds = |entry: Option<Span>| entry.is_some_and(|entry| entry.covers(cx.span));
        Some(if holds(here.job.needs_span) {
            Self::Needs
        } else if holds(here.job.strategy.as_ref().map(|strategy| strategy.span)) {
            Self::Matrix
        } else {
            Self::Job
        })
    }
}
