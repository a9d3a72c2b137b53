//! Runs one task: starts it, reads its output, waits for its end or ends it.

use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use model::plan::TaskId;
use tokio_util::sync::CancellationToken;

use crate::event::{Event, Failure, Outcome};
use crate::os::{Exit, Guard, Output, Process};
use crate::output::{Lines, Log};
use crate::run::Voice;
use crate::{CommandSpec, Live, Options};

/// How often a stopped task is looked at again.
const LOOK: Duration = Duration::from_millis(15);
/// How long what is left of a task may take to die of SIGKILL.
const LAST_WAIT: Duration = Duration::from_secs(5);
/// How long somebody else may hold the output open after the task's end.
const LEFTOVER_OUTPUT: Duration = Duration::from_millis(200);
/// A pipe holds at most this much (Linux's limit for users).
const PIPE: usize = 1 << 20;

/// What one task needs.
pub(crate) struct Job {
    pub(crate) task: TaskId,
    pub(crate) label: String,
    pub(crate) spec: CommandSpec,
    pub(crate) marker: String,
    pub(crate) options: Arc<Options>,
    pub(crate) voice: Voice,
    pub(crate) guard: Arc<Guard>,
    /// Says that the task is to be stopped.
    pub(crate) stop: CancellationToken,
}

/// How it went.
#[derive(Debug)]
pub(crate) struct End {
    pub(crate) task: TaskId,
    pub(crate) outcome: Outcome,
    pub(crate) started: Instant,
    pub(crate) seconds: f64,
    pub(crate) log: Option<PathBuf>,
    pub(crate) tail: Vec<String>,
}

pub(crate) async fn execute(job: Job) -> End {
    let started = Instant::now();
    let log = job.options.log_folder.as_ref().and_then(|folder| {
        let made = Log::create(folder, job.task.0, &job.label);
        made.map_err(|message| job.warn(message)).ok()
    });
    let path = log.as_ref().map(|log| log.path().to_owned());
    let (outcome, tail) = match Process::start(&job.spec, &job.marker) {
        Ok((process, output)) => job.follow(process, output, log, path.clone()).await,
        Err(error) => {
            let why = why_not_started(&job.spec, &error);
            if let Some(Err(message)) = log.map(|mut log| log.write(format!("{why}\n").as_bytes())) {
                job.warn(message);
            }
            (Outcome::Failed(Failure::NotStarted(why)), Vec::new())
        }
    };
    End { task: job.task, outcome, started, seconds: started.elapsed().as_secs_f64(), log: path, tail }
}

impl Job {
    async fn follow(
        &self,
        mut process: Process,
        output: Output,
        log: Option<Log>,
        path: Option<PathBuf>,
    ) -> (Outcome, Vec<String>) {
        self.guard.add(process.id());
        self.voice.say(Event::TaskStarted { task: self.task, pid: process.id(), log: path });
        let ended = CancellationToken::new();
        let reader = Reader {
            task: self.task,
            voice: self.voice.clone(),
            live: self.options.live,
            lines: Lines::new(self.options.tail_lines),
            log,
            ended: ended.clone(),
        };
        let reader = tokio::spawn(reader.read(output));
        let outcome = tokio::select! {
            exit = process.wait() => outcome(exit),
            () = self.stop.cancelled() => self.end(&mut process).await,
        };
        if matches!(outcome, Outcome::Failed(Failure::Signal(_))) && !process.is_gone() {
            // Killed, so it could not end what it had started.
            self.sweep(&mut process).await;
        }
        ended.cancel();
        if process.is_group_gone() {
            self.guard.drop_group(process.id());
        }
        (outcome, reader.await.unwrap_or_default())
    }

    /// Interrupt, grace, then the rest as in [`Job::sweep`]. Done when nothing of it is left.
    async fn end(&self, process: &mut Process) -> Outcome {
        process.interrupt();
        if !gone_within(process, self.options.grace).await {
            self.sweep(process).await;
        }
        Outcome::Cancelled
    }

