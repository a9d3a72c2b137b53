//! Takes a setting out of a project's files: one line or one word, and nothing else. What is left is read back.
//!
//! Neighbours: `threshold` says what is taken out, `relative_files` puts one in.

use facts::project::{self, ProjectFacts};
use syntax::{Span, TextEdit};

use super::layout;

/// pytest-cov's option.
const OPTION: &str = "--cov-fail-under";

/// Takes coverage's `fail_under` out of the file called `name`; a comment behind it stays. `None`: it is written in a way
/// that is not taken apart.
pub(super) fn without_fail_under(name: &str, text: &str) -> Option<TextEdit> {
    let expected = ProjectFacts { coverage_fail_under: None, ..project::read(name, text) };
    let is_it = |line: &str| line.split_once(['=', ':']).is_some_and(|(key, _)| key.trim().ends_with("fail_under"));
    lines(text).filter(|line| is_it(line.of(text))).find_map(|line| {
        let edit = without(text, line);
        (is_read_as(name, text, &edit, &expected)).then_some(edit)
    })
}

/// Takes pytest-cov's `--cov-fail-under` out of pytest's `addopts` in the file called `name`, with the line where nothing
/// else stands on it.
pub(super) fn without_option(name: &str, text: &str) -> Option<TextEdit> {
    let before = project::read(name, text);
    let at = before.pytest_addopts.iter().position(|word| word.starts_with(OPTION))?;
    let mut expected = before.clone();
    let word = expected.pytest_addopts.remove(at);
    let written = if word == OPTION { format!("{OPTION} {}", expected.pytest_addopts.remove(at)) } else { word };
    text.match_indices(&written).find_map(|(start, _)| {
        let word = Span::new(offset(start), offset(start + written.len()));
        let line = lines(text).find(|line| line.covers(word))?;
        let edit = without_word(text, line, word);
        is_read_as(name, text, &edit, &expected).then_some(edit)
    })
}

/// Takes `word` out of `line` with its quotes, its comma and the blank before it.
fn without_word(text: &str, line: Span, word: Span) -> TextEdit {
    let before = Span::new(line.start, word.start).of(text);
    let behind = Span::new(word.end, line.end).of(text);
    let quote = before.chars().last().filter(|quote| matches!(quote, '"' | '\'') && behind.starts_with(*quote));
    // `addopts = "--cov-fail-under=90"`: the quotes are those of all options.
    let is_value = |before: &str| before.trim_end().ends_with('=');
    let (mut before, mut behind) = (before, behind);
    if let Some(quote) = quote {
        before = before.strip_suffix(quote).unwrap_or(before);
        behind = behind.strip_prefix(quote).unwrap_or(behind);
    }
    let is_alone = |rest: &str| {
        let rest = rest.trim_start_matches(',').trim_start();
        rest.is_empty() || rest.starts_with('#')
    };
    let is_list = |before: &str, behind: &str| before.trim_end().ends_with('[') && behind.trim_start().starts_with(']');
    let goes_on = text.get(line.end as usize..).is_some_and(|rest| {
        let next = rest.trim_start_matches(['\r', '\n']);
        quote.is_none() && next.starts_with([' ', '\t'])
    });
    if (before.trim().is_empty() && is_alone(behind)) || (is_value(before) && is_alone(behind) && !goes_on) {
        return without(text, line);
    }
    if let (true, Some((head, _)), Some(tail)) =
        (is_list(before, behind), before.split_once('='), behind.trim_start().strip_prefix(']'))
        && !head.contains('[')
        && is_alone(tail)
    {
        return without(text, line);
    }
    let start = line.start + offset(before.len());
    let end = line.end - offset(behind.len());
    let blank_before = before.len() - before.trim_end().len();
    let (mut from, mut to) = (start, end);
    if quote.is_some() && !is_value(before) {
        // An item of a list: with the comma before it, else the one behind.
        let head = before.trim_end();
        if let Some(head) = head.strip_suffix(',') {
            from = line.start + offset(head.len());
        } else {
            let rest = behind.trim_start().strip_prefix(',').map_or(behind, str::trim_start);
            to = line.end - offset(rest.len());
        }
    } else if blank_before > 0 && !is_value(before) {
        from = start - offset(blank_before);
    } else {
        to = line.end - offset(behind.trim_start().len());
    }
    TextEdit::delete(Span::new(from, to))
}

/// The line goes, but for the comment behind what it says.
fn without(text: &str, line: Span) -> TextEdit {
    let written = line.of(text);
    if let Some(at) = written.find('#') {
        let start = line.start + offset(written.len() - written.trim_start().len());
        return TextEdit::delete(Span::new(start, line.start + offset(at)));
    }
    let rest = text.get(line.end as usize..).unwrap_or_default();
    let newline = layout::newline(text);
    let end = if rest.starts_with(newline) { line.end + offset(newline.len()) } else { line.end };
    TextEdit::delete(Span::new(line.start, end))
}

