//! The threshold of coverage when data of several jobs comes together: where it stood, where it goes, and what keeps it
//! where it is.

use super::*;

const MEASURED: &str = r#"
#- noxfile.py
import nox

@nox.session
def unit(session):
    session.run(
        "pytest", "--cov=src", "tests/unit", env={"COVERAGE_FILE": f".coverage.{session.name}"}
    )

@nox.session
def integration(session):
    session.run("pytest", "--cov=src", "tests/all", env={"COVERAGE_FILE": f".coverage.{session.name}"})

@nox.session
def report(session):
    session.run("coverage", "combine")
    session.run("coverage", "report")

@nox.session
def lint(session):
    session.run("ruff", "check")
"#;

const JOBS: &str = "
#- .github/workflows/ci.yml
on: push
jobs:
  unit:
    runs-on: ubuntu-latest
    steps:
      - run: nox -s unit
  integration:
    runs-on: ubuntu-latest
    steps:
      - run: nox -s integration
  coverage:
    runs-on: ubuntu-latest
    steps:
      - run: nox -s re<|>port
";

/// The offer, its question, and what changes beside the workflow.
fn shown(noxfile: &str, files: &str, workflow: &str) -> String {
    let fixture = Fixture::with_settings(&format!("{noxfile}{files}{workflow}"), settings());
    let offers = crate::assists(&fixture.snapshot, fixture.file, fixture.span);
    let Some(offer) = offers.iter().find(|offer| offer.assist == "combine-coverage") else {
        return "not offered\n".to_owned();
    };
    if let Some(why) = &offer.disabled {
        return format!("refused: {why}\n");
    }
    let mut out = offer.title.split_once("job; ").map_or("safe\n".to_owned(), |(_, caveat)| format!("only {caveat}\n"));
    for edit in &offer.edits {
        let file = fixture.snapshot.file(edit.file).expect("it is there");
        if file.path.contains("workflows") {
            continue;
        }
        let after = syntax::apply(file.document.text(), &edit.edits).expect("edits that fit");
        out.push_str(&format!("{}:\n", file.path));
        if let Some(question) = &edit.confirm {
            out.push_str(&format!("  ? {question}\n"));
        }
        let (before, after): (Vec<&str>, Vec<&str>) = (file.document.text().lines().collect(), after.lines().collect());
        out.extend(before.iter().filter(|line| !after.contains(line)).map(|line| format!("  - {}\n", line.trim())));
        out.extend(after.iter().filter(|line| !before.contains(line)).map(|line| format!("  + {}\n", line.trim())));
    }
    out
}

