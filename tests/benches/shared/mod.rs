//! What both benchmarks measure with: the bare parse that ours is compared with, and processor time.

use syntax::Language;

mod used;

pub(crate) use used::used;

/// Tree-sitter alone, with our allocator. `old`: the tree of the other text, with where, how long and which way it was edited.
pub(crate) fn bare_parse(
    language: Language,
    text: &str,
    old: Option<(&tree_sitter::Tree, u32, usize, usize)>,
) -> tree_sitter::Tree {
    let mut parser = if language == Language::Python { grammars::python() } else { grammars::yaml() };
    let old = old.map(|(tree, at, len, turn)| {
        let mut tree = tree.clone();
        let at = at as usize;
        let point = |offset: usize| {
            let before = &text.as_bytes()[..offset.min(text.len())];
            let row = before.iter().filter(|b| **b == b'\n').count();
            tree_sitter::Point::new(row, offset - before.iter().rposition(|b| *b == b'\n').map_or(0, |n| n + 1))
        };
        let (old_end, new_end) = if turn == 0 { (at, at + len) } else { (at + len, at) };
        tree.edit(&tree_sitter::InputEdit {
            start_byte: at,
            old_end_byte: old_end,
            new_end_byte: new_end,
            start_position: point(at),
            old_end_position: point(old_end),
            new_end_position: point(new_end),
        });
        tree
    });
    parser.parse(text, old.as_ref()).expect("no limit was set")
}
