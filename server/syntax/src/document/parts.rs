//! Healthy Python, read in parts, for documents that keep no tree: a tree takes fifty times its text, and many small
//! ones are made faster than one large one. Neighbour: `statements`, which says where a part may end.

use super::{Language, statements, tree};
use crate::{Span, python};

/// Bytes that are parsed together.
const PART: u32 = 16 << 10;

/// The module in `text`. `None`: not all of it is healthy. A part that ends within a string or brackets is not, so that
/// a text is never cut where it must not be.
pub(super) fn read(text: &str) -> Option<python::Module> {
    let (mut module, mut part) = (python::Module::default(), Span::default());
    let statements = statements::all(text);
    for (at, statement) in statements.iter().enumerate() {
        part.end = statement.end;
        if part.len() < PART && at + 1 < statements.len() {
            continue;
        }
        let source = part.of(text);
        let tree = tree::parse(Language::Python, source, None, tree::full_budget(source.len()))?;
        if tree.root_node().has_error() {
            return None;
        }
        python::lower_part(&tree, source, part.start, &mut module);
        part.start = part.end;
    }
    Some(module)
}
