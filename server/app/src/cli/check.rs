//! `noxflow check`: what is wrong in noxfiles and workflows. One file a format in `check/`.

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use ide::{FileState, Finding, Level};
use serde::Serialize;
use syntax::{Encoding, Span};

use super::open_all;
use crate::config::Config;
use crate::links;
use crate::workspace::OnDisk;

mod github;
mod sarif;
mod text;

/// Report mistakes in noxfiles and workflows; exit 1 when there are warnings or errors.
#[derive(Debug, Args)]
#[command(after_help = "One line per finding: path:line:column: level: what is wrong [lint].
  noxflow check --explain unknown-tag                  why a lint is there
  noxflow check --format github                        in a CI job: notes beside the changed lines
  noxflow check --format sarif > noxflow.sarif         for code scanning
Levels are set in pyproject.toml:  [tool.noxflow.lints]  needless-needs = \"off\"
A comment at the end of a line silences what is found on it:  # noxflow: ignore[needless-needs]
Exit status: 0 nothing but infos and hints, 1 warnings or errors, 2 the question made no sense.")]
pub(super) struct Arguments {
    /// Projects, or single files of them.
    #[arg(default_value = ".")]
    paths: Vec<PathBuf>,
    /// How findings are written.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Say what a lint reports and why, and check nothing.
    #[arg(long, value_name = "LINT", conflicts_with_all = ["paths", "format"])]
    explain: Option<String>,
}

/// How findings are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// For programs: a list of findings (docs/check.md).
    Json,
    /// For code scanning: SARIF 2.1.0.
    Sarif,
    /// For the log of a CI job: GitHub's annotations, which Forgejo and Gitea take too.
    Github,
}

/// A place in a file, 1-based, columns in characters. The end is behind the last character.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Place {
    path: String,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
}

/// A finding, placed. The names are a promise (docs/check.md): fields are added, never changed.
#[derive(Debug, Serialize)]
struct Row {
    #[serde(flatten)]
    place: Place,
    level: &'static str,
    lint: &'static str,
    message: String,
    /// The lint's page.
    help: String,
    related: Vec<Related>,
    fixes: Vec<String>,
    /// What the fixes change.
    #[serde(skip)]
    edits: Vec<Change>,
}

/// Another place that belongs to a finding.
#[derive(Debug, Serialize)]
struct Related {
    #[serde(flatten)]
    place: Place,
    message: String,
}

/// What one fix changes.
#[derive(Debug)]
struct Change {
    title: String,
    edits: Vec<(Place, String)>,
}

pub(super) fn main(arguments: &Arguments) -> anyhow::Result<i32> {
    let mut out = anstream::stdout().lock();
    if let Some(id) = &arguments.explain {
        return text::explain(&mut out, id);
    }
    let workspaces = open_all(&arguments.paths)?;
    for workspace in &workspaces {
        warn_of_unknown(&workspace.config);
    }
    let rows: Vec<Row> = workspaces.iter().flat_map(rows).collect();
    match arguments.format {
        Format::Json => writeln!(out, "{}", serde_json::to_string_pretty(&rows)?)?,
        Format::Sarif => writeln!(out, "{}", serde_json::to_string_pretty(&sarif::log(&rows))?)?,
        Format::Github => github::write(&mut out, &rows)?,
        Format::Text => {
            text::write(&mut out, &rows)?;
            text::summary(&rows, workspaces.iter().map(|workspace| workspace.files().count()).sum());
        }
    }
    Ok(i32::from(rows.iter().any(|row| matches!(row.level, "error" | "warning"))))
}

/// A level for a lint that does not exist does nothing: a mistake in its name is told.
fn warn_of_unknown(config: &Config) {
    let lints = ide::lints();
    for name in config.lints.keys().filter(|name| lints.iter().all(|lint| lint.id != name.as_str())) {
        let near = model::nearest::nearest(name, lints.iter().map(|lint| lint.id));
        let more = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        anstream::eprintln!("noxflow: the settings name a lint `{name}`, and there is none{more}");
    }
}

fn rows(workspace: &OnDisk) -> Vec<Row> {
    let mut rows = Vec::new();
    for file in workspace.files() {
        for finding in ide::check(&workspace.snapshot, file.id) {
            if let Some(level) = workspace.config.level(finding.lint, finding.level) {
                rows.push(row(workspace, file, finding, level));
            }
        }
    }
    rows
}

fn row(workspace: &OnDisk, file: &FileState, finding: Finding, level: Level) -> Row {
    let related = finding.related.iter().filter_map(|related| {
        let there = workspace.snapshot.file(related.file)?;
        Some(Related { place: place(workspace, there, related.span), message: related.message.clone() })
    });
    let fixes = ide::fixes(&workspace.snapshot, file.id, &finding);
    let edits = fixes.iter().map(|fix| Change {
        title: fix.title.clone(),
        edits: fix.edits.iter().map(|edit| (place(workspace, file, edit.span), edit.insert.clone())).collect(),
    });
    Row {
        place: place(workspace, file, finding.span),
        level: name(level),
        lint: finding.lint,
        help: links::lint(finding.lint),
        related: related.collect(),
        edits: edits.collect(),
        fixes: fixes.iter().map(|fix| fix.title.clone()).collect(),
        message: finding.message,
    }
}

fn place(workspace: &OnDisk, file: &FileState, span: Span) -> Place {
    let at = |offset: u32| file.document.lines().position(offset, Encoding::Utf32);
    let (start, end) = (at(span.start), at(span.end));
    Place {
        path: workspace.shown(&file.path),
        line: start.line + 1,
        column: start.column + 1,
        end_line: end.line + 1,
        end_column: end.column + 1,
    }
}

fn name(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Info => "info",
        Level::Hint => "hint",
    }
}
