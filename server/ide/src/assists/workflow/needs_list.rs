//! Edits of a job's `needs:`.

use facts::workflow::Job;
use syntax::{Document, TextEdit};

use super::layout::{self, UNUSUAL};
use crate::anchors;

/// Lets `job` wait for job `id` too.
pub(crate) fn add(document: &Document, job: &Job, id: &str) -> Result<TextEdit, String> {
    let text = document.text();
    let entry = layout::block_job(document, &job.id)?;
    let Some(needs) = entry.value.entry("needs") else {
        let first = entry.value.mapping().and_then(|mapping| mapping.entries.first()).ok_or(UNUSUAL)?;
        // Behind the name, where people look for it.
        let indent = layout::indent(text, first.key.span.start).ok_or(UNUSUAL)?;
        let newline = layout::newline(text);
        if let Some(name) = entry.value.entry("name") {
            let at = layout::line_end(text, name.span().end);
            return Ok(TextEdit::insert(at, format!("{newline}{indent}needs: {id}")));
        }
        return Ok(TextEdit::insert(first.key.span.start, format!("needs: {id}{newline}{indent}")));
    };
    if anchors::is_shared(document, &needs.value) {
        return Err(anchors::ALIASED.to_owned());
    }
    if needs.value.str().is_some() {
        let written = needs.value.span.of(text);
        return Ok(TextEdit::replace(needs.value.span, format!("[{written}, {id}]")));
    }
    let list = needs.value.sequence().ok_or(UNUSUAL)?;
    let last = list.items.last().ok_or(UNUSUAL)?;
    if list.flow {
        return Ok(TextEdit::insert(last.span.end, format!(", {id}")));
    }
    let indent = layout::indent(text, last.span.start).ok_or(UNUSUAL)?;
    let at = layout::line_end(text, last.span.end);
    Ok(TextEdit::insert(at, format!("{}{indent}- {id}", layout::newline(text))))
}
