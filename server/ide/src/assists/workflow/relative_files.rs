//! `relative_files = true` in coverage.py's settings. Data names the files that were measured; only relative names are
//! the same on every system (coverage.py's manual, "Combining data files").

use model::NoxfileModel;
use syntax::TextEdit;

use crate::assist::FileEdit;
use crate::snapshot::{FileFacts, FileState, Snapshot};

/// What data needs that goes from job to job, so that its names mean something there.
#[derive(Default)]
pub(super) struct Names {
    /// The setting.
    pub(super) edit: Option<FileEdit>,
    /// What somebody has to see to where it is needed and cannot be written, as the end of a sentence.
    pub(super) open: Option<String>,
}

impl Names {
    /// For data of `noxfile`'s sessions, and jobs whose folders may differ (`checkout_folder`) or not.
    pub(super) fn of(snapshot: &Snapshot, noxfile: &NoxfileModel, may_differ: bool) -> Self {
        if !may_differ || noxfile.project.coverage_relative_files {
            return Self::default();
        }
        let edit = edit(snapshot, &noxfile.folder);
        let is_open = edit.is_none();
        let open =
            is_open.then(|| "if coverage's `relative_files` is set: the jobs may run in different folders".to_owned());
        Self { edit, open }
    }
}

/// Files that hold settings of coverage.py, in the order in which it looks, with the headers of what it runs with and
/// of all that is coverage's.
const PLACES: [(&str, &str, &str); 4] = [
    (".coveragerc", "[run]", "["),
    ("setup.cfg", "[coverage:run]", "[coverage:"),
    ("tox.ini", "[coverage:run]", "[coverage:"),
    ("pyproject.toml", "[tool.coverage.run]", "[tool.coverage"),
];

/// The edit that sets it for the noxfile in `folder`, in the file that coverage reads there. `None`: there is no such
/// file, or it cannot be told how to write it.
fn edit(snapshot: &Snapshot, folder: &str) -> Option<FileEdit> {
    let file = |name: &str| {
        let path = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
        snapshot.files.iter().find(|file| file.path == path && matches!(file.facts, FileFacts::Project(_)))
    };
    let has = |file: &FileState, start: &str| file.document.text().lines().any(|line| line.starts_with(start));
    let used =
        PLACES.iter().find_map(|(name, header, any)| Some((*name, *header, file(name).filter(|it| has(it, any))?)));
    // Where nothing speaks of coverage yet, a project's own file is the place, the newest kind of them.
    let own = || PLACES.iter().rev().find_map(|(name, header, _)| Some((*name, *header, file(name)?)));
    let (name, header, file) = used.or_else(own)?;
    let text = file.document.text();
    let edit = set(text, header);
    let after = syntax::apply(text, std::slice::from_ref(&edit))?;
    let is_read_back = facts::project::read(name, &after).coverage_relative_files;
    is_read_back.then(|| FileEdit::new(file.id, vec![edit]))
}

/// As the first of the section's settings, or in a section of its own at the end.
fn set(text: &str, header: &str) -> TextEdit {
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        at += line.len();
        let is_header =
            line.strip_prefix(header).map(str::trim_start).is_some_and(|it| it.is_empty() || it.starts_with('#'));
        if is_header && line.ends_with('\n') {
            return TextEdit::insert(offset(at), format!("relative_files = true{newline}"));
        }
    }
    let gap = match (text.is_empty(), text.ends_with('\n')) {
        (true, _) => String::new(),
        (false, true) => newline.to_owned(),
        (false, false) => newline.repeat(2),
    };
    TextEdit::insert(offset(text.len()), format!("{gap}{header}{newline}relative_files = true{newline}"))
}

#[cfg(test)]
mod tests {
    use super::set;

    #[track_caller]
    fn check(text: &str, header: &str, expected: &str) {
        assert_eq!(syntax::apply(text, &[set(text, header)]).as_deref(), Some(expected));
    }

    #[test]
    fn the_setting_stands_first_in_its_section() {
        check(
            "[tool.coverage.run]  # data\nbranch = true\n",
            "[tool.coverage.run]",
            "[tool.coverage.run]  # data\nrelative_files = true\nbranch = true\n",
        );
        check("[run]\r\nbranch = 1\r\n", "[run]", "[run]\r\nrelative_files = true\r\nbranch = 1\r\n");
    }

    #[test]
    fn a_section_is_made_where_there_is_none() {
        check("", "[run]", "[run]\nrelative_files = true\n");
        check("[project]", "[tool.coverage.run]", "[project]\n\n[tool.coverage.run]\nrelative_files = true\n");
        check("[a]\nb = 1\n", "[coverage:run]", "[a]\nb = 1\n\n[coverage:run]\nrelative_files = true\n");
    }
}
