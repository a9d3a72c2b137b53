//! `allow-parallel`: two sessions, of which one is let in.

use expect_test::expect;

use super::*;

#[test]
fn allow_parallel() {
    let one = |body: &str| both("session.run(\"mypy\", \"src\")", body);
    let coverage = "session.run(\"coverage\", \"run\", \"-m\", \"pytest\")";
    check(
        "allow-parallel",
        vec![
            ("as it is", In(FREE.to_owned())),
            ("C1 files", both(coverage, coverage)),
            ("C1 sources", one("session.run(\"ruff\", \"format\", \".\")")),
            (
                "C2 data",
                both("session.run(\"python\", \"-m\", \"build\")", "session.run(\"twine\", \"check\", \"dist/*\")"),
            ),
            (
                "C2 requires",
                with(FREE, "@nox.session\ndef ty<|>pes", "@nox.session(requires=[\"lint\"])\ndef ty<|>pes"),
            ),
            ("C2 notify", one("session.notify(\"lint\")")),
            (
                "C3 variables",
                both("global A\n    A = 1", "session.run(\"mypy\", str(A))")
                    .then(|text| text.replace("import nox", "import nox\nA = 0")),
            ),
            (
                "C3 environment",
                both("os.environ[\"A\"] = \"1\"", "session.run(\"mypy\", os.environ[\"A\"])")
                    .then(|text| text.replace("import nox", "import os\nimport nox")),
            ),
            ("C4 conditions", Never("sessions of a noxfile have none; those of steps are rewritten in workflows")),
            ("C5 between", Never("nothing stands between sessions")),
            ("C6 carried", Never("shell, folder and variables are each session's own")),
            (
                "C7 services",
                both(
                    "session.run(\"alembic\", \"upgrade\", \"head\")",
                    "session.run(\"python\", \"manage.py\", \"test\")",
                ),
            ),
            ("C7 git", both("session.run(\"git\", \"add\", \"a\")", "session.run(\"git\", \"add\", \"b\")")),
            ("C8 publishing", one("session.run(\"twine\", \"upload\", \"dist/*\")")),
            ("C9 gate", both("session.run(\"mypy\", \"src\")", "session.run(\"twine\", \"upload\", \"dist/*\")")),
            ("C10 twice", Never("nox runs a session once")),
            (
                "instances that share a file",
                with(
                    FREE,
                    "@nox.session\ndef ty<|>pes(session):\n    session.run(\"mypy\", \"src\")",
                    "@nox.session(python=[\"3.12\", \"3.13\"])\ndef ty<|>pes(session):\n    session.run(\"coverage\", \"run\", \"x.py\")",
                ),
            ),
            ("asks for input", one("input()")),
            ("a command that nobody knows", one("session.run(\"own-tool\")")),
            (
                "a noxfile that does more than can be seen",
                with(FREE, "import nox", "import nox\nimport company\ncompany.register(nox)"),
            ),
            ("said already", with(FREE, "@nox.session\n", "@nox.session(allow_parallel=False)\n")),
            ("the noxfile allows all", with(FREE, "import nox", "import nox\nnox.options.allow_parallel = True")),
            ("nobody to run beside", with(FREE, "@nox.session(allow_parallel=True)\ndef lint", "def lint")),
            ("a decorator from elsewhere", with(FREE, "@nox.session\n", "@nox.session(**OPTIONS)\n")),
            (
                "another decorator above it",
                with(FREE, "@nox.session\ndef ty<|>pes", "@company.wrap\n@nox.session\ndef ty<|>pes"),
            ),
            ("an old nox", steps(FREE, "      - run: pip install nox==2025.2.9\n      - run: nox\n")),
            ("a version that may be older", with(FREE, "import nox", "import nox\nnox.needs_version = \"<2026\"")),
        ],
        expect![[r#"
            as it is: offered
            C1 files: refused: `lint` and `types` both write `.coverage`; the later one wins and the other's data is lost
            C1 sources: nothing
            C2 data: refused: `types` reads `dist/*`, and `lint` writes `dist`
            C2 requires: refused: it would not be faster on 4 cores
            C2 notify: refused: `types` calls `session.notify`, which nox -j refuses
            C3 variables: refused: `types` reads the variable `A`, which `lint` changes; in a process of its own it sees what the noxfile set
            C3 environment: refused: `types` reads the variable `os.environ["A"]`, which `lint` changes; in a process of its own it sees what the noxfile set
            C4 conditions: cannot be: sessions of a noxfile have none; those of steps are rewritten in workflows
            C5 between: cannot be: nothing stands between sessions
            C6 carried: cannot be: shell, folder and variables are each session's own
            C7 services: refused: `lint` and `types` both use the database
            C7 git: refused: `lint` and `types` both change git's index; the second finds it locked
            C8 publishing: nothing
            C9 gate: nothing
            C10 twice: cannot be: nox runs a session once
            instances that share a file: refused: two instances of `types` both write `.coverage`; the later one wins and the other's data is lost
            asks for input: refused: `types` asks for input, which nox -j has none of
            a command that nobody knows: refused: nobody knows what `own-tool` touches
            a noxfile that does more than can be seen: offered
            said already: nothing
            the noxfile allows all: nothing
            nobody to run beside: nothing
            a decorator from elsewhere: refused: the decorator of `types` takes arguments from elsewhere (`*`, `**`)
            another decorator above it: offered
            an old nox: refused: `allow_parallel=` needs nox 2026.08.10, and job `all` of ci.yml uses 2025.2.9
            a version that may be older: refused: `nox.needs_version` is `<2026`, which may not allow 2026.08.10
        "#]],
    );
}
