//! What the server says it can do, and what it asks of the editor.

use tower_lsp::gen_lsp_types as lsp;

use super::ext;
use super::from_proto::Client;
use super::watches;

/// What the server can do.
pub(super) fn capabilities(encoding: syntax::Encoding) -> lsp::ServerCapabilities {
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
                lsp::CodeActionKind::from(ide::FIX_ALL_KIND.to_owned()),
            ]),
            resolve_provider: Some(true),
            ..lsp::CodeActionOptions::default()
        })),
        references_provider: Some(lsp::ReferencesProvider::Bool(true)),
        document_link_provider: Some(lsp::DocumentLinkOptions::default()),
        call_hierarchy_provider: Some(lsp::CallHierarchyProvider::Bool(true)),
        document_highlight_provider: Some(lsp::DocumentHighlightProvider::Bool(true)),
        workspace_symbol_provider: Some(lsp::WorkspaceSymbolProvider::Bool(true)),
        rename_provider: Some(lsp::RenameProvider::RenameOptions(lsp::RenameOptions {
            prepare_provider: Some(true),
            ..lsp::RenameOptions::default()
        })),
        completion_provider: Some(lsp::CompletionOptions {
            // Behind these a name may follow: `-s `, `["`, `[lint, `.
            trigger_characters: Some(["\"", "'", " ", "[", ","].map(str::to_owned).to_vec()),
            ..lsp::CompletionOptions::default()
        }),
        inlay_hint_provider: Some(lsp::InlayHintProvider::Bool(true)),
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
pub(super) fn registrations(client: &Client) -> Vec<lsp::Registration> {
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
