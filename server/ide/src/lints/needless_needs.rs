//! A job waits for a job it takes nothing from.
//!
//! Why: the edge lengthens the workflow but carries no output, artifact, result or order that sessions need. Gates, jobs
//! that do nothing but wait (`run: echo all green`), jobs that publish and jobs whose `if` asks for results are left alone.
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
                if let Ok(edits) = needs::without(&cx.file.document, job, &[at]) {
                    let title = format!("Let `{}` start without `{name}`", job.id);
                    // Nothing that can be read comes over the edge; whether its author meant an order is not in the file.
                    finding.fix(Fix { title, is_safe: false, edits });
                }
            }
        }
    }
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
                 [run: a]\n  docs:\n{needs}    runs-on: x\n    steps:\n      - run: make docs ${{{{ needs.types.result }}}}\n"
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
