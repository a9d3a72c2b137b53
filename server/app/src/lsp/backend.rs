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

use super::commands;
use super::ext::{self, AuditArguments, CancelArguments, ConfirmArguments, Options, RunArguments};
use super::from_proto::{self, Client};
use super::listener::Listener;
use super::parent::Watch;
use super::progress;
use super::runs::{Runs, failed};
use super::state::{Asked, Message, Workspace};
use super::to_proto;
use super::transport::Outbox;
use super::watches::{self, Named};
use crate::config::Config;

/// What handlers need: everything mutable is behind a channel.
pub(super) struct Backend {
    editor: Editor,
    outbox: Outbox,
    state: Sender<Message>,
    runtime: Handle,
    watch: Watch,
    client: OnceLock<Arc<Client>>,
    runs: Runs,
    named: Named,
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
            named: Named::default(),
        }
    }

    /// `window/workDoneProgress/cancel`.
    pub(super) async fn progress_cancelled(&self, params: lsp::WorkDoneProgressCancelParams) {
        if let Some(run) = progress::run_of(&params.token) {
            self.runs.cancel(Some(run));
        }
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

    /// Asks the editor to ask for lenses again, when called: their times have changed, or whether they are wanted.
    fn lens_refresh(&self) -> impl FnOnce() + Send + 'static + use<> {
        let (editor, runtime) = (self.editor.clone(), self.runtime.clone());
        let is_understood = self.client().refreshes_lenses;
        move || {
            if is_understood {
                runtime.spawn(async move {
                    let refreshed = editor.code_lens_refresh();
                    let _ = tokio::time::timeout(std::time::Duration::from_secs(10), refreshed).await;
                });
            }
        }
    }

    /// Has lenses asked for again once what is being read now has been read, when called: those of a workflow tell of
    /// noxfiles on disk, those of a noxfile of earlier runs. Then also looks which files outputs name.
    fn refresh_when_read(&self) -> impl FnOnce() + Send + 'static + use<> {
        let (refresh, state) = (self.lens_refresh(), self.state.clone());
        let watching = self.client().watches_files.then(|| (self.editor.clone(), self.runtime.clone()));
        let named = self.named.clone();
        move || {
            let job = Box::new(move |workspaces: Vec<Workspace>| {
                refresh();
                if let Some((editor, runtime)) = watching {
                    let patterns = Named::patterns(&workspaces);
                    runtime.spawn(async move { named.watch(patterns, &editor).await });
                }
            });
            drop(state.send(Message::AskAll(job))); // no state any more: the server is ending
        }
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
        let (sender, receiver) = oneshot::channel();
        let client = self.client();
        let job = Box::new(move |asked: Option<Asked>| {
            if !sender.is_closed() {
                drop(sender.send(asked.and_then(|asked| answer(&asked, &client)))); // cancelled meanwhile
            }
        });
        self.send(Message::Ask { uri: uri.0.clone(), job });
        async { receiver.await.map_err(|_| Error::internal_error()) } // the worker panicked
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
        let registrations = registrations(&self.client());
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
        let at = params.text_document_position_params;
        self.ask(&at.text_document.uri, move |asked, client| {
            let document = &asked.file.document;
            let pos = from_proto::file_pos(asked.file.id, document, at.position, client.encoding);
            ide::hover(asked.view.snapshot(), pos).map(|hover| to_proto::hover(document, hover, client.encoding))
        })
        .await
    }

    async fn goto_definition(&self, params: lsp::DefinitionParams) -> Result<Option<lsp::DefinitionResponse>> {
        let at = params.text_document_position_params;
        self.ask(&at.text_document.uri, move |asked, client| {
            let document = &asked.file.document;
            let pos = from_proto::file_pos(asked.file.id, document, at.position, client.encoding);
            let targets = ide::definition(asked.view.snapshot(), pos);
            to_proto::definition(&asked.view, document, &targets, client)
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
        self.ask(&params.text_document.uri, move |asked, client| {
            Some(to_proto::actions(asked, params.range, params.context.only.as_deref(), client))
        })
        .await
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
            ext::CONFIRM => {
                self.runs.must_be_trusted("asking nox")?;
                let ConfirmArguments { uri } = commands::argument(params.arguments)?;
                let question = self.ask_all(move |all| commands::confirmable(all, uri.as_deref())).await??;
                let answer = question.ask().await.map_err(|error| failed(format!("{error:#}")))?;
                let result = answer.result();
                self.send(Message::Confirmed(answer));
                serde_json::to_value(result).map(Some).map_err(|_| Error::internal_error())
            }
            unknown => Err(Error::invalid_params(format!("no command is called `{unknown}`"))),
        }
    }
}

/// What the server can do.
fn capabilities(encoding: syntax::Encoding) -> lsp::ServerCapabilities {
    let sync = lsp::TextDocumentSyncOptions {
        open_close: Some(true),
        change: Some(lsp::TextDocumentSyncKind::Incremental),
        save: Some(lsp::Save::Bool(true)),
        ..lsp::TextDocumentSyncOptions::default()
    };
    let folders = lsp::WorkspaceFoldersServerCapabilities {
        supported: Some(true),
        change_notifications: Some(lsp::ChangeNotifications::Bool(true)),
    };
    lsp::ServerCapabilities {
        position_encoding: Some(match encoding {
            syntax::Encoding::Utf8 => lsp::PositionEncodingKind::UTF8,
            syntax::Encoding::Utf16 => lsp::PositionEncodingKind::UTF16,
            syntax::Encoding::Utf32 => lsp::PositionEncodingKind::UTF32,
        }),
        text_document_sync: Some(lsp::TextDocumentSync::Options(sync)),
        hover_provider: Some(lsp::HoverProvider::Bool(true)),
        definition_provider: Some(lsp::DefinitionProvider::Bool(true)),
        document_symbol_provider: Some(lsp::DocumentSymbolProvider::Bool(true)),
        code_action_provider: Some(lsp::CodeActionProvider::CodeActionOptions(lsp::CodeActionOptions {
            code_action_kinds: Some(vec![
                lsp::CodeActionKind::QuickFix,
                lsp::CodeActionKind::RefactorRewrite,
                lsp::CodeActionKind::from("source.fixAll.noxflow".to_owned()),
            ]),
            ..lsp::CodeActionOptions::default()
        })),
        code_lens_provider: Some(lsp::CodeLensOptions::default()),
        execute_command_provider: Some(lsp::ExecuteCommandOptions {
            commands: ext::COMMANDS.map(str::to_owned).to_vec(),
            ..lsp::ExecuteCommandOptions::default()
        }),
        workspace: Some(lsp::WorkspaceOptions { workspace_folders: Some(folders), ..lsp::WorkspaceOptions::default() }),
        ..lsp::ServerCapabilities::default()
    }
}

/// What is asked of the editor once it is ready.
fn registrations(client: &Client) -> Vec<lsp::Registration> {
    let mut out = Vec::new();
    if client.watches_files {
        out.push(watches::ours());
    }
    if client.registers_settings {
        let options = serde_json::json!({ "section": "noxflow" });
        out.push(lsp::Registration {
            id: "noxflow:settings".to_owned(),
            method: "workspace/didChangeConfiguration".to_owned(),
            register_options: Some(options),
        });
    }
    out
}
