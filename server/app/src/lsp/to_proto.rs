//! Our answers, in the editor's words.

use std::collections::HashMap;

use ide::{FileEdit, FileState, Finding, Level, Symbol, SymbolKind, Target};
use syntax::{Document, Encoding, Span, TextEdit};
use tower_lsp::gen_lsp_types as lsp;

use super::ext;
use super::from_proto::Client;
use super::view::View;
use crate::links;

mod hierarchy;
mod names;

pub(super) use hierarchy::{file_link, incoming, node, outgoing};
pub(super) use names::{completion, highlight, hint, location, workspace_symbol};

/// A range.
pub(super) fn range(document: &Document, span: Span, encoding: Encoding) -> lsp::Range {
    let position = |offset| {
        let at = document.lines().position(offset, encoding);
        lsp::Position { line: at.line, character: at.column }
    };
    lsp::Range { start: position(span.start), end: position(span.end) }
}

/// A hover.
pub(super) fn hover(document: &Document, hover: ide::Hover, encoding: Encoding) -> lsp::Hover {
    let contents = lsp::MarkupContent { kind: lsp::MarkupKind::Markdown, value: hover.markdown };
    lsp::Hover { contents: lsp::Contents::MarkupContent(contents), range: Some(range(document, hover.span, encoding)) }
}

/// Where a word is defined.
pub(super) fn definition(
    view: &View,
    document: &Document,
    targets: &[Target],
    client: &Client,
) -> Option<lsp::DefinitionResponse> {
    let links = targets.iter().filter_map(|target| {
        let there = &view.file(target.file)?.document;
        Some(lsp::LocationLink {
            origin_selection_range: Some(range(document, target.origin, client.encoding)),
            target_uri: lsp::Uri::from(&**view.uris.get(&target.file)?),
            target_range: range(there, target.span, client.encoding),
            target_selection_range: range(there, target.name_span, client.encoding),
        })
    });
    let links: Vec<lsp::LocationLink> = links.collect();
    if links.is_empty() {
        return None;
    }
    if client.has_links {
        return Some(lsp::DefinitionResponse::DefinitionLinkList(links));
    }
    let locations =
        links.into_iter().map(|link| lsp::Location { uri: link.target_uri, range: link.target_selection_range });
    Some(lsp::DefinitionResponse::Definition(lsp::Definition::LocationList(locations.collect())))
}

/// The outline, as a tree where the editor can show one.
pub(super) fn symbols(
    document: &Document,
    uri: &str,
    symbols: Vec<Symbol>,
    client: &Client,
) -> lsp::DocumentSymbolResponse {
    if client.has_nested_symbols {
        let tree = symbols.into_iter().map(|symbol| nested(document, symbol, client.encoding));
        return lsp::DocumentSymbolResponse::DocumentSymbolList(tree.collect());
    }
    let mut flat = Vec::new();
    flatten(document, uri, &symbols, None, client.encoding, &mut flat);
    lsp::DocumentSymbolResponse::SymbolInformationList(flat)
}

fn nested(document: &Document, symbol: Symbol, encoding: Encoding) -> lsp::DocumentSymbol {
    let children: Vec<lsp::DocumentSymbol> =
        symbol.children.into_iter().map(|child| nested(document, child, encoding)).collect();
    #[expect(deprecated, reason = "the field must be given")]
    lsp::DocumentSymbol {
        name: named(symbol.name),
        detail: Some(symbol.detail).filter(|detail| !detail.is_empty()),
        kind: symbol_kind(symbol.kind),
        tags: None,
        deprecated: None,
        range: range(document, symbol.span.join(symbol.name_span), encoding),
        selection_range: range(document, symbol.name_span, encoding),
        children: Some(children).filter(|children| !children.is_empty()),
    }
}

fn flatten(
    document: &Document,
    uri: &str,
    symbols: &[Symbol],
    container: Option<&str>,
    encoding: Encoding,
    out: &mut Vec<lsp::SymbolInformation>,
) {
    for symbol in symbols {
        #[expect(deprecated, reason = "the field must be given")]
        out.push(lsp::SymbolInformation {
            deprecated: None,
            location: lsp::Location { uri: lsp::Uri::from(uri), range: range(document, symbol.span, encoding) },
            base_symbol_information: lsp::BaseSymbolInformation {
                name: named(symbol.name.clone()),
                kind: symbol_kind(symbol.kind),
                tags: None,
                container_name: container.map(str::to_owned),
            },
        });
        flatten(document, uri, &symbol.children, Some(&symbol.name), encoding, out);
    }
}

/// Editors refuse an outline with an empty name in it.
fn named(name: String) -> String {
    if name.trim().is_empty() { "(no name)".to_owned() } else { name }
}

pub(super) fn symbol_kind(kind: SymbolKind) -> lsp::SymbolKind {
    match kind {
        SymbolKind::Session => lsp::SymbolKind::Function,
        SymbolKind::Job => lsp::SymbolKind::Module,
        SymbolKind::Step => lsp::SymbolKind::Event,
    }
}

