//! The graph for people: each session with what it waits for, then what collides.

use std::io::{self, Write};

use ide::{Graph, GraphEdge, GraphHazard, words};

use super::drawn;
use crate::style::{BAD, DIM, HEAD, NAME, WARN};
use crate::workspace::OnDisk;

/// Writes it.
pub(super) fn write(out: &mut impl Write, workspace: &OnDisk, graph: &Graph) -> io::Result<()> {
    for (at, noxfile) in graph.noxfiles.iter().enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        let incomplete = if noxfile.is_complete { "" } else { " (not all sessions could be read)" };
        writeln!(out, "{HEAD}{}{HEAD:#}{DIM}{incomplete}{DIM:#}", workspace.shown(&noxfile.path))?;
        let edges = drawn(&noxfile.edges);
        let names = noxfile.sessions.iter().map(|session| session.name.as_str());
        let width = names.map(|name| name.chars().count()).max().unwrap_or(0);
        for session in &noxfile.sessions {
            let time = words::estimate(&session.estimate);
            line(out, &session.name, width, &time, session.slack, session.is_critical)?;
            after(out, workspace, &session.name, &edges)?;
        }
        collisions(out, &noxfile.hazards, &edges)?;
    }
    for workflow in graph.workflows.iter().filter(|workflow| !workflow.jobs.is_empty()) {
        let makespan = words::duration(workflow.makespan);
        let path = workspace.shown(&workflow.path);
        writeln!(out, "\n{HEAD}{path}{HEAD:#} {DIM}~{makespan} from first start to last end{DIM:#}")?;
        let edges = drawn(&workflow.edges);
        let width = workflow.jobs.iter().map(|job| job.id.chars().count()).max().unwrap_or(0);
        for job in &workflow.jobs {
            line(out, &job.id, width, &words::estimate(&job.estimate), job.slack, job.is_critical)?;
            after(out, workspace, &job.id, &edges)?;
        }
    }
    Ok(())
}

/// Those over the same thing told once, those of pairs that are in order anyway not at all.
fn collisions(out: &mut impl Write, hazards: &[GraphHazard], edges: &[&GraphEdge]) -> io::Result<()> {
    let mut groups: Vec<(&GraphHazard, Vec<&str>)> = Vec::new();
    for hazard in hazards {
        let (a, b) = (hazard.between.0.as_str(), hazard.between.1.as_str());
        if edges.iter().any(|edge| (edge.from == a && edge.to == b) || (edge.from == b && edge.to == a)) {
            continue;
        }
        let same = |(first, _): &&mut (&GraphHazard, Vec<&str>)| {
            (first.kind, &first.resource, first.severity) == (hazard.kind, &hazard.resource, hazard.severity)
        };
        match groups.iter_mut().find(same) {
            Some((_, names)) => {
                for name in [a, b] {
                    if !names.contains(&name) {
                        names.push(name);
                    }
                }
            }
            None => groups.push((hazard, if a == b { vec![a] } else { vec![a, b] })),
        }
    }
    if !groups.is_empty() {
        writeln!(out, "\n  {HEAD}Not at the same time{HEAD:#}")?;
    }
    for (hazard, names) in groups {
        let colour = match hazard.severity {
            "loses data" | "fails" => BAD,
            "flaky" => WARN,
            _ => DIM,
        };
        writeln!(out, "  {colour}{:<10}{colour:#} {NAME}{}{NAME:#}", hazard.severity, names.join(" / "))?;
        writeln!(out, "      {}", hazard.reason)?;
        if !hazard.cure.is_empty() {
            writeln!(out, "      {DIM}cure:{DIM:#} {}", hazard.cure)?;
        }
    }
    Ok(())
}

fn line(out: &mut impl Write, name: &str, width: usize, time: &str, slack: f64, is_critical: bool) -> io::Result<()> {
    let bound = if is_critical {
        format!("{WARN}on the critical path{WARN:#}")
    } else {
        format!("{DIM}slack {}{DIM:#}", words::duration(slack))
    };
    writeln!(out, "  {NAME}{name:<width$}{NAME:#}  {time:>9}  {bound}")
}

fn after(out: &mut impl Write, workspace: &OnDisk, name: &str, edges: &[&GraphEdge]) -> io::Result<()> {
    for edge in edges.iter().filter(|edge| edge.to == name) {
        let place = edge.place.and_then(|(file, span)| {
            let file = workspace.snapshot.file(file)?;
            let line = file.document.lines().line(span.start) + 1;
            Some(format!(" {}:{line}", workspace.shown(&file.path)))
        });
        let place = place.unwrap_or_default();
        writeln!(
            out,
            "      after {NAME}{}{NAME:#}: {} {DIM}[{}]{place}{DIM:#}",
            edge.from, edge.reason, edge.evidence
        )?;
    }
    Ok(())
}
