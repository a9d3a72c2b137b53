//! A Forgejo or Gitea workflow uses GitHub's own artifact actions, version 4 or later.
//!
//! Why: they ask which forge they run on and stop anywhere but on github.com ("not currently supported on GHES").
//! Forgejo has patched ones.
//!
//! ```text
//! #- .forgejo/workflows/ci.yml
//! on: push
//! jobs:
//!   test:
//!     runs-on: docker
//!     steps:
//!       - run: nox -s tests
//!       - uses: actions/upload-artifact@v4
//!              #^^^^^^^^^^^^^^^^^^^^^^^^^^ error: stops on Forgejo: use `https://data.forgejo.org/forgejo/upload-artifact@v4`, or v3
//!         with: { path: report.xml }
//! ```

use facts::Forge;

use syntax::TextEdit;

use crate::lint::{Fix, Level};
use crate::subject;

use super::{Findings, Lint, LintCx};

pub(super) const LINT: Lint = Lint { id: "refused-artifact-action", level: Level::Error, check };

fn check(cx: &LintCx<'_>, out: &mut Findings) {
    let Some((_, workflow)) = cx.workflow() else { return };
    let forge = workflow.facts.forge;
    if forge == Forge::GitHub {
        return;
    }
    for job in &workflow.facts.jobs {
        for name in ["upload-artifact", "download-artifact"] {
            for used in subject::artifacts(job, name) {
                if used.owner != "actions" || used.version.is_none_or(|(major, _)| major < 4) {
                    continue; // of a pinned commit nobody knows
                }
                let other = match forge {
                    Forge::Gitea => format!("christopherhx/gitea-{name}@v4"),
                    _ => format!("https://data.forgejo.org/forgejo/{name}@v4"),
                };
                let finding = out.push(used.span, format!("stops on {}: use `{other}`, or v3", forge.name()));
                let edits = vec![TextEdit::replace(used.span, other.clone())];
                finding.fix(Fix { title: format!("Use `{other}`"), is_safe: false, edits });
            }
        }
    }
}
