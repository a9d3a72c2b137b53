//! `make test`: the recipes of a target and of what it needs, in the order in which make runs them.
//!
//! Neighbours: `makefile` reads the file. What is asked with `-n` runs nothing.

mod makefile;

use std::rc::Rc;

use makefile::{Makefile, Rule, Scope};

use super::{Asking, At, Lead, Piece, Task, option_of};
use crate::repository::inside;
use crate::shell::Word;

/// Options that take a value.
const VALUES: &[&str] =
    &["-f", "--file", "--makefile", "-C", "--directory", "-I", "--include-dir", "-o", "--old-file", "-W", "--what-if"];
/// Options whose value, a number, may be left out.
const NUMBERS: [&str; 4] = ["-j", "--jobs", "-l", "--load-average"];
/// Recipes of one call.
const MAX_PIECES: usize = 500;
/// Targets within targets.
const MAX_DEPTH: u32 = 64;

pub(super) fn find(words: &[Word], cx: &Asking<'_>) -> Option<Lead> {
    let call = Call::read(words);
    let folder = match &call.folder {
        Some(below) => inside(cx.folder, &below.text)?,
        None => cx.folder.to_owned(),
    };
    let file = match &call.file {
        Some(name) => cx.open(&inside(&folder, &name.text)?)?,
        None => ["GNUmakefile", "makefile", "Makefile"].iter().find_map(|name| cx.open(&inside(&folder, name)?))?,
    };
    if call.is_dry {
        return Some(Lead::To(Task::default()));
    }
    let read = Makefile::read(&file, &call.variables, cx);
    let goals = match call.goals.as_slice() {
        [] => vec![read.default_goal()?],
        goals => match goals.iter().find(|goal| !goal.literal) {
            Some(goal) => return Some(Lead::Unread(format!("runs the target `{}`, which is not known", goal.text))),
            None => goals.iter().map(|goal| goal.text.clone()).collect(),
        },
    };
    let key = format!("{} {} {}", file.path, goals.join(" "), call.written());
    let folder = call.folder.is_some().then_some(folder);
    let mut out = Collector { makefile: &read, pieces: Vec::new(), seen: Vec::new(), folder, ignores: call.ignores };
    for goal in &goals {
        if !out.target(goal, 0, false) {
            let reason = format!("runs the target `{goal}`, for which `{}` has no rule", file.path);
            return Some(Lead::Unread(reason));
        }
    }
    Some(Lead::To(Task { key, pieces: out.pieces }))
}

/// The command line of make.
#[derive(Default)]
struct Call {
    file: Option<Word>,
    folder: Option<Word>,
    goals: Vec<Word>,
    variables: Vec<(String, Word)>,
    is_dry: bool,
    ignores: bool,
}

impl Call {
    fn read(words: &[Word]) -> Self {
        let mut call = Self::default();
        let mut at = 0;
        while let Some(word) = words.get(at) {
            at += 1;
            let text = word.text.as_str();
            if !text.starts_with('-') {
                match text.split_once('=') {
                    Some((name, value)) if !name.contains(' ') => {
                        let value = Word { text: value.to_owned(), ..word.clone() };
                        call.variables.push((name.trim_end_matches([':', '?', '+']).to_owned(), value));
                    }
                    _ => call.goals.push(word.clone()),
                }
                continue;
            }
            let takes_one = VALUES.contains(&text);
            let value = words.get(at).filter(|_| takes_one);
            let is_number = |word: &Word| !word.text.is_empty() && word.text.bytes().all(|byte| byte.is_ascii_digit());
            let number = NUMBERS.contains(&text) && words.get(at).is_some_and(is_number);
            at += usize::from(takes_one || number);
            call.flag(word, value);
        }
        call
    }

