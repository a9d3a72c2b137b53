//! The text of a job, cut into its entries and steps, so that jobs like it can be written with what they share byte for
//! byte the same.

use facts::workflow::Job;
use syntax::yaml::{Entry, Sequence};
use syntax::{Document, Span};

use super::layout::{self, StepText, UNUSUAL};
use super::style::Style;
use crate::anchors;

/// A job in block style.
pub(crate) struct JobText<'a> {
    text: &'a str,
    entry: &'a Entry,
    steps: &'a Sequence,
    /// Indentation of its keys.
    key_indent: &'a str,
    /// Indentation of its steps' dashes.
    pub(crate) step_indent: &'a str,
    /// Steps stand apart by a blank line.
    is_airy: bool,
    pub(crate) style: Style<'a>,
}

/// What differs in a job that is written like another.
pub(crate) struct NewJob {
    pub(crate) id: String,
    /// Put in brackets behind the name, if the job has one.
    pub(crate) suffix: String,
    /// `needs:` in the place of the job's own; `None`: as it is.
    pub(crate) needs: Option<Vec<String>>,
    /// Keys that it does not have.
    pub(crate) without: &'static [&'static str],
    /// Entries before its steps, a line each, without the job's indentation.
    pub(crate) extra: Vec<String>,
    /// Its steps, each with the line break before it.
    pub(crate) steps: String,
    /// It is the first: what stands behind the id is kept.
    pub(crate) is_first: bool,
}

impl<'a> JobText<'a> {
    /// `None` with the reason where the job is not written so that it can be copied.
    pub(crate) fn of(document: &'a Document, job: &Job) -> Result<Self, String> {
        let text = document.text();
        let entry = layout::block_job(document, &job.id)?;
        let steps = layout::block_steps(document, &job.id)?;
        let style = Style::of(document, entry)?;
        let entries = &entry.value.mapping().ok_or(UNUSUAL)?.entries;
        let first = entries.first().ok_or(UNUSUAL)?;
        let key_indent = layout::indent(text, first.key.span.start).ok_or(UNUSUAL)?;
        if entries.iter().any(|entry| layout::indent(text, entry.key.span.start) != Some(key_indent)) {
            return Err(UNUSUAL.to_owned()); // `<<: *defaults` is fine, `a: 1, b: 2` is not
        }
        let first_step = steps.items.first().ok_or(UNUSUAL)?;
        let step_indent = layout::indent(text, first_step.span.start).ok_or(UNUSUAL)?;
        anchors::is_own(document, entry)?;
        let pairs = steps.items.iter().zip(steps.items.iter().skip(1));
        let gaps = pairs.map(|(a, b)| text.get(layout::line_end(text, a.span.end) as usize..b.span.start as usize));
        let is_blank =
            |gap: Option<&str>| gap.is_some_and(|gap| gap.starts_with("\n\n") || gap.starts_with("\r\n\r\n"));
        let is_airy = gaps.filter(|gap| is_blank(*gap)).count() * 2 > steps.items.len();
        Ok(Self { text, entry, steps, key_indent, step_indent, is_airy, style })
    }

    /// All of it, from the id to the end of its last line.
    pub(crate) fn span(&self) -> Span {
        Span::new(self.entry.key.span.start, layout::line_end(self.text, self.entry.value.span.end))
    }

