//! In a workflow: behind `nox -s`, `-t` and `-p`, in a matrix whose values are names of sessions, and in `needs`.

use facts::workflow::Job;
use model::{NoxfileId, WorkflowId, WorkflowModel};
use syntax::Span;

use super::{Completion, CompletionKind, pythons, sessions, tags, word};
use crate::snapshot::Snapshot;
use crate::subject;

pub(super) fn completions(snapshot: &Snapshot, workflow: WorkflowId, text: &str, at: usize) -> Vec<Completion> {
    let Some(model) = snapshot.workspace.workflows.get(workflow.0) else { return Vec::new() };
    let Some(line) = Line::at(text, at) else { return Vec::new() };
    // A job that is being typed ends with its last word: the cursor may stand behind it.
    let mut before = model.facts.jobs.iter().enumerate().filter(|(_, job)| job.id_span.end as usize <= at);
    let Some((job_at, job)) = before.next_back() else { return Vec::new() };
    if let Some(wanted) = line.nox_argument() {
        let Some(noxfile) = noxfile_of(snapshot, model, job_at) else { return Vec::new() };
        let Some(known) = snapshot.workspace.noxfiles.get(noxfile.0) else { return Vec::new() };
        return match wanted {
            Wanted::Session => sessions(snapshot, noxfile, line.word),
            Wanted::Tag => tags(known, line.word),
            Wanted::Python => pythons(known, line.word),
        };
    }
    match line.key() {
        Some(key) if key == "needs" => jobs(model, job_at, line.word),
        Some(key) if names_sessions(model, job_at, job, &key) => {
            let noxfile = noxfile_of(snapshot, model, job_at);
            noxfile.map_or_else(Vec::new, |noxfile| sessions(snapshot, noxfile, line.word))
        }
        _ => Vec::new(),
    }
}

/// The jobs that `job` may wait for: not itself, and none that waits for it.
fn jobs(model: &WorkflowModel, job: usize, span: Span) -> Vec<Completion> {
    let mut waiting = vec![job];
    let mut at = 0;
    while let Some(&known) = waiting.get(at) {
        at += 1;
        for (_, after) in model.needs.iter().filter(|(before, _)| *before == known) {
            if !waiting.contains(after) {
                waiting.push(*after);
            }
        }
    }
    let others = model.facts.jobs.iter().enumerate().filter(|(at, _)| !waiting.contains(at));
    let proposal = |(_, job): (usize, &Job)| Completion {
        text: job.id.clone(),
        kind: CompletionKind::Job,
        detail: job.name.as_ref().map(|(name, _)| name.clone()).unwrap_or_default(),
        span,
    };
    others.map(proposal).collect()
}

/// The noxfile of the job's other calls, of the workflow's, or the workspace's only one.
fn noxfile_of(snapshot: &Snapshot, model: &WorkflowModel, job: usize) -> Option<NoxfileId> {
    let of_job = model.links.iter().filter(|link| link.site.job == job).find_map(|link| link.noxfile);
    let noxfiles = &snapshot.workspace.noxfiles;
    of_job
        .or_else(|| model.links.iter().find_map(|link| link.noxfile))
        .or_else(|| noxfiles.iter().position(|noxfile| noxfile.folder.is_empty()).map(NoxfileId))
        .or_else(|| (noxfiles.len() == 1).then_some(NoxfileId(0)))
}

/// Whether a call of the job takes names of sessions from the matrix's `key`.
fn names_sessions(model: &WorkflowModel, at: usize, job: &Job, key: &str) -> bool {
    let calls = model.links.iter().filter(|link| link.site.job == at).filter_map(|link| subject::call(job, link.site));
    let words = calls.filter_map(|call| call.selection.sessions.as_ref()).flatten();
    let mut texts = words.map(|word| word.text.split_whitespace().collect::<String>());
    texts.any(|text| text.starts_with(&format!("${{{{matrix.{key}}}}}")))
}

/// What a word of a nox call is.
enum Wanted {
    Session,
    Tag,
    Python,
}

/// The line up to the cursor.
struct Line<'a> {
    /// All text before the line.
    above: &'a str,
    /// The line before the cursor.
    before: &'a str,
    /// The word under the cursor.
    word: Span,
}

impl<'a> Line<'a> {
    fn at(text: &'a str, at: usize) -> Option<Self> {
        let start = text.get(..at)?.rfind('\n').map_or(0, |end| end + 1);
        let before = text.get(start..at)?;
        if before.trim_start().starts_with('#') {
            return None;
        }
        let typed = before.rfind(|c: char| c.is_whitespace() || "[,\"'".contains(c));
        let from =
            typed.map_or(0, |at| at + before.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8));
        Some(Self { above: text.get(..start)?, before, word: word(text, start + from, at) })
    }

    /// What the word is to the nox call that it stands in.
    fn nox_argument(&self) -> Option<Wanted> {
        // Lines that end with a backslash go on in ours.
        let mut command = self.before.to_owned();
        for line in self.above.lines().rev().take(20) {
            let Some(line) = line.trim_end().strip_suffix('\\') else { break };
            command = format!("{line} {command}");
        }
        let command = command.rsplit([';', '|', '&', '(']).next()?;
        let is_open = command.ends_with(char::is_whitespace);
        let mut words: Vec<&str> = command.split_whitespace().collect();
        if !is_open {
            words.pop(); // the one that is being typed
        }
        let nox = words.iter().rposition(|word| {
            let word = word.trim_start_matches(['"', '\'']);
            word == "nox" || word.ends_with("/nox") || word.starts_with("nox@") || word.starts_with("nox=")
        })?;
        let mut wanted = None;
        for word in words.get(nox + 1..)? {
            wanted = match *word {
                "-s" | "-e" | "--session" | "--sessions" => Some(Wanted::Session),
                "-t" | "--tags" => Some(Wanted::Tag),
                "-p" | "--python" | "--pythons" | "-P" | "--force-python" | "--extra-python" => Some(Wanted::Python),
                "--" => return None,
                option if option.starts_with('-') => None,
                _ => wanted,
            };
        }
        wanted
    }

    /// The key whose value or list the cursor stands in.
    fn key(&self) -> Option<String> {
        let line = self.before.trim_start();
        if let Some((key, value)) = line.trim_start_matches("- ").split_once(':') {
            let is_value =
                value.trim().is_empty() || value.trim_start().starts_with('[') || !value.trim().contains(' ');
            let is_closed = value.contains(']') || value.trim_start().starts_with('{');
            return (is_value && !is_closed).then(|| key.trim().to_owned());
        }
        if !line.starts_with('-') {
            return None;
        }
        // An item: the key is above, at no deeper column.
        let column = self.before.len() - line.len();
        let above = self.above.lines().rev().find(|line| {
            let inner = line.trim_start();
            !inner.is_empty() && !inner.starts_with(['-', '#']) && line.len() - inner.len() <= column
        })?;
        let (key, value) = above.trim().split_once(':')?;
        let value = value.trim();
        (value.is_empty() || value.starts_with('#')).then(|| key.trim().to_owned())
    }
}
