//! Words of a command in a noxfile: one more, one fewer.

use facts::noxfile::NoxfileFacts;
use syntax::{Span, TextEdit};

use super::script::Script;
use super::style;
use crate::snapshot::FileState;

/// Adds `word` behind the literal with this `content`: on a line of its own where that has one.
pub(in crate::assists) fn add_behind(
    file: &FileState,
    facts: &NoxfileFacts,
    content: Span,
    word: &str,
) -> Option<TextEdit> {
    let script = Script::of(file, facts);
    let word = script.style.string(word);
    let text = script.text;
    let literal = quoted(text, content)?;
    let line = Span::new(style::line_start(text, literal.start), style::line_end(text, literal.end)).of(text);
    let is_alone = line.trim().trim_end_matches(',') == literal.of(text);
    Some(if is_alone {
        let indent = style::indent(text, literal.start);
        TextEdit::insert(literal.end, format!(",{}{indent}{word}", script.style.newline))
    } else {
        TextEdit::insert(literal.end, format!(", {word}"))
    })
}

/// Takes the literal with this `content` out of the arguments or the list that it stands in: with its line where it has one.
/// `None`: it is no literal in a list.
pub(in crate::assists) fn remove(text: &str, content: Span) -> Option<TextEdit> {
    let literal = quoted(text, content)?;
    let line = Span::new(style::line_start(text, literal.start), style::line_end(text, literal.end));
    let before = Span::new(line.start, literal.start).of(text);
    let behind = Span::new(literal.end, line.end).of(text);
    let rest = behind.strip_prefix(',').map(str::trim_start);
    if before.trim().is_empty() && rest.is_some_and(str::is_empty) {
        return Some(TextEdit::delete(Span::new(line.start, style::next_line(text, literal.end))));
    }
    if before.trim().is_empty() && rest.is_some_and(|rest| rest.starts_with('#')) {
        let comment = line.end - style::small(rest.unwrap_or_default().len());
        return Some(TextEdit::delete(Span::new(literal.start, comment)));
    }
    let head = text.get(..literal.start as usize)?.trim_end();
    if let Some(head) = head.strip_suffix(',') {
        return Some(TextEdit::delete(Span::new(style::small(head.len()), literal.end)));
    }
    rest.map(|rest| TextEdit::delete(Span::new(literal.start, line.end - style::small(rest.len()))))
}

/// The plain literal of which `content` is what stands in the quotes, with these.
fn quoted(text: &str, content: Span) -> Option<Span> {
    let span = Span::new(content.start.checked_sub(1)?, content.end + 1);
    let quote = text.get(span.start as usize..content.start as usize).filter(|it| matches!(*it, "\"" | "'"))?;
    let is_closed = text.get(content.end as usize..span.end as usize) == Some(quote);
    let before = text.get(..span.start as usize)?;
    let is_plain = !before.ends_with(|c: char| c.is_alphanumeric() || c == '"' || c == '\'');
    (is_closed && is_plain && !content.of(text).contains(['"', '\'', '\\', '\n'])).then_some(span)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let start = text.find("\"--x\"").expect("it is there");
        let edit = remove(text, Span::new(style::small(start + 1), style::small(start + 4)));
        let after = edit.and_then(|edit| syntax::apply(text, &[edit]));
        assert_eq!(after.as_deref(), expected);
    }

    #[test]
    fn a_word_goes_with_its_comma_or_its_line() {
        check("run(\"a\", \"--x\", \"b\")", Some("run(\"a\", \"b\")"));
        check("run(\"a\", \"--x\")", Some("run(\"a\")"));
        check("run(\n    \"a\",\n    \"--x\",\n    \"b\",\n)", Some("run(\n    \"a\",\n    \"b\",\n)"));
        check("run(\n    \"a\",\n    \"--x\",  # why\n)", Some("run(\n    \"a\",\n    # why\n)"));
        check("run(\n    \"a\",\n    \"--x\"\n)", Some("run(\n    \"a\"\n)"));
        check("[\"--x\", \"b\"]", Some("[\"b\"]"));
        check("run(f(\"--x\"))", None);
    }
}
