//! `noxflow timings`: the durations that estimates are made of.

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use model::estimate::Trend;
use serde_json::json;

use super::{Format, open};
use crate::history::{self, Record};
use crate::import;
use crate::report::seconds::seconds;
use crate::style::{BAD, DIM, GOOD, HEAD, NAME, WARN};
use crate::workspace::OnDisk;

mod compare;
mod fetch;
mod stats;
mod versions;

/// See, import, compare and remove the durations that estimates are made of.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    verb: Verb,
    /// The project.
    #[arg(long, value_name = "DIR", default_value = ".", global = true)]
    path: PathBuf,
}

#[derive(Debug, Subcommand)]
enum Verb {
    List(List),
    Import(Import),
    Fetch(fetch::Arguments),
    Compare(compare::Arguments),
    Clear(Clear),
    /// Drop lines of the history that cannot be read (kept beside it, as `history.broken`).
    Repair,
    /// Print where the history of this project is kept.
    Path,
}

/// Show what is known of each session.
#[derive(Debug, Args)]
#[group(id = "listed")]
struct List {
    /// Only these sessions.
    sessions: Vec<String>,
    /// How it is written.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Take durations from files that you have saved. Nothing is fetched (that is `timings fetch`).
#[derive(Debug, Args)]
#[group(id = "imported")]
#[command(after_help = "What is read, by its content:
  nox --report FILE                                  durations of one run
  gh run view ID --json jobs,workflowName,conclusion jobs and steps
  /repos/OWNER/REPO/actions/runs/ID/jobs             the same of GitHub, Gitea, Forgejo
  gh run view ID --log, a log archive (.zip)         sessions within a step, told apart by nox's own lines
  act --json                                         a run of act
  JUnit XML                                          one session: name it by --session
A step counts for the session it runs, by the workflow. Only what passed counts; cancelled runs are left out.")]
struct Import {
    /// Files, or folders of logs.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Where they were taken: a runner's label, or `local`. Otherwise what the file or the workflow says.
    #[arg(long, value_name = "LABEL")]
    label: Option<String>,
    /// The session they are of, for files that name none.
    #[arg(long)]
    session: Option<String>,
    /// A name for them, for `compare`.
    #[arg(long)]
    set: Option<String>,
    /// Show what would be kept, and keep nothing.
    #[arg(long)]
    dry_run: bool,
}

/// Remove durations; without options, all of this project.
#[derive(Debug, Args)]
#[group(id = "cleared")]
struct Clear {
    /// Only these sessions.
    sessions: Vec<String>,
    /// Only those of this set, place (`local`, a runner's label) or period (`..2026-01-01`).
    #[arg(long)]
    only: Option<String>,
}

pub(super) fn main(arguments: &Arguments) -> anyhow::Result<i32> {
    let workspace = open(&arguments.path)?;
    match &arguments.verb {
        Verb::List(list) => self::list(&workspace, list),
        Verb::Import(import) => self::import(&workspace, import),
        Verb::Fetch(arguments) => fetch::main(&workspace, arguments),
        Verb::Compare(arguments) => compare::main(&workspace, arguments),
        Verb::Clear(clear) => self::clear(&workspace, clear),
        Verb::Repair => {
            let dropped = history::repair(&workspace.folder)?;
            writeln!(anstream::stdout(), "{} dropped", counted(dropped, "line"))?;
            Ok(0)
        }
        Verb::Path => {
            let file = history::file(&workspace.folder).context("this user has no folder for state")?;
            writeln!(anstream::stdout(), "{}", file.display())?;
            Ok(0)
        }
    }
}

/// One session's records of one sort.
struct Group {
    folder: String,
    signature: String,
    place: String,
    cold: bool,
    backend: Option<String>,
    records: Vec<Record>,
}

/// By session, place, state of the environment and what made it, in that order.
fn groups(records: Vec<Record>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for record in records {
        let same = |group: &&mut Group| {
            group.signature == record.signature
                && group.folder == record.folder
                && group.place == record.place
                && group.cold == record.cold
                && group.backend == record.backend
        };
        match groups.iter_mut().find(same) {
            Some(group) => group.records.push(record),
            None => groups.push(Group {
                folder: record.folder.clone(),
                signature: record.signature.clone(),
                place: record.place.clone(),
                cold: record.cold,
                backend: record.backend.clone(),
                records: vec![record],
            }),
        }
    }
    let key = |group: &Group| {
        let Group { folder, signature, place, cold, backend, .. } = group;
        (folder.clone(), signature.clone(), place.clone(), *cold, backend.clone())
    };
    groups.sort_by_cached_key(key);
    groups
}

fn list(workspace: &OnDisk, list: &List) -> anyhow::Result<i32> {
    tell_unreadable(workspace);
    let mut records = history::read(&workspace.folder);
    records.retain(|record| record.is_of(&list.sessions));
    let groups = groups(records);
    let mut out = anstream::stdout().lock();
    if list.format == Format::Json {
        let rows = groups.iter().map(|group| {
            let (median, low, high) = summary(group);
            json!({
                "session": group.signature, "folder": group.folder, "where": group.place, "cold": group.cold,
                "backend": group.backend,
                "samples": group.records.len(), "median": median, "low": low, "high": high, "last": last(group),
                "trend": trend(group).map(|it| json!({ "before": it.before, "now": it.now, "runs": it.runs })),
            })
        });
        writeln!(out, "{}", serde_json::to_string_pretty(&rows.collect::<Vec<_>>())?)?;
        return Ok(0);
    }
    if groups.is_empty() {
        writeln!(
            out,
            "Nothing is known yet: `noxflow run` measures, `noxflow timings import` reads what a CI has recorded."
        )?;
        return Ok(0);
    }
    let width = groups.iter().map(|group| shown(group).chars().count()).max().unwrap_or(0);
    writeln!(
        out,
        "{HEAD}{:<width$}  {:>9}  {:>19}  {:>3}  last              where{HEAD:#}",
        "session", "median", "20 % to 80 %", "n"
    )?;
    for group in &groups {
        let (median, low, high) = summary(group);
        let range = format!("{} to {}", seconds(low), seconds(high));
        let backend = group.backend.as_deref().map(|backend| format!(" {backend}")).unwrap_or_default();
        let cold = if group.cold { " new environment" } else { "" };
        writeln!(
            out,
            "{NAME}{:<width$}{NAME:#}  {:>9}  {range:>19}  {:>3}  {}  {}{DIM}{backend}{cold}{DIM:#}{}",
            shown(group),
            seconds(median),
            group.records.len(),
            import::shown_instant(last(group)),
            group.place,
            trend(group).map(|trend| trended(&trend)).unwrap_or_default(),
        )?;
    }
    Ok(0)
}

/// Says what of the history is lost, and what to do.
fn tell_unreadable(workspace: &OnDisk) {
    let (count, file) = (history::unreadable(&workspace.folder), history::file(&workspace.folder));
    if let Some(file) = file.filter(|_| count > 0) {
        let (lines, file) = (counted(count, "line"), file.display());
        anstream::eprintln!(
            "{WARN}note:{WARN:#} {lines} of `{file}` cannot be read; the rest is good. `noxflow timings repair` drops them"
        );
    }
}

/// Whether it has become slower or faster of late.
fn trend(group: &Group) -> Option<Trend> {
    let mut records: Vec<&Record> = group.records.iter().collect();
    records.sort_by(|a, b| a.at.total_cmp(&b.at));
    model::estimate::trend(&records.iter().map(|record| record.seconds).collect::<Vec<_>>())
}

/// `  ↑ slower of late: 1 m 38 s, was 1 m 5 s`.
fn trended(trend: &Trend) -> String {
    let (colour, sign, word) = if trend.now > trend.before { (BAD, '↑', "slower") } else { (GOOD, '↓', "faster") };
    let (now, before) = (seconds(trend.now), seconds(trend.before));
    format!("  {colour}{sign} {word} of late: {now}, was {before}{colour:#}")
}

fn shown(group: &Group) -> String {
    if group.folder.is_empty() { group.signature.clone() } else { format!("{}/{}", group.folder, group.signature) }
}

fn summary(group: &Group) -> (f64, f64, f64) {
    let times: Vec<f64> = group.records.iter().map(|record| record.seconds).collect();
    (stats::median(&times), stats::percentile(&times, 0.2), stats::percentile(&times, 0.8))
}

fn last(group: &Group) -> f64 {
    group.records.iter().map(|record| record.at).fold(0.0, f64::max)
}

/// `1 duration`, `2 durations`.
fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

fn import(workspace: &OnDisk, import: &Import) -> anyhow::Result<i32> {
    let options =
        import::Options { label: import.label.clone(), session: import.session.clone(), set: import.set.clone() };
    if let Some(name) = &options.session
        && !workspace.snapshot.workspace.noxfiles.iter().any(|noxfile| noxfile.by_name.contains_key(name))
    {
        bail!("there is no session `{name}`");
    }
    let found = import::import(&workspace.snapshot.workspace, &import.files, &options)?;
    for note in &found.notes {
        anstream::eprintln!("{WARN}note:{WARN:#} {note}");
    }
    if import.dry_run {
        return show(&found.records);
    }
    let count = found.records.len();
    keep(workspace, found.records)?;
    Ok(i32::from(count == 0))
}

/// Shows what would be kept.
fn show(records: &[Record]) -> anyhow::Result<i32> {
    let mut out = anstream::stdout().lock();
    for Record { signature, seconds, place, at, .. } in records {
        let (time, when) = (self::seconds(*seconds), import::shown_instant(*at));
        writeln!(out, "{NAME}{signature}{NAME:#}  {time}  {place}  {when}")?;
    }
    Ok(i32::from(records.is_empty()))
}

/// Keeps what is new, and says how much that is.
fn keep(workspace: &OnDisk, records: Vec<Record>) -> anyhow::Result<()> {
    let count = records.len();
    let mut sessions: Vec<String> = records.iter().map(|record| record.signature.clone()).collect();
    sessions.sort();
    sessions.dedup();
    let new = history::append_new(&workspace.folder, records)?;
    let known = if count > new { format!(", {} known already", count - new) } else { String::new() };
    let (new, sessions) = (counted(new, "duration"), counted(sessions.len(), "session"));
    writeln!(anstream::stdout(), "{new} of {sessions} imported{known}")?;
    Ok(())
}

fn clear(workspace: &OnDisk, clear: &Clear) -> anyhow::Result<i32> {
    let only = clear.only.as_deref().map(compare::Selector::parse).transpose()?;
    let gone = history::retain(&workspace.folder, |record| {
        let is_meant = record.is_of(&clear.sessions) && only.as_ref().is_none_or(|only| only.matches(record));
        !is_meant
    })?;
    writeln!(anstream::stdout(), "{} removed", counted(gone, "duration"))?;
    Ok(0)
}

/// A record of a session here.
#[cfg(test)]
fn record(signature: &str, seconds: f64, at: f64) -> Record {
    Record {
        folder: String::new(),
        signature: signature.to_owned(),
        seconds,
        cold: false,
        backend: None,
        lanes: 1,
        place: "local".to_owned(),
        at,
        set: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_means_all_instances_and_no_other_session() {
        let is = |signature: &str| record(signature, 1.0, 0.0).is_of(&["tests".to_owned()]);
        assert!(is("tests") && is("tests-3.12") && is("tests(db='pg')"));
        assert!(!is("tests_slow"));
    }
}
