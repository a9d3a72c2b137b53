//! What sort of work a session does: by the tools it runs, else by its name.

use super::SessionKind;

/// Kinds that a session's commands speak for.
#[derive(Default)]
pub(super) struct Votes {
    certain: Vec<SessionKind>,
    possible: Vec<SessionKind>,
}

impl Votes {
    pub(super) fn add(&mut self, kind: SessionKind, is_conditional: bool) {
        // `if "--serve" in args: sphinx-autobuild` makes no server of a session that builds.
        if is_conditional && kind == SessionKind::Serve {
            return;
        }
        if is_conditional { self.possible.push(kind) } else { self.certain.push(kind) }
    }
}

/// The kind of a session called `name` whose commands voted.
pub(super) fn decide(votes: &Votes, name: &str) -> SessionKind {
    let by_name = named(name);
    let list = if votes.certain.is_empty() { &votes.possible } else { &votes.certain };
    // A session named for one of the things it does is that.
    if let Some(kind) = by_name.filter(|kind| list.contains(kind) && *kind != SessionKind::Coverage) {
        return kind;
    }
    match (list.iter().copied().max_by_key(|kind| weight(*kind)), by_name) {
        // `integration_tests` runs pytest like `unit_tests`; only its name tells.
        (Some(SessionKind::Test), Some(kind @ (SessionKind::IntegrationTest | SessionKind::Bench))) => kind,
        // pre-commit runs whatever its list says; the session's name knows better than "a linter".
        (Some(SessionKind::Lint), Some(kind @ (SessionKind::Typecheck | SessionKind::Format))) => kind,
        (Some(kind), _) => kind,
        (None, by_name) => by_name.unwrap_or_default(),
    }
}

/// Which kind says most about a session that does several things: a session that builds and uploads is a release.
fn weight(kind: SessionKind) -> usize {
    use SessionKind::{
        Bench, Build, Coverage, DeadCode, Docs, Format, IntegrationTest, Lint, Lock, Other, Release, Security, Serve,
        Test, Typecheck,
    };
    let order = [
        Other,
        Coverage,
        Lock,
        Format,
        Lint,
        DeadCode,
        Security,
        Typecheck,
        Build,
        Docs,
        Test,
        IntegrationTest,
        Bench,
        Serve,
        Release,
    ];
    order.iter().position(|it| *it == kind).unwrap_or_default()
}

/// What a name says. Words are looked at whole, so that `latest` is no test.
fn named(name: &str) -> Option<SessionKind> {
    let words: Vec<&str> = name.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    let has = |list: &[&str]| words.iter().any(|word| list.iter().any(|it| word.eq_ignore_ascii_case(it)));
    let rules: [(&[&str], SessionKind); 15] = [
        (&["release", "publish", "deploy", "upload"], SessionKind::Release),
        (&["integration", "e2e", "acceptance", "functional", "system", "smoke"], SessionKind::IntegrationTest),
        (&["bench", "benchmark", "benchmarks", "asv", "perf"], SessionKind::Bench),
        (&["coverage", "cov"], SessionKind::Coverage),
        (&["serve", "livehtml", "autobuild"], SessionKind::Serve),
        (&["doc", "docs", "documentation", "linkcheck", "doctest"], SessionKind::Docs),
        (&["security", "audit", "bandit", "safety"], SessionKind::Security),
        (&["vulture", "dead"], SessionKind::DeadCode),
        (&["mypy", "typecheck", "typing", "types", "type", "pyright", "pytype", "ty"], SessionKind::Typecheck),
        (&["format", "fmt", "black", "isort", "reformat", "blacken"], SessionKind::Format),
        (&["lint", "linting", "linters", "flake8", "pylint", "ruff", "style", "check", "checks"], SessionKind::Lint),
        (&["build", "dist", "package", "wheel", "wheels", "sdist"], SessionKind::Build),
        (&["lock", "requirements", "compile", "pin"], SessionKind::Lock),
        (&["unit", "test", "tests", "testing", "pytest", "unittest", "unittests", "tox"], SessionKind::Test),
        (&["dev", "shell"], SessionKind::Other),
    ];
    rules.into_iter().find(|(list, _)| has(list)).map(|(_, kind)| kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_by_words() {
        assert_eq!(named("integration_tests"), Some(SessionKind::IntegrationTest));
        assert_eq!(named("latest"), None);
        assert_eq!(named("type-check"), Some(SessionKind::Typecheck));
        assert_eq!(named("coverage_report"), Some(SessionKind::Coverage));
    }
}
