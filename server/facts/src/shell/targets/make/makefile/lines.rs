//! The lines of a Makefile: continued ones as one, recipes apart, conditionals followed.

use syntax::Span;

/// A line with those that continue it.
pub(super) struct Logical {
    pub(super) text: String,
    pub(super) span: Span,
    /// It begins with a tab.
    pub(super) is_recipe: bool,
}

/// All lines. In a recipe the shell joins continued lines, elsewhere make does, by a space.
pub(super) fn of(text: &str) -> Vec<Logical> {
    let mut out = Vec::new();
    let mut open: Option<Logical> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let line = line.trim_end_matches(['\n', '\r']);
        let goes_on = line.len() - line.trim_end_matches('\\').len();
        let goes_on = goes_on % 2 == 1;
        let end = start + line.len();
        let mut logical = match open.take() {
            Some(mut logical) => {
                let more = if logical.is_recipe { line.strip_prefix('\t').unwrap_or(line) } else { line.trim_start() };
                logical.text.push_str(more);
                logical
            }
            None => {
                let is_recipe = line.starts_with('\t');
                let text = line.strip_prefix('\t').unwrap_or(line).to_owned();
                Logical { text, span: Span::from(start + usize::from(is_recipe)..end), is_recipe }
            }
        };
        logical.span = Span::new(logical.span.start, Span::from(start..end).end);
        if goes_on {
            if logical.is_recipe {
                logical.text.push('\n');
            } else {
                logical.text.pop();
                logical.text.truncate(logical.text.trim_end().len());
                logical.text.push(' ');
            }
            open = Some(logical);
        } else {
            out.push(logical);
        }
    }
    out.extend(open);
    out
}

/// The text in front of a `#` that no backslash guards.
pub(super) fn without_comment(text: &str) -> &str {
    let at = text.match_indices('#').find(|(at, _)| !text.get(..*at).is_some_and(|before| before.ends_with('\\')));
    at.and_then(|(at, _)| text.get(..at)).unwrap_or(text)
}

/// `NAME := value` as its three parts.
pub(super) fn assignment(text: &str) -> Option<(&str, &str, &str)> {
    let at = top_level(text, &|c| c == '=' || c == ':')?;
    let rest = text.get(at..)?;
    let before = text.get(..at)?;
    let (name, sign) = match rest.strip_prefix('=') {
        Some(_) => match before.chars().next_back() {
            Some(last @ ('?' | '+' | '!')) => (
                before.strip_suffix(last)?,
                ["?=", "+=", "!="][match last {
                    '?' => 0,
                    '+' => 1,
                    _ => 2,
                }],
            ),
            _ => (before, "="),
        },
        None => (before, [":::=", "::=", ":="].into_iter().find(|sign| rest.starts_with(sign))?),
    };
    let value = rest.get(if sign.starts_with(':') { sign.len() } else { 1 }..)?;
    let name = name.trim();
    (!name.is_empty() && !name.contains(char::is_whitespace)).then(|| (name, sign, value.trim_start()))
}

/// A rule's targets and what stands behind the colon.
pub(super) fn split_rule(text: &str) -> Option<(&str, &str)> {
    let at = top_level(text, &|c| c == ':')?;
    Some((text.get(..at)?.trim_end_matches('&'), text.get(at + 1..)?))
}

/// Where `wanted` stands outside of `$(…)`.
pub(super) fn unescaped(text: &str, wanted: char) -> Option<usize> {
    top_level(text, &|c| c == wanted)
}

/// `(a,b)`, `"a" "b"` and `'a' 'b'`.
pub(super) fn operands(text: &str) -> Option<(&str, &str)> {
    if let Some(inner) = text.strip_prefix('(').and_then(|text| text.strip_suffix(')')) {
        let at = top_level(inner, &|c| c == ',')?;
        return Some((inner.get(..at)?.trim(), inner.get(at + 1..)?.trim()));
    }
    let (left, rest) = quoted(text)?;
    let (right, _) = quoted(rest.trim_start())?;
    Some((left, right))
}

fn quoted(text: &str) -> Option<(&str, &str)> {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    text.get(1..)?.split_once(quote)
}

fn top_level(text: &str, is_wanted: &dyn Fn(char) -> bool) -> Option<usize> {
    let mut depth = 0_u32;
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        match c {
            '(' | '{' if before == '$' || depth > 0 => depth += 1,
            ')' | '}' => depth = depth.saturating_sub(1),
            c if depth == 0 && before != '\\' && is_wanted(c) => return Some(at),
            _ => {}
        }
        before = c;
    }
    None
}

/// `ifeq`, `else` and `endif` as far as we are in them.
#[derive(Default)]
pub(super) struct Branches(Vec<Branch>);

struct Branch {
    /// Whether this part counts; `None`: not known.
    counts: Option<bool>,
    /// A part before it surely counted.
    is_done: bool,
    /// A part before it may have counted.
    is_open: bool,
}

impl Branches {
    /// Lines here are not surely left out.
    pub(super) fn may_count(&self) -> bool {
        self.0.iter().all(|branch| branch.counts != Some(false))
    }

    /// Lines here surely count.
    pub(super) fn is_sure(&self) -> bool {
        self.0.iter().all(|branch| branch.counts == Some(true))
    }

    /// Takes a line that is a conditional's. `test` answers what `ifeq …` asks.
    pub(super) fn directive(&mut self, text: &str, test: &dyn Fn(&str) -> Option<bool>) -> bool {
        let word = text.split([' ', '(', '\t']).next().unwrap_or_default();
        match word {
            "ifeq" | "ifneq" | "ifdef" | "ifndef" => {
                let counts = if self.may_count() { test(text) } else { Some(false) };
                self.0.push(Branch { counts, is_done: counts == Some(true), is_open: counts.is_none() });
            }
            "else" => {
                let rest = text.get(4..).unwrap_or_default().trim();
                let asked = if rest.is_empty() { Some(true) } else { test(rest) };
                if let Some(branch) = self.0.last_mut() {
                    let counts = if branch.is_done { Some(false) } else { asked };
                    branch.is_done |= counts == Some(true);
                    // One of the parts before it may be the one: then this one may be too.
                    branch.counts = if branch.is_open && counts == Some(true) { None } else { counts };
                    branch.is_open |= counts.is_none();
                }
            }
            "endif" => drop(self.0.pop()),
            _ => return false,
        }
        true
    }
}
