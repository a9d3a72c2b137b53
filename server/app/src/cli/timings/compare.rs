//! `noxflow timings compare`: two periods or two sets, before and after, with the difference and how sure it is. Two
//! versions of workflows are in `versions`.

use std::io::Write;

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::{groups, stats, versions};
use crate::history::{self, Record};
use crate::import;
use crate::report::seconds::seconds;
use crate::style::{BAD, DIM, GOOD, HEAD, NAME};
use crate::workspace::OnDisk;

/// Compare two periods or two sets of durations, or what two versions of the workflows take: before and after, with a 90 %
/// range of the difference.
///
/// Of durations only what is of one kind is compared: the same session, in the same place, with an environment as new. When
/// the two are places, the place is what differs. Of workflows the times are predicted from the durations that are known.
#[derive(Debug, Args)]
#[group(id = "compared")]
#[command(after_help = "A side is a period (2026-01-01..2026-02-01, either end may be missing), the name of a set
(timings import --set NAME), or a place (local, ubuntu-latest).
Examples:
  noxflow timings compare ..2026-02-01 2026-02-01..
  noxflow timings compare before after --format markdown      for a pull request
  noxflow timings compare --workflows main                    the workflows of `main` with those here
  noxflow timings compare --workflows old.yml .github/workflows/ci.yml
A version of workflows is a file, a folder of a project, or a revision of git (`v1.2`, `HEAD~3`; `NAME:` is a revision
even if there is a file NAME).")]
pub(super) struct Arguments {
    /// Before.
    #[arg(required_unless_present = "workflows")]
    before: Option<String>,
    /// After.
    #[arg(requires = "before", required_unless_present = "workflows")]
    after: Option<String>,
    /// Compare two versions of workflows: before, and after (default: as they are here).
    #[arg(long, num_args = 1..=2, value_names = ["BEFORE", "AFTER"], conflicts_with_all = ["before", "sessions"])]
    workflows: Option<Vec<String>>,
    /// Only these sessions.
    #[arg(long = "session", value_name = "SESSION")]
    sessions: Vec<String>,
    /// How it is written.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people.
    Text,
    /// For a pull request.
    Markdown,
    /// For programs.
    Json,
}

/// Which records are meant.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Selector {
    /// From (included) to (excluded), seconds since 1970.
    Period(f64, f64),
    /// A set's name, else a place.
    Named(String),
}

/// One line of the answer.
struct Row {
    session: String,
    place: String,
    cold: bool,
    before: Vec<f64>,
    after: Vec<f64>,
}

impl Selector {
    /// # Errors
    ///
    /// When an end of a period is no day and no moment.
    pub(super) fn parse(text: &str) -> anyhow::Result<Self> {
        let Some((from, to)) = text.split_once("..") else { return Ok(Self::Named(text.to_owned())) };
        let end = |text: &str, open: f64| {
            if text.is_empty() {
                return Ok(open);
            }
            import::parse_instant(text).with_context(|| format!("`{text}` is no day like 2026-02-01"))
        };
        Ok(Self::Period(end(from, f64::NEG_INFINITY)?, end(to, f64::INFINITY)?))
    }

    pub(super) fn matches(&self, record: &Record) -> bool {
        match self {
            Self::Period(from, to) => (*from..*to).contains(&record.at),
            Self::Named(name) => record.set.as_ref() == Some(name) || record.place == *name,
        }
    }
}

pub(super) fn main(workspace: &OnDisk, arguments: &Arguments) -> anyhow::Result<i32> {
    if let Some(versions) = &arguments.workflows {
        return versions::main(workspace, versions, arguments.format);
    }
    let (Some(old), Some(new)) = (&arguments.before, &arguments.after) else { bail!("compare what with what?") };
    let (before, after) = (Selector::parse(old)?, Selector::parse(new)?);
    let records: Vec<Record> =
        history::read(&workspace.folder).into_iter().filter(|record| record.is_of(&arguments.sessions)).collect();
    for (side, text) in [(&before, old), (&after, new)] {
        if !records.iter().any(|record| side.matches(record)) {
            bail!("there are no durations of `{text}`: `noxflow timings list` shows what there is");
        }
    }
    let (rows, left) = rows(&records, &before, &after);
    if rows.is_empty() {
        bail!("`{old}` and `{new}` have no session in common");
    }
    let mut out = anstream::stdout().lock();
    let sides = (old.as_str(), new.as_str());
    match arguments.format {
        Format::Text => text(&mut out, &rows, sides, left)?,
        Format::Markdown => markdown(&mut out, &rows, sides)?,
        Format::Json => writeln!(out, "{}", serde_json::to_string_pretty(&value(&rows, sides))?)?,
    }
    Ok(0)
}

