//! Findings as SARIF 2.1.0 (OASIS standard of 2020-03-27), as GitHub's code scanning and editors read it.

use serde_json::{Value, json};

use super::{Change, Place, Row};
use crate::links;

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The whole log: every lint as a rule, every finding as a result.
pub(super) fn log(rows: &[Row]) -> Value {
    let lints = ide::lints();
    let rules: Vec<Value> = lints
        .iter()
        .map(|lint| {
            json!({
                "id": lint.id,
                "shortDescription": { "text": lint.summary },
                "fullDescription": { "text": lint.summary },
                "help": { "text": lint.why, "markdown": format!("{}\n\n[Before and after]({})", lint.why, links::lint(lint.id)) },
                "helpUri": links::lint(lint.id),
                "defaultConfiguration": { "level": level(super::name(lint.level)) },
            })
        })
        .collect();
    let results: Vec<Value> =
        rows.iter().map(|row| result(row, lints.iter().position(|lint| lint.id == row.lint))).collect();
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "noxflow",
                "version": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": rules,
            } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn result(row: &Row, rule: Option<usize>) -> Value {
    let related = row.related.iter().zip(1..).map(|(related, id): (_, u32)| {
        json!({
            "id": id,
            "physicalLocation": location(&related.place),
            "message": { "text": related.message },
        })
    });
    let mut result = json!({
        "ruleId": row.lint,
        "level": level(row.level),
        "message": { "text": row.message },
        "locations": [{ "physicalLocation": location(&row.place) }],
    });
    if let Some(rule) = rule {
        result["ruleIndex"] = json!(rule);
    }
    if !row.related.is_empty() {
        result["relatedLocations"] = related.collect();
    }
    if !row.edits.is_empty() {
        result["fixes"] = row.edits.iter().map(|change| fix(&row.place.path, change)).collect();
    }
    result
}

fn fix(path: &str, change: &Change) -> Value {
    let replacements = change
        .edits
        .iter()
        .map(|(place, insert)| json!({ "deletedRegion": region(place), "insertedContent": { "text": insert } }));
    json!({
        "description": { "text": change.title },
        "artifactChanges": [{
            "artifactLocation": { "uri": uri(path) },
            "replacements": replacements.collect::<Vec<_>>(),
        }],
    })
}

fn location(place: &Place) -> Value {
    json!({ "artifactLocation": { "uri": uri(&place.path) }, "region": region(place) })
}

fn region(place: &Place) -> Value {
    json!({
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    })
}

/// SARIF knows no hints: infos and hints are both notes.
fn level(name: &str) -> &str {
    match name {
        "error" | "warning" => name,
        _ => "note",
    }
}

/// A path as a reference of a URI: what means something else there is escaped (RFC 3986).
fn uri(path: &str) -> String {
    // One outside of the current folder is whole.
    let mut out = if path.starts_with('/') { "file://".to_owned() } else { String::with_capacity(path.len()) };
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' | b'~' | b'+' => {
                out.push(char::from(byte))
            }
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn paths_are_escaped() {
        assert_eq!(uri("/a/b.py"), "file:///a/b.py");
        assert_eq!(uri("a b/ä#?.yml"), "a%20b/%C3%A4%23%3F.yml");
    }
}
