//! A run in a terminal: a line for each session that ends, and, where there is a screen, one line below that says what
//! runs. Only that one line is ever rewritten, so what scrolls up stays whole.

use std::io::{self, Write};

use exec::{Event, Outcome, Summary};
use ide::words;
use model::plan::TaskId;

use super::board::Board;
use super::lines::widest;
use crate::launch::Prepared;
use crate::style::{BAD, DIM, GOOD, HEAD, NAME, WARN};

/// Columns assumed where the terminal does not say.
const COLUMNS: usize = 80;

/// Shows one run.
pub(crate) struct Terminal<W> {
    out: W,
    run: Prepared,
    board: Board,
    width: usize,
    /// Whether the last line is the one that says what runs.
    has_status: bool,
    is_live: bool,
}

impl<W: Write> Terminal<W> {
    /// On `out`; `is_live`: it is a screen.
    pub(crate) fn new(out: W, run: Prepared, is_live: bool) -> Self {
        let board = Board::new(&run.plan, run.predicted_seconds);
        let width = widest(run.plan.tasks.iter().map(|task| task.label.as_str()));
        Self { out, run, board, width, has_status: false, is_live }
    }

    /// Something happened at `now`, seconds from the start of the run.
    pub(crate) fn hear(&mut self, event: &Event, now: f64) -> io::Result<()> {
        self.board.hear(event, now);
        match event {
            Event::RunStarted { tasks, lanes } => {
                let (predicted, sequential) = (self.run.predicted_seconds, self.run.sequential_seconds);
                self.line(&format!(
                    "{HEAD}{} sessions{HEAD:#}, {lanes} at once: about {} instead of {} one after another",
                    tasks.len(),
                    words::duration(predicted),
                    words::duration(sequential),
                ))?;
            }
            Event::TaskStarted { task, .. } if !self.is_live => {
                self.line(&format!("{DIM}started{DIM:#}  {}", self.label(*task)))?;
            }
            Event::TaskPassed { task, seconds } => {
                let time = words::duration(*seconds);
                self.line(&format!("{GOOD}passed{GOOD:#}   {:<w$}  {time:>8}", self.label(*task), w = self.width))?;
            }
            Event::TaskFailed { task, seconds, failure, .. } => {
                let time = words::duration(*seconds);
                let label = self.label(*task);
                self.line(&format!("{BAD}failed{BAD:#}   {label:<w$}  {time:>8}  {failure}", w = self.width))?;
            }
            Event::TaskSkipped { task, because } => {
                let (label, because) = (self.label(*task), self.label(*because));
                self.line(&format!("{WARN}skipped{WARN:#}  {label:<w$}  {:>8}  {because} failed", "", w = self.width))?;
            }
            Event::TaskCancelled { task, .. } => {
                self.line(&format!("{WARN}stopped{WARN:#}  {}", self.label(*task)))?;
            }
            Event::Warned { message, .. } => self.line(&format!("{WARN}warning{WARN:#}  {message}"))?,
            Event::RunFinished(_) => self.clear()?,
            Event::TaskStarted { .. } | Event::TaskOutput { .. } => {}
        }
        self.status(now)
    }

    /// Rewrites the line that says what runs.
    pub(crate) fn status(&mut self, now: f64) -> io::Result<()> {
        let running = self.board.running(now);
        if !self.is_live || running.is_empty() {
            return self.out.flush();
        }
        let (done, all) = self.board.counts();
        let left = words::duration(self.board.left(now));
        let names = running.iter().map(|(name, seconds)| format!("{name} {}", words::duration(*seconds)));
        let names = names.collect::<Vec<_>>().join(", ");
        let columns = terminal_size::terminal_size().map_or(COLUMNS, |(width, _)| usize::from(width.0));
        let text: String =
            format!("{done}/{all} done, about {left} left: {names}").chars().take(columns.saturating_sub(1)).collect();
        write!(self.out, "\r\x1b[2K{DIM}{text}{DIM:#}")?;
        self.has_status = true;
        self.out.flush()
    }

    /// The end: what failed with its last lines, then the sum.
    pub(crate) fn summary(&mut self, summary: &Summary) -> io::Result<()> {
        self.clear()?;
        for (task, told) in self.run.plan.tasks.iter().zip(&summary.tasks) {
            let Outcome::Failed(failure) = &told.outcome else { continue };
            writeln!(self.out, "\n{BAD}{}{BAD:#}: {failure}", task.label)?;
            for line in told.log.as_deref().map(crate::disk::tail).unwrap_or_default() {
                writeln!(self.out, "  {DIM}│{DIM:#} {line}")?;
            }
            if let Some(log) = &told.log {
                writeln!(self.out, "  {DIM}all of it: {}{DIM:#}", log.display())?;
            }
        }
        let sequential: f64 = summary.tasks.iter().map(|task| task.seconds).sum();
        let count = |count: usize, word: &str| if count > 0 { format!(", {count} {word}") } else { String::new() };
        let counts = format!(
            "{} passed{}{}{}",
            summary.passed(),
            count(summary.failed(), "failed"),
            count(summary.skipped(), "skipped"),
            count(summary.cancelled_tasks(), "stopped"),
        );
        let colour = if summary.is_success() { GOOD } else { BAD };
        let took = words::duration(summary.seconds);
        write!(self.out, "\n{colour}{counts}{colour:#} in {took}")?;
        if sequential > summary.seconds * 1.05 {
            let (one, saved) = (words::duration(sequential), words::duration(sequential - summary.seconds));
            let times = sequential / summary.seconds.max(0.001);
            write!(self.out, "; one after another {one}: {NAME}{saved} saved, {times:.1} times as fast{NAME:#}")?;
        }
        writeln!(self.out)?;
        self.out.flush()
    }

    fn line(&mut self, text: &str) -> io::Result<()> {
        self.clear()?;
        writeln!(self.out, "{text}")
    }

    fn clear(&mut self) -> io::Result<()> {
        if std::mem::take(&mut self.has_status) {
            write!(self.out, "\r\x1b[2K")?;
        }
        Ok(())
    }

    fn label(&self, TaskId(at): TaskId) -> String {
        self.run.plan.tasks.get(at).map(|task| task.label.clone()).unwrap_or_default()
    }
}
