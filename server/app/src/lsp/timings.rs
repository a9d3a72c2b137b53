//! Durations from files and from forges, as the editor asks for them: shown as progress, cancelled from there, kept in the
//! workspace's history. Neighbours: [`crate::import`] and [`crate::fetch`] do the work.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, bail};
use serde_json::json;
use tower_lsp::Client as Editor;
use tower_lsp::gen_lsp_types as lsp;

use super::ext::{FetchArguments, ImportArguments, ImportResult, SourceArguments, SourceResult};
use super::state::Workspace;
use super::transport::Outbox;
use super::uri;
use super::view::View;
use crate::fetch::{self, Filter, FromEnvironment, MAX_RUNS, Said, Token, USUAL_RUNS, World};
use crate::history;
use crate::import::{self, Imported, Options};

/// What a token of ours begins with.
const PREFIX: &str = "noxflow/fetch/";

/// How long an editor has to accept progress.
const PATIENCE: Duration = Duration::from_secs(10);

/// How soon a cancel is heard while a forge's limit is waited for.
const SLICE: Duration = Duration::from_millis(100);

/// Imports that go on, to cancel them. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(super) struct Imports {
    going: Arc<Mutex<Vec<Going>>>,
    count: Arc<AtomicUsize>,
}

/// An import's progress token, and whether the user has had enough of it.
type Going = (String, Arc<AtomicBool>);

/// The workspace that is meant, and what is to be taken in.
pub(super) struct Prepared {
    /// Its folder.
    pub(super) folder: PathBuf,
    view: Arc<View>,
    arguments: ImportArguments,
}

/// The workspace of `uri`, or the only one.
pub(super) fn workspace<'a>(all: &'a [Workspace], uri: Option<&str>) -> anyhow::Result<&'a Workspace> {
    let path = uri.and_then(uri::path);
    let holds = |workspace: &&Workspace| path.as_ref().is_some_and(|path| path.starts_with(&workspace.folder));
    let holding = all.iter().filter(holds).max_by_key(|workspace| workspace.folder.as_os_str().len());
    match (holding, all) {
        (Some(workspace), _) => Ok(workspace),
        (None, [only]) if path.is_none() => Ok(only),
        _ => bail!("which workspace? Name a file of it"),
    }
}

/// What would be asked. Nothing is.
pub(super) fn source(all: &[Workspace], arguments: &SourceArguments) -> anyhow::Result<SourceResult> {
    let workspace = workspace(all, arguments.uri.as_deref())?;
    let said = said(&workspace.view, arguments.url.clone(), arguments.repository.clone());
    let found = fetch::find(&workspace.folder, &said, usual(&workspace.view))?;
    let host = found.web.host_str().unwrap_or_default();
    Ok(SourceResult {
        host: found.web.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")),
        url: found.web.to_string(),
        repository: format!("{}/{}", found.owner, found.repository),
        forge: found.forge.map(|forge| forge.name().to_lowercase()),
    })
}

fn said(view: &View, url: Option<String>, repository: Option<String>) -> Said {
    Said { url, repository, forge: view.config.forge(), remote: None }
}

fn usual(view: &View) -> Option<facts::Forge> {
    fetch::usual(view.snapshot().files.iter().map(|file| file.kind))
}

impl Prepared {
    /// # Errors
    ///
    /// When it makes no sense, or might hand a secret to whom it is not for.
    pub(super) fn new(all: &[Workspace], arguments: ImportArguments) -> anyhow::Result<Self> {
        let workspace = workspace(all, arguments.uri.as_deref())?;
        if arguments.fetch.is_none() && arguments.files.is_empty() {
            bail!("say what to import: `files`, or `fetch`");
        }
        if arguments.fetch.as_ref().is_some_and(|fetch| fetch.token.is_some() && fetch.url.is_none()) {
            bail!("a `token` goes to the forge that `url` names, and there is no `url`");
        }
        Ok(Self { folder: workspace.folder.clone(), view: Arc::clone(&workspace.view), arguments })
    }

    fn options(&self) -> Options {
        let ImportArguments { label, session, set, .. } = &self.arguments;
        Options { label: label.clone(), session: session.clone(), set: set.clone() }
    }

    fn run(&self, world: &mut Watched) -> anyhow::Result<ImportResult> {
        let options = self.options();
        let known = &self.view.snapshot().workspace;
        let mut result = ImportResult::default();
        let mut said = Vec::new();
        let mut imported = Imported::default();
        if !self.arguments.files.is_empty() {
            let path = |text: &String| uri::path(text).unwrap_or_else(|| self.folder.join(text));
            let files: Vec<PathBuf> = self.arguments.files.iter().map(path).collect();
            imported = import::import(known, &files, &options)?;
        }
        if let Some(arguments) = &self.arguments.fetch {
            let found = self.fetch(arguments, &options, world)?;
            said.push(found.told());
            (result.runs, result.stopped) = (found.read, found.stopped);
            imported.records.extend(found.imported.records);
            imported.notes.extend(found.imported.notes);
            history::remember_fetched(&self.folder, &found.seen)?;
        }
        let count = imported.records.len();
        let mut sessions: Vec<&str> = imported.records.iter().map(|record| record.signature.as_str()).collect();
        sessions.sort_unstable();
        sessions.dedup();
        result.sessions = sessions.len();
        result.durations = history::append_new(&self.folder, imported.records)?;
        result.known = count - result.durations;
        result.notes = imported.notes;
        let plural = |count: usize| if count == 1 { "" } else { "s" };
        let known = if result.known > 0 { format!(", {} known already", result.known) } else { String::new() };
        let (durations, sessions) = (result.durations, result.sessions);
        let (s, t) = (plural(durations), plural(sessions));
        said.push(format!("{durations} duration{s} of {sessions} session{t} imported{known}"));
        said.extend(result.stopped.iter().map(|why| format!("stopped early: {why}")));
        result.message = said.join("; ");
        Ok(result)
    }

