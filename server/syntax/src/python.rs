//! Python as a small typed tree with spans: the part of the language that noxfiles use.

/// A module: its statements in order.
#[derive(Clone, Debug, Default)]
pub struct Module {}

/// Lowers a parsed text.
pub(crate) fn lower(
    _parsed: &crate::document::Parsed,
    _mends: &crate::document::Mends,
    _old: Option<(&Module, crate::document::Difference)>,
) -> Module {
    Module::default()
}
