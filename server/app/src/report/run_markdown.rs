//! A finished run as Markdown: the summary that GitHub, Forgejo and Gitea show with a job.

use std::fmt::Write;

use exec::Summary;
use ide::words;

use super::ended::{Ended, Verdict, saved};

/// The document.
pub(crate) fn run_markdown(sessions: &[Ended], summary: &Summary, lanes: usize) -> String {
    let passed = sessions.iter().filter(|session| session.verdict == Verdict::Passed).count();
    let mut out = String::new();
    // Writing into a string cannot fail.
    let _ = writeln!(
        out,
        "### noxflow: {passed} of {} sessions passed in {}\n",
        sessions.len(),
        words::duration(summary.seconds)
    );
    if let Some(saved) = saved(sessions, summary) {
        let _ = writeln!(
            out,
            "{lanes} at once; one after another {}, so **{} saved**.\n",
            words::duration(saved + summary.seconds),
            words::duration(saved),
        );
    }
    out.push_str("| | session | time | expected | |\n| --- | --- | ---: | ---: | --- |\n");
    for session in sessions {
        let sign = match session.verdict {
            Verdict::Passed => "✅",
            Verdict::Failed(_) => "❌",
            Verdict::SkippedItself(_) | Verdict::Skipped(_) => "⏭️",
            Verdict::Cancelled => "⏹️",
        };
        let time = if session.seconds > 0.0 { words::duration(session.seconds) } else { String::new() };
        let (label, expected) = (cell(&session.label), words::duration(session.predicted));
        let reason = session.verdict.reason().map(|reason| cell(&reason)).unwrap_or_default();
        let _ = writeln!(out, "| {sign} | `{label}` | {time} | {expected} | {reason} |");
    }
    for session in sessions.iter().filter(|session| matches!(session.verdict, Verdict::Failed(_))) {
        let tail = session.tail().join("\n");
        if !tail.is_empty() {
            let label = session.label.replace('&', "&amp;").replace('<', "&lt;");
            let _ = writeln!(
                out,
                "\n<details><summary>last lines of <code>{label}</code></summary>\n\n{}\n</details>",
                fenced(&tail)
            );
        }
    }
    out
}

/// `text` for a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace(['\n', '\r'], " ")
}

/// `text` in a fence that nothing in it ends.
fn fenced(text: &str) -> String {
    let mut fence = "```".to_owned();
    while text.contains(&fence) {
        fence.push('`');
    }
    format!("{fence}text\n{text}\n{fence}\n")
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    #[test]
    fn a_table_with_what_was_saved() {
        let row = |label: &str, verdict, seconds| Ended {
            label: label.to_owned(),
            verdict,
            seconds,
            predicted: 60.0,
            log: None,
        };
        let sessions = [
            row("tests(a|b)", Verdict::Passed, 60.0),
            row("lint", Verdict::Failed("exit status 1".to_owned()), 40.0),
            row("docs", Verdict::Skipped("lint".to_owned()), 0.0),
        ];
        let summary = Summary { seconds: 60.0, ..Summary::default() };
        expect![[r#"
            ### noxflow: 1 of 3 sessions passed in 1 m

            2 at once; one after another 1 m 40 s, so **40 s saved**.

            | | session | time | expected | |
            | --- | --- | ---: | ---: | --- |
            | ✅ | `tests(a\|b)` | 1 m | 1 m |  |
            | ❌ | `lint` | 40 s | 1 m | exit status 1 |
            | ⏭️ | `docs` |  | 1 m | lint did not pass |
        "#]]
        .assert_eq(&run_markdown(&sessions, &summary, 2));
    }

    #[test]
    fn a_fence_is_longer_than_any_in_the_text() {
        assert_eq!(fenced("a\n```\nb"), "````text\na\n```\nb\n````\n");
    }
}
