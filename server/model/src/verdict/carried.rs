//! C6: shell, folder, variables and limits are the same, so that one step can stand for both, or each keeps its own.

use facts::shell::Word;
use syntax::Span;

use super::{OfSteps, Steps};

pub(super) const PRECONDITION: OfSteps = OfSteps { id: "C6", look };

fn look(pair: &Steps<'_>) -> Option<String> {
    let (first, second) = (pair.job.steps.get(pair.first)?, pair.job.steps.get(pair.second)?);
    let differs = [
        ("`shell`", first.shell != second.shell),
        ("`working-directory`", first.working_directory != second.working_directory),
        ("`env`", !is_same(&first.env, &second.env)),
        ("`timeout-minutes`", written(&first.timeout_minutes) != written(&second.timeout_minutes)),
        ("`continue-on-error`", written(&first.continue_on_error) != written(&second.continue_on_error)),
    ];
    let (key, _) = differs.into_iter().find(|(_, differs)| *differs)?;
    Some(format!("their {key} is not the same"))
}

/// A value, wherever it is written.
fn written(value: &Option<(String, Span)>) -> Option<&str> {
    value.as_ref().map(|(text, _)| text.as_str())
}

/// Variables with their values, wherever they are written.
fn is_same(a: &[(String, Word)], b: &[(String, Word)]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|((a, x), (b, y))| a == b && x.text == y.text)
}
