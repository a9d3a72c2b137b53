//! Where Python's top-level statements begin, told by the lines alone: it holds for text that no parser reads.
//! Neighbours: `mend`, which mends one statement at a time, and `parts`, which parses some at a time.

use super::mend::line_at;
use crate::Span;

/// The statements that `span` touches, as one span from the start of a line to the start of another.
pub(super) fn around(text: &str, span: Span) -> Span {
    let mut start = line_at(text, span.start as usize).start;
    while start > 0 && !begins(text, start) {
        start = line_at(text, start as usize - 1).start;
    }
    let mut end = next_line(text, span.end);
    while (end as usize) < text.len() && !begins(text, end) {
        end = next_line(text, end);
    }
    Span::new(start, end)
}

/// All statements; together they are the whole text.
pub(super) fn all(text: &str) -> Vec<Span> {
    let (mut out, mut start, mut at) = (Vec::new(), 0, 0);
    while (at as usize) < text.len() {
        at = next_line(text, at);
        if at as usize >= text.len() || begins(text, at) {
            out.push(Span::new(start, at));
            start = at;
        }
    }
    out
}

fn next_line(text: &str, at: u32) -> u32 {
    let at = text.floor_char_boundary(at as usize);
    let rest = text.get(at..).unwrap_or_default();
    Span::from(0..rest.find('\n').map_or(text.len(), |n| at + n + 1)).end
}

/// Whether a statement begins with the line at `start`: it stands at the margin, does not go on with the one above and
/// has no decorator above it.
fn begins(text: &str, start: u32) -> bool {
    let line = line_at(text, start as usize);
    if !is_at_margin(line.of(text)) {
        return false;
    }
    let above = line.start.checked_sub(1).map(|at| line_at(text, at as usize));
    // The line above ends a decorator, or a decorator over several lines ends there.
    let Some(mut above) = above else { return true };
    while above.start > 0 && !is_at_margin(above.of(text)) && !above.of(text).trim().is_empty() {
        above = line_at(text, above.start as usize - 1);
    }
    !above.of(text).starts_with('@')
}

fn is_at_margin(line: &str) -> bool {
    let word = line.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    let goes_on = line.starts_with([' ', '\t', ')', ']', '}', '#', '\r', '"', '\''])
        || matches!(word, "else" | "elif" | "except" | "finally");
    !line.is_empty() && !goes_on
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
import nox
X = [
    1,
]

@nox.session(
    tags=[],
)
@other
def a(session):
    pass

if X:
    pass
# about else
else:
    pass
b()
";

    #[test]
    fn a_statement_has_its_decorators_and_branches() {
        let firsts: Vec<&str> = all(TEXT).iter().filter_map(|span| span.of(TEXT).lines().next()).collect();
        assert_eq!(firsts, ["import nox", "X = [", "@nox.session(", "if X:", "b()"]);
        let at = |word: &str| Span::empty(u32::try_from(TEXT.find(word).expect("it is there")).expect("short"));
        for (word, first) in
            [("1,", "X = ["), ("tags", "@nox"), ("@other", "@nox"), ("pass", "@nox"), ("about", "if X")]
        {
            let span = around(TEXT, at(word));
            assert!(span.of(TEXT).starts_with(first), "{word}: {}", span.of(TEXT));
        }
    }

    #[test]
    fn the_ends_of_a_text_are_its_own() {
        assert_eq!(all(""), []);
        assert_eq!(around("", Span::empty(0)), Span::empty(0));
        assert_eq!(all("  x"), [Span::new(0, 3)]);
        assert_eq!(around("a\n\n", Span::empty(3)), Span::new(0, 3));
    }
}
