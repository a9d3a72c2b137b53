//! Coverage data from several jobs to the one that reports.

use super::*;

#[test]
fn data_of_a_matrix_and_of_a_job_come_to_the_report() {
    let workflow = "
#- .github/workflows/ci.yml
on: push
jobs:
  unit:
    strategy:
      matrix:
        os: [ubuntu-latest, macos-latest]
    runs-on: ${{ matrix.os }}
    steps:
      - uses: actions/checkout@v7
      - run: nox -s unit
      - run: echo done
  integration:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - run: nox -s integration
  coverage:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - run: nox -s re<|>port
";
    check(
        "combine-coverage",
        workflow,
        expect![[r#"
        #- .github/workflows/ci.yml
        on: push
        jobs:
          unit:
            strategy:
              matrix:
                os: [ubuntu-latest, macos-latest]
            runs-on: ${{ matrix.os }}
            steps:
              - uses: actions/checkout@v7
              - run: nox -s unit
              - uses: actions/upload-artifact@v7
                with:
                  name: coverage-unit-${{ strategy.job-index }}
                  path: .coverage.*
                  include-hidden-files: true
                  if-no-files-found: error
              - run: echo done
          integration:
            runs-on: ubuntu-latest
            steps:
              - uses: actions/checkout@v7
              - run: nox -s integration
              - uses: actions/upload-artifact@v7
                with:
                  name: coverage-integration
                  path: .coverage.*
                  include-hidden-files: true
                  if-no-files-found: error
          coverage:
            needs: [unit, integration]
            runs-on: ubuntu-latest
            steps:
              - uses: actions/checkout@v7
              - uses: actions/download-artifact@v8
                with:
                  pattern: coverage-*
                  merge-multiple: true
              - run: nox -s report
    "#]],
    );
}

#[test]
fn one_job_on_a_forge_with_its_own_actions() {
    let workflow = "
#- .forgejo/workflows/ci.yml
on: push
jobs:
  unit:
    runs-on: docker
    steps:
      - run: nox -s unit
  other:
    runs-on: docker
    steps:
      - uses: actions/upload-artifact@v3
        with: { name: coverage-html, path: x }
  coverage:
    needs:
      - other
    runs-on: docker
    steps:
      # Here.
      - run: nox -s re<|>port
";
    check(
        "combine-coverage",
        &workflow.replace('\n', "\r\n"),
        expect![[r#"
        #- .forgejo/workflows/ci.yml
        on: push
        jobs:
          unit:
            runs-on: docker
            steps:
              - run: nox -s unit
              - uses: actions/upload-artifact@v3
                with:
                  name: coverage-data-unit
                  path: .coverage.*
                  include-hidden-files: true
                  if-no-files-found: error
          other:
            runs-on: docker
            steps:
              - uses: actions/upload-artifact@v3
                with: { name: coverage-html, path: x }
          coverage:
            needs:
              - other
              - unit
            runs-on: docker
            steps:
              - uses: actions/download-artifact@v3
                with:
                  name: coverage-data-unit
              # Here.
              - run: nox -s report
    "#]],
    );
}

#[test]
fn data_that_would_not_arrive_whole_is_left_alone() {
    let frame = |tail: &str| {
        format!(
            "\n#- .github/workflows/ci.yml\non: push\njobs:\n  unit:\n    runs-on: a\n    steps:\n      - run: nox -s unit\n  \
             integration:\n    runs-on: a\n    steps:\n      - run: nox -s integration\n  coverage:\n    runs-on: a\n    \
             steps:\n{tail}      - run: nox -s re<|>port\n"
        )
    };
    let mut out = String::new();
    for (noxfile, workflow) in [
        (NOXFILE.replace("\"-p\", ", "").replace("    session.run(\"coverage\", \"combine\")\n", ""), frame("")),
        (NOXFILE.to_owned(), frame("").replace("  unit:\n", "  unit:\n    needs: coverage\n")),
        (NOXFILE.to_owned(), frame("      - uses: actions/download-artifact@v8\n")),
    ] {
        let fixture = Fixture::with_settings(&format!("{noxfile}{workflow}"), settings());
        let offers = crate::assists(&fixture.snapshot, fixture.file, fixture.span);
        let offer = offers.iter().find(|offer| offer.assist == "combine-coverage");
        out.push_str(offer.map_or("not offered", |offer| offer.disabled.as_deref().unwrap_or("offered!")));
        out.push('\n');
    }
    expect![[r#"
        `unit` writes one `.coverage` in every job, and only one would arrive; `isolate-coverage` first
        `unit` waits for the report itself
        not offered
    "#]]
    .assert_eq(&out);
}

#[test]
fn data_of_different_systems_is_no_sure_thing() {
    let workflow = "
#- .github/workflows/ci.yml
on: push
jobs:
  unit:
    strategy: { matrix: { os: [ubuntu-latest, windows-latest] } }
    runs-on: ${{ matrix.os }}
    steps:
      - run: nox -s unit
  coverage:
    runs-on: ubuntu-latest
    steps:
      - run: nox -s re<|>port
";
    let fixture = Fixture::with_settings(&format!("{NOXFILE}{workflow}"), settings());
    let offers = crate::assists(&fixture.snapshot, fixture.file, fixture.span);
    let offer = offers.iter().find(|offer| offer.assist == "combine-coverage").expect("offered");
    assert!(!offer.is_safe);
    expect!["Bring the coverage data of `unit` to `coverage`: 4 m → 5 m (measured times, 20 runners, 40 s a job; if coverage's `relative_files` is set: the jobs may run in different folders)"].assert_eq(&offer.title);
}

#[test]
fn names_of_files_are_made_the_same_on_all_systems() {
    let workflow = "
#- pyproject.toml
[tool.coverage.run]
branch = true  # both ways
#- .github/workflows/ci.yml
on: push
jobs:
  unit:
    strategy: { matrix: { os: [ubuntu-latest, windows-latest] } }
    runs-on: ${{ matrix.os }}
    steps:
      - run: nox -s unit
  coverage:
    runs-on: ubuntu-latest
    steps:
      - run: nox -s re<|>port
";
    let fixture = Fixture::with_settings(&format!("{NOXFILE}{workflow}"), settings());
    let offers = crate::assists(&fixture.snapshot, fixture.file, fixture.span);
    let offer = offers.iter().find(|offer| offer.assist == "combine-coverage").expect("offered");
    assert!(offer.is_safe, "{}", offer.title);
    let settings = fixture.snapshot.files.iter().find(|file| file.path == "pyproject.toml").expect("it is there");
    let edit = offer.edits.iter().find(|edit| edit.file == settings.id).expect("it is edited");
    expect![[r#"
        [tool.coverage.run]
        relative_files = true
        branch = true  # both ways
    "#]]
    .assert_eq(&syntax::apply(settings.document.text(), &edit.edits).expect("it fits"));
}

const NO_REPORT: &str = r#"
#- .github/workflows/ci.yml
on: push
jobs:
  unit:
    name: Unit ${{ matrix.python }}
    strategy:
      matrix:
        python: ["3.12", "3.13"]
    runs-on: ubuntu-latest
    steps:
      # The sources.
      - uses: actions/checkout@v7

      - uses: actions/setup-python@v7
        with: { python-version: "${{ matrix.python }}" }

      - run: uvx nox -s unit # quick

  integration:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - run: uvx nox -s integra<|>tion
  # One check for all.
  gate:
    if: always()
    needs: [unit, integration]
    runs-on: ubuntu-latest
    steps:
      - if: ${{ contains(needs.*.result, 'failure') || contains(needs.*.result, 'cancelled') }}
        run: exit 1
"#;

#[test]
fn where_no_job_reports_one_is_made() {
    check(
        "combine-coverage",
        NO_REPORT,
        expect![[r##"
        #- .github/workflows/ci.yml
        on: push
        jobs:
          unit:
            name: Unit ${{ matrix.python }}
            strategy:
              matrix:
                python: ["3.12", "3.13"]
            runs-on: ubuntu-latest
            steps:
              # The sources.
              - uses: actions/checkout@v7

              - uses: actions/setup-python@v7
                with: { python-version: "${{ matrix.python }}" }

              - run: uvx nox -s unit # quick

              - uses: actions/upload-artifact@v7
                with:
                  name: coverage-unit-${{ strategy.job-index }}
                  path: .coverage.*
                  include-hidden-files: true
                  if-no-files-found: error

          integration:
            runs-on: ubuntu-latest
            steps:
              - uses: actions/checkout@v7
              - run: uvx nox -s integration
              - uses: actions/upload-artifact@v7
                with:
                  name: coverage-integration
                  path: .coverage.*
                  include-hidden-files: true
                  if-no-files-found: error

          # All that the jobs above measured, with one threshold for it.
          coverage:
            needs: [unit, integration]
            runs-on: ubuntu-latest
            steps:
              # The sources.
              - uses: actions/checkout@v7

              - uses: actions/setup-python@v7
                with: { python-version: "3.13" }

              - uses: actions/download-artifact@v8
                with:
                  pattern: coverage-*
                  merge-multiple: true

              - run: uvx nox -s report
          # One check for all.
          gate:
            if: always()
            needs: [unit, integration, coverage]
            runs-on: ubuntu-latest
            steps:
              - if: ${{ contains(needs.*.result, 'failure') || contains(needs.*.result, 'cancelled') }}
                run: exit 1
    "##]],
    );
}

#[test]
fn on_forgejo_its_own_actions_bring_the_data_to_the_new_job() {
    let workflow = NO_REPORT.replace(".github", ".forgejo").replace("ubuntu-latest", "docker");
    let noxfile =
        NOXFILE.replace("@nox.session\ndef report", "@nox.session(requires=[\"unit\", \"integration\"])\ndef report");
    let fixture = Fixture::with_settings(&format!("{noxfile}{workflow}"), settings());
    let offers = crate::assists(&fixture.snapshot, fixture.file, fixture.span);
    let offer = offers.iter().find(|offer| offer.assist == "combine-coverage").expect("offered");
    assert_eq!(offer.disabled, None);
    expect!["Add a job with `report` over the coverage data of `unit`, `integration`: ~13 m 20 s → ~14 m 20 s (guessed times, 1 runner, 40 s a job; if coverage's `relative_files` is set: the jobs may run in different folders)"].assert_eq(&offer.title);
    let inserted: String = offer.edits.iter().flat_map(|edit| &edit.edits).map(|edit| edit.insert.as_str()).collect();
    let told = |line: &&str| ["uses:", "name: c", "pattern", "nox", "needs"].iter().any(|word| line.contains(word));
    let lines: Vec<&str> = inserted.lines().map(str::trim).filter(told).collect();
    expect![[r#"
        - uses: https://data.forgejo.org/forgejo/upload-artifact@v4
        name: coverage-unit-${{ matrix.python }}
        - uses: https://data.forgejo.org/forgejo/upload-artifact@v4
        name: coverage-integration
        needs: [unit, integration]
        - uses: actions/checkout@v7
        - uses: actions/setup-python@v7
        - uses: https://data.forgejo.org/forgejo/download-artifact@v4
        pattern: coverage-*
        - run: uvx nox --no-dependencies -s report, coverage"#]]
    .assert_eq(&lines.join("\n"));
}

#[test]
fn a_report_over_what_is_not_whole_is_not_made() {
    let mut out = String::new();
    for (noxfile, workflow) in [
        (NOXFILE.replace("\"-p\", ", ""), NO_REPORT.to_owned()),
        (NOXFILE.to_owned(), NO_REPORT.replace("  integration:\n", "  integration:\n    if: github.ref == 'x'\n")),
        (
            NOXFILE.to_owned(),
            NO_REPORT.replace("python: [\"3.12\", \"3.13\"]", "python: ${{ fromJSON(vars.PYTHONS) }}"),
        ),
        (NOXFILE.to_owned(), NO_REPORT.replace("uvx nox -s unit", "cd sub && uvx nox -f ../noxfile.py -s unit")),
        (
            NOXFILE.replace("def report", "def check").replace("def docs", "def report"),
            NO_REPORT.replace("unit ", "report "),
        ),
    ] {
        let fixture = Fixture::with_settings(&format!("{noxfile}{workflow}"), settings());
        let offers = crate::assists(&fixture.snapshot, fixture.file, fixture.span);
        let offer = offers.iter().find(|offer| offer.assist == "combine-coverage");
        out.push_str(offer.map_or("not offered", |offer| offer.disabled.as_deref().unwrap_or("offered!")));
        out.push('\n');
    }
    expect![[r#"
        `unit` writes one `.coverage` in every job, and only one would arrive; `isolate-coverage` first
        the jobs that measure run under different conditions
        the set-up of `unit` depends on its matrix
        the call that measures names a noxfile or changes the folder
        not offered
    "#]]
    .assert_eq(&out);
}
