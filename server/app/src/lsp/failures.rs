//! What failed in the runs that this editor started, as diagnostics: on the session's name, and on the lines that its
//! output names. A failure goes when its session runs again; a line's complaint goes when the line's text does.
//!
//! `runs` tells the state what happened, the state keeps it with its workspace, `diagnostics` publishes it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use exec::Failure as Reason;
use ide::{FileState, words};
use model::NoxfileModel;
use model::plan::TaskId;
use syntax::{Encoding, Span};
use tower_lsp::gen_lsp_types as lsp;

use super::to_proto;
use super::uri;
use super::view::View;
use crate::disk;
use crate::launch::{self, Located, Prepared};

/// Places that the diagnostic of a session leads to.
const MOST_RELATED: usize = 10;

/// All failures of a workspace.
#[derive(Clone, Debug, Default)]
pub(super) struct Failures(BTreeMap<Key, Arc<Failure>>);

/// A session of a workspace.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    /// Its noxfile's folder relative to the workspace's.
    folder: String,
    signature: String,
}

impl Key {
    /// The session that a task runs.
    pub(super) fn of(run: &Prepared, TaskId(task): TaskId) -> Self {
        let folder = run.noxfile.parent().and_then(|folder| folder.strip_prefix(&run.folder).ok());
        let signature = run.plan.tasks.get(task).map(|task| task.label.clone()).unwrap_or_default();
        Self { folder: folder.map(disk::slashed).unwrap_or_default(), signature }
    }
}

/// A session that failed.
#[derive(Clone, Debug)]
pub(super) struct Failure {
    key: Key,
    name: String,
    message: String,
    log: Option<(PathBuf, u32)>,
    /// The text of the line that names the session, once it is known.
    line: Option<String>,
    /// What its output names.
    pub(super) places: Vec<Located>,
}

impl Failure {
    /// Reads what the output of a failed session names. Touches the disk.
    pub(super) fn read(run: &Prepared, task: TaskId, log: Option<PathBuf>, told: &Told) -> Self {
        let key = Key::of(run, task);
        let name = run.names.get(task.0).map(|names| names.name.clone()).filter(|name| !name.is_empty());
        let (text, is_whole) = launch::written(log.as_deref(), &told.tail);
        // Where it ends; of a log too long to be counted, its start.
        let end = if is_whole { u32::try_from(text.lines().count()).unwrap_or_default().saturating_sub(1) } else { 0 };
        let places = launch::named(run, &text);
        let time = words::duration(told.seconds);
        Self {
            message: format!("`{}` failed after {time}: {}", key.signature, told.reason),
            name: name.unwrap_or_else(|| key.signature.clone()),
            key,
            log: log.map(|log| (log, end)),
            line: None,
            places,
        }
    }
}

/// What the event of a failure says.
#[derive(Clone, Debug)]
pub(super) struct Told {
    /// From its start to its end.
    pub(super) seconds: f64,
    /// Why.
    pub(super) reason: Reason,
    /// Its last lines.
    pub(super) tail: Vec<String>,
}

impl Failures {
    /// A session has failed.
    pub(super) fn add(&mut self, failure: Failure, view: &View) {
        let line = session(&failure, view).map(|(file, span)| line_text(file.document.text(), span.start).to_owned());
        self.0.insert(failure.key.clone(), Arc::new(Failure { line, ..failure }));
    }

    /// Whether something is known of it.
    pub(super) fn has(&self, key: &Key) -> bool {
        self.0.contains_key(key)
    }

    /// A session runs again. Says whether something was known of it.
    pub(super) fn remove(&mut self, key: &Key) -> bool {
        self.0.remove(key).is_some()
    }

