//! `combine-coverage` with thresholds, executed: real coverage and pytest measure a small package (`measured`). Compared is
//! who is green: the sessions in one folder, the jobs before, the jobs after.

use noxflow_tests::{Project, text};

use super::measured::{self, GREEN, RED, alone, colour, jobs, path};

/// Who asks for the threshold `N`, with what `nox -s NAME` runs, and the settings.
struct Scene {
    measure: &'static str,
    report: &'static str,
    settings: &'static str,
    /// A job runs the report, with no data before the rewrite.
    has_report: bool,
}

const RUN: &str = r#"session.run("coverage", "run", "-p", "--source=pkg", "tests/test_NAME.py")"#;
const PYTEST: &str =
    r#"session.run("pytest", "--cov=pkg", "tests/test_NAME.py", env={"COVERAGE_FILE": ".coverage.NAME"})"#;
const PYTEST_ASKS: &str = r#"session.run("pytest", "--cov=pkg", "--cov-fail-under=N", "tests/test_NAME.py", env={"COVERAGE_FILE": ".coverage.NAME"})"#;
const REPORT: &str = r#"session.run("coverage", "report")"#;
const REPORT_ASKS: &str = r#"session.run("coverage", "report", "--fail-under=N")"#;
const SETTING: &str = "[tool.coverage.report]\nfail_under = N\n";

const IN_THE_REPORT: Scene = Scene { measure: RUN, report: REPORT_ASKS, settings: "", has_report: true };
const IN_THE_SETTINGS: Scene = Scene { measure: RUN, report: REPORT, settings: SETTING, has_report: true };
const NOBODY_REPORTS: Scene = Scene { has_report: false, ..IN_THE_SETTINGS };
const OF_EACH_PART: Scene = Scene { measure: PYTEST, report: REPORT, settings: SETTING, has_report: false };
const OF_EACH_CALL: Scene = Scene { measure: PYTEST_ASKS, report: REPORT, settings: "", has_report: false };

/// In one folder, jobs before, jobs after.
type Colours = [&'static str; 3];

impl Scene {
    fn project(&self, forge: &str, threshold: &str) -> Project {
        let noxfile = measured::noxfile(self.measure, self.report);
        let job = |name: &str| {
            format!(
                "  {name}:\n    runs-on: self-hosted\n    steps:\n      - uses: actions/checkout@v7\n      - run: nox -s {name}\n"
            )
        };
        let names: &[&str] =
            if self.has_report { &["unit", "integration", "report"] } else { &["unit", "integration"] };
        let workflow = format!("on: push\njobs:\n{}", names.iter().map(|name| job(name)).collect::<String>());
        let settings = format!("[project]\nname = \"scene\"\nversion = \"1\"\n\n{}", self.settings);
        let mut files = measured::package();
        let path = path(forge);
        files.extend([
            ("noxfile.py", noxfile.replace("=N\"", &format!("={threshold}\""))),
            (&path, workflow),
            ("pyproject.toml", settings.replace("= N\n", &format!("= {threshold}\n"))),
        ]);
        let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
        Project::of(&files)
    }
}

/// The scene with a threshold. To act, the two forges differ in the names of the actions that come in, no more.
#[track_caller]
fn check(scene: &Scene, threshold: &str, expected: Colours) {
    let all = alone(&scene.project("github", threshold));
    let [github, forgejo] = ["github", "forgejo"].map(|forge| scene.project(forge, threshold));
    let before = jobs(&github, "github");
    for project in [&github, &forgejo] {
        let applied = project.noxflow(&["rewrite", ".", "--unsafe", "--apply", "combine-coverage"]);
        assert!(applied.status.success(), "{}", text(&applied));
    }
    let (noxfile, settings) = (github.read("noxfile.py"), github.read("pyproject.toml"));
    assert_eq!((&noxfile, &settings), (&forgejo.read("noxfile.py"), &forgejo.read("pyproject.toml")));
    let without_actions = |project: &Project, forge: &str| -> String {
        project.read(&path(forge)).lines().filter(|line| !line.contains("-artifact@")).collect()
    };
    assert_eq!(without_actions(&github, "github"), without_actions(&forgejo, "forgejo"));
    // What comes of too little data is the same wherever it was handed over.
    let both = [(&github, "github"), (&forgejo, "forgejo")];
    for (project, forge) in both.into_iter().take(if expected[2] == GREEN { 2 } else { 1 }) {
        let after = jobs(project, forge);
        let found = [colour(&all), colour(&before), colour(&after)];
        assert_eq!(found, expected, "{forge}: {all}\n{before}\n{after}\n{settings}\n{noxfile}");
    }
}

/// The report's job has no data before, whatever the threshold is.
#[test]
fn a_threshold_of_the_report_is_asked_of_all_data() {
    check(&IN_THE_REPORT, "90", [GREEN, RED, GREEN]);
    check(&IN_THE_REPORT, "99", [RED, RED, RED]);
}

#[test]
fn a_threshold_of_the_settings_is_asked_of_all_data() {
    check(&IN_THE_SETTINGS, "90", [GREEN, RED, GREEN]);
    check(&IN_THE_SETTINGS, "99", [RED, RED, RED]);
}

/// Nobody asked before.
#[test]
fn a_job_that_is_new_asks_as_the_sessions_in_one_folder_do() {
    check(&NOBODY_REPORTS, "90", [GREEN, GREEN, GREEN]);
    check(&NOBODY_REPORTS, "99", [RED, GREEN, RED]);
}

/// pytest-cov asks each part for what only all of it reaches.
#[test]
fn a_threshold_that_each_part_had_to_reach_is_one_of_the_whole() {
    check(&OF_EACH_PART, "40", [GREEN, GREEN, GREEN]);
    check(&OF_EACH_PART, "90", [RED, RED, GREEN]);
    check(&OF_EACH_PART, "99", [RED, RED, RED]);
}

#[test]
fn an_option_of_each_call_becomes_one_of_the_report() {
    check(&OF_EACH_CALL, "40", [GREEN, GREEN, GREEN]);
    check(&OF_EACH_CALL, "90", [RED, RED, GREEN]);
    check(&OF_EACH_CALL, "99", [RED, RED, RED]);
}
