//! Every rewrite, executed: real nox under act runs each scene before and after. Compared are the sessions and how often
//! they ran, who came after whom, what was measured, the artifacts and whether the run was green.
//!
//! act refuses GitHub's `parallel:`, which `tests/tools/parallel_steps.py` plays instead. A run of the same files is done
//! once: to act, the folder's name makes no difference between GitHub and Forgejo. Neighbours: `scenes.rs`, `play/`.

use std::collections::{BTreeMap, HashMap};
use std::process::Command;
use std::sync::{Arc, LazyLock, Mutex, OnceLock};

use noxflow_tests::{Project, root, text, tools};
use serde_json::Value;

use super::scenes::{self, Case, Scene};

/// What a rewrite promises.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Promise {
    /// The same as before.
    Same,
    /// The same, of a project that was red or measured less than it seemed.
    Mends,
    /// The same sessions, in fewer cells.
    Fewer,
    /// The same of a project that minds no failure.
    Forgiven,
}
use Promise::{Fewer, Forgiven, Mends, Same};

/// A rewrite, where it is tried, and the cases in which it has to be refused: words of `FORGE CASE`, and of the reason.
type Row = (&'static str, fn(Case) -> Scene, Promise, &'static [(&'static str, &'static str)]);

macro_rules! executed {
    ($($name:ident: $row:expr;)*) => {
        const ROWS: &[Row] = &[$($row),*];
        $(#[test]
        fn $name() {
            check($row);
        })*
    };
}

executed! {
    use_nox_parallel: ("use-nox-parallel", scenes::steps, Same, &[]);
    use_nox_parallel_on_instances: ("use-nox-parallel", scenes::steps_of_instances, Same, &[]);
    use_nox_parallel_with_one_requirement: ("use-nox-parallel", scenes::steps_with_one_requirement, Fewer, &[]);
    use_parallel_steps: ("use-parallel-steps", scenes::steps, Same, &[("Forgejo", "")]);
    use_background_processes: ("use-background-processes", scenes::steps, Same, &[]);
    use_nox_parallel_where_all_may_fail: ("use-nox-parallel", scenes::steps_that_may_fail, Forgiven, &[]);
    use_parallel_steps_of_their_own: ("use-parallel-steps", scenes::steps_of_their_own, Forgiven, &[("Forgejo", "")]);
    use_parallel_steps_under_conditions: ("use-parallel-steps", scenes::steps_under_conditions, Same, &[("Forgejo", "")]);
    use_background_processes_where_all_may_fail: ("use-background-processes", scenes::steps_that_may_fail, Forgiven, &[]);
    split_into_jobs_under_conditions: ("split-into-jobs", scenes::steps_under_conditions, Same, &[("Matrix", "strategy")]);
    split_into_jobs_of_their_own: ("split-into-jobs", scenes::steps_of_their_own, Forgiven, &[("Matrix", "strategy"), ("DependentFails", "stay with what they need")]);
    split_into_jobs_with_data_named_by_steps: ("split-into-jobs", scenes::data_named_by_steps, Same, &[("Matrix", "strategy")]);
    split_into_matrix_where_all_may_fail: ("split-into-matrix", scenes::steps_that_may_fail, Forgiven, &[]);
    split_into_jobs: ("split-into-jobs", scenes::steps, Same, &[("Matrix", "strategy")]);
    split_into_jobs_with_uploads_between: ("split-into-jobs", scenes::steps_with_uploads_between, Same, &[("Matrix", "strategy")]);
    split_into_matrix: ("split-into-matrix", scenes::steps_alone, Same, &[]);
    split_into_matrix_of_instances: ("split-into-matrix", scenes::steps_of_instances, Same, &[]);
    split_into_matrix_with_an_include: ("split-into-matrix", scenes::matrix_with_an_include, Same, &[]);
    split_into_matrix_of_quoted_instances: ("split-into-matrix", scenes::steps_of_quoted_instances, Same, &[]);
    split_by_python: ("split-by-python", scenes::pythons_call, Same, &[("Dependent", "another Python"), ("Matrix", "")]);
    lift_out_of_matrix: ("lift-out-of-matrix", scenes::matrix_of_repeats, Fewer, &[]);
    lift_out_of_one_cell: ("lift-out-of-matrix", scenes::matrix_with_one_cell, Same, &[]);
    use_dynamic_matrix: ("use-dynamic-matrix", scenes::session_matrix, Same, &[("Dependent", "")]);
    drop_needless_needs: ("drop-needless-needs", scenes::chain_of_jobs, Same, &[]);
    combine_coverage: ("combine-coverage", scenes::coverage_jobs, Mends, &[]);
    combine_coverage_in_a_new_job: ("combine-coverage", scenes::coverage_jobs_without_report, Mends, &[]);
    add_gate_job: ("add-gate-job", scenes::jobs_side_by_side, Same, &[]);
    merge_identical_jobs: ("merge-identical-jobs", scenes::jobs_alike, Same, &[("Dependent", ""), ("Matrix", "")]);
    add_requires: ("add-requires", scenes::coverage_call, Same, &[]);
    allow_parallel: ("allow-parallel", scenes::side_by_side_call, Same, &[]);
    isolate_coverage: ("isolate-coverage", scenes::shared_data, Mends, &[]);
    isolate_output: ("isolate-output", scenes::shared_report, Same, &[]);
    replace_notify: ("replace-notify", scenes::queued, Same, &[]);
    longest_first: ("longest-first", scenes::short_ones_first, Same, &[]);
    longest_first_in_a_call: ("longest-first", scenes::short_ones_named_first, Same, &[]);
    build_once: ("build-once", scenes::built_in_each, Same, &[]);
    build_once_of_what_is_built: ("build-once", scenes::built_by_each, Same, &[]);
    require_nox_version: ("require-nox-version", scenes::newer_arguments, Same, &[]);
}

