//! Half-typed text. One open bracket or one key without a colon can turn the rest of a file into a single error, so
//! the edited line is completed or taken out before the text is parsed, until the grammar accepts it.
//!
//! Measured on 35 edits of a workflow: tree-sitter alone keeps the other jobs in 18, with this in 34.

use std::sync::Arc;

use super::{
    Difference, Issue, Language, statements,
    tree::{self, Parsed},
};
use crate::Span;

mod join;
mod python;
mod splat;
mod yaml;

/// How many times a text may be parsed in search of a mend: often when it is small, hardly when it is large.
const MAX_ATTEMPTS: usize = 40;
const MIN_ATTEMPTS: usize = 2;
/// Bytes that may be parsed in all attempts together.
const MAX_WORK: usize = 200 << 10;
/// Bytes of the longest statement that is mended on its own.
const MAX_STATEMENT: usize = 32 << 10;
/// How many lines can be mended in one text.
const MAX_ROUNDS: usize = 3;

/// One place that was changed before parsing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mend {
    /// What was replaced, in the document's text.
    pub(crate) span: Span,
    /// By what.
    pub(crate) insert: String,
}

/// All places that were changed before parsing, in order and apart from each other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mends(Vec<Mend>);

/// A parsed text with what had to be mended in it.
#[derive(Clone, Debug)]
pub(super) struct State {
    pub(super) parsed: Parsed,
    pub(super) mends: Mends,
    /// What the parser could not read even so; 0: nothing.
    damage: usize,
}

impl Mend {
    fn shifted(self, by: u32) -> Self {
        Self { span: self.span.shifted(by), ..self }
    }
}

impl Mends {
    /// Offset in the document's text of an offset in the mended text.
    pub(crate) fn to_document(&self, offset: u32) -> u32 {
        let mut shift = 0_i64;
        for mend in &self.0 {
            let start = i64::from(mend.span.start) + shift;
            let inserted = i64::try_from(mend.insert.len()).unwrap_or(i64::MAX);
            if i64::from(offset) <= start {
                break;
            }
            if i64::from(offset) < start + inserted {
                // What was put in has no place of its own; its end is on a character boundary, its middle may not be.
                return mend.span.end;
            }
            shift += inserted - i64::from(mend.span.len());
        }
        u32::try_from(i64::from(offset) - shift).unwrap_or(0)
    }

    /// Whether a place in `span` of the document's text was changed.
    fn touch(&self, span: Span) -> bool {
        self.0.iter().any(|mend| mend.span.meets(span))
    }

    /// Whether something in `span` of the document's text was not right: more was done than to please the grammar.
    pub(crate) fn repair(&self, span: Span) -> bool {
        self.0.iter().any(|mend| mend.span.meets(span) && !join::is_one(mend))
    }

    /// Takes those out that touch `span`.
    fn forget(&mut self, span: Span) {
        self.0.retain(|mend| !mend.span.meets(span));
    }

    /// The same and one more, unless it is too close to one of them.
    fn with(&self, more: impl IntoIterator<Item = Mend>) -> Option<Self> {
        let mut all = self.clone();
        for mend in more {
            if all.touch(mend.span) {
                return None;
            }
            all.0.push(mend);
        }
        all.0.sort_by_key(|mend| mend.span);
        Some(all)
    }

    /// Where they are after an edit; those that it touches are gone.
    fn moved(&self, edit: Difference) -> Self {
        let mut out = Vec::new();
        for mend in &self.0 {
            if mend.span.end < edit.old.start {
                out.push(mend.clone());
            } else if mend.span.start > edit.old.end {
                let shift = |at: u32| at - edit.old.end + edit.new.end;
                let span = Span::new(shift(mend.span.start), shift(mend.span.end));
                out.push(Mend { span, insert: mend.insert.clone() });
            }
        }
        Self(out)
    }

