//! C4: both run under the same condition. One that asks how steps ended (`failure()`) refers to their order; `always()` and
//! `!cancelled()` do not, they run whatever happened.

use super::{OfSteps, Steps};

pub(super) const PRECONDITION: OfSteps = OfSteps { id: "C4", look };

fn look(pair: &Steps<'_>) -> Option<String> {
    let condition = |at: usize| Some(pair.job.steps.get(at)?.condition.as_ref().map(|(text, _)| text.as_str()));
    let (first, second) = (condition(pair.first)?, condition(pair.second)?);
    if first != second {
        return Some("they run under different conditions".to_owned());
    }
    first.is_some_and(asks_how_steps_ended).then(|| "their condition asks how the steps before them ended".to_owned())
}

/// The same where each keeps its own condition.
pub(super) fn of_their_own(pair: &Steps<'_>) -> Option<String> {
    let conditions = [pair.first, pair.second].map(|at| pair.job.steps.get(at)?.condition.as_ref());
    let asks = conditions.into_iter().flatten().any(|(text, _)| asks_how_steps_ended(text));
    asks.then(|| "a condition asks how the steps before it ended".to_owned())
}

/// Whether it matters to a condition (`if:` of a step) how the steps before it ended.
pub fn asks_how_steps_ended(condition: &str) -> bool {
    let asks = ["failure()", "always()", "cancelled()", "success()"];
    !runs_regardless(condition) && asks.iter().any(|call| condition.contains(call))
}

/// Whether a condition holds however the steps before it ended: made of `always()` and `!cancelled()` alone.
pub fn runs_regardless(condition: &str) -> bool {
    let bare = condition.trim().trim_start_matches("${{").trim_end_matches("}}");
    let parts: Vec<String> = bare.split("&&").map(|part| part.split_whitespace().collect()).collect();
    parts.iter().all(|part| matches!(part.as_str(), "always()" | "!cancelled()"))
}
