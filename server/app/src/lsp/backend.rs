//! The protocol's methods. Every handler first sends to the state, without any await before, and then waits for what
//! comes back; what it sends runs elsewhere. Nothing here waits for the editor.

use std::sync::mpsc::Sender;
use std::sync::{Arc, OnceLock};

use serde_json::{Value, json};
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tower_lsp::gen_lsp_types as lsp;
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::{Client as Editor, LanguageServer};

use super::actions;
use super::capabilities::{capabilities, registrations};
use super::commands;
use super::ext::{
    self, AuditArguments, CancelArguments, ClearArguments, ConfirmArguments, ImportArguments, Options, RunArguments,
    SourceArguments,
};
use super::from_proto::{self, Client};
use super::listener::Listener;
use super::parent::Watch;
use super::progress;
use super::runs::{Runs, failed};
use super::state::{Asked, Message, Workspace};
use super::timings::{self, Imports, Prepared};
use super::to_proto;
use super::transport::Outbox;
use super::watches::Watcher;
use crate::config::Config;
use crate::history;

/// What handlers need: everything mutable is behind a channel.
pub(super) struct Backend {
    editor: Editor,
    outbox: Outbox,
    state: Sender<Message>,
    runtime: Handle,
    watch: Watch,
    client: OnceLock<Arc<Client>>,
    runs: Runs,
    imports: Imports,
}

impl Backend {
    pub(super) fn new(editor: Editor, outbox: Outbox, state: Sender<Message>, runtime: Handle, watch: Watch) -> Self {
        Self {
            editor,
            outbox,
            state,
            runtime,
            watch,
            client: OnceLock::new(),
            runs: Runs::default(),
            imports: Imports::default(),
        }
    }

    /// `window/workDoneProgress/cancel`.
    pub(super) async fn progress_cancelled(&self, params: lsp::WorkDoneProgressCancelParams) {
        if let Some(run) = progress::run_of(&params.token) {
            self.runs.cancel(Some(run));
        }
        self.imports.cancel(&params.token);
    }

    /// `noxflow/trusted`.
    pub(super) async fn trusted(&self, params: ext::Trusted) {
        self.trust(params.trusted);
    }

    fn trust(&self, is_trusted: bool) {
        self.runs.set_trusted(is_trusted);
        self.send(Message::Trusted(is_trusted));
    }

    /// The runs that are going on.
    pub(super) fn runs(&self) -> Runs {
        self.runs.clone()
    }

