//! What one step of a job runs, where it does nothing but run nox in a way that another step could do as well.

use facts::shell::NoxCall;
use facts::workflow::StepKind;
use model::links::{Link, LinkedSession};
use model::{NoxfileId, SessionId, WorkflowModel};

use super::Item;
use crate::snapshot::Snapshot;

/// What one eligible step runs.
pub(super) struct Found {
    pub(super) step: usize,
    pub(super) noxfile: NoxfileId,
    pub(super) items: Vec<Item>,
    pub(super) calls: Vec<Call>,
}

/// One call as it is written.
pub(super) struct Call {
    /// Its step.
    step: usize,
    /// The names that it runs, in order.
    names: Vec<String>,
    text: String,
}

impl Call {
    /// Whether it runs the items at `places` in their order, and nothing else.
    pub(super) fn runs_just(&self, items: &[Item], places: &[usize]) -> bool {
        let chosen = places.iter().filter_map(|at| items.get(*at));
        chosen.clone().count() == self.names.len()
            && chosen.zip(&self.names).all(|(item, name)| item.step == self.step && item.text == *name)
    }

    /// The call with more flags; `None` where it stands on several lines.
    pub(super) fn with(&self, launcher: &str, extra: &str) -> Option<String> {
        let rest = self.text.strip_prefix(launcher)?;
        Some(format!("{launcher}{extra}{rest}"))
    }
}

/// Reads the step at `at` of the job; `None`: it takes no part.
pub(super) fn step(snapshot: &Snapshot, workflow: &WorkflowModel, job: usize, at: usize, text: &str) -> Option<Found> {
    let step = workflow.facts.jobs.get(job)?.steps.get(at)?;
    let StepKind::Run { script, .. } = &step.kind else { return None };
    let is_plain = !step.condition.as_ref().is_some_and(|(text, _)| model::verdict::asks_how_steps_ended(text))
        && !step.background
        && step.reads_steps.is_empty()
        && matches!(step.shell.as_deref(), None | Some("bash" | "sh"));
    // Variables in front of a call and files behind it belong to that call alone: they are not taken apart.
    let is_bare = script.commands.iter().all(|command| command.env.is_empty() && command.writes.is_empty());
    let only_nox = !script.nox_calls.is_empty() && script.commands.len() == script.nox_calls.len();
    if !is_plain || script.foreign || !is_bare || !only_nox {
        return None;
    }
    let links: Vec<&Link> = workflow.links.iter().filter(|link| link.site.job == job && link.site.step == at).collect();
    if links.len() != script.nox_calls.len() {
        return None;
    }
    let mut found: Option<Found> = None;
    for (link, call) in links.into_iter().zip(&script.nox_calls) {
        let one = read_call(snapshot, at, link, call, text)?;
        match &mut found {
            None => found = Some(one),
            Some(all) if all.noxfile == one.noxfile && super::are_called_alike(&all.items, &one.items) => {
                all.items.extend(one.items);
                all.calls.extend(one.calls);
            }
            Some(_) => return None,
        }
    }
    found
}

