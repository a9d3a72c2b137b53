//! Several sessions write one file of coverage data.
//!
//! Why: `coverage run` and `pytest --cov` write `.coverage` anew: the report shows the last session only, and two at
//! once lose the data of one without a word (measured: 8 of 8 pairs, all exit statuses 0). A warning where two of them
//! may run in parallel, else a hint.
//!
//! ```text
//! #- noxfile.py
//! import nox
//! nox.needs_version = ">=2026.08.10"
//! @nox.session(allow_parallel=True)
//! def unit_tests(session):
//!    #^^^^^^^^^^ warning: `unit_tests` and `integration_tests` write one `.coverage`: at once the data of one is lost
//!     session.run("coverage", "run", "-m", "pytest", "tests/unit")
//! @nox.session(allow_parallel=True)
//! def integration_tests(session):
//!     session.run("coverage", "run", "-m", "pytest", "tests/integration")
//! ```

use model::effects::Role;
use model::{Access, Effect, Hazard, Resource, SessionId, Severity};

use crate::lint::Level;
use crate::times;

use super::{Findings, Lint, LintCx};

pub(super) const LINT: Lint = Lint { id: "shared-coverage-data", level: Level::Hint, check };

/// Whether an effect makes coverage data. Who combines or reports it is `undeclared-requirement`'s affair.
fn is_data(effect: &Effect) -> bool {
    let verbs = ["combine", "report", "erase", "xml", "html", "json", "lcov"];
    let is_consumer = verbs.iter().any(|verb| effect.tool.ends_with(verb));
    effect.role == Role::CoverageData && effect.access != Access::Read && !is_consumer
}

/// Sessions that are compared with each other.
const MOST: usize = 24;

fn check(cx: &LintCx<'_>, out: &mut Findings) {
    let Some((id, noxfile)) = cx.noxfile() else { return };
    // Hazards are derived when asked for: only those are asked that touch coverage data.
    let touches = |at: &usize| noxfile.effects.get(*at).is_some_and(|it| it.items.iter().any(is_data));
    let writers: Vec<SessionId> =
        (0..noxfile.facts.sessions.len()).filter(touches).take(MOST).map(SessionId).collect();
    let all = noxfile.facts.options.allow_parallel.as_ref().and_then(|known| known.value()).copied().unwrap_or(false);
    let is_parallel =
        |id: SessionId| noxfile.facts.sessions.get(id.0).is_some_and(|it| it.allow_parallel.unwrap_or(all));
    let mut found: Vec<Hazard> = Vec::new();
    for (at, a) in writers.iter().enumerate() {
        for b in writers.iter().skip(at + 1) {
            let between = cx.snapshot.workspace.hazards_between(id, *a, *b);
            found.extend(between.into_iter().find(|it| it.kind == LINT.id && it.severity == Severity::LosesData));
        }
    }
    let is_meant = |it: &Hazard| is_parallel(it.between.0) && is_parallel(it.between.1);
    // Those that may really meet come first.
    found.sort_by_key(|it| !is_meant(it));
    let Some(first) = found.first() else { return };
    let mut who: Vec<SessionId> = Vec::new();
    for hazard in found.iter().filter(|it| is_meant(it) == is_meant(first)) {
        for id in [hazard.between.0, hazard.between.1] {
            if !who.contains(&id) {
                who.push(id);
            }
        }
    }
    let names: Vec<String> = who.iter().map(|id| format!("`{}`", times::name(noxfile, *id))).collect();
    let names = match names.as_slice() {
        [a, b] => format!("{a} and {b}"),
        [a, b, more @ ..] => format!("{a}, {b} and {} more", more.len()),
        _ => return,
    };
    let effect = if is_meant(first) { "at once the data of one is lost" } else { "a report shows the last one only" };
    let Some(session) = noxfile.facts.sessions.get(first.between.0.0) else { return };
    let message = format!("{names} write one {}: {effect}", resource(first));
    let (level, related) = (if is_meant(first) { Level::Warning } else { Level::Hint }, who);
    let finding = out.push(session.name_span, message);
    finding.level = level;
    finding.rewrite = Some("isolate-coverage");
    for id in related.iter().filter(|id| **id != first.between.0).take(MOST) {
        if let Some(other) = noxfile.facts.sessions.get(id.0) {
            finding.related(cx.file.id, other.name_span, "writes it, too");
        }
    }
}

fn resource(hazard: &Hazard) -> String {
    match &hazard.resource {
        Resource::Path(path) => format!("`{path}`"),
        _ => "file".to_owned(),
    }
}
