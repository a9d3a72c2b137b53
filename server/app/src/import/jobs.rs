//! Jobs with their steps, as `gh run view --json jobs` and the forges' REST interfaces give them: GitHub and Gitea name the
//! fields alike, `gh` in camel case; Forgejo has `started`, `stopped` and `runs_on`, where it tells steps at all. One object
//! with `jobs`, a list of such, or a list of jobs.

use serde::Deserialize;
use serde_json::Value;

use super::place::StepAt;
use super::{Of, Piece, instant};

#[derive(Debug, Deserialize)]
struct Job {
    name: Option<String>,
    #[serde(alias = "workflowName")]
    workflow_name: Option<String>,
    conclusion: Option<String>,
    status: Option<String>,
    #[serde(default, alias = "runs_on")]
    labels: Option<Vec<String>>,
    #[serde(default)]
    steps: Option<Vec<Step>>,
}

#[derive(Debug, Deserialize)]
struct Step {
    name: Option<String>,
    conclusion: Option<String>,
    status: Option<String>,
    #[serde(alias = "startedAt", alias = "started")]
    started_at: Option<String>,
    #[serde(alias = "completedAt", alias = "stopped")]
    completed_at: Option<String>,
}

/// Steps that passed, of jobs that were not cancelled. `None` when it is no list of jobs.
pub(super) fn pieces(value: &Value) -> Option<Vec<Piece>> {
    let mut out = Vec::new();
    let mut is_one = false;
    collect(value, None, &mut out, &mut is_one);
    is_one.then_some(out)
}

fn collect(value: &Value, workflow: Option<&str>, out: &mut Vec<Piece>, is_one: &mut bool) {
    if let Some(list) = value.as_array() {
        for item in list.iter().filter(|item| !item.is_array()) {
            if item.get("steps").is_some() {
                *is_one = true;
                out.extend(of_job(item, workflow));
            } else {
                collect(item, workflow, out, is_one);
            }
        }
        return;
    }
    let Some(jobs) = value.get("jobs").and_then(Value::as_array) else { return };
    *is_one = true;
    let workflow = value.get("workflowName").or_else(|| value.get("workflow_name")).and_then(Value::as_str);
    // A run that was cancelled says nothing of how long anything takes.
    if value.get("conclusion").and_then(Value::as_str) != Some("cancelled") {
        out.extend(jobs.iter().flat_map(|item| of_job(item, workflow)));
    }
}

/// What a record of a job says without its steps.
pub(super) struct Head {
    /// Its name, of one cell of its matrix.
    pub(super) name: String,
    /// The workflow's, if the job says.
    pub(super) workflow: Option<String>,
    /// The runner's label.
    pub(super) label: Option<String>,
    /// Whether its steps are told.
    pub(super) has_steps: bool,
    /// When it ended, seconds since 1970.
    pub(super) ended: Option<f64>,
}

/// The head of a job that has run to its end. Of a job that failed, what passed is as good as any: a later step failed it. A
/// cancelled one is cut off.
pub(super) fn head(value: &Value) -> Option<Head> {
    let job = Job::deserialize(value).ok()?;
    if ["cancelled", "skipped"].iter().any(|word| is(&job.conclusion, &job.status, word)) {
        return None;
    }
    let ended = ["completed_at", "completedAt", "stopped"].iter().find_map(|key| value.get(key)?.as_str());
    Some(Head {
        name: job.name?,
        workflow: job.workflow_name,
        label: job.labels.unwrap_or_default().into_iter().find(|label| label != "self-hosted"),
        has_steps: job.steps.is_some_and(|steps| !steps.is_empty()),
        ended: ended.and_then(instant::parse),
    })
}