/// What both sides have, and how many sorts only one of them has.
fn rows(records: &[Record], before: &Selector, after: &Selector) -> (Vec<Row>, usize) {
    // Places that are the two sides must not keep them apart.
    let places = |side: &Selector| match side {
        Selector::Named(name) if records.iter().any(|record| record.place == *name) => Some(name.clone()),
        _ => None,
    };
    let is_by_place = places(before).is_some() || places(after).is_some();
    let alike = records.iter().cloned().map(|record| {
        let place = if is_by_place { String::new() } else { record.place.clone() };
        // Another backend is a thing to compare, and unknown in what was kept long ago.
        (before.matches(&record), after.matches(&record), Record { place, backend: None, ..record })
    });
    let mut marked: Vec<(bool, bool, Record)> = alike.collect();
    if is_by_place {
        marked.iter_mut().for_each(|(.., record)| record.cold = false);
    }
    let pick = |side: fn(&(bool, bool, Record)) -> bool| {
        groups(marked.iter().filter(|it| side(it)).map(|(.., record)| record.clone()).collect())
    };
    let (old, new) = (pick(|it| it.0), pick(|it| it.1));
    let count = old.len() + new.len();
    let mut out = Vec::new();
    for group in old {
        let same = new.iter().find(|it| {
            (&it.folder, &it.signature, &it.place, it.cold)
                == (&group.folder, &group.signature, &group.place, group.cold)
        });
        let Some(same) = same else { continue };
        let times = |records: &[Record]| records.iter().map(|record| record.seconds).collect();
        out.push(Row {
            session: super::shown(&group),
            place: group.place.clone(),
            cold: group.cold,
            before: times(&group.records),
            after: times(&same.records),
        });
    }
    let left = count - 2 * out.len();
    (out, left)
}

impl Row {
    fn medians(&self) -> (f64, f64) {
        (stats::median(&self.before), stats::median(&self.after))
    }

    fn range(&self) -> Option<(f64, f64)> {
        stats::range(&[(&self.before, &self.after)])
    }
}

fn total(rows: &[Row]) -> (f64, f64, Option<(f64, f64)>) {
    let pairs: Vec<(&[f64], &[f64])> = rows.iter().map(|row| (row.before.as_slice(), row.after.as_slice())).collect();
    let (before, after) = rows.iter().map(Row::medians).fold((0.0, 0.0), |sum, row| (sum.0 + row.0, sum.1 + row.1));
    (before, after, stats::range(&pairs))
}

fn text(out: &mut impl Write, rows: &[Row], sides: (&str, &str), left: usize) -> std::io::Result<()> {
    let width = rows.iter().map(|row| row.session.chars().count()).max().unwrap_or(0).max(7);
    writeln!(
        out,
        "{HEAD}{:<width$}  {:>9}  {:>9}  {:>17}  90 % range{HEAD:#}",
        "session", "before", "after", "difference"
    )?;
    let mut line = |name: &str, (before, after): (f64, f64), range: Option<(f64, f64)>, note: &str| {
        let colour = match range {
            Some((_, high)) if high < 0.0 => GOOD,
            Some((low, _)) if low > 0.0 => BAD,
            _ => DIM,
        };
        writeln!(
            out,
            "{NAME}{name:<width$}{NAME:#}  {:>9}  {:>9}  {colour}{:>17}{colour:#}  {}{DIM}{note}{DIM:#}",
            seconds(before),
            seconds(after),
            difference(before, after),
            spread(range),
        )
    };
    for row in rows {
        let cold = if row.cold { ", new environment" } else { "" };
        let note = format!("  n={}/{} {}{cold}", row.before.len(), row.after.len(), row.place);
        line(&row.session, row.medians(), row.range(), &note)?;
    }
    if rows.len() > 1 {
        let (before, after, range) = total(rows);
        line("sum", (before, after), range, "")?;
    }
    writeln!(out, "{DIM}before: {}, after: {}{DIM:#}", sides.0, sides.1)?;
    if left > 0 {
        writeln!(out, "{DIM}{left} more have durations on one side only{DIM:#}")?;
    }
    Ok(())
}

