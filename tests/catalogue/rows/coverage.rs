//! coverage.py.

use crate::command::{Proof, run};

const TESTED: &[&str] = &["coverage run -m pytest -q"];
const PARTS: &[&str] =
    &["coverage run -p -m pytest -q tests/test_sums.py", "coverage run -p -m pytest -q tests/test_empty.py"];
/// What `annotate` leaves beside the sources.
pub(super) const BESIDE: &[(&str, &str)] =
    &[("demo/*,cover", "nobody reads them"), ("tests/*,cover", "nobody reads them")];

/// Why a report may write `.coverage`.
const MADE: &str = "made of the parts that it takes away, and the row says that it takes them away";
const MOVED: &str = "[run]\nrelative_files = true\ndata_file = data/cov\n[xml]\noutput = data/it.xml\n[json]\noutput = data/it.json\n[lcov]\noutput = data/it.lcov\n[html]\ndirectory = data/html\n";

pub(super) const COMMANDS: &[Proof] = &[
    run("coverage run -m pytest -q"),
    run("coverage run --data-file=.coverage.unit -m pytest -q"),
    run("coverage run -m pytest -q").env(&[("COVERAGE_FILE", ".coverage.unit")]),
    run("coverage run -m unittest discover -s tests").files(&[(".coveragerc", MOVED), ("data/.keep", "\n")]),
    run("coverage run -p -m pytest -q"),
    run("coverage run --parallel-mode --data-file=data/cov -m pytest -q").files(&[("data/.keep", "\n")]),
    run("coverage run -m pytest -q").files(&[(".coveragerc", "[run]\nparallel = true\n")]),
    run("coverage run -a -m pytest -q").after(TESTED).unless(&[(".pytest_cache", "nothing new to remember")]),
    run("coverage combine").after(PARTS),
    run("coverage combine --keep").after(PARTS),
    run("coverage combine --append").after(&["coverage run -m pytest -q", "coverage run -p -m pytest -q"]),
    run("coverage combine data")
        .after(&["coverage run -p --data-file=data/.coverage -m pytest -q"])
        .files(&[("data/.keep", "\n")]),
    run("coverage report").after(TESTED),
    run("coverage report").after(PARTS).beyond(&[(".coverage", MADE)]),
    run("coverage xml").after(TESTED),
    run("coverage xml").after(PARTS).beyond(&[(".coverage", MADE)]),
    run("coverage xml -o out.xml").after(TESTED),
    run("coverage json").after(TESTED),
    run("coverage json -o out.json").after(TESTED),
    run("coverage lcov").after(TESTED),
    run("coverage lcov -o out.lcov").after(TESTED),
    run("coverage html").after(TESTED),
    run("coverage html -d out").after(TESTED),
    run("coverage annotate").after(TESTED).beyond(BESIDE),
    run("coverage annotate -d out").after(TESTED),
    run("coverage xml").after(TESTED).files(&[(".coveragerc", MOVED), ("data/.keep", "\n")]),
    run("coverage json").after(TESTED).files(&[(".coveragerc", MOVED), ("data/.keep", "\n")]),
    run("coverage lcov").after(TESTED).files(&[(".coveragerc", MOVED), ("data/.keep", "\n")]),
    run("coverage html").after(TESTED).files(&[(".coveragerc", MOVED), ("data/.keep", "\n")]),
    run("coverage erase").after(TESTED),
    run("coverage erase").after(PARTS).files(&[(".coveragerc", "[run]\nparallel = true\n")]),
    run("coverage debug sys"),
];
