//! A session notifies another one.
//!
//! Why: `session.notify` raises ValueError under `nox -j`, and the session fails ("declare the ordering with requires=
//! instead", nox 2026.8.10 and later). A warning where the noxfile opts in to parallel runs, else a hint. Who does nothing but
//! queue others requires them instead; else who is queued requires who queues it.
//!
//! ```text
//! #- noxfile.py
//! import nox
//! @nox.session(allow_parallel=True)
//! def tests(session):
//!     session.run("coverage", "run", "-m", "pytest")
//!     session.notify("coverage")
//!                    #^^^^^^^^ warning: fails under `nox -j`: let `coverage` say `requires=["tests"]` instead
//! @nox.session
//! def coverage(session):
//!     session.run("coverage", "report")
//! ```

use facts::noxfile::ActionKind;
use model::{NoxfileModel, SessionId};

use crate::assists::only_queues;
use crate::lint::Level;

use super::{Findings, Lint, LintCx};

pub(super) const LINT: Lint = Lint { id: "notify-in-parallel", level: Level::Warning, check };

fn check(cx: &LintCx<'_>, out: &mut Findings) {
    let Some((_, noxfile)) = cx.noxfile() else { return };
    let facts = &noxfile.facts;
    let all = facts.options.allow_parallel.as_ref().and_then(|known| known.value()).copied().unwrap_or(false);
    for (at, session) in facts.sessions.iter().enumerate() {
        for action in &session.actions {
            let ActionKind::Notify { target } = &action.kind else { continue };
            let message = format!("fails under `nox -j`: {}", advice(noxfile, SessionId(at), target.word()));
            let is_meant = session.allow_parallel.unwrap_or(all);
            let finding = out.push(target.span(), message);
            finding.level = if is_meant { Level::Warning } else { Level::Hint };
            finding.rewrite = Some("replace-notify");
        }
    }
}

/// What to write instead: who does nothing but queue others requires them, else who is queued requires who queues it.
fn advice(noxfile: &NoxfileModel, id: SessionId, target: Option<&str>) -> String {
    let Some(session) = noxfile.facts.sessions.get(id.0) else { return String::new() };
    let by = &session.name;
    match target {
        None if only_queues(session) => format!("let `{by}` say by `requires=` what it needs instead"),
        None => "say the order by `requires=` instead".to_owned(),
        Some(name) if session.requires.iter().any(|(own, _)| own == name) => {
            format!("leave it out, for `{by}` requires `{name}` anyhow")
        }
        Some(name) if only_queues(session) => format!("let `{by}` say `requires=[\"{name}\"]` instead"),
        Some(name) => format!("let `{name}` say `requires=[\"{by}\"]` instead"),
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::Fixture;

    /// The fix of the first finding, applied.
    fn fixed(fixture: &str) -> Option<(String, bool)> {
        let fixture = Fixture::new(fixture);
        let finding = crate::check(&fixture.snapshot, fixture.file).into_iter().find(|it| it.lint == super::LINT.id)?;
        let fix = crate::fixes(&fixture.snapshot, fixture.file, &finding).into_iter().next()?;
        let text = fixture.snapshot.file(fixture.file)?.document.text();
        Some((syntax::apply(text, &fix.edits)?, fix.is_safe))
    }

    const NOXFILE: &str = r#"
        #- noxfile.py
        import nox
        @nox.session(allow_parallel=True)
        def tests(session):
            session.run("pytest")
            session.notify("report")
        @nox.session
        def report(session):
            session.run("coverage", "report")
        "#;

    #[test]
    fn the_fix_is_the_rewrite() {
        let (text, is_safe) = fixed(NOXFILE).expect("a fix");
        assert!(text.contains("@nox.session(requires=[\"tests\"])\ndef report") && !text.contains("notify"), "{text}");
        assert!(!is_safe, "`nox -s tests` does less afterwards");
    }

    /// What the findings say, from where the advice begins.
    fn advice(fixture: &str) -> Vec<String> {
        let fixture = Fixture::new(fixture);
        let found = crate::check(&fixture.snapshot, fixture.file).into_iter().filter(|it| it.lint == super::LINT.id);
        found.map(|it| it.message.trim_start_matches("fails under `nox -j`: ").to_owned()).collect()
    }

    #[test]
    fn who_only_queues_requires_the_others() {
        let collects = r#"
            #- noxfile.py
            import nox
            @nox.session(requires=["lint"])
            def check(session):
                session.notify("lint")
                session.notify("types")
                for python in session.posargs:
                    session.notify(f"tests-{python}")
            @nox.session
            def lint(session):
                session.run("flake8")
            @nox.session
            def types(session):
                session.run("mypy")
            "#;
        assert_eq!(
            advice(collects),
            [
                "leave it out, for `check` requires `lint` anyhow",
                "let `check` say `requires=[\"types\"]` instead",
                "let `check` say by `requires=` what it needs instead",
            ]
        );
        let known = collects.replace("for python in session.posargs:", "").replace("    session.notify(f\"tests-{python}\")", "");
        let (text, is_safe) = fixed(&known).expect("a fix");
        assert!(text.contains("@nox.session(requires=[\"lint\", \"types\"])\ndef check") && is_safe, "{text}");
    }

    #[test]
    fn the_fix_is_of_the_call_that_is_reported() {
        let two = NOXFILE.replace(
            "session.notify(\"report\")",
            "session.notify(\"lint\")\n            session.notify(\"report\")",
        );
        let lint = "@nox.session\n        def lint(session):\n            session.run(\"flake8\")\n        ";
        let fixture = Fixture::new(&format!("{two}{lint}"));
        let found = crate::check(&fixture.snapshot, fixture.file).into_iter().filter(|it| it.lint == super::LINT.id);
        let fixes = found.flat_map(|it| crate::fixes(&fixture.snapshot, fixture.file, &it));
        let titles: Vec<String> = fixes.map(|fix| fix.title.split(" instead").take(1).collect()).collect();
        assert_eq!(titles, ["Let `lint` require `tests`", "Let `report` require `tests`"]);
    }

    #[test]
    fn no_fix_where_the_rewrite_is_refused() {
        let conditional = NOXFILE.replace("session.notify", "if session.posargs: session.notify");
        assert_eq!(fixed(&conditional), None);
    }
}
