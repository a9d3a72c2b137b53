//! Python as a small typed tree with spans: the part of the language that noxfiles use.

/// A module: its statements in order.
#[derive(Clone, Debug, Default)]
pub struct Module {}
