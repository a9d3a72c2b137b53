//! Call hierarchy and links to files, in the protocol's words.

use ide::{FileLink, FileState, Neighbour, Node};
use syntax::Encoding;
use tower_lsp::gen_lsp_types as lsp;

use super::{range, symbol_kind};
use crate::lsp::view::View;

/// A word that leads to a file.
pub(in crate::lsp) fn file_link(
    view: &View,
    from: &FileState,
    link: FileLink,
    encoding: Encoding,
) -> Option<lsp::DocumentLink> {
    Some(lsp::DocumentLink {
        range: range(&from.document, link.span, encoding),
        target: Some(lsp::Uri::from(&**view.uris.get(&link.file)?)),
        tooltip: Some(link.tooltip),
        data: None,
    })
}

/// A session or a job.
pub(in crate::lsp) fn node(view: &View, node: Node, encoding: Encoding) -> Option<lsp::CallHierarchyItem> {
    let document = &view.file(node.file)?.document;
    Some(lsp::CallHierarchyItem {
        name: node.name,
        kind: symbol_kind(node.kind),
        tags: None,
        detail: Some(node.detail).filter(|detail| !detail.is_empty()),
        uri: lsp::Uri::from(&**view.uris.get(&node.file)?),
        range: range(document, node.span, encoding),
        selection_range: range(document, node.name_span, encoding),
        data: None,
    })
}

/// What needs the node in question: the places stand in its own file.
pub(in crate::lsp) fn incoming(
    view: &View,
    found: Neighbour,
    encoding: Encoding,
) -> Option<lsp::CallHierarchyIncomingCall> {
    let document = &view.file(found.node.file)?.document;
    let from_ranges = found.places.iter().map(|span| range(document, *span, encoding)).collect();
    Some(lsp::CallHierarchyIncomingCall { from: node(view, found.node, encoding)?, from_ranges })
}

/// What the node in question needs: the places stand in the file of that.
pub(in crate::lsp) fn outgoing(
    view: &View,
    from: &FileState,
    found: Neighbour,
    encoding: Encoding,
) -> Option<lsp::CallHierarchyOutgoingCall> {
    let from_ranges = found.places.iter().map(|span| range(&from.document, *span, encoding)).collect();
    Some(lsp::CallHierarchyOutgoingCall { to: node(view, found.node, encoding)?, from_ranges })
}
