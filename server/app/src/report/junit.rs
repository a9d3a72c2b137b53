//! A finished run as JUnit XML, which CI systems show as tests: one case a session.

use std::fmt::Write;

use exec::Summary;

use super::ended::{Ended, Verdict};

/// The document.
pub(crate) fn junit(sessions: &[Ended], summary: &Summary) -> String {
    let count = |is: fn(&Verdict) -> bool| sessions.iter().filter(|it| is(&it.verdict)).count();
    let counts = format!(
        "tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\" time=\"{:.3}\"",
        sessions.len(),
        count(|it| matches!(it, Verdict::Failed(_))),
        count(|it| matches!(it, Verdict::Skipped(_) | Verdict::SkippedItself(_) | Verdict::Cancelled)),
        summary.seconds,
    );
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    // Writing into a string cannot fail.
    let _ = writeln!(out, "<testsuites name=\"nox\" {counts}>\n  <testsuite name=\"nox\" {counts}>");
    for session in sessions {
        let (name, time) = (escaped(&session.label), session.seconds);
        let _ = write!(out, "    <testcase classname=\"nox\" name=\"{name}\" time=\"{time:.3}\"");
        let reason = escaped(&session.verdict.reason().unwrap_or_default());
        let _ = match &session.verdict {
            Verdict::Passed => writeln!(out, "/>"),
            Verdict::Failed(_) => {
                let tail = escaped(&session.tail().join("\n"));
                writeln!(out, ">\n      <failure message=\"{reason}\">{tail}</failure>\n    </testcase>")
            }
            _ => writeln!(out, ">\n      <skipped message=\"{reason}\"/>\n    </testcase>"),
        };
    }
    out.push_str("  </testsuite>\n</testsuites>\n");
    out
}

/// `text` as XML's text or attribute; characters that XML 1.0 cannot hold are left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(c),
            c if c < ' ' || matches!(c, '\u{7f}' | '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    #[test]
    fn each_session_is_a_case() {
        let case =
            |label: &str, verdict| Ended { label: label.to_owned(), verdict, seconds: 1.5, predicted: 1.0, log: None };
        let sessions = [
            case("tests(db='a<b')", Verdict::Passed),
            case("lint", Verdict::Failed("exit status 1".to_owned())),
            case("docs", Verdict::Skipped("lint".to_owned())),
        ];
        let summary = Summary { seconds: 2.0, ..Summary::default() };
        expect![[r#"
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuites name="nox" tests="3" failures="1" errors="0" skipped="1" time="2.000">
              <testsuite name="nox" tests="3" failures="1" errors="0" skipped="1" time="2.000">
                <testcase classname="nox" name="tests(db='a&lt;b')" time="1.500"/>
                <testcase classname="nox" name="lint" time="1.500">
                  <failure message="exit status 1"></failure>
                </testcase>
                <testcase classname="nox" name="docs" time="1.500">
                  <skipped message="lint did not pass"/>
                </testcase>
              </testsuite>
            </testsuites>
        "#]]
        .assert_eq(&junit(&sessions, &summary));
    }

    #[test]
    fn what_xml_cannot_hold_is_left_out() {
        assert_eq!(escaped("a\u{1b}\u{0}b & \"c\""), "ab &amp; &quot;c&quot;");
    }
}