fn is_read_as(name: &str, text: &str, edit: &TextEdit, expected: &ProjectFacts) -> bool {
    syntax::apply(text, std::slice::from_ref(edit)).is_some_and(|after| project::read(name, &after) == *expected)
}

/// Lines without their line breaks.
fn lines(text: &str) -> impl Iterator<Item = Span> {
    let mut at = 0;
    text.split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        Span::new(offset(start), offset(start + line.trim_end_matches(['\n', '\r']).len()))
    })
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(edit: Option<TextEdit>, text: &str, expected: Option<&str>) {
        let after = edit.and_then(|edit| syntax::apply(text, &[edit]));
        assert_eq!(after.as_deref(), expected);
    }

    #[test]
    fn the_line_with_the_threshold_goes() {
        for (name, text, expected) in [
            (
                "pyproject.toml",
                "[tool.coverage.report]\nshow_missing = true\nfail_under = 97\n# More.\n",
                Some("[tool.coverage.report]\nshow_missing = true\n# More.\n"),
            ),
            (
                "pyproject.toml",
                "[tool.coverage.report]\r\nfail_under = 97.5  # up only\r\n",
                Some("[tool.coverage.report]\r\n# up only\r\n"),
            ),
            ("pyproject.toml", "[tool.coverage]\nreport.fail_under = 97\n", Some("[tool.coverage]\n")),
            (".coveragerc", "[run]\nbranch = 1\n[report]\nfail_under: 97", Some("[run]\nbranch = 1\n[report]\n")),
            ("setup.cfg", "[coverage:report]\nfail_under = 97\n[x]\n", Some("[coverage:report]\n[x]\n")),
            // Another tool's key of the same name stays.
            (
                "tox.ini",
                "[interrogate]\nfail_under = 90\n[coverage:report]\nfail_under = 97\n",
                Some("[interrogate]\nfail_under = 90\n[coverage:report]\n"),
            ),
            ("pyproject.toml", "[tool.coverage]\nreport = { fail_under = 97 }\n", None),
        ] {
            check(without_fail_under(name, text), text, expected);
        }
    }

    #[test]
    fn the_option_of_pytest_goes() {
        for (name, text, expected) in [
            (
                "pyproject.toml",
                "[tool.pytest.ini_options]\naddopts = \"-ra --cov --cov-fail-under=90 -q\"\n",
                Some("[tool.pytest.ini_options]\naddopts = \"-ra --cov -q\"\n"),
            ),
            (
                "pyproject.toml",
                "[tool.pytest.ini_options]\naddopts = \"--cov-fail-under=90 --cov\"\n",
                Some("[tool.pytest.ini_options]\naddopts = \"--cov\"\n"),
            ),
            (
                "pyproject.toml",
                "[tool.pytest.ini_options]\naddopts = \"--cov-fail-under=90\"\nx = 1\n",
                Some("[tool.pytest.ini_options]\nx = 1\n"),
            ),
            (
                "pyproject.toml",
                "[tool.pytest.ini_options]\naddopts = [\"--cov\", \"--cov-fail-under=90\", \"-q\"]\n",
                Some("[tool.pytest.ini_options]\naddopts = [\"--cov\", \"-q\"]\n"),
            ),
            (
                "pyproject.toml",
                "[tool.pytest.ini_options]\naddopts = ['--cov-fail-under=90', '-q']\n",
                Some("[tool.pytest.ini_options]\naddopts = ['-q']\n"),
            ),
            (
                "pyproject.toml",
                "[tool.pytest.ini_options]\naddopts = [\n  \"--cov\",\n  \"--cov-fail-under=90\",  # up only\n]\n",
                Some("[tool.pytest.ini_options]\naddopts = [\n  \"--cov\",\n  # up only\n]\n"),
            ),
            ("pytest.ini", "[pytest]\naddopts = -ra --cov-fail-under 90\n", Some("[pytest]\naddopts = -ra\n")),
            (
                "setup.cfg",
                "[tool:pytest]\naddopts =\n    --cov\n    --cov-fail-under=90\n    -q\n",
                Some("[tool:pytest]\naddopts =\n    --cov\n    -q\n"),
            ),
            (
                "tox.ini",
                "[pytest]\naddopts = --cov-fail-under=90\n    --cov\n",
                Some("[pytest]\naddopts = \n    --cov\n"),
            ),
            (
                "tox.ini",
                "[testenv]\ncommands = pytest --cov-fail-under=90\n[pytest]\naddopts = --cov --cov-fail-under=90\n",
                Some("[testenv]\ncommands = pytest --cov-fail-under=90\n[pytest]\naddopts = --cov\n"),
            ),
        ] {
            check(without_option(name, text), text, expected);
        }
    }
}