    /// Asks the editor to ask for lenses and hints again, when called: their times have changed, or whether they are
    /// wanted.
    fn lens_refresh(&self) -> impl FnOnce() + Send + 'static + use<> {
        let (editor, runtime) = (self.editor.clone(), self.runtime.clone());
        let client = self.client();
        move || {
            runtime.spawn(async move {
                let patience = std::time::Duration::from_secs(10);
                if client.refreshes_lenses {
                    let _ = tokio::time::timeout(patience, editor.code_lens_refresh()).await;
                }
                if client.refreshes_hints {
                    let _ = tokio::time::timeout(patience, editor.inlay_hint_refresh()).await;
                }
            });
        }
    }

    /// Has lenses asked for again once what is being read now has been read, when called: those of a workflow tell of
    /// noxfiles on disk, those of a noxfile of earlier runs.
    fn refresh_when_read(&self) -> impl FnOnce() + Send + 'static + use<> {
        let (refresh, state) = (self.lens_refresh(), self.state.clone());
        move || {
            let job = Box::new(move |_: Vec<Workspace>| refresh());
            drop(state.send(Message::AskAll(job))); // no state any more: the server is ending
        }
    }

    /// A workspace's history has changed: it is read again, and what shows times with it. Over when it has been read, so
    /// that who asks next sees the new times.
    async fn measured(&self, folder: std::path::PathBuf) -> Result<()> {
        self.send(Message::Measured { folder });
        self.refresh_when_read()();
        self.ask_all(|_| ()).await
    }

    fn client(&self) -> Arc<Client> {
        self.client.get().map(Arc::clone).unwrap_or_default()
    }

    fn send(&self, message: Message) {
        drop(self.state.send(message)); // no state any more: the server is ending
    }

    /// Asks about a file: the question joins the queue now, `answer` runs on a worker with the file as it is at this
    /// place in the queue. A file that is not ours has no answer.
    fn ask<T: Send + 'static>(
        &self,
        uri: &lsp::Uri,
        answer: impl FnOnce(&Asked, &Client) -> Option<T> + Send + 'static,
    ) -> impl Future<Output = Result<Option<T>>> {
        let uri = uri.0.clone();
        self.ask_by(|job| Message::Ask { uri, job }, answer)
    }

    /// The same of an answer that depends on files beside it: they have been read then.
    fn ask_beside<T: Send + 'static>(
        &self,
        uri: &lsp::Uri,
        answer: impl FnOnce(&Asked, &Client) -> Option<T> + Send + 'static,
    ) -> impl Future<Output = Result<Option<T>>> {
        let uri = uri.0.clone();
        self.ask_by(|job| Message::AskBeside { uri, job }, answer)
    }

    fn ask_by<T: Send + 'static>(
        &self,
        message: impl FnOnce(Box<dyn FnOnce(Option<Asked>) + Send>) -> Message,
        answer: impl FnOnce(&Asked, &Client) -> Option<T> + Send + 'static,
    ) -> impl Future<Output = Result<Option<T>>> {
        let (sender, receiver) = oneshot::channel();
        let client = self.client();
        let job = Box::new(move |asked: Option<Asked>| {
            if !sender.is_closed() {
                drop(sender.send(asked.and_then(|asked| answer(&asked, &client)))); // cancelled meanwhile
            }
        });
        self.send(message(job));
        async { receiver.await.map_err(|_| Error::internal_error()) } // the worker panicked
    }

    /// Asks about a place in a file, in the same way.
    fn ask_at<T: Send + 'static>(
        &self,
        at: &lsp::TextDocumentPositionParams,
        answer: impl FnOnce(&Asked, ide::FilePos, &Client) -> Option<T> + Send + 'static,
    ) -> impl Future<Output = Result<Option<T>>> {
        let position = at.position;
        self.ask(&at.text_document.uri, move |asked, client| {
            let pos = from_proto::file_pos(asked.file.id, &asked.file.document, position, client.encoding);
            answer(asked, pos, client)
        })
    }

    /// Asks about all workspaces, in the same way.
    fn ask_all<T: Send + 'static>(
        &self,
        answer: impl FnOnce(&[Workspace]) -> T + Send + 'static,
    ) -> impl Future<Output = Result<T>> {
        let (sender, receiver) = oneshot::channel();
        self.send(Message::AskAll(Box::new(move |workspaces| {
            if !sender.is_closed() {
                drop(sender.send(answer(&workspaces))); // cancelled meanwhile
            }
        })));
        async { receiver.await.map_err(|_| Error::internal_error()) }
    }
}

impl LanguageServer for Backend {
    async fn initialize(&self, params: lsp::InitializeParams) -> Result<lsp::InitializeResult> {
        let client = Arc::new(Client::new(&params.capabilities));
        let folders = from_proto::folders(&params);
        let options: Options = params
            .initialization_options
            .filter(Value::is_object)
            .and_then(|options| serde_json::from_value(options).ok())
            .unwrap_or_default();
        self.trust(options.trusted);
        let config = Config::from_json(&options.settings);
        let encoding = client.encoding;
        let capabilities = capabilities(encoding);
        drop(self.client.set(client)); // the framework refuses a second `initialize`
        self.send(Message::Began { encoding, folders, config });
        if let Some(id) = params.process_id {
            self.watch.start(id);
        }
        let server_info = lsp::ServerInfo { name: "noxflow".into(), version: Some(env!("CARGO_PKG_VERSION").into()) };
        Ok(lsp::InitializeResult { capabilities, server_info: Some(server_info) })
    }

    async fn initialized(&self, _: lsp::InitializedParams) {
        self.refresh_when_read()();
        let client = self.client();
        if client.watches_files {
            let watcher = Watcher::start(self.editor.clone(), Arc::clone(&client), &self.runtime);
            self.send(Message::Watched(watcher));
        }
        let registrations = registrations(&client);
        if !registrations.is_empty() {
            let editor = self.editor.clone();
            self.runtime.spawn(async move {
                if let Err(error) = editor.register_capability(registrations).await {
                    tracing::warn!("the editor does not watch files for us: {error}");
                }
            });
        }
    }

    async fn shutdown(&self) -> Result<()> {
        Ok(())
    }

    async fn did_open(&self, params: lsp::DidOpenTextDocumentParams) {
        let document = params.text_document;
        let language = String::from(document.language_id);
        self.send(Message::Opened { uri: document.uri.0, language, version: document.version, text: document.text });
    }

    async fn did_change(&self, params: lsp::DidChangeTextDocumentParams) {
        let document = params.text_document;
        let edits = from_proto::edits(params.content_changes);
        self.send(Message::Changed { uri: document.text_document_identifier.uri.0, version: document.version, edits });
    }

