//! pytest: the sections `FAILURES` and `ERRORS`, in every `--tb` style. The place is the deepest frame that is the
//! project's own; the message is what stands behind the last `E`.

use super::location::{Location, frame, is_foreign, location};
use super::{Format, Found, Level};

#[derive(Debug, Default)]
pub(super) struct Reader {
    section: Section,
    failure: Failure,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Section {
    /// Before, between and after what matters here.
    #[default]
    Other,
    /// One block a failure.
    Failures,
    /// Output of a failed test: its words are not pytest's.
    Captured,
    /// Warnings name places too, but nothing failed there.
    Warnings,
}

/// A block as far as it was read.
#[derive(Debug, Default)]
struct Failure {
    /// What failed; `None` with `--tb=line`, which has no blocks.
    title: Option<String>,
    place: Option<(String, u32)>,
    message: Option<String>,
    /// What stands behind the place, for a block without `E`.
    kind: String,
    /// The line before was one with `E`.
    is_told: bool,
    /// The place is that of a syntax error, whose message comes last.
    is_syntax: bool,
}

impl Format for Reader {
    fn read(&mut self, line: &str, found: &mut Found) -> bool {
        if let Some(title) = framed(line, '=') {
            self.finish(found);
            self.section = match title {
                "FAILURES" | "ERRORS" => Section::Failures,
                "warnings summary" => Section::Warnings,
                _ => Section::Other,
            };
            return self.section != Section::Other;
        }
        if self.section == Section::Other {
            return false;
        }
        if self.section == Section::Warnings {
            return true;
        }
        if let Some(title) = framed(line, '_') {
            self.finish(found);
            self.section = Section::Failures;
            self.failure.title = Some(title.to_owned());
        } else if self.failure.title.is_some() && framed(line, '-').is_some_and(|it| it.starts_with("Captured ")) {
            self.section = Section::Captured;
        } else if self.section == Section::Failures {
            self.failure.read(line);
            if self.failure.title.is_none() && location(line).is_some() {
                self.finish(found);
            }
        }
        true
    }

    fn end(&mut self, found: &mut Found) {
        self.finish(found);
    }
}

impl Reader {
    fn finish(&mut self, found: &mut Found) {
        let failure = std::mem::take(&mut self.failure);
        let Some((path, line)) = failure.place else { return };
        let message = failure.message.filter(|_| failure.title.is_some()).unwrap_or(failure.kind);
        let message = match failure.title {
            Some(title) if message.is_empty() => format!("{title} failed"),
            Some(title) => format!("{title}: {message}"),
            None => message,
        };
        found.add("pytest", Level::Error, Location::of(&path, line), None, &message);
    }
}

impl Failure {
    fn read(&mut self, line: &str) {
        if let Some(told) = line.strip_prefix('E').filter(|told| told.is_empty() || told.starts_with(' ')) {
            let told = told.trim();
            if let Some((path, at)) = frame(told) {
                (self.place, self.message, self.is_syntax) = (Some((path.to_owned(), at)), None, true);
            } else if self.is_syntax || !self.is_told {
                self.message = Some(told.to_owned()); // a new group: of an exception that came of the one before
            }
            self.is_told = true;
            return;
        }
        self.is_told = false;
        // With `--tb=native`.
        if let Some((path, at)) = frame(line) {
            if !is_foreign(path) {
                self.place = Some((path.to_owned(), at));
            }
            self.message = None;
        } else if let Some(at) = location(line) {
            if !is_foreign(at.path) && !self.is_syntax {
                self.place = Some((at.path.to_owned(), at.line));
                at.rest.clone_into(&mut self.kind);
            }
        } else if self.message.is_none() && !line.is_empty() && !line.starts_with([' ', '>', '_']) {
            let is_head = line.starts_with("Traceback") || line.ends_with(':');
            self.message = (!is_head && self.place.is_some()).then(|| line.to_owned());
        }
    }
}

/// The title in `==== title ====`.
fn framed(line: &str, mark: char) -> Option<&str> {
    let inner = line.strip_prefix(mark)?.strip_prefix(mark)?.trim_start_matches(mark).strip_prefix(' ')?;
    let title = inner.trim_end_matches(mark);
    (title.len() < inner.len()).then(|| title.trim()).filter(|title| !title.is_empty())
}
