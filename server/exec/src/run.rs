//! One run from its start to its end: carries the dispatcher's orders to executors, their ends back, and all of it to the
//! sink.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use model::plan::{Plan, TaskId};
use model::schedule::{self, List};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::dispatcher::{Dispatcher, Input, Order};
use crate::event::{Event, Outcome, Summary, TaskSummary};
use crate::executor::{End, Job, execute};
use crate::os::{Guard, let_tasks_be_interrupted};
use crate::{CommandSpec, Options};

/// Lines of output that may wait for the sink.
const WAITING_LINES: usize = 1024;
/// Lists that are tried for a better order than the critical path's, times tasks.
const SEARCH: usize = 20_000;

/// Why a run cannot start.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RunError {
    /// Tasks wait for each other in a circle.
    #[error("these wait for one another in a circle: {}", .0.join(" -> "))]
    Cycle(Vec<String>),
    /// There must be one command a task.
    #[error("{commands} commands for {tasks} tasks")]
    Commands {
        /// Tasks of the plan.
        tasks: usize,
        /// Commands given.
        commands: usize,
    },
    /// The thread for the sink cannot be made.
    #[error("no thread for events: {0}")]
    Thread(String),
}

/// The order in which a run of `plan` starts what is ready: forecasts that simulate it are about what will be done.
pub fn list(plan: &Plan, lanes: usize) -> List {
    schedule::best_list(plan, lanes.max(1), SEARCH / (plan.tasks.len() + 1))
}

/// A run under way. Dropping it cancels it.
#[derive(Debug)]
pub struct Run {
    cancel: CancellationToken,
    done: oneshot::Receiver<Summary>,
}

/// Starts `plan`, `commands` by task. Must be called inside a tokio runtime with time and IO. `sink` gets every event in
/// order, on a thread of its own: it may block (output then waits, cancelling does not).
pub fn run(
    plan: Plan,
    commands: Vec<CommandSpec>,
    options: Options,
    sink: impl FnMut(Event) + Send + 'static,
) -> Result<Run, RunError> {
    if commands.len() != plan.tasks.len() {
        return Err(RunError::Commands { tasks: plan.tasks.len(), commands: commands.len() });
    }
    if let Some(cycle) = plan.cycle() {
        let mut labels: Vec<String> = cycle.iter().map(|task| plan.tasks[task.0].label.clone()).collect();
        labels.extend(labels.first().cloned());
        return Err(RunError::Cycle(labels));
    }
    let (voice, ears) = Voice::new();
    let (heard_all, all_heard) = oneshot::channel();
    std::thread::Builder::new()
        .name("run events".to_owned())
        .spawn(move || {
            listen(ears, sink);
            // Nobody may wait for it any more.
            let _ = heard_all.send(());
        })
        .map_err(|error| RunError::Thread(error.to_string()))?;
    let cancel = CancellationToken::new();
    let (report, done) = oneshot::channel();
    let driver = Driver::new(plan, commands, options, voice, cancel.clone());
    tokio::spawn(async move {
        let summary = driver.drive().await;
        let _ = all_heard.await;
        let _ = report.send(summary);
    });
    Ok(Run { cancel, done })
}

impl Run {
    /// Ends the run: what runs is stopped, what has not started never will. Returns at once; [`Run::finished`] says when
    /// nothing is left.
    pub fn cancel(&self) {
        self.cancel.cancel();
    }

    /// What cancels this run from elsewhere.
    pub fn cancel_token(&self) -> CancellationToken {
        self.cancel.clone()
    }

    /// The end of the run: no process is left, and the sink has had every event.
    pub async fn finished(mut self) -> Summary {
        // The driver ends only with a report, or with the runtime.
        (&mut self.done).await.unwrap_or_default()
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        self.cancel.cancel();
    }
}

/// Tells the sink. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Voice {
    events: mpsc::UnboundedSender<(Event, Option<OwnedSemaphorePermit>)>,
    room: Arc<Semaphore>,
}

type Ears = mpsc::UnboundedReceiver<(Event, Option<OwnedSemaphorePermit>)>;

impl Voice {
    fn new() -> (Self, Ears) {
        let (events, ears) = mpsc::unbounded_channel();
        (Self { events, room: Arc::new(Semaphore::new(WAITING_LINES)) }, ears)
    }

    /// Says it at once: for the few events that a run must not wait for.
    pub(crate) fn say(&self, event: Event) {
        // A sink that is gone is no reason to stop.
        let _ = self.events.send((event, None));
    }

    /// Says it once the sink keeps up: for output, of which there may be any amount.
    pub(crate) async fn say_when_heard(&self, event: Event) {
        if self.events.is_closed() {
            return;
        }
        let room = Arc::clone(&self.room).acquire_owned().await.ok();
        let _ = self.events.send((event, room));
    }
}

