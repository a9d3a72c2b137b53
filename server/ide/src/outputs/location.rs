//! `path:line:column: rest`, which many tools share, and which paths are nobody's to mend.

/// A place at the start of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Location<'a> {
    pub(super) path: &'a str,
    pub(super) line: u32,
    pub(super) column: Option<u32>,
    /// What follows, without the colon and spaces before it.
    pub(super) rest: &'a str,
}

impl<'a> Location<'a> {
    /// A line of a file.
    pub(super) fn of(path: &'a str, line: u32) -> Self {
        Self { path, line, column: None, rest: "" }
    }

    /// The same where columns are counted from 0.
    pub(super) fn one_further(self) -> Self {
        Self { column: self.column.map(|column| column.saturating_add(1)), ..self }
    }
}

/// The place at the very start of `text`.
pub(super) fn location(text: &str) -> Option<Location<'_>> {
    // `C:\a.py:3`: the colon of a drive ends no path.
    let drive = if text.get(1..3).is_some_and(|after| after == ":\\" || after == ":/") { 2 } else { 0 };
    let end = drive + text.get(drive..)?.find(':')?;
    let (path, rest) = (text.get(..end)?, text.get(end + 1..)?);
    if !is_path(path) {
        return None;
    }
    let (line, rest) = number(rest)?;
    let (column, rest) = match rest.strip_prefix(':').and_then(number) {
        Some((column, rest)) => (Some(column), rest),
        None => (None, rest),
    };
    let rest = rest.strip_prefix(':').unwrap_or(rest).trim();
    Some(Location { path, line, column, rest })
}

/// `File "path", line 3`, as Python writes it, perhaps with `, in f` behind.
pub(super) fn frame(line: &str) -> Option<(&str, u32)> {
    let (path, rest) = line.trim_start().strip_prefix("File \"")?.split_once("\", line ")?;
    Some((path, number(rest)?.0))
}

/// Whether a file is part of Python or of an installed package.
pub(super) fn is_foreign(path: &str) -> bool {
    const FOLDERS: [&str; 8] =
        ["site-packages", "dist-packages", ".nox", ".tox", ".venv", "venv", "node_modules", "__pypackages__"];
    let mut parts = path.split(['/', '\\']).peekable();
    if path.starts_with('<') {
        return true;
    }
    while let Some(part) = parts.next() {
        let is_library = matches!(part, "lib" | "lib64") && parts.peek().is_some_and(|next| next.starts_with("python"));
        if is_library || FOLDERS.contains(&part) {
            return true;
        }
    }
    false
}

/// Looks like the path of a file: a name with an extension, no decoration.
pub(super) fn is_path(text: &str) -> bool {
    let name = text.rsplit(['/', '\\']).next().unwrap_or_default();
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let has_extension = extension.starts_with(|c: char| c.is_ascii_alphabetic())
        && extension.len() <= 8
        && extension.chars().all(|c| c.is_ascii_alphanumeric());
    has_extension
        && !text.starts_with(|c: char| c.is_whitespace() || c == '-' || c == '=' || c == '+')
        && !text.contains(['"', '\'', '`', '<', '>', '|', '*', '(', '\t'])
        && !text.contains("://")
}

fn number(text: &str) -> Option<(u32, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    Some((digits.parse().ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_has_a_path_a_line_and_perhaps_a_column() {
        let cases = [
            ("a.py:3: no", Some(("a.py", 3, None, "no"))),
            ("src/a b.py:3:5: no", Some(("src/a b.py", 3, Some(5), "no"))),
            (r"C:\x\a.py:3:5 - no", Some((r"C:\x\a.py", 3, Some(5), "- no"))),
            ("a.py:3:5", Some(("a.py", 3, Some(5), ""))),
            ("12:30:45 started", None),
            ("2026-11-23 04:08:46.5", None),
            ("127.0.0.1:8000: ready", None),
            ("http://a.py:80/", None),
            ("a.py::test", None),
            ("", None),
            ("é:1:1", None),
        ];
        for (text, expected) in cases {
            let found = location(text).map(|it| (it.path, it.line, it.column, it.rest));
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn installed_packages_are_foreign() {
        for path in [".nox/t/lib/python3.12/site-packages/a.py", "/usr/lib/python3.11/json/__init__.py", "<string>"] {
            assert!(is_foreign(path), "{path}");
        }
        for path in ["src/lib/a.py", "libs/python/a.py", "tests/venvs.py"] {
            assert!(!is_foreign(path), "{path}");
        }
    }
}
