//! Where names stand, and names to write: references, highlights, symbols, completion, hints.

use ide::{Completion, CompletionKind, Hint, Mention, Symbol};
use model::FileId;
use syntax::{Document, Encoding, Span};
use tower_lsp::gen_lsp_types as lsp;

use super::super::view::View;
use super::{named, range, symbol_kind};

/// Where a name stands.
pub(in super::super) fn location(view: &View, mention: Mention, encoding: Encoding) -> Option<lsp::Location> {
    let uri = lsp::Uri::from(&**view.uris.get(&mention.file)?);
    Some(lsp::Location { uri, range: range(&view.file(mention.file)?.document, mention.span, encoding) })
}

/// The same within the file that is looked at.
pub(in super::super) fn highlight(document: &Document, mention: Mention, encoding: Encoding) -> lsp::DocumentHighlight {
    let kind = if mention.is_definition { lsp::DocumentHighlightKind::Write } else { lsp::DocumentHighlightKind::Read };
    lsp::DocumentHighlight { range: range(document, mention.span, encoding), kind: Some(kind) }
}

/// A session or a job of the workspace.
pub(in super::super) fn workspace_symbol(
    view: &View,
    file: FileId,
    symbol: Symbol,
    encoding: Encoding,
) -> Option<lsp::SymbolInformation> {
    let state = view.file(file)?;
    let uri = lsp::Uri::from(&**view.uris.get(&file)?);
    #[expect(deprecated, reason = "the field must be given")]
    Some(lsp::SymbolInformation {
        deprecated: None,
        location: lsp::Location { uri, range: range(&state.document, symbol.name_span, encoding) },
        base_symbol_information: lsp::BaseSymbolInformation {
            name: named(symbol.name),
            kind: symbol_kind(symbol.kind),
            tags: None,
            container_name: Some(state.path.clone()),
        },
    })
}

/// A proposal; `at` is its place in the list.
pub(in super::super) fn completion(
    document: &Document,
    at: usize,
    completion: Completion,
    encoding: Encoding,
) -> lsp::CompletionItem {
    let kind = match completion.kind {
        CompletionKind::Session => lsp::CompletionItemKind::Function,
        CompletionKind::Job => lsp::CompletionItemKind::Module,
        CompletionKind::Tag => lsp::CompletionItemKind::Keyword,
        CompletionKind::Python => lsp::CompletionItemKind::EnumMember,
    };
    let range = range(document, completion.span, encoding);
    lsp::CompletionItem {
        label: completion.text.clone(),
        kind: Some(kind),
        detail: Some(completion.detail).filter(|detail| !detail.is_empty()),
        sort_text: Some(format!("{at:05}")),
        filter_text: Some(completion.text.clone()),
        text_edit: Some(lsp::CompletionItemTextEdit::from(lsp::TextEdit { range, new_text: completion.text })),
        ..lsp::CompletionItem::default()
    }
}

/// A hint behind a line.
pub(in super::super) fn hint(document: &Document, hint: Hint, encoding: Encoding) -> lsp::InlayHint {
    lsp::InlayHint {
        position: range(document, Span::empty(hint.offset), encoding).start,
        label: lsp::Label::String(hint.label),
        kind: None,
        text_edits: None,
        tooltip: Some(lsp::Tooltip::MarkupContent(lsp::MarkupContent {
            kind: lsp::MarkupKind::Markdown,
            value: hint.tooltip.replace('\n', "  \n"),
        })),
        padding_left: Some(true),
        padding_right: None,
        data: None,
    }
}
