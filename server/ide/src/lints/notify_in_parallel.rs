//! A session notifies another one.
//!
//! Why: `session.notify` raises ValueError under `nox -j`, and the session fails ("declare the ordering with requires=
//! instead", nox 2026.8.10 and later). A warning where the noxfile opts in to parallel runs, else a hint.
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

use crate::lint::Level;

use super::{Findings, Lint, LintCx};

pub(super) const LINT: Lint = Lint { id: "notify-in-parallel", level: Level::Warning, check };

fn check(cx: &LintCx<'_>, out: &mut Findings) {
    let Some((_, noxfile)) = cx.noxfile() else { return };
    let facts = &noxfile.facts;
    let all = facts.options.allow_parallel.as_ref().and_then(|known| known.value()).copied().unwrap_or(false);
    for session in &facts.sessions {
        for action in &session.actions {
            let ActionKind::Notify { target } = &action.kind else { continue };
            let message = match target.word() {
                Some(name) => {
                    format!("fails under `nox -j`: let `{name}` say `requires=[\"{}\"]` instead", session.name)
                }
                None => "fails under `nox -j`: say the order by `requires=` instead".to_owned(),
            };
            let is_meant = session.allow_parallel.unwrap_or(all);
            let finding = out.push(target.span(), message);
            finding.level = if is_meant { Level::Warning } else { Level::Hint };
            finding.rewrite = Some("replace-notify");
        }
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

    #[test]
    fn no_fix_where_the_rewrite_is_refused() {
        let conditional = NOXFILE.replace("session.notify", "if session.posargs: session.notify");
        assert_eq!(fixed(&conditional), None);
    }
}
