//! What must not reach the parsers. Both scanners abort the whole process on deeply nested input, also in release
//! builds: tree-sitter-yaml beyond 252 block levels (its issue 48), tree-sitter-python at 511 indents with an open
//! string (its issue 350). Their stacks hold columns, so a scan of the lines bounds them from above.

use crate::{Issue, Language, MAX_BYTES, Span};

/// The smallest sum that aborted in 3,000 generated documents was 260; a workflow of 200 jobs scores 8.
const YAML_LEVELS: usize = 200;
/// CPython's own limit.
const PYTHON_INDENTS: usize = 100;
/// The scanner's stack of indents is strictly increasing, so it cannot be longer than there are columns. This holds
/// also where lines inside brackets and strings hide an indent from the count above.
const PYTHON_COLUMNS: usize = 200;
/// tree-sitter-yaml keeps rows as 16-bit numbers: everything further down is one error (its issue 49).
const YAML_LINES: usize = 32_768;

/// Why `text` may not be parsed, if it may not.
pub(super) fn refuse(language: Language, text: &str) -> Option<Issue> {
    let whole = |message: String| Some(Issue { span: Span::from(0..text.len()), message });
    if text.len() > MAX_BYTES {
        let (size, limit) = (text.len() / 1024, MAX_BYTES / 1024);
        return whole(format!("this file has {size} KiB; files of more than {limit} KiB are not read"));
    }
    let at = match language {
        Language::Yaml if text.bytes().filter(|b| *b == b'\n').count() > YAML_LINES => {
            return whole(format!("files of more than {YAML_LINES} lines are not read: split this one"));
        }
        Language::Yaml => too_deep_yaml(text),
        Language::Python => too_deep_python(text),
        Language::Plain => None,
    }?;
    let span = Span::from(at..line_end(text, at));
    Some(Issue { span, message: "this line is nested too deeply, so that the file cannot be read".to_owned() })
}

fn line_end(text: &str, at: usize) -> usize {
    text.get(at..).and_then(|rest| rest.find(['\n', '\r'])).map_or(text.len(), |n| at + n)
}

/// One line that opens levels.
struct Level {
    column: usize,
    is_dash: bool,
    levels: usize,
}

/// Start of the line at which block nesting passes what the scanner can hold.
fn too_deep_yaml(text: &str) -> Option<usize> {
    let (mut open, mut sum, mut start) = (Vec::<Level>::new(), 0, 0);
    for line in text.split(['\n', '\r']) {
        let at = start;
        start += line.len() + 1;
        let content = line.trim_start_matches(' ');
        let column = line.len() - content.len();
        if content.trim_start().is_empty() || content.starts_with('#') {
            continue;
        }
        let indicators = leading_indicators(content);
        let is_dash = indicators > 0;
        while let Some(top) = open.last() {
            if top.column < column || (top.column == column && !top.is_dash && is_dash) {
                break;
            }
            sum -= top.levels;
            open.pop();
        }
        sum += indicators + 1;
        open.push(Level { column, is_dash, levels: indicators + 1 });
        if sum > YAML_LEVELS {
            return Some(at);
        }
    }
    None
}

/// How many `- `, `? ` and `: ` the line begins with.
fn leading_indicators(content: &str) -> usize {
    let (mut n, mut rest) = (0, content);
    while let Some(after) = rest.strip_prefix(['-', '?', ':']) {
        if !after.is_empty() && !after.starts_with([' ', '\t']) {
            break;
        }
        n += 1;
        rest = after.trim_start_matches([' ', '\t']);
    }
    n
}

/// Start of the line at which indents pass what the scanner can hold.
fn too_deep_python(text: &str) -> Option<usize> {
    let (mut open, mut seen, mut n_seen, mut start, mut carried) = (vec![0], Vec::<bool>::new(), 0, 0, 0);
    for line in text.split('\n') {
        let at = start;
        start += line.len() + 1;
        let (width, content) = indent(line, carried);
        // A backslash alone continues the indent on the next line.
        carried = if content == "\\" { width } else { 0 };
        if content.is_empty() || content.starts_with('#') || carried > 0 {
            continue;
        }
        if seen.len() <= width {
            seen.resize(width + 1, false);
        }
        if let Some(seen) = seen.get_mut(width)
            && !std::mem::replace(seen, true)
        {
            n_seen += 1;
        }
        while open.last().is_some_and(|top| *top > width) {
            open.pop();
        }
        if open.last().is_none_or(|top| *top < width) {
            open.push(width);
        }
        if open.len() > PYTHON_INDENTS + 1 || n_seen > PYTHON_COLUMNS {
            return Some(at);
        }
    }
    None
}

/// Width of the indent as the scanner counts it, and what follows.
fn indent(line: &str, carried: usize) -> (usize, &str) {
    let mut width = carried;
    for (at, byte) in line.bytes().enumerate() {
        match byte {
            b' ' => width += 1,
            b'\t' => width += 8,
            b'\r' | b'\x0c' => width = 0,
            _ => return (width, line.get(at..).unwrap_or_default().trim_end_matches('\r')),
        }
    }
    (width, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(language: Language, text: &str, expected: Option<&str>) {
        let issue = refuse(language, text);
        assert_eq!(issue.as_ref().map(|issue| issue.message.as_str()), expected);
    }

    const DEEP: &str = "this line is nested too deeply, so that the file cannot be read";

    #[test]
    fn deep_yaml_is_refused_and_ordinary_yaml_is_not() {
        check(Language::Yaml, &"- ".repeat(300), Some(DEEP));
        check(Language::Yaml, &(0..210).map(|n| format!("{}a:\n", " ".repeat(n))).collect::<String>(), Some(DEEP));
        check(Language::Yaml, &"jobs:\n- a: b\n  c:\n  - d\n".repeat(1000), None);
    }

    #[test]
    fn deep_python_is_refused_and_ordinary_python_is_not() {
        let deep = |n: usize| (0..n).map(|n| format!("{}if x:\n", " ".repeat(n))).collect::<String>();
        check(Language::Python, &deep(102), Some(DEEP));
        check(Language::Python, &deep(90), None);
    }

    #[test]
    fn strings_at_the_margin_do_not_hide_indents() {
        let mut text = String::new();
        for n in 0..600 {
            text.push_str(&format!("{}if x:\n", " ".repeat(n)));
            if n % 90 == 89 {
                text.push_str(&format!("{}'''\nx\n'''\n", " ".repeat(n + 1)));
            }
        }
        check(Language::Python, &text, Some(DEEP));
    }

    #[test]
    fn long_files_are_refused() {
        check(
            Language::Yaml,
            &"\n".repeat(40_000),
            Some("files of more than 32768 lines are not read: split this one"),
        );
        check(
            Language::Python,
            &" ".repeat(MAX_BYTES + 1024),
            Some("this file has 1025 KiB; files of more than 1024 KiB are not read"),
        );
    }
}