    fn apply(&self, text: &Arc<str>) -> Arc<str> {
        if self.0.is_empty() {
            return Arc::clone(text);
        }
        let (mut out, mut done) = (String::with_capacity(text.len() + 16), 0);
        for mend in &self.0 {
            out.push_str(text.get(done..mend.span.start as usize).unwrap_or_default());
            out.push_str(&mend.insert);
            done = mend.span.end as usize;
        }
        out.push_str(text.get(done..).unwrap_or_default());
        out.into()
    }
}

impl State {
    /// What to tell the person: one place, however much is open. Nothing when all was read.
    pub(super) fn issue(&self, text: &str) -> Option<Issue> {
        if let Some(mend) = self.mends.0.iter().find(|mend| !join::is_one(mend)) {
            let span = content(text, line_at(text, mend.span.start as usize));
            let message = "this line could not be read as it stands; the rest of the file is".to_owned();
            return Some(Issue { span, message });
        }
        let error = tree::first_error(&self.parsed.tree)?;
        let span = content(text, line_at(text, self.mends.to_document(error.start) as usize));
        Some(Issue { span, message: "parts of the file from here on could not be read".to_owned() })
    }
}

/// Parses `text`, mended where that helps. `None`: it cannot be parsed with a sensible amount of work.
pub(super) fn read(language: Language, text: &Arc<str>, before: Option<(&State, Difference)>) -> Option<State> {
    // A tree of YAML that is made from an older one can lack an error that the fresh one has (proptest-regressions).
    let old = before.filter(|_| language == Language::Python);
    let search = Search::new(language, text, old.map(|(state, edit)| (&state.parsed, edit)));
    let best = match language {
        Language::Python => search.by_statement(before),
        Language::Yaml | Language::Plain => None,
    };
    let mut kept = before.map(|(state, edit)| state.mends.moved(edit)).unwrap_or_default();
    kept.0.retain(|mend| !join::is_one(mend)); // what is joined follows from the text alone
    let edited = before.map(|(_, edit)| edit.new);
    best.or_else(|| search.everywhere(kept, edited)).map(|state| search.settled(state))
}

fn better(a: Option<State>, b: Option<State>) -> Option<State> {
    match (a, b) {
        (Some(a), Some(b)) => Some(if b.damage < a.damage { b } else { a }),
        (a, b) => a.or(b),
    }
}

/// Attempts at one text, with what they may still cost.
struct Search<'a> {
    language: Language,
    text: &'a Arc<str>,
    old: Option<&'a Parsed>,
    /// Work for one attempt.
    budget: usize,
}

