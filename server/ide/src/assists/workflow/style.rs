//! How a job is indented, so that what is written into it or beside it looks like the rest of it.

use syntax::yaml::Entry;
use syntax::{Document, Span};

use super::layout::{self, UNUSUAL};

/// What the indentation of one job is made of.
#[derive(Clone, Copy)]
pub(crate) struct Style<'a> {
    /// What stands before the job's id.
    pub(crate) id_indent: &'a str,
    /// One level: what stands before the keys of a mapping, behind the indentation of the key that holds it.
    pub(crate) unit: &'a str,
    /// What stands before the dashes of a list, behind the indentation of the key that holds it; empty where dashes stand
    /// right below their key.
    list: &'a str,
    /// A dash and the blanks behind it.
    dash: &'a str,
    pub(crate) newline: &'static str,
    /// Jobs stand apart by a blank line.
    is_airy: bool,
}

impl<'a> Style<'a> {
    /// That of a job in block style. Its steps show how lists are written; without any, they are a level deeper.
    pub(crate) fn of(document: &'a Document, job: &'a Entry) -> Result<Self, String> {
        let text = document.text();
        let first = job.value.mapping().and_then(|mapping| mapping.entries.first()).ok_or(UNUSUAL)?;
        let id_indent = layout::indent(text, job.key.span.start).ok_or(UNUSUAL)?;
        let key_indent = layout::indent(text, first.key.span.start).ok_or(UNUSUAL)?;
        let unit = key_indent.strip_prefix(id_indent).filter(|unit| !unit.is_empty()).ok_or(UNUSUAL)?;
        let steps = job.value.get("steps").and_then(|steps| steps.sequence()).filter(|steps| !steps.flow);
        let step = steps.and_then(|steps| steps.items.first());
        let list =
            step.and_then(|step| layout::indent(text, step.span.start)?.strip_prefix(key_indent)).unwrap_or(unit);
        let dash = step.map(|step| Span::new(step.span.start, step.value.span.start).of(text));
        // The step may begin on the line below, behind a name or a comment.
        let dash = dash
            .filter(|dash| dash.strip_prefix('-').is_some_and(|it| !it.is_empty() && it.trim_matches(' ').is_empty()));
        Ok(Self {
            id_indent,
            unit,
            list,
            dash: dash.unwrap_or("- "),
            newline: layout::newline(text),
            is_airy: is_airy(document),
        })
    }

    /// What stands between the end of a job and the id of the next.
    pub(crate) fn between(&self) -> String {
        let blank = if self.is_airy { self.newline } else { "" };
        format!("{blank}{}{}", self.newline, self.id_indent)
    }

    /// `head`, and `lines` one level deeper: `with:` and its entries, `run: |` and its script. Lines have no indentation but
    /// their own.
    pub(crate) fn below(&self, head: &str, lines: impl IntoIterator<Item = String>) -> Vec<String> {
        std::iter::once(head.to_owned()).chain(lines.into_iter().map(|line| indented(self.unit, line))).collect()
    }

    /// A `strategy:` whose cells do not end one another, as they would by default. `matrix`: the lines in it.
    pub(crate) fn strategy(&self, matrix: impl IntoIterator<Item = String>) -> Vec<String> {
        self.below("strategy:", std::iter::once("fail-fast: false".to_owned()).chain(self.below("matrix:", matrix)))
    }

    /// A list's lines as they stand below its key, dashes and all. `items`: the lines of each; such as begin with `#` are
    /// comments and stand above what follows them.
    pub(crate) fn list(&self, items: impl IntoIterator<Item = Vec<String>>) -> Vec<String> {
        let items = items.into_iter().flat_map(|item| self.item(item));
        items.map(|line| indented(self.list, line)).collect()
    }

    /// An item of a list from its dash on, with the comments above it.
    pub(crate) fn item(&self, lines: Vec<String>) -> Vec<String> {
        let below = " ".repeat(self.dash.len());
        let comments = lines.iter().take_while(|line| line.starts_with('#')).count();
        let place = |(at, line): (usize, String)| match at {
            at if at < comments => line,
            at if at == comments => format!("{}{line}", self.dash),
            _ => indented(&below, line),
        };
        lines.into_iter().enumerate().map(place).collect()
    }
}

/// Whether jobs stand apart by blank lines; where there is only one, that is how most people have it.
fn is_airy(document: &Document) -> bool {
    let jobs = document.yaml().roots.first().and_then(|root| root.get("jobs")).and_then(|jobs| jobs.mapping());
    let jobs = jobs.map_or(&[][..], |jobs| &jobs.entries);
    let is_apart = |(job, next): (&Entry, &Entry)| {
        let gap = Span::new(job.span().end, next.key.span.start.max(job.span().end)).of(document.text());
        // Before its first break stands the end of the job's last line, behind its last one the next id's indentation.
        let lines =
            gap.split_once('\n').and_then(|(_, behind)| behind.rsplit_once('\n')).map_or("", |(lines, _)| lines);
        gap.matches('\n').count() > 1 && lines.split('\n').any(|line| line.trim().is_empty())
    };
    jobs.len() < 2 || jobs.iter().zip(jobs.iter().skip(1)).any(is_apart)
}

fn indented(by: &str, line: String) -> String {
    if line.is_empty() { line } else { format!("{by}{line}") }
}
