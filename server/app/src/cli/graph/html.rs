//! The graph as a page: the picture, and below it why the order is as it is and what collides. One file, no script.

use std::fmt::Write;

use ide::Graph;

use super::drawn;
use super::svg::{self, escaped};

const STYLE: &str = "body{font:14px system-ui,sans-serif;margin:2em auto;max-width:60em;padding:0 1em}\
:root{color-scheme:light dark}table{border-collapse:collapse;margin:.5em 0 1.5em}\
td,th{text-align:left;vertical-align:top;padding:.25em .75em .25em 0;border-bottom:1px solid #8884}\
svg{max-width:100%;height:auto}";

/// A document.
pub(super) fn text(graph: &Graph) -> String {
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>noxflow graph</title>\n\
         <style>{STYLE}</style>\n{}",
        svg::text(graph)
    );
    for noxfile in &graph.noxfiles {
        let edges = drawn(&noxfile.edges);
        let edges =
            edges.iter().map(|edge| [edge.from.as_str(), edge.to.as_str(), edge.evidence, edge.reason.as_str()]);
        let title = format!("{}: needed order", noxfile.path);
        table(&mut out, &title, ["first", "then", "evidence", "why"], edges);
        let hazards = noxfile
            .hazards
            .iter()
            .map(|it| [it.between.0.as_str(), it.between.1.as_str(), it.severity, it.reason.as_str()]);
        table(
            &mut out,
            &format!("{}: what happens at once", noxfile.path),
            ["one", "other", "how bad", "why"],
            hazards,
        );
    }
    for workflow in &graph.workflows {
        let edges = workflow.edges.iter().map(|edge| {
            let is_needed = if edge.is_needed { "needed" } else { "needless" };
            [edge.from.as_str(), edge.to.as_str(), is_needed, edge.reason.as_str()]
        });
        table(&mut out, &format!("{}: needs", workflow.path), ["first", "then", "", "why"], edges);
    }
    out.push_str("</html>\n");
    out
}

/// Nothing where there are no rows.
fn table<'a>(out: &mut String, title: &str, head: [&str; 4], rows: impl Iterator<Item = [&'a str; 4]>) {
    let row = |cells: [&str; 4], tag: &str| cells.map(|cell| format!("<{tag}>{}</{tag}>", escaped(cell))).concat();
    let body: String = rows.map(|cells| format!("<tr>{}</tr>\n", row(cells, "td"))).collect();
    if !body.is_empty() {
        // Writing into a string cannot fail.
        let _ = writeln!(out, "<h2>{}</h2>\n<table>\n<tr>{}</tr>\n{body}</table>", escaped(title), row(head, "th"));
    }
}
