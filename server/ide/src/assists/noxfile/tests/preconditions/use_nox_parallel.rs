//! `use-nox-parallel`, asked for in the noxfile.

use expect_test::expect;

use super::*;

const STEPS: &str = "      - run: nox -s lint\n      - run: nox -s types\n";

#[test]
fn use_nox_parallel() {
    // Asked for at a session of the noxfile, whose workflow it changes too.
    let plain = FREE.replace("(allow_parallel=True)", "");
    let now = |row: Row| {
        row.then(|text| match steps(&text, STEPS) {
            In(text) => text,
            Never(_) => text,
        })
    };
    let types = |body: &str| now(with(&plain, "session.run(\"mypy\", \"src\")", body));
    check(
        "use-nox-parallel",
        vec![
            ("as it is", now(In(plain.clone()))),
            ("no workflow runs them", In(plain.clone())),
            (
                "C1 files",
                now(both(
                    "session.run(\"coverage\", \"run\", \"a.py\")",
                    "session.run(\"coverage\", \"run\", \"b.py\")",
                )
                .then(|text| text.replace("(allow_parallel=True)", ""))),
            ),
            ("C2 notify", types("session.notify(\"lint\")")),
            ("asks for input", types("input()")),
            (
                "C3 variables, in two calls",
                now(both("global A\n    A = 1", "session.run(\"mypy\", str(A))")
                    .then(|text| text.replace("import nox", "import nox\nA = 0").replace("(allow_parallel=True)", ""))),
            ),
            (
                "C3 variables, in one call",
                steps(
                    &plain
                        .replace("session.run(\"ruff\", \"check\", \".\")", "global A\n    A = 1")
                        .replace("\"src\"", "str(A)")
                        .replace("import nox", "import nox\nA = 0"),
                    "      - run: nox -s lint types\n",
                ),
            ),
            ("C4 to C6, C10", Never("of steps: `assists::tests::preconditions`")),
            (
                "C7 services",
                now(both(
                    "session.run(\"alembic\", \"upgrade\", \"head\")",
                    "session.run(\"python\", \"manage.py\", \"test\")",
                )
                .then(|text| text.replace("(allow_parallel=True)", ""))),
            ),
            ("C8 publishing, C9 gate", types("session.run(\"twine\", \"upload\", \"dist/*\")")),
            ("a command that nobody knows", types("session.run(\"own-tool\")")),
            (
                "a decorator from elsewhere",
                now(with(&plain, "@nox.session\ndef ty", "@nox.session(**{\"name\": \"types\"})\ndef ty")),
            ),
            (
                "a version that may be older",
                now(with(&plain, "import nox", "import nox\nnox.needs_version = \"<2026\"")),
            ),
            ("an old nox", steps(&plain, &format!("      - run: pip install nox==2025.2.9\n{STEPS}"))),
            (
                "an action with an old nox",
                steps(
                    &plain,
                    &format!(
                        "      - uses: excitedleigh/setup-nox@v2\n        with: {{ nox-version: 2025.2.9 }}\n{STEPS}"
                    ),
                ),
            ),
        ],
        expect![[r#"
            as it is: offered
            no workflow runs them: nothing
            C1 files: nothing
            C2 notify: refused: `types` calls `session.notify`, which nox -j refuses
            asks for input: refused: `types` asks for input, which nox -j has none of
            C3 variables, in two calls: nothing
            C3 variables, in one call: nothing
            C4 to C6, C10: cannot be: of steps: `assists::tests::preconditions`
            C7 services: nothing
            C8 publishing, C9 gate: nothing
            a command that nobody knows: unverified: Run 2 sessions of `all` in ci.yml with nox -j 4: 2 m 40 s → 1 m 40 s (measured times, 4 cores; unverified: nobody knows what `own-tool` touches)
            a decorator from elsewhere: refused: the decorator of `types` takes arguments from elsewhere (`*`, `**`)
            a version that may be older: refused: `nox.needs_version` is `<2026`, which may not allow 2026.08.10
            an old nox: unverified: Run 2 sessions of `all` in ci.yml with nox -j 4: 2 m 40 s → 1 m 40 s (measured times, 4 cores; with nox 2026.08.10 in the place of 2025.2.9)
            an action with an old nox: unverified: Run 2 sessions of `all` in ci.yml with nox -j 4: 2 m 40 s → 1 m 40 s (measured times, 4 cores; with nox 2026.08.10 in the place of 2025.2.9)
        "#]],
    );
}
