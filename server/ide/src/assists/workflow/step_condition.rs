//! The text of a step with another `if`, or with none: for steps that go where some of it is decided.

use syntax::yaml::{Entry, Mapping};
use syntax::{Span, TextEdit};

use super::job_text::JobText;
use super::layout::{self, UNUSUAL};
use crate::assists::context::JobCx;

/// A step as it is written, with the line break and comments before it, under another condition; `None`: under none. The
/// error says why it cannot be written.
pub(super) fn replaced(cx: JobCx<'_>, job: &JobText<'_>, at: usize, condition: Option<&str>) -> Result<String, String> {
    let node = layout::step_node(&cx.file.document, &cx.job.id, at).ok_or(UNUSUAL)?;
    let mapping = node.mapping().ok_or(UNUSUAL)?;
    let place = mapping.entries.iter().position(|entry| entry.key.str() == Some("if")).ok_or(UNUSUAL)?;
    let edit = match condition {
        Some(condition) => with(cx, mapping, place, condition),
        None => without(cx, mapping, place),
    }?;
    let step = job.step_span(at).ok_or(UNUSUAL)?;
    let start = edit.span.start.checked_sub(step.start).ok_or(UNUSUAL)?;
    let span = Span::new(start, edit.span.end - step.start);
    syntax::apply(step.of(cx.file.document.text()), &[TextEdit { span, ..edit }]).ok_or_else(|| UNUSUAL.to_owned())
}

/// Puts `condition` in the place of the entry's value: in brackets if that was.
fn with(cx: JobCx<'_>, mapping: &Mapping, place: usize, condition: &str) -> Result<TextEdit, String> {
    let text = cx.file.document.text();
    let entry = mapping.entries.get(place).ok_or(UNUSUAL)?;
    let written = entry.value.span.of(text);
    let in_brackets = written.contains("${{");
    let new = if in_brackets { format!("${{{{ {condition} }}}}") } else { condition.to_owned() };
    let is_plain = !mapping.flow
        && !new.contains(": ")
        && !new.contains(" #")
        && (in_brackets || layout::scalar(condition) == condition);
    let new = if is_plain { new } else { format!("\"{}\"", new.replace('\\', "\\\\").replace('"', "\\\"")) };
    // A block scalar ends behind its last line break.
    let end = entry.value.span.start + u32::try_from(written.trim_end().len()).map_err(|_| UNUSUAL)?;
    Ok(TextEdit::replace(Span::new(entry.value.span.start, end), new))
}

/// Takes the entry out. A comment behind it stays.
fn without(cx: JobCx<'_>, mapping: &Mapping, place: usize) -> Result<TextEdit, String> {
    let text = cx.file.document.text();
    let entry = mapping.entries.get(place).ok_or(UNUSUAL)?;
    let next = mapping.entries.get(place + 1);
    let before = place.checked_sub(1).and_then(|place| mapping.entries.get(place));
    let start = entry.key.span.start;
    let comment = |within: Span| cx.file.document.yaml().comments.iter().find(|comment| within.covers(**comment));
    match (layout::indent(text, start).filter(|_| !mapping.flow), next, before) {
        // Its lines, with the line break before them.
        (Some(indent), ..) => {
            let line = start as usize - indent.len();
            let before = text.get(..line).and_then(|text| text.strip_suffix('\n')).ok_or(UNUSUAL)?;
            let from = before.trim_end_matches('\r').len();
            let end = layout::line_end(text, end(text, entry));
            match comment(Span::new(start, end)) {
                Some(comment) => Ok(TextEdit::delete(Span::new(start, comment.start))),
                None => Ok(TextEdit::delete(Span::from(from..end as usize))),
            }
        }
        // The first behind the dash or the brace.
        (None, Some(next), _) => {
            let own = Span::new(start, next.key.span.start);
            Ok(TextEdit::delete(Span::new(start, comment(own).map_or(own.end, |comment| comment.start))))
        }
        (None, None, Some(before)) => Ok(TextEdit::delete(Span::new(before.span().end, entry.span().end))),
        (None, None, None) => Err(UNUSUAL.to_owned()),
    }
}

/// Where an entry ends; a block scalar ends behind its last line break.
fn end(text: &str, entry: &Entry) -> u32 {
    let span = entry.span();
    span.start + u32::try_from(span.of(text).trim_end().len()).unwrap_or(span.len())
}
