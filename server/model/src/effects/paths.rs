//! Paths as text: joined, cleaned, compared. `/` between folders; `*` and `{…}` stand for unknown parts.

/// `path` seen from the noxfile's folder when the command runs in `directory`. `None` for what is no place in a tree:
/// the empty path, the null device, standard output.
pub(crate) fn join(directory: &str, path: &str) -> Option<String> {
    let path = path.trim();
    if matches!(path, "" | "-" | "/dev/null" | "/dev/stdout" | "/dev/stderr" | "NUL" | "nul") {
        return None;
    }
    let is_absolute = path.starts_with('/') || path.starts_with('~') || path.as_bytes().get(1) == Some(&b':');
    if !is_absolute && directory.is_empty() && is_clean(path) {
        return Some(path.to_owned());
    }
    let mut parts: Vec<&str> = Vec::new();
    let from = if is_absolute { "" } else { directory };
    for part in from.split(['/', '\\']).chain(path.split(['/', '\\'])) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let text = parts.join("/");
    Some(match (path.starts_with('/'), text.is_empty()) {
        (true, _) => format!("/{text}"),
        (false, true) => ".".to_owned(),
        (false, false) => text,
    })
}

/// Whether two paths may be the same place or one may lie inside the other.
pub(crate) fn overlap(a: &str, b: &str) -> bool {
    if a == "." || b == "." {
        return !a.starts_with('/') && !b.starts_with('/');
    }
    if !is_wild(a) && !is_wild(b) {
        let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
        return long.strip_prefix(short).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    }
    // A path whose beginning is not known may be anywhere: nothing is said about it.
    if is_anywhere(a) || is_anywhere(b) {
        return false;
    }
    // A template that names the session or its environment is that session's alone; the same in another session is
    // another place. It still matches a `*` pattern, and the folder above it.
    if is_own(a) && is_own(b) {
        return false;
    }
    // `.coverage.{x}` is not one of its own parts, `.coverage.{x}.*`.
    if a.strip_suffix(".*") == Some(b) || b.strip_suffix(".*") == Some(a) {
        return false;
    }
    let (mut left, mut right) = (segments(a), segments(b));
    loop {
        match (left.next(), right.next()) {
            (None, _) | (_, None) => return true,
            (Some(x), Some(y)) if may_equal(x, y) => {}
            _ => return false,
        }
    }
}

/// Whether the path has parts that are not known.
pub(crate) fn is_wild(path: &str) -> bool {
    path.contains(['*', '{', '?'])
}

/// Whether not even the first folder is known.
pub(crate) fn is_anywhere(path: &str) -> bool {
    // `{?}.*`: the parts of a data file whose name is not known.
    let bare = |first: &str| {
        let first = first.strip_suffix(".*").unwrap_or(first);
        first.ends_with('}') && !is_named(first)
    };
    path.starts_with('{') && segments(path).next().is_some_and(bare)
}

/// Whether an open part is a plain name, not a path to somewhere.
fn is_named(segment: &str) -> bool {
    matches!(segment, "{session.name}" | "{session.python}")
}

/// Whether a template's open part differs between any two sessions and instances.
pub(crate) fn is_own(path: &str) -> bool {
    // Names of `session`'s own properties (nox 2026.10.20); `session.python` alone is shared by sessions.
    const OWN: [&str; 10] = [
        "session.name",
        "session.env_dir",
        "session.virtualenv",
        "session.bin",
        "create_tmp",
        "envdir",
        "session._runner",
        "tmpdir",
        "mkdtemp",
        "tempfile.",
    ];
    path.contains('{') && OWN.iter().any(|part| path.contains(part))
}

/// Whether the path looks like something that people write and other tools read: code, documents, settings.
pub(crate) fn is_source_like(path: &str) -> bool {
    if !is_in_sources(path) {
        return false;
    }
    let name = segments(path).next_back().unwrap_or_default();
    let is_folder = matches!(path, "src" | "lib" | "tests" | "test" | "docs" | "doc" | ".");
    let is_code = [".py", ".pyi", ".pyx", ".pxd", ".c", ".h", ".cpp", ".rs", ".rst", ".md", ".ipynb", ".proto"]
        .iter()
        .any(|suffix| name.ends_with(suffix));
    is_folder || is_code
}

/// Whether the path lies among what people write, not among what tools put out.
pub(crate) fn is_in_sources(path: &str) -> bool {
    const OUTPUTS: [&str; 17] = [
        "build",
        "dist",
        "_build",
        "site",
        "htmlcov",
        "public",
        "out",
        "output",
        "reports",
        "results",
        "tmp",
        "temp",
        "target",
        "wheelhouse",
        "node_modules",
        "__pycache__",
        "coverage.xml",
    ];
    let first = segments(path).next().unwrap_or_default();
    let is_hidden = first.starts_with('.') && first != ".";
    let is_output = |part: &str| OUTPUTS.contains(&part) || part.ends_with(".egg-info");
    !is_hidden && !first.starts_with('{') && !is_own(path) && !path.starts_with('/') && !segments(path).any(is_output)
}

fn is_clean(path: &str) -> bool {
    !path.contains("//")
        && !path.contains('\\')
        && !path.ends_with('/')
        && path.split('/').all(|it| it != "." && it != "..")
}