    async fn did_save(&self, params: lsp::DidSaveTextDocumentParams) {
        self.send(Message::Saved(from_proto::paths(std::iter::once(&params.text_document.uri))));
    }

    async fn did_close(&self, params: lsp::DidCloseTextDocumentParams) {
        self.send(Message::Closed { uri: params.text_document.uri.0 });
    }

    async fn did_change_watched_files(&self, params: lsp::DidChangeWatchedFilesParams) {
        self.send(Message::Touched(from_proto::paths(params.changes.iter().map(|change| &change.uri))));
    }

    async fn did_change_workspace_folders(&self, params: lsp::DidChangeWorkspaceFoldersParams) {
        let paths = |folders: &[lsp::WorkspaceFolder]| from_proto::paths(folders.iter().map(|folder| &folder.uri));
        let (added, removed) = (paths(&params.event.added), paths(&params.event.removed));
        self.send(Message::Folders { added, removed });
        self.refresh_when_read()();
    }

    async fn did_change_configuration(&self, params: lsp::DidChangeConfigurationParams) {
        if params.settings.get("noxflow").is_some() {
            self.send(Message::Configured(Config::from_json(&params.settings)));
            self.lens_refresh()();
        }
    }

    async fn hover(&self, params: lsp::HoverParams) -> Result<Option<lsp::Hover>> {
        self.ask_at(&params.text_document_position_params, |asked, pos, client| {
            let hover = ide::hover(asked.view.snapshot(), pos)?;
            Some(to_proto::hover(&asked.file.document, hover, client.encoding))
        })
        .await
    }

    async fn goto_definition(&self, params: lsp::DefinitionParams) -> Result<Option<lsp::DefinitionResponse>> {
        self.ask_at(&params.text_document_position_params, |asked, pos, client| {
            let targets = ide::definition(asked.view.snapshot(), pos);
            to_proto::definition(&asked.view, &asked.file.document, &targets, client)
        })
        .await
    }

    async fn document_symbol(&self, params: lsp::DocumentSymbolParams) -> Result<Option<lsp::DocumentSymbolResponse>> {
        let uri = params.text_document.uri;
        self.ask(&uri.clone(), move |asked, client| {
            let symbols = ide::symbols(asked.view.snapshot(), asked.file.id);
            Some(to_proto::symbols(&asked.file.document, uri.as_ref(), symbols, client))
        })
        .await
    }

    async fn code_action(&self, params: lsp::CodeActionParams) -> Result<Option<Vec<lsp::CodeActionResponse>>> {
        let uri = params.text_document.uri.clone();
        self.ask_beside(&uri, move |asked, client| Some(actions::actions(asked, &params, client))).await
    }

    async fn code_action_resolve(&self, action: lsp::CodeAction) -> Result<lsp::CodeAction> {
        // What came with its edit is whole.
        if action.edit.is_some() || action.data.is_none() {
            return Ok(action);
        }
        let later = actions::later(&action)?;
        let uri = lsp::Uri::from(later.uri.as_str());
        let resolved =
            self.ask_beside(&uri, move |asked, client| Some(actions::resolve(asked, &later, action, client)));
        resolved.await?.unwrap_or_else(|| Err(failed(actions::CHANGED)))
    }

    async fn code_lens(&self, params: lsp::CodeLensParams) -> Result<Option<Vec<lsp::CodeLens>>> {
        let uri = params.text_document.uri;
        self.ask(&uri.clone(), move |asked, client| {
            let is_on = asked.view.config.code_lens.unwrap_or(true);
            let lenses = if is_on {
                ide::lenses(asked.view.snapshot(), asked.file.id, &asked.view.past.unfinished)
            } else {
                Vec::new()
            };
            let lens = |lens| to_proto::lens(&asked.file.document, uri.as_ref(), lens, client.encoding);
            Some(lenses.iter().map(lens).collect())
        })
        .await
    }

    async fn inlay_hint(&self, params: lsp::InlayHintParams) -> Result<Option<Vec<lsp::InlayHint>>> {
        self.ask(&params.text_document.uri, move |asked, client| {
            let document = &asked.file.document;
            let span = from_proto::span(document, params.range, client.encoding);
            let is_on = asked.view.config.inlay_hints.unwrap_or(true);
            let hints = if is_on { ide::hints(asked.view.snapshot(), asked.file.id, span) } else { Vec::new() };
            Some(hints.into_iter().map(|hint| to_proto::hint(document, hint, client.encoding)).collect())
        })
        .await
    }

