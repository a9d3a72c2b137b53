//! `nox --report FILE`: durations of one run, environment included; no moments, so the file's own time stands for them.

use serde_json::Value;

use super::{Of, Piece};

/// Its sessions that passed. `None` when it is no such report.
pub(super) fn pieces(value: &Value, changed: f64) -> Option<Vec<Piece>> {
    let sessions = value.get("sessions")?.as_array()?;
    let is_report =
        value.get("result").is_some_and(Value::is_number) && sessions.iter().all(|it| it.get("name").is_some());
    if !is_report {
        return None;
    }
    let passed = sessions.iter().filter(|it| it.get("result").and_then(Value::as_str) == Some("success"));
    let pieces = passed.filter_map(|it| {
        let seconds = it.get("duration")?.as_f64()?; // absent before nox 2024
        // The longest signature is the full one.
        let signatures = it.get("signatures").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
        let name = signatures.chain(it.get("name").and_then(Value::as_str)).max_by_key(|name| name.len())?;
        let of = Of::Session { name: name.to_owned(), job: None };
        Some(Piece { of, seconds, at: changed, label: None, cold: None, backend: None })
    });
    Some(pieces.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_that_passed_are_taken_by_their_full_signature() {
        let text = r#"{"result": 0, "sessions": [
            {"name": "tests", "signatures": ["tests", "tests-3.12", "tests-3.12(db='pg')"], "result": "success", "duration": 1.5},
            {"name": "lint", "signatures": ["lint"], "result": "failed", "duration": 9.0},
            {"name": "docs", "signatures": ["docs"], "result": "skipped", "duration": 0.0}]}"#;
        let found = pieces(&serde_json::from_str(text).expect("JSON"), 7.0).expect("a report");
        let [only] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!(only.of, Of::Session { name: "tests-3.12(db='pg')".to_owned(), job: None });
        assert!((only.seconds - 1.5).abs() < 1e-9 && (only.at - 7.0).abs() < 1e-9);
    }

    #[test]
    fn other_json_is_no_report() {
        assert!(pieces(&serde_json::json!({"jobs": []}), 0.0).is_none());
    }
}
