//! What is kept of a task's output: all of it in its log, its last lines in memory, a line at a time for the sink.

use std::collections::VecDeque;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Longest piece of a line that is kept in memory.
const LINE: usize = 4096;

/// Cuts bytes into lines. Memory is bounded: of a long line only the start is kept.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    partial: Vec<u8>,
    tail: VecDeque<String>,
    keep: usize,
}

impl Lines {
    /// Keeps the last `keep` lines.
    pub(crate) fn new(keep: usize) -> Self {
        Self { partial: Vec::new(), tail: VecDeque::new(), keep }
    }

    /// Takes the next bytes; `each` gets every line that is whole now.
    pub(crate) fn push(&mut self, bytes: &[u8], mut each: impl FnMut(&str)) {
        let mut pieces = bytes.split(|byte| *byte == b'\n').peekable();
        while let Some(piece) = pieces.next() {
            let room = LINE.saturating_sub(self.partial.len());
            self.partial.extend_from_slice(&piece[..piece.len().min(room)]);
            if pieces.peek().is_some() {
                each(self.end_line());
            }
        }
    }

    /// The last lines, one without an end included.
    pub(crate) fn into_tail(mut self) -> Vec<String> {
        if !self.partial.is_empty() {
            self.end_line();
        }
        self.tail.truncate(self.keep);
        self.tail.into()
    }

    fn end_line(&mut self) -> &str {
        // A progress bar goes back to the start of its line; what stands last is what a terminal would show.
        let text = self.partial.strip_suffix(b"\r").unwrap_or(&self.partial);
        let shown = text.rsplit(|byte| *byte == b'\r').next().unwrap_or(text);
        let line = String::from_utf8_lossy(shown).into_owned();
        self.partial.clear();
        self.tail.push_back(line);
        // One more than asked for is there for a moment, so that there is always a line to give.
        while self.tail.len() > self.keep.max(1) {
            self.tail.pop_front();
        }
        self.tail.back().map_or("", String::as_str)
    }
}

/// A task's log. Once a write has failed, nothing more is written.
#[derive(Debug)]
pub(crate) struct Log {
    file: Option<File>,
    path: PathBuf,
}

impl Log {
    /// Makes the file in `folder`, and the folder where it is missing. An error is a sentence.
    pub(crate) fn create(folder: &Path, number: usize, label: &str) -> Result<Self, String> {
        let path = folder.join(file_name(number, label));
        let made = std::fs::create_dir_all(folder).and_then(|()| File::create(&path));
        match made {
            Ok(file) => Ok(Self { file: Some(file), path }),
            Err(error) => Err(format!("the log {} cannot be made: {error}", path.display())),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes on; the first failure is told, as a sentence.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), String> {
        let Some(file) = &mut self.file else { return Ok(()) };
        file.write_all(bytes).map_err(|error| {
            self.file = None;
            format!("the log {} is not complete: {error}", self.path.display())
        })
    }
}

/// `007-tests-3.12-django-5.0.log`: sorted as the plan, readable, and a file name on every system.
fn file_name(number: usize, label: &str) -> String {
    let mut name = String::new();
    for character in label.chars().take(80) {
        if character.is_ascii_alphanumeric() || matches!(character, '.' | '_') {
            name.push(character);
        } else if !name.ends_with('-') {
            name.push('-');
        }
    }
    format!("{number:03}-{}.log", name.trim_matches('-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_whole_however_bytes_arrive() {
        let mut lines = Lines::new(2);
        let mut seen = Vec::new();
        for piece in ["on", "e\ntwo\r\nthr", "ee\n10%\r20%\r30%\nlast"] {
            lines.push(piece.as_bytes(), |line| seen.push(line.to_owned()));
        }
        assert_eq!(seen, ["one", "two", "three", "30%"]);
        assert_eq!(lines.into_tail(), ["30%", "last"]);
    }

    #[test]
    fn a_line_without_an_end_takes_no_memory() {
        let mut lines = Lines::new(1);
        for _ in 0..1000 {
            lines.push(&[b'x'; 10_000], |_| panic!("no line is whole"));
        }
        assert_eq!(lines.partial.len(), LINE);
        assert_eq!(lines.into_tail()[0].len(), LINE);
    }

    #[test]
    fn bytes_that_are_no_text_do_no_harm() {
        let mut lines = Lines::new(3);
        lines.push(b"a\xff\xfeb\n\n", |_| ());
        assert_eq!(lines.into_tail(), ["a\u{fffd}\u{fffd}b", ""]);
    }

    #[test]
    fn a_label_makes_a_file_name() {
        assert_eq!(file_name(7, "tests-3.12(django='5.0')"), "007-tests-3.12-django-5.0.log");
        assert_eq!(file_name(0, "../../etc"), "000-..-..-etc.log");
        assert_eq!(file_name(12, "日本"), "012-.log");
    }
}
