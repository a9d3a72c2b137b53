//! A run in a terminal: a line for each session that ends, and, where there is a screen, a few lines below that say what
//! runs. Only those are ever rewritten, so what scrolls up stays whole; none of them is wider than the screen. When a
//! screen is made narrower some terminals break lines and some do not: then a piece of ours may stay behind, but nothing
//! else is ever erased.

use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;

use exec::{Event, Summary};
use ide::words;
use model::plan::TaskId;

use super::annotations;
use super::board::Board;
use super::ended::{Ended, Verdict, saved};
use super::lines::{clean, fit, widest};
use crate::launch::{self, Prepared};
use crate::style::{BAD, DIM, GOOD, HEAD, NAME, WARN};

/// Columns and rows assumed where the terminal does not say.
const SIZE: (usize, usize) = (80, 24);
/// Sessions on the board at most.
const ROWS: usize = 8;
/// Lines of one session's output that a CI is told of: GitHub shows ten errors of a step, and others may fail, too.
const ANNOTATED: usize = 5;

/// What of the sessions' output is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Output {
    /// All, as it comes, each line with its session's name.
    Stream,
    /// All of a session when it has ended.
    Group,
    /// The last lines of what failed.
    Quiet,
}

/// How a run is shown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    pub(crate) output: Output,
    /// There is a screen: lines may be rewritten.
    pub(crate) is_live: bool,
    pub(crate) is_coloured: bool,
    /// A CI's log, which folds groups and shows errors.
    pub(crate) is_ci: bool,
}

/// Shows one run.
pub(crate) struct Terminal<W> {
    out: W,
    run: Prepared,
    board: Board,
    width: usize,
    look: Look,
    /// Lines on the screen that are to be rewritten.
    painted: usize,
    /// By session: its last line, its log.
    last: Vec<String>,
    logs: Vec<Option<PathBuf>>,
    tails: Vec<Vec<String>>,
    is_stopping: bool,
}

impl<W: Write> Terminal<W> {
    /// On `out`, which takes escape sequences as they are.
    pub(crate) fn new(out: W, run: Prepared, look: Look) -> Self {
        let board = Board::new(&run.plan);
        let width = widest(run.plan.tasks.iter().map(|task| task.label.as_str()));
        let count = run.plan.tasks.len();
        Self {
            out,
            run,
            board,
            width,
            look,
            painted: 0,
            last: vec![String::new(); count],
            logs: vec![None; count],
            tails: vec![Vec::new(); count],
            is_stopping: false,
        }
    }

    /// Something happened at `now`, seconds from the start of the run.
    pub(crate) fn hear(&mut self, event: &Event, now: f64) -> io::Result<()> {
        self.board.hear(event, now);
        match event {
            Event::RunStarted { tasks, lanes } => self.begin(tasks.len(), *lanes)?,
            Event::TaskStarted { task, log, .. } => {
                self.logs[task.0].clone_from(log);
                if !self.look.is_live {
                    self.line(&format!("{DIM}started{DIM:#}  {}", self.label(*task)))?;
                }
            }
            Event::TaskOutput { task, line } if self.look.output == Output::Stream => self.stream(*task, line)?,
            // The board is repainted by the clock: output comes faster than anybody reads.
            Event::TaskOutput { task, line } => {
                self.last[task.0] = clean(line, false);
                return Ok(());
            }
            Event::TaskPassed { task, seconds } => self.passed(*task, *seconds)?,
            Event::TaskFailed { task, seconds, failure, tail } => {
                self.tails[task.0].clone_from(tail);
                self.ended(*task, "failed", BAD, Some(*seconds), &failure.to_string())?;
                if self.look.is_ci {
                    self.annotate(*task, &failure.to_string(), tail)?;
                }
            }
            Event::TaskSkipped { task, because } => {
                let because = format!("{} did not pass", self.label(*because));
                self.ended(*task, "skipped", WARN, None, &because)?;
            }
            Event::TaskCancelled { task, seconds } => {
                let why = if seconds.is_none() { "not started" } else { "" };
                self.ended(*task, "stopped", WARN, *seconds, why)?;
            }
            Event::Warned { message, .. } => self.line(&format!("{WARN}warning{WARN:#}  {message}"))?,
            Event::RunFinished(_) => return self.clear().and_then(|()| self.out.flush()),
        }
        self.status(now)
    }

