//! Jobs, `needs`, kinds of steps, and the names of the jobs that a matrix makes.

use std::{
    collections::BTreeMap,
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::Stdio,
};

use facts::workflow::{Job, Step, StepKind, read};
use facts::{Forge, Known};
use serde_json::Value;
use syntax::{Document, Language};

#[test]
fn our_own_workflows_are_read_as_github_reads_them() {
    let mut paths = workflows_in(&noxflow_tests::root().join("tests/workflows/kept"));
    paths.push(noxflow_tests::root().join("tests/projects/seed/.github/workflows/ci.yml"));
    let (table, notes) = compare(&paths);
    assert_eq!(notes, Vec::<String>::new());
    assert_eq!(table.accepted, paths.len(), "GitHub refuses one of ours");
}

#[test]
fn real_workflows_are_read_as_github_reads_them() {
    let Some(corpus) = std::env::var_os("NOXFLOW_CORPUS").map(PathBuf::from) else {
        println!("skipped: NOXFLOW_CORPUS does not say where real projects are");
        return;
    };
    let paths: Vec<PathBuf> =
        files_in(&corpus).iter().flat_map(|project| workflows_in(&project.join(".github/workflows"))).collect();
    let (table, notes) = compare(&paths);
    notes.iter().for_each(|note| println!("{note}"));
    println!("\n{table:#?}");
    assert!(table.accepted > 0, "no workflow in {}", corpus.display());
    assert_eq!(table.differ, 0, "a workflow that GitHub accepts is read differently");
}

/// Counts of files, jobs and matrices.
#[derive(Debug, Default)]
struct Table {
    /// Files that GitHub's parser accepts.
    accepted: usize,
    /// Files that it refuses: we must only live through them.
    refused: usize,
    /// Accepted files that we read differently.
    differ: usize,
    jobs: usize,
    steps: usize,
    /// Jobs with a matrix.
    matrices: usize,
    /// Those that depend on the run, says GitHub's evaluator.
    open_matrices: usize,
    /// Those of them that we claim to know: by the default of an input.
    assumed_matrices: usize,
    /// Cells of the others.
    cells: usize,
    /// Cells whose name depends on the run.
    open_names: usize,
}

/// Compares every file; with a note for each that differs.
fn compare(paths: &[PathBuf]) -> (Table, Vec<String>) {
    let (mut table, mut notes) = (Table::default(), Vec::new());
    for (path, theirs) in paths.iter().zip(ask(paths)) {
        let text = String::from_utf8_lossy(&fs::read(path).expect("a workflow")).into_owned();
        let document = Document::new(Language::Yaml, text);
        let ours = read(&document, Forge::GitHub);
        if theirs["ok"] != true {
            table.refused += 1;
            continue;
        }
        table.accepted += 1;
        let mut differences = Vec::new();
        let jobs = theirs["jobs"].as_array().expect("a list of jobs");
        let ids = |ids: &mut dyn Iterator<Item = &str>| ids.collect::<Vec<_>>().join(", ");
        let (our_ids, their_ids) = (
            ids(&mut ours.jobs.iter().map(|job| job.id.as_str())),
            ids(&mut jobs.iter().map(|job| job["id"].as_str().unwrap_or_default())),
        );
        if our_ids != their_ids {
            differences.push(format!("jobs: {our_ids}; GitHub: {their_ids}"));
        }
        for (job, theirs) in ours.jobs.iter().zip(jobs) {
            compare_job(job, theirs, &mut table, &mut differences);
        }
        if !differences.is_empty() {
            table.differ += 1;
            notes.push(format!("{}\n    {}", path.display(), differences.join("\n    ")));
        }
    }
    (table, notes)
}

