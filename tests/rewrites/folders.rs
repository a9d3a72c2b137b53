//! `split-into-jobs` where coverage data goes from job to job, executed: the jobs have their checkouts in different folders,
//! and the report finds the sources nevertheless. Without the setting that comes with the rewrite it does not.

use noxflow_tests::{Project, text};

use super::measured::{self, GREEN, RED, alone, colour, jobs, path};

/// Enough runners.
const RUNNERS: &str = "[tool.noxflow]\nrunner-slots = { forgejo = 4 }\n";

/// One job with the three sessions, on runners of one's own, and the settings in `file`.
fn project(measure: &str, settings: Option<(&'static str, String)>) -> Project {
    let steps: String =
        ["unit", "integration", "report"].iter().map(|name| format!("      - run: nox -s {name}\n")).collect();
    let head = "on: push\njobs:\n  checks:\n    runs-on: self-hosted\n    steps:\n      - uses: actions/checkout@v7\n";
    let mut files = measured::package();
    let path = path("forgejo");
    files.extend([
        ("noxfile.py", measured::noxfile(measure, r#"session.run("coverage", "report", "--fail-under=90")"#)),
        (&path, format!("{head}{steps}")),
        ("pyproject.toml", RUNNERS.to_owned()),
    ]);
    files.extend(settings);
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let project = Project::of(&files);
    // Tests that take long enough for jobs of their own.
    let session =
        |name: &str, seconds: u32| serde_json::json!({"name": name, "result": "success", "duration": seconds});
    let sessions = [session("unit", 200), session("integration", 240), session("report", 10)];
    project.write(".git/report.json", &serde_json::json!({"result": 1, "sessions": sessions}).to_string());
    let imported = project.noxflow(&["timings", "import", ".git/report.json"]);
    assert!(imported.status.success(), "{}", text(&imported));
    project
}

/// Who is green: the sessions in one folder, the job before, the jobs after, and these without what is set in `file`.
#[track_caller]
fn check(measure: &str, file: &str, settings: Option<(&'static str, String)>) {
    let all = alone(&project(measure, settings.clone()));
    let project = project(measure, settings);
    let before = jobs(&project, "forgejo");
    let applied = project.noxflow(&["rewrite", &path("forgejo"), "--job", "checks", "--apply", "split-into-jobs"]);
    assert!(applied.status.success(), "{}", text(&applied));
    let after = jobs(&project, "forgejo");
    let set = project.read(file);
    project.write(file, &set.replace("relative_files = true\n", ""));
    let without = jobs(&project, "forgejo");
    let found = [colour(&all), colour(&before), colour(&after), colour(&without)];
    assert_eq!(found, [GREEN, GREEN, GREEN, RED], "{all}\n{before}\n{after}\n{without}\n{set}");
    assert!(without.contains("No source for code"), "{without}");
}

#[test]
fn a_report_in_a_job_of_its_own_finds_the_sources() {
    let measure = r#"session.run("coverage", "run", "-p", "--source=pkg", "-m", "pytest", "tests/test_NAME.py")"#;
    check(measure, "pyproject.toml", None);
}

#[test]
fn so_it_does_with_data_of_pytest_cov() {
    let measure =
        r#"session.run("pytest", "--cov=pkg", "tests/test_NAME.py", env={"COVERAGE_FILE": ".coverage.NAME"})"#;
    check(measure, ".coveragerc", Some((".coveragerc", "[run]\nbranch = false\n".to_owned())));
}
