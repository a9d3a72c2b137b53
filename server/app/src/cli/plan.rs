//! `noxflow plan`: what would run when, and whether two sessions may overlap.

use std::io::Write;

use anyhow::bail;
use clap::Args;
use ide::Explanation;
use model::NoxfileId;
use model::nearest::nearest;
use serde_json::json;

use super::{Format, open, run};
use crate::style::{BAD, DIM, GOOD, HEAD, WARN};
use crate::workspace::OnDisk;

/// Show what would run when, or whether two sessions may overlap and why. Starts nothing.
#[derive(Debug, Args)]
#[group(id = "planned")] // the arguments of `run` make a group of the usual name
#[command(after_help = "Examples:
  noxflow plan                         the noxfile's default sessions, as `noxflow run` would run them
  noxflow plan -j 2 lint tests         two at once
  noxflow plan --explain lint docs     may the two run side by side?
With --explain the exit status is 0 when they may overlap as they are, 1 when not.")]
pub(super) struct Arguments {
    /// Say whether these two may run side by side, why, and what would cure it.
    #[arg(long, num_args = 2, value_names = ["A", "B"])]
    explain: Option<Vec<String>>,
    #[command(flatten)]
    run: run::Arguments,
}

pub(super) fn main(arguments: &Arguments) -> anyhow::Result<i32> {
    let Some([a, b]) = arguments.explain.as_deref() else { return run::preview(&arguments.run) };
    let workspace = open(arguments.run.path())?;
    let (noxfile, a, b) = find(&workspace, a, b)?;
    let Some(found) = ide::explain(&workspace.snapshot, noxfile, a, b) else { bail!("the noxfile is gone") };
    let mut out = anstream::stdout().lock();
    match arguments.run.format() {
        Format::Json => writeln!(out, "{}", serde_json::to_string_pretty(&value(&workspace, &found))?)?,
        Format::Text => text(&mut out, &workspace, &found)?,
    }
    Ok(i32::from(found.verdict != "parallel"))
}

/// The first noxfile that has both.
fn find(workspace: &OnDisk, a: &str, b: &str) -> anyhow::Result<(NoxfileId, model::SessionId, model::SessionId)> {
    let noxfiles = &workspace.snapshot.workspace.noxfiles;
    for (at, noxfile) in noxfiles.iter().enumerate() {
        if let (Some(a), Some(b)) = (noxfile.by_name.get(a), noxfile.by_name.get(b)) {
            return Ok((NoxfileId(at), *a, *b));
        }
    }
    let all = || noxfiles.iter().flat_map(|noxfile| noxfile.facts.sessions.iter().map(|it| it.name.as_str()));
    for name in [a, b] {
        if !noxfiles.iter().any(|noxfile| noxfile.by_name.contains_key(name)) {
            match nearest(name, all()) {
                Some(near) => bail!("there is no session `{name}`; did you mean `{near}`?"),
                None => bail!("there is no session `{name}`; there are {}", all().collect::<Vec<_>>().join(", ")),
            }
        }
    }
    bail!("`{a}` and `{b}` are in different noxfiles")
}

fn text(out: &mut impl Write, workspace: &OnDisk, found: &Explanation) -> std::io::Result<()> {
    let colour = match found.verdict {
        "parallel" => GOOD,
        "after-cure" | "unknown" => WARN,
        _ => BAD,
    };
    writeln!(out, "{colour}{}{colour:#}", found.answer)?;
    for reason in &found.reasons {
        let places = places(workspace, reason);
        let places: Vec<String> = places.into_iter().map(|(path, line)| format!("{path}:{line}")).collect();
        writeln!(out, "  {} {DIM}[{}] {}{DIM:#}", reason.text, reason.weight, places.join(", "))?;
        if !reason.cure.is_empty() {
            writeln!(out, "    {HEAD}cure:{HEAD:#} {}", reason.cure)?;
        }
    }
    for unknown in &found.unknown {
        writeln!(out, "  {WARN}not known:{WARN:#} what {unknown} touches")?;
    }
    Ok(())
}

fn value(workspace: &OnDisk, found: &Explanation) -> serde_json::Value {
    let reasons = found.reasons.iter().map(|reason| {
        let places = places(workspace, reason);
        json!({
            "reason": reason.text,
            "weight": reason.weight,
            "cure": reason.cure,
            "places": places.into_iter().map(|(file, line)| json!({ "file": file, "line": line })).collect::<Vec<_>>(),
        })
    });
    json!({
        "verdict": found.verdict,
        "answer": found.answer,
        "reasons": reasons.collect::<Vec<_>>(),
        "unknown": found.unknown,
    })
}

/// Paths and lines from 1.
fn places(workspace: &OnDisk, reason: &ide::Reason) -> Vec<(String, u32)> {
    let place = |(file, span): &(model::FileId, syntax::Span)| {
        let file = workspace.snapshot.file(*file)?;
        Some((workspace.shown(&file.path), file.document.lines().line(span.start) + 1))
    };
    reason.places.iter().filter_map(place).collect()
}
