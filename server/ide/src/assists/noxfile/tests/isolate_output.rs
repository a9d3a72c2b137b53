//! `isolate-output`.

use expect_test::expect;

use super::{check, check_refused, check_silent};

/// Two test sessions with the given arguments behind `pytest`.
fn two(first: &str, second: &str, more: &str) -> String {
    format!(
        "#- noxfile.py
import nox

@nox.session
def unit<|>(session):
    session.run(\"pytest\", {first}, \"tests/unit\")

@nox.session
def e2e(s):
    s.run('pytest', {second}, 'tests/e2e')
{more}"
    )
}

#[test]
fn a_report_in_one_word_and_in_two() {
    check(
        "isolate-output",
        &two("\"--junitxml=out/report.xml\"", "'--junitxml', './out/report.xml'", ""),
        expect![[r#"
            Give `unit` and `e2e` their own `out/report.xml`: ~6 m → ~4 m 20 s (guessed times, all by `noxflow run` on 4 cores)
            #- noxfile.py
            import nox

            @nox.session
            def unit(session):
                session.run("pytest", f"--junitxml=out/report-{session.name}.xml", "tests/unit")

            @nox.session
            def e2e(s):
                s.run('pytest', '--junitxml', f'./out/report-{s.name}.xml', 'tests/e2e')
        "#]],
    );
}

#[test]
fn a_scratch_folder_and_a_report_of_pytest_cov() {
    check(
        "isolate-output",
        &two("\"--basetemp=tmp/\"", "'--basetemp', 'tmp'", ""),
        expect![[r#"
            Give `unit` and `e2e` their own `tmp`: ~6 m → ~4 m 20 s (guessed times, all by `noxflow run` on 4 cores)
            #- noxfile.py
            import nox

            @nox.session
            def unit(session):
                session.run("pytest", f"--basetemp=tmp-{session.name}/", "tests/unit")

            @nox.session
            def e2e(s):
                s.run('pytest', '--basetemp', f'tmp-{s.name}', 'tests/e2e')
        "#]],
    );
    let report = "'--no-header', '--cov-report=xml:cov.xml', '--cov'";
    let fixture = two(report, report, "").replace("'tests/e2e'", "'tests/e2e', env={'COVERAGE_FILE': '.coverage.e2e'}");
    check(
        "isolate-output",
        &fixture,
        expect![[r#"
            Give `unit` and `e2e` their own `cov.xml`
            #- noxfile.py
            import nox

            @nox.session
            def unit(session):
                session.run("pytest", '--no-header', f'--cov-report=xml:cov-{session.name}.xml', '--cov', "tests/unit")

            @nox.session
            def e2e(s):
                s.run('pytest', '--no-header', f'--cov-report=xml:cov-{s.name}.xml', '--cov', 'tests/e2e', env={'COVERAGE_FILE': '.coverage.e2e'})
        "#]],
    );
}

#[test]
fn instances_of_one_session() {
    check(
        "isolate-output",
        r#"
        #- noxfile.py
        import nox

        @nox.session(python=["3.12", "3.13"])
        def ro<|>bot(session):
            session.run("robot", "--outputdir", "results", "tests")
        "#,
        expect![[r#"
            Give each instance of `robot` its own `results`: ~8 m 30 s → ~4 m 20 s (guessed times, all by `noxflow run` on 4 cores)
            #- noxfile.py
            import nox

            @nox.session(python=["3.12", "3.13"])
            def robot(session):
                session.run("robot", "--outputdir", f"results-{session.name}", "tests")
        "#]],
    );
}

#[test]
fn refusals() {
    let report = "\"--junitxml=report.xml\"";
    let reader = "\n@nox.session\ndef upload(session):\n    session.run(\"cp\", \"report.xml\", \"out\")\n    open(\"report.xml\")\n";
    check_refused("isolate-output", &two(report, report, reader), expect!["`upload` uses `report.xml`, too"]);
    let workflow = "#- .github/workflows/ci.yml
on: push
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - run: nox -s unit e2e
      - uses: actions/upload-artifact@v7
        with: { name: report, path: report.xml }
";
    check_refused("isolate-output", &two(report, report, workflow), expect!["ci.yml names `report.xml`"]);
    let named = "REPORT = \"--junitxml=report.xml\"\n";
    let fixture = two("REPORT", report, "").replace("import nox\n", &format!("import nox\n{named}"));
    check_refused(
        "isolate-output",
        &fixture,
        expect!["`report.xml` is not the value of an option that is written in `unit`"],
    );
}

#[test]
fn own_paths_and_built_things_are_left_alone() {
    check_silent("isolate-output", &two("\"--junitxml=unit.xml\"", "'--junitxml=e2e.xml'", ""));
    let build = "
        #- noxfile.py
        import nox

        @nox.session
        def wh<|>eel(session):
            session.run('python', '-m', 'build', '--outdir', 'dist')

        @nox.session
        def sdist(session):
            session.run('python', '-m', 'build', '--outdir', 'dist')
        ";
    check_silent("isolate-output", build);
}
