//! The graph for Graphviz: one cluster a file, the critical path bold, collisions dashed.

use std::fmt::Write;

use ide::{Graph, words};

use super::drawn;

/// A whole DOT file.
pub(super) fn text(graph: &Graph) -> String {
    let mut out =
        String::from("digraph noxflow {\n  rankdir=LR;\n  node [shape=box, style=rounded, fontname=\"sans-serif\"];\n");
    let mut cluster = 0;
    for noxfile in &graph.noxfiles {
        let id = |name: &str| quoted(&format!("{}:{name}", noxfile.path));
        open(&mut out, &mut cluster, &noxfile.path);
        for session in &noxfile.sessions {
            let time = words::estimate(&session.estimate);
            node(&mut out, &id(&session.name), &format!("{}\n{time}", session.name), session.is_critical);
        }
        for edge in drawn(&noxfile.edges) {
            let tip = quoted(&edge.reason);
            let _ = writeln!(out, "    {} -> {} [tooltip={tip}];", id(&edge.from), id(&edge.to));
        }
        let mut told: Vec<(&str, &str)> = Vec::new();
        for hazard in &noxfile.hazards {
            let pair = (hazard.between.0.as_str(), hazard.between.1.as_str());
            if !told.contains(&pair) && pair.0 != pair.1 {
                told.push(pair);
                let (tip, label) = (quoted(&hazard.reason), quoted(hazard.severity));
                let style = "dir=none, style=dashed, color=red, constraint=false";
                let _ = writeln!(out, "    {} -> {} [{style}, label={label}, tooltip={tip}];", id(pair.0), id(pair.1));
            }
        }
        out.push_str("  }\n");
    }
    for workflow in &graph.workflows {
        let id = |name: &str| quoted(&format!("{}:{name}", workflow.path));
        open(&mut out, &mut cluster, &workflow.path);
        for job in &workflow.jobs {
            let time = words::estimate(&job.estimate);
            node(&mut out, &id(&job.id), &format!("{}\n{time}", job.id), job.is_critical);
        }
        for edge in drawn(&workflow.edges) {
            let style = if edge.is_needed { "solid" } else { "dotted" };
            let tip = quoted(&edge.reason);
            let _ = writeln!(out, "    {} -> {} [style={style}, tooltip={tip}];", id(&edge.from), id(&edge.to));
        }
        out.push_str("  }\n");
    }
    out.push_str("}\n");
    out
}

fn open(out: &mut String, cluster: &mut usize, path: &str) {
    let _ = writeln!(out, "  subgraph cluster_{cluster} {{\n    label={};", quoted(path));
    *cluster += 1;
}

fn node(out: &mut String, id: &str, label: &str, is_critical: bool) {
    let bold = if is_critical { ", penwidth=3" } else { "" };
    let _ = writeln!(out, "    {id} [label={}{bold}];", quoted(label));
}

/// A quoted DOT string.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn names_with_quotes_stay_one_string() {
        assert_eq!(quoted("tests(db=\"pg\")\n8 s"), r#""tests(db=\"pg\")\n8 s""#);
    }
}