fn listen(mut ears: Ears, mut sink: impl FnMut(Event)) {
    while let Some((event, _room)) = ears.blocking_recv() {
        let is_last = matches!(event, Event::RunFinished(_));
        sink(event);
        if is_last {
            break;
        }
    }
}

struct Driver {
    plan: Plan,
    commands: Vec<CommandSpec>,
    options: Arc<Options>,
    voice: Voice,
    cancel: CancellationToken,
    /// Names this run in the environment of its tasks.
    marker: String,
    guard: Arc<Guard>,
    began: Instant,
    stops: Vec<CancellationToken>,
    jobs: JoinSet<End>,
    summary: Summary,
}

impl Driver {
    fn new(plan: Plan, commands: Vec<CommandSpec>, options: Options, voice: Voice, cancel: CancellationToken) -> Self {
        let marker = unique();
        Self {
            stops: plan.tasks.iter().map(|_| CancellationToken::new()).collect(),
            summary: Summary { tasks: vec![TaskSummary::default(); plan.tasks.len()], ..Summary::default() },
            guard: Arc::new(Guard::new(&marker)),
            options: Arc::new(options),
            jobs: JoinSet::new(),
            began: Instant::now(),
            plan,
            commands,
            voice,
            cancel,
            marker,
        }
    }

    async fn drive(mut self) -> Summary {
        let_tasks_be_interrupted();
        let lanes = self.options.lanes.max(1);
        let labels = self.plan.tasks.iter().map(|task| task.label.clone()).collect();
        self.voice.say(Event::RunStarted { tasks: labels, lanes });
        let list = list(&self.plan, lanes);
        let mut desk = Dispatcher::new(&self.plan, lanes, &list, self.options.fail_fast);
        let mut orders = desk.start();
        while self.obey(orders) {
            orders = tokio::select! {
                () = self.cancel.cancelled(), if !self.summary.cancelled => {
                    self.summary.cancelled = true;
                    desk.on(Input::CancelRequested)
                },
                end = self.jobs.join_next() => match end {
                    Some(Ok(end)) => desk.on(self.note(end)),
                    // A task of ours panicked or the runtime ends: what its process was cannot be said.
                    Some(Err(_)) => desk.on(Input::CancelRequested),
                    None => break,
                },
            };
        }
        self.summary.seconds = self.began.elapsed().as_secs_f64();
        if let Some(guard) = Arc::into_inner(self.guard) {
            guard.end();
        }
        self.voice.say(Event::RunFinished(self.summary.clone()));
        self.summary
    }

    /// Whether the run goes on.
    fn obey(&mut self, orders: Vec<Order>) -> bool {
        for order in orders {
            match order {
                Order::Start(task) => self.begin(task),
                Order::Stop(task) => self.stops[task.0].cancel(),
                Order::Skip { task, because } => {
                    self.summary.tasks[task.0].outcome = Outcome::Skipped { because };
                    self.voice.say(Event::TaskSkipped { task, because });
                }
                Order::Withdraw(task) => self.voice.say(Event::TaskCancelled { task, seconds: None }),
                Order::Finish => return false,
            }
        }
        true
    }

    fn begin(&mut self, task: TaskId) {
        self.jobs.spawn(execute(Job {
            task,
            label: self.plan.tasks[task.0].label.clone(),
            spec: self.commands[task.0].clone(),
            marker: format!("{}.{}", self.marker, task.0),
            options: Arc::clone(&self.options),
            voice: self.voice.clone(),
            guard: Arc::clone(&self.guard),
            stop: self.stops[task.0].clone(),
        }));
    }

    fn note(&mut self, end: End) -> Input {
        let End { task, outcome, started, seconds, log, tail } = end;
        let was_started = !matches!(outcome, Outcome::Failed(crate::Failure::NotStarted(_)));
        let (event, input) = match &outcome {
            Outcome::Passed => (Event::TaskPassed { task, seconds }, Input::Passed(task)),
            Outcome::Failed(failure) => {
                (Event::TaskFailed { task, seconds, failure: failure.clone(), tail }, Input::Failed(task))
            }
            _ => (Event::TaskCancelled { task, seconds: Some(seconds) }, Input::Stopped(task)),
        };
        self.summary.tasks[task.0] = TaskSummary {
            outcome,
            started: was_started.then(|| started.duration_since(self.began).as_secs_f64()),
            seconds,
            log,
        };
        self.voice.say(event);
        input
    }
}

/// A name that no other run on this machine has.
fn unique() -> String {
    static RUNS: AtomicU64 = AtomicU64::new(0);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_nanos());
    format!("{}-{now:x}-{}", std::process::id(), RUNS.fetch_add(1, Ordering::Relaxed))
}