/// Parts between slashes; a slash inside braces does not count.
fn segments(path: &str) -> impl DoubleEndedIterator<Item = &str> {
    let mut parts = Vec::new();
    let (mut depth, mut start) = (0_usize, 0);
    for (at, byte) in path.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            b'/' if depth == 0 => {
                parts.push(&path[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&path[start..]);
    parts.into_iter().filter(|part| !part.is_empty())
}

/// Whether two path segments with open parts may be the same text, as far as their written beginnings and ends tell.
fn may_equal(a: &str, b: &str) -> bool {
    // As in a shell, `*` does not stand for a leading dot.
    let hides = |pattern: &str, other: &str| pattern.starts_with('*') && other.starts_with('.');
    if hides(a, b) || hides(b, a) {
        return false;
    }
    // No interpreter is called `minimal-3.12`: what stands around it must be the same.
    if let (Some(a), Some(b)) = (around_python(a), around_python(b)) {
        return a == b;
    }
    let (a, b) = (fixed_ends(a), fixed_ends(b));
    match (a.1, b.1) {
        (None, None) => a.0 == b.0,
        (Some(tail), None) => fits(b.0, a.0, tail),
        (None, Some(tail)) => fits(a.0, b.0, tail),
        (Some(x), Some(y)) => {
            let fit = (a.0.starts_with(b.0) || b.0.starts_with(a.0)) && (x.ends_with(y) || y.ends_with(x));
            // `.coverage.*` and `*.egg-info` could both be `.coverage.egg-info`, and never are: two patterns are about
            // the same files when they share a written part, or one of them has none.
            let shared = a.0.len().min(b.0.len()) > 0 || x.len().min(y.len()) > 0;
            let open = a.0.len() + x.len() == 0 || b.0.len() + y.len() == 0;
            fit && (shared || open)
        }
    }
}

fn fits(text: &str, head: &str, tail: &str) -> bool {
    text.len() >= head.len() + tail.len() && text.starts_with(head) && text.ends_with(tail)
}

/// What stands before and behind `{session.python}`, where nothing else is open.
fn around_python(segment: &str) -> Option<(&str, &str)> {
    segment.split_once("{session.python}").filter(|(head, tail)| !is_wild(head) && !is_wild(tail))
}

/// The text before the first open part and, if there is one, the text after the last.
fn fixed_ends(segment: &str) -> (&str, Option<&str>) {
    let Some(open) = segment.find(['*', '{', '?', '[']) else { return (segment, None) };
    let close = segment.rfind(['*', '}', '?', ']']).map_or(segment.len(), |at| at + 1);
    (&segment[..open], Some(segment.get(close.max(open)..).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joins_like_a_shell() {
        assert_eq!(join("", ".coverage").as_deref(), Some(".coverage"));
        assert_eq!(join("docs", "./_build/html/").as_deref(), Some("docs/_build/html"));
        assert_eq!(join("docs", "../site").as_deref(), Some("site"));
        assert_eq!(join("docs", "..").as_deref(), Some("."));
        assert_eq!(join("docs", "/tmp/x").as_deref(), Some("/tmp/x"));
        assert_eq!(join("", "../up").as_deref(), Some("../up"));
        assert_eq!(join("", "/dev/null"), None, "the null device is no place");
    }

    #[track_caller]
    fn check_overlap(a: &str, b: &str, expected: bool) {
        assert_eq!(overlap(a, b), expected, "{a} and {b}");
        assert_eq!(overlap(b, a), expected, "{b} and {a}");
    }

    #[test]
    fn folders_hold_what_is_in_them() {
        check_overlap("dist", "dist/x.whl", true);
        check_overlap("dist", "dist2", false);
        check_overlap(".coverage", ".coverage.unit", false);
        check_overlap("build/html", "build/latex", false);
    }

    #[test]
    fn patterns_match_names() {
        check_overlap(".coverage.*", ".coverage.unit", true);
        check_overlap(".coverage.*", ".coverage", false);
        check_overlap("*.egg-info", ".coverage.*", false);
        check_overlap("*.egg-info", "pkg.egg-info", true);
        check_overlap("{?}", "dist", false);
        check_overlap("{?}/.coverage.*", "dist", false);
        check_overlap(".nox/*/tmp/.coverage", ".nox/{session.create_tmp()}/tmp/.coverage", true);
        check_overlap("dist/*.whl", "dist", true);
        check_overlap("dist/*.whl", "dist/a.tar.gz", false);
        check_overlap(".coverage.*", ".coverage.{session.name}", true);
        check_overlap(".coverage.*", "*.egg-info", false);
        check_overlap("{name}", "*.egg-info", false);
        check_overlap("{name}/x", "dist/x", false);
        check_overlap("{session.python}.xml", "3.12.xml", true);
    }

    #[test]
    fn templates_of_a_session_are_its_own() {
        check_overlap(".coverage.{session.name}", ".coverage.{session.name}", false);
        check_overlap(".coverage.{session.name}", ".coverage.{session.name}.*", false);
        check_overlap(".coverage.{session.python}", ".coverage.{session.python}", true);
        check_overlap(".coverage.{session.python}", ".coverage.{session.python}.*", false);
        check_overlap(".coverage.unit-{session.python}", ".coverage.unit-slow-{session.python}", false);
        check_overlap("out/{session.python}.xml", "out/{session.python}", false);
    }
}
