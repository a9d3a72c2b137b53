//! A job waits for a job it takes nothing from.
//!
//! Why: the edge lengthens the workflow but carries no output, artifact, result or order that sessions need. Gates, jobs
//! that publish and jobs whose `if` asks for results are left alone.
//!
//! ```text
//! #- .github/workflows/ci.yml
//! on: push
//! jobs:
//!   lint:
//!     runs-on: ubuntu-latest
//!     steps: [{ run: nox -s lint }]
//!   docs:
//!     needs: lint
//!           #^^^^ info: `docs` waits for `lint` but takes nothing from it
//!     runs-on: ubuntu-latest
//!     steps: [{ run: nox -s docs }]
//! ```

use facts::workflow::Job;
use syntax::{Document, Span, TextEdit};

use crate::lint::{Fix, Level};
use crate::{needs, subject};

use super::{Findings, Lint, LintCx};

pub(super) const LINT: Lint = Lint { id: "needless-needs", level: Level::Info, check };

fn check(cx: &LintCx<'_>, out: &mut Findings) {
    let Some((id, workflow)) = cx.workflow() else { return };
    for (to, job) in workflow.facts.jobs.iter().enumerate() {
        if job.steps.is_empty() {
            continue; // half-typed: nothing can be said of what it takes
        }
        for (at, (name, span)) in job.needs.iter().enumerate() {
            let Some(from) = subject::job_named(&workflow.facts.jobs, name) else { continue };
            if from != to && needs::carried(cx.snapshot, id, from, to).is_empty() {
                let first = workflow.facts.jobs.get(from);
                let message = format!("`{}` waits for `{name}` but takes nothing from it", job.id);
                let finding = out.push(*span, message);
                if let Some(first) = first {
                    finding.related(workflow.file, first.id_span, format!("`{name}` is defined here"));
                }
                if let Some(edit) = without(&cx.file.document, job, at) {
                    let title = format!("Let `{}` start without `{name}`", job.id);
                    // Nothing that can be read comes over the edge; whether its author meant an order is not in the file.
                    finding.fix(Fix { title, is_safe: false, edits: vec![edit] });
                }
            }
        }
    }
}

/// Takes one id out of `needs`: of a list the item, of a single one the whole line. `None` where that would take a
/// comment along or the list is written in an unusual way.
fn without(document: &Document, job: &Job, at: usize) -> Option<TextEdit> {
    let text = document.text();
    let all = job.needs_span?;
    let (_, span) = job.needs.get(at)?;
    if job.needs.len() == 1 {
        return whole_lines(text, all).map(TextEdit::delete);
    }
    if let Some(item) = block_item(text, *span) {
        return whole_lines(text, item).map(TextEdit::delete);
    }
    // In a flow list the comma goes along: the one behind, or for the last item the one before.
    let gap = |from: u32, to: u32| Span::new(from, to).of(text).trim() == ",";
    let next = job.needs.get(at + 1).filter(|(_, next)| gap(quoted(text, *span).end, quoted(text, *next).start));
    let before = at.checked_sub(1).and_then(|before| job.needs.get(before));
    let before = before.filter(|(_, before)| gap(quoted(text, *before).end, quoted(text, *span).start));
    match (next, before) {
        (Some((_, next)), _) => Some(TextEdit::delete(Span::new(quoted(text, *span).start, quoted(text, *next).start))),
        (None, Some((_, before))) => {
            Some(TextEdit::delete(Span::new(quoted(text, *before).end, quoted(text, *span).end)))
        }
        (None, None) => None,
    }
}

/// The span with quotes around it, if there are some.
fn quoted(text: &str, span: Span) -> Span {
    let wide = Span::new(span.start.saturating_sub(1), span.end + 1);
    let written = wide.of(text);
    let is_quoted = written.len() > 1 && ['"', '\''].iter().any(|quote| written.starts_with(*quote) && written.ends_with(*quote));
    if is_quoted { wide } else { span }
}

/// The item of a block list that `span` is the value of, from its dash on.
fn block_item(text: &str, span: Span) -> Option<Span> {
    let span = quoted(text, span);
    let line = text.get(..span.start as usize)?.rsplit('\n').next()?;
    let dash = line.trim_start().strip_prefix('-').filter(|rest| rest.trim().is_empty())?;
    let width = u32::try_from(dash.len() + 1).ok()?;
    Some(Span::new(span.start - width, span.end))
}

/// The lines of `span` with their last line break, if nothing else stands on them.
fn whole_lines(text: &str, span: Span) -> Option<Span> {
    let start = text.get(..span.start as usize)?.rfind('\n').map_or(0, |at| at + 1);
    let rest = text.get(span.end as usize..)?;
    let end = span.end as usize + rest.find('\n').map_or(rest.len(), |at| at + 1);
    let before = text.get(start..span.start as usize)?;
    let behind = text.get(span.end as usize..end)?;
    (before.trim().is_empty() && behind.trim().is_empty() && !span.of(text).contains('#')).then(|| (start..end).into())
}

#[cfg(test)]
mod tests {
    use crate::fixture::Fixture;

    #[test]
    fn one_need_goes_with_its_line() {
        check("    needs: lint\n", "");
    }

    #[test]
    fn one_of_several_goes_with_its_comma() {
        check("    needs: [lint, types]\n", "    needs: [types]\n");
        check("    needs: ['lint', types]\n", "    needs: [types]\n");
        check("    needs: [types, lint]\n", "    needs: [types]\n");
        check("    needs:\n      - types\n      - lint\n", "    needs:\n      - types\n");
        check("    needs:\n      - \"lint\"\n      - types\n", "    needs:\n      - types\n");
    }

    #[test]
    fn a_comment_is_not_taken_along() {
        check("    needs: lint # because\n", "no fix");
    }

    /// Applies the fix that drops `lint`; `types` is needed, as its result is read.
    #[track_caller]
    fn check(before: &str, after: &str) {
        let frame = |needs: &str| {
            format!(
                "on: push\njobs:\n  lint:\n    runs-on: x\n    steps: [run: a]\n  types:\n    runs-on: x\n    steps: \
                 [run: a]\n  docs:\n{needs}    runs-on: x\n    steps:\n      - run: echo ${{{{ needs.types.result }}}}\n"
            )
        };
        let fixture = Fixture::new(&format!("#- .github/workflows/ci.yml\n{}", frame(before)));
        let findings = crate::check(&fixture.snapshot, fixture.file);
        let finding = findings.iter().find(|finding| finding.message.contains("`lint`")).expect("a finding on lint");
        let text = fixture.snapshot.files[0].document.text();
        match finding.fixes.first() {
            Some(fix) => assert_eq!(syntax::apply(text, &fix.edits).expect("edits that fit"), frame(after)),
            None => assert_eq!("no fix", after),
        }
    }
}