    /// Rewrites the lines that say what runs.
    pub(crate) fn status(&mut self, now: f64) -> io::Result<()> {
        let rows = self.board.rows(now);
        if !self.look.is_live {
            return self.out.flush();
        }
        let (width, height) = size();
        let mut lines = Vec::new();
        let shown = rows.len().min(ROWS).min(height.saturating_sub(3));
        for &(at, seconds, estimate) in rows.iter().take(shown) {
            let label = self.run.plan.tasks.get(at).map_or("", |task| task.label.as_str());
            let time = format!("{} of ~{}", words::duration(seconds), words::duration(estimate));
            let last = self.last.get(at).map_or("", String::as_str);
            lines.push(format!("  {label:<w$}  {time:<18}  {last}", w = self.width));
        }
        if !rows.is_empty() {
            let (done, all) = self.board.counts();
            let left = words::duration(self.board.left(now));
            let more = if rows.len() > shown { format!(" ({} not shown)", rows.len() - shown) } else { String::new() };
            lines.push(match self.is_stopping {
                true => format!("{} stopping; once more to leave at once", rows.len()),
                false => format!("{done} of {all} done, {} running{more}, about {left} left", rows.len()),
            });
        }
        let lines: Vec<String> = lines.iter().map(|line| fit(line.trim_end(), width.saturating_sub(1))).collect();
        let (dim, end) =
            if self.look.is_coloured { (format!("{DIM}"), format!("{DIM:#}")) } else { Default::default() };
        let text: Vec<String> = lines.iter().map(|line| format!("{dim}{line}{end}")).collect();
        // In one write, so that no half of it is ever seen.
        let whole = format!("{}{}", self.erasing(), text.join("\n"));
        self.painted = lines.len();
        self.out.write_all(whole.as_bytes())?;
        self.out.flush()
    }

    /// The run is asked to end.
    pub(crate) fn stopping(&mut self, now: f64) -> io::Result<()> {
        self.is_stopping = true;
        if !self.look.is_live {
            self.line("stopping; once more to leave at once")?;
        }
        self.status(now)
    }

    /// The end: what failed with its last lines, then the sum.
    pub(crate) fn summary(&mut self, summary: &Summary, ended: &[Ended]) -> io::Result<()> {
        self.clear()?;
        for (at, session) in ended.iter().enumerate() {
            let Verdict::Failed(failure) = &session.verdict else { continue };
            self.line(&format!("\n{BAD}{}{BAD:#}: {failure}", session.label))?;
            let is_shown = self.look.output == Output::Quiet || self.look.is_ci;
            let mut tail = if is_shown { session.tail() } else { Vec::new() };
            if is_shown && session.log.is_none() {
                tail.clone_from(&self.tails[at]); // no log: what the run remembers
            }
            for line in tail {
                self.line(&format!("  {DIM}│{DIM:#} {}", clean(&line, false)))?;
            }
            if let Some(log) = &session.log {
                self.line(&format!("  {DIM}all of it: {}{DIM:#}", log.display()))?;
            }
        }
        let own = ended.iter().filter(|it| matches!(it.verdict, Verdict::SkippedItself(_))).count();
        let count = |count: usize, word: &str| if count > 0 { format!(", {count} {word}") } else { String::new() };
        let counts = format!(
            "{} passed{}{}{}",
            summary.passed() - own,
            count(summary.failed(), "failed"),
            count(summary.skipped() + own, "skipped"),
            count(summary.cancelled_tasks(), "stopped"),
        );
        let colour = if summary.is_success() { GOOD } else { BAD };
        let took = words::duration(summary.seconds);
        let saved = saved(ended, summary).map_or_else(String::new, |saved| {
            let work = saved + summary.seconds;
            let (one, times) = (words::duration(work), work / summary.seconds.max(0.001));
            let saved = words::duration(saved);
            format!("; one after another {one}: {NAME}{saved} saved, {times:.1} times as fast{NAME:#}")
        });
        self.line(&format!("\n{colour}{counts}{colour:#} in {took}{saved}"))?;
        self.out.flush()
    }

    fn begin(&mut self, count: usize, lanes: usize) -> io::Result<()> {
        let sessions = if count == 1 { "1 session".to_owned() } else { format!("{count} sessions") };
        self.line(&format!("{HEAD}{sessions}{HEAD:#}, {lanes} at once: about {}", self.run.prediction()))
    }

