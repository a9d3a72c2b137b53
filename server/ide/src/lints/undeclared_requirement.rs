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
        if may_make_its_own(noxfile, edge) {
            continue;
        }
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

/// Whether the reader does something unknown before it reads: that may make what it reads.
fn may_make_its_own(noxfile: &NoxfileModel, edge: &Edge) -> bool {
    let (Some(session), Some(effects)) = (noxfile.facts.sessions.get(edge.to.0), noxfile.effects.get(edge.to.0)) else {
        return false;
    };
    let Some((_, place)) = edge.place else { return false };
    let read = session.actions.iter().rposition(|action| action.span == place);
    read.is_some_and(|read| effects.unknown.iter().any(|unknown| unknown.action < read))
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
    // One from another file stands where that is imported, with all others from there: there it needs its name.
    let is_elsewhere = noxfile.facts.sessions.get(first.to.0).is_some_and(|session| session.elsewhere.is_some());
    let without = first.reason.strip_prefix(&reader).filter(|_| !is_elsewhere);
    let reason = without.unwrap_or(&first.reason);
    let more = edges.len() - 1;
    if more == 0 { reason.to_owned() } else { format!("{reason} (as do {more} more)") }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use crate::fixture::Fixture;

    #[track_caller]
    fn check(files: &str, expected: Expect) {
        let fixture = Fixture::new(files);
        let found = crate::lint::check(&fixture.snapshot, fixture.file).into_iter().filter(|it| it.lint == super::LINT.id);
        expected.assert_eq(&found.map(|it| it.message).collect::<Vec<_>>().join("\n"));
    }

    #[test]
    fn who_does_something_unknown_first_may_have_made_the_data() {
        let report = |first: &str| {
            format!(
                "\
#- noxfile.py
import nox<|>, pathlib
@nox.session
def unit(session):
    session.run('coverage', 'run', '-m', 'pytest')
@nox.session
def report(session):
    {first}
    session.run('coverage', 'report')
"
            )
        };
        check(
            &report("session.run('ruff')"),
            expect!["reads `.coverage`, which `unit` writes, but does not require it: alone it runs too early"],
        );
        check(&report("session.run(*tests())"), expect![[""]]);
        check(&report("pathlib.Path('.coverage').unlink()"), expect![[""]]);
    }

    #[test]
    fn one_from_another_file_is_named() {
        check(
            "\
#- tools.py
import nox
@nox.session
def report(session):
    session.run('coverage', 'report')
#- noxfile.py
import nox<|>
import tools
@nox.session
def unit(session):
    session.run('coverage', 'run', '-m', 'pytest')
",
            expect!["`report` reads `.coverage`, which `unit` writes, but does not require it: alone it runs too early"],
        );
    }
}