fn markdown(out: &mut impl Write, rows: &[Row], sides: (&str, &str)) -> std::io::Result<()> {
    writeln!(out, "| session | `{}` | `{}` | difference | 90 % range | n |", sides.0, sides.1)?;
    writeln!(out, "| --- | ---: | ---: | ---: | --- | --- |")?;
    for row in rows {
        let (before, after) = row.medians();
        let name = row.session.replace('|', "\\|");
        let cold = if row.cold { ", new environment" } else { "" };
        let place = if row.place.is_empty() { String::new() } else { format!(" ({}{cold})", row.place) };
        writeln!(
            out,
            "| `{name}`{place} | {} | {} | {} | {} | {}/{} |",
            seconds(before),
            seconds(after),
            difference(before, after),
            spread(row.range()),
            row.before.len(),
            row.after.len(),
        )?;
    }
    let (before, after, range) = total(rows);
    writeln!(
        out,
        "| **sum** | {} | {} | **{}** | {} | |",
        seconds(before),
        seconds(after),
        difference(before, after),
        spread(range)
    )
}

fn value(rows: &[Row], sides: (&str, &str)) -> Value {
    let range = |range: Option<(f64, f64)>| range.map(|(low, high)| json!({ "low": low, "high": high }));
    let sessions = rows.iter().map(|row| {
        let (before, after) = row.medians();
        json!({
            "session": row.session, "where": row.place, "cold": row.cold,
            "before": { "median": before, "samples": row.before.len() },
            "after": { "median": after, "samples": row.after.len() },
            "difference": after - before, "range90": range(row.range()),
        })
    });
    let (before, after, spread) = total(rows);
    json!({
        "before": sides.0, "after": sides.1,
        "sessions": sessions.collect::<Vec<_>>(),
        "sum": { "before": before, "after": after, "difference": after - before, "range90": range(spread) },
    })
}

/// `−30 s (−50 %)`.
fn difference(before: f64, after: f64) -> String {
    let difference = after - before;
    let sign = if difference < 0.0 { "−" } else { "+" };
    let share =
        if before > 0.0 { format!(" ({sign}{:.0} %)", difference.abs() / before * 100.0) } else { String::new() };
    format!("{sign}{}{share}", seconds(difference.abs()))
}

fn spread(range: Option<(f64, f64)>) -> String {
    let signed = |value: f64| format!("{}{}", if value < 0.0 { "−" } else { "+" }, seconds(value.abs()));
    range.map_or_else(|| "too few runs to say".to_owned(), |(low, high)| format!("{} to {}", signed(low), signed(high)))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::super::record;
    use super::*;

    fn sample() -> Vec<Record> {
        let day = import::parse_instant("2026-02-01").expect("a day");
        let mut records = Vec::new();
        for at in 0..5 {
            let at = f64::from(at);
            records.push(record("tests", 60.0 + at, day - 1000.0 + at));
            records.push(record("tests", 30.0 + at, day + at));
        }
        records.push(record("lint", 5.0, day - 10.0));
        records.push(record("lint", 6.0, day + 10.0));
        records.push(record("gone", 6.0, day - 10.0));
        records
    }

    #[test]
    fn two_periods_are_compared_session_by_session() {
        let side = |text| Selector::parse(text).expect("a period");
        let (rows, left) = rows(&sample(), &side("..2026-02-01"), &side("2026-02-01.."));
        assert_eq!(left, 1);
        let mut out = Vec::new();
        markdown(&mut out, &rows, ("..2026-02-01", "2026-02-01..")).expect("a buffer");
        let out = String::from_utf8(out).expect("text");
        expect![[r#"
            | session | `..2026-02-01` | `2026-02-01..` | difference | 90 % range | n |
            | --- | ---: | ---: | ---: | --- | --- |
            | `lint` (local) | 5.0 s | 6.0 s | +1.0 s (+20 %) | too few runs to say | 1/1 |
            | `tests` (local) | 1 m 2 s | 32 s | −30 s (−48 %) | −32 s to −28 s | 5/5 |
            | **sum** | 1 m 7 s | 38 s | **−29 s (−43 %)** | too few runs to say | |
        "#]]
        .assert_eq(&out);
    }

    #[test]
    fn a_day_that_is_none_is_told() {
        assert!(Selector::parse("2026-13-01..").is_err());
        assert_eq!(Selector::parse("main").ok(), Some(Selector::Named("main".to_owned())));
    }
}
