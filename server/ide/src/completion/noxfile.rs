//! In a noxfile: within the strings of `requires=`, `notify(`, `nox.options.sessions`, `nox.options.tags` and `tags=`.

use model::NoxfileId;
use syntax::Span;

use super::{Completion, sessions, tags, word};
use crate::snapshot::Snapshot;

/// How far back the list that a string stands in may begin.
const FAR: usize = 4 << 10;

pub(super) fn completions(snapshot: &Snapshot, noxfile: NoxfileId, text: &str, at: usize) -> Vec<Completion> {
    let Some(model) = snapshot.workspace.noxfiles.get(noxfile.0) else { return Vec::new() };
    let Some((start, before)) = string_at(text, at) else { return Vec::new() };
    // `tests(django='5')` is one name: what was typed of it is all replaced.
    let span = word(text, start, at);
    match owner(before) {
        Some(Owner::Sessions) => sessions(snapshot, noxfile, span),
        Some(Owner::Requirements) => {
            let own = model.facts.sessions.iter().find(|session| holds(session.span, at));
            let mut out = sessions(snapshot, noxfile, span);
            out.retain(|proposal| {
                own.is_none_or(|own| {
                    proposal.text != own.name && own.instances.iter().all(|it| it.signature != proposal.text)
                })
            });
            out
        }
        Some(Owner::Tags) => tags(model, span),
        None => Vec::new(),
    }
}

fn holds(span: Span, at: usize) -> bool {
    span.range().contains(&at)
}

/// What a list of strings is for.
enum Owner {
    Sessions,
    Requirements,
    Tags,
}

/// The start of the string's content that `at` lies in, and the text before its quote.
fn string_at(text: &str, at: usize) -> Option<(usize, &str)> {
    let line_start = text.get(..at)?.rfind('\n').map_or(0, |end| end + 1);
    let mut open: Option<(usize, char)> = None;
    for (index, c) in text.get(line_start..at)?.char_indices() {
        match open {
            Some((_, quote)) if c == quote => open = None,
            None if c == '"' || c == '\'' => open = Some((line_start + index, c)),
            None if c == '#' => return None,
            _ => {}
        }
    }
    let (quote, _) = open?;
    Some((quote + 1, text.get(..quote)?))
}

/// What stands before the list or call whose strings end at the end of `before`.
fn owner(before: &str) -> Option<Owner> {
    let from = before.len().saturating_sub(FAR);
    let from = (from..=before.len()).find(|at| before.is_char_boundary(*at))?;
    let mut rest = before.get(from..)?.trim_end();
    // Strings that stand before ours in the same list.
    while let Some(shorter) = rest.strip_suffix(',') {
        let shorter = shorter.trim_end();
        let quote = shorter.chars().next_back().filter(|c| *c == '"' || *c == '\'')?;
        let inner = shorter.strip_suffix(quote)?;
        rest = inner.get(..inner.rfind(quote)?)?.trim_end();
    }
    let is_list = rest.ends_with(['[', '(', '{']);
    let head = rest.strip_suffix(['[', '(', '{']).unwrap_or(rest).trim_end();
    if let Some(target) = head.strip_suffix('=') {
        let target = target.trim_end_matches([' ', '\t', '+']);
        let is = |name: &str| target.ends_with(name);
        return match () {
            () if is("requires") => Some(Owner::Requirements),
            () if is("options.sessions") => Some(Owner::Sessions),
            () if is("options.tags") || is(",tags") || is(" tags") || is("(tags") => Some(Owner::Tags),
            () => None,
        };
    }
    (is_list && head.ends_with(".notify")).then_some(Owner::Sessions)
}
