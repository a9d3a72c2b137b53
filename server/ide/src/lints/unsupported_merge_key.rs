//! A GitHub workflow has a merge key (`<<`).
//!
//! Why: GitHub reads anchors and aliases since September 2025, but no merge keys: for it `<<` is a key like another,
//! and the workflow is refused ("Unexpected value '<<'"), or what should be merged is missing. Forgejo and Gitea know
//! them.
//!
//! ```text
//! #- .github/workflows/ci.yml
//! on: push
//! jobs:
//!   lint:
//!     runs-on: ubuntu-latest
//!     steps:
//!       - run: nox -s lint
//!         env: &env
//!           FORCE_COLOR: "1"
//!       - run: nox -s docs
//!         env:
//!           <<: *env
//!          #^^ error: GitHub knows no merge keys: repeat the entries, or use the alias in the place of the whole mapping
//! ```
//!
//! ```text after
//! #- .github/workflows/ci.yml
//! on: push
//! jobs:
//!   lint:
//!     runs-on: ubuntu-latest
//!     steps:
//!       - run: nox -s lint
//!         env: &env
//!           FORCE_COLOR: "1"
//!       - run: nox -s docs
//!         env: *env
//! ```

use facts::Forge;
use syntax::yaml::{Node, Style, Value};

use crate::lint::Level;

use super::{Findings, Lint, LintCx};

pub(super) const LINT: Lint = Lint { id: "unsupported-merge-key", level: Level::Error, check };

/// Levels that are looked at.
const MAX_DEPTH: u32 = 24;

fn check(cx: &LintCx<'_>, out: &mut Findings) {
    let Some((_, workflow)) = cx.workflow() else { return };
    if workflow.facts.forge == Forge::GitHub && cx.file.document.text().contains("<<") {
        cx.file.document.yaml().roots.iter().for_each(|root| look(root, 0, out));
    }
}

fn look(node: &Node, depth: u32, out: &mut Findings) {
    if depth > MAX_DEPTH {
        return;
    }
    match &node.value {
        Value::Mapping(mapping) => {
            for entry in &mapping.entries {
                let is_merge = entry.key.scalar().is_some_and(|key| &*key.content == "<<" && key.style == Style::Plain);
                if is_merge {
                    let message = "GitHub knows no merge keys: repeat the entries, or use the alias in the place of the \
                                   whole mapping";
                    out.push(entry.key.span, message.to_owned());
                }
                look(&entry.value, depth + 1, out);
            }
        }
        Value::Sequence(sequence) => sequence.items.iter().for_each(|item| look(&item.value, depth + 1, out)),
        Value::Null | Value::Scalar(_) | Value::Alias(_) => {}
    }
}
