//! One text, parsed: the only place that calls the parsers, guards them, and mends half-typed text before they see it.
//!
//! Its parts: `guard` says what may not be parsed, `tree` calls tree-sitter, `mend` finds the smallest change of a
//! half-typed text that the grammar accepts. The trees are lowered by the neighbours `python` and `yaml`.

use std::sync::{Arc, OnceLock};

use crate::{Lines, Span, python, yaml};

mod guard;
mod jobs;
mod mend;
mod parts;
mod statements;
mod tree;

pub(crate) use mend::Mends;
pub(crate) use tree::{Difference, Parsed};

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
    /// Settings, which are not parsed here: their text and lines alone.
    Plain,
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
    content: Arc<Content>,
    /// What an edit starts from; `None` when nothing was parsed, the document is at rest or was read job by job.
    state: Option<mend::State>,
    /// How it was read, if that was job by job.
    jobs: Option<Arc<jobs::Jobs>>,
    /// Of a document at rest: its content, read anew when somebody asks after all.
    at_rest: Option<Arc<OnceLock<Arc<Content>>>>,
}

/// What the trees were lowered to.
#[derive(Clone, Debug, Default)]
struct Content {
    python: python::Module,
    yaml: yaml::Stream,
}

impl Content {
    /// Read in parts, side by side. `None`: not all of it is healthy, or it is too small to be worth it.
    fn in_parts(language: Language, text: &str) -> Option<Self> {
        Some(match language {
            Language::Python => Self { python: parts::python(text)?, ..Self::default() },
            Language::Yaml => Self { yaml: jobs::read(text)?.0, ..Self::default() },
            Language::Plain => Self::default(),
        })
    }
}

impl Document {
    /// Parses `text`. Never fails: what cannot be read becomes an [`Issue`].
    pub fn new(language: Language, text: impl Into<Arc<str>>) -> Self {
        Self::build(language, text.into(), None)
    }

    /// The same document as [`Document::new`] and [`Document::at_rest`] make, at less cost: its content is there until
    /// `at_rest` is called, its trees never are.
    pub fn resting(language: Language, text: impl Into<Arc<str>>) -> Self {
        let text = text.into();
        let is_refused = guard::refuse(language, &text).is_some();
        let content = if is_refused { None } else { Content::in_parts(language, &text) };
        let Some(content) = content.map(Arc::new) else {
            let document = Self::new(language, text);
            let content = Arc::new(OnceLock::from(Arc::clone(&document.content)));
            return Self { state: None, jobs: None, at_rest: Some(content), ..document };
        };
        let at_rest = Some(Arc::new(OnceLock::from(Arc::clone(&content))));
        let (lines, issues) = (Lines::new(&text), Vec::new());
        Self { language, lines, issues, content, state: None, jobs: None, at_rest, text }
    }

    /// The document after `changes`, each speaking of the text that the one before it left. A change that does not fit
    /// is clamped to the text. Reparses only what changed.
    #[must_use]
    pub fn edited(&self, changes: &[Change]) -> Self {
        let mut text = self.text.to_string();
        for change in changes {
            let start = text.floor_char_boundary(change.span.start as usize);
            let end = text.ceil_char_boundary(change.span.end as usize).max(start);
            text.replace_range(start..end, &change.text);
        }
        match tree::difference(&self.text, &text) {
            None => self.clone(),
            // What was healthy before the edit is half of what is known when it no longer is.
            Some(difference) if self.at_rest.is_some() => {
                let awake = Self::new(self.language, Arc::clone(&self.text));
                Self::build(self.language, text.into(), Some((&awake, difference)))
            }
            Some(difference) => Self::build(self.language, text.into(), Some((self, difference))),
        }
    }

    /// The same document, kept small: for files that nobody edits. Trees take fifty times the text's size (measured), so
    /// they go, and come back when somebody asks for them.
    #[must_use]
    pub fn at_rest(self) -> Self {
        Self { content: Arc::default(), state: None, jobs: None, at_rest: Some(Arc::default()), ..self }
    }

    /// Whether it is kept small.
    pub fn is_at_rest(&self) -> bool {
        self.at_rest.is_some()
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
        &self.content().python
    }

    /// The YAML documents; empty for Python.
    pub fn yaml(&self) -> &yaml::Stream {
        &self.content().yaml
    }

    fn content(&self) -> &Content {
        match &self.at_rest {
            Some(content) => content.get_or_init(|| Self::resting(self.language, Arc::clone(&self.text)).content),
            None => &self.content,
        }
    }

    fn build(language: Language, text: Arc<str>, before: Option<(&Self, Difference)>) -> Self {
        let lines = Lines::new(&text);
        let (content, issues) = (Arc::default(), Vec::new());
        let mut document = Self { language, lines, issues, content, state: None, jobs: None, at_rest: None, text };
        if language == Language::Plain {
            return document;
        }
        if let Some(issue) = guard::refuse(language, &document.text) {
            document.issues.push(issue);
            return document;
        }
        if let Some((yaml, jobs)) = document.job_by_job(before) {
            document.issues = jobs.issues(&document.text);
            document.content = Arc::new(Content { yaml, ..Content::default() });
            document.jobs = Some(Arc::new(jobs));
            return document;
        }
        let old = before.and_then(|(old, difference)| Some((old.state.as_ref()?, difference)));
        let Some(state) = mend::read(language, &document.text, old) else {
            let span = Span::from(0..document.text.len());
            let message = "this file is too tangled to be read in reasonable time".to_owned();
            document.issues.push(Issue { span, message });
            return document;
        };
        document.issues.extend(state.issue(&document.text));
        let content = match language {
            Language::Python => {
                let old = before.map(|(old, difference)| (&old.content.python, difference));
                Content { python: python::lower(&state.parsed, &state.mends, old), ..Content::default() }
            }
            Language::Plain => Content::default(),
            Language::Yaml => {
                // What is mended keeps its length: contents are read from the text itself.
                Content { yaml: yaml::lower(&state.parsed.tree, &document.text), ..Content::default() }
            }
        };
        document.content = Arc::new(content);
        document.state = Some(state);
        document
    }

    fn job_by_job(&self, before: Option<(&Self, Difference)>) -> Option<(yaml::Stream, jobs::Jobs)> {
        if self.language != Language::Yaml {
            return None;
        }
        let again = before.and_then(|(old, edit)| {
            let jobs = old.jobs.as_deref()?;
            jobs::read_again(&self.text, edit, &old.text, (&old.content.yaml, jobs))
        });
        again.or_else(|| jobs::read(&self.text))
    }
}

#[cfg(test)]
mod tests;
