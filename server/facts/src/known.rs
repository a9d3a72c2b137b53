//! A value that was read, or the place and reason why it could not be.

use syntax::Span;

/// A noxfile is a program and a workflow is full of expressions: a value is either known or marked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known<T> {
    /// Read from the text at this place.
    Literal(T, Span),
    /// Depends on something that is not in the text.
    Dynamic(Unknown),
}

/// Something that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// Where.
    pub span: Span,
    /// Why, as the end of a sentence: "calls `time.time`, which is not run here".
    pub reason: String,
}

impl<T> Known<T> {
    /// The value, if it is known.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Literal(value, _) => Some(value),
            Self::Dynamic(_) => None,
        }
    }

    /// Where it stands.
    pub fn span(&self) -> Span {
        match self {
            Self::Literal(_, span) => *span,
            Self::Dynamic(unknown) => unknown.span,
        }
    }
}
