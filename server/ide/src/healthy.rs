//! What only looks wrong: projects that are well, of which nothing louder than an info may be said. A false error on a
//! healthy project is worse than a mistake that nobody tells.
#![cfg(test)]

use crate::fixture::Fixture;
use crate::lint::{Level, check};

const NOXFILE: &str = "\
#- noxfile.py
import nox
@nox.session(python=['3.12', '3.13'], tags=['test'])
def tests(session):
    session.run('pytest', *session.posargs)
@nox.session(tags=['style'])
def lint(session):
    session.run('ruff', 'check', '.')
";

/// Nothing is said of a noxfile with `session` in it.
#[track_caller]
fn well(files: &str) {
    let fixture = Fixture::new(files);
    for file in &fixture.snapshot.files {
        let loud = check(&fixture.snapshot, file.id).into_iter().filter(|it| it.level <= Level::Warning);
        let loud: Vec<String> = loud.map(|it| format!("{}: {}", it.lint, it.message)).collect();
        assert_eq!(loud, Vec::<String>::new(), "{}", file.document.text());
    }
}

/// A workflow whose only step runs `script`.
#[track_caller]
fn script(script: &str) {
    let job = format!("on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: |\n          {script}\n");
    well(&format!("{NOXFILE}#- .github/workflows/ci.yml\n{job}"));
}

#[track_caller]
fn jobs(forge: &str, jobs: &str) {
    well(&format!("{NOXFILE}#- .{forge}/workflows/ci.yml\non: push\njobs:\n{jobs}"));
}

#[test]
fn arguments_that_nox_takes() {
    script("nox -rs tests -- -k 3.12 tests/unit");
    script("nox --report=out.json --default-venv-backend uv --non-interactive --error-on-missing-interpreters");
    script("nox -x -v --no-venv --reuse-venv=yes -p 3.12 3.13 -t test style");
    script("nox $NOXARGS -s ${{ inputs.session }}");
    script("nox -s \"tests-3.12\" lint --force-color --stop-on-first-error");
    script("nox -k 'test and not lint' -P 3.14");
    script("nox -k True --list");
    script("pipx run nox -s lint; uvx nox -t style; python -m nox -e tests");
    script("nox -j 1 -s lint tests");
}

#[test]
fn words_that_are_not_known_yet() {
    script("nox -t \"$TAGS\" -p \"${{ matrix.python }}\"");
    script("for p in 3.12 3.13; do nox -p $p -s tests; done");
    script("nox -k \"$WHAT\"");
}

#[test]
fn a_noxfile_that_cannot_be_read_completely() {
    let noxfile = "#- noxfile.py\nimport nox\nimport antsibull_nox\nantsibull_nox.load_antsibull_nox_toml()\n@nox.session\ndef lint(session): ...\n";
    let workflow = "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: nox -t test -p 3.9 -s other\n";
    let calls = workflow.replace(" -s other", "");
    well(&format!("{noxfile}#- .github/workflows/ci.yml\n{calls}"));
}

#[test]
fn sessions_that_only_look_repeated() {
    well(
        "#- noxfile.py\nimport nox, sys\nif sys.platform == 'win32':\n    @nox.session\n    def a(session): ...\nelse:\n    \
         @nox.session\n    def a(session): ...\n@nox.session(name='a-3.12')\ndef b(session): ...\n",
    );
    well("#- noxfile.py\nimport nox\nfor n in ['a', 'b']:\n    @nox.session(name=n)\n    def f(session): ...\n");
    well(
        "#- noxfile.py\nimport nox\n@nox.session(python=False)\ndef a_b(session): ...\n@nox.session\ndef ab(session): ...\n",
    );
}

#[test]
fn conditions_that_may_hold() {
    let step = |condition: &str| {
        format!("  a:\n    runs-on: x\n    steps:\n      - if: {condition}\n        run: nox -s lint\n")
    };
    for condition in [
        "false",
        "${{ false }}",
        "github.event_name == 'schedule'",
        "${{ always() && !cancelled() }}",
        "${{ github.ref == 'refs/heads/main' && github.event_name == 'push' }}",
        "contains(github.event.head_commit.message, '}}')",
        "vars.RUN == 'yes' || inputs.force",
        "success() || failure()",
    ] {
        jobs("github", &step(condition));
        jobs("forgejo", &step(condition));
    }
}

#[test]
fn artifacts_that_others_may_make() {
    let download = "      - uses: actions/download-artifact@v8\n        with: { name: Packages, path: dist }\n";
    let build = "  build:\n    runs-on: x\n    steps:\n      - uses: hynek/build-and-inspect-python-package@v2\n";
    jobs("github", &format!("{build}  publish:\n    needs: build\n    runs-on: x\n    steps:\n{download}"));
    let matrix = "  build:\n    runs-on: x\n    strategy: { matrix: { os: [a, b] } }\n    steps:\n      - uses: \
                  actions/upload-artifact@v7\n        with: { name: \"Pack${{ matrix.os }}ages\", path: dist }\n";
    jobs(
        "github",
        &format!(
            "{matrix}  publish:\n    needs: build\n    runs-on: x\n    steps:\n{}",
            download.replace("Packages", "Packaages")
        ),
    );
    let elsewhere = download.replace("path: dist", "run-id: 1, github-token: x");
    jobs("github", &format!("  publish:\n    runs-on: x\n    steps:\n{elsewhere}"));
    let over_one = format!(
        "  build:\n    runs-on: x\n    steps:\n      - uses: actions/upload-artifact@v7\n        with: {{ name: Packages }}\n  \
         check:\n    needs: build\n    runs-on: x\n    steps: [run: nox -s lint]\n  publish:\n    needs: check\n    runs-on: \
         x\n    steps:\n{download}"
    );
    jobs("github", &over_one);
}

#[test]
fn matrices_and_needs_that_are_right() {
    jobs(
        "forgejo",
        "  a:\n    runs-on: x\n    outputs: { list: \"${{ steps.l.outputs.l }}\" }\n    steps:\n      - { id: l, run: ./list }\n  \
         b:\n    needs: [a]\n    runs-on: x\n    strategy:\n      matrix:\n        os: [{ name: l, image: x }]\n        include:\n          - \
         os: { name: w }\n            extra: 1\n    steps:\n      - run: echo ${{ matrix.os.name }} ${{ matrix.extra }} ${{ \
         needs.a.outputs.list }}\n",
    );
    jobs("gitea", "  a: &a\n    runs-on: x\n    steps: [run: nox -s lint]\n  b:\n    <<: *a\n    needs: A\n");
    jobs(
        "github",
        "  a:\n    runs-on: x\n    strategy:\n      matrix:\n        python: ${{ fromJSON(vars.PYTHONS) }}\n    steps:\n      - run: \
         nox -s tests-${{ matrix.python }}\n",
    );
}

#[test]
fn sessions_at_once_that_do_not_meet() {
    script(
        "nox -s lint & l=$!\n          nox -s tests-3.12 & t=$!\n          wait $l || exit 1\n          wait $t || exit 1",
    );
    jobs(
        "github",
        "  a:\n    runs-on: x\n    steps:\n      - parallel:\n          - run: nox -s tests-3.12\n          - run: nox -s \
         tests-3.13\n",
    );
}
