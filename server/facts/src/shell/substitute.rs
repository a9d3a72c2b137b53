//! Expansions whose value can be worked out without running anything: `${1:-tests}`, `$(dirname "$0")`,
//! `$(git rev-parse --show-toplevel)`, `$(cd "$(dirname "$0")/.." && pwd)`.

use syntax::shell::{Kind, Statement, Statements};

use super::Word;
use super::expand::{View, expand};
use super::run::joined;
use crate::repository::{ROOT, from_root, parent};

/// Commands in commands.
const MAX_DEPTH: u32 = 8;

/// What commands print, when they only ask where something is.
pub(super) fn commands(statements: &Statements, view: &View<'_>) -> Option<String> {
    printed(statements, view, 0)
}

fn printed(statements: &[Statement], view: &View<'_>, depth: u32) -> Option<String> {
    if depth > MAX_DEPTH {
        return None;
    }
    match statements {
        [one] => match &one.kind {
            Kind::And(left, right) if is_pwd(right) => changed(left, view),
            _ => place(one, view),
        },
        [first, last] if is_pwd(last) => changed(first, view),
        _ => None,
    }
}

/// Where `cd` leads.
fn changed(statement: &Statement, view: &View<'_>) -> Option<String> {
    let words = words(statement, view)?;
    let mut words = words.iter();
    let is_cd = words.next()?.text == "cd";
    let target = words.find(|word| !matches!(word.text.as_str(), "--" | "-P" | "-L"))?;
    absolute(&joined(view.directory, &target.text)).filter(|_| is_cd && is_known(target))
}

fn place(statement: &Statement, view: &View<'_>) -> Option<String> {
    let words = words(statement, view)?;
    let texts: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
    if texts == ["git", "rev-parse", "--show-toplevel"] {
        return Some(ROOT.to_owned());
    }
    if matches!(texts.as_slice(), ["pwd"] | ["pwd", "-P" | "-L"]) {
        return absolute(view.directory);
    }
    let program = *texts.first()?;
    let of = words.iter().skip(1).find(|word| !word.text.starts_with('-')).filter(|word| is_known(word))?;
    match program {
        "dirname" => parent(&of.text),
        "realpath" => absolute(&joined(view.directory, &of.text)),
        "readlink" if texts.get(1).is_some_and(|flag| flag.contains('f') || flag.contains('e')) => {
            absolute(&joined(view.directory, &of.text))
        }
        _ => None,
    }
}

/// A folder as it stays when the shell moves on. One that is relative to where the script starts says nothing later.
fn absolute(path: &str) -> Option<String> {
    from_root(path).map(|_| path.to_owned())
}

fn is_pwd(statement: &Statement) -> bool {
    let Kind::Simple { assignments, words } = &statement.kind else { return false };
    let text = |part: &syntax::shell::Part| matches!(part, syntax::shell::Part::Text(text) if text == "pwd");
    assignments.is_empty() && words.first().is_some_and(|word| word.parts.iter().all(text) && !word.parts.is_empty())
}

fn words(statement: &Statement, view: &View<'_>) -> Option<Vec<Word>> {
    let Kind::Simple { words, .. } = &statement.kind else { return None };
    Some(words.iter().flat_map(|word| expand(word, word.span, view)).collect())
}

fn is_known(word: &Word) -> bool {
    word.literal || from_root(&word.text).is_some()
}

/// `${NAME:-default}`, `${NAME[1]}`, `${NAME%/*}`: one word. A value with spaces is left alone, as quotes around it are
/// not known here.
pub(super) fn default(written: &str, view: &View<'_>) -> Option<Vec<Word>> {
    let inside = written.strip_prefix("${")?.strip_suffix('}')?;
    let end = inside.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))?;
    let (name, rest) = inside.split_at(end);
    let value = view.variables.value(name, view.environment);
    let is_set = view.variables.get(name).is_some() || value.is_some();
    let (at, rest) = match rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((index, rest)) => (index.parse::<usize>().ok()?, rest),
        None => (0, rest),
    };
    let word = value.as_ref().and_then(|words| words.get(at).cloned());
    let text = |text: &str| Word { text: text.to_owned(), span: syntax::Span::default(), literal: true, quoted: false };
    let found = if rest.is_empty() {
        word?
    } else if rest == "%/*" {
        text(&parent(&word.filter(is_known)?.text)?)
    } else {
        let (sign, default) = [":-", ":=", "-", "="].iter().find_map(|sign| Some((*sign, rest.strip_prefix(sign)?)))?;
        let default = default.trim_matches(['"', '\'']);
        let is_plain = !default.contains(['$', '`', '{', '}', '"', '\'', '\\']);
        match word.filter(|word| !word.text.is_empty() || !sign.starts_with(':')) {
            Some(word) => word,
            // Nothing is known of it: it may come from anywhere, and nearly never does.
            None if is_plain && (!is_set || value.is_some()) => text(default),
            None => return None,
        }
    };
    (!found.text.is_empty() && !found.text.contains(char::is_whitespace)).then(|| vec![found])
}
