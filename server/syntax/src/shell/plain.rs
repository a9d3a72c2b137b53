//! The short way for scripts without anything special in them, which is most: lines of words. A parse by the grammar
//! costs ten times as much. Gives up at the first sign of more; a test holds both ways to the same answer.

use super::word::word;
use super::{Assigned, Assignment, Kind, Statement, Statements};
use crate::Span;

/// Words that begin something else than a command, or a command that the grammar treats apart.
#[rustfmt::skip]
const RESERVED: &[&str] = &[
    "if", "then", "else", "elif", "fi", "for", "while", "until", "do", "done", "case", "esac", "in", "function",
    "select", "time", "coproc", "export", "declare", "typeset", "local", "readonly", "unset", "unsetenv", "let",
];

/// Statements of `script`, if all of its lines are plain.
pub(super) fn parse(script: &str) -> Option<Statements> {
    let mut statements = Vec::new();
    let mut start = 0;
    for line in script.split('\n') {
        let words = words(line, start)?;
        if let (Some(first), Some(last)) = (words.first(), words.last()) {
            statements.push(statement(script, &words, first.join(*last))?);
        }
        start += line.len() + 1;
    }
    Some(statements)
}

fn statement(script: &str, spans: &[Span], span: Span) -> Option<Statement> {
    let (mut assignments, mut words) = (Vec::new(), Vec::new());
    for at in spans {
        let text = at.of(script);
        let name = text.split('=').next().filter(|name| words.is_empty() && is_name(name) && name.len() < text.len());
        if let Some(name) = name {
            let value = Span::from(at.range().start + name.len() + 1..at.range().end);
            let value = Assigned::Word(word(script, value, Vec::new()));
            assignments.push(Assignment { span: *at, name: name.to_owned(), append: false, value });
            continue;
        }
        // `a+=b` and `a[1]=b` are assignments too.
        if words.is_empty() && (RESERVED.contains(&text) || text.contains('=')) {
            return None;
        }
        words.push(word(script, *at, Vec::new()));
    }
    Some(Statement { span, kind: Kind::Simple { assignments, words }, redirects: Vec::new(), background: false })
}

/// Spans of the words of a line, unless it holds more than words.
fn words(line: &str, base: usize) -> Option<Vec<Span>> {
    let bytes = line.as_bytes();
    let mut words = Vec::new();
    let (mut at, mut begin) = (0, None);
    while let Some(byte) = bytes.get(at).copied() {
        match byte {
            b' ' => {
                words.extend(begin.take().map(|begin| Span::from(base + begin..base + at)));
                at += 1;
                continue;
            }
            b'$' if line.get(at..)?.starts_with("${{") => {
                begin.get_or_insert(at);
                at += line.get(at..)?.find("}}")? + 2;
                continue;
            }
            b'"' | b'\'' => {
                begin.get_or_insert(at);
                at += quoted(line.get(at..)?)?;
                continue;
            }
            b'a'..=b'z'
            | b'A'..=b'Z'
            | b'0'..=b'9'
            | b'_'
            | b'.'
            | b'/'
            | b'='
            | b'-'
            | b':'
            | b'@'
            | b'%'
            | b'+'
            | b',' => {}
            _ => return None,
        }
        begin.get_or_insert(at);
        at += 1;
    }
    words.extend(begin.map(|begin| Span::from(base + begin..base + at)));
    Some(words)
}

/// Length of a quoted part, if it ends on its line and nothing in it is expanded by the shell.
fn quoted(rest: &str) -> Option<usize> {
    let bytes = rest.as_bytes();
    let quote = *bytes.first()?;
    let mut at = 1;
    loop {
        match *bytes.get(at)? {
            byte if byte == quote => return Some(at + 1),
            b'$' if rest.get(at..)?.starts_with("${{") => at += rest.get(at..)?.find("}}")? + 2,
            b'$' | b'`' | b'\\' if quote == b'"' => return None,
            b'\r' => return None,
            _ => at += 1,
        }
    }
}

fn is_name(text: &str) -> bool {
    let starts = text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    starts && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::lower;

    proptest! {
        #[test]
        fn both_ways_give_the_same(script in "(([a-z]{1,3}|nox|-s|A=1|A=|x=3|a\\+=b|--k=v,w|3.12|if|\\$\\{\\{ m.x \\}\\}|a-\\$\\{\\{ m \\}\\}|u@h|x n==1|\"a  b\"|'c #'|--x=\"y;z\"d|A=\"b c\"|\"\\$\\{\\{ m == 'x' \\}\\}\"|'a'b\"c\"|\"\")[ \n]{1,2}){0,12}") {
            // The grammar refuses some plain words, such as `a@`.
            if let Some(short) = super::parse(&script).filter(|_| lower::is_accepted(&script)) {
                prop_assert_eq!(short, lower::by_grammar(&script));
            }
        }
    }

    #[test]
    fn common_scripts_are_plain() {
        for script in
            ["nox", "nox -s lint tests\n", "A=1 uvx nox -s ${{ matrix.session }} -- -v\npip install nox==2026.8"]
        {
            assert_eq!(super::parse(script), Some(lower::by_grammar(script)), "{script}");
        }
        let quoted = "nox -s \"a b\" 'c' -- --x=\"${{ m.x == 'y' }}\"";
        assert_eq!(super::parse(quoted), Some(lower::by_grammar(quoted)));
        assert_eq!(super::parse("nox -s \"$X\""), None);
        assert_eq!(super::parse("nox -s a && nox"), None);
        assert_eq!(super::parse("if x"), None);
    }
}