    fn fetch(
        &self,
        arguments: &FetchArguments,
        options: &Options,
        world: &mut Watched,
    ) -> anyhow::Result<fetch::Fetched> {
        let said = said(&self.view, arguments.url.clone(), arguments.repository.clone());
        let (source, is_named) = fetch::source(&self.folder, &said, usual(&self.view), world)?;
        let token = match &arguments.token {
            // The address may come from the workspace's git remote: nobody has said that this is meant.
            Some(_) if source.web.scheme() != "https" && !fetch::is_loopback(&source.web) => {
                bail!("a token is not sent to `{}`, where everybody on the way could read it", source.web)
            }
            Some(token) => Some(Token::new(token, "the editor").context("the token has characters that no token has")?),
            None => match Token::of_environment(&source, is_named, &|name| std::env::var(name).ok()) {
                FromEnvironment::Found(token) => Some(token),
                FromEnvironment::Withheld(_) | FromEnvironment::None => None,
            },
        };
        let since = arguments
            .since
            .as_ref()
            .map(|text| import::parse_instant(text).with_context(|| format!("`{text}` is no day like 2026-02-01")));
        let filter = Filter {
            branch: arguments.branch.clone(),
            workflow: arguments.workflow.as_ref().map(|path| path.rsplit('/').next().unwrap_or(path).to_owned()),
            since: since.transpose()?,
            limit: arguments.limit.unwrap_or(USUAL_RUNS).clamp(1, MAX_RUNS),
            with_logs: arguments.logs.unwrap_or(true),
        };
        let seen = history::fetched(&self.folder);
        let workspace = &self.view.snapshot().workspace;
        Ok(fetch::fetch(workspace, &source, token.as_ref(), &filter, (options, &seen), world)?)
    }
}

impl Imports {
    /// Takes in what was prepared. Dropping the future, and the button of the progress, end it.
    pub(super) async fn run(
        &self,
        prepared: Prepared,
        editor: Option<Editor>,
        outbox: Outbox,
    ) -> anyhow::Result<ImportResult> {
        let token = format!("{PREFIX}{}", self.count.fetch_add(1, Ordering::Relaxed));
        let is_cancelled = Arc::new(AtomicBool::new(false));
        self.lock().push((token.clone(), Arc::clone(&is_cancelled)));
        let _leaving = Leaving(self.clone(), token.clone());
        let mut shown = None;
        if let Some(editor) = editor.filter(|_| prepared.arguments.fetch.is_some()) {
            let token = lsp::ProgressToken::String(token);
            let created = tokio::time::timeout(PATIENCE, editor.create_work_done_progress(token.clone())).await;
            shown = matches!(created, Ok(Ok(()))).then_some((outbox, token));
        }
        let mut world = Watched { is_cancelled, shown };
        let done = tokio::task::spawn_blocking(move || {
            world.show("begin", json!({ "title": "noxflow: durations", "cancellable": true, "percentage": 0 }));
            let result = prepared.run(&mut world);
            let message = result.as_ref().map_or_else(|error| format!("{error:#}"), |result| result.message.clone());
            world.show("end", json!({ "message": message }));
            result
        });
        done.await?
    }

    /// `window/workDoneProgress/cancel`.
    pub(super) fn cancel(&self, token: &lsp::ProgressToken) {
        let lsp::ProgressToken::String(token) = token else { return };
        for (_, flag) in self.lock().iter().filter(|(other, _)| other == token) {
            flag.store(true, Ordering::Relaxed);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Going>> {
        self.going.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Nobody waits any more: it ends, and leaves the list.
struct Leaving(Imports, String);

impl Drop for Leaving {
    fn drop(&mut self) {
        self.0.cancel(&lsp::ProgressToken::String(self.1.clone()));
        self.0.lock().retain(|(token, _)| *token != self.1);
    }
}

/// The real clock, and a person who looks on.
struct Watched {
    is_cancelled: Arc<AtomicBool>,
    shown: Option<(Outbox, lsp::ProgressToken)>,
}

impl Watched {
    fn show(&self, kind: &'static str, mut value: serde_json::Value) {
        let Some((outbox, token)) = &self.shown else { return };
        if let Some(value) = value.as_object_mut() {
            value.insert("kind".to_owned(), kind.into());
        }
        outbox.notify("$/progress", &lsp::ProgressParams { token: token.clone(), value });
    }
}

impl World for Watched {
    fn now(&self) -> f64 {
        history::now()
    }

    fn wait(&mut self, seconds: f64, why: &str) {
        self.show("report", json!({ "cancellable": true, "message": format!("waiting {seconds:.0} s: {why}") }));
        let end = history::now() + seconds;
        while history::now() < end && !self.is_cancelled() {
            std::thread::sleep(SLICE);
        }
    }

    fn is_cancelled(&self) -> bool {
        self.is_cancelled.load(Ordering::Relaxed)
    }

    fn progress(&mut self, done: usize, all: usize) {
        let percentage = (done * 100).checked_div(all).unwrap_or(100);
        let message = format!("run {done} of {all}");
        self.show("report", json!({ "cancellable": true, "message": message, "percentage": percentage }));
    }
}
