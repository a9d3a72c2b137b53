//! Rewrites of what sessions write, in a noxfile of each style.

use expect_test::expect;

use super::*;

#[test]
fn isolate_coverage() {
    let two = TWO.replace("\"-m\", \"pytest\"", "\"x.py\"");
    check(
        "isolate-coverage",
        "",
        &two,
        expect![[r#"
        plain; crlf; several lines, comments, a trailing comma; its keyword on a line of its own; no call; an empty call; a Python by its place; comments and other decorators around; `from nox import session`; `nox_uv.session`:
              session.run(
                  "coverage",
                  "run",
                  "x.py",
                  env={"COVERAGE_FILE": f".coverage.{session.name}"},
              )
              session.run(
                  "coverage",
                  "run",
                  "x.py",
                  env={"COVERAGE_FILE": f".coverage.{session.name}"},
              )
        tabs:
          →session.run(
          →→"coverage",
          →→"run",
          →→"x.py",
          →→env={"COVERAGE_FILE": f".coverage.{session.name}"},
          →)
          →session.run(
          →→"coverage",
          →→"run",
          →→"x.py",
          →→env={"COVERAGE_FILE": f".coverage.{session.name}"},
          →)
        two spaces:
            session.run(
              "coverage",
              "run",
              "x.py",
              env={"COVERAGE_FILE": f".coverage.{session.name}"},
            )
            session.run(
              "coverage",
              "run",
              "x.py",
              env={"COVERAGE_FILE": f".coverage.{session.name}"},
            )
        single quotes:
              session.run(
                  'coverage',
                  'run',
                  'x.py',
                  env={'COVERAGE_FILE': f'.coverage.{session.name}'},
              )
              session.run(
                  'coverage',
                  'run',
                  'x.py',
                  env={'COVERAGE_FILE': f'.coverage.{session.name}'},
              )
        continued by backslashes:
                  .run(
                      "coverage",
                      "run",
                      "x.py",
                      env={"COVERAGE_FILE": f".coverage.{session.name}"},
                  )
                  .run(
                      "coverage",
                      "run",
                      "x.py",
                      env={"COVERAGE_FILE": f".coverage.{session.name}"},
                  )
        types, docstrings, other names:
              s.run("coverage", "run", "x.py", env={"COVERAGE_FILE": f".coverage.{s.name}"})
              s.run("coverage", "run", "x.py", env={"COVERAGE_FILE": f".coverage.{s.name}"})
    "#]],
    );
}

#[test]
fn isolate_output() {
    let two = TWO.replace("\"coverage\", \"run\", \"-m\", \"pytest\"", "\"pytest\", \"--junitxml=a.xml\"");
    check(
        "isolate-output",
        "",
        &two,
        expect![[r#"
        plain; crlf; several lines, comments, a trailing comma; its keyword on a line of its own; no call; an empty call; a Python by its place; comments and other decorators around; `from nox import session`; `nox_uv.session`:
              session.run("pytest", f"--junitxml=a-{session.name}.xml")
              session.run("pytest", f"--junitxml=a-{session.name}.xml")
        tabs:
          →session.run("pytest", f"--junitxml=a-{session.name}.xml")
          →session.run("pytest", f"--junitxml=a-{session.name}.xml")
        two spaces:
            session.run("pytest", f"--junitxml=a-{session.name}.xml")
            session.run("pytest", f"--junitxml=a-{session.name}.xml")
        single quotes:
              session.run('pytest', f'--junitxml=a-{session.name}.xml')
              session.run('pytest', f'--junitxml=a-{session.name}.xml')
        continued by backslashes:
                  .run("pytest", f"--junitxml=a-{session.name}.xml")
                  .run("pytest", f"--junitxml=a-{session.name}.xml")
        types, docstrings, other names:
              s.run("pytest", f"--junitxml=a-{s.name}.xml")
              s.run("pytest", f"--junitxml=a-{s.name}.xml")
    "#]],
    );
}

/// The threshold that it moves, from a call of one session to that of another.
#[test]
fn combine_coverage() {
    let job = |name: &str| format!("  {name}:\n    runs-on: ubuntu-latest\n    steps:\n      - run: nox -s {name}\n");
    let jobs = ["one", "two", "report"].map(job).concat();
    let workflow = format!("#- .github/workflows/ci.yml\non:<|> push\njobs:\n{jobs}");
    let measures = |name: &str, more: &str| {
        format!(
            "\n@nox.session(tags=[\"a\"])\ndef {name}(session):\n    session.run(\"pytest\", \"--cov\", {more}env={{\"COVERAGE_FILE\": \".coverage.{name}\"}})\n"
        )
    };
    let report = "\n@nox.session(tags=[\"a\"])\ndef report(session):\n    session.run(\"coverage\", \"combine\")\n    session.run(\n        \"coverage\",\n        \"report\",  # all\n    )\n";
    let all = [measures("one", "\"--cov-fail-under=90\", "), measures("two", ""), report.to_owned()].concat();
    check(
        "combine-coverage",
        &workflow,
        &format!("import nox\n{all}"),
        expect![[r#"
        plain; crlf; several lines, comments, a trailing comma; its keyword on a line of its own; no call; an empty call; a Python by its place; comments and other decorators around; `from nox import session`; `nox_uv.session`:
              session.run("pytest", "--cov", env={"COVERAGE_FILE": ".coverage.one"})
                  "report", "--fail-under=90",  # all
        tabs:
          →session.run("pytest", "--cov", env={"COVERAGE_FILE": ".coverage.one"})
          →→"report", "--fail-under=90",  # all
        two spaces:
            session.run("pytest", "--cov", env={"COVERAGE_FILE": ".coverage.one"})
              "report", "--fail-under=90",  # all
        single quotes:
              session.run('pytest', '--cov', env={'COVERAGE_FILE': '.coverage.one'})
                  'report', '--fail-under=90',  # all
        continued by backslashes:
                  .run("pytest", "--cov", env={"COVERAGE_FILE": ".coverage.one"})
                  "report", "--fail-under=90",  # all
        types, docstrings, other names:
              s.run("pytest", "--cov", env={"COVERAGE_FILE": ".coverage.one"})
                  "report", "--fail-under=90",  # all
    "#]],
    );
}
