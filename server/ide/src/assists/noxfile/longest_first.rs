//! Puts what `nox -j` starts into the order in which it is done soonest: the longest way to the end first.
//!
//! nox starts sessions in the order of its list, without an idea of how long they take (read in nox's source; by order
//! alone a run of six sessions was 23 % faster). That list is `nox.options.sessions`; where there is none, all sessions as
//! they stand in the file, and a list is added rather than a function moved; in a workflow it is the call's own `-s`. No
//! session comes before one that it needs or that rewrites its sources.

use std::collections::BTreeSet;

use facts::shell::Word;
use model::links::Link;
use model::links::asked::Asked;
use model::{NoxfileId, SessionId, WorkflowModel, Workspace};
use syntax::{Span, TextEdit};

use super::bracket;
use super::calls;
use super::changes::{self, After, Goal};
use super::parallel;
use super::queue;
use super::scope::NoxfileCx;
use super::style;
use crate::assist::{FileEdit, OfferKind};
use crate::assists::{proof, Assist, AssistCx, Draft, Spot};
use crate::{subject, times};

pub(super) const ASSIST: Assist = Assist { id: "longest-first", kind: OfferKind::Parallel, at: &[Spot::Job, Spot::Step, Spot::Options, Spot::Noxfile], run };

fn run(cx: &AssistCx<'_>) -> Option<Draft> {
    if cx.workflow().is_some() {
        return in_call(cx);
    }
    let is_whole = cx.is_whole_file();
    let span = cx.span;
    let cx = NoxfileCx::of(cx)?;
    let lanes = parallel::lanes(&cx);
    let title = format!("Start the longest sessions first under `nox -j {lanes}`");
    let Some(statement) = cx.noxfile.facts.options.sessions_statement else {
        let listed = all_defaults(&cx).filter(|_| is_whole)?;
        let (order, gain) = queue::better(&cx, &listed, lanes)?;
        return Some(Draft { title, gain: Some(gain), caveat: None, edits: new_list(&cx, &order) });
    };
    if !is_whole && !statement.meets(span) {
        return None;
    }
    let names = cx.noxfile.facts.options.sessions.as_ref()?.value()?;
    let mut listed: Vec<SessionId> = Vec::new();
    for (name, _) in names {
        let id = *cx.noxfile.by_name.get(name)?;
        if cx.name(id) != name || listed.contains(&id) {
            return None; // one instance of a session, or twice the same: its place is its author's business
        }
        listed.push(id);
    }
    let (order, gain) = queue::better(&cx, &listed, lanes)?;
    Some(Draft { title, gain: Some(gain), caveat: None, edits: edits(&cx, &listed, &order) })
}

/// What a bare `nox` runs where nothing is said of it, if all of it is known.
fn all_defaults(cx: &NoxfileCx<'_>) -> Option<Vec<SessionId>> {
    let facts = &cx.noxfile.facts;
    let options = &facts.options;
    let is_free = options.sessions.is_none()
        && options.tags.is_none()
        && options.keywords.is_none()
        && options.pythons.is_none()
        && facts.unknown.is_empty()
        && facts.sessions.iter().all(|session| session.complete && session.is_configured && session.elsewhere.is_none());
    is_free.then(|| times::defaults(cx.noxfile))
}

/// `nox.options.sessions = […]` behind what else is said of nox, else behind the imports.
fn new_list(cx: &NoxfileCx<'_>, order: &[SessionId]) -> Result<Vec<FileEdit>, String> {
    let names: Vec<&str> = order.iter().map(|id| cx.name(*id)).collect();
    let edit = cx.script.set_default_sessions(&names)?;
    let is_reached = |after: &After<'_>| {
        let pythons: BTreeSet<&str> = instances(cx).filter_map(|instance| instance.python.as_deref()).collect();
        let selects = |workspace: &Workspace, noxfile: NoxfileId, python: &str| {
            let asked = Asked { pythons: vec![python.to_owned()], ..Asked::default() };
            workspace.select(noxfile, &asked).entries.into_iter().collect::<BTreeSet<_>>()
        };
        let is_same = |python: &&str| {
            selects(&cx.snapshot.workspace, cx.id, python) == selects(after.workspace, after.id, python)
        };
        match pythons.iter().find(|python| !is_same(python)) {
            Some(python) => Err(format!("`nox -p {python}` would run other sessions")),
            None => is_listed(cx, order, after),
        }
    };
    changes::verified(cx, vec![FileEdit::new(cx.file.id, vec![edit])], &Goal { touched: &[], is_reached: &is_reached })
}

fn instances<'a>(cx: &NoxfileCx<'a>) -> impl Iterator<Item = &'a facts::noxfile::Instance> {
    cx.noxfile.facts.sessions.iter().flat_map(|session| session.instances.iter())
}

/// Whether our own reader sees that list, and as much needed order as before.
fn is_listed(cx: &NoxfileCx<'_>, order: &[SessionId], after: &After<'_>) -> Result<(), String> {
    let names = after.noxfile.facts.options.sessions.as_ref().and_then(|known| known.value());
    let names: Vec<&str> = names.into_iter().flatten().map(|(name, _)| name.as_str()).collect();
    let wanted: Vec<&str> = order.iter().map(|id| cx.name(*id)).collect();
    let kept = |edges: &[model::Edge]| edges.iter().filter(|edge| edge.is_needed()).count();
    if names == wanted && kept(&after.noxfile.edges) == kept(&after.before.edges) {
        Ok(())
    } else {
        Err("the new order would not be seen to keep what is needed".to_owned())
    }
}

