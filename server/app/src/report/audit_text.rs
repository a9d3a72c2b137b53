//! The audit for people in a terminal: first the answer, then why.

use std::io::{self, Write};

use ide::words;
use ide::{Audit, NoxfileAudit, Offer, OfferKind, SequenceAudit};
use model::EdgeKind;
use model::forecast::{Forecast, Way};

use super::lines::{plain, widest, wrap};
use crate::style::{BAD, DIM, GOOD, HEAD, NAME, WARN};
use crate::workspace::OnDisk;

/// Unknown commands told of one job.
const MAX_UNKNOWN: usize = 4;

/// Unknown commands told of one noxfile; the JSON report has them all.
const MAX_UNKNOWN_COMMANDS: usize = 8;

/// Columns of a report.
const WIDTH: usize = 100;

/// Indentation of what belongs to a heading.
const INDENT: usize = 4;

/// Writes the report on `workspace`.
pub(crate) fn audit(out: &mut impl Write, workspace: &OnDisk, audit: &Audit) -> io::Result<()> {
    let name = workspace.folder.file_name().map_or_else(|| "/".into(), |name| name.to_string_lossy());
    writeln!(out, "{HEAD}{name}{HEAD:#} {DIM}{}{DIM:#}", workspace.folder.display())?;
    for (sequence, others) in audit.told_once() {
        writeln!(out)?;
        self::sequence(out, workspace, sequence, &others)?;
    }
    if audit.sequences.is_empty() {
        writeln!(out, "\nNo job runs several nox sessions one after another.")?;
    }
    if !audit.needless_needs.is_empty() {
        heading(out, "Jobs that wait without need")?;
        for needs in &audit.needless_needs {
            let place = format!("{}:{}", workspace.shown(&needs.path), needs.line);
            writeln!(
                out,
                "  {DIM}{place}{DIM:#}  {NAME}{}{NAME:#} waits for {NAME}{}{NAME:#} and takes nothing from it",
                needs.job, needs.needs
            )?;
        }
    }
    let needed =
        audit.sequences.iter().flat_map(|sequence| sequence.needed.iter().map(|needed| needed.reason.as_str()));
    let hazards =
        audit.sequences.iter().flat_map(|sequence| sequence.hazards.iter().map(|hazard| hazard.reason.as_str()));
    let told: Vec<&str> = needed.chain(hazards).collect();
    for (noxfile, others) in audit.noxfiles_told_once() {
        self::noxfile(out, workspace, noxfile, &told)?;
        if !others.is_empty() {
            let others: Vec<String> = others.iter().map(|path| workspace.shown(path)).collect();
            paragraph(out, "the same", &format!("in {}", others.join(", ")))?;
        }
    }
    Ok(())
}

/// A job; `others`: those that come to the same calls.
fn sequence(
    out: &mut impl Write,
    workspace: &OnDisk,
    sequence: &SequenceAudit,
    others: &[&SequenceAudit],
) -> io::Result<()> {
    let now = sequence.forecasts.iter().find(|forecast| forecast.way == Way::Now);
    let place = format!("{}:{}", workspace.shown(&sequence.path), sequence.line);
    let time = now.map(|now| format!(", {}", words::estimate(&now.makespan))).unwrap_or_default();
    writeln!(
        out,
        "{HEAD}job {}{HEAD:#} {DIM}{place}{DIM:#}\n  {WARN}{} sessions one after another{time}{WARN:#}",
        sequence.job,
        sequence.sessions.len(),
    )?;
    paragraph(out, "today", &sequence.sessions.join(" → "))?;
    if !others.is_empty() {
        let place = |it: &&SequenceAudit| format!("{} ({}:{})", it.job, workspace.shown(&it.path), it.line);
        let others: Vec<String> = others.iter().map(place).collect();
        paragraph(out, "the same", &format!("in {}", others.join(", ")))?;
    }
    for (path, calls) in &sequence.called {
        let text = format!(
            "{} in {}, which other jobs may use too: no rewrite edits it",
            words::count(*calls, "call"),
            workspace.shown(path)
        );
        paragraph(out, "called", &text)?;
    }
    if sequence.needed.is_empty() {
        let nothing = if sequence.unknown.is_empty() {
            "no order at all: none of them needs another"
        } else {
            "no order that can be seen"
        };
        paragraph(out, "needed", nothing)?;
    }
    for (at, needed) in sequence.needed.iter().enumerate() {
        let text = format!("{} → {}: {} [{}]", needed.from, needed.to, needed.reason, needed.evidence);
        paragraph(out, if at == 0 { "needed" } else { "" }, &text)?;
    }
    for (at, hazard) in sequence.hazards.iter().enumerate() {
        let text = format!("{}, {}: {}", hazard.severity, hazard.sessions.join(" + "), hazard.reason);
        paragraph(out, if at == 0 { "hazards" } else { "" }, &text)?;
        let cure = if hazard.cure.is_empty() { "none: they must not overlap" } else { &hazard.cure };
        paragraph(out, "", &format!("  cure: {cure}"))?;
    }
    for (at, (session, command)) in sequence.unknown.iter().enumerate().take(MAX_UNKNOWN) {
        let label = if at == 0 { "unknown" } else { "" };
        paragraph(out, label, &format!("{session}: nobody knows what {command} touches"))?;
    }
    if !sequence.unknown.is_empty() {
        paragraph(out, "", "the ways below hold only if these do not disturb each other")?;
    }
    let chain = sequence.critical_path.join(" → ");
    let share = now.map_or(String::new(), |now| {
        let share = 100.0 * sequence.critical_seconds / now.makespan.seconds.max(1.0);
        format!(" ({share:.0} % of today)")
    });
    paragraph(out, "critical path", &format!("{chain}, {}{share}", words::duration(sequence.critical_seconds)))?;
    ways(out, sequence, now)?;
    let runners = if sequence.slots == 1 { "runner" } else { "runners" };
    writeln!(out, "    {DIM}assumed: {} {} {runners} at once{DIM:#}", sequence.slots, sequence.forge)?;
    next_step(out, workspace, sequence)
}

