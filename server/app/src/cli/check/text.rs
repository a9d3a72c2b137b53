//! Findings for people, and what a lint is there for.

use std::io::Write;

use anyhow::bail;

use super::Row;
use crate::links;
use crate::style;

/// One line a finding, its fixes and related places below it.
pub(super) fn write(out: &mut impl Write, rows: &[Row]) -> std::io::Result<()> {
    for row in rows {
        let colour = match row.level {
            "error" => style::BAD,
            "warning" => style::WARN,
            _ => style::DIM,
        };
        let Row { place, level, lint, message, .. } = row;
        let dim = style::DIM;
        let (path, line, column) = (&place.path, place.line, place.column);
        writeln!(out, "{path}:{line}:{column}: {colour}{level}{colour:#}: {message} {dim}[{lint}]{dim:#}")?;
        for related in row.related.iter().take(MAX_RELATED) {
            let (path, line) = (&related.place.path, related.place.line);
            writeln!(out, "    {dim}see {path}:{line}:{dim:#} {}", related.message)?;
        }
        for fix in &row.fixes {
            writeln!(out, "    {dim}fix:{dim:#} {fix}")?;
        }
    }
    Ok(())
}

/// Related places below one line.
const MAX_RELATED: usize = 3;

/// The last line, on the error output: what was found in how many files.
pub(super) fn summary(rows: &[Row], files: usize) {
    let count = |level| rows.iter().filter(|row| row.level == level).count();
    let (errors, warnings) = (count("error"), count("warning"));
    let others = rows.len() - errors - warnings;
    let some = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    let found = [some(errors, "error"), some(warnings, "warning"), some(others, "note")].join(", ");
    anstream::eprintln!("{}: {found}", some(files, "file"));
    if let Some(first) = rows.first() {
        let dim = style::DIM;
        anstream::eprintln!("{dim}Why: noxflow check --explain {}{dim:#}", first.lint);
    }
}

/// What a lint reports and why.
pub(super) fn explain(out: &mut impl Write, id: &str) -> anyhow::Result<i32> {
    let lints = ide::lints();
    let Some(lint) = lints.iter().find(|lint| lint.id == id) else {
        let near = model::nearest::nearest(id, lints.iter().map(|lint| lint.id));
        let more = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        let all: Vec<&str> = lints.iter().map(|lint| lint.id).collect();
        bail!("there is no lint `{id}`{more}\nThere are: {}", all.join(", "));
    };
    writeln!(out, "{}: {}\n\n{}\n\n{}\n", lint.id, super::name(lint.level), lint.summary, lint.why)?;
    writeln!(out, "With an example before and after: {}", links::lint(id))?;
    Ok(0)
}
