//! What a person asks for by names, tags and keywords, selected as nox would: for local runs.

use syntax::Span;

use super::keywords::Keywords;
use super::select::Selector;
use super::words::Selected;
use super::{LinkedSession, UnknownName};
use crate::workspace::{NoxfileId, SessionId, Workspace};

/// Words of a selection. None of them: what a bare `nox` runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Names and signatures; empty: not selected by name.
    pub names: Vec<String>,
    /// Any of these tags; empty: not selected by tag.
    pub tags: Vec<String>,
    /// A keyword expression.
    pub keywords: Option<String>,
    /// Only instances with one of these interpreters, as they are written; empty: any.
    pub pythons: Vec<String>,
    /// Without what the selected sessions require.
    pub without_prerequisites: bool,
}

/// What a selection gives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Entries of nox's queue in its order, prerequisites first: a session and the index of its instance.
    pub entries: Vec<(SessionId, usize)>,
    /// Names that the noxfile does not have.
    pub unknown: Vec<UnknownName>,
    /// Some of the noxfile cannot be read: there may be more.
    pub is_partial: bool,
}

impl Workspace {
    /// Whether a keyword expression is one that we can evaluate: names, `and`, `or`, `not`, parentheses.
    pub fn understands_keywords(text: &str) -> bool {
        Keywords::read(text).is_some()
    }

    /// Selects from a noxfile as nox does.
    pub fn select(&self, noxfile: NoxfileId, asked: &Asked) -> Selection {
        let Some(model) = self.noxfiles.get(noxfile.0) else { return Selection::default() };
        let list = |texts: &[String]| (!texts.is_empty()).then(|| texts.to_vec());
        let selected = Selected {
            sessions: list(&asked.names).map(|names| names.into_iter().map(|name| (name, Span::default())).collect()),
            tags: list(&asked.tags),
            keywords: asked.keywords.clone(),
            pythons: list(&asked.pythons),
            forced: None,
        };
        let mut selection = Selection::default();
        let runs = Selector::new(model).run(
            &selected,
            asked.without_prerequisites,
            &mut selection.unknown,
            &mut selection.is_partial,
        );
        let entries = |run: &LinkedSession| run.instances.iter().map(|&at| (run.session, at)).collect::<Vec<_>>();
        selection.entries = runs.iter().flat_map(entries).collect();
        selection
    }
}
