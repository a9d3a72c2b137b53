//! Which files the editor watches for us: ours always, and those that were read or listed beside them or that the output
//! of a failed session names, for as long as that is so.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use facts::FileKind;
use serde_json::{Value, json};
use tokio::runtime::Handle;
use tokio::sync::watch;
use tower_lsp::Client as Editor;
use tower_lsp::gen_lsp_types as lsp;

use super::from_proto::Client;
use super::root::Root;
use super::uri;
use crate::disk;

/// Files that we read wherever they are.
const OURS: [&str; 5] = [
    "**/noxfile.py",
    "**/.{github,forgejo,gitea}/workflows/*.{yml,yaml}",
    "**/action.{yml,yaml}",
    "**/{pyproject.toml,setup.cfg,tox.ini,.coveragerc,pytest.ini,mypy.ini,ruff.toml,.ruff.toml}",
    "**/{robot.toml,behave.ini,.behaverc,mkdocs.yml,.pre-commit-config.yaml}",
];

const METHOD: &str = "workspace/didChangeWatchedFiles";

const BESIDE: &str = "noxflow:beside";

/// Patterns that one editor is asked to watch beside ours.
const MOST: usize = 1_000;

/// The registration for files of ours.
pub(super) fn ours() -> lsp::Registration {
    registration("noxflow:ours", OURS.into_iter().map(Value::from))
}

/// Has the files beside ours watched. The newest wish counts: the editor hears of it when it has answered the one before.
pub(super) struct Watcher(watch::Sender<BTreeSet<Pattern>>);

/// Files below a folder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Pattern {
    folder: PathBuf,
    below: String,
}

impl Watcher {
    /// Starts the task that asks the editor.
    pub(super) fn start(editor: Editor, client: Arc<Client>, runtime: &Handle) -> Self {
        let (wishes, mut wished) = watch::channel(BTreeSet::new());
        runtime.spawn(async move {
            let mut is_registered = false;
            while wished.changed().await.is_ok() {
                let patterns: BTreeSet<Pattern> = wished.borrow_and_update().clone();
                if is_registered {
                    let old = lsp::Unregistration { id: BESIDE.to_owned(), method: METHOD.to_owned() };
                    if let Err(error) = editor.unregister_capability(vec![old]).await {
                        tracing::debug!("the editor still watches files that nobody reads: {error}");
                    }
                }
                is_registered = !patterns.is_empty();
                if is_registered {
                    let new = registration(BESIDE, patterns.iter().map(|pattern| pattern.to_json(&client)));
                    if let Err(error) = editor.register_capability(vec![new]).await {
                        tracing::debug!("the editor does not watch what is read: {error}");
                    }
                }
            }
        });
        Self(wishes)
    }

    /// Wishes what these workspaces read, and what is named by their outputs.
    pub(super) fn look_at<'a>(&self, roots: impl Iterator<Item = &'a Root>) {
        let patterns: BTreeSet<Pattern> = roots.flat_map(patterns).take(MOST).collect();
        self.0.send_if_modified(|known| {
            let is_news = *known != patterns;
            *known = patterns;
            is_news
        });
    }
}

fn patterns(root: &Root) -> impl Iterator<Item = Pattern> {
    let files = root.named().map(Path::to_path_buf).chain(root.reads());
    let of_file = |path: PathBuf| Pattern::new(&root.folder, &path, "");
    let files = files.filter_map(of_file).filter(|pattern| FileKind::of(&pattern.below).is_none());
    files.chain(root.lists().filter_map(|folder| Pattern::new(&root.folder, &folder, "*")))
}

impl Pattern {
    /// The file at `path`, or what is `within` it. `None`: it is not below `folder`.
    fn new(folder: &Path, path: &Path, within: &str) -> Option<Self> {
        let path = disk::slashed(path.strip_prefix(folder).ok()?);
        // What means something in patterns stands for any character.
        let mut below = path.replace(['*', '?', '[', ']', '{', '}', ','], "?");
        if !below.is_empty() && !within.is_empty() {
            below.push('/');
        }
        below.push_str(within);
        Some(Self { folder: folder.to_path_buf(), below })
    }

    fn to_json(&self, client: &Client) -> Value {
        if client.has_relative_patterns {
            return json!({ "baseUri": uri::of(&self.folder), "pattern": self.below });
        }
        json!(format!("**/{}", self.below))
    }
}

fn registration(id: &str, patterns: impl Iterator<Item = Value>) -> lsp::Registration {
    let watchers: Vec<_> = patterns.map(|pattern| json!({ "globPattern": pattern })).collect();
    lsp::Registration {
        id: id.to_owned(),
        method: METHOD.to_owned(),
        register_options: Some(json!({ "watchers": watchers })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_among_ours() {
        let ours = OURS.concat();
        let missing: Vec<_> = facts::project::FILES.into_iter().filter(|name| !ours.contains(name)).collect();
        assert_eq!(missing, [""; 0]);
    }

    #[test]
    fn what_means_something_in_patterns_stands_for_any_character() {
        let pattern = |path: &str, within| Pattern::new(Path::new("/x"), Path::new(path), within).map(|it| it.below);
        assert_eq!(pattern("/x/a[1]/b", ""), Some("a?1?/b".to_owned()));
        assert_eq!(pattern("/x/a", "*"), Some("a/*".to_owned()));
        assert_eq!(pattern("/x", "*"), Some("*".to_owned()));
        assert_eq!(pattern("/y/a", ""), None);
    }
}