#[test]
fn every_rewrite_is_executed() {
    let mut rows: Vec<String> = ROWS.iter().map(|row| row.0.to_owned()).collect();
    rows.sort();
    rows.dedup();
    let mut all: Vec<String> = super::pages::ids("noxfile").into_iter().chain(super::pages::ids("workflow")).collect();
    all.sort();
    assert_eq!(rows, all);
}

/// Tries a rewrite in all cases, on both forges.
#[track_caller]
fn check((id, scene, promise, refusals): Row) {
    let mut wrong = Vec::new();
    for (forge, label) in [("github", "ubuntu-latest"), ("forgejo", "docker")] {
        for case in Case::ALL {
            let scene = scene(case);
            let name = format!("{} {case:?}", if forge == "github" { "GitHub" } else { "Forgejo" });
            let project = project(&scene, forge, label);
            let before = run(&project, forge, case);
            let refusal = refusals.iter().find(|(words, _)| name.contains(words));
            let applied = apply(&project, id, scene.job);
            let found = match (applied, refusal) {
                (Ok(()), None) => compare(&before, &run(&project, forge, case), promise, case),
                (Err(why), Some((_, words))) if why.contains(words) => Ok(()),
                (Err(why), _) => Err(format!("refused: {why}")),
                (Ok(()), Some(_)) => Err("is offered".to_owned()),
            };
            if let Err(why) = found {
                wrong.push(format!("{name}: {why}\n{}{}", project.read("noxfile.py"), project.read(&path(forge))));
            }
        }
    }
    assert!(wrong.is_empty(), "{id}\n{}", wrong.join("\n"));
}

fn path(forge: &str) -> String {
    format!(".{forge}/workflows/ci.yml")
}

fn project(scene: &Scene, forge: &str, label: &str) -> Project {
    Project::of(&[
        ("noxfile.py", &scene.noxfile),
        (&path(forge), &scene.workflow.replace("LABEL", label)),
        (
            "pyproject.toml",
            "[project]\nname = \"scene\"\nversion = \"1\"\n[tool.setuptools]\npy-modules = []\n[tool.noxflow]\nrunner-slots = { forgejo = 4 }\njob-overhead-seconds = 5\n",
        ),
    ])
}

