//! One text, parsed: the only place that calls the parsers, guards them, and mends half-typed text before they see it.

use std::sync::Arc;

use crate::{Lines, Span, python, yaml};

/// Texts longer than this are not parsed: 5 MB of unbalanced brackets takes tree-sitter-python 28 s and 890 MB
/// (measured), and no noxfile or workflow written by hand comes near.
pub const MAX_BYTES: usize = 1 << 20;

/// Which parser reads a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// A noxfile or a module that one imports.
    Python,
    /// A workflow or an action.
    Yaml,
}

/// Replaces the bytes of `span` by `text`, as an editor reports it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What is replaced, in the text as the changes before it left it.
    pub span: Span,
    /// What stands there afterwards.
    pub text: String,
}

/// A place that could not be read, and why. Facts of the rest stay good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// Where.
    pub span: Span,
    /// What is wrong and what to do, as a sentence for the person who typed it.
    pub message: String,
}

/// A text and what its parser made of it. Immutable: an edit makes a new one that shares what did not change.
#[derive(Clone, Debug)]
pub struct Document {
    language: Language,
    text: Arc<str>,
    lines: Lines,
    issues: Vec<Issue>,
    python: python::Module,
    yaml: yaml::Stream,
}

impl Document {
    /// Parses `text`. Never fails: what cannot be read becomes an [`Issue`].
    pub fn new(language: Language, text: impl Into<Arc<str>>) -> Self {
        let text = text.into();
        let lines = Lines::new(&text);
        Self {
            language,
            lines,
            issues: Vec::new(),
            python: python::Module::default(),
            yaml: yaml::Stream::default(),
            text,
        }
    }

    /// The document after `changes`, each speaking of the text that the one before it left. A change that does not fit
    /// is clamped to the text. Reparses only what changed.
    #[must_use]
    pub fn edited(&self, changes: &[Change]) -> Self {
        let mut text = self.text.to_string();
        for change in changes {
            if text.get(change.span.range()).is_some() {
                text.replace_range(change.span.range(), &change.text);
            }
        }
        Self::new(self.language, text)
    }

    /// The same document without what is only needed to edit it: for files that no editor has open.
    #[must_use]
    pub fn at_rest(self) -> Self {
        self
    }

    /// Which parser read it.
    pub fn language(&self) -> Language {
        self.language
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text, shared.
    pub fn shared_text(&self) -> Arc<str> {
        Arc::clone(&self.text)
    }

    /// Its lines.
    pub fn lines(&self) -> &Lines {
        &self.lines
    }

    /// What could not be read, in order.
    pub fn issues(&self) -> &[Issue] {
        &self.issues
    }

    /// The Python statements; empty for YAML.
    pub fn python(&self) -> &python::Module {
        &self.python
    }

    /// The YAML documents; empty for Python.
    pub fn yaml(&self) -> &yaml::Stream {
        &self.yaml
    }
}
