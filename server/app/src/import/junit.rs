//! JUnit files: cases or suites that are named like a session (noxflow writes such), else the whole file for the session
//! that the user names.

use super::{Of, Piece, instant};

/// What it says. `None` when it is no such file.
pub(super) fn pieces(text: &str, changed: f64) -> Option<Vec<Piece>> {
    let mut suites = Vec::new();
    let mut cases: Vec<(Piece, bool)> = Vec::new();
    let mut is_junit = false;
    let mut at = changed;
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        rest = &rest[start + 1..];
        let end = tag_end(rest);
        let tag = &rest[..end];
        rest = &rest[end..];
        match tag.split(|c: char| c.is_whitespace() || c == '/' || c == '>').next() {
            Some("testsuite") => {
                is_junit = true;
                at = attribute(tag, "timestamp").and_then(|it| instant::parse(&it)).unwrap_or(changed);
                let bad = ["failures", "errors"].iter().any(|key| attribute(tag, key).is_some_and(|it| it != "0"));
                suites.extend(piece(tag, Of::Nameless, at).filter(|_| !bad));
            }
            Some("testcase") => {
                let name = attribute(tag, "name").unwrap_or_default();
                cases.extend(piece(tag, Of::Session { name, job: None }, at).map(|piece| (piece, true)));
            }
            Some("failure" | "error" | "skipped") => {
                if let Some((_, passed)) = cases.last_mut() {
                    *passed = false;
                }
            }
            _ => {}
        }
    }
    // Cases of pytest have names of tests; one whose classes are sessions has no dots, brackets or classes in them.
    let ours: Vec<Piece> = cases.iter().filter(|(_, passed)| *passed).map(|(piece, _)| piece.clone()).collect();
    let is_ours = text.contains("<testsuite name=\"nox") || text.contains("classname=\"nox");
    is_junit.then_some(if is_ours { ours } else { suites })
}

fn piece(tag: &str, of: Of, at: f64) -> Option<Piece> {
    let seconds = attribute(tag, "time")?.replace(',', "").parse().ok()?;
    Some(Piece { of, seconds, at, label: None, cold: None, backend: None })
}

/// Where a tag ends; quotes hide a `>`.
fn tag_end(text: &str) -> usize {
    let mut quote = None;
    for (at, letter) in text.char_indices() {
        match (quote, letter) {
            (None, '>') => return at,
            (None, '"' | '\'') => quote = Some(letter),
            (Some(open), letter) if open == letter => quote = None,
            _ => {}
        }
    }
    text.len()
}

/// The value of an attribute, entities undone.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let mut rest = tag;
    loop {
        let at = rest.find(name)?;
        let before = rest[..at].chars().next_back();
        rest = &rest[at + name.len()..];
        if !before.is_some_and(char::is_whitespace) {
            continue;
        }
        let Some(value) = rest.trim_start().strip_prefix('=') else { continue };
        let value = value.trim_start();
        let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        let value = value[1..].split(quote).next()?;
        let undone = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&#39;", "'"), ("&amp;", "&")];
        return Some(undone.iter().fold(value.to_owned(), |text, (from, to)| text.replace(from, to)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_pytest_is_one_duration() {
        let text = r#"<?xml version="1.0"?><testsuites><testsuite name="pytest" errors="0" failures="0" tests="2"
            time="3.25" timestamp="2026-01-01T10:00:00"><testcase classname="a" name="b &gt; c" time="1"/></testsuite></testsuites>"#;
        let found = pieces(text, 0.0).expect("JUnit");
        let [only] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!(only.of, Of::Nameless);
        assert!((only.seconds - 3.25).abs() < 1e-9 && (only.at - 1_767_261_600.0).abs() < 1e-9);
    }

    #[test]
    fn cases_of_nox_are_sessions_and_failed_ones_are_left_out() {
        let text = r#"<testsuite name="noxflow" failures="1"><testcase classname="nox" name="tests(db='pg')" time="2"/>
            <testcase classname="nox" name="lint" time="1"><failure>no</failure></testcase></testsuite>"#;
        let found = pieces(text, 5.0).expect("JUnit");
        let [only] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!(only.of, Of::Session { name: "tests(db='pg')".to_owned(), job: None });
    }

    #[test]
    fn other_markup_is_no_junit_file() {
        assert!(pieces("<html></html>", 0.0).is_none());
    }
}
