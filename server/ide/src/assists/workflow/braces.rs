//! Edits of scalars that stand between braces or brackets, where an expression needs quotes: `{ run: nox -s lint }`.

use syntax::yaml::{Node, Style, Value};
use syntax::{Document, Span, TextEdit};

/// The edits with a plain scalar as a whole in quotes where one of them brings in what ends it. What is in quotes already,
/// or what cannot be read as plain text, stays as it is.
pub(super) fn quoted(document: &Document, edits: Vec<TextEdit>) -> Vec<TextEdit> {
    let mut plain: Vec<Span> = Vec::new();
    for root in &document.yaml().roots {
        collect(root, false, &mut plain);
    }
    let text = document.text();
    let is_in = |edit: &TextEdit| plain.iter().copied().find(|span| span.covers(edit.span));
    let (inner, mut out): (Vec<TextEdit>, Vec<TextEdit>) = edits.into_iter().partition(|edit| is_in(edit).is_some());
    let mut spans: Vec<Span> = inner.iter().filter_map(is_in).collect();
    spans.dedup();
    for span in spans {
        let own = || inner.iter().filter(|edit| is_in(edit) == Some(span));
        let ends_it = own().any(|edit| edit.insert.contains(['{', '}', '[', ']', ',']));
        let start = span.start;
        let within = |edit: &TextEdit| {
            let place = Span::new(edit.span.start - start, edit.span.end - start);
            TextEdit { span: place, ..edit.clone() }
        };
        let edited = syntax::apply(span.of(text), &own().map(within).collect::<Vec<_>>());
        match edited.filter(|edited| ends_it && !edited.contains(['"', '\\', '\n'])) {
            Some(edited) => out.push(TextEdit::replace(span, format!("\"{edited}\""))),
            None => out.extend(own().cloned()),
        }
    }
    out
}

/// Plain scalars between braces or brackets.
fn collect(node: &Node, is_within: bool, found: &mut Vec<Span>) {
    match &node.value {
        Value::Scalar(scalar) if is_within && scalar.style == Style::Plain => found.push(node.span),
        Value::Mapping(mapping) => {
            let is_within = is_within || mapping.flow;
            mapping.entries.iter().for_each(|entry| collect(&entry.value, is_within, found));
        }
        Value::Sequence(sequence) => {
            let is_within = is_within || sequence.flow;
            sequence.items.iter().for_each(|item| collect(&item.value, is_within, found));
        }
        _ => {}
    }
}
