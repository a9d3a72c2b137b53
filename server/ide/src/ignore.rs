//! Comments by which people silence findings, in noxfiles and workflows alike:
//!
//! - `# noxflow: ignore[needless-needs]` at the end of a line, for findings that begin on it;
//! - the same on a line of its own, for the next line that holds more than a comment;
//! - `# noxflow: ignore-file[needless-needs]` on a line of its own, for the file;
//! - without brackets, for every lint. What stands behind it is the author's reason.
//!
//! They are looked for in lines, not in the tree: a comment of a script within `run: |` counts too, and a file without the
//! word costs nothing. Neighbours: `lints` leaves out what is silenced; `lints/needless_ignore.rs` tells those that
//! silence nothing.

use syntax::{Change, Document, Language, Span, TextEdit};

use crate::assists::python_comments;
use crate::lint::{Finding, Fix};

/// One comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ignore {
    /// From its `#` to the end of its line, without blanks.
    pub(crate) span: Span,
    /// All that goes when it is removed: the blanks before it, or its whole line.
    pub(crate) removal: Span,
    /// The lints it names, with their places; `None`: all.
    pub(crate) lints: Option<Vec<(String, Span)>>,
    /// The line it speaks of; `None`: the file.
    line: Option<Span>,
}

impl Ignore {
    /// Whether it speaks of the place of `finding`, whatever the lint.
    pub(crate) fn covers(&self, finding: &Finding) -> bool {
        self.line.is_none_or(|line| line.start <= finding.span.start && finding.span.start <= line.end)
    }

    /// Whether it silences `finding`.
    pub(crate) fn silences(&self, finding: &Finding) -> bool {
        let names = |lints: &Vec<(String, Span)>| lints.iter().any(|(name, _)| name == finding.lint);
        self.lints.as_ref().is_none_or(names) && self.covers(finding)
    }
}

/// What every such comment has in it.
const MARK: &str = "noxflow:";

/// Comments that count in one file: each is compared with each finding.
const MOST: usize = 1_000;

/// The comments in `text`, in order.
pub(crate) fn read(text: &str) -> Vec<Ignore> {
    if !text.contains(MARK) {
        return Vec::new();
    }
    let mut comments = Vec::new();
    // From the end: then the line that a comment above it speaks of is known.
    let mut end = text.len();
    let mut next = Span::from(end..end);
    for line in text.split_inclusive('\n').rev() {
        let start = end - line.len();
        comments.extend(comment(line, start, next));
        let content = line.trim();
        if !content.is_empty() && !content.starts_with('#') {
            next = Span::from(start..start + line.trim_end().len());
        }
        end = start;
    }
    comments.reverse();
    comments.truncate(MOST);
    comments
}

/// Silences `finding` by a comment at the end of its first line; `None` where that would be no comment, as within a text or
/// a script. For when somebody asks what can be done: the text is read again with it.
pub fn ignore_fix(document: &Document, finding: &Finding) -> Option<Fix> {
    let text = document.text();
    let start = text.get(..finding.span.start as usize)?.rfind('\n').map_or(0, |at| at + 1);
    let line = text.get(start..)?.lines().next()?;
    let end = start + line.trim_end().len();
    let there = comment(line, start, Span::default()).and_then(|comment| comment.lints);
    let edit = match there.as_ref().and_then(|lints| lints.last()) {
        Some((_, last)) => TextEdit::insert(last.end, format!(", {}", finding.lint)),
        None => TextEdit::insert(u32::try_from(end).ok()?, format!("  # noxflow: ignore[{}]", finding.lint)),
    };
    let edited = document.edited(&[Change { span: edit.span, text: edit.insert.clone() }]);
    let comments = match document.language() {
        Language::Python => python_comments(edited.text()),
        Language::Yaml => edited.yaml().comments.clone(),
        Language::Plain => Vec::new(),
    };
    let is_comment =
        comments.iter().any(|comment| comment.start <= edit.span.start + 2 && edit.span.start <= comment.end);
    let is_readable = edited.issues().len() <= document.issues().len();
    let title = format!("Ignore `{}` on this line", finding.lint);
    (is_comment && is_readable).then(|| Fix { title, is_safe: false, edits: vec![edit] })
}

/// The comment in `line`, which begins at `start`; `next` is the line that it speaks of if it stands alone.
fn comment(line: &str, start: usize, next: Span) -> Option<Ignore> {
    let content = line.trim_end();
    let (before, rest) = content.rsplit_once(MARK)?;
    let code = before.trim_end_matches([' ', '\t']).strip_suffix('#')?;
    let is_alone = code.trim().is_empty();
    if !is_alone && !code.ends_with([' ', '\t']) {
        return None;
    }
    let word = rest.trim_start().strip_prefix("ignore")?;
    let (word, is_file) = word.strip_prefix("-file").map_or((word, false), |word| (word, true));
    let end = start + content.len();
    let lints = match word.strip_prefix('[') {
        Some(list) => Some(names(list.split_once(']')?.0, end - list.len())),
        None if word.is_empty() || word.starts_with(char::is_whitespace) => None,
        None => return None,
    };
    let removal = if is_alone { start..start + line.len() } else { start + code.trim_end().len()..end };
    let line = match (is_file, is_alone) {
        (true, true) => None,
        (true, false) => return None,
        (false, true) => Some(next),
        (false, false) => Some(Span::from(start..end)),
    };
    Some(Ignore { span: Span::from(start + code.len()..end), removal: Span::from(removal), lints, line })
}