    /// The text of a file on disk is another one. Says whether anything was said of it.
    pub(super) fn changed(&mut self, path: &Path, text: Option<&str>) -> bool {
        let mut is_known = false;
        for failure in self.0.values_mut() {
            if !failure.places.iter().any(|located| located.path == path) {
                continue;
            }
            is_known = true;
            let mut new = (**failure).clone();
            new.places.retain_mut(|located| {
                if located.path != path {
                    return true;
                }
                let line = text.and_then(|text| find_line(text, located.place.line, &located.text));
                line.is_some_and(|line| {
                    located.place.line = line;
                    true
                })
            });
            *failure = Arc::new(new);
        }
        is_known
    }

    /// The files that outputs name.
    pub(super) fn paths(&self) -> impl Iterator<Item = &Path> {
        self.0.values().flat_map(|failure| &failure.places).map(|located| located.path.as_path())
    }

    /// What is to be said of an open file of ours.
    pub(super) fn in_file(
        &self,
        view: &View,
        file: &FileState,
        path: &Path,
        encoding: Encoding,
    ) -> Vec<lsp::Diagnostic> {
        let text = file.document.text();
        let mut out = Vec::new();
        for failure in self.0.values() {
            if let Some((_, span)) = session(failure, view).filter(|(of, _)| of.id == file.id)
                && failure.line.as_deref().is_none_or(|line| line == line_text(text, span.start))
            {
                out.push(failure.diagnostic(to_proto::range(&file.document, span, encoding), encoding));
            }
            let here = failure.places.iter().filter(|located| located.path == path);
            let moved = here.filter_map(|located| Some((find_line(text, located.place.line, &located.text)?, located)));
            out.extend(moved.map(|(line, located)| located.diagnostic(line, &failure.key.signature, encoding)));
        }
        out
    }

    /// What is to be said of all other files, by path.
    pub(super) fn elsewhere(&self, encoding: Encoding) -> BTreeMap<PathBuf, Vec<lsp::Diagnostic>> {
        let mut out: BTreeMap<PathBuf, Vec<lsp::Diagnostic>> = BTreeMap::new();
        for failure in self.0.values() {
            for located in &failure.places {
                let diagnostic = located.diagnostic(located.place.line, &failure.key.signature, encoding);
                out.entry(located.path.clone()).or_default().push(diagnostic);
            }
        }
        out
    }
}

impl Failure {
    fn diagnostic(&self, range: lsp::Range, encoding: Encoding) -> lsp::Diagnostic {
        let related = |path: &Path, range, message: String| lsp::DiagnosticRelatedInformation {
            location: lsp::Location { uri: lsp::Uri::from(uri::of(path).as_str()), range },
            message,
        };
        let log = self.log.iter().map(|(log, line)| {
            let at = lsp::Position { line: *line, character: 0 };
            related(log, lsp::Range { start: at, end: at }, "its whole output".to_owned())
        });
        let places = self.places.iter().take(MOST_RELATED).map(|located| {
            let range = located.range(located.place.line, encoding);
            related(&located.path, range, located.message())
        });
        let related: Vec<lsp::DiagnosticRelatedInformation> = log.chain(places).collect();
        lsp::Diagnostic {
            range,
            severity: Some(lsp::DiagnosticSeverity::Error),
            code: Some(lsp::Code::String("session-failed".to_owned())),
            source: Some("noxflow".to_owned()),
            message: lsp::Message::String(self.message.clone()),
            related_information: Some(related).filter(|related| !related.is_empty()),
            ..lsp::Diagnostic::default()
        }
    }
}

impl Located {
    fn diagnostic(&self, line: u32, signature: &str, encoding: Encoding) -> lsp::Diagnostic {
        let tool = if self.place.tool.is_empty() { "output" } else { self.place.tool.as_str() };
        lsp::Diagnostic {
            range: self.range(line, encoding),
            severity: Some(to_proto::severity(self.place.level)),
            code: self.place.code.clone().map(lsp::Code::String),
            source: Some(format!("{tool} in {signature}")),
            message: lsp::Message::String(self.place.message.clone()),
            ..lsp::Diagnostic::default()
        }
    }