    /// `name:`'s value as it is written.
    pub(crate) fn name(&self) -> Option<&'a str> {
        Some(self.entry.value.entry("name")?.value.span.of(self.text))
    }

    /// A step as it is written, with the line break and comments before it.
    pub(crate) fn step(&self, at: usize) -> Option<&'a str> {
        Some(self.step_span(at)?.of(self.text))
    }

    /// Where that stands.
    pub(crate) fn step_span(&self, at: usize) -> Option<Span> {
        let item = self.steps.items.get(at)?;
        let from = match at.checked_sub(1) {
            Some(before) => layout::line_end(self.text, self.steps.items.get(before)?.span.end),
            None => layout::line_end(self.text, self.entry.value.entry("steps")?.key.span.end),
        };
        Some(Span::new(from, layout::line_end(self.text, item.span.end)))
    }

    /// The end of a step's last line.
    pub(crate) fn step_end(&self, at: usize) -> Option<u32> {
        Some(layout::line_end(self.text, self.steps.items.get(at)?.span.end))
    }

    /// A new step with the line break before it, like those of the job.
    pub(crate) fn new_step(&self, step: &StepText) -> String {
        let (newline, indent) = (self.style.newline, self.step_indent);
        let gap = if self.is_airy { newline } else { "" };
        format!("{gap}{newline}{indent}{}", layout::render(std::slice::from_ref(step), &self.style, indent))
    }

    /// The job's place in the tree.
    pub(crate) fn entry(&self) -> &'a Entry {
        self.entry
    }

    /// The text of a job like this one, which stays, from its id on. `moved`: steps that it takes over.
    pub(crate) fn beside(&self, new: &NewJob, moved: &[&str]) -> Option<String> {
        let text = format!("{}{}", self.style.id_indent, self.like(new)?);
        let is_moved = |name: &str| moved.contains(&name);
        Some(anchors::without(&text, is_moved).split_off(self.style.id_indent.len()))
    }

    /// The text of a job like this one, from its id on.
    pub(crate) fn like(&self, new: &NewJob) -> Option<String> {
        let mut out = format!("{}:", new.id);
        let mut end = self.entry.key.span.end;
        // The colon and a comment on the id's line.
        let line_end = layout::line_end(self.text, end);
        if new.is_first {
            out.push_str(Span::new(end, line_end).of(self.text).trim_start_matches(':'));
        }
        end = line_end;
        let entries = &self.entry.value.mapping()?.entries;
        let mut needs = new.needs.as_ref();
        for entry in entries {
            let key = entry.key.str().unwrap_or_default();
            let own_end = layout::line_end(self.text, entry.span().end);
            let gap = Span::new(end, entry.key.span.start).of(self.text);
            let written = Span::new(entry.key.span.start, own_end).of(self.text);
            end = own_end;
            let is_left_out = new.without.contains(&key) || (key == "needs" && new.needs.is_some());
            if key != "name"
                && let Some(ids) = needs.take().filter(|ids| !ids.is_empty())
            {
                out.push_str(&format!("{}{}needs: {}", self.style.newline, self.key_indent, super::gate::list(ids)));
            }
            if is_left_out {
                continue;
            }
            if key == "steps" {
                out.extend(new.extra.iter().map(|line| format!("{}{}{line}", self.style.newline, self.key_indent)));
            }
            out.push_str(gap);
            match key {
                "name" => out.push_str(&self.named(entry, written, &new.suffix)),
                "steps" => {
                    let head = Span::new(entry.key.span.start, layout::line_end(self.text, entry.key.span.end));
                    out.push_str(head.of(self.text));
                    out.push_str(&new.steps);
                }
                _ => out.push_str(written),
            }
        }
        Some(out)
    }

    /// `name: Checks` as `name: Checks (lint)`, in its quotes.
    fn named(&self, entry: &Entry, written: &str, suffix: &str) -> String {
        let end = entry.value.span.end - entry.key.span.start;
        let is_quoted = entry.value.span.of(self.text).ends_with(['"', '\'']);
        let at = (end - u32::from(is_quoted)) as usize;
        match (written.get(..at), written.get(at..)) {
            (Some(head), Some(tail)) => format!("{head} ({suffix}){tail}"),
            _ => written.to_owned(),
        }
    }
}

/// An id that no job has, made of `base`.
pub(crate) fn free_id(taken: &[String], base: &str, dash: char) -> String {
    let mut id = base.to_owned();
    let mut n = 2;
    while taken.iter().any(|other| other.eq_ignore_ascii_case(&id)) {
        id = format!("{base}{dash}{n}");
        n += 1;
    }
    id
}
