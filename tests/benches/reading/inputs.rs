//! Noxfiles and workflows of any size, as people write them.

use std::fmt::Write as _;

/// Text in the middle of the file that a letter may be typed into.
pub(crate) const LETTER: &str = "Checks part";

/// A noxfile of `n` sessions.
pub(crate) fn noxfile(n: usize) -> String {
    let mut text = String::from(
        "\"\"\"Sessions of the project.\"\"\"\n\nimport os\n\nimport nox\n\nnox.options.sessions = [\"check_0\"]\n\
         nox.options.reuse_existing_virtualenvs = True\n\nPYTHONS = [\"3.11\", \"3.12\", \"3.13\"]\nCI = \"CI\" in os.environ\n\n\n\
         def install(session, *groups):\n    session.install(\"-e\", \".\", *groups)\n",
    );
    for at in 0..n {
        let decorator = match at % 5 {
            0 => "@nox.session".to_owned(),
            1 => "@nox.session(python=PYTHONS, tags=[\"test\"])".to_owned(),
            2 => format!("@nox.session(requires=[\"check_{}\"])", at - 1),
            3 => "@nox.session(python=\"3.12\", tags=[\"lint\", \"fast\"])".to_owned(),
            _ => "@nox.session(default=False)\n@nox.parametrize(\"db\", [\"pg\", \"lite\"])".to_owned(),
        };
        let parameter = if at % 5 == 4 { ", db" } else { "" };
        let body = match at % 4 {
            0 => format!("session.run(\"pytest\", \"tests/part_{at}\", *session.posargs)"),
            1 => format!("session.run(\"mypy\", f\"src/part_{at}\", \"--strict\")"),
            2 => format!(
                "args = session.posargs or [\"src/part_{at}\"]\n    session.run(\"ruff\", \"check\", *args, env={{\"PART\": \"{at}\"}})"
            ),
            _ => format!("session.run(\"sphinx-build\", \"docs/part_{at}\", \"build/part_{at}\")"),
        };
        let _ = write!(
            text,
            "\n\n{decorator}\ndef check_{at}(session{parameter}):\n    \"\"\"{LETTER} {at} of the project.\"\"\"\n    \
             install(session, \"tool-{at}>=1\")\n    {body}\n"
        );
    }
    text
}

/// A workflow of `n` jobs that run sessions of such a noxfile.
pub(crate) fn workflow(n: usize) -> String {
    let mut text = String::from(
        "name: CI\non:\n  push:\n    branches: [main]\n  pull_request:\n\nenv:\n  FORCE_COLOR: \"1\"\n\npermissions:\n  contents: read\n\njobs:\n",
    );
    for at in 0..n {
        let session = at * 5;
        let _ = write!(text, "  job-{at}:\n    name: {LETTER} {at}\n");
        if at % 10 == 9 {
            let _ = writeln!(text, "    needs: [job-{}]", at - 1);
        }
        let runs_on = if at % 4 == 0 {
            text.push_str("    strategy:\n      fail-fast: false\n      matrix:\n        python: [\"3.11\", \"3.12\"]\n        os: [ubuntu-latest, macos-latest]\n");
            "${{ matrix.os }}"
        } else {
            "ubuntu-latest"
        };
        let _ = write!(
            text,
            "    runs-on: {runs_on}\n    steps:\n      - uses: actions/checkout@v4\n      - name: Set up Python\n        \
             uses: actions/setup-python@v5\n        with:\n          python-version: \"3.12\"\n          cache: pip\n      \
             - run: python -m pip install nox\n      - name: {LETTER} {at} again\n        env:\n          PART: \"{at}\"\n        \
             run: |\n          echo \"part $PART\"\n          nox -s check_{session} -- --verbose\n"
        );
    }
    text
}
