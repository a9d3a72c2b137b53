//! Jobs with their steps, as `gh run view --json jobs` and the forges' REST interfaces give them: GitHub, Gitea and
//! Forgejo name the fields alike, `gh` in camel case. One object with `jobs`, a list of such, or a list of jobs.

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
    #[serde(default)]
    labels: Option<Vec<String>>,
    #[serde(default)]
    steps: Option<Vec<Step>>,
}

#[derive(Debug, Deserialize)]
struct Step {
    name: Option<String>,
    conclusion: Option<String>,
    status: Option<String>,
    #[serde(alias = "startedAt")]
    started_at: Option<String>,
    #[serde(alias = "completedAt")]
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
                job(item, workflow, out);
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
        jobs.iter().for_each(|item| job(item, workflow, out));
    }
}

fn job(value: &Value, workflow: Option<&str>, out: &mut Vec<Piece>) {
    let Ok(job) = Job::deserialize(value) else { return };
    // Of a job that failed the steps that passed are as good as any: a later one failed it. A cancelled one is cut off.
    let is_cut = is(&job.conclusion, &job.status, "cancelled") || is(&job.conclusion, &job.status, "skipped");
    let Some(name) = job.name.filter(|_| !is_cut) else { return };
    let label = job.labels.unwrap_or_default().into_iter().find(|label| label != "self-hosted");
    let mut seen: Vec<String> = Vec::new();
    for step in job.steps.unwrap_or_default() {
        let Some(step_name) = step.name else { continue };
        let nth = seen.iter().filter(|other| **other == step_name).count();
        seen.push(step_name.clone());
        let moment = |text: &Option<String>| text.as_deref().and_then(instant::parse);
        let (Some(start), Some(end)) = (moment(&step.started_at), moment(&step.completed_at)) else { continue };
        if !is(&step.conclusion, &step.status, "success") || end < start {
            continue;
        }
        let at = StepAt::Named {
            workflow: job.workflow_name.clone().or_else(|| workflow.map(str::to_owned)),
            job: name.clone(),
            step: step_name,
            nth,
        };
        let of = Of::Step { at, logged: Vec::new() };
        out.push(Piece { of, seconds: end - start, at: end, label: label.clone(), cold: None });
    }
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
