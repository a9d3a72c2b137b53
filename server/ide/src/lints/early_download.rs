//! A job downloads an artifact of a job that it does not wait for.
//!
//! Why: jobs without `needs` start at once: the artifact is there only if the other job happens to be faster, else the
//! step fails.
//!
//! ```text
//! #- .github/workflows/ci.yml
//! on: push
//! jobs:
//!   build:
//!     runs-on: ubuntu-latest
//!     steps:
//!       - run: nox -s build
//!       - uses: actions/upload-artifact@v7
//!         with: { name: dist, path: dist }
//!   check:
//!     runs-on: ubuntu-latest
//!     steps:
//!       - uses: actions/download-artifact@v8
//!         with:
//!           name: dist
//!                #^^^^ warning: `build` uploads this, and `check` does not wait for it: add `needs: build`
//!       - run: nox -s check_wheel
//! ```

use facts::workflow::{Job, WorkflowFacts};
use syntax::TextEdit;

use crate::lint::{Fix, Level};
use crate::subject;

use super::unmade_artifact::{is_made, wanted};
use super::{Findings, Lint, LintCx};

pub(super) const LINT: Lint = Lint { id: "early-download", level: Level::Warning, check };

fn check(cx: &LintCx<'_>, out: &mut Findings) {
    let Some((_, workflow)) = cx.workflow() else { return };
    let facts = &workflow.facts;
    for (at, job) in facts.jobs.iter().enumerate() {
        for download in subject::artifacts(job, "download-artifact") {
            let Some((name, span)) = wanted(&download) else { continue };
            if download.step.continue_on_error.is_some() || download.step.condition.is_some() {
                continue; // may well do without
            }
            let upload = |job: &Job| {
                let mut uploads = subject::artifacts(job, "upload-artifact");
                uploads.find(|it| is_made(it.name(), name)).map(|it| it.span)
            };
            let makers: Vec<(usize, syntax::Span)> =
                facts.jobs.iter().enumerate().filter_map(|(at, job)| Some((at, upload(job)?))).collect();
            let before = before(facts, at);
            let Some((maker, place)) = makers.first().copied() else { continue };
            if makers.iter().any(|(maker, _)| before.contains(maker)) {
                continue;
            }
            let Some(maker) = facts.jobs.get(maker) else { continue };
            let message = format!(
                "`{0}` uploads this, and `{1}` does not wait for it: add `needs: {0}`",
                maker.id, job.id
            );
            let finding = out.push(span, message);
            finding.related(workflow.file, place, format!("`{}` uploads it here", maker.id));
            let text = cx.file.document.text();
            if let Some(edit) = wait_too(job, &maker.id, text).or_else(|| wait(job, &maker.id, text)) {
                let title = format!("Let `{}` wait for `{}`", job.id, maker.id);
                finding.fix(Fix { title, is_safe: false, edits: vec![edit] });
            }
        }
    }
}

/// The job itself and all that it waits for, directly or not.
fn before(facts: &WorkflowFacts, at: usize) -> Vec<usize> {
    let mut found = vec![at];
    let mut next = 0;
    while let Some(job) = found.get(next).and_then(|at| facts.jobs.get(*at)) {
        for needed in job.needs.iter().filter_map(|(id, _)| subject::job_named(&facts.jobs, id)) {
            if !found.contains(&needed) {
                found.push(needed);
            }
        }
        next += 1;
    }
    found
}

/// One more in a list between brackets, or a list of the one that is there.
fn wait_too(job: &Job, id: &str, text: &str) -> Option<TextEdit> {
    let (_, last) = job.needs.last()?;
    let entry = job.needs_span?;
    let (_, value) = entry.of(text).split_once(':')?;
    let value = value.trim();
    if value.starts_with('[') && value.ends_with(']') {
        return Some(TextEdit::insert(last.end, format!(", {id}")));
    }
    (value == last.of(text)).then(|| TextEdit::replace(*last, format!("[{value}, {id}]")))
}

/// `needs:` as the first line of a job that has none and is written in lines.
fn wait(job: &Job, id: &str, text: &str) -> Option<TextEdit> {
    let behind = text.get(job.id_span.end as usize..)?;
    let line = behind.find('\n')?;
    let is_plain = job.needs.is_empty() && job.needs_span.is_none() && behind.get(1..line)?.trim().is_empty();
    let next = behind.get(line + 1..)?.lines().next()?;
    let indent = next.len() - next.trim_start_matches(' ').len();
    let at = job.id_span.end + u32::try_from(line + 1).ok()?;
    (is_plain && indent > 0 && !next.trim().is_empty())
        .then(|| TextEdit::insert(at, format!("{}needs: {id}\n", " ".repeat(indent))))
}

#[cfg(test)]
mod tests {
    use crate::fixture::Fixture;

    #[test]
    fn the_fix_adds_to_the_needs_that_are_there() {
        check("    needs: lint\n", "    needs: [lint, build]\n");
        check("    needs: [lint]\n", "    needs: [lint, build]\n");
        check("    needs: ['lint', 'docs']\n", "    needs: ['lint', 'docs', build]\n");
        check("    needs:\n      - lint\n", "no fix");
        check("", "    needs: build\n");
    }

    #[track_caller]
    fn check(before: &str, after: &str) {
        let frame = |needs: &str| {
            format!(
                "on: push\njobs:\n  lint:\n    steps: []\n  docs:\n    steps: []\n  build:\n    steps:\n      - uses: \
                 actions/upload-artifact@v7\n        with: {{ name: dist }}\n  check:\n{needs}    steps:\n      - uses: \
                 actions/download-artifact@v8\n        with: {{ name: dist }}\n"
            )
        };
        let fixture = Fixture::new(&format!("#- .github/workflows/ci.yml\n{}", frame(before)));
        let findings = crate::check(&fixture.snapshot, fixture.file);
        let finding = findings.iter().find(|finding| finding.lint == super::LINT.id).expect("a finding");
        let text = fixture.snapshot.files[0].document.text();
        match finding.fixes.first() {
            Some(fix) => assert_eq!(syntax::apply(text, &fix.edits).expect("edits that fit"), frame(after)),
            None => assert_eq!("no fix", after),
        }
    }
}
