//! `noxflow audit`: what runs one after another today, what is needed, what it costs, what to do.

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::open_all;
use crate::report;

/// Show what runs one after another today, what order is really needed, and what to do about it.
///
/// Nothing is run and nothing is written. Times are measured where noxflow has run the sessions, else guesses, which
/// carry a `~`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  noxflow audit .                            for people
  noxflow audit . --format markdown          for a pull request
  noxflow audit a b --format json            for programs")]
pub(super) struct Arguments {
    /// Projects, or single workflows of them.
    #[arg(default_value = ".")]
    paths: Vec<PathBuf>,
    /// How the report is written.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
    /// For a pull request.
    Markdown,
}

pub(super) fn main(arguments: &Arguments) -> anyhow::Result<i32> {
    let workspaces = open_all(&arguments.paths)?;
    let mut out = anstream::stdout().lock();
    let mut json = Vec::new();
    for (at, workspace) in workspaces.iter().enumerate() {
        let mut audit = ide::audit(&workspace.snapshot);
        if let Some(only) = &workspace.only {
            audit.sequences.retain(|sequence| sequence.path == *only);
            audit.needless_needs.retain(|needs| needs.path == *only);
        }
        match arguments.format {
            Format::Json => json.push(report::audit_json::audit(workspace, &audit)),
            Format::Markdown => write!(out, "{}", report::audit_markdown::audit(&audit))?,
            Format::Text => {
                if at > 0 {
                    writeln!(out)?;
                }
                report::audit_text::audit(&mut out, workspace, &audit)?;
            }
        }
    }
    if arguments.format == Format::Json {
        writeln!(out, "{}", serde_json::to_string_pretty(&json)?)?;
    }
    Ok(0)
}
