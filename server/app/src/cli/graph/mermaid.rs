//! The graph for Markdown: a Mermaid flowchart, one subgraph a file. Collisions are drawn where they forbid an overlap.

use std::fmt::Write;

use ide::{Graph, words};

use super::drawn;

/// Mermaid's own limit of edges in a chart is 500; collisions are the first to go.
const MAX_COLLISIONS: usize = 60;

/// A flowchart, without the fence of a Markdown block.
pub(super) fn text(graph: &Graph) -> String {
    let mut out = String::from("flowchart LR\n");
    let mut critical: Vec<String> = Vec::new();
    for (at, noxfile) in graph.noxfiles.iter().enumerate() {
        let number = |name: &str| noxfile.sessions.iter().position(|session| session.name == name).unwrap_or_default();
        let id = |name: &str| format!("n{at}s{}", number(name));
        let _ = writeln!(out, "  subgraph n{at}[{}]", label(&noxfile.path));
        for session in &noxfile.sessions {
            let text = format!("{} {}", session.name, words::estimate(&session.estimate));
            let _ = writeln!(out, "    {}[{}]", id(&session.name), label(&text));
            if session.is_critical {
                critical.push(id(&session.name));
            }
        }
        for edge in drawn(&noxfile.edges) {
            let _ = writeln!(out, "    {} --> {}", id(&edge.from), id(&edge.to));
        }
        let mut told: Vec<(&str, &str)> = Vec::new();
        for hazard in noxfile.hazards.iter().filter(|it| matches!(it.severity, "loses data" | "fails" | "flaky")) {
            let pair = (hazard.between.0.as_str(), hazard.between.1.as_str());
            if !told.contains(&pair) && pair.0 != pair.1 && told.len() < MAX_COLLISIONS {
                told.push(pair);
                let _ = writeln!(out, "    {} -. {} .- {}", id(pair.0), hazard.severity, id(pair.1));
            }
        }
        out.push_str("  end\n");
    }
    for (at, workflow) in graph.workflows.iter().enumerate() {
        let number = |name: &str| workflow.jobs.iter().position(|job| job.id == name).unwrap_or_default();
        let id = |name: &str| format!("w{at}j{}", number(name));
        let _ = writeln!(out, "  subgraph w{at}[{}]", label(&workflow.path));
        for job in &workflow.jobs {
            let text = format!("{} {}", job.id, words::estimate(&job.estimate));
            let _ = writeln!(out, "    {}[{}]", id(&job.id), label(&text));
            if job.is_critical {
                critical.push(id(&job.id));
            }
        }
        for edge in drawn(&workflow.edges) {
            let arrow = if edge.is_needed { "-->" } else { "-. needless .->" };
            let _ = writeln!(out, "    {} {arrow} {}", id(&edge.from), id(&edge.to));
        }
        out.push_str("  end\n");
    }
    if !critical.is_empty() {
        let _ = writeln!(out, "  classDef critical stroke-width:3px\n  class {} critical", critical.join(","));
    }
    out
}

/// A quoted label; Mermaid reads entities in it.
fn label(text: &str) -> String {
    format!("\"{}\"", text.replace('#', "#35;").replace('"', "#quot;").replace('<', "#lt;").replace('>', "#gt;"))
}

#[cfg(test)]
mod tests {
    use super::label;

    #[test]
    fn names_with_quotes_stay_one_label() {
        assert_eq!(label("tests(db=\"pg\")"), "\"tests(db=#quot;pg#quot;)\"");
    }
}