impl<'a> Search<'a> {
    fn new(language: Language, text: &'a Arc<str>, old: Option<(&'a Parsed, Difference)>) -> Self {
        // From a healthy tree, a healthy edit is cheap, and a broken one can cost as much as ten fresh parses
        // (inserting `[` at the top of 500 KB: 426 ms): give up early and mend.
        let budget = match old {
            Some((_, edit)) => 300 + tree::full_budget(edit.new.len() as usize),
            None => tree::full_budget(text.len()),
        };
        Self { language, text, old: old.map(|(old, _)| old), budget }
    }

    /// Mends within the top-level statements that need it: a statement is parsed on its own, so that trying costs little
    /// however long the file is. `None`: something is wrong that statements alone do not show.
    fn by_statement(&self, before: Option<(&State, Difference)>) -> Option<State> {
        let (mut mends, damage_before) = match before {
            Some((state, edit)) => (state.mends.moved(edit), state.damage),
            None => (Mends::default(), 0),
        };
        // A broken edit of a large file can take as long as ten fresh parses of it: there the statement is asked first.
        if (before.is_none() || self.text.len() <= FRESH_BYTES)
            && let Some(healthy) = self.attempt(Mends::default()).filter(|state| state.damage == 0)
        {
            return Some(healthy);
        }
        let statements = match before {
            Some((_, edit)) => vec![statements::around(self.text, edit.new)],
            None => statements::all(self.text),
        };
        let (mut damage, mut left) = (0, MAX_ROUNDS);
        for statement in statements {
            let part = Search { text: &Arc::from(statement.of(self.text)), old: None, ..*self };
            let as_it_is = part.attempt(Mends::default());
            let is_healthy = as_it_is.as_ref().is_some_and(|state| state.damage == 0);
            mends.forget(statement);
            if is_healthy {
                continue;
            }
            left = left.checked_sub(1).filter(|_| part.text.len() <= MAX_STATEMENT)?;
            let inner = |at: u32| at.saturating_sub(statement.start);
            let edited = before.map(|(_, edit)| Span::new(inner(edit.new.start), inner(edit.new.end)));
            let mended = part.everywhere(Mends::default(), edited).or(as_it_is)?;
            damage += mended.damage;
            mends = mends.with(mended.mends.0.into_iter().map(|mend| mend.shifted(statement.start)))?;
        }
        self.attempt(mends).filter(|state| state.damage <= damage + damage_before)
    }

    /// Mends wherever the edit or the parser's errors point to.
    fn everywhere(&self, kept: Mends, edited: Option<Span>) -> Option<State> {
        let mut left = (MAX_WORK / self.text.len().max(1)).clamp(MIN_ATTEMPTS, MAX_ATTEMPTS);
        let as_it_is = self.attempt(Mends::default());
        if as_it_is.as_ref().is_some_and(|state| state.damage == 0) {
            return as_it_is;
        }
        let mut best = as_it_is;
        if let Some(conflict) = conflict_mends(self.text).and_then(|mends| Mends::default().with(mends)) {
            best = better(best, self.attempt(conflict));
        }
        if self.language == Language::Yaml
            && let Some(joined) = join::mends(self.text).and_then(|mends| Mends::default().with(mends))
        {
            best = better(best, self.attempt(joined));
        }
        if self.language == Language::Python
            && let Some(bare) = splat::mends(self.text).and_then(|mends| Mends::default().with(mends))
        {
            best = better(best, self.attempt(bare));
        }
        // After what follows from the text alone: that is how a fresh reading goes, and a person is not told of it.
        if kept != Mends::default() {
            best = better(best, self.attempt(kept));
        }
        for round in 0..MAX_ROUNDS {
            let damage = best.as_ref().map_or(usize::MAX, |state| state.damage);
            if damage == 0 {
                break;
            }
            best = self.mend_once(best, edited.filter(|_| round == 0), &mut left);
            if best.as_ref().is_none_or(|state| state.damage >= damage) {
                break;
            }
        }
        // Nothing helped within the light budget of an edit: the whole file, whatever it takes.
        best.or_else(|| self.parse_all())
    }

    fn attempt(&self, mends: Mends) -> Option<State> {
        let source = mends.apply(self.text);
        let tree = tree::parse(self.language, &source, self.old, self.budget)?;
        let damage = tree::damage(&tree);
        Some(State { parsed: Parsed { tree, source }, mends, damage })
    }

    /// Incremental and fresh trees can differ once there are errors: the fresh one counts.
    fn settled(&self, state: State) -> State {
        if state.damage == 0 || self.old.is_none() || self.text.len() > FRESH_BYTES {
            return state;
        }
        let source = &state.parsed.source;
        match tree::parse(self.language, source, None, tree::full_budget(source.len())) {
            Some(tree) => {
                let damage = tree::damage(&tree);
                State { parsed: Parsed { tree, source: Arc::clone(source) }, damage, ..state }
            }
            None => state,
        }
    }

    fn parse_all(&self) -> Option<State> {
        let source = Arc::clone(self.text);
        let tree = tree::parse(self.language, &source, None, tree::full_budget(source.len()))?;
        let damage = tree::damage(&tree);
        Some(State { parsed: Parsed { tree, source }, mends: Mends::default(), damage })
    }

    /// The best of `best` and what one more mended place makes of it.
    fn mend_once(&self, best: Option<State>, edited: Option<Span>, left: &mut usize) -> Option<State> {
        let mends = best.as_ref().map(|state| state.mends.clone()).unwrap_or_default();
        let mut found = None;
        for place in self.places(best.as_ref(), edited) {
            for candidate in self.candidates(place) {
                let Some(mends) = mends.with(candidate) else { continue };
                *left = left.saturating_sub(1);
                found = better(found, self.attempt(mends));
                if *left == 0 || found.as_ref().is_some_and(|state| state.damage == 0) {
                    return better(best, found);
                }
            }
        }
        better(best, found)
    }

    /// Lines to mend, most promising first: the edited ones, then those where the errors end and begin.
    fn places(&self, best: Option<&State>, edited: Option<Span>) -> Vec<Span> {
        let mut out = Vec::new();
        let mut add = |line: Span| {
            if !out.contains(&line) {
                out.push(line);
            }
        };
        if let Some(edited) = edited {
            let (first, last) = (self.line(edited.start), self.line(edited.end));
            add(last);
            if first != last {
                add(first);
                add(first.join(last));
            }
        }
        if let Some(state) = best {
            for error in tree::some_errors(&state.parsed.tree, 3) {
                let [start, end] = [error.start, error.end].map(|at| self.line(state.mends.to_document(at)));
                add(end);
                add(start);
                for near in [self.line(end.start.saturating_sub(1)), self.line(end.end.saturating_add(1))] {
                    add(near);
                }
            }
        } else if let Some(edited) = edited {
            add(self.line(self.line(edited.start).start.saturating_sub(1)));
        }
        out
    }

    fn line(&self, at: u32) -> Span {
        line_at(self.text, at as usize)
    }

    fn candidates(&self, place: Span) -> Vec<Vec<Mend>> {
        match self.language {
            Language::Yaml => yaml::candidates(self.text, place),
            Language::Python => python::candidates(self.text, place),
            Language::Plain => Vec::new(),
        }
    }
}

