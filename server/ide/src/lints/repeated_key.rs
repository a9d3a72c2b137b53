//! A mapping has one key twice.
//!
//! Why: the forge refuses the workflow ("mapping key already defined", Go's YAML reader), and where a reader does not,
//! one of the two is lost: two jobs of one id are one job. In an editor GitHub's own language server tells it of
//! GitHub's workflows, and noxflow is silent there.
//!
//! ```text
//! #- .forgejo/workflows/ci.yml
//! on: push
//! jobs:
//!   test:
//!     runs-on: docker
//!     steps: [{ run: nox -s tests }]
//!   test:
//!  #^^^^ error: there is a `test` already: only one of the two can count
//!     runs-on: docker
//!     steps: [{ run: nox -s docs }]
//! ```
//!
//! ```text after
//! #- .forgejo/workflows/ci.yml
//! on: push
//! jobs:
//!   test:
//!     runs-on: docker
//!     steps: [{ run: nox -s tests }]
//!   docs:
//!     runs-on: docker
//!     steps: [{ run: nox -s docs }]
//! ```

use std::collections::BTreeMap;

use facts::Forge;
use model::FileId;
use syntax::Span;
use syntax::yaml::{Node, Value};

use crate::lint::Level;

use super::{Findings, Lint, LintCx};

pub(super) const LINT: Lint = Lint { id: "repeated-key", level: Level::Error, check };

/// Levels that are looked at.
const MAX_DEPTH: u32 = 24;

fn check(cx: &LintCx<'_>, out: &mut Findings) {
    let Some((_, workflow)) = cx.workflow() else { return };
    cx.file.document.yaml().roots.iter().for_each(|root| look(root, (workflow.file, workflow.facts.forge), 0, out));
}

fn look(node: &Node, place: (FileId, Forge), depth: u32, out: &mut Findings) {
    if depth > MAX_DEPTH {
        return;
    }
    match &node.value {
        Value::Mapping(mapping) => {
            let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
            for entry in &mapping.entries {
                if let Some(key) = entry.key.str().filter(|key| *key != "<<") {
                    match seen.get(key) {
                        Some(first) => {
                            let message = format!("there is a `{key}` already: only one of the two can count");
                            out.push(entry.key.span, message).related(place.0, *first, "the first")
                                .told_by_github(place.1);
                        }
                        None => drop(seen.insert(key, entry.key.span)),
                    }
                }
                look(&entry.value, place, depth + 1, out);
            }
        }
        Value::Sequence(sequence) => sequence.items.iter().for_each(|item| look(&item.value, place, depth + 1, out)),
        Value::Null | Value::Scalar(_) | Value::Alias(_) => {}
    }
}
