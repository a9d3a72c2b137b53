//! Fills `${{ … }}` and `$X` into the words of a nox call, once per cell of the matrix.

use facts::shell::{NoxCall, Word};
use facts::workflow::{Scope, Step};
use syntax::Span;

/// A selection with every word known; what is not known is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Selected {
    pub(super) sessions: Option<Vec<(String, Span)>>,
    pub(super) tags: Option<Vec<String>>,
    pub(super) keywords: Option<String>,
    pub(super) pythons: Option<Vec<String>>,
    /// `-P`: the interpreters that take the place of those in the noxfile.
    pub(super) forced: Option<Vec<String>>,
}

/// The selections of `call` in `step`, one for each of `scopes` (the cells of the matrix) when they differ, else one.
/// `None` for a cell that leaves the step out, as its `if:` says. `is_partial` is set when a word cannot be known.
pub(super) fn selections(
    call: &NoxCall,
    step: &Step,
    scopes: &[Scope<'_>],
    is_partial: &mut bool,
) -> Vec<Option<Selected>> {
    let names_cell = |text: &&str| ["matrix", "runner.", "env."].iter().any(|word| text.contains(word));
    let of_cells = step.condition.as_ref().map(|(text, _)| text.as_str()).filter(names_cell);
    let depends_on_cell = of_cells.is_some() || all_words(call).any(|word| !word.literal);
    let needed = if depends_on_cell { scopes.len() } else { 1 };
    let one = |scope: &Scope<'_>| {
        let scope = scope.in_step(step);
        let is_run = of_cells.is_none_or(|condition| scope.may_hold(condition));
        is_run.then(|| selection(call, &scope, is_partial))
    };
    let mut found: Vec<Option<Selected>> = scopes.iter().take(needed).map(one).collect();
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

fn selection(call: &NoxCall, scope: &Scope<'_>, is_partial: &mut bool) -> Selected {
    let by_commas = call.selection.is_from_environment;
    let mut list = |words: &Option<Vec<Word>>, by_commas: bool| -> Option<Vec<(String, Span)>> {
        let words = words.as_ref()?;
        let mut found = Vec::new();
        for word in words {
            match fill(word, scope) {
                Some(text) => {
                    split(&text, word, by_commas, &mut found);
                    // What a value brings behind `--` are the sessions' arguments (`docs -- --strict`).
                    if let Some(at) = found.iter().position(|(text, _)| text == "--") {
                        found.truncate(at);
                        break;
                    }
                }
                None => *is_partial = true,
            }
        }
        Some(found)
    };
    let texts = |list: Option<Vec<(String, Span)>>| list.map(|it| it.into_iter().map(|(text, _)| text).collect());
    let sessions = list(&call.selection.sessions, by_commas);
    let tags = texts(list(&call.selection.tags, false));
    let pythons = texts(list(&call.selection.pythons, false));
    let forced = texts(list(&call.selection.force_pythons, false));
    *is_partial |= call.other_flags.iter().any(|word| changes_instances(&word.text));
    let keywords = call.selection.keywords.as_ref().and_then(|word| {
        let text = fill(word, scope);
        *is_partial |= text.is_none();
        text
    });
    Selected { sessions, tags, keywords, pythons, forced }
}

/// Options by which sessions get other instances than the noxfile says: more interpreters, or none where nox makes no
/// environments.
fn changes_instances(flag: &str) -> bool {
    let flags = ["--extra-pythons", "--extra-python", "--no-venv", "-fb", "--force-venv-backend"];
    flags.contains(&flag.split('=').next().unwrap_or_default())
}

/// A filled word may become several: unquoted for the shell, or a list for `NOXSESSION`.
fn split(text: &str, word: &Word, by_commas: bool, found: &mut Vec<(String, Span)>) {
    if word.literal {
        found.push((text.to_owned(), word.span));
        return;
    }
    let parts: Vec<&str> = match (by_commas, word.quoted) {
        (true, _) => text.split(',').map(str::trim).collect(),
        (false, true) => vec![text],
        (false, false) => text.split_whitespace().collect(),
    };
    found.extend(parts.into_iter().filter(|it| !it.is_empty()).map(|it| (it.to_owned(), word.span)));
}

/// The text with expressions and variables filled in; `None` when one is not known.
pub(super) fn fill(word: &Word, scope: &Scope<'_>) -> Option<String> {
    if word.literal {
        return Some(word.text.clone());
    }
    let text = scope.fill(&word.text).ok()?;
    let (mut out, mut rest) = (String::new(), text.as_str());
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        let (name, behind) = match rest[at..].strip_prefix("${") {
            Some(inside) => inside.split_once('}')?,
            None => {
                let inside = &rest[at + 1..];
                let end = inside.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(inside.len());
                inside.split_at(end)
            }
        };
        out.push_str(&scope.variable(name)?);
        rest = behind;
    }
    out.push_str(rest);
    Some(out)
}
