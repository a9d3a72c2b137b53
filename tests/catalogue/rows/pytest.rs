//! pytest and its plugins.

use crate::command::{Proof, run};

/// A test whose time is taken.
const BENCH: &[(&str, &str)] = &[(
    "tests/test_speed.py",
    "from demo.sums import total\n\n\ndef test_speed(benchmark):\n    benchmark(total, [1, 2])\n",
)];

const PARTS: &[&str] = &["coverage run -p -m pytest -q"];

pub(super) const COMMANDS: &[Proof] = &[
    run("pytest -q"),
    run("python -m pytest -q tests"),
    run("pytest -q --fixtures"),
    run("pytest --markers"),
    run("pytest -q -p no:cacheprovider"),
    run("pytest -q -o cache_dir=caches/pytest"),
    run("pytest -q").files(&[("pytest.ini", "[pytest]\npythonpath = .\ncache_dir = caches/pytest\n")]),
    run("pytest -q --junitxml=junit.xml"),
    run("pytest -q").files(&[("pytest.ini", "[pytest]\npythonpath = .\naddopts = --junitxml=out/junit.xml\n")]),
    run("pytest -q").env(&[("PYTEST_ADDOPTS", "--junitxml=out/junit.xml")]),
    run("pytest -q --cov=demo").plugins("pytest_cov.plugin"),
    run("pytest -q --cov=demo").plugins("pytest_cov.plugin").after(PARTS).unless(&[(".pytest_cache", "nothing new to remember")]),
    run("pytest -q --cov=demo").plugins("pytest_cov.plugin").env(&[("COVERAGE_FILE", ".coverage.unit")]),
    run("pytest -q --cov=demo --cov-append").plugins("pytest_cov.plugin").after(&["pytest -q --cov=demo"]).unless(&[(".pytest_cache", "nothing new to remember")]),
    run("pytest -q --cov=demo --no-cov").plugins("pytest_cov.plugin"),
    run("pytest -q --cov=demo --cov-report=xml --cov-report=html --cov-report=json --cov-report=lcov --cov-report=term").plugins("pytest_cov.plugin"),
    run("pytest -q --cov=demo --cov-report=xml:out/cov.xml --cov-report=html:out/html").plugins("pytest_cov.plugin"),
    run("pytest -q --cov=demo --cov-report=annotate").plugins("pytest_cov.plugin").beyond(super::coverage::BESIDE),
    run("pytest -q -n 2").plugins("xdist.plugin"),
    run("pytest -q -n 2 --cov=demo").plugins("pytest_cov.plugin,xdist.plugin"),
    run("pytest -q --basetemp=scratch").files(&[
        ("tests/test_files.py", "def test_file(tmp_path):\n    (tmp_path / 'file').touch()\n"),
        ("scratch/old", "left by somebody\n"),
    ]),
    run("pytest -q --html=report.html").plugins("pytest_html.plugin,pytest_metadata.plugin"),
    run("pytest -q --html=out/report.html --self-contained-html").plugins("pytest_html.plugin,pytest_metadata.plugin"),
    run("pytest -q --json-report").plugins("pytest_jsonreport.plugin,pytest_metadata.plugin"),
    run("pytest -q --json-report --json-report-file=out/report.json").plugins("pytest_jsonreport.plugin,pytest_metadata.plugin"),
    run("pytest -q --testmon").plugins("testmon.pytest_testmon"),
    run("pytest -q --testmon").plugins("testmon.pytest_testmon").env(&[("TESTMON_DATAFILE", "out.testmon")]),
    run("pytest -q --benchmark-only --benchmark-autosave").plugins("pytest_benchmark.plugin").files(BENCH),
    run("pytest -q --benchmark-only --benchmark-save=first --benchmark-storage=speed").plugins("pytest_benchmark.plugin").files(BENCH),
    run("pytest -q --benchmark-json=speed.json").plugins("pytest_benchmark.plugin").files(BENCH),
    run("pytest -q --benchmark-compare").plugins("pytest_benchmark.plugin").files(BENCH).after(&["pytest -q --benchmark-autosave"]).unless(&[(".pytest_cache", "nothing new to remember"), (".benchmarks", "without it, it only warns")]),
    run("pytest -q --hypothesis-show-statistics").plugins("_hypothesis_pytestplugin").exit(1).files(&[(
        "tests/test_property.py",
        "from hypothesis import given, strategies\n\n\n@given(strategies.integers())\ndef test_all(number):\n    assert number < 100\n",
    )]),
];
