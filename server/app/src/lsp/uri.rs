//! Which file a URI means and what it is to us. Two spellings of one file (`c%3A`, `C:`) are one place.

use std::path::{Path, PathBuf};

use facts::{FileKind, Forge};
use url::Url;

use crate::disk;

/// A file by its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Its path; of a document without one, its URI.
    pub(super) path: PathBuf,
    /// What it is.
    pub(super) kind: FileKind,
    /// Whether it has a place on disk.
    pub(super) is_file: bool,
}

/// The place of a document that is opened, if it is one of ours. One that was never saved is what its language says.
pub(super) fn place(uri: &str, language: &str) -> Option<Place> {
    if uri.starts_with("untitled:") {
        let kind = match language {
            "python" => FileKind::Noxfile,
            "yaml" | "github-actions-workflow" => FileKind::Workflow(Forge::GitHub),
            _ => return None,
        };
        return Some(Place { path: PathBuf::from(uri), kind, is_file: false });
    }
    let path = path(uri)?;
    let kind = FileKind::of(&disk::slashed(&path))?;
    Some(Place { path, kind, is_file: true })
}

/// What tells documents apart: the path of a `file:` URI, else the URI itself.
pub(super) fn key(uri: &str) -> Option<PathBuf> {
    if uri.starts_with("untitled:") { Some(PathBuf::from(uri)) } else { path(uri) }
}

/// The path of a `file:` URI.
pub(super) fn path(uri: &str) -> Option<PathBuf> {
    let url = Url::parse(uri).ok().filter(|url| url.scheme() == "file")?;
    url.to_file_path().ok().map(|path| disk::normal(&path))
}

/// The URI of a path.
pub(super) fn of(path: &Path) -> String {
    Url::from_file_path(path).map_or_else(|()| disk::slashed(path), String::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_and_brackets_survive_both_ways() {
        let path = PathBuf::from("/a b/[c]/é/noxfile.py");
        assert_eq!(super::path(&of(&path)), Some(path));
    }

    #[test]
    fn what_is_not_a_file_of_ours_has_no_place() {
        for uri in [
            "",
            "not a uri",
            "git:/x/.github/workflows/a.yml?%7B%7D",
            "file:///x/%FF.yml",
            "file:///",
            "vscode-notebook-cell:/x#y",
        ] {
            assert_eq!(place(uri, "yaml"), None, "{uri}");
        }
    }

    #[test]
    fn an_untitled_document_is_what_its_language_says() {
        assert_eq!(place("untitled:Untitled-1", "python").map(|place| place.kind), Some(FileKind::Noxfile));
        assert_eq!(place("untitled:Untitled-1", "rust"), None);
    }
}