    /// From the column to the end of the word there; without a column all that is written in the line.
    fn range(&self, line: u32, encoding: Encoding) -> lsp::Range {
        let text = self.text.as_str();
        let (start, end) = match self.place.column {
            Some(column) => {
                let at = usize::try_from(column).unwrap_or(usize::MAX).saturating_sub(1);
                let start = text.char_indices().nth(at).map_or(text.len(), |(start, _)| start);
                let rest = text.get(start..).unwrap_or_default();
                let word = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
                let one = rest.chars().next().map_or(0, char::len_utf8);
                (start, start + word.max(one))
            }
            None => (text.len() - text.trim_start().len(), text.trim_end().len()),
        };
        let units = |to: usize| {
            let before = text.get(..to).unwrap_or_default();
            let count = match encoding {
                Encoding::Utf8 => before.len(),
                Encoding::Utf16 => before.encode_utf16().count(),
                Encoding::Utf32 => before.chars().count(),
            };
            u32::try_from(count).unwrap_or(u32::MAX)
        };
        let line = line.saturating_sub(1);
        let at = |to| lsp::Position { line, character: units(to) };
        lsp::Range { start: at(start), end: at(end.max(start)) }
    }

    fn message(&self) -> String {
        let first = self.place.message.lines().next().unwrap_or_default();
        if self.place.tool.is_empty() { first.to_owned() } else { format!("{}: {first}", self.place.tool) }
    }
}

/// The file and the name of the session that failed, as the workspace is now.
fn session<'a>(failure: &Failure, view: &'a View) -> Option<(&'a FileState, Span)> {
    let workspace = &view.snapshot().workspace;
    let noxfile: &NoxfileModel = workspace.noxfiles.iter().find(|noxfile| noxfile.folder == failure.key.folder)?;
    let session = noxfile.facts.sessions.iter().find(|session| session.name == failure.name)?;
    let span = if session.elsewhere.is_some() { session.span } else { session.name_span };
    Some((view.file(noxfile.file)?, span))
}

/// The line that holds the byte at `offset`.
fn line_text(text: &str, offset: u32) -> &str {
    let offset = usize::try_from(offset).unwrap_or(usize::MAX).min(text.len());
    let start = text.get(..offset).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1);
    text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default()
}

/// The line (from 1) with the text `wanted` that is nearest to `near`: others may have come or gone above it.
fn find_line(text: &str, near: u32, wanted: &str) -> Option<u32> {
    let same = text.lines().zip(1_u32..).filter(|(line, _)| *line == wanted).map(|(_, at)| at);
    let end = u32::try_from(text.lines().count()).unwrap_or(u32::MAX);
    // Of an empty line the text says nothing.
    if wanted.trim().is_empty() {
        return (near <= end.saturating_add(1)).then_some(near);
    }
    same.min_by_key(|at| at.abs_diff(near))
}

#[cfg(test)]
mod tests {
    use ide::{Level, Place};

    use super::*;

    #[test]
    fn a_complaint_follows_its_line() {
        let text = "import os\n\nx = 1\nx = 1\n";
        assert_eq!(find_line(text, 3, "x = 1"), Some(3));
        assert_eq!(find_line(text, 9, "x = 1"), Some(4));
        assert_eq!(find_line(text, 1, "import sys"), None);
    }

    #[test]
    fn a_range_is_the_word_at_the_column_or_the_whole_line() {
        let located = |column, text: &str| Located {
            path: PathBuf::new(),
            place: Place {
                tool: String::new(),
                level: Level::Error,
                path: String::new(),
                folder: String::new(),
                line: 3,
                column,
                code: None,
                message: String::new(),
            },
            text: text.to_owned(),
        };
        let range = |column, text| {
            let range = located(column, text).range(3, Encoding::Utf16);
            (range.start.line, range.start.character, range.end.character)
        };
        assert_eq!(range(Some(8), "import os, sys"), (2, 7, 9));
        assert_eq!(range(Some(3), "𝒳 + y"), (2, 3, 4));
        assert_eq!(range(Some(90), "short"), (2, 5, 5));
        assert_eq!(range(None, "    return x  "), (2, 4, 12));
    }
}