/// Applies the rewrite; then it has to be refused.
fn apply(project: &Project, id: &str, job: Option<&str>) -> Result<(), String> {
    let job: Vec<&str> = job.map_or_else(Vec::new, |job| vec!["--job", job]);
    let arguments = [&["rewrite", ".", "--unsafe", "--apply", id][..], &job].concat();
    let applied = project.noxflow(&arguments);
    if !applied.status.success() {
        return Err(text(&applied));
    }
    if project.noxflow(&arguments).status.success() {
        return Err("it can be applied twice".to_owned());
    }
    Ok(())
}

/// What a run came to.
#[derive(Debug)]
struct Outcome {
    is_green: bool,
    /// What the tools said, in the order in which it happened: `start lint: ruff check`.
    events: Vec<String>,
    artifacts: BTreeMap<String, Vec<String>>,
}

impl Outcome {
    /// Each command of each session, as often as it was started.
    fn started(&self) -> BTreeMap<&str, usize> {
        let mut out = BTreeMap::new();
        for event in self.events.iter().filter_map(|event| event.strip_prefix("start ")) {
            *out.entry(event).or_default() += 1;
        }
        out
    }

    /// How often the package was built.
    fn built(&self) -> usize {
        self.events.iter().filter(|event| event.starts_with("built ")).count()
    }

    /// The sessions whose data the report counted.
    fn seen(&self) -> Vec<&str> {
        let mut out: Vec<&str> = self.events.iter().filter_map(|event| event.strip_prefix("seen ")).collect();
        out.sort_unstable();
        out
    }

    /// Whether what makes data ended before the report was begun. In a matrix the cells overlap: there only the first
    /// report counts.
    fn is_ordered(&self) -> bool {
        let is = |event: &String, head: &str, names: &[&str]| {
            event.strip_prefix(head).is_some_and(|rest| names.iter().any(|name| rest.starts_with(name)))
        };
        let makers = self.events.iter().filter(|event| is(event, "end ", &["unit:", "integration:"])).count();
        let starts = self.events.iter().filter(|event| is(event, "start ", &["unit:", "integration:"])).count();
        let reads = self.events.iter().position(|event| is(event, "start ", &["report:"]));
        let made = |until: usize| {
            self.events[..until].iter().filter(|event| is(event, "end ", &["unit:", "integration:"])).count()
        };
        makers == starts && reads.is_none_or(|at| made(at) == makers || made(at) >= 2)
    }
}

fn compare(before: &Outcome, after: &Outcome, promise: Promise, case: Case) -> Result<(), String> {
    let fails = case.failing();
    let (was, is) = (before.started(), after.started());
    let told = |what: &str| Err(format!("{what}\nbefore: {before:#?}\nafter: {after:#?}"));
    let (is_forgiven, is_as_before) = (promise == Forgiven, matches!(promise, Same | Forgiven));
    if after.is_green != (fails.is_none() || is_forgiven) || (is_as_before && before.is_green != after.is_green) {
        return told("green or red");
    }
    let is_same = match fails {
        // Where a failure keeps nothing from running, all runs as before.
        _ if is_forgiven => was == is,
        None if promise == Same => was == is,
        None if promise == Fewer => {
            let is_less = was.iter().any(|(command, times)| is.get(command) < Some(times));
            is_less && was.keys().eq(is.keys()) && was.iter().all(|(command, times)| is.get(command) <= Some(times))
        }
        None => was.iter().all(|(command, times)| is.get(command) == Some(times)),
        // What the failure kept from running may run now; what needs the failed one may not.
        Some(fails) => {
            let needs_it = |command: &str| fails == "unit" && command.starts_with("report:");
            let ran_anyway = was.keys().any(|command| needs_it(command));
            let is_kept = |command: &str, times: usize| match is.get(command) {
                Some(now) => *now == times || promise == Fewer,
                None => false,
            };
            was.iter().all(|(command, times)| is_kept(command, *times) || needs_it(command))
                && is.iter().all(|(command, times)| *times <= 2 && (!needs_it(command) || ran_anyway))
        }
    };
    if !is_same {
        return told("other sessions");
    }
    // Only where sessions build: it is done once for all of a call.
    if fails.is_none() && before.built() > 0 && after.built() >= before.built() {
        return told("built as often");
    }
    if !after.is_ordered() {
        return told("another order");
    }
    if fails.is_none() && is_as_before && before.seen() != after.seen() {
        return told("other data");
    }
    if promise == Mends && fails.is_none() && !after.seen().iter().all(|seen| seen.trim() == "integration unit") {
        return told("not all data");
    }
    match before.artifacts.iter().find(|(name, files)| after.artifacts.get(*name) != Some(files)) {
        Some((name, _)) => told(&format!("another artifact {name}")),
        None => Ok(()),
    }
}

