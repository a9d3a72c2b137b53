//! C4: both run under the same condition. One that asks how steps ended (`failure()`, `always()`) refers to their order.

use super::{OfSteps, Steps};

pub(super) const PRECONDITION: OfSteps = OfSteps { id: "C4", look };

fn look(pair: &Steps<'_>) -> Option<String> {
    let condition = |at: usize| Some(pair.job.steps.get(at)?.condition.as_ref().map(|(text, _)| text.as_str()));
    let (first, second) = (condition(pair.first)?, condition(pair.second)?);
    if first != second {
        return Some("they run under different conditions".to_owned());
    }
    let asks = |text: &str| ["failure()", "always()", "cancelled()", "success()"].iter().any(|it| text.contains(it));
    first.is_some_and(asks).then(|| "their condition asks how the steps before them ended".to_owned())
}
