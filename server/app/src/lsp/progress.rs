//! A run as work-done progress: begun by us, with a share of the work that is done and the sessions that run.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use exec::{Event, Summary};
use ide::words;
use tokio::sync::mpsc;
use tower_lsp::Client as Editor;
use tower_lsp::gen_lsp_types as lsp;

use super::transport::Outbox;
use crate::launch::Prepared;
use crate::report::board::Board;

/// What a token of ours begins with; the run's id follows.
const PREFIX: &str = "noxflow/run/";

/// How often it is told.
const TICK: Duration = Duration::from_secs(1);

/// How long an editor has to accept.
const PATIENCE: Duration = Duration::from_secs(10);

/// Names that a message lists.
const NAMES: usize = 4;

/// Hears a run's events and shows them.
#[derive(Debug)]
pub(super) struct Progress {
    board: Arc<Mutex<Board>>,
    news: Option<mpsc::UnboundedSender<News>>,
}

#[derive(Debug)]
enum News {
    Changed,
    Over(String),
}

/// The run that a progress token is of.
pub(super) fn run_of(token: &lsp::ProgressToken) -> Option<&str> {
    match token {
        lsp::ProgressToken::String(token) => token.strip_prefix(PREFIX),
        lsp::ProgressToken::Int(_) => None,
    }
}

impl Progress {
    /// For `run`; without an editor that shows progress it shows nothing. Called within the runtime.
    pub(super) fn start(editor: Option<Editor>, run: &Prepared, outbox: Outbox, begun: Instant) -> Self {
        let board = Arc::new(Mutex::new(Board::new(&run.plan)));
        let Some(editor) = editor else { return Self { board, news: None } };
        let (news, heard) = mpsc::unbounded_channel();
        let token = lsp::ProgressToken::String(format!("{PREFIX}{}", run.id));
        let count = run.plan.tasks.len();
        let title = match run.plan.tasks.as_slice() {
            [only] => format!("noxflow: {}", only.label),
            _ => format!("noxflow: {count} sessions"),
        };
        tokio::spawn(show(editor, token, title, Arc::clone(&board), heard, outbox, begun));
        Self { board, news: Some(news) }
    }

    /// Something happened at `now`, seconds from the start of the run.
    pub(super) fn hear(&self, event: &Event, now: f64) {
        self.board.lock().unwrap_or_else(PoisonError::into_inner).hear(event, now);
        let news = match event {
            Event::RunFinished(summary) => News::Over(last_words(summary)),
            Event::TaskOutput { .. } | Event::Warned { .. } => return,
            _ => News::Changed,
        };
        if let Some(sender) = &self.news {
            let _ = sender.send(news); // the editor did not accept
        }
    }
}

async fn show(
    editor: Editor,
    token: lsp::ProgressToken,
    title: String,
    board: Arc<Mutex<Board>>,
    mut news: mpsc::UnboundedReceiver<News>,
    outbox: Outbox,
    begun: Instant,
) {
    let created = tokio::time::timeout(PATIENCE, editor.create_work_done_progress(token.clone())).await;
    if !matches!(created, Ok(Ok(()))) {
        return;
    }
    let send = |kind: &'static str, mut value: serde_json::Value| {
        if let Some(value) = value.as_object_mut() {
            value.insert("kind".to_owned(), kind.into());
        }
        outbox.notify("$/progress", &lsp::ProgressParams { token: token.clone(), value });
    };
    let state = || {
        let now = begun.elapsed().as_secs_f64();
        let board = board.lock().unwrap_or_else(PoisonError::into_inner);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 100")]
        let percentage = (board.fraction(now) * 100.0).round() as u32;
        (message(&board, now), percentage)
    };
    let (message, percentage) = state();
    let first = serde_json::json!({
        "title": title, "cancellable": true, "message": message, "percentage": percentage,
    });
    send("begin", first);
    let mut shown = percentage;
    loop {
        let last_words = match tokio::time::timeout(TICK, news.recv()).await {
            Ok(Some(News::Over(words))) => Some(words),
            Ok(None) => Some(String::new()),
            Ok(Some(News::Changed)) | Err(_) => None,
        };
        if let Some(words) = last_words {
            send("end", serde_json::json!({ "message": words }));
            return;
        }
        let (message, percentage) = state();
        shown = shown.max(percentage); // a share that falls would look like a defect
        send("report", serde_json::json!({ "cancellable": true, "message": message, "percentage": shown }));
    }
}

fn message(board: &Board, now: f64) -> String {
    let (done, all) = board.counts();
    let running = board.running(now);
    let names: Vec<&str> = running.iter().take(NAMES).map(|(name, _)| *name).collect();
    let more = running.len().saturating_sub(NAMES);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let names = if names.is_empty() { String::new() } else { format!(": {}{more}", names.join(", ")) };
    format!("{done}/{all}{names}")
}

fn last_words(summary: &Summary) -> String {
    let time = words::duration(summary.seconds);
    match (summary.cancelled, summary.failed()) {
        (true, _) => format!("cancelled after {time}"),
        (false, 0) => format!("{} passed in {time}", summary.passed()),
        (false, failed) => format!("{failed} failed, {} passed in {time}", summary.passed()),
    }
}