/// A table of ways with bars: length of a bar is time from start to end.
fn ways(out: &mut impl Write, sequence: &SequenceAudit, now: Option<&Forecast>) -> io::Result<()> {
    let forecasts = &sequence.forecasts;
    if forecasts.is_empty() {
        return Ok(());
    }
    let longest = forecasts.iter().map(|forecast| forecast.makespan.seconds).fold(1.0, f64::max);
    let best = forecasts.iter().map(|forecast| forecast.makespan.seconds).fold(f64::INFINITY, f64::min);
    let names: Vec<String> = forecasts.iter().map(|forecast| plain(&words::way(forecast.way))).collect();
    let times: Vec<String> = forecasts.iter().map(|forecast| words::estimate(&forecast.makespan)).collect();
    let (name_width, time_width) = (widest(names.iter().map(String::as_str)), widest(times.iter().map(String::as_str)));
    let p90s: Vec<String> = sequence
        .ranges
        .iter()
        .zip(forecasts)
        .map(|(range, forecast)| match words::is_known(sequence.guessed) {
            true => format!("p90 {}", words::seconds(range.p90, forecast.makespan.source)),
            false => String::new(),
        })
        .collect();
    let p90_width = widest(p90s.iter().map(String::as_str));
    writeln!(out)?;
    for (((forecast, name), time), p90) in forecasts.iter().zip(&names).zip(&times).zip(&p90s) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 24")]
        let filled = (24.0 * forecast.makespan.seconds / longest).round().clamp(1.0, 24.0) as usize;
        let bar = "█".repeat(filled);
        let colour = match forecast.way {
            Way::Now => WARN,
            _ if forecast.makespan.seconds <= best => GOOD,
            _ => DIM,
        };
        let saved = match now {
            Some(now) if forecast.way != Way::Now => {
                let change = 100.0 * (forecast.makespan.seconds - now.makespan.seconds) / now.makespan.seconds.max(1.0);
                format!("{change:+.0} %")
            }
            _ => String::new(),
        };
        let machine = words::duration(forecast.machine_minutes * 60.0);
        writeln!(
            out,
            "    {name:<name_width$}  {time:>time_width$}  {colour}{bar}{colour:#}{:pad$} {saved:>7}  {DIM}{p90:>p90_width$}  machine {machine}{DIM:#}",
            "",
            pad = 24 - filled,
        )?;
    }
    Ok(())
}

fn next_step(out: &mut impl Write, workspace: &OnDisk, sequence: &SequenceAudit) -> io::Result<()> {
    let faster = || sequence.offers.iter().filter(|offer| offer.disabled.is_none() && offer.is_faster);
    let best = faster().find(|offer| offer.is_preferred).or_else(|| faster().find(|offer| offer.is_safe));
    let Some(best) = best.or_else(|| faster().next()) else { return why_none(out, sequence) };
    writeln!(out)?;
    let more = if best.is_safe { "" } else { " --unsafe" };
    writeln!(out, "  {GOOD}next step{GOOD:#}  {}", plain(&best.title))?;
    let path = workspace.shown(&sequence.path);
    writeln!(out, "             {DIM}noxflow rewrite {path} --job {} --diff {}{DIM:#}", sequence.job, best.assist)?;
    writeln!(
        out,
        "             {DIM}noxflow rewrite {path} --job {} --apply {}{more}{DIM:#}",
        sequence.job, best.assist
    )
}

