//! Several files in one string, for tests: `#- path` starts a file, `<|>` is the cursor, `<|>…<|>` a selection, and a
//! `#- timings` file lists `signature seconds…` per line.
#![cfg(test)]

use std::sync::Arc;

use facts::FileKind;
use facts::noxfile::Surroundings;
use model::estimate::{Sample, Where};
use model::{FileId, Settings, Timings};
use syntax::Span;

use crate::snapshot::{FileState, Snapshot};

/// A snapshot made from a string, and the cursor or selection in it.
pub(crate) struct Fixture {
    /// All files.
    pub(crate) snapshot: Snapshot,
    /// The file and span marked by `<|>`; the first file's start when there is none.
    pub(crate) file: FileId,
    /// The cursor (empty) or the selection.
    pub(crate) span: Span,
}

impl Fixture {
    /// Reads a fixture. Common indentation is taken away first, so fixtures may be indented in the test.
    pub(crate) fn new(text: &str) -> Self {
        Self::with_settings(text, Settings::default())
    }

    /// The same with other assumptions.
    pub(crate) fn with_settings(text: &str, settings: Settings) -> Self {
        let text = dedent(text);
        let mut sources: Vec<(String, String)> = Vec::new();
        for line in text.split_inclusive('\n') {
            if let Some(path) = line.strip_prefix("#- ") {
                sources.push((path.trim().to_owned(), String::new()));
            } else if let Some((_, content)) = sources.last_mut() {
                content.push_str(line);
            }
        }
        let mut timings = Timings::default();
        if let Some(at) = sources.iter().position(|(path, _)| path == "timings") {
            let (_, lines) = sources.remove(at);
            for line in lines.lines() {
                let mut words = line.split_whitespace();
                let Some(signature) = words.next() else { continue };
                for (at, seconds) in words.enumerate() {
                    let seconds = seconds.trim_end_matches('s').parse().expect("a number of seconds");
                    let (signature, place, at) = (signature.to_owned(), Where::Local, at as f64);
                    timings.add("", Sample { signature, place, cold: true, backend: None, lanes: 1, seconds, at });
                }
            }
        }
        let (mut file, mut span) = (FileId(0), Span::default());
        for (at, (_, content)) in sources.iter_mut().enumerate() {
            let Some(start) = content.find("<|>") else { continue };
            content.replace_range(start..start + 3, "");
            let end = content.find("<|>").inspect(|&end| content.replace_range(end..end + 3, "")).unwrap_or(start);
            (file, span) = (FileId(at as u32), Span::from(start..end));
        }
        let others = Files(sources.clone());
        // Others are there to be read beside these: Makefiles, scripts.
        let files = sources.iter().enumerate().filter_map(|(at, (path, content))| {
            let kind = FileKind::of(path)?;
            Some(Arc::new(FileState::new(FileId(at as u32), path, kind, content.as_str(), &others, settings.forge)))
        });
        let snapshot = Snapshot::new(files.collect(), Arc::new(timings), settings, None);
        Self { snapshot, file, span }
    }
}

struct Files(Vec<(String, String)>);

impl Surroundings for Files {
    fn read(&self, path: &str) -> Option<Arc<str>> {
        self.0.iter().find(|(other, _)| other == path).map(|(_, text)| Arc::from(text.as_str()))
    }
}

fn dedent(text: &str) -> String {
    let text = text.strip_prefix('\n').unwrap_or(text);
    let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let common = text.lines().filter(|line| !line.trim().is_empty()).map(indent).min().unwrap_or(0);
    text.split_inclusive('\n').map(|line| line.get(common.min(indent(line))..).unwrap_or(line)).collect()
}
