//! Changes to a text: replace a span by new text.

use crate::Span;

/// Replaces `span` by `insert`. An empty span inserts, an empty `insert` deletes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextEdit {
    /// What is replaced, in the text before any edit of the same list.
    pub span: Span,
    /// What stands there afterwards.
    pub insert: String,
}

impl TextEdit {
    /// Puts `insert` in the place of `span`.
    pub fn replace(span: Span, insert: impl Into<String>) -> Self {
        Self { span, insert: insert.into() }
    }

    /// Puts `insert` at `offset`.
    pub fn insert(offset: u32, insert: impl Into<String>) -> Self {
        Self::replace(Span::empty(offset), insert)
    }

    /// Takes `span` away.
    pub fn delete(span: Span) -> Self {
        Self::replace(span, "")
    }
}

/// `text` with all `edits` applied at once; their spans speak of `text` and may come in any order.
///
/// `None` when two of them overlap or one does not fit the text: then nothing can be applied safely.
/// Insertions at the same place keep the order of the list.
pub fn apply(text: &str, edits: &[TextEdit]) -> Option<String> {
    let mut sorted: Vec<&TextEdit> = edits.iter().collect();
    sorted.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let mut out = String::with_capacity(text.len() + edits.iter().map(|e| e.insert.len()).sum::<usize>());
    let mut done = 0;
    for edit in sorted {
        let Span { start, end } = edit.span;
        out.push_str(text.get(done..start as usize)?);
        text.get(start as usize..end as usize)?;
        out.push_str(&edit.insert);
        done = end as usize;
    }
    out.push_str(text.get(done..)?);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_speak_of_the_text_before() {
        let edits =
            [TextEdit::replace(Span::new(4, 5), "X"), TextEdit::insert(0, "> "), TextEdit::delete(Span::new(1, 3))];
        assert_eq!(apply("abcdef", &edits).as_deref(), Some("> adXf"));
    }

    #[test]
    fn overlapping_edits_are_refused() {
        let edits = [TextEdit::delete(Span::new(0, 3)), TextEdit::delete(Span::new(2, 4))];
        assert_eq!(apply("abcdef", &edits), None);
    }

    #[test]
    fn an_edit_inside_a_character_is_refused() {
        assert_eq!(apply("é", &[TextEdit::insert(1, "x")]), None);
    }
}