/// A run that is done once, by whoever asks first.
type Run = Arc<OnceLock<Arc<Outcome>>>;

/// Runs by what is run.
static RUNS: LazyLock<Mutex<HashMap<String, Run>>> = LazyLock::new(Mutex::default);

fn run(project: &Project, forge: &str, case: Case) -> Arc<Outcome> {
    let workflow = project.read(&path(forge));
    let key = format!(
        "{:?}\n{}\n{}",
        case.failing(),
        project.read("noxfile.py"),
        workflow.replace("docker", "ubuntu-latest")
    );
    let cell = Arc::clone(RUNS.lock().expect("nothing panics while it is held").entry(key).or_default());
    Arc::clone(cell.get_or_init(|| {
        // act 0.2.89 leaves `strategy.job-index` empty; in a matrix of one key the value tells the cells apart as well.
        project.write(&path(forge), &workflow.replace("strategy.job-index", "matrix.letter"));
        let outcome = play(project, forge, case, workflow.contains("parallel:"));
        project.write(&path(forge), &workflow);
        Arc::new(outcome)
    }))
}

/// Stand-ins of the tools, under their names.
static TOOLS: LazyLock<tempfile::TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a scratch folder");
    let play = root().join("tests/rewrites/play");
    for name in ["ruff", "mypy", "flake8", "mkdocs", "coverage", "pytest", "pyproject-build", "twine"] {
        std::os::unix::fs::symlink(play.join("tool.sh"), folder.path().join(name)).expect("a link");
    }
    std::os::unix::fs::symlink(play.join("jq.py"), folder.path().join("jq")).expect("a link");
    folder
});

fn play(project: &Project, forge: &str, case: Case, has_groups: bool) -> Outcome {
    let events = tempfile::NamedTempFile::new().expect("a scratch file");
    let old_path = std::env::var("PATH").expect("there is a PATH");
    let search = format!("{}:{}:{old_path}", TOOLS.path().display(), tools().join("bin").display());
    let mut command = if has_groups {
        let mut command = Command::new(tools().join("python/bin/python"));
        command.arg(root().join("tests/tools/parallel_steps.py"));
        command
    } else {
        let mut command = Command::new("python3");
        command.arg(root().join("tests/tools/act.py")).args(["--slots", "4"]);
        command
    };
    command.arg("--project").arg(project.path()).arg(path(forge));
    command.arg("--env").arg(format!("EVENTS={}", events.path().display()));
    command.arg("--env").arg(format!("FAIL={}", case.failing().unwrap_or_default()));
    let output = command.env("PATH", search).output().expect("python runs");
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|why| panic!("{why}: {}", text(&output)));
    assert_eq!(answer["error"], Value::Null, "{answer:#}\n{}", project.read(&path(forge)));
    let events = std::fs::read_to_string(events.path()).expect("events can be read");
    let artifacts = answer["artifacts"].as_object().expect("artifacts by name").iter();
    Outcome {
        is_green: answer["ok"] == true,
        events: events.lines().map(str::to_owned).collect(),
        artifacts: artifacts.map(|(name, files)| (name.clone(), without_numbers(files))).collect(),
    }
}

/// The names of files, without the process number at the end of coverage data.
fn without_numbers(files: &Value) -> Vec<String> {
    let names = files.as_array().into_iter().flatten().filter_map(Value::as_str);
    names.map(|name| name.trim_end_matches(|letter: char| letter.is_ascii_digit()).to_owned()).collect()
}
