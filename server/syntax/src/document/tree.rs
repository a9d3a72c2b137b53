//! Calls tree-sitter: with a bound on its work, incrementally where there is an older tree, and says how bad the
//! result is. No clock: work is counted in the parser's own progress reports (one per about 100 steps, 50 µs).

use std::ops::ControlFlow;

use tree_sitter::{InputEdit, Node, ParseOptions, Parser, Point, Range, Tree};

use crate::{Language, Span};

/// A tree and the text it is of. That text may differ from the document's: half-typed places are mended first.
#[derive(Clone, Debug)]
pub(crate) struct Parsed {
    pub(crate) tree: Tree,
    pub(crate) source: std::sync::Arc<str>,
}

/// How many progress reports a parse of `len` bytes may take: about five times what a sane text of that size needs.
pub(super) fn full_budget(len: usize) -> usize {
    1_000 + len / 50
}

/// Parses `source`, from `old` if there is one. `None`: it took more than `budget`.
pub(super) fn parse(language: Language, source: &str, old: Option<&Parsed>, budget: usize) -> Option<Tree> {
    let old = old.map(|old| {
        let mut tree = old.tree.clone();
        if let Some(edit) = difference(&old.source, source) {
            tree.edit(&edit.input(&old.source, source));
        }
        tree
    });
    run(parser(language)?, source, old.as_ref(), budget)
}

/// Parses `part` of `source` and nothing else of it; places in the tree are those in all of `source`. `None`: it took
/// too long.
pub(super) fn parse_part(language: Language, source: &str, part: Span) -> Option<Tree> {
    let (start_byte, end_byte) = (part.start as usize, part.end as usize);
    let (start_point, end_point) = (point(source, start_byte), point(source, end_byte));
    let mut parser = parser(language)?;
    parser.set_included_ranges(&[Range { start_byte, end_byte, start_point, end_point }]).ok()?;
    run(parser, source, None, full_budget(end_byte - start_byte))
}

fn parser(language: Language) -> Option<Parser> {
    match language {
        Language::Python => Some(grammars::python()),
        Language::Yaml => Some(grammars::yaml()),
        Language::Plain => None,
    }
}

fn run(mut parser: Parser, source: &str, old: Option<&Tree>, budget: usize) -> Option<Tree> {
    let mut left = budget;
    let mut count = |_: &tree_sitter::ParseState| {
        left = left.saturating_sub(1);
        if left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let options = ParseOptions::new().progress_callback(&mut count);
    let bytes = source.as_bytes();
    parser.parse_with_options(&mut |at, _| bytes.get(at..).unwrap_or_default(), old, Some(options))
}

/// Where two texts differ: one span in each, on character boundaries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Difference {
    pub(crate) old: Span,
    pub(crate) new: Span,
}

impl Difference {
    fn input(self, old: &str, new: &str) -> InputEdit {
        let start = point(old, self.old.start as usize);
        InputEdit {
            start_byte: self.old.start as usize,
            old_end_byte: self.old.end as usize,
            new_end_byte: self.new.end as usize,
            start_position: start,
            old_end_position: point(old, self.old.end as usize),
            new_end_position: point(new, self.new.end as usize),
        }
    }
}

fn point(text: &str, offset: usize) -> Point {
    let before = text.as_bytes().get(..offset).unwrap_or_default();
    let row = before.iter().filter(|b| **b == b'\n').count();
    let line = before.iter().rposition(|b| *b == b'\n').map_or(0, |n| n + 1);
    Point::new(row, offset - line)
}

/// The smallest replaced span, or `None` when the texts are the same.
pub(super) fn difference(old: &str, new: &str) -> Option<Difference> {
    if old == new {
        return None;
    }
    let (a, b) = (old.as_bytes(), new.as_bytes());
    let mut start = common(a, b, |text, n, len| text.get(n..n + len));
    let rest = a.len().min(b.len()) - start;
    let (a_rest, b_rest) = (a.get(start..).unwrap_or_default(), b.get(start..).unwrap_or_default());
    let mut end = common(a_rest, b_rest, |text, n, len| {
        let to = text.len().checked_sub(n)?;
        text.get(to.checked_sub(len)?..to)
    })
    .min(rest);
    while !old.is_char_boundary(start) || !new.is_char_boundary(start) {
        start -= 1;
    }
    while !old.is_char_boundary(old.len() - end) || !new.is_char_boundary(new.len() - end) {
        end -= 1;
    }
    Some(Difference { old: Span::from(start..old.len() - end), new: Span::from(start..new.len() - end) })
}

/// How many bytes two texts share, read in blocks (a block compare is many times faster than one byte at a time).
fn common<'a>(a: &'a [u8], b: &'a [u8], block: impl Fn(&'a [u8], usize, usize) -> Option<&'a [u8]>) -> usize {
    let mut n = 0;
    for len in [1024, 32, 1] {
        while let (Some(x), Some(y)) = (block(a, n, len), block(b, n, len))
            && x == y
        {
            n += len;
        }
    }
    n
}

/// How bad a tree is: bytes in error nodes, and tokens that had to be made up. Zero: nothing is wrong.
pub(super) fn damage(tree: &Tree) -> usize {
    // A root that is itself an error holds no statement and no mapping: worse than any error inside.
    let mut sum = if tree.root_node().is_error() { tree.root_node().byte_range().len() } else { 0 };
    errors(tree, |node| {
        sum += if node.is_error() { 2 + node.byte_range().len() } else { 1 };
        true
    });
    sum.max(usize::from(tree.root_node().has_error()))
}

/// The first error's span, if there is one.
pub(super) fn first_error(tree: &Tree) -> Option<Span> {
    some_errors(tree, 1).pop().or_else(|| tree.root_node().has_error().then(Span::default))
}

/// The spans of the first `n` errors.
pub(super) fn some_errors(tree: &Tree, n: usize) -> Vec<Span> {
    let mut out = Vec::new();
    errors(tree, |node| {
        out.push(Span::from(node.byte_range()));
        out.len() < n
    });
    out
}

/// Visits errors and missing tokens in order, not those inside other errors (but those inside a root that is one),
/// until `visit` says stop.
fn errors(tree: &Tree, mut visit: impl FnMut(Node<'_>) -> bool) {
    let mut cursor = tree.walk();
    loop {
        let node = cursor.node();
        let is_bad = (node.is_error() && cursor.depth() > 0) || node.is_missing();
        if is_bad && !visit(node) {
            return;
        }
        if !is_bad && node.has_error() && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_difference(old: &str, new: &str, expected: Option<(std::ops::Range<usize>, std::ops::Range<usize>)>) {
        let expected = expected.map(|(old, new)| Difference { old: old.into(), new: new.into() });
        assert_eq!(difference(old, new), expected);
    }

    #[test]
    fn a_difference_is_as_small_as_characters_allow() {
        check_difference("abc", "abc", None);
        check_difference("abc", "abXc", Some((2..2, 2..3)));
        check_difference("aaa", "aaaa", Some((3..3, 3..4)));
        check_difference("", "x", Some((0..0, 0..1)));
        check_difference("aéb", "aèb", Some((1..3, 1..3)));
        let long = "x".repeat(5000);
        check_difference(&format!("{long}1{long}"), &format!("{long}2{long}"), Some((5000..5001, 5000..5001)));
    }
}
