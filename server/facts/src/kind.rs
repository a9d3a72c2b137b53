//! Which files noxflow reads, by path alone.

/// What a path is to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// `noxfile.py` in any folder.
    Noxfile,
    /// A file of a workflow folder.
    Workflow(Forge),
    /// `action.yml`: a composite action, in any folder.
    Action,
    /// `pyproject.toml` and its older relatives: read for settings, never edited as text here.
    Project,
}

/// Whose workflow dialect a file is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Forge {
    /// GitHub Actions.
    GitHub,
    /// Forgejo Actions.
    Forgejo,
    /// Gitea Actions.
    Gitea,
}

impl Forge {
    /// Its name as people write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::GitHub => "GitHub",
            Self::Forgejo => "Forgejo",
            Self::Gitea => "Gitea",
        }
    }
}

impl FileKind {
    /// The kind of the file at `path` (with `/` between folders, relative or absolute), if it is one of ours.
    pub fn of(path: &str) -> Option<Self> {
        let mut parts = path.rsplit('/');
        let name = parts.next()?;
        let (folder, above) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let is_yaml = name.ends_with(".yml") || name.ends_with(".yaml");
        match (above, folder) {
            (".github", "workflows") if is_yaml => return Some(Self::Workflow(Forge::GitHub)),
            (".forgejo", "workflows") if is_yaml => return Some(Self::Workflow(Forge::Forgejo)),
            (".gitea", "workflows") if is_yaml => return Some(Self::Workflow(Forge::Gitea)),
            _ => {}
        }
        match name {
            "noxfile.py" => Some(Self::Noxfile),
            "action.yml" | "action.yaml" => Some(Self::Action),
            name if crate::project::FILES.contains(&name) => Some(Self::Project),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_names_the_forge() {
        assert_eq!(FileKind::of("/x/.forgejo/workflows/ci.yml"), Some(FileKind::Workflow(Forge::Forgejo)));
        assert_eq!(FileKind::of(".github/workflows/ci.yaml"), Some(FileKind::Workflow(Forge::GitHub)));
        assert_eq!(FileKind::of(".github/workflows/deep/ci.yaml"), None, "sub-folders are not read by the forges");
        assert_eq!(FileKind::of("docs/ci.yml"), None);
        assert_eq!(FileKind::of("lib/noxfile.py"), Some(FileKind::Noxfile));
    }
}
