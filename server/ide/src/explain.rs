//! Whether two sessions may overlap, and why, in words with the places that show it. `app` prints it.

use model::{FileId, NoxfileId, NoxfileModel, SessionId, Verdict};
use syntax::Span;

use crate::graph;
use crate::snapshot::Snapshot;
use crate::times;

/// The answer for two sessions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// `parallel`, `after-cure`, `ordered`, `one-process`, `exclusive` or `unknown`.
    pub verdict: &'static str,
    /// The answer as a sentence.
    pub answer: String,
    /// Why, one after the other.
    pub reasons: Vec<Reason>,
    /// Commands of the two that nobody knows: what they touch is not in the answer.
    pub unknown: Vec<String>,
}

/// One reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// What happens, as a sentence.
    pub text: String,
    /// How bad a hazard is, or how sure an order is.
    pub weight: &'static str,
    /// What to do; may be empty.
    pub cure: String,
    /// The places that show it.
    pub places: Vec<(FileId, Span)>,
}

/// Whether `a` and `b` of `noxfile` may overlap. The same session twice: two of its instances, or two runs of it.
pub fn explain(snapshot: &Snapshot, noxfile: NoxfileId, a: SessionId, b: SessionId) -> Option<Explanation> {
    let workspace = &snapshot.workspace;
    let model = workspace.noxfiles.get(noxfile.0)?;
    let (first, second) = (times::name(model, a), times::name(model, b));
    let (both, within) = match a == b {
        true => (format!("Two runs of `{first}`"), format!("two runs of `{first}`")),
        false => (format!("`{first}` and `{second}`"), format!("`{first}` and `{second}`")),
    };
    let mut reasons = Vec::new();
    let (verdict, answer) = match workspace.verdict(noxfile, a, b) {
        Verdict::Parallel => {
            ("parallel", format!("{both} may run side by side: nothing that one changes is of use to the other."))
        }
        Verdict::AfterCure(_) => ("after-cure", format!("{both} may run side by side, but not as they are.")),
        Verdict::OneProcess(_) => ("one-process", format!("{both} must stay in order, in one process.")),
        Verdict::Exclusive(_) => ("exclusive", format!("{both} may run in any order, but never at the same time.")),
        Verdict::MustOrder(_) => {
            let there = graph::way(model, a, b);
            let is_forward = !there.is_empty();
            let edges = if is_forward { there } else { graph::way(model, b, a) };
            reasons.extend(edges.iter().map(|edge| Reason {
                text: edge.reason.clone(),
                weight: edge.evidence.name(),
                cure: String::new(),
                places: edge.place.into_iter().collect(),
            }));
            let (before, after) = if is_forward { (first, second) } else { (second, first) };
            ("ordered", format!("No: `{after}` must wait until `{before}` has passed."))
        }
        Verdict::Unknown(_) => (
            "unknown",
            format!("Not known whether {within} may overlap: nothing speaks against it but what cannot be read."),
        ),
    };
    let hazards = workspace.hazards_between(noxfile, a, b);
    reasons.extend(hazards.into_iter().map(|hazard| {
        let (one, other) = ((model.file, hazard.places.0), (model.file, hazard.places.1));
        Reason {
            text: hazard.reason,
            weight: hazard.severity.name(),
            cure: hazard.cure,
            places: if one == other { vec![one] } else { vec![one, other] },
        }
    }));
    Some(Explanation { verdict, answer, reasons, unknown: unknown(model, a, b) })
}

fn unknown(model: &NoxfileModel, a: SessionId, b: SessionId) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let both = if a == b { vec![a] } else { vec![a, b] };
    for session in both {
        for command in model.effects.get(session.0).map(|effects| effects.unknown.as_slice()).unwrap_or_default() {
            let line = format!("`{}` in `{}`", command.what, times::name(model, session));
            if !out.contains(&line) {
                out.push(line);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::fixture::Fixture;

    const NOXFILE: &str = "
        #- noxfile.py
        import nox
        @nox.session
        def build(session):
            session.run('python', '-m', 'build')
        @nox.session(requires=['build'])
        def tests(session):
            session.run('coverage', 'run', '-m', 'pytest')
        @nox.session
        def more(session):
            session.run('coverage', 'run', 'more.py')
        @nox.session
        def report(session):
            session.run('coverage', 'report')
        @nox.session
        def lint(session):
            session.run('ruff', 'check', '.')
        @nox.session
        def odd(session):
            session.run('frobnicate', external=True)
        @nox.session(python=['3.13', '3.14'])
        def each(session):
            session.run('frobnicate', external=True)
        ";

    #[test]
    fn order_over_a_third_session_is_told_step_by_step() {
        check_explain(
            "build report",
            expect![[r#"
                ordered: No: `report` must wait until `build` has passed.
                  declared: `tests` requires `build`
                  default path: `report` reads `.coverage`, which `tests` writes
            "#]],
        );
    }

    #[test]
    fn a_collision_is_told_with_its_cure() {
        check_explain(
            "tests more",
            expect![[r#"
            after-cure: `tests` and `more` may run side by side, but not as they are.
              loses data: `tests` and `more` both write `.coverage`; the later one wins and the other's data is lost
                cure: give each session a data file of its own with `COVERAGE_FILE`, and combine them at the end
              unknown: `python more.py` in `more`
        "#]],
        );
    }

    #[test]
    fn nothing_in_common_may_run_side_by_side() {
        check_explain(
            "lint report",
            expect![[r#"
                parallel: `lint` and `report` may run side by side: nothing that one changes is of use to the other.
            "#]],
        );
    }

    #[test]
    fn what_nobody_knows_is_named() {
        check_explain(
            "lint odd",
            expect![[r#"
            unknown: Not known whether `lint` and `odd` may overlap: nothing speaks against it but what cannot be read.
              unknown: `frobnicate` in `odd`
        "#]],
        );
    }

    #[test]
    fn instances_of_one_session_are_two_runs_of_it() {
        check_explain(
            "each each",
            expect![[r#"
            unknown: Not known whether two runs of `each` may overlap: nothing speaks against it but what cannot be read.
              unknown: `frobnicate` in `each`
        "#]],
        );
    }

    #[track_caller]
    fn check_explain(pair: &str, expected: Expect) {
        let fixture = Fixture::new(NOXFILE);
        let names = &fixture.snapshot.workspace.noxfiles[0].by_name;
        let mut ids = pair.split(' ').map(|name| names[name]);
        let (a, b) = (ids.next().expect("one"), ids.next().expect("two"));
        let found = explain(&fixture.snapshot, NoxfileId(0), a, b).expect("the noxfile is there");
        let mut out = format!("{}: {}\n", found.verdict, found.answer);
        for reason in &found.reasons {
            out.push_str(&format!("  {}: {}\n", reason.weight, reason.text));
            if !reason.cure.is_empty() {
                out.push_str(&format!("    cure: {}\n", reason.cure));
            }
        }
        for unknown in &found.unknown {
            out.push_str(&format!("  unknown: {unknown}\n"));
        }
        expected.assert_eq(&out);
    }
}