#[test]
fn a_threshold_moves_to_the_report() {
    let mut out = String::new();
    let same = MEASURED.to_owned();
    for (title, noxfile, files) in [
        ("none", same.clone(), ""),
        ("pyproject.toml", same.clone(), "#- pyproject.toml\n[tool.coverage.report]\nfail_under = 97  # up only\n"),
        (".coveragerc", same.clone(), "#- .coveragerc\n[report]\nfail_under = 97.5\n"),
        ("setup.cfg", same.clone(), "#- setup.cfg\n[coverage:report]\nfail_under=97\n"),
        ("tox.ini", same.clone(), "#- tox.ini\n[coverage:report]\nfail_under = 97\n"),
        (
            "addopts of pyproject.toml",
            same.clone(),
            "#- pyproject.toml\n[tool.pytest.ini_options]\naddopts = [\"-ra\", \"--cov-fail-under=97\"]\n",
        ),
        ("addopts of pytest.ini", same.clone(), "#- pytest.ini\n[pytest]\naddopts = -ra --cov-fail-under=97\n"),
        (
            "addopts of setup.cfg",
            same.clone(),
            "#- setup.cfg\n[tool:pytest]\naddopts =\n  -ra\n  --cov-fail-under=97\n",
        ),
        ("addopts of tox.ini", same.clone(), "#- tox.ini\n[pytest]\naddopts = --cov-fail-under 97\n"),
        ("the noxfile", MEASURED.replace("\"tests/unit\",", "\"tests/unit\", \"--cov-fail-under=97\","), ""),
        (
            "both",
            MEASURED.replace("\"tests/unit\",", "\"tests/unit\", \"--cov-fail-under=97\","),
            "#- pyproject.toml\n[tool.coverage.report]\nfail_under = 97.0\n",
        ),
        (
            "the report has it already",
            MEASURED.replace("\"report\")", "\"report\", \"--fail-under=97\")"),
            "#- pyproject.toml\n[tool.coverage.report]\nfail_under = 97\n",
        ),
    ] {
        out.push_str(&format!("{title}: {}", shown(&noxfile, files, JOBS)));
    }
    expect![[r#"
        none: safe
        pyproject.toml: only if `unit` and `integration` alone need not reach 97, which `report` then asks for)
        pyproject.toml:
          ? the threshold of 97 goes from pyproject.toml to `report`: pytest and coverage ask for none by themselves then
          - fail_under = 97  # up only
          + # up only
        noxfile.py:
          - session.run("coverage", "report")
          + session.run("coverage", "report", "--fail-under=97")
        .coveragerc: only if `unit` and `integration` alone need not reach 97.5, which `report` then asks for)
        .coveragerc:
          ? the threshold of 97.5 goes from .coveragerc to `report`: pytest and coverage ask for none by themselves then
          - fail_under = 97.5
        noxfile.py:
          - session.run("coverage", "report")
          + session.run("coverage", "report", "--fail-under=97.5")
        setup.cfg: only if `unit` and `integration` alone need not reach 97, which `report` then asks for)
        setup.cfg:
          ? the threshold of 97 goes from setup.cfg to `report`: pytest and coverage ask for none by themselves then
          - fail_under=97
        noxfile.py:
          - session.run("coverage", "report")
          + session.run("coverage", "report", "--fail-under=97")
        tox.ini: only if `unit` and `integration` alone need not reach 97, which `report` then asks for)
        tox.ini:
          ? the threshold of 97 goes from tox.ini to `report`: pytest and coverage ask for none by themselves then
          - fail_under = 97
        noxfile.py:
          - session.run("coverage", "report")
          + session.run("coverage", "report", "--fail-under=97")
        addopts of pyproject.toml: only if `unit` and `integration` alone need not reach 97, which `report` then asks for)
        pyproject.toml:
          ? the threshold of 97 goes from pyproject.toml to `report`: pytest and coverage ask for none by themselves then
          - addopts = ["-ra", "--cov-fail-under=97"]
          + addopts = ["-ra"]
        noxfile.py:
          - session.run("coverage", "report")
          + session.run("coverage", "report", "--fail-under=97")
        addopts of pytest.ini: only if `unit` and `integration` alone need not reach 97, which `report` then asks for)
        pytest.ini:
          ? the threshold of 97 goes from pytest.ini to `report`: pytest and coverage ask for none by themselves then
          - addopts = -ra --cov-fail-under=97
          + addopts = -ra
        noxfile.py:
          - session.run("coverage", "report")
          + session.run("coverage", "report", "--fail-under=97")
        addopts of setup.cfg: only if `unit` and `integration` alone need not reach 97, which `report` then asks for)
        setup.cfg:
          ? the threshold of 97 goes from setup.cfg to `report`: pytest and coverage ask for none by themselves then
          - --cov-fail-under=97
        noxfile.py:
          - session.run("coverage", "report")
          + session.run("coverage", "report", "--fail-under=97")
        addopts of tox.ini: only if `unit` and `integration` alone need not reach 97, which `report` then asks for)
        tox.ini:
          ? the threshold of 97 goes from tox.ini to `report`: pytest and coverage ask for none by themselves then
          - addopts = --cov-fail-under 97
        noxfile.py:
          - session.run("coverage", "report")
          + session.run("coverage", "report", "--fail-under=97")
        the noxfile: only if `unit` and `integration` alone need not reach 97, which `report` then asks for)
        noxfile.py:
          - "pytest", "--cov=src", "tests/unit", "--cov-fail-under=97", env={"COVERAGE_FILE": f".coverage.{session.name}"}
          - session.run("coverage", "report")
          + "pytest", "--cov=src", "tests/unit", env={"COVERAGE_FILE": f".coverage.{session.name}"}
          + session.run("coverage", "report", "--fail-under=97")
        both: only if `unit` and `integration` alone need not reach 97, which `report` then asks for)
        pyproject.toml:
          ? the threshold of 97 goes from pyproject.toml to `report`: pytest and coverage ask for none by themselves then
          - fail_under = 97.0
        noxfile.py:
          - "pytest", "--cov=src", "tests/unit", "--cov-fail-under=97", env={"COVERAGE_FILE": f".coverage.{session.name}"}
          - session.run("coverage", "report")
          + "pytest", "--cov=src", "tests/unit", env={"COVERAGE_FILE": f".coverage.{session.name}"}
          + session.run("coverage", "report", "--fail-under=97")
        the report has it already: only if `unit` and `integration` alone need not reach 97, which `report` then asks for)
        pyproject.toml:
          ? the threshold of 97 goes from pyproject.toml to `report`: pytest and coverage ask for none by themselves then
          - fail_under = 97
    "#]].assert_eq(&out);
}

