//! Names that aliases call parts of a workflow by: `&name` and `*name`. What an alias stands for must stay as it is, as the
//! other place means it, too; a name that nobody asks for is kept, and is there once.

use std::collections::BTreeSet;

use syntax::yaml::{Entry, Node, Value};
use syntax::{Document, Language, Span, TextEdit};

/// Why something cannot be edited, for people.
pub(crate) const ALIASED: &str = "the steps are shared with another place by an alias";

/// That no alias stands for a job, or for all of its steps: then they may change.
pub(crate) fn is_own(document: &Document, job: &Entry) -> Result<(), String> {
    let is_shared = std::iter::once(&job.value).chain(job.value.get("steps")).any(|node| is_aliased(document, node));
    if is_shared { Err(ALIASED.to_owned()) } else { Ok(()) }
}

/// Whether an alias anywhere stands for the node itself.
pub(crate) fn is_aliased(document: &Document, node: &Node) -> bool {
    node.anchor.as_deref().is_some_and(|name| used(document).contains(name))
}

/// Whether an alias anywhere stands for the node or for something in it.
pub(crate) fn is_shared(document: &Document, node: &Node) -> bool {
    let own = named(node);
    !own.is_empty() && own.iter().any(|node| is_aliased(document, node))
}

/// Whether aliases in `text` ask for something in `node`.
pub(crate) fn asks_for(text: &str, node: &Node) -> bool {
    let document = Document::new(Language::Yaml, text);
    let used = used(&document);
    names(node).iter().any(|name| used.contains(name))
}

/// The names at and in a node.
pub(crate) fn names(node: &Node) -> Vec<&str> {
    named(node).into_iter().filter_map(|node| node.anchor.as_deref()).collect()
}

/// That `new` may stand in the place of the nodes `old`: it is to hold all of their names, and what aliases stand for as it
/// was. The error says what would be lost. `new` begins at the beginning of a line.
pub(crate) fn stay<'a>(document: &Document, old: impl IntoIterator<Item = &'a Node>, new: &str) -> Result<(), String> {
    let old: Vec<&Node> = old.into_iter().flat_map(named).collect();
    if old.is_empty() {
        return Ok(());
    }
    let (used, new) = (used(document), Document::new(Language::Yaml, new));
    let kept: Vec<&Node> = new.yaml().roots.iter().flat_map(named).collect();
    for node in old {
        let Some(name) = node.anchor.as_deref() else { continue };
        let mut here = kept.iter().filter(|it| it.anchor.as_deref() == Some(name));
        match (here.next(), used.contains(name)) {
            (Some(_), false) => {}
            (None, false) => {
                return Err(format!("`&{name}`, which no alias asks for, would be lost; take it out first"));
            }
            (Some(it), true) if here.next().is_none() && it.span.of(new.text()) == node.span.of(document.text()) => {}
            (_, true) => return Err(ALIASED.to_owned()),
        }
    }
    Ok(())
}

/// `text` of a copy, which begins at the beginning of a line, without the names but those that `is_kept` wants.
pub(crate) fn without(text: &str, mut is_kept: impl FnMut(&str) -> bool) -> String {
    let document = Document::new(Language::Yaml, text);
    let nodes: Vec<&Node> = document.yaml().roots.iter().flat_map(named).collect();
    let gone = nodes.into_iter().filter(|node| node.anchor.as_deref().is_some_and(|name| !is_kept(name)));
    let edits: Vec<TextEdit> = gone.filter_map(|node| Some(TextEdit::delete(place(text, node)?))).collect();
    syntax::apply(text, &edits).unwrap_or_else(|| text.to_owned())
}

/// The same with each name where it comes first.
pub(crate) fn each_once(text: &str) -> String {
    let mut known = BTreeSet::new();
    without(text, |name| known.insert(name.to_owned()))
}

/// The name in front of a node, with the blanks that part it from what stays.
pub(crate) fn place(text: &str, node: &Node) -> Option<Span> {
    let name = format!("&{}", node.anchor.as_deref()?);
    let before = text.get(..node.span.start as usize)?;
    let start = before.rfind(&name)?;
    let end = start + name.len();
    let (head, gap) = (text.get(..start)?, before.get(end..)?);
    let column = |at: &str| at.len() - at.rfind('\n').map_or(0, |end| end + 1);
    let is_last = text.get(end..)?.trim_start_matches(' ').starts_with(['\n', '\r', '#']);
    // `- &name` with its mapping below, which may begin on the line of the dash.
    let is_item = head.trim_end_matches(' ').ends_with('-') && gap.trim().is_empty() && column(head) == column(before);
    if is_last && !is_item {
        return Some(Span::from(head.trim_end_matches(' ').len()..end));
    }
    Some(Span::from(start..end + gap.len() - gap.trim_start().len()))
}

/// Nodes with a name at and in `node`, in the order of the file.
fn named(node: &Node) -> Vec<&Node> {
    let mut found = Vec::new();
    walk(node, &mut |node| found.extend(node.anchor.is_some().then_some(node)));
    found
}

/// The names that aliases of the file ask for.
fn used(document: &Document) -> BTreeSet<&str> {
    let mut found = BTreeSet::new();
    for root in &document.yaml().roots {
        walk(root, &mut |node| {
            if let Value::Alias(name) = &node.value {
                found.insert(&**name);
            }
        });
    }
    found
}

fn walk<'a>(node: &'a Node, see: &mut impl FnMut(&'a Node)) {
    see(node);
    for entry in node.mapping().into_iter().flat_map(|mapping| &mapping.entries) {
        walk(&entry.key, see);
        walk(&entry.value, see);
    }
    for item in node.sequence().into_iter().flat_map(|sequence| &sequence.items) {
        walk(&item.value, see);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_have_no_names() {
        for (text, copy) in [
            ("  checks: &job\n    runs-on: &os linux\n", "  checks:\n    runs-on: linux\n"),
            ("steps: &steps\n- &step\n  run: &run nox & wait\n", "steps:\n- run: nox & wait\n"),
            ("steps:\n-   &step\n    run: a\n", "steps:\n-   run: a\n"),
            ("steps:\n-   &step\n  run: a\n", "steps:\n-\n  run: a\n"),
            ("env: &env # all\n  A: &a\n  B: *a\n", "env: # all\n  A:\n  B: *a\n"),
            ("run: &run |\r\n  sleep 1 &run\r\n", "run: |\r\n  sleep 1 &run\r\n"),
        ] {
            assert_eq!(without(text, |_| false), copy);
        }
    }

    #[test]
    fn names_stay_where_they_come_first() {
        assert_eq!(each_once("a: &x 1\nb: &y 2\nc: &x 1\n"), "a: &x 1\nb: &y 2\nc: 1\n");
    }

    #[track_caller]
    fn check_stay(old: &str, new: &str, why: Result<(), &str>) {
        let document = Document::new(Language::Yaml, old);
        let node = document.yaml().roots[0].get("old").expect("the old one");
        assert_eq!(stay(&document, [node], new).as_ref().copied().map_err(String::as_str), why);
    }

    #[test]
    fn what_has_a_name_stays() {
        check_stay("old: &x 1\n", "new: &x 2\n", Ok(()));
        check_stay("old: &x 1\nb: *x\n", "new:\n  deep: &x 1\n", Ok(()));
        check_stay("old: &x 1\nb: *x\n", "new: &x 2\n", Err(ALIASED));
        check_stay("old: &x 1\nb: *x\n", "new: 1\n", Err(ALIASED));
        check_stay("old: &x 1\n", "new: 1\n", Err("`&x`, which no alias asks for, would be lost; take it out first"));
    }
}