/// The names behind the `-s` of a `nox -j` in a workflow, where the selection stands on its step or its job.
fn in_call(cx: &AssistCx<'_>) -> Option<Draft> {
    let job = cx.job()?;
    let chosen = cx.steps().map_or(0..job.job.steps.len(), |(_, steps)| steps);
    let links = job.workflow.links.iter().filter(|link| link.site.job == job.at && chosen.contains(&link.site.step));
    links.into_iter().find_map(|link| {
        let noxfile = NoxfileCx::at(cx.snapshot, link.noxfile?)?;
        let call = subject::call(job.job, link.site)?;
        let lanes = parallel::lanes_of(&noxfile, call).filter(|_| !link.is_partial && link.unknown.is_empty())?;
        let words = call.selection.sessions.as_ref().filter(|_| !call.selection.is_from_environment)?;
        let listed: Vec<SessionId> = words.iter().map(|word| whole_session(&noxfile, link, word)).collect::<Option<_>>()?;
        let (order, gain) = queue::better(&noxfile, &listed, lanes)?;
        let title = format!("Start the longest sessions first under `nox -j {lanes}`");
        let edits = reorder(cx, job.workflow, &noxfile, (words, &listed), &order);
        Some(Draft { title, gain: Some(gain), caveat: None, edits })
    })
}

/// The session that a word names with all its instances.
fn whole_session(cx: &NoxfileCx<'_>, link: &Link, word: &Word) -> Option<SessionId> {
    let mut runs = link.runs.iter().filter(|run| run.word == Some(word.span));
    let run = runs.next().filter(|_| word.literal)?;
    let is_whole = cx.session(run.session).is_some_and(|session| session.instances.len() == run.instances.len());
    (is_whole && runs.next().is_none()).then_some(run.session)
}

fn reorder(
    cx: &AssistCx<'_>,
    workflow: &WorkflowModel,
    noxfile: &NoxfileCx<'_>,
    (words, listed): (&[Word], &[SessionId]),
    order: &[SessionId],
) -> Result<Vec<FileEdit>, String> {
    const UNSEEN: &str = "the new order would not be seen";
    let text = cx.file.document.text();
    let mut edits = Vec::new();
    for (word, id) in words.iter().zip(order) {
        let from = listed.iter().position(|other| other == id).and_then(|at| words.get(at)).ok_or(UNSEEN)?;
        if from.span != word.span {
            edits.push(TextEdit::replace(word.span, from.span.of(text)));
        }
    }
    let edits = vec![FileEdit::new(cx.file.id, edits)];
    let (_, after) = proof::before_and_after(cx.snapshot, &edits)?;
    let named = |word: &Word| word.text.clone();
    let wanted: Vec<String> = order.iter().map(|id| noxfile.name(*id).to_owned()).collect();
    let is_seen = after.workflows.iter().filter(|it| it.file == workflow.file).any(|workflow| {
        let mut all = calls::calls_of(workflow, noxfile.id).filter_map(|(_, call)| call.selection.sessions.as_ref());
        all.any(|words| words.iter().map(named).collect::<Vec<_>>() == wanted)
    });
    if is_seen { Ok(edits) } else { Err(UNSEEN.to_owned()) }
}

fn edits(cx: &NoxfileCx<'_>, listed: &[SessionId], order: &[SessionId]) -> Result<Vec<FileEdit>, String> {
    const UNREADABLE: &str = "`nox.options.sessions` is not a list of names that is written out once";
    let (list, items, base) = cx.script.default_sessions().ok_or(UNREADABLE)?;
    let text = cx.script.text;
    if items.len() != listed.len() {
        return Err(UNREADABLE.to_owned());
    }
    let spans: Vec<Span> = if bracket::comments_in(text, list.span).is_empty() {
        items.iter().map(|item| item.span.shifted(base)).collect()
    } else {
        lines(text, &list).ok_or("the list holds comments, and not one name a line")?
    };
    let place = |id: &SessionId| listed.iter().position(|other| other == id).ok_or(UNREADABLE);
    let mut edits = Vec::new();
    for (at, id) in order.iter().enumerate() {
        let (Some(to), Some(from)) = (spans.get(at), spans.get(place(id)?)) else { return Err(UNREADABLE.to_owned()) };
        if to != from {
            edits.push(TextEdit::replace(*to, from.of(text)));
        }
    }
    let is_reached = |after: &After<'_>| is_listed(cx, order, after);
    changes::verified(cx, vec![FileEdit::new(cx.file.id, edits)], &Goal { touched: &[], is_reached: &is_reached })
}

/// The lines of the items with comments above and behind them, where each has its own and ends with a comma.
fn lines(text: &str, list: &bracket::Bracket) -> Option<Vec<Span>> {
    let mut from = style::next_line(text, list.span.start);
    let mut out = Vec::new();
    for item in &list.items {
        let end = style::line_end(text, item.end);
        let behind = Span::new(item.end, end).of(text).trim_start();
        if item.start < from || !behind.starts_with(',') || end > list.span.end {
            return None;
        }
        let rest = behind[1..].trim_start();
        if !(rest.is_empty() || rest.starts_with('#')) {
            return None;
        }
        out.push(Span::new(from, end));
        from = style::next_line(text, end);
    }
    Some(out)
}
