//! Valid Python that tree-sitter-python refuses: a star before parentheses outside of brackets, `args = *(a or b), "c"` (four
//! noxfiles of a hundred have it).
//!
//! The parentheses become blanks, so that every offset stays: the grammar takes all that follows the star for its operand.
//! Neighbour: `join`, which does the like for YAML.

use super::Mend;
use crate::Span;

/// Pairs that become blank in one statement.
const MAX_PAIRS: usize = 20;

/// Blanks for the parentheses behind each star that stands where a value begins. None: there is no such star.
pub(super) fn mends(text: &str) -> Option<Vec<Mend>> {
    let mut out = Vec::new();
    for (at, _) in text.match_indices("*(").take(MAX_PAIRS) {
        if !begins_value(text.get(..at).unwrap_or_default()) {
            continue;
        }
        let Some(end) = closing(text.get(at + 1..).unwrap_or_default()) else { continue };
        let blank = |at: usize| Mend { span: Span::from(at..at + 1), insert: " ".to_owned() };
        out.extend([blank(at + 1), blank(at + 1 + end)]);
    }
    (!out.is_empty()).then_some(out)
}

/// Whether a star behind `before` is no multiplication.
fn begins_value(before: &str) -> bool {
    let before = before.trim_end_matches([' ', '\t']);
    let is_comparison = ["==", "!=", "<=", ">="].iter().any(|sign| before.ends_with(sign));
    before.ends_with(',') || (before.ends_with('=') && !is_comparison) || before.ends_with(" return")
}

/// Where the parenthesis at the start of `text` is closed, if that is in the same line and it holds one value and no more.
fn closing(text: &str) -> Option<usize> {
    let (mut depth, mut quote) = (0_u32, None);
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (_, b'\n' | b'\\' | b'#') => return None,
            (Some(open), byte) if byte == open => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'(' | b'[' | b'{') => depth += 1,
            (None, b')' | b']' | b'}') => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at);
                }
            }
            // A tuple needs its parentheses, and so does a name that is given a value on the way.
            (None, b',' | b':') if depth == 1 => return None,
            (None, _) => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use crate::document::{Document, Language};

    #[track_caller]
    fn check(line: &str, is_read: bool) {
        let text = format!("def f():\n    {line}\n    run(args)\n");
        assert_eq!(Document::new(Language::Python, text).issues().is_empty(), is_read, "{line}");
    }

    #[test]
    fn a_star_before_parentheses_is_read() {
        check("args = *(a or b), 'c'", true);
        check("args = *(a.b or ('--x', ')')), *(c), 'd'", true);
        check("return *(a if b else c), 'd'", true);
    }

    #[test]
    fn what_is_wrong_stays_wrong() {
        check("args = *(a or b, 'c'", false);
        check("args = *(a or ), 'c'", false);
    }
}
