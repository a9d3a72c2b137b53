//! `npm run test`: the scripts of a `package.json`, with `pretest` and `posttest`.

use std::rc::Rc;

use super::tree;
use super::{Asking, At, Lead, Piece, Task, option_of, options, with_words};
use crate::shell::Word;

/// Options that take a value.
const VALUES: [&str; 5] = ["--prefix", "-w", "--workspace", "--cwd", "-C"];
/// Scripts that run without `run`.
const SHORT: [&str; 3] = ["test", "start", "stop"];

pub(super) fn find(words: &[Word], cx: &Asking<'_>) -> Option<Lead> {
    let (outer, at) = options(words, &VALUES);
    let (first, rest) = words.get(at..)?.split_first()?;
    let (inner, name, rest) = match first.text.as_str() {
        "run" | "run-script" => {
            let (inner, at) = options(rest, &VALUES);
            let (name, rest) = rest.get(at..)?.split_first()?;
            (inner, name, rest)
        }
        "t" | "tst" => return None,
        name if SHORT.contains(&name) => (Vec::new(), first, rest),
        _ => return None,
    };
    let folder = ["--prefix", "--cwd", "-C"];
    let folder = option_of(&inner, &folder).or_else(|| option_of(&outer, &folder));
    let file = cx.file(folder.as_ref(), "package.json")?;
    let root = tree::yaml(&file)?;
    let scripts = root.get("scripts")?;
    let name = name.text.as_str();
    scripts.get(name)?;
    let arguments = match rest.split_first() {
        Some((dash, rest)) if dash.text == "--" => rest,
        _ => rest,
    };
    let piece = |name: &str, arguments: &[Word]| {
        let node = scripts.get(name)?;
        let text = with_words(node.text()?, arguments);
        let folder = Some(file.folder().to_owned());
        Some(Piece { folder, ..Piece::new(&file, Rc::from(text), At::Span(node.span)) })
    };
    let all = [piece(&format!("pre{name}"), &[]), piece(name, arguments), piece(&format!("post{name}"), &[])];
    let pieces = all.into_iter().flatten().collect();
    let key = format!("{} {}", file.path, with_words(name, arguments));
    Some(Lead::To(Task { key, pieces }))
}
