//! A session reports coverage data that another one writes, and does not require it.
//!
//! Why: today's order is only that of a list. Alone (`nox -s coverage_report`), in a job of its own, or under `nox -j`
//! the report runs too early: "No data to report", or worse, that of another day. A warning where one of the two may
//! run in parallel, else a hint. `requires=` is nox 2025.2.9 and later.
//!
//! ```text
//! #- noxfile.py
//! import nox
//! nox.needs_version = ">=2026.08.10"
//! @nox.session(allow_parallel=True)
//! def unit_tests(session):
//!     session.run("coverage", "run", "-m", "pytest")
//! @nox.session
//! def coverage_report(session):
//!    #^^^^^^^^^^^^^^^ warning: reads `.coverage`, which `unit_tests` writes, but does not require it: under `nox -j` it may run too early
//!     session.run("coverage", "report")
//! ```

use std::collections::BTreeMap;

use model::{Edge, EdgeKind, Evidence, NoxfileModel, SessionId};

use crate::lint::Level;
use crate::times;

use super::{Findings, Lint, LintCx};

pub(super) const LINT: Lint = Lint { id: "undeclared-requirement", level: Level::Hint, check };

/// Writers that are told of.
const MAX_NAMES: usize = 4;

fn check(cx: &LintCx<'_>, out: &mut Findings) {
    let Some((_, noxfile)) = cx.noxfile() else { return };
    let mut open: BTreeMap<SessionId, Vec<&Edge>> = BTreeMap::new();
    for edge in noxfile.edges.iter().filter(|edge| edge.kind == EdgeKind::Data && edge.evidence < Evidence::Naming) {
        let is_handed_over = touches_data(noxfile, edge.from) && touches_data(noxfile, edge.to);
        if is_handed_over && edge.is_dependency() && edge.from != edge.to && !is_declared(noxfile, edge) {
            open.entry(edge.to).or_default().push(edge);
        }
    }
    let all = noxfile.facts.options.allow_parallel.as_ref().and_then(|known| known.value()).copied().unwrap_or(false);
    let is_parallel =
        |id: SessionId| noxfile.facts.sessions.get(id.0).is_some_and(|it| it.allow_parallel.unwrap_or(all));
    for (reader, edges) in open {
        let Some(session) = noxfile.facts.sessions.get(reader.0).filter(|it| it.is_configured) else { continue };
        let is_meant = is_parallel(reader) || edges.iter().any(|edge| is_parallel(edge.from));
        let when = if is_meant { "under `nox -j` it may run too early" } else { "alone it runs too early" };
        let whom = if edges.len() == 1 { "it" } else { "them" };
        let message = format!("{}, but does not require {whom}: {when}", told(noxfile, &edges));
        let finding = out.push(session.name_span, message);
        finding.level = if is_meant { Level::Warning } else { Level::Hint };
        finding.rewrite = Some("add-requires");
        for edge in edges.iter().take(MAX_NAMES) {
            if let Some((file, span)) = edge.place {
                finding.related(file, span, edge.reason.clone());
            }
        }
    }
}

/// Whether a session has to do with coverage data. What else a session leaves for others (wheels, caches, downloads) is
/// more often kept than made anew: that is for the rewrite `add-requires` alone.
fn touches_data(noxfile: &NoxfileModel, id: SessionId) -> bool {
    let is_data = |effect: &model::Effect| effect.role == model::effects::Role::CoverageData;
    noxfile.effects.get(id.0).is_some_and(|effects| effects.items.iter().any(is_data))
}

/// Whether something else puts the two in order already: `requires`, over others too, or `notify`.
fn is_declared(noxfile: &NoxfileModel, edge: &Edge) -> bool {
    let mut open = vec![edge.to];
    let mut seen = vec![edge.to];
    while let Some(at) = open.pop() {
        let declared = |it: &&Edge| it.to == at && matches!(it.kind, EdgeKind::Requires | EdgeKind::Notify);
        for before in noxfile.edges.iter().filter(declared).map(|it| it.from) {
            if before == edge.from {
                return true;
            }
            if !seen.contains(&before) {
                seen.push(before);
                open.push(before);
            }
        }
    }
    false
}

fn told(noxfile: &NoxfileModel, edges: &[&Edge]) -> String {
    let Some(first) = edges.first() else { return String::new() };
    let reader = format!("`{}` ", times::name(noxfile, first.to));
    let reason = first.reason.strip_prefix(&reader).unwrap_or(&first.reason);
    let more = edges.len() - 1;
    if more == 0 { reason.to_owned() } else { format!("{reason} (as do {more} more)") }
}