    async fn completion(&self, params: lsp::CompletionParams) -> Result<Option<lsp::CompletionResponse>> {
        self.ask_at(&params.text_document_position_params, |asked, pos, client| {
            let document = &asked.file.document;
            let items = ide::completions(asked.view.snapshot(), pos);
            let items = items.into_iter().enumerate();
            let items = items.map(|(at, item)| to_proto::completion(document, at, item, client.encoding));
            Some(lsp::CompletionResponse::CompletionItemList(items.collect()))
        })
        .await
    }

    async fn references(&self, params: lsp::ReferenceParams) -> Result<Option<Vec<lsp::Location>>> {
        let with_definition = params.context.include_declaration;
        self.ask_at(&params.text_document_position_params, move |asked, pos, client| {
            let mentions = ide::references(asked.view.snapshot(), pos).into_iter();
            let wanted = mentions.filter(|mention| with_definition || !mention.is_definition);
            Some(wanted.filter_map(|mention| to_proto::location(&asked.view, mention, client.encoding)).collect())
        })
        .await
    }

    async fn document_link(&self, params: lsp::DocumentLinkParams) -> Result<Option<Vec<lsp::DocumentLink>>> {
        self.ask(&params.text_document.uri, |asked, client| {
            let links = ide::file_links(asked.view.snapshot(), asked.file.id).into_iter();
            Some(
                links.filter_map(|link| to_proto::file_link(&asked.view, &asked.file, link, client.encoding)).collect(),
            )
        })
        .await
    }

    async fn prepare_call_hierarchy(
        &self,
        params: lsp::CallHierarchyPrepareParams,
    ) -> Result<Option<Vec<lsp::CallHierarchyItem>>> {
        self.ask_at(&params.text_document_position_params, |asked, pos, client| {
            let node = ide::node_at(asked.view.snapshot(), pos)?;
            Some(vec![to_proto::node(&asked.view, node, client.encoding)?])
        })
        .await
    }

    async fn incoming_calls(
        &self,
        params: lsp::CallHierarchyIncomingCallsParams,
    ) -> Result<Option<Vec<lsp::CallHierarchyIncomingCall>>> {
        self.ask_at(&from_proto::place_of(params.item), |asked, pos, client| {
            let found = ide::needing(asked.view.snapshot(), pos).into_iter();
            Some(found.filter_map(|it| to_proto::incoming(&asked.view, it, client.encoding)).collect())
        })
        .await
    }

    async fn outgoing_calls(
        &self,
        params: lsp::CallHierarchyOutgoingCallsParams,
    ) -> Result<Option<Vec<lsp::CallHierarchyOutgoingCall>>> {
        self.ask_at(&from_proto::place_of(params.item), |asked, pos, client| {
            let found = ide::needed(asked.view.snapshot(), pos).into_iter();
            Some(found.filter_map(|it| to_proto::outgoing(&asked.view, &asked.file, it, client.encoding)).collect())
        })
        .await
    }

    async fn document_highlight(
        &self,
        params: lsp::DocumentHighlightParams,
    ) -> Result<Option<Vec<lsp::DocumentHighlight>>> {
        self.ask_at(&params.text_document_position_params, |asked, pos, client| {
            let mentions = ide::references(asked.view.snapshot(), pos).into_iter();
            let here = mentions.filter(|mention| mention.file == pos.file);
            Some(here.map(|mention| to_proto::highlight(&asked.file.document, mention, client.encoding)).collect())
        })
        .await
    }

    async fn prepare_rename(
        &self,
        params: lsp::TextDocumentPositionParams,
    ) -> Result<Option<lsp::PrepareRenameResult>> {
        let answer = self.ask_at(&params, |asked, pos, client| {
            let answer = ide::renameable(asked.view.snapshot(), pos);
            Some(answer.map(|found| {
                found.map(|(span, placeholder)| {
                    let range = to_proto::range(&asked.file.document, span, client.encoding);
                    lsp::PrepareRenameResult::from(lsp::PrepareRenamePlaceholder { range, placeholder })
                })
            }))
        });
        answer.await?.transpose().map(Option::flatten).map_err(failed)
    }

    async fn rename(&self, params: lsp::RenameParams) -> Result<Option<lsp::WorkspaceEdit>> {
        let new = params.new_name;
        let answer = self.ask_at(&params.text_document_position_params, move |asked, pos, client| {
            let edits = ide::rename(asked.view.snapshot(), pos, &new);
            Some(edits.map(|edits| to_proto::workspace_edit(&asked.view, &edits, client)))
        });
        answer.await?.transpose().map_err(failed)
    }