fn read_call(snapshot: &Snapshot, step: usize, link: &Link, call: &NoxCall, text: &str) -> Option<Found> {
    let selection = &call.selection;
    let is_plain = call.through.is_none()
        && !call.lists_only
        && !call.background
        && !call.conditional
        && !call.may_fail
        && !call.no_dependencies
        && call.parallel.is_none()
        && call.noxfile.is_none()
        && call.directory.is_empty()
        && selection.overridden.is_empty()
        && selection.force_pythons.is_none();
    if !is_plain || link.is_partial || !link.unknown.is_empty() || link.runs.is_empty() {
        return None;
    }
    let noxfile = link.noxfile?;
    let model = snapshot.workspace.noxfiles.get(noxfile.0)?;
    let launcher = call.launcher.join(" ");
    if !call.span.of(text).starts_with(&launcher) {
        return None; // written in a way that cannot be repeated: quotes, variables, another order
    }
    // What a caller or the shell puts in may select others than are seen here.
    let is_given = |text: &str| text.contains('$') && !text.contains("${{ matrix.");
    if call.other_flags.iter().chain(selection.pythons.iter().flatten()).any(|word| is_given(word.span.of(text))) {
        return None;
    }
    let mut flags: String = call.other_flags.iter().map(|flag| format!(" {}", flag.span.of(text))).collect();
    for python in selection.pythons.iter().flatten() {
        // Of `NOXPYTHON` the environment tells nox again.
        if call.span.covers(python.span) {
            flags.push_str(&format!(" -p {}", python.span.of(text)));
        }
    }
    // What differs from cell to cell of the matrix can be named if it is the same sessions in each.
    let own = |runs: &[LinkedSession]| -> Vec<SessionId> {
        runs.iter().filter(|run| !run.is_prerequisite).map(|run| run.session).collect()
    };
    let all = own(&link.runs);
    if link.cells.iter().any(|cell| own(cell) != all) {
        return None;
    }
    let is_named = selection.sessions.is_some();
    let posargs = call.posargs.iter().map(|word| word.span.of(text)).collect::<Vec<_>>().join(" ");
    let mut items = Vec::new();
    for run in link.runs.iter().filter(|run| !run.is_prerequisite) {
        let session = model.facts.sessions.get(run.session.0)?;
        let reads_posargs = super::reads_posargs(snapshot, noxfile, run.session);
        let mut push = |text: String, name: &str| {
            let (launcher, flags, posargs, name) = (launcher.clone(), flags.clone(), posargs.clone(), name.to_owned());
            items.push(Item {
                session: run.session,
                step,
                text,
                name,
                is_named,
                launcher,
                flags,
                posargs,
                reads_posargs,
            });
        };
        // Of several words for one session (`'tests(b)' 'tests(c)'`) the first alone would not do.
        let names_it = |word: &&facts::shell::Word| {
            word.text.strip_prefix(&session.name).is_some_and(|rest| rest.is_empty() || rest.starts_with(['(', '-']))
        };
        let is_one_word = selection.sessions.iter().flatten().filter(names_it).count() < 2;
        match run.word.filter(|_| is_one_word) {
            Some(span) => {
                let written = span.of(text);
                let word = selection.sessions.iter().flatten().find(|word| word.span == span);
                push(written.to_owned(), word.map_or(written, |word| &word.text));
            }
            None if run.instances.len() == session.instances.len() || selection.pythons.is_some() => {
                push(quoted(&session.name), &session.name);
            }
            None => {
                for instance in run.instances.iter().filter_map(|at| session.instances.get(*at)) {
                    push(quoted(&instance.signature), &instance.signature);
                }
            }
        }
    }
    // A word that names several sessions at once (`$SESSIONS`) cannot be taken apart.
    let mut words: Vec<&str> = items.iter().map(|item| item.text.as_str()).collect();
    words.dedup();
    let is_open = |word: &&str| word.contains('$') && (link.cells.is_empty() || !word.contains("${{ matrix."));
    if words.len() != items.len() || words.iter().any(is_open) {
        return None;
    }
    let names = words.into_iter().map(str::to_owned).collect();
    let written = call.span.of(text);
    let is_one_line = !written.contains('\n');
    let calls = is_one_line.then(|| Call { step, names, text: written.to_owned() }).into_iter().collect();
    Some(Found { step, noxfile, items, calls })
}

/// A session's name as a shell word.
pub(in super::super) fn quoted(name: &str) -> String {
    let is_bare = name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.:+".contains(c));
    match () {
        () if is_bare => name.to_owned(),
        () if !name.contains(['"', '$', '`', '\\']) => format!("\"{name}\""),
        () => format!("'{}'", name.replace('\'', "'\\''")),
    }
}