    fn flag(&mut self, word: &Word, value: Option<&Word>) {
        let one = [(word.text.as_str(), value)];
        let is_short = !word.text.starts_with("--");
        let attached = |letter: &str| {
            let rest = word.text.strip_prefix(letter).filter(|rest| !rest.is_empty())?;
            Some(Word { text: rest.to_owned(), ..word.clone() })
        };
        if let Some(file) = option_of(&one, &["-f", "--file", "--makefile"]).or_else(|| attached("-f")) {
            self.file = Some(file);
        } else if let Some(folder) = option_of(&one, &["-C", "--directory"]).or_else(|| attached("-C")) {
            self.folder = Some(folder);
        } else {
            let text = word.text.as_str();
            let has = |letter: char| {
                is_short && text.chars().all(|c| c.is_ascii_alphabetic() || c == '-') && text.contains(letter)
            };
            self.is_dry |= has('n') || has('q') || has('p') || has('v') || has('h');
            self.is_dry |=
                matches!(text, "--dry-run" | "--just-print" | "--recon" | "--question" | "--version" | "--help");
            self.ignores |= has('i') || text == "--ignore-errors";
        }
    }

    fn written(&self) -> String {
        self.variables.iter().map(|(name, value)| format!("{name}={}", value.text)).collect::<Vec<_>>().join(" ")
    }
}

struct Collector<'a> {
    makefile: &'a Makefile,
    pieces: Vec<Piece>,
    seen: Vec<String>,
    folder: Option<String>,
    ignores: bool,
}

impl Collector<'_> {
    /// Adds what builds `name`, what it needs first. `false`: nothing says how.
    fn target(&mut self, name: &str, depth: u32, conditional: bool) -> bool {
        if self.seen.iter().any(|seen| seen == name) || depth > MAX_DEPTH {
            return true;
        }
        self.seen.push(name.to_owned());
        let exact: Vec<&Rule> = self.makefile.rules.iter().filter(|rule| rule.builds(name)).collect();
        let has_recipe = |rules: &[&Rule]| rules.iter().any(|rule| !rule.recipe.is_empty());
        let pattern = if has_recipe(&exact) { None } else { self.makefile.pattern(name) };
        if exact.is_empty() && pattern.is_none() {
            return false;
        }
        let stem = pattern.as_ref().map(|(_, stem)| stem.clone()).unwrap_or_default();
        let rules: Vec<&Rule> = exact.into_iter().chain(pattern.map(|(rule, _)| rule)).collect();
        let needed: Vec<String> =
            rules.iter().flat_map(|rule| rule.needs.iter().map(|need| need.replace('%', &stem))).collect();
        let later: Vec<String> = rules.iter().flat_map(|rule| rule.needs_before.iter().cloned()).collect();
        for need in needed.iter().chain(&later) {
            self.target(need, depth + 1, conditional || rules.iter().all(|rule| rule.conditional));
        }
        let scope = Scope { target: name, needs: &needed, stem: &stem, rules: &rules };
        // Of several recipes the last one counts, unless they are of `::`, or of branches of which one will be taken.
        let all = rules.iter().filter(|rule| rule.is_double || rule.conditional);
        let last = rules.iter().rev().find(|rule| !rule.recipe.is_empty() && !rule.is_double && !rule.conditional);
        for rule in all.chain(last) {
            self.recipe(rule, &scope, conditional);
        }
        true
    }

    fn recipe(&mut self, rule: &Rule, scope: &Scope<'_>, conditional: bool) {
        for line in &rule.recipe {
            if self.pieces.len() >= MAX_PIECES {
                return;
            }
            let text = self.makefile.expand(&line.text, Some(scope));
            let script = text.trim_start_matches(['@', '-', '+', ' ', '\t']);
            let prefix = text.get(..text.len() - script.len()).unwrap_or_default();
            let env = self.makefile.exported(Some(scope));
            self.pieces.push(Piece {
                may_fail: prefix.contains('-') || self.ignores,
                conditional: conditional || rule.conditional,
                folder: self.folder.clone(),
                env,
                ..Piece::new(&rule.file, Rc::from(script), At::Span(line.span))
            });
        }
    }
}
