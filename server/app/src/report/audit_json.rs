//! The audit for programs. The names are a promise: fields are added, never changed.

use ide::Audit;
use ide::words;
use model::{Estimate, NoxfileId, SessionId, Source};
use serde_json::{Value, json};

use crate::workspace::OnDisk;

/// The report on `workspace`.
pub(crate) fn audit(workspace: &OnDisk, audit: &Audit) -> Value {
    let sequences = audit.sequences.iter().map(|sequence| {
        json!({
            "path": sequence.path,
            "line": sequence.line,
            "job": sequence.job,
            "sessions": sequence.sessions,
            "forge": sequence.forge,
            "slots": sequence.slots,
            "needed": sequence.needed.iter().map(|needed| json!({
                "from": needed.from,
                "to": needed.to,
                "evidence": needed.evidence,
                "reason": needed.reason,
            })).collect::<Vec<_>>(),
            "hazards": sequence.hazards.iter().map(|hazard| json!({
                "kind": hazard.kind,
                "severity": hazard.severity,
                "sessions": hazard.sessions,
                "reason": hazard.reason,
                "cure": hazard.cure,
            })).collect::<Vec<_>>(),
            "unknownCommands": sequence.unknown.iter().map(|(session, command)| json!({
                "session": session,
                "command": command,
            })).collect::<Vec<_>>(),
            "criticalPath": sequence.critical_path,
            "criticalSeconds": sequence.critical_seconds,
            "ways": sequence.forecasts.iter().zip(&sequence.ranges).map(|(forecast, range)| json!({
                "way": words::way(forecast.way),
                "makespan": estimate(&forecast.makespan),
                "p50": range.p50,
                "p90": range.p90,
                "machineMinutes": forecast.machine_minutes,
            })).collect::<Vec<_>>(),
            "calledFrom": sequence.called.iter().map(|(path, calls)| json!({
                "path": path,
                "calls": calls,
            })).collect::<Vec<_>>(),
            "offers": sequence.offers.iter().map(|offer| json!({
                "id": offer.assist,
                "title": offer.title,
                "safe": offer.is_safe,
                "preferred": offer.is_preferred,
                "disabled": offer.disabled,
            })).collect::<Vec<_>>(),
        })
    });
    let noxfiles = audit.noxfiles.iter().map(|noxfile| {
        let id = workspace.snapshot.workspace.noxfile_of(noxfile.file);
        let name = |session: SessionId| session_name(workspace, id, session);
        json!({
            "path": noxfile.path,
            "complete": noxfile.is_complete,
            "sessions": noxfile.sessions.iter().map(|session| json!({
                "name": session.name,
                "instances": session.instances,
                "estimate": estimate(&session.estimate),
                "slack": session.slack,
                "critical": session.is_critical,
            })).collect::<Vec<_>>(),
            "edges": noxfile.edges.iter().map(|edge| json!({
                "from": name(edge.from),
                "to": name(edge.to),
                "evidence": edge.evidence.name(),
                "reason": edge.reason,
            })).collect::<Vec<_>>(),
            "hazards": noxfile.hazards.iter().map(|hazard| json!({
                "kind": hazard.kind,
                "between": hazard.sessions,
                "severity": hazard.severity,
                "reason": hazard.reason,
                "cure": hazard.cure,
            })).collect::<Vec<_>>(),
            "unknownCommands": noxfile.unknown_commands.iter().map(|(session, command)| json!({
                "session": session,
                "command": command,
            })).collect::<Vec<_>>(),
        })
    });
    json!({
        "folder": workspace.folder,
        "sequences": sequences.collect::<Vec<_>>(),
        "noxfiles": noxfiles.collect::<Vec<_>>(),
        "needlessNeeds": audit.needless_needs.iter().map(|needs| json!({
            "path": needs.path,
            "line": needs.line,
            "job": needs.job,
            "needs": needs.needs,
        })).collect::<Vec<_>>(),
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

fn session_name(workspace: &OnDisk, noxfile: Option<NoxfileId>, session: SessionId) -> Option<&str> {
    let noxfile = workspace.snapshot.workspace.noxfiles.get(noxfile?.0)?;
    noxfile.facts.sessions.get(session.0).map(|session| session.name.as_str())
}