fn compare_job(job: &Job, theirs: &Value, table: &mut Table, differences: &mut Vec<String>) {
    let mut check = |what: &str, ours: String, theirs: String| {
        if ours != theirs {
            differences.push(format!("{what} of {}: {ours}; GitHub: {theirs}", job.id));
        }
    };
    let needs: Vec<&str> = job.needs.iter().map(|(id, _)| id.as_str()).collect();
    check("needs", format!("{needs:?}"), format!("{:?}", texts(&theirs["needs"])));
    check(
        "uses",
        format!("{:?}", job.uses.as_ref().map(|(text, _)| text.as_str())),
        format!("{:?}", theirs["uses"].as_str()),
    );
    let steps: Vec<String> = job.steps.iter().map(kind).collect();
    let their_steps: Vec<String> = theirs["steps"].as_array().into_iter().flatten().map(their_kind).collect();
    table.jobs += 1;
    table.steps += steps.len();
    check("steps", steps.join(" "), their_steps.join(" "));
    let ours: Option<Vec<String>> = match job.strategy.as_ref().map(|strategy| &strategy.cells) {
        None => Some(vec![job.shown.clone()]),
        Some(Known::Literal(cells, _)) => Some(cells.iter().map(|cell| cell.name.clone()).collect()),
        Some(Known::Dynamic(_)) => None,
    };
    let has_matrix = !theirs["strategy"]["matrix"].is_null();
    table.matrices += usize::from(has_matrix);
    let Some(names) = theirs["instances"].as_array() else {
        table.open_matrices += 1;
        // A value that nobody knows counts one; that of an input may be its default.
        let said = theirs["strategy"].to_string();
        let is_counted = ours.as_ref().is_some_and(|names| names.iter().any(|name| name.contains("${{")));
        table.assumed_matrices += usize::from(ours.is_some() && !is_counted);
        let may_know = ours.is_none() || is_counted || said.contains("inputs.");
        check("the matrix", format!("known {may_know}"), "known true".to_owned());
        return;
    };
    table.cells += if has_matrix { names.len() } else { 0 };
    table.open_names += names.iter().filter(|name| name.is_null()).count();
    let ours = ours.unwrap_or_default();
    check("the number of cells", ours.len().to_string(), names.len().to_string());
    for (ours, theirs) in ours.iter().zip(names) {
        if let Some(theirs) = theirs.as_str() {
            check("a name", ours.clone(), theirs.to_owned());
        }
    }
}

/// GitHub's judgement of each file.
fn ask(paths: &[PathBuf]) -> Vec<Value> {
    let mut child = noxflow_tests::tool("gh-parser")
        .args(["--background-steps", "--files-from", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("GitHub's parser");
    let list: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    child.stdin.take().expect("its input").write_all(list.join("\n").as_bytes()).expect("a list is taken");
    let output = child.wait_with_output().expect("an answer");
    let answer: BTreeMap<String, Vec<Value>> = serde_json::from_slice(&output.stdout).expect("JSON");
    let files = answer.into_values().next().expect("files");
    assert_eq!(files.len(), paths.len());
    files
}

fn kind(step: &Step) -> String {
    let word = match &step.kind {
        StepKind::Run { .. } => "run",
        StepKind::Uses { .. } => "uses",
        StepKind::Parallel(members) => return group(&members.iter().map(kind).collect::<Vec<_>>()),
        StepKind::Wait(_) => "wait",
        StepKind::WaitAll => "wait-all",
        StepKind::Cancel(_) => "cancel",
        StepKind::Unknown => "unknown",
    };
    if step.background { format!("{word}&") } else { word.to_owned() }
}

fn their_kind(step: &Value) -> String {
    let word = step["kind"].as_str().unwrap_or_default();
    if word == "parallel" {
        return group(&step["steps"].as_array().into_iter().flatten().map(their_kind).collect::<Vec<_>>());
    }
    if step["background"] == true { format!("{word}&") } else { word.to_owned() }
}

fn group(kinds: &[String]) -> String {
    format!("parallel({})", kinds.join(" "))
}

fn texts(list: &Value) -> Vec<&str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

/// The workflows in `folder`, sorted; none where there is no such folder.
fn workflows_in(folder: &Path) -> Vec<PathBuf> {
    let mut paths = files_in(folder);
    paths.retain(|path| path.is_file() && path.extension().is_some_and(|end| end == "yml" || end == "yaml"));
    paths
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths
}