/// The steps of a job that passed.
pub(super) fn of_job(value: &Value, workflow: Option<&str>) -> Vec<Piece> {
    let (Some(head), Ok(job)) = (head(value), Job::deserialize(value)) else { return Vec::new() };
    let mut seen: Vec<String> = Vec::new();
    let mut out = Vec::new();
    for step in job.steps.unwrap_or_default() {
        let Some(step_name) = step.name else { continue };
        let nth = seen.iter().filter(|other| **other == step_name).count();
        seen.push(step_name.clone());
        let moment = |text: &Option<String>| text.as_deref().and_then(instant::parse);
        let (Some(start), Some(end)) = (moment(&step.started_at), moment(&step.completed_at)) else { continue };
        if !is(&step.conclusion, &step.status, "success") || end < start {
            continue;
        }
        let workflow = head.workflow.clone().or_else(|| workflow.map(str::to_owned));
        let at = StepAt::Named { workflow, job: head.name.clone(), step: step_name, nth };
        let of = Of::Step { at, logged: Vec::new() };
        out.push(Piece { of, seconds: end - start, at: end, label: head.label.clone(), cold: None, backend: None });
    }
    out
}

/// Gitea gives a finished job's outcome as `status` in some versions, the others as `conclusion`.
fn is(conclusion: &Option<String>, status: &Option<String>, word: &str) -> bool {
    let conclusion = conclusion.as_deref().filter(|text| !text.is_empty());
    conclusion.or(status.as_deref()).is_some_and(|text| text.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    #[test]
    fn what_gh_prints() {
        check_jobs(
            r#"{"workflowName": "CI", "jobs": [
                {"name": "tests (3.12)", "status": "completed", "conclusion": "failure", "steps": [
                    {"name": "Set up job", "conclusion": "success", "startedAt": "2026-01-01T10:00:00Z", "completedAt": "2026-01-01T10:00:02Z"},
                    {"name": "Run nox -s lint", "conclusion": "success", "startedAt": "2026-01-01T10:00:02Z", "completedAt": "2026-01-01T10:00:12Z"},
                    {"name": "Run nox -s tests", "conclusion": "failure", "startedAt": "2026-01-01T10:00:12Z", "completedAt": "2026-01-01T10:00:13Z"},
                    {"name": "Run nox -s docs", "conclusion": "skipped", "startedAt": "0001-01-01T00:00:00Z", "completedAt": "0001-01-01T00:00:00Z"}]},
                {"name": "old", "conclusion": "cancelled", "steps": [
                    {"name": "Run nox", "conclusion": "success", "startedAt": "2026-01-01T10:00:00Z", "completedAt": "2026-01-01T10:00:02Z"}]}]}"#,
            expect![[r#"
                CI / tests (3.12) / Set up job 0: 2 s on -
                CI / tests (3.12) / Run nox -s lint 0: 10 s on -
            "#]],
        );
    }

    #[test]
    fn what_the_forges_answer() {
        check_jobs(
            r#"{"total_count": 1, "jobs": [
                {"name": "tests", "workflow_name": "CI", "status": "completed", "conclusion": "success",
                 "labels": ["self-hosted", "docker"], "steps": [
                    {"name": "Run nox", "number": 1, "status": "completed", "conclusion": "success",
                     "started_at": "2026-01-01T11:00:02+01:00", "completed_at": "2026-01-01T11:00:12+01:00"},
                    {"name": "Run nox", "number": 2, "status": "completed", "conclusion": "success",
                     "started_at": "2026-01-01T11:00:12+01:00", "completed_at": "2026-01-01T11:00:15+01:00"}]}]}"#,
            expect![[r#"
                CI / tests / Run nox 0: 10 s on docker
                CI / tests / Run nox 1: 3 s on docker
            "#]],
        );
    }

    #[test]
    fn other_json_is_no_list_of_jobs() {
        assert!(pieces(&serde_json::json!({"sessions": []})).is_none());
    }

    #[track_caller]
    fn check_jobs(json: &str, expected: Expect) {
        let found = pieces(&serde_json::from_str(json).expect("JSON")).expect("jobs");
        let lines = found.iter().map(|piece| {
            let Of::Step { at: StepAt::Named { workflow, job, step, nth }, .. } = &piece.of else {
                panic!("{piece:?}")
            };
            let workflow = workflow.as_deref().unwrap_or("-");
            let label = piece.label.as_deref().unwrap_or("-");
            format!("{workflow} / {job} / {step} {nth}: {} s on {label}\n", piece.seconds)
        });
        expected.assert_eq(&lines.collect::<String>());
    }
}
