//! `workspace/executeCommand`: what our commands mean. The argument's file says which workspace and which noxfile.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use model::NoxfileId;
use model::links::asked::Asked;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tower_lsp::jsonrpc::{Error, Result};

use super::confirm::Question;
use super::ext::{AuditResult, GraphResult, RunArguments};
use super::runs::failed;
use super::state::Workspace;
use super::uri;
use super::view::View;
use crate::launch::{self, Nox, Prepared, Request};
use crate::report::audit_markdown;
use crate::report::plan::Forecast;

/// The only argument of a command; none is the default one.
pub(super) fn argument<T: DeserializeOwned + Default>(arguments: Option<Vec<Value>>) -> Result<T> {
    match arguments.unwrap_or_default().into_iter().next() {
        None | Some(Value::Null) => Ok(T::default()),
        Some(value) => serde_json::from_value(value).map_err(|error| Error::invalid_params(error.to_string())),
    }
}

/// Prepares the run that `arguments` ask for.
pub(super) fn prepare(workspaces: &[Workspace], arguments: &RunArguments) -> Result<Prepared> {
    let (folder, view, noxfile) = noxfile(workspaces, arguments.uri.as_deref())?;
    let nox = Nox::find(folder, view.config.nox_command.as_deref()).map_err(|error| failed(error.to_string()))?;
    prepare_with(&nox, (folder, view, noxfile), arguments)
}

/// What the run that `arguments` ask for would do when. Starts nothing, not even nox: it is taken to be a new one.
pub(super) fn graph(workspaces: &[Workspace], arguments: &RunArguments) -> Result<GraphResult> {
    let nox = Nox { command: vec!["nox".to_owned()], version: [u32::MAX, 0, 0] };
    let run = prepare_with(&nox, noxfile(workspaces, arguments.uri.as_deref())?, arguments)?;
    let forecast = Forecast::new(&run);
    Ok(GraphResult { text: anstream::adapter::strip_str(&forecast.text()).to_string(), plan: forecast.json() })
}

fn prepare_with(
    nox: &Nox,
    (folder, view, noxfile): (&Path, &Arc<View>, NoxfileId),
    arguments: &RunArguments,
) -> Result<Prepared> {
    let request = Request {
        asked: Asked {
            names: arguments.sessions.clone().unwrap_or_default(),
            // Said to be without dependencies: then exactly the named ones.
            without_prerequisites: arguments.with_dependencies == Some(false)
                && arguments.sessions.as_ref().is_some_and(|sessions| !sessions.is_empty()),
            ..Asked::default()
        },
        with_needed: arguments.with_dependencies == Some(true),
        lanes: arguments.jobs.filter(|&jobs| jobs > 0),
        posargs: arguments.posargs.clone().unwrap_or_default(),
        all_output: true,
        ..Request::default()
    };
    let workspace = &view.snapshot().workspace;
    launch::prepare(workspace, folder, noxfile, &request, nox).map_err(|error| failed(error.to_string()))
}

/// What nox is asked for the noxfile of `uri`.
pub(super) fn confirmable(workspaces: &[Workspace], uri: Option<&str>) -> Result<Question> {
    let (folder, view, noxfile) = noxfile(workspaces, uri)?;
    let model = view.snapshot().workspace.noxfiles.get(noxfile.0);
    let file = model.and_then(|model| view.file(model.file)).ok_or_else(|| failed("the noxfile is gone"))?;
    Question::new(folder, file, &view.config).ok_or_else(|| failed("the noxfile is gone"))
}

/// The report on the workspace of `uri`, or on all.
pub(super) fn audit(workspaces: &[Workspace], uri: Option<&str>) -> AuditResult {
    let holds = |workspace: &&Workspace| uri.and_then(uri::path).is_none_or(|path| path.starts_with(&workspace.folder));
    let reports =
        workspaces.iter().filter(holds).map(|workspace| audit_markdown::audit(&ide::audit(workspace.view.snapshot())));
    AuditResult { markdown: reports.collect::<Vec<_>>().join("\n") }
}

/// The noxfile that a file belongs to: itself, or the nearest at or above it, or the workspace's only one.
fn noxfile<'a>(workspaces: &'a [Workspace], uri: Option<&str>) -> Result<(&'a Path, &'a Arc<View>, NoxfileId)> {
    let path = uri.and_then(uri::path);
    let holds = |workspace: &&Workspace| path.as_ref().is_none_or(|path| path.starts_with(&workspace.folder));
    let mut holding: Vec<&Workspace> = workspaces.iter().filter(holds).collect();
    holding.sort_by_key(|workspace| std::cmp::Reverse(workspace.folder.as_os_str().len()));
    for workspace in holding {
        let noxfiles = &workspace.view.snapshot().workspace.noxfiles;
        let folders = noxfiles.iter().map(|noxfile| workspace.folder.join(&noxfile.folder));
        let folders: Vec<PathBuf> = folders.map(|folder| crate::disk::normal(&folder)).collect();
        let above = folders.iter().enumerate().filter(|(_, folder)| match &path {
            Some(path) => path.starts_with(folder),
            None => **folder == workspace.folder,
        });
        let nearest = above.max_by_key(|(_, folder)| folder.as_os_str().len()).map(|(at, _)| at);
        let only = (folders.len() == 1).then_some(0);
        if let Some(at) = nearest.or(only) {
            return Ok((&workspace.folder, &workspace.view, NoxfileId(at)));
        }
    }
    Err(failed(match uri {
        Some(uri) => format!("there is no `noxfile.py` for `{uri}`"),
        None => "there is no `noxfile.py` in the workspace".to_owned(),
    }))
}
