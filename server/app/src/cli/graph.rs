//! `noxflow graph`: sessions and jobs with their order, hazards and times, for programs and for pictures.

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::open;

mod dot;
mod html;
mod json;
mod mermaid;
mod svg;
mod text;

/// Show which session needs which, what collides, and what bounds the time.
///
/// JSON has everything, by a documented schema (docs/graph.md). The others draw the order that is needed, without what
/// other order implies; SVG and HTML as bars over time, with the critical path in another colour.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  noxflow graph .                                  for people
  noxflow graph . --format json                    for programs
  noxflow graph . --format svg > graph.svg         a picture: bars over time
  noxflow graph . --format html > graph.html       the picture, and why the order is as it is
  noxflow graph . --format dot | dot -Tsvg         nodes and edges
  noxflow graph . --format mermaid                 a picture in Markdown")]
pub(super) struct Arguments {
    /// A project, or a single noxfile or workflow of it.
    #[arg(default_value = ".")]
    path: PathBuf,
    /// How it is written.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
    /// For Graphviz.
    Dot,
    /// For Markdown.
    Mermaid,
    /// For a page or a browser: bars over time.
    Svg,
    /// For a browser: the same with the reasons.
    Html,
}

pub(super) fn main(arguments: &Arguments) -> anyhow::Result<i32> {
    let workspace = open(&arguments.path)?;
    let mut graph = ide::graph(&workspace.snapshot);
    if let Some(only) = &workspace.only {
        graph.noxfiles.retain(|noxfile| noxfile.path == *only);
        graph.workflows.retain(|workflow| workflow.path == *only);
    }
    let mut out = anstream::stdout().lock();
    match arguments.format {
        Format::Text => text::write(&mut out, &workspace, &graph)?,
        Format::Json => writeln!(out, "{}", serde_json::to_string_pretty(&json::value(&workspace, &graph))?)?,
        Format::Dot => write!(out, "{}", dot::text(&graph))?,
        Format::Mermaid => write!(out, "{}", mermaid::text(&graph))?,
        Format::Svg => write!(out, "{}", svg::text(&graph))?,
        Format::Html => write!(out, "{}", html::text(&graph))?,
    }
    Ok(0)
}

/// The edges that a picture has: needed, and not implied by others. One for each pair.
fn drawn(edges: &[ide::GraphEdge]) -> Vec<&ide::GraphEdge> {
    let mut out: Vec<&ide::GraphEdge> = Vec::new();
    for edge in edges.iter().filter(|edge| (edge.is_needed || edge.kind == "needs") && !edge.is_implied) {
        if !out.iter().any(|known| known.from == edge.from && known.to == edge.to) {
            out.push(edge);
        }
    }
    out
}
