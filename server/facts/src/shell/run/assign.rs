//! Variables: assignments, `export`, `declare`, `unset`.

use syntax::Span;
use syntax::shell::{self as tree, Assigned, Part};

use super::{Context, Machine};
use crate::shell::Word;

impl Machine<'_> {
    pub(super) fn declare(&mut self, keyword: &str, assignments: &[tree::Assignment], names: &[String], cx: Context) {
        let exports = keyword == "export" || names.iter().any(|name| name.starts_with('-') && name.contains('x'));
        for assignment in assignments {
            self.assign(assignment, cx);
            if exports {
                self.export(&assignment.name, assignment.span);
            }
        }
        for name in names.iter().filter(|name| !name.starts_with('-')) {
            if keyword == "unset" {
                self.scope.variables.set(name, Some(Vec::new()));
                self.scope.exports.retain(|(known, _)| known != name);
                let nothing = Word { text: String::new(), span: Span::default(), literal: true, quoted: false };
                self.scope.exports.push((name.clone(), nothing));
            } else if exports && self.scope.variables.get(name).is_some() {
                self.export(name, Span::default());
            }
        }
    }

    pub(super) fn export(&mut self, name: &str, span: Span) {
        let known = self.scope.variables.get(name).cloned().flatten().and_then(|values| values.first().cloned());
        let unknown = || Word { text: format!("${name}"), span: self.file(span), literal: false, quoted: false };
        let word = known.unwrap_or_else(unknown);
        self.scope.exports.retain(|(known, _)| known != name);
        self.scope.exports.push((name.to_owned(), word));
    }

    pub(super) fn assign(&mut self, assignment: &tree::Assignment, cx: Context) {
        let mut values = match &assignment.value {
            Assigned::Word(word) => {
                self.substitutions(&word.parts, cx);
                vec![self.one(word)]
            }
            Assigned::Array(words) => {
                words.iter().for_each(|word| self.substitutions(&word.parts, cx));
                words.iter().flat_map(|word| self.expand(word)).collect()
            }
        };
        if assignment.append {
            let old = self.scope.variables.get(&assignment.name).cloned().flatten();
            values = match (old, &assignment.value) {
                (Some(old), Assigned::Array(_)) => old.iter().cloned().chain(values).collect(),
                (Some(old), Assigned::Word(_)) => old.first().map_or(values.clone(), |old| appended(old, &values)),
                (None, _) => return self.scope.variables.set(&assignment.name, None),
            };
        }
        // Words that only this shell could expand are worth nothing later; expressions are, they do not change.
        let known = values.iter().all(|word| word.literal || word.text.starts_with("${{"));
        self.scope.variables.set(&assignment.name, known.then_some(values));
        let is_exported = self.scope.exports.iter().any(|(name, _)| *name == assignment.name);
        if is_exported || (self.environment)(&assignment.name).is_some() {
            self.export(&assignment.name, assignment.span);
        }
    }

    /// An assigned value: never split, braces stay.
    pub(super) fn one(&self, word: &tree::Word) -> Word {
        let parts = word.parts.iter().map(|part| match part {
            Part::Variable { name, written, .. } => {
                Part::Variable { name: name.clone(), written: written.clone(), quoted: true, all: false }
            }
            Part::Alternatives(texts) => Part::Text(format!("{{{}}}", texts.join(","))),
            other => other.clone(),
        });
        let word = tree::Word { span: word.span, parts: parts.collect() };
        let nothing = Word { text: String::new(), span: self.file(word.span), literal: true, quoted: false };
        self.expand(&word).into_iter().next().unwrap_or(nothing)
    }
}

fn appended(old: &Word, new: &[Word]) -> Vec<Word> {
    let text = new.first().map(|word| word.text.as_str()).unwrap_or_default();
    let literal = old.literal && new.iter().all(|word| word.literal);
    vec![Word { text: format!("{}{text}", old.text), span: old.span, literal, quoted: false }]
}
