//! Findings as annotations, for the log of a CI job: GitHub shows them beside the changed lines of a pull request. Forgejo's and
//! Gitea's runners take the same commands and show them in the log, so each says its place in words, too.

use std::io::Write;
use std::path::Path;

use super::Row;
use crate::report::annotations::{in_repository, message, property};

/// The loudest first: GitHub shows ten of a level for a step. Hints are for editors and left out.
pub(super) fn write(out: &mut impl Write, rows: &[Row]) -> std::io::Result<()> {
    let here = std::env::current_dir().unwrap_or_default();
    for (level, command) in [("error", "error"), ("warning", "warning"), ("info", "notice")] {
        for row in rows.iter().filter(|row| row.level == level) {
            let place = &row.place;
            let properties = format!(
                "file={},line={},endLine={},col={},endColumn={},title={}",
                property(&in_repository(&here.join(Path::new(&place.path)), &here)),
                place.line,
                place.end_line,
                place.column,
                place.end_column,
                property(&format!("noxflow {}", row.lint)),
            );
            let said = format!("{}:{}:{}: {} [{}]", place.path, place.line, place.column, row.message, row.lint);
            writeln!(out, "::{command} {properties}::{}", message(&said))?;
        }
    }
    Ok(())
}
