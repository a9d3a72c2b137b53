//! Fills `${{ matrix.x }}`, `${{ env.X }}` and `$X` into the words of a nox call, once per cell of the matrix.

use facts::shell::{NoxCall, Word};
use facts::workflow::{Cell, Strategy};
use syntax::Span;

/// Variables of the step, the job and the workflow; the innermost counts.
pub(super) struct Variables<'a> {
    pub(super) step: &'a [(String, Word)],
    pub(super) job: &'a [(String, Word)],
    pub(super) workflow: &'a [(String, Word)],
}

impl<'a> Variables<'a> {
    fn get(&self, key: &str) -> Option<&'a str> {
        let all = [self.step, self.job, self.workflow];
        all.into_iter().flatten().find(|(name, _)| name == key).map(|(_, word)| word.text.as_str())
    }
}

/// A selection with every word known; what is not known is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Selected {
    pub(super) sessions: Option<Vec<(String, Span)>>,
    pub(super) tags: Option<Vec<String>>,
    pub(super) keywords: Option<String>,
    pub(super) pythons: Option<Vec<String>>,
}

/// The selections of `call`, one per cell of the matrix when they differ, else one. `is_partial` is set when a word
/// cannot be known.
pub(super) fn selections(
    call: &NoxCall,
    strategy: Option<&Strategy>,
    env: &Variables<'_>,
    is_partial: &mut bool,
) -> Vec<Selected> {
    let cells: &[Cell] = strategy.and_then(|it| it.cells.value()).map_or(&[], Vec::as_slice);
    let mut found = Vec::new();
    let depends_on_matrix = all_words(call).any(|word| !word.literal);
    if cells.is_empty() || !depends_on_matrix {
        found.push(selection(call, None, env, is_partial));
        return found;
    }
    for cell in cells {
        found.push(selection(call, Some(cell), env, is_partial));
    }
    // The text may hold an expression that says the same in every cell (`$PYTHON`).
    if found.windows(2).all(|pair| pair[0] == pair[1]) {
        found.truncate(1);
    }
    found
}

fn all_words(call: &NoxCall) -> impl Iterator<Item = &Word> {
    let it = &call.selection;
    let lists = [&it.sessions, &it.tags, &it.pythons, &it.force_pythons];
    lists.into_iter().flatten().flatten().chain(&it.keywords)
}

fn selection(call: &NoxCall, cell: Option<&Cell>, env: &Variables<'_>, is_partial: &mut bool) -> Selected {
    let mut list = |words: &Option<Vec<Word>>| -> Option<Vec<(String, Span)>> {
        let words = words.as_ref()?;
        let mut found = Vec::new();
        for word in words {
            match fill(word, cell, env) {
                Some(text) => split(&text, word, &mut found),
                None => *is_partial = true,
            }
        }
        Some(found)
    };
    let texts = |list: Option<Vec<(String, Span)>>| list.map(|it| it.into_iter().map(|(text, _)| text).collect());
    let sessions = list(&call.selection.sessions);
    let tags = texts(list(&call.selection.tags));
    let pythons = texts(list(&call.selection.pythons));
    let keywords = call.selection.keywords.as_ref().and_then(|word| {
        let text = fill(word, cell, env);
        *is_partial |= text.is_none();
        text
    });
    Selected { sessions, tags, keywords, pythons }
}

/// A filled word may become several: unquoted for the shell, or a list for `NOXSESSION`.
fn split(text: &str, word: &Word, found: &mut Vec<(String, Span)>) {
    if word.literal {
        found.push((text.to_owned(), word.span));
        return;
    }
    // The span has the quotes, the text has not.
    let is_quoted = word.span.len() as usize >= word.text.len() + 2;
    let parts: Vec<&str> = if is_quoted { vec![text] } else { text.split_whitespace().collect() };
    found.extend(parts.into_iter().filter(|it| !it.is_empty()).map(|it| (it.to_owned(), word.span)));
}

/// The text with expressions and variables filled in; `None` when one is not known.
fn fill(word: &Word, cell: Option<&Cell>, env: &Variables<'_>) -> Option<String> {
    if word.literal {
        return Some(word.text.clone());
    }
    let mut text = word.text.clone();
    // A value may hold an expression itself (`SESSION: ${{ matrix.session }}`); three levels are plenty.
    for _ in 0..3 {
        let (next, is_changed) = fill_once(&text, cell, env)?;
        text = next;
        if !is_changed {
            return Some(text);
        }
    }
    (!text.contains('$')).then_some(text)
}

fn fill_once(text: &str, cell: Option<&Cell>, env: &Variables<'_>) -> Option<(String, bool)> {
    let Some(at) = text.find('$') else { return Some((text.to_owned(), false)) };
    let (mut out, mut rest) = (text[..at].to_owned(), &text[at..]);
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(inside) = rest.strip_prefix("${{") {
            let (expression, behind) = inside.split_once("}}")?;
            out.push_str(evaluate(expression, cell, env)?);
            rest = behind;
            continue;
        }
        let (name, behind) = match rest.strip_prefix("${") {
            Some(inside) => inside.split_once('}')?,
            None => {
                let inside = &rest[1..];
                let end = inside.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(inside.len());
                inside.split_at(end)
            }
        };
        out.push_str(env.get(name)?);
        rest = behind;
    }
    out.push_str(rest);
    Some((out, true))
}

/// `matrix.x`, `env.X`, `'text'`, and the first of several behind `||` that is not empty. Nothing else.
fn evaluate<'a>(expression: &'a str, cell: Option<&'a Cell>, env: &'a Variables<'a>) -> Option<&'a str> {
    let mut value = "";
    for part in expression.split("||").map(str::trim) {
        value = one(part, cell, env)?;
        if !value.is_empty() {
            break;
        }
    }
    Some(value)
}

fn one<'a>(part: &'a str, cell: Option<&'a Cell>, env: &'a Variables<'a>) -> Option<&'a str> {
    if let Some(text) = part.strip_prefix('\'').and_then(|it| it.strip_suffix('\'')) {
        return (!text.contains('\'')).then_some(text);
    }
    let is_plain = |key: &str| key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'));
    if let Some(key) = part.strip_prefix("matrix.") {
        let value = cell?.values.iter().find(|(name, _)| name == key);
        // A key that only some cells have is empty in the others.
        return match value {
            Some((_, value)) => Some(value),
            None => is_plain(key).then_some(""),
        };
    }
    env.get(part.strip_prefix("env.")?)
}
