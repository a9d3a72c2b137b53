//! `pathlib` and `os.path`, as far as they only compute.

use std::sync::Arc;

use syntax::Span;

use crate::noxfile::value::{Args, How, V, Val};

/// `os.path.join(a, b, …)`: a string, put together as it is written.
pub(super) fn join_texts<'a>(args: &Args<'a>) -> Val<'a> {
    let joined = join_all(args, false);
    let parts: Option<Vec<&str>> = args.positional.iter().map(|part| part.exact().map(|part| &**part)).collect();
    let v = match (parts, joined.v) {
        (Some(parts), _) => {
            let mut out = String::new();
            for part in parts {
                if part.starts_with('/') {
                    out.clear();
                } else if !out.is_empty() && !out.ends_with('/') {
                    out.push('/');
                }
                out.push_str(part);
            }
            V::Str(out.into(), How::Exact)
        }
        (None, V::Path(text, how)) => V::Str(text, how),
        (None, other) => other,
    };
    Val::new(v, args.call)
}

/// `Path(a, b, …)`. `is_open`: parts that are not known are left open, else the whole is not known.
pub(super) fn join_all<'a>(args: &Args<'a>, is_open: bool) -> Val<'a> {
    let joined = join_onto(".", How::Exact, &args.positional, is_open);
    joined.map_or_else(
        || Val::unknown(args.call, "joins a path that is not known"),
        |(path, how)| Val::new(V::Path(path.into(), how), args.call),
    )
}

/// What stands for a part of a path that is not known.
pub(in crate::noxfile) const OPEN: &str = "{?}";

/// `base` with `parts` behind it. `None`: one is not known, and nothing may be left open.
pub(in crate::noxfile) fn join_onto(base: &str, how: How, parts: &[Val<'_>], is_open: bool) -> Option<(String, How)> {
    parts.iter().try_fold((base.to_owned(), how), |(path, how), part| match part.text() {
        Some((text, part_how)) => Some((join_path(&path, &text), how.and(part_how))),
        None => is_open.then(|| (join_path(&path, OPEN), how.and(How::Template))),
    })
}

pub(in crate::noxfile) fn join_path(a: &str, b: &str) -> String {
    let b = b.strip_prefix("./").unwrap_or(b);
    match (a, b) {
        (_, "" | ".") => a.to_owned(),
        _ if b.starts_with('/') => b.to_owned(),
        ("" | ".", _) => b.to_owned(),
        _ => format!("{}/{b}", a.trim_end_matches('/')),
    }
}

pub(in crate::noxfile) fn parent(path: &str) -> String {
    match path.trim_end_matches('/') {
        "." | "" => "..".to_owned(),
        path if path == ".." || path.ends_with("/..") => format!("{path}/.."),
        path => path.rsplit_once('/').map_or(".", |(parent, _)| parent).to_owned(),
    }
}

pub(super) fn path_attribute<'a>(text: &Arc<str>, how: How, name: &str, span: Span) -> Option<Val<'a>> {
    let last = text.rsplit('/').next().unwrap_or_default();
    let dot = last.rfind('.').filter(|at| *at > 0);
    Some(match name {
        "parent" => Val::new(V::Path(parent(text).into(), how), span),
        "name" => Val::new(V::Str(last.into(), how.unrooted()), span),
        "stem" => Val::str(dot.map_or(last, |at| last.get(..at).unwrap_or(last)), span),
        "suffix" => Val::str(dot.and_then(|at| last.get(at..)).unwrap_or_default(), span),
        _ => return None,
    })
}