/// Up to here, a tree with errors is made anew rather than taken from an older one.
const FRESH_BYTES: usize = 64 << 10;

/// The line around `at`, without its line break.
pub(super) fn line_at(text: &str, at: usize) -> Span {
    let at = text.floor_char_boundary(at);
    let start = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |n| n + 1);
    let end = text.get(at..).and_then(|rest| rest.find('\n')).map_or(text.len(), |n| at + n);
    let line = Span::from(start..end);
    if line.of(text).ends_with('\r') { Span::new(line.start, line.end - 1) } else { line }
}

/// A line without the blanks around it.
fn content(text: &str, line: Span) -> Span {
    let inner = line.of(text);
    let start = inner.len() - inner.trim_start().len();
    Span::from(line.start as usize + start..line.start as usize + inner.trim_end().len().max(start))
}

/// All lines of `place`, each made a comment of the same length.
fn comment_out(text: &str, place: Span) -> Vec<Mend> {
    let (mut out, mut at) = (Vec::new(), place.start as usize);
    for line in place.of(text).split_inclusive('\n') {
        out.extend(blank(text, line_at(text, at), "#"));
        at += line.len();
    }
    out
}

/// The line's content replaced by `word` and blanks, so that it keeps its length; `None` when it is too short.
fn blank(text: &str, line: Span, word: &str) -> Option<Mend> {
    let inner = line.of(text);
    let indent = inner.len() - inner.trim_start_matches(' ').len();
    let rest = (inner.len() - indent).checked_sub(word.len()).filter(|_| inner.len() > indent)?;
    let span = Span::new(line.start + u32::try_from(indent).ok()?, line.end);
    Some(Mend { span, insert: format!("{word}{}", " ".repeat(rest)) })
}

/// A merge conflict: its markers and the second side become comments.
fn conflict_mends(text: &str) -> Option<Vec<Mend>> {
    if !text.starts_with("<<<<<<< ") && !text.contains("\n<<<<<<< ") {
        return None;
    }
    let (mut out, mut is_theirs, mut at) = (Vec::new(), false, 0);
    for line in text.split_inclusive('\n') {
        let is_marker = ["<<<<<<< ", "||||||| ", "=======", ">>>>>>> "].iter().any(|marker| line.starts_with(marker));
        if is_marker {
            is_theirs = line.starts_with('=') || line.starts_with('|');
        }
        if is_marker || is_theirs {
            out.extend(blank(text, line_at(text, at), "#"));
        }
        at += line.len();
    }
    Some(out)
}
