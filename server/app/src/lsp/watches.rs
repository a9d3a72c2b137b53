//! Which files the editor watches for us: ours always, and those that the output of a failed session names for as long
//! as something is said of them.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::json;
use tokio::sync::Mutex;
use tower_lsp::Client as Editor;
use tower_lsp::gen_lsp_types as lsp;

use super::state::Workspace;
use crate::disk;

/// Files that we read.
const OURS: [&str; 10] = [
    "**/noxfile.py",
    "**/.{github,forgejo,gitea}/workflows/*.{yml,yaml}",
    "**/action.{yml,yaml}",
    "**/{pyproject.toml,setup.cfg,tox.ini,.coveragerc,pytest.ini,mypy.ini,ruff.toml,.ruff.toml}",
    "**/{robot.toml,behave.ini,.behaverc,mkdocs.yml,.pre-commit-config.yaml}",
    // What steps may run: these say which nox calls stand behind `make test` and the like.
    "**/{Makefile,makefile,GNUmakefile,justfile,.justfile,Justfile,package.json}",
    "**/{Taskfile,taskfile,Taskfile.dist}.{yml,yaml}",
    "**/{hatch,pixi,poe_tasks,tox}.toml",
    "**/*.{sh,bash,mk,just}",
    "**/{ci,.ci,script,scripts,bin,tools}/*",
];

const METHOD: &str = "workspace/didChangeWatchedFiles";

const NAMED: &str = "noxflow:named";

/// The registration for files of ours.
pub(super) fn ours() -> lsp::Registration {
    registration("noxflow:ours", OURS.into_iter().map(str::to_owned))
}

/// The files that outputs name. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(super) struct Named(Arc<Mutex<BTreeSet<String>>>);

impl Named {
    /// Patterns for the files that are named now.
    pub(super) fn patterns(workspaces: &[Workspace]) -> BTreeSet<String> {
        let of = |workspace: &Workspace| -> Vec<String> {
            let failures = &workspace.view.past.failures;
            let below = failures.paths().filter_map(|path| path.strip_prefix(&workspace.folder).ok());
            below.map(|path| pattern(&disk::slashed(path))).collect()
        };
        workspaces.iter().flat_map(of).collect()
    }

    /// Has exactly these watched.
    pub(super) async fn watch(&self, patterns: BTreeSet<String>, editor: &Editor) {
        let mut watched = self.0.lock().await;
        if *watched == patterns {
            return;
        }
        if !watched.is_empty() {
            let old = lsp::Unregistration { id: NAMED.to_owned(), method: METHOD.to_owned() };
            if let Err(error) = editor.unregister_capability(vec![old]).await {
                tracing::debug!("the editor still watches files that nobody names: {error}");
            }
        }
        if !patterns.is_empty() {
            let new = registration(NAMED, patterns.iter().cloned());
            if let Err(error) = editor.register_capability(vec![new]).await {
                tracing::debug!("the editor does not watch what outputs name: {error}");
            }
        }
        *watched = patterns;
    }
}

fn registration(id: &str, patterns: impl Iterator<Item = String>) -> lsp::Registration {
    let watchers: Vec<_> = patterns.map(|pattern| json!({ "globPattern": pattern })).collect();
    lsp::Registration {
        id: id.to_owned(),
        method: METHOD.to_owned(),
        register_options: Some(json!({ "watchers": watchers })),
    }
}

/// A pattern for one file; what means something in patterns stands for any character.
fn pattern(path: &str) -> String {
    format!("**/{}", path.replace(['*', '?', '[', ']', '{', '}', ','], "?"))
}