/// The names in `list`, which begins at `start`.
fn names(list: &str, start: usize) -> Vec<(String, Span)> {
    let mut at = start;
    let mut out = Vec::new();
    for part in list.split(',') {
        let name = part.trim();
        let from = at + (part.len() - part.trim_start().len());
        if !name.is_empty() {
            out.push((name.to_owned(), Span::from(from..from + name.len())));
        }
        at += part.len() + 1;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[(&str, &str)]) {
        let told = |ignore: &Ignore| {
            let lints = ignore.lints.as_ref().map_or("all".to_owned(), |lints| {
                let written = lints.iter().map(|(name, span)| {
                    assert_eq!(span.of(text), name);
                    name.as_str()
                });
                written.collect::<Vec<_>>().join(" ")
            });
            (lints, ignore.line.map_or("the file", |line| line.of(text).trim()).to_owned())
        };
        let found: Vec<(String, String)> = read(text).iter().map(told).collect();
        let expected: Vec<(String, String)> =
            expected.iter().map(|(lints, line)| ((*lints).to_owned(), (*line).to_owned())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn at_the_end_of_a_line_it_speaks_of_that_line() {
        check(
            "needs: a  # noxflow: ignore[needless-needs]\n",
            &[("needless-needs", "needs: a  # noxflow: ignore[needless-needs]")],
        );
        check("a #noxflow:ignore[b, c] because\r\nd", &[("b c", "a #noxflow:ignore[b, c] because")]);
    }

    #[test]
    fn on_a_line_of_its_own_it_speaks_of_the_next_that_is_no_comment() {
        check("# noxflow: ignore\n\n  # why\n  nox -s a\nb", &[("all", "nox -s a")]);
        check("a\n# noxflow: ignore[x]", &[("x", "")]);
    }

    #[test]
    fn a_file_is_spoken_of_on_a_line_of_its_own() {
        check("a\n  # noxflow: ignore-file[x]\n", &[("x", "the file")]);
        check("a # noxflow: ignore-file[x]\n", &[]);
    }

    #[test]
    fn what_only_looks_like_one_is_none() {
        for text in
            ["url#noxflow: ignore", "noxflow: ignore", "# noxflow: ignored", "# noxflow: ignore[x", "# noxflow:"]
        {
            check(text, &[]);
        }
    }

    #[track_caller]
    fn check_fix(language: Language, text: &str, expected: Option<&str>) {
        let at = text.find("<|>").expect("a cursor");
        let text = text.replace("<|>", "");
        let finding = Finding {
            lint: "some-lint",
            level: crate::lint::Level::Hint,
            span: Span::from(at..at),
            message: String::new(),
            related: Vec::new(),
            fixes: Vec::new(),
            rewrite: None,
            is_told_by_github: false,
        };
        let fix = ignore_fix(&Document::new(language, text.as_str()), &finding);
        let after = fix.map(|fix| syntax::apply(&text, &fix.edits).expect("edits that fit"));
        assert_eq!(after.as_deref(), expected);
        if let Some(after) = after {
            assert!(read(&after)[0].silences(&finding), "{after}");
        }
    }

    #[test]
    fn a_comment_is_put_at_the_end_of_the_line() {
        check_fix(
            Language::Yaml,
            "a: 1\r\nneeds: <|>a\r\n",
            Some("a: 1\r\nneeds: a  # noxflow: ignore[some-lint]\r\n"),
        );
        let steps = "a:\n  - run: nox -s <|>x\n";
        check_fix(Language::Yaml, steps, Some("a:\n  - run: nox -s x  # noxflow: ignore[some-lint]\n"));
        check_fix(Language::Yaml, "<|>a: 1 # why", Some("a: 1 # why  # noxflow: ignore[some-lint]"));
        check_fix(Language::Python, "f(<|>a,\n  b)\n", Some("f(a,  # noxflow: ignore[some-lint]\n  b)\n"));
    }

    #[test]
    fn a_comment_that_is_there_gets_one_more_name() {
        let after = "x = 1  # noxflow: ignore[other, some-lint] why\n";
        check_fix(Language::Python, "x = <|>1  # noxflow: ignore[other] why\n", Some(after));
    }

    #[test]
    fn nothing_is_put_where_it_would_be_text() {
        check_fix(Language::Yaml, "run: |\n  nox -s <|>a\n  nox -s b\n", None);
        check_fix(Language::Yaml, "run: \"nox <|>-s a\n  b\"\n", None);
        check_fix(Language::Python, "x = \"\"\"<|>a\nb\"\"\"\n", None);
    }

    #[test]
    fn what_is_removed_leaves_the_line_as_it_was() {
        let without = |text: &str| {
            let removal = read(text)[0].removal;
            format!("{}{}", &text[..removal.start as usize], &text[removal.end as usize..])
        };
        assert_eq!(without("a  # noxflow: ignore because\nb\n"), "a\nb\n");
        assert_eq!(without("a\r\n  # noxflow: ignore\r\nb\r\n"), "a\r\nb\r\n");
        assert_eq!(without("a # noxflow: ignore\r\nb\r\n"), "a\r\nb\r\n");
    }
}