    /// Terminate, grace, kill.
    async fn sweep(&self, process: &mut Process) {
        process.terminate();
        let mut is_gone = gone_within(process, self.options.grace).await;
        let deadline = Instant::now() + LAST_WAIT;
        while !is_gone && Instant::now() < deadline {
            // Again and again: it may start others faster than they are found.
            process.kill();
            is_gone = gone_within(process, LOOK).await;
        }
        if !is_gone {
            self.warn(format!("something that `{}` has started does not end (process {})", self.label, process.id()));
        }
    }

    fn warn(&self, message: String) {
        self.voice.say(Event::Warned { task: Some(self.task), message });
    }
}

/// Whether a process and all that it has started ended in time.
async fn gone_within(process: &mut Process, time: Duration) -> bool {
    let gone = async {
        let _ = process.wait().await;
        while !process.is_gone() {
            tokio::time::sleep(LOOK).await;
        }
    };
    tokio::time::timeout(time, gone).await.is_ok()
}

fn outcome(exit: std::io::Result<Exit>) -> Outcome {
    match exit {
        Ok(Exit::Code(0)) => Outcome::Passed,
        Ok(Exit::Code(code)) => Outcome::Failed(Failure::Code(code)),
        Ok(Exit::Signal(signal)) => Outcome::Failed(Failure::Signal(signal)),
        Err(error) => Outcome::Failed(Failure::Lost(format!("its end could not be learned: {error}"))),
    }
}

fn why_not_started(spec: &CommandSpec, error: &std::io::Error) -> String {
    let program = spec.program.to_string_lossy();
    match (&spec.cwd, error.kind()) {
        (Some(folder), ErrorKind::NotFound | ErrorKind::NotADirectory) if !folder.is_dir() => {
            format!("`{program}` cannot be started: there is no folder {}", folder.display())
        }
        (_, ErrorKind::NotFound) => format!("`{program}` was not found"),
        (_, ErrorKind::PermissionDenied) => format!("`{program}` may not be executed"),
        _ => format!("`{program}` cannot be started: {error}"),
    }
}

/// Takes in a task's output.
struct Reader {
    task: TaskId,
    voice: Voice,
    live: Live,
    lines: Lines,
    log: Option<Log>,
    ended: CancellationToken,
}

impl Reader {
    /// Until all who could write are gone, or the task has ended and the pipe is empty: who lives on and holds it open
    /// must not keep the run from going on. Gives the last lines.
    async fn read(mut self, mut output: Output) -> Vec<String> {
        let mut buffer = vec![0; 64 * 1024];
        loop {
            tokio::select! {
                biased;
                read = output.read(&mut buffer) => match read {
                    Ok(0) | Err(_) => return self.lines.into_tail(),
                    Ok(count) => self.take(&buffer[..count]).await,
                },
                () = self.ended.cancelled() => break,
            }
        }
        let mut left = PIPE;
        loop {
            let count = output.rest(&mut buffer);
            if count > 0 {
                self.take(&buffer[..count]).await;
                left = left.saturating_sub(count);
                if left > 0 {
                    continue;
                }
            }
            // The task's last words may be under way through another process (`tee`).
            match tokio::time::timeout(LEFTOVER_OUTPUT, output.read(&mut buffer)).await {
                Ok(Ok(count @ 1..)) if left > 0 => self.take(&buffer[..count]).await,
                _ => return self.lines.into_tail(),
            }
        }
    }

    async fn take(&mut self, bytes: &[u8]) {
        if let Some(log) = &mut self.log
            && let Err(message) = log.write(bytes)
        {
            self.voice.say(Event::Warned { task: Some(self.task), message });
        }
        let mut lines = Vec::new();
        let live = self.live;
        self.lines.push(bytes, |line| match live {
            Live::Nothing => {}
            Live::Last => lines = vec![line.to_owned()],
            Live::All => lines.push(line.to_owned()),
        });
        for line in lines {
            self.voice.say_when_heard(Event::TaskOutput { task: self.task, line }).await;
        }
    }
}
