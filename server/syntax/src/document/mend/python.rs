//! Mending Python: the half-typed line is completed (brackets, quotes, a name, a colon), else replaced.

use super::{Mend, blank, comment_out, content, line_at};
use crate::Span;

/// How far up the start of a statement is looked for.
const MAX_BACK: usize = 16 << 10;

/// Ways to mend `place` (whole lines), best first.
pub(super) fn candidates(text: &str, place: Span) -> Vec<Vec<Mend>> {
    if place.of(text).contains('\n') {
        let mends = comment_out(text, place);
        return if mends.is_empty() { Vec::new() } else { vec![mends] };
    }
    let mut out: Vec<Mend> = Vec::new();
    let line = content(text, place);
    let here = Open::of(line.of(text));
    let code = Span::new(line.start, line.start + here.code_end);
    let statement = Span::new(statement_start(text, place), place.start + (code.end - place.start));
    let above = Open::of(statement.of(text));
    let mut closers = vec![here.closers()];
    if above.closers() != here.closers() {
        closers.push(above.closers());
    }
    for closers in closers {
        for (name, colon) in completions(code.of(text), !closers.is_empty()) {
            out.push(Mend { span: Span::empty(code.end), insert: format!("{name}{closers}{colon}") });
        }
    }
    if code.of(text).ends_with([')', ']', '}', '"', '\'']) {
        out.push(Mend { span: Span::new(code.end - 1, code.end), insert: String::new() });
    }
    if is_deeper_below(text, place) {
        out.push(Mend { span: line, insert: "if _:".to_owned() });
    }
    out.extend(blank(text, place, "pass"));
    out.extend(blank(text, place, "#"));
    out.into_iter().map(|mend| vec![mend]).collect()
}

/// What to put at the end of a line: before its closing brackets, and behind them.
fn completions(code: &str, has_open: bool) -> Vec<(&'static str, &'static str)> {
    let mut out = Vec::new();
    let word = code.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
    let last = code.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
    let wants_more = code.ends_with(['.', '=', '+', '-', '*', '/', '%', '|', '&', '@', '<', '>', '~', ':', '!', ','])
        || matches!(last, "in" | "and" | "or" | "not" | "is" | "if" | "else" | "import" | "return" | "for" | "as")
        || matches!(last, "lambda" | "await" | "with" | "while" | "from" | "del" | "elif" | "except" | "assert");
    let name = if code.ends_with(['.', '@']) { "_" } else { " _" };
    if matches!(word, "def" | "async") && !code.contains('(') {
        out.extend([("", "():"), ("", "(): pass"), (" _", "():"), (" _", "(): pass")]);
    }
    if word == "class" {
        out.extend([("", ":"), (" _", ":"), ("", ": pass"), (" _", ": pass")]);
    }
    let is_compound = matches!(word, "def" | "async" | "if" | "elif" | "else" | "for" | "while" | "with" | "try")
        || matches!(word, "except" | "finally" | "match" | "case");
    if is_compound {
        out.extend([("", ":"), (name, ":"), ("", " in _:"), ("", ": pass"), (name, ": pass")]);
    }
    if word == "from" {
        out.extend([("", " import _"), (" _", " import _")]);
    }
    if word == "import" || last == "import" {
        out.push((" _", ""));
    }
    if has_open {
        out.push(("", ""));
    }
    if wants_more || has_open {
        out.push((name, ""));
    }
    if has_open || code.starts_with(['"', '\'']) {
        out.extend([(": _", ""), (" for _ in _", ""), ("=_", "")]);
    }
    out
}

/// Start of the top-level statement that the line belongs to: the nearest line above (or the line itself) that begins
/// at the margin and does not only close brackets.
fn statement_start(text: &str, line: Span) -> u32 {
    let mut at = line;
    while at.start > 0 && (line.start - at.start) < MAX_BACK as u32 {
        let inner = at.of(text);
        if !inner.is_empty() && !inner.starts_with([' ', '\t', ')', ']', '}', '#', '\r']) {
            break;
        }
        at = line_at(text, at.start as usize - 1);
    }
    at.start
}

fn is_deeper_below(text: &str, line: Span) -> bool {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let mut below = text.get(line.end as usize..).unwrap_or_default().lines().skip(1);
    let next = below.find(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'));
    next.is_some_and(|next| indent(next) > indent(line.of(text)))
}

/// What a piece of code leaves open at its end.
#[derive(Debug, Default, PartialEq, Eq)]
struct Open {
    brackets: Vec<char>,
    /// The quotes of a string that goes on.
    string: Option<&'static str>,
    /// Where the code of the last line ends: before a comment and blanks.
    code_end: u32,
}

impl Open {
    fn of(code: &str) -> Self {
        let (mut open, mut at, mut end) = (Self::default(), 0, 0);
        while let Some(rest) = code.get(at..).filter(|rest| !rest.is_empty()) {
            at += open.step(rest, &mut end, at);
        }
        open.code_end = u32::try_from(end).unwrap_or(u32::MAX);
        open
    }

    /// Reads one token of `rest`, which begins at `at`; its length in bytes. `end` is where code ended so far.
    fn step(&mut self, rest: &str, end: &mut usize, at: usize) -> usize {
        let first = rest.chars().next().unwrap_or(' ');
        if let Some(quote) = self.string {
            let taken = match first {
                '\\' => 1 + rest.chars().nth(1).map_or(0, char::len_utf8),
                _ if rest.starts_with(quote) => {
                    self.string = None;
                    quote.len()
                }
                '\n' if quote.len() == 1 => {
                    self.string = None;
                    1
                }
                other => other.len_utf8(),
            };
            *end = at + taken;
            return taken;
        }
        if first == '#' {
            return rest.find('\n').unwrap_or(rest.len());
        }
        let quotes = ["\"\"\"", "'''", "\"", "'"];
        let taken = if let Some(quote) = quotes.into_iter().find(|quote| rest.starts_with(quote)) {
            self.string = Some(quote);
            quote.len()
        } else {
            match first {
                '(' => self.brackets.push(')'),
                '[' => self.brackets.push(']'),
                '{' => self.brackets.push('}'),
                ')' | ']' | '}' if self.brackets.last() == Some(&first) => {
                    self.brackets.pop();
                }
                _ => {}
            }
            first.len_utf8()
        };
        if !first.is_whitespace() {
            *end = at + taken;
        }
        taken
    }

    fn closers(&self) -> String {
        let quote = self.string.unwrap_or_default();
        quote.chars().chain(self.brackets.iter().rev().copied()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_open(code: &str, closers: &str, code_end: u32) {
        let open = Open::of(code);
        assert_eq!((open.closers().as_str(), open.code_end), (closers, code_end));
    }

    #[test]
    fn open_brackets_and_quotes_are_counted_outside_strings_and_comments() {
        check_open("f([1, 'a)', {  # (", "}])", 13);
        check_open("f('it\\'s", "')", 8);
        check_open("x = \"\"\"a\nb", "\"\"\"", 10);
        check_open("f() ", "", 3);
    }
}