/// What is wrong in `file`, as settings want it shown.
pub(super) fn diagnostics(view: &View, file: &FileState, encoding: Encoding) -> Vec<lsp::Diagnostic> {
    let findings = view.findings(file.id);
    findings.iter().filter_map(|finding| diagnostic(view, file, finding, encoding)).collect()
}

/// One finding; `None` when settings turn it off.
pub(super) fn diagnostic(
    view: &View,
    file: &FileState,
    finding: &Finding,
    encoding: Encoding,
) -> Option<lsp::Diagnostic> {
    let level = view.config.level(finding.lint, finding.level)?;
    let related = finding.related.iter().filter_map(|related| {
        let there = view.file(related.file)?;
        let uri = lsp::Uri::from(&**view.uris.get(&related.file)?);
        let range = range(&there.document, related.span, encoding);
        Some(lsp::DiagnosticRelatedInformation {
            location: lsp::Location { uri, range },
            message: related.message.clone(),
        })
    });
    let related: Vec<lsp::DiagnosticRelatedInformation> = related.collect();
    Some(lsp::Diagnostic {
        range: range(&file.document, finding.span, encoding),
        severity: Some(severity(level)),
        code: Some(lsp::Code::String(finding.lint.to_owned())),
        code_description: Some(lsp::CodeDescription { href: lsp::Uri::from(links::lint(finding.lint)) }),
        source: Some("noxflow".to_owned()),
        message: lsp::Message::String(finding.message.clone()),
        tags: None,
        related_information: Some(related).filter(|related| !related.is_empty()),
        data: None,
    })
}

/// How loud.
pub(super) fn severity(level: Level) -> lsp::DiagnosticSeverity {
    match level {
        Level::Error => lsp::DiagnosticSeverity::Error,
        Level::Warning => lsp::DiagnosticSeverity::Warning,
        Level::Info => lsp::DiagnosticSeverity::Information,
        Level::Hint => lsp::DiagnosticSeverity::Hint,
    }
}

/// Edits of several files; each says which version it was made for, where the editor can check it, and asks for consent
/// where it needs some and the editor can ask.
pub(super) fn workspace_edit(view: &View, files: &[FileEdit], client: &Client) -> lsp::WorkspaceEdit {
    let known = files.iter().filter_map(|edit| Some((edit, view.file(edit.file)?, view.uris.get(&edit.file)?)));
    let text_edits = |state: &FileState, edits: &[TextEdit]| -> Vec<lsp::TextEdit> {
        let edit = |edit: &TextEdit| lsp::TextEdit {
            range: range(&state.document, edit.span, client.encoding),
            new_text: edit.insert.clone(),
        };
        edits.iter().map(edit).collect()
    };
    if !client.has_document_changes {
        let changes: HashMap<lsp::Uri, Vec<lsp::TextEdit>> =
            known.map(|(edit, state, uri)| (lsp::Uri::from(&**uri), text_edits(state, &edit.edits))).collect();
        return lsp::WorkspaceEdit { changes: Some(changes), ..lsp::WorkspaceEdit::default() };
    }
    let mut annotations = HashMap::new();
    let mut changes = Vec::new();
    for (edit, state, uri) in known {
        let consent = edit.confirm.as_ref().filter(|_| client.has_annotations);
        let annotation = consent.map(|question| {
            let annotation = lsp::ChangeAnnotation {
                label: question.clone(),
                needs_confirmation: Some(true),
                description: Some(state.path.clone()),
            };
            annotations.insert(state.path.clone(), annotation);
            state.path.clone()
        });
        let annotated = |text_edit: lsp::TextEdit| match annotation.clone() {
            Some(annotation_id) => lsp::Edit::AnnotatedTextEdit(lsp::AnnotatedTextEdit { annotation_id, text_edit }),
            None => lsp::Edit::TextEdit(text_edit),
        };
        changes.push(lsp::DocumentChange::TextDocumentEdit(lsp::TextDocumentEdit {
            text_document: lsp::OptionalVersionedTextDocumentIdentifier {
                version: state.version,
                text_document_identifier: lsp::TextDocumentIdentifier { uri: lsp::Uri::from(&**uri) },
            },
            edits: text_edits(state, &edit.edits).into_iter().map(annotated).collect(),
        }));
    }
    lsp::WorkspaceEdit {
        document_changes: Some(changes),
        change_annotations: Some(annotations).filter(|annotations| !annotations.is_empty()),
        ..lsp::WorkspaceEdit::default()
    }
}

/// A lens that runs something.
pub(super) fn lens(document: &Document, uri: &str, lens: &ide::Lens, encoding: Encoding) -> lsp::CodeLens {
    let arguments = ext::RunArguments {
        uri: Some(uri.to_owned()),
        sessions: Some(lens.sessions.clone()).filter(|sessions| !sessions.is_empty()),
        with_dependencies: lens.with_dependencies,
        ..ext::RunArguments::default()
    };
    lsp::CodeLens {
        range: range(document, lens.span, encoding),
        command: Some(lsp::Command {
            title: lens.title.clone(),
            tooltip: None,
            command: ext::RUN.to_owned(),
            arguments: serde_json::to_value(arguments).ok().map(|arguments| vec![arguments]),
        }),
        data: None,
    }
}