#[test]
fn what_no_part_is_asked_for_stays_where_it_is() {
    // `coverage run` asks for no total, and pytest-cov does nothing without `--cov`.
    let noxfile = MEASURED
        .replace("\"pytest\", \"--cov=src\"", "\"coverage\", \"run\", \"-m\", \"pytest\"")
        .replace("tests/unit", "tests/unit\", \"--cov-fail-under=50");
    let files = "#- pyproject.toml\n[tool.coverage.report]\nfail_under = 97\n[tool.pytest.ini_options]\naddopts = \"--cov-fail-under=60\"\n";
    expect![[r#"
        safe
    "#]]
    .assert_eq(&shown(&noxfile, files, JOBS));
}

#[test]
fn a_threshold_that_cannot_be_moved_is_a_reason_against_it() {
    let mut out = String::new();
    let same = MEASURED.to_owned();
    let setting = "#- pyproject.toml\n[tool.coverage.report]\nfail_under = 97\n";
    let nightly = |run: &str| {
        format!(
            "#- .github/workflows/nightly.yml\non: push\njobs:\n  night:\n    runs-on: a\n    steps:\n      - run: {run}\n{JOBS}"
        )
    };
    for (title, noxfile, files, workflow) in [
        (
            "two numbers",
            MEASURED.replace("\"tests/unit\",", "\"tests/unit\", \"--cov-fail-under=90\","),
            setting,
            JOBS.to_owned(),
        ),
        (
            "two, one in the report",
            MEASURED.replace("\"report\")", "\"report\", \"--fail-under=99\")"),
            setting,
            JOBS.to_owned(),
        ),
        (
            "worked out",
            MEASURED.replace("\"tests/unit\",", "\"tests/unit\", f\"--cov-fail-under={session.posargs}\","),
            "",
            JOBS.to_owned(),
        ),
        (
            "a constant",
            MEASURED
                .replace("import nox\n", "import nox\n\nCOV = [\"--cov\", \"--cov-fail-under=97\"]\n")
                .replace("\"--cov=src\", \"tests/unit\"", "*COV, \"tests/unit\""),
            "",
            JOBS.to_owned(),
        ),
        ("no number", same.clone(), "#- .coveragerc\n[report]\nfail_under = ${COV}\n", JOBS.to_owned()),
        (
            "in braces",
            same.clone(),
            "#- pyproject.toml\n[tool.coverage]\nreport = { fail_under = 97 }\n",
            JOBS.to_owned(),
        ),
        (
            "in two files",
            same.clone(),
            "#- pyproject.toml\n[tool.coverage.report]\nfail_under = 97\n#- .coveragerc\n[report]\nfail_under = 90\n",
            JOBS.to_owned(),
        ),
        ("no report to ask", MEASURED.replace("\"report\")", "\"xml\")"), setting, JOBS.to_owned()),
        (
            "a report under a condition",
            MEASURED.replace(
                "    session.run(\"coverage\", \"report\")",
                "    if session.posargs:\n        session.run(\"coverage\", \"report\")",
            ),
            setting,
            JOBS.to_owned(),
        ),
        (
            "another session counts on it",
            MEASURED.replace("\"ruff\", \"check\"", "\"pytest\", \"--cov\", \"tests/lint\""),
            setting,
            JOBS.to_owned(),
        ),
        ("another workflow counts on it", same.clone(), setting, nightly("nox -s unit")),
        ("another workflow runs the report, too", same.clone(), setting, nightly("nox -s unit report")),
        ("a job that runs pytest itself", same.clone(), setting, nightly("python -m pytest --cov")),
        ("a job that runs coverage itself", same, setting, nightly("coverage xml")),
    ] {
        out.push_str(&format!("{title}: {}", shown(&noxfile, files, &workflow)));
    }
    expect![[r#"
        two numbers: refused: there are two thresholds: 90 in `unit`, and 97 in pyproject.toml
        two, one in the report: refused: there are two thresholds: 97 in pyproject.toml, and 99 in `report`
        worked out: refused: the threshold of `unit` is worked out, or not written in its call
        a constant: refused: the threshold of `unit` is worked out, or not written in its call
        no number: refused: the threshold in .coveragerc, `${COV}`, is no number
        in braces: refused: `fail_under` in pyproject.toml is written in a way that is not taken apart
        in two files: refused: `fail_under` stands in .coveragerc and in pyproject.toml
        no report to ask: refused: `report` does not run `coverage report` just once, which could ask for the threshold
        a report under a condition: refused: `report` makes its report under a condition
        another session counts on it: refused: `lint` counts on the threshold in pyproject.toml, too
        another workflow counts on it: refused: nightly.yml runs `unit` without `report`, and would have no threshold left
        another workflow runs the report, too: only if `unit` and `integration` alone need not reach 97, which `report` then asks for)
        pyproject.toml:
          ? the threshold of 97 goes from pyproject.toml to `report`: pytest and coverage ask for none by themselves then
          - fail_under = 97
        noxfile.py:
          - session.run("coverage", "report")
          + session.run("coverage", "report", "--fail-under=97")
        a job that runs pytest itself: refused: job `night` of nightly.yml counts on the threshold in pyproject.toml, too
        a job that runs coverage itself: refused: job `night` of nightly.yml counts on the threshold in pyproject.toml, too
    "#]].assert_eq(&out);
}
