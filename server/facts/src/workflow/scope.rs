//! What is known where an expression stands: the matrix's cell, the variables around it, the inputs, the machine.
//!
//! Secrets, `vars`, `github.*`, results and outputs of what ran before are known when the workflow runs, not here.

use std::borrow::Cow;

use super::expression::{self, Remainder, expressions, sole};
use super::inputs::Given;
use super::job::Around;
use super::value::Value;
use super::{Cell, Job, Step, WorkflowFacts};
use crate::shell::Word;

/// What is known at one place of a workflow.
#[derive(Clone, Copy, Debug, Default)]
pub struct Scope<'a> {
    matrix: Matrix<'a>,
    /// Variables of the step, the job and the workflow: the first that has one counts.
    levels: [&'a [(String, Word)]; 3],
    /// Variables that scripts of the job set for the steps behind them: those of job and workflow may differ by then.
    env_written: &'a [String],
    /// Inputs with the values that are assumed.
    inputs: &'a [(String, Value)],
    /// The inputs are those of a caller, not assumed ones: conditions count on them.
    is_given: bool,
    /// `Linux`, `Windows` or `macOS`.
    machine: Option<&'static str>,
    success: Option<bool>,
}

#[derive(Clone, Copy, Debug, Default)]
enum Matrix<'a> {
    /// There is none, or it cannot be known, or every cell is meant.
    #[default]
    Unknown,
    /// The values of one cell.
    Cell(&'a Value),
}

impl<'a> Scope<'a> {
    /// What is known in `job`, in `cell` of its matrix if that is given. An input is taken to have its default.
    pub fn of_job(facts: &'a WorkflowFacts, job: &'a Job, cell: Option<&'a Cell>) -> Self {
        let labels = match cell {
            Some(cell) => cell.runs_on.as_deref(),
            None => job.runs_on.value().map(Vec::as_slice),
        };
        Self {
            matrix: cell.map_or(Matrix::Unknown, |cell| Matrix::Cell(&cell.matrix)),
            levels: [&[], &job.env, &facts.env],
            env_written: &job.env_written,
            inputs: facts.inputs.assumed(),
            is_given: false,
            machine: labels.and_then(machine),
            success: None,
        }
    }

    /// The same in a step, which has variables of its own.
    #[must_use]
    pub fn in_step(self, step: &'a Step) -> Self {
        Self { levels: [&step.env, self.levels[1], self.levels[2]], ..self }
    }

    /// The same with the inputs that a caller gives.
    #[must_use]
    pub fn with_inputs(self, given: &'a Given) -> Self {
        Self { inputs: given.values(), is_given: true, ..self }
    }

    /// `text` with every `${{ … }}` replaced by its value; else what that depends on, as the end of a sentence.
    pub fn fill(&self, text: &str) -> Result<String, String> {
        let mut reason = None;
        let filled = self.filled(text, &mut |why| reason = reason.take().or(Some(why)));
        reason.map_or(Ok(filled), Err)
    }

    /// A variable of `env`, as expressions and scripts see it. Its value may hold expressions over the levels around its
    /// own.
    pub fn variable(&self, name: &str) -> Option<String> {
        let [step, job, workflow] = self.levels;
        let with_outer = [(step, [&[][..], job, workflow]), (job, [&[][..], &[], workflow]), (workflow, [&[][..]; 3])];
        let mut levels = with_outer.into_iter().enumerate();
        let found = |(at, (level, outer)): (usize, (&'a [(String, Word)], _))| {
            let (_, word) = level.iter().rev().find(|(key, _)| key == name)?;
            Some((at, word, outer))
        };
        let (at, word, outer) = levels.find_map(found)?;
        if at > 0 && self.env_written.iter().any(|written| written == name) {
            return None;
        }
        Self { levels: outer, ..*self }.fill(&word.text).ok()
    }

    /// Whether there is such a variable, be its value known or not.
    pub fn has_variable(&self, name: &str) -> bool {
        let mut set = self.levels.iter().flat_map(|level| level.iter()).map(|(key, _)| key);
        set.any(|key| key == name) || self.env_written.iter().any(|key| key == name)
    }

    /// Whether a condition (`if:`) holds, for all that nothing before it fails; nothing when that is not known.
    pub fn holds(&self, condition: &str) -> Option<bool> {
        Self { success: self.success.or(Some(true)), ..self.sure() }.truth(condition)
    }

    /// Whether a condition can hold at all, whatever happens before it: `false` is certain.
    pub fn may_hold(&self, condition: &str) -> bool {
        self.sure().truth(condition) != Some(false)
    }

    /// What is left of a condition (`if:`) here: without the parts that the cell and the machine decide.
    pub fn remainder(&self, condition: &str) -> Remainder {
        let bare = match sole(condition) {
            Some(inside) => inside,
            None if condition.contains("${{") => {
                return Remainder::If { text: condition.trim().to_owned(), is_open: true };
            }
            None => condition,
        };
        if bare.trim().is_empty() {
            return Remainder::Always;
        }
        expression::remainder(bare, &Self { success: None, ..self.sure() })
    }

    /// Without what is only assumed.
    fn sure(&self) -> Self {
        Self { inputs: if self.is_given { self.inputs } else { &[] }, ..*self }
    }

    /// What a job's strategy and name are read in, before the job is whole.
    pub(super) fn around_job(env: &'a [(String, Word)], around: &Around<'a>) -> Self {
        Self { levels: [&[], env, around.env], inputs: around.inputs.assumed(), ..Self::default() }
    }

    pub(super) fn in_cell<'b>(self, matrix: &'b Value) -> Scope<'b>
    where
        'a: 'b,
    {
        Scope { matrix: Matrix::Cell(matrix), ..self }
    }

