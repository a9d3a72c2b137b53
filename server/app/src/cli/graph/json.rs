//! The graph for programs. The names are a promise (docs/graph.md): fields are added, never changed.

use ide::{Graph, GraphEdge, GraphHazard, GraphJob, SessionAudit};
use model::{Estimate, FileId, Source};
use serde_json::{Value, json};
use syntax::Span;

use crate::workspace::OnDisk;

/// Everything as one object: sessions of all noxfiles in one list, each with the noxfile it is of.
pub(super) fn value(workspace: &OnDisk, graph: &Graph) -> Value {
    let noxfiles = &graph.noxfiles;
    let sessions = noxfiles.iter().flat_map(|it| it.sessions.iter().map(|session| self::session(&it.path, session)));
    let edges = noxfiles.iter().flat_map(|it| it.edges.iter().map(|edge| self::edge(workspace, &it.path, edge)));
    let hazards =
        noxfiles.iter().flat_map(|it| it.hazards.iter().map(|hazard| self::hazard(workspace, &it.path, hazard)));
    let files = noxfiles
        .iter()
        .map(|it| json!({ "path": it.path, "complete": it.is_complete, "hazardsCompared": it.is_compared }));
    let workflows = graph.workflows.iter().map(|it| {
        json!({
            "path": it.path,
            "makespan": it.makespan,
            "jobs": it.jobs.iter().map(job).collect::<Vec<_>>(),
            "edges": it.edges.iter().map(|edge| self::edge(workspace, &it.path, edge)).collect::<Vec<_>>(),
        })
    });
    json!({
        "version": 1,
        "noxfiles": files.collect::<Vec<_>>(),
        "sessions": sessions.collect::<Vec<_>>(),
        "edges": edges.collect::<Vec<_>>(),
        "hazards": hazards.collect::<Vec<_>>(),
        "workflows": workflows.collect::<Vec<_>>(),
    })
}

fn session(noxfile: &str, session: &SessionAudit) -> Value {
    let signature = |(name, time): &(String, Estimate)| json!({ "signature": name, "estimate": estimate(time) });
    json!({
        "name": session.name,
        "noxfile": noxfile,
        "instances": session.instances,
        "signatures": session.signatures.iter().map(signature).collect::<Vec<_>>(),
        "estimate": estimate(&session.estimate),
        "slack": session.slack,
        "critical": session.is_critical,
    })
}

fn job(job: &GraphJob) -> Value {
    json!({
        "id": job.id,
        "estimate": estimate(&job.estimate),
        "slack": job.slack,
        "critical": job.is_critical,
        "sessions": job.sessions,
    })
}

fn edge(workspace: &OnDisk, owner: &str, edge: &GraphEdge) -> Value {
    let (file, line) = match edge.place.and_then(|place| located(workspace, place)) {
        Some((file, line)) => (Some(file), Some(line)),
        None => (Some(owner.to_owned()), None),
    };
    json!({
        "from": edge.from,
        "to": edge.to,
        "kind": edge.kind,
        "evidence": edge.evidence,
        "reason": edge.reason,
        "file": file,
        "line": line,
        "needed": edge.is_needed,
        "implied": edge.is_implied,
    })
}

fn hazard(workspace: &OnDisk, noxfile: &str, hazard: &GraphHazard) -> Value {
    let places = hazard.places.iter().filter_map(|place| {
        let (file, line) = located(workspace, *place)?;
        Some(json!({ "file": file, "line": line }))
    });
    json!({
        "kind": hazard.kind,
        "noxfile": noxfile,
        "between": [hazard.between.0, hazard.between.1],
        "severity": hazard.severity,
        "resource": hazard.resource,
        "reason": hazard.reason,
        "cure": hazard.cure,
        "places": places.collect::<Vec<_>>(),
    })
}

fn estimate(estimate: &Estimate) -> Value {
    let (source, samples) = match estimate.source {
        Source::Measured(samples) => ("measured", samples),
        Source::Imported(samples) => ("imported", samples),
        Source::Guess => ("guess", 0),
    };
    json!({
        "seconds": estimate.seconds,
        "low": estimate.low,
        "high": estimate.high,
        "source": source,
        "samples": samples,
    })
}

/// Path and line from 1.
fn located(workspace: &OnDisk, (file, span): (FileId, Span)) -> Option<(String, u32)> {
    let file = workspace.snapshot.file(file)?;
    Some((file.path.clone(), file.document.lines().line(span.start) + 1))
}