    fn stream(&mut self, task: TaskId, line: &str) -> io::Result<()> {
        self.last[task.0] = clean(line, false);
        let text = clean(line, self.look.is_coloured);
        let end = if self.look.is_coloured { "\u{1b}[0m" } else { "" };
        self.line(&format!("{NAME}{:<w$}{NAME:#} {DIM}│{DIM:#} {text}{end}", self.label(task), w = self.width))
    }

    fn passed(&mut self, task: TaskId, seconds: f64) -> io::Result<()> {
        match self.logs[task.0].as_deref().and_then(launch::skipped_itself) {
            Some(why) => self.ended(task, "skipped", WARN, Some(seconds), &why),
            None => self.ended(task, "passed", GOOD, Some(seconds), ""),
        }
    }

    /// What a CI shows of a failure: beside the job, and on the lines that the session's output names.
    fn annotate(&mut self, task: TaskId, failure: &str, tail: &[String]) -> io::Result<()> {
        let label = self.label(task);
        let text = annotations::telling(tail).map_or_else(|| failure.to_owned(), |line| format!("{failure}: {line}"));
        self.line(&annotations::error(&format!("{label} failed"), &text))?;
        let places = launch::places(&self.run, self.logs[task.0].as_deref(), tail);
        for located in places.iter().take(ANNOTATED) {
            let file = annotations::in_repository(&located.path, &self.run.folder);
            self.line(&annotations::on_line(&file, &located.place, &label))?;
        }
        Ok(())
    }

    /// The line of a session that has ended, and its output if that is asked for.
    fn ended(
        &mut self,
        task: TaskId,
        word: &str,
        colour: anstyle::Style,
        seconds: Option<f64>,
        why: &str,
    ) -> io::Result<()> {
        let (label, time) = (self.label(task), seconds.map(words::duration).unwrap_or_default());
        let log = self.logs[task.0].clone().filter(|_| self.look.output == Output::Group);
        let Some(mut log) = log.and_then(|log| File::open(log).ok()) else {
            let text = format!("{colour}{word:<7}{colour:#}  {label:<w$}  {time:>8}  {why}", w = self.width);
            return self.line(text.trim_end());
        };
        let title = format!("{word} {label}, {time}{}{why}", if why.is_empty() { "" } else { ": " });
        if self.look.is_ci {
            self.line(&annotations::group(&title))?;
        } else {
            self.line(&format!("{colour}──── {title}{colour:#}"))?;
        }
        let mut last = LastByte { out: &mut self.out, byte: b'\n' };
        io::copy(&mut log, &mut last)?;
        if last.byte != b'\n' {
            writeln!(self.out)?;
        }
        if self.look.is_ci { self.line(annotations::END_GROUP) } else { Ok(()) }
    }

    fn line(&mut self, text: &str) -> io::Result<()> {
        let text = if self.look.is_coloured { text.to_owned() } else { clean_lines(text) };
        let whole = format!("{}{text}\n", self.erasing());
        self.out.write_all(whole.as_bytes())
    }

    fn clear(&mut self) -> io::Result<()> {
        let erasing = self.erasing();
        self.out.write_all(erasing.as_bytes())
    }

    /// What takes the painted lines away again; the cursor stands at the end of the last.
    fn erasing(&mut self) -> String {
        match std::mem::take(&mut self.painted) {
            0 => String::new(),
            1 => "\r\u{1b}[J".to_owned(),
            painted => format!("\r\u{1b}[{}A\u{1b}[J", painted - 1),
        }
    }

    fn label(&self, TaskId(at): TaskId) -> String {
        self.run.plan.tasks.get(at).map(|task| task.label.clone()).unwrap_or_default()
    }
}

fn clean_lines(text: &str) -> String {
    text.split('\n').map(|line| clean(line, false)).collect::<Vec<_>>().join("\n")
}

fn size() -> (usize, usize) {
    terminal_size::terminal_size().map_or(SIZE, |(width, height)| (usize::from(width.0), usize::from(height.0)))
}

/// Remembers the last byte that was written.
struct LastByte<'a, W> {
    out: &'a mut W,
    byte: u8,
}

impl<W: Write> Write for LastByte<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.out.write(bytes)?;
        self.byte = bytes[..count].last().copied().unwrap_or(self.byte);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