    /// Where a job that this one needs never runs, `success()` is false.
    pub(super) fn with_success(self, success: Option<bool>) -> Self {
        Self { success, ..self }
    }

    /// Like `fill`, but what is not known stays as it is written.
    pub(super) fn fill_known(&self, text: &str) -> String {
        self.filled(text, &mut |_| {})
    }

    /// `value` with its expressions evaluated; a text that is one expression and no more takes its type.
    pub(super) fn typed(&self, value: Value) -> Result<Value, String> {
        self.evaluated(value, &|_, reason| Err(reason))
    }

    /// The same; an expression that is not known stays as it is written.
    pub(super) fn typed_where_known(&self, value: Value) -> Value {
        self.evaluated(value, &|text, _| Ok(Value::Text(text))).unwrap_or(Value::Null)
    }

    fn evaluated(&self, value: Value, or: &dyn Fn(String, String) -> Result<Value, String>) -> Result<Value, String> {
        Ok(match value {
            Value::Text(text) if text.contains("${{") => {
                let value = match sole(&text) {
                    Some(inside) => expression::value(inside, self).map(Cow::into_owned),
                    None => self.fill(&text).map(Value::Text),
                };
                return value.or_else(|reason| or(text, reason));
            }
            Value::List(items) => {
                let items = items.into_iter().map(|item| self.evaluated(item, or));
                Value::List(items.collect::<Result<_, _>>()?)
            }
            Value::Map(pairs) => {
                let pairs = pairs.into_iter().map(|(key, value)| Ok((key, self.evaluated(value, or)?)));
                Value::Map(pairs.collect::<Result<_, String>>()?)
            }
            value => value,
        })
    }

    /// A condition is an expression with or without brackets around all of it. With text beside the brackets it is a
    /// text that is not empty, hence true: a trap that GitHub does not warn of.
    fn truth(&self, condition: &str) -> Option<bool> {
        let bare = match sole(condition) {
            Some(inside) => inside,
            None if condition.contains("${{") => return self.success,
            None => condition,
        };
        if bare.trim().is_empty() { self.success } else { expression::truth(bare, self) }
    }

    fn filled(&self, text: &str, unknown: &mut dyn FnMut(String)) -> String {
        let (mut out, mut copied) = (String::new(), 0);
        for span in expressions(text) {
            let start = (span.start as usize).saturating_sub(3);
            let end = (span.end as usize + 2).min(text.len());
            match expression::value(span.of(text), self) {
                Ok(value) => {
                    out.push_str(text.get(copied..start).unwrap_or_default());
                    out.push_str(&value.text());
                }
                Err(reason) => {
                    unknown(reason);
                    out.push_str(text.get(copied..end).unwrap_or_default());
                }
            }
            copied = end;
        }
        out.push_str(text.get(copied..).unwrap_or_default());
        out
    }

    pub(super) fn success(&self) -> Option<bool> {
        self.success
    }

    /// All of a context; nothing when it is not known here.
    pub(super) fn context(&self, name: &str) -> Option<&'a Value> {
        match (name, self.matrix) {
            ("matrix", Matrix::Cell(values)) => Some(values),
            _ => None,
        }
    }

    /// One value of a context of which not all is known.
    pub(super) fn member(&self, context: &str, key: &str) -> Option<Cow<'a, Value>> {
        let text = |text: String| Cow::Owned(Value::Text(text));
        match context {
            "env" => self.variable(key).map(text),
            "inputs" => {
                let found = self.inputs.iter().find(|(name, _)| name.eq_ignore_ascii_case(key));
                found.map(|(_, value)| Cow::Borrowed(value))
            }
            "runner" if key.eq_ignore_ascii_case("os") => self.machine.map(|os| text(os.to_owned())),
            _ => None,
        }
    }
}

/// The system of the machine that has `labels`, as far as they are those that GitHub itself offers.
fn machine(labels: &[String]) -> Option<&'static str> {
    let known = |label: &String| {
        let label = label.to_ascii_lowercase();
        let systems = [("ubuntu-", "Linux"), ("windows-", "Windows"), ("macos-", "macOS")];
        let own = [("linux", "Linux"), ("windows", "Windows"), ("macos", "macOS")];
        let hosted = systems.into_iter().find(|(start, _)| label.starts_with(start));
        hosted.or_else(|| own.into_iter().find(|(name, _)| label == *name)).map(|(_, os)| os)
    };
    labels.iter().find_map(known)
}