    async fn symbol(&self, params: lsp::WorkspaceSymbolParams) -> Result<Option<lsp::WorkspaceSymbolResponse>> {
        let client = self.client();
        self.ask_all(move |workspaces| {
            let of = |workspace: &Workspace| {
                let found = ide::workspace_symbols(workspace.view.snapshot(), &params.query);
                let shown = found.into_iter().filter_map(|(file, symbol)| {
                    to_proto::workspace_symbol(&workspace.view, file, symbol, client.encoding)
                });
                shown.collect::<Vec<_>>()
            };
            Some(lsp::WorkspaceSymbolResponse::SymbolInformationList(workspaces.iter().flat_map(of).collect()))
        })
        .await
    }

    async fn execute_command(&self, params: lsp::ExecuteCommandParams) -> Result<Option<Value>> {
        match params.command.as_str() {
            ext::RUN => {
                self.runs.must_be_trusted("running sessions")?;
                let arguments: RunArguments = commands::argument(params.arguments)?;
                let prepared = self.ask_all(move |workspaces| commands::prepare(workspaces, &arguments)).await??;
                let editor = self.client().shows_progress.then(|| self.editor.clone());
                let (state, folder) = (self.state.clone(), prepared.folder.clone());
                let refresh = self.refresh_when_read();
                let ended = move || {
                    drop(state.send(Message::Measured { folder })); // no state any more: the server is ending
                    refresh();
                };
                let listener = Listener::new(&prepared, self.state.clone());
                self.runs.run(prepared, editor, self.outbox.clone(), listener, ended).await.map(Some)
            }
            ext::CANCEL => {
                let arguments: CancelArguments = commands::argument(params.arguments)?;
                Ok(Some(json!({ "cancelled": self.runs.cancel(arguments.run.as_deref()) })))
            }
            ext::AUDIT => {
                let arguments: AuditArguments = commands::argument(params.arguments)?;
                let uri = arguments.uri;
                let report = self.ask_all(move |workspaces| commands::audit(workspaces, uri.as_deref())).await?;
                serde_json::to_value(report).map(Some).map_err(|_| Error::internal_error())
            }
            ext::GRAPH => {
                let arguments: RunArguments = commands::argument(params.arguments)?;
                let graph = self.ask_all(move |workspaces| commands::graph(workspaces, &arguments)).await??;
                serde_json::to_value(graph).map(Some).map_err(|_| Error::internal_error())
            }
            ext::CONFIRM => {
                self.runs.must_be_trusted("asking nox")?;
                let ConfirmArguments { uri } = commands::argument(params.arguments)?;
                let question = self.ask_all(move |all| commands::confirmable(all, uri.as_deref())).await??;
                let answer = question.ask().await.map_err(|error| failed(format!("{error:#}")))?;
                let result = answer.result();
                self.send(Message::Confirmed(answer));
                serde_json::to_value(result).map(Some).map_err(|_| Error::internal_error())
            }
            ext::IMPORT_TIMINGS => {
                let arguments: ImportArguments = commands::argument(params.arguments)?;
                if arguments.fetch.is_some() {
                    self.runs.may_name_hosts()?;
                }
                let told = |error: anyhow::Error| failed(format!("{error:#}"));
                let prepared = self.ask_all(move |all| Prepared::new(all, arguments)).await?.map_err(told)?;
                let folder = prepared.folder.clone();
                let editor = self.client().shows_progress.then(|| self.editor.clone());
                let result = self.imports.run(prepared, editor, self.outbox.clone()).await.map_err(told)?;
                self.measured(folder).await?;
                serde_json::to_value(result).map(Some).map_err(|_| Error::internal_error())
            }
            ext::TIMINGS_SOURCE => {
                let arguments: SourceArguments = commands::argument(params.arguments)?;
                let source = self.ask_all(move |all| timings::source(all, &arguments)).await?;
                let source = source.map_err(|error| failed(format!("{error:#}")))?;
                serde_json::to_value(source).map(Some).map_err(|_| Error::internal_error())
            }
            ext::CLEAR_TIMINGS => {
                let ClearArguments { uri, sessions } = commands::argument(params.arguments)?;
                let folder =
                    self.ask_all(move |all| Ok(timings::workspace(all, uri.as_deref())?.folder.clone())).await?;
                let folder = folder.map_err(|error: anyhow::Error| failed(format!("{error:#}")))?;
                let is_kept = |record: &history::Record| !record.is_of(&sessions);
                let removed = history::retain(&folder, is_kept).map_err(|error| failed(error.to_string()))?;
                self.measured(folder).await?;
                Ok(Some(json!({ "removed": removed })))
            }
            unknown => Err(Error::invalid_params(format!("no command is called `{unknown}`"))),
        }
    }
}
