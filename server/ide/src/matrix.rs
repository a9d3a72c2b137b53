//! What of a job depends on its matrix.

use facts::shell::Word;
use facts::workflow::{Job, Step};
use model::{Effects, SessionKind};

/// Whether an expression's text names the matrix or what follows from it.
pub(crate) fn names(expression: &str) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let mut words = expression.split(|c| !is_word(c));
    words.any(|word| matches!(word, "matrix" | "strategy"))
}

/// Whether a condition or a value may differ from cell to cell: it reads the matrix, the machine, or a variable that may.
pub(crate) fn may_differ(expression: &str) -> bool {
    names(expression) || expression.contains("runner.") || expression.contains("env.")
}

/// Whether a value of the matrix reaches a call of `step`: by its words, the step's or the job's variables, or a condition.
pub(crate) fn reaches(job: &Job, step: &Step, call: &str) -> bool {
    let reads = |text: &str| text.contains("matrix.") || text.contains("env.") || text.contains("runner.");
    let in_env = |env: &[(String, Word)]| env.iter().any(|(_, word)| word.text.contains("matrix."));
    reads(call)
        || step.condition.as_ref().is_some_and(|(condition, _)| reads(condition))
        || step.name.as_ref().is_some_and(|(name, _)| reads(name))
        || in_env(&step.env)
        || in_env(&job.env)
}

/// Whether a session's result cannot depend on the interpreter or the system: tests, type checks and builds may.
pub(crate) fn is_same_everywhere(effects: &Effects) -> bool {
    use SessionKind::{DeadCode, Docs, Format, Lint, Security};
    effects.unknown.is_empty() && matches!(effects.kind, Lint | Format | Security | DeadCode | Docs)
}
