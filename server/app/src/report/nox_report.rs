//! A finished run as `nox --report` writes it (nox 2026.10.20, `tasks.create_report`), for programs that read that.

use serde_json::{Value, json};

use super::ended::{Ended, Verdict};
use crate::launch::Prepared;

/// The document.
pub(crate) fn nox_report(run: &Prepared, sessions: &[Ended]) -> Value {
    let told = sessions.iter().zip(&run.names).map(|(session, names)| {
        let (result, code) = match &session.verdict {
            Verdict::Passed => ("success", 1),
            Verdict::SkippedItself(_) => ("skipped", 2),
            Verdict::Failed(_) => ("failed", 0),
            Verdict::Skipped(_) | Verdict::Cancelled => ("aborted", -1),
        };
        let args: serde_json::Map<String, Value> =
            names.parameters.iter().map(|(name, repr)| (name.clone(), value(repr))).collect();
        json!({
            "args": args,
            "name": names.name,
            "result": result,
            "result_code": code,
            "reason": session.verdict.reason(),
            "signatures": names.signatures,
            "duration": session.seconds,
        })
    });
    let is_good = sessions.iter().all(|it| matches!(it.verdict, Verdict::Passed | Verdict::SkippedItself(_)));
    json!({ "result": i32::from(is_good), "sessions": told.collect::<Vec<_>>() })
}

/// The value that Python writes as `repr`; what is none of JSON's stays as it is written.
fn value(repr: &str) -> Value {
    match repr {
        "None" => return Value::Null,
        "True" => return Value::Bool(true),
        "False" => return Value::Bool(false),
        _ => {}
    }
    let quoted = repr.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
    match quoted.or_else(|| repr.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'))) {
        Some(text) => Value::String(text.replace("\\'", "'").replace("\\\\", "\\")),
        None => serde_json::from_str::<serde_json::Number>(repr)
            .map_or_else(|_| Value::String(repr.to_owned()), Value::Number),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_values_where_json_has_them() {
        let values = ["'4.2'", "2", "None", "True", "Path('x')"].map(value);
        assert_eq!(values, [json!("4.2"), json!(2), Value::Null, json!(true), json!("Path('x')")]);
    }
}
