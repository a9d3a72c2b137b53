//! `noxflow check`: what is wrong in noxfiles and workflows.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use ide::Level;
use serde::Serialize;

use super::{Format, open_all};
use crate::style;
use crate::workspace::OnDisk;

/// Report mistakes in noxfiles and workflows; exit 1 when there are warnings or errors.
#[derive(Debug, Args)]
#[command(after_help = "One line per finding: path:line:column: level: what is wrong [lint].
Levels are set in pyproject.toml:  [tool.noxflow.lints]  needless-needs = \"off\"
A comment at the end of a line silences what is found on it:  # noxflow: ignore[needless-needs]")]
pub(super) struct Arguments {
    /// Projects, or single files of them.
    #[arg(default_value = ".")]
    paths: Vec<PathBuf>,
    /// How findings are written.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// A finding, placed.
#[derive(Debug, Serialize)]
struct Row {
    path: String,
    line: u32,
    column: u32,
    level: &'static str,
    lint: &'static str,
    message: String,
    fixes: Vec<String>,
}

pub(super) fn main(arguments: &Arguments) -> anyhow::Result<i32> {
    let workspaces = open_all(&arguments.paths)?;
    let rows: Vec<Row> = workspaces.iter().flat_map(rows).collect();
    let mut out = anstream::stdout().lock();
    match arguments.format {
        Format::Json => writeln!(out, "{}", serde_json::to_string_pretty(&rows)?)?,
        Format::Text => {
            for row in &rows {
                let colour = match row.level {
                    "error" => style::BAD,
                    "warning" => style::WARN,
                    _ => style::DIM,
                };
                let Row { path, line, column, level, lint, message, .. } = row;
                let dim = style::DIM;
                writeln!(out, "{path}:{line}:{column}: {colour}{level}{colour:#}: {message} {dim}[{lint}]{dim:#}")?;
                for fix in &row.fixes {
                    writeln!(out, "    {dim}fix:{dim:#} {fix}")?;
                }
            }
            let files: usize = workspaces.iter().map(|workspace| workspace.files().count()).sum();
            let count = |level| rows.iter().filter(|row| row.level == level).count();
            let (errors, warnings) = (count("error"), count("warning"));
            let others = rows.len() - errors - warnings;
            anstream::eprintln!("{files} files, {errors} errors, {warnings} warnings, {others} hints");
        }
    }
    Ok(i32::from(rows.iter().any(|row| matches!(row.level, "error" | "warning"))))
}

fn rows(workspace: &OnDisk) -> Vec<Row> {
    let mut rows = Vec::new();
    for file in workspace.files() {
        for finding in ide::check(&workspace.snapshot, file.id) {
            let Some(level) = workspace.config.level(finding.lint, finding.level) else { continue };
            let at = file.document.lines().position(finding.span.start, syntax::Encoding::Utf32);
            rows.push(Row {
                path: workspace.shown(&file.path),
                line: at.line + 1,
                column: at.column + 1,
                level: name(level),
                lint: finding.lint,
                fixes: ide::fixes(&workspace.snapshot, file.id, &finding).into_iter().map(|fix| fix.title).collect(),
                message: finding.message,
            });
        }
    }
    rows
}

fn name(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Info => "info",
        Level::Hint => "hint",
    }
}
