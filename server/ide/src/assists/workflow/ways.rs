//! Which way of running a job's sessions side by side can be offered and saves most, before any edit is made: for findings,
//! which promise nothing that no offer keeps.

use model::forecast::Way;
use syntax::Span;

use crate::assists::context::JobCx;
use crate::assists::{AssistCx, Gain, GroupCx};

/// What the best way saves.
pub(crate) struct Best {
    /// Which.
    pub(crate) way: Way,
    /// Its times.
    pub(crate) gain: Gain,
    /// The sessions that take part, in order, and the links that run them.
    pub(crate) sequence: model::forecast::Sequence,
}

/// The best way for the job; `None`: there is none.
pub(crate) fn best(job: JobCx<'_>) -> Option<Best> {
    let cx = AssistCx::new(job.snapshot, job.file, Span::empty(job.job.id_span.start));
    let alike = || cx.any_group();
    let overlaps = |cx: &&GroupCx<'_>| cx.group.has_parallel_parts();
    let has_no_matrix = |cx: &&GroupCx<'_>| cx.job.strategy.is_none();
    let mut best: Option<Best> = None;
    let mut take = |cx: Option<&GroupCx<'_>>, is_meant: fn(Way) -> bool| {
        let Some(sequence) = cx.and_then(|cx| cx.sequence.as_ref()) else { return };
        for (way, gain) in cx.into_iter().flat_map(GroupCx::gains).filter(|(way, _)| is_meant(*way)) {
            if best.as_ref().is_none_or(|best| gain.after.seconds < best.gain.after.seconds) {
                best = Some(Best { way, gain, sequence: sequence.clone() });
            }
        }
    };
    // Those that change least come first: of equals the first is the better one.
    take(cx.any_group_of_their_own().filter(overlaps), |way| way == Way::ParallelSteps);
    take(alike().filter(overlaps), |way| matches!(way, Way::NoxParallel { .. } | Way::BackgroundProcesses));
    take(cx.any_group_with_senders().filter(has_no_matrix), |way| matches!(way, Way::Jobs { .. }));
    take(alike().filter(has_no_matrix), |way| matches!(way, Way::Matrix { .. }));
    best
}