/// Why nothing that the bars above promise can be had.
fn why_none(out: &mut impl Write, sequence: &SequenceAudit) -> io::Result<()> {
    let in_parallel = |offer: &&Offer| matches!(offer.kind, OfferKind::Parallel | OfferKind::Fewer);
    let refused = sequence.offers.iter().filter(in_parallel).filter_map(|offer| offer.disabled.as_deref());
    match refused.into_iter().next() {
        Some(why) => paragraph(out, "next step", &format!("none: {why}")),
        None => Ok(()),
    }
}

/// A noxfile; what was `told` with a job is not told again.
fn noxfile(out: &mut impl Write, workspace: &OnDisk, noxfile: &NoxfileAudit, told: &[&str]) -> io::Result<()> {
    let unsure = if noxfile.is_complete { "" } else { ", and some that cannot be read without running it" };
    heading(out, &format!("{}: {} sessions{unsure}", workspace.shown(&noxfile.path), noxfile.sessions.len()))?;
    let width = widest(noxfile.sessions.iter().map(|session| session.name.as_str()));
    for session in &noxfile.sessions {
        let time = words::estimate(&session.estimate);
        let (mark, slack) = match session.is_critical {
            true => (format!("{BAD}●{BAD:#}"), "on the critical path".to_owned()),
            false => (format!("{DIM}○{DIM:#}"), format!("may start {} later", words::duration(session.slack))),
        };
        let times = if session.instances > 1 { format!("{} instances, ", session.instances) } else { String::new() };
        let source = words::source(&session.estimate);
        let name = &session.name;
        writeln!(out, "  {mark} {NAME}{name:<width$}{NAME:#}  {time:>10}  {DIM}{slack:<24} {times}{source}{DIM:#}")?;
    }
    let is_told = |reason: &str| told.contains(&reason);
    let mut gates = Vec::new();
    for edge in noxfile.edges.iter().filter(|edge| !is_told(&edge.reason)) {
        // What publishes comes after everything before it: one line says that for all of them.
        if edge.kind == EdgeKind::Gate && std::mem::replace(&mut gates, vec![edge.to]).contains(&edge.to) {
            continue;
        }
        paragraph(out, "order", &format!("{} [{}]", edge.reason, edge.evidence.name()))?;
    }
    for hazard in noxfile.hazards.iter().filter(|hazard| !is_told(&hazard.reason)) {
        let cure = if hazard.cure.is_empty() { "they must not overlap" } else { &hazard.cure };
        let label = if hazard.forbids_overlap { "hazard" } else { "note" };
        let who =
            if hazard.sessions.len() > 2 { format!(" ({} sessions)", hazard.sessions.len()) } else { String::new() };
        paragraph(out, label, &format!("{}: {}{who}; cure: {cure}", hazard.severity, hazard.reason))?;
    }
    unknown(out, &noxfile.unknown_commands)
}

/// Commands that nobody knows the effects of, each once with the sessions that run it.
fn unknown(out: &mut impl Write, commands: &[(String, String)]) -> io::Result<()> {
    let mut by_command: Vec<(&str, Vec<&str>)> = Vec::new();
    for (session, command) in commands {
        match by_command.iter_mut().find(|(known, _)| known == command) {
            Some((_, sessions)) if sessions.contains(&session.as_str()) => {}
            Some((_, sessions)) => sessions.push(session),
            None => by_command.push((command, vec![session])),
        }
    }
    if by_command.is_empty() {
        return Ok(());
    }
    paragraph(
        out,
        "unknown",
        "nobody knows what these touch, so nothing is said of their sessions but where they stand:",
    )?;
    for (command, sessions) in by_command.iter().take(MAX_UNKNOWN_COMMANDS) {
        paragraph(out, "", &format!("  {command} ({})", sessions.join(", ")))?;
    }
    match by_command.len().saturating_sub(MAX_UNKNOWN_COMMANDS) {
        0 => Ok(()),
        more => paragraph(out, "", &format!("  and {more} more")),
    }
}

fn heading(out: &mut impl Write, text: &str) -> io::Result<()> {
    writeln!(out, "\n{HEAD}{text}{HEAD:#}")
}

/// A label and what belongs to it, indented and broken into lines.
fn paragraph(out: &mut impl Write, label: &str, text: &str) -> io::Result<()> {
    const LABEL: usize = 14;
    for (at, line) in wrap(&plain(text), WIDTH - INDENT - LABEL).iter().enumerate() {
        let label = if at == 0 { label } else { "" };
        writeln!(out, "{:INDENT$}{DIM}{label:<LABEL$}{DIM:#}{line}", "")?;
    }
    Ok(())
}
