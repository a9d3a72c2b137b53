//! What the editor says, in our words. Nothing here fails: what does not fit is clamped or left out.

use std::path::PathBuf;

use model::FileId;
use syntax::{Document, Encoding, LineCol, Span};
use tower_lsp::gen_lsp_types as lsp;
use tower_lsp::gen_lsp_types::{
    ClientCapabilities, CodeActionKind, InitializeParams, Position, PositionEncodingKind, Range,
    TextDocumentContentChangeEvent, Uri, WorkspaceFolders,
};

use super::state::Edit;
use super::uri;

/// The name of an item of a call hierarchy, as a place.
pub(super) fn place_of(item: lsp::CallHierarchyItem) -> lsp::TextDocumentPositionParams {
    lsp::TextDocumentPositionParams {
        text_document: lsp::TextDocumentIdentifier { uri: item.uri },
        position: item.selection_range.start,
    }
}

/// What the editor can do, as far as our answers depend on it.
#[derive(Clone, Debug, Default)]
pub(super) struct Client {
    /// How columns are counted.
    pub(super) encoding: Encoding,
    /// Edits may name the version they were made for.
    pub(super) has_document_changes: bool,
    /// Edits may ask for consent.
    pub(super) has_annotations: bool,
    /// Disabled code actions are shown.
    pub(super) has_disabled_actions: bool,
    /// The edit of a code action may be asked for later.
    pub(super) resolves_edits: bool,
    /// Definitions may say which word led to them.
    pub(super) has_links: bool,
    /// Outlines may be trees.
    pub(super) has_nested_symbols: bool,
    /// Files can be watched for us.
    pub(super) watches_files: bool,
    /// Patterns of watched files may count from a folder.
    pub(super) has_relative_patterns: bool,
    /// Settings changes can be registered for.
    pub(super) registers_settings: bool,
    /// Progress can be shown.
    pub(super) shows_progress: bool,
    /// Lenses can be asked for anew.
    pub(super) refreshes_lenses: bool,
    /// Inlay hints can be asked for anew.
    pub(super) refreshes_hints: bool,
}

impl Client {
    /// Reads the capabilities.
    pub(super) fn new(capabilities: &ClientCapabilities) -> Self {
        let text = capabilities.text_document.as_ref();
        let workspace = capabilities.workspace.as_ref();
        let action = text.and_then(|text| text.code_action.as_ref());
        let edit = workspace.and_then(|workspace| workspace.workspace_edit.as_ref());
        Self {
            encoding: encoding(capabilities),
            has_document_changes: edit.and_then(|edit| edit.document_changes).unwrap_or(false),
            has_annotations: edit.is_some_and(|edit| edit.change_annotation_support.is_some()),
            has_disabled_actions: action.and_then(|action| action.disabled_support).unwrap_or(false),
            resolves_edits: action.is_some_and(|action| {
                let later = action.resolve_support.as_ref();
                // What is needed to make the edit travels in `data`.
                action.data_support == Some(true) && later.is_some_and(|it| it.properties.iter().any(|it| it == "edit"))
            }),
            has_links: text.and_then(|text| text.definition.as_ref()?.link_support).unwrap_or(false),
            has_nested_symbols: text
                .and_then(|text| text.document_symbol.as_ref()?.hierarchical_document_symbol_support)
                .unwrap_or(false),
            watches_files: workspace
                .and_then(|workspace| workspace.did_change_watched_files.as_ref()?.dynamic_registration)
                .unwrap_or(false),
            has_relative_patterns: workspace
                .and_then(|workspace| workspace.did_change_watched_files.as_ref()?.relative_pattern_support)
                .unwrap_or(false),
            registers_settings: workspace
                .and_then(|workspace| workspace.did_change_configuration.as_ref()?.dynamic_registration)
                .unwrap_or(false),
            shows_progress: capabilities.window.as_ref().and_then(|window| window.work_done_progress).unwrap_or(false),
            refreshes_lenses: workspace
                .and_then(|workspace| workspace.code_lens.as_ref()?.refresh_support)
                .unwrap_or(false),
            refreshes_hints: workspace
                .and_then(|workspace| workspace.inlay_hint.as_ref()?.refresh_support)
                .unwrap_or(false),
        }
    }
}

/// The first of utf-8, utf-16 and utf-32 that the editor offers; the protocol's default is utf-16.
fn encoding(capabilities: &ClientCapabilities) -> Encoding {
    let offered = capabilities.general.as_ref().and_then(|general| general.position_encodings.as_deref());
    let has = |kind| offered.is_some_and(|offered| offered.contains(&kind));
    if has(PositionEncodingKind::UTF8) {
        Encoding::Utf8
    } else if !has(PositionEncodingKind::UTF16) && has(PositionEncodingKind::UTF32) {
        Encoding::Utf32
    } else {
        Encoding::Utf16
    }
}

/// The workspace's folders, by whichever of the three ways the editor names them.
pub(super) fn folders(params: &InitializeParams) -> Vec<PathBuf> {
    if let Some(WorkspaceFolders::WorkspaceFolderList(folders)) =
        &params.workspace_folders_initialize_params.workspace_folders
    {
        return folders.iter().filter_map(|folder| uri::path(folder.uri.as_ref())).collect();
    }
    #[expect(deprecated, reason = "editors without workspace folders still say it this way")]
    let root = params.root_uri.as_ref();
    root.and_then(|uri| uri::path(uri.as_ref())).into_iter().collect()
}

/// Paths of `file:` URIs.
pub(super) fn paths<'a>(uris: impl Iterator<Item = &'a Uri>) -> Vec<PathBuf> {
    uris.filter_map(|uri| uri::path(uri.as_ref())).collect()
}

/// Edits of a text.
pub(super) fn edits(changes: Vec<TextDocumentContentChangeEvent>) -> Vec<Edit> {
    let edit = |change| match change {
        TextDocumentContentChangeEvent::TextDocumentContentChangePartial(change) => {
            Edit { range: Some((line_col(change.range.start), line_col(change.range.end))), text: change.text }
        }
        TextDocumentContentChangeEvent::TextDocumentContentChangeWholeDocument(change) => {
            Edit { range: None, text: change.text }
        }
    };
    changes.into_iter().map(edit).collect()
}

/// A place in a file.
pub(super) fn file_pos(file: FileId, document: &Document, position: Position, encoding: Encoding) -> ide::FilePos {
    ide::FilePos { file, offset: document.lines().offset(document.text(), line_col(position), encoding) }
}

/// A range of a text.
pub(super) fn span(document: &Document, range: Range, encoding: Encoding) -> Span {
    let offset = |position| document.lines().offset(document.text(), line_col(position), encoding);
    Span::new(offset(range.start), offset(range.end))
}

/// Whether a kind of code action was asked for: `refactor` asks for `refactor.rewrite` too.
pub(super) fn wants(only: Option<&[CodeActionKind]>, kind: &CodeActionKind) -> bool {
    let Some(only) = only else { return true };
    let kind = String::from(kind.clone());
    only.iter().any(|asked| {
        let asked = String::from(asked.clone());
        asked.is_empty() || kind == asked || kind.strip_prefix(&*asked).is_some_and(|rest| rest.starts_with('.'))
    })
}

fn line_col(position: Position) -> LineCol {
    LineCol { line: position.line, column: position.character }
}
