//! Which sessions a run is of: a person's words, what they pull in, the part of one machine.

use anyhow::bail;
use model::links::asked::{Asked, Selection};
use model::nearest::nearest;
use model::plan::{Plan, TaskId};
use model::{Edge, EdgeKind, NoxfileId, NoxfileModel, SessionId, Workspace};

use super::command::leaves_out_dependencies;
use super::{Nox, Request};

/// What is to be said of a noxfile that is read in part.
const UNREAD: &str = "some of the noxfile cannot be read without running it, so there may be more sessions";

/// Entries of nox's queue.
pub(super) type Entries = Vec<(SessionId, usize)>;

/// The entries that `request` selects, and what cannot be said for sure.
pub(super) fn select(
    workspace: &Workspace,
    noxfile: NoxfileId,
    model: &NoxfileModel,
    request: &Request,
) -> anyhow::Result<(Entries, Vec<String>)> {
    let asked = &request.asked;
    if let Some(keywords) = asked.keywords.as_deref().filter(|text| !Workspace::understands_keywords(text)) {
        bail!("`-k {keywords}` is not understood: names, `and`, `or`, `not` and parentheses are");
    }
    let Selection { mut entries, unknown, is_partial } = workspace.select(noxfile, asked);
    if !unknown.is_empty() {
        let told = unknown.iter().map(|unknown| match &unknown.suggestion {
            Some(suggestion) => format!("`{}` (did you mean `{suggestion}`?)", unknown.name),
            None => format!("`{}`", unknown.name),
        });
        let names: Vec<&str> = model.facts.sessions.iter().map(|session| session.name.as_str()).collect();
        let told = told.collect::<Vec<_>>().join(", ");
        let has = if names.is_empty() { String::new() } else { format!("; it has {}", list(&names)) };
        let unread = if is_partial { format!(" ({UNREAD})") } else { String::new() };
        bail!("the noxfile has no session {told}{has}{unread}");
    }
    if request.with_needed {
        add_needed(model, &mut entries);
    }
    if entries.is_empty() {
        let unread = if is_partial { format!(" ({UNREAD})") } else { String::new() };
        bail!("{}{unread}", why_nothing(model, asked));
    }
    if let Some((number, count)) = request.shard {
        let plan = workspace.plan_of(noxfile, &entries);
        let shard = plan.shards(count).into_iter().nth(number.saturating_sub(1)).unwrap_or_default();
        let labels: Vec<&str> = shard.iter().map(|task| plan.tasks[task.0].label.as_str()).collect();
        entries.retain(|entry| signature(model, *entry).is_some_and(|signature| labels.contains(&signature)));
    }
    let mut warnings = Vec::new();
    if is_partial {
        warnings.push(UNREAD.to_owned());
    }
    Ok((entries, warnings))
}

/// Where nox cannot be told to leave out what a session requires it runs that again with it: then nothing that shares any
/// of it may overlap, for both would work in one environment.
pub(super) fn take_turns(workspace: &Workspace, noxfile: NoxfileId, nox: &Nox, plan: &mut Plan) -> Option<String> {
    let facts = &workspace.noxfiles.get(noxfile.0)?.facts;
    // By task: what runs in its process, and whether that is more than itself.
    let runs: Vec<(Entries, bool)> = plan
        .tasks
        .iter()
        .map(|task| {
            let is_alone = leaves_out_dependencies(nox, facts, &task.label);
            let names = vec![task.label.clone()];
            let asked = Asked { names, without_prerequisites: is_alone, ..Asked::default() };
            let entries = workspace.select(noxfile, &asked).entries;
            let is_more = entries.len() > 1;
            (entries, is_more)
        })
        .collect();
    let mut is_any = false;
    for (a, (of_a, a_is_more)) in runs.iter().enumerate() {
        for (b, (of_b, b_is_more)) in runs.iter().enumerate().skip(a + 1) {
            if (*a_is_more || *b_is_more) && of_a.iter().any(|entry| of_b.contains(entry)) {
                is_any = true;
                plan.exclusions.push((TaskId(a), TaskId(b)));
            }
        }
    }
    let [year, month, day] = nox.version;
    (is_any && !nox.has_parallel()).then(|| {
        format!(
            "nox {year}.{month}.{day} runs what a session requires again with it; from 2026.8.10 on it need not, and \
             more could run at once"
        )
    })
}

/// Each session runs in a nox process of its own, together with what it requires: what it reads of a variable that
/// another one leaves in nox's process is lost where it does not require that.
pub(super) fn lost_variables(workspace: &Workspace, noxfile: NoxfileId, entries: &Entries) -> Option<String> {
    let model = workspace.noxfiles.get(noxfile.0)?;
    let is_asked = |id: SessionId| entries.iter().any(|(session, _)| *session == id);
    let is_lost = |edge: &&Edge| {
        let runs_it = || workspace.with_required(noxfile, &[edge.to]).contains(&edge.from);
        edge.kind == EdgeKind::Variable && is_asked(edge.from) && is_asked(edge.to) && !runs_it()
    };
    let edge = model.edges.iter().find(is_lost)?;
    Some(format!("{}; each has a nox process of its own here: let nox run the two, or require the one", edge.reason))
}

/// Adds the sessions whose results the selected ones read, and what those need in turn.
fn add_needed(model: &NoxfileModel, entries: &mut Entries) {
    let mut at = 0;
    while let Some(&(session, _)) = entries.get(at) {
        at += 1;
        let needs = model.edges.iter().filter(|edge| edge.to == session && edge.is_dependency());
        for edge in needs {
            if entries.iter().any(|(known, _)| *known == edge.from) {
                continue;
            }
            let instances = model.facts.sessions.get(edge.from.0).map_or(0, |session| session.instances.len());
            entries.extend((0..instances).map(|instance| (edge.from, instance)));
        }
    }
    entries.sort_by_key(|(session, instance)| (session.0, *instance));
}

fn why_nothing(model: &NoxfileModel, asked: &Asked) -> String {
    let sessions = &model.facts.sessions;
    let mut tags: Vec<&str> =
        sessions.iter().flat_map(|it| it.instances.iter()).flat_map(|it| &it.tags).map(String::as_str).collect();
    tags.sort_unstable();
    tags.dedup();
    if let Some(unknown) = asked.tags.iter().find(|tag| !tags.contains(&tag.as_str())) {
        return match (nearest(unknown, tags.iter().copied()), tags.is_empty()) {
            (Some(near), _) => format!("no session has the tag `{unknown}`; did you mean `{near}`?"),
            (None, false) => format!("no session has the tag `{unknown}`; there are {}", list(&tags)),
            (None, true) => format!("no session has the tag `{unknown}`: none has any"),
        };
    }
    if !asked.pythons.is_empty() {
        return format!("nothing is selected: no such session runs with Python {}", asked.pythons.join(" or "));
    }
    if let Some(keywords) = &asked.keywords {
        return format!("nothing is selected: `-k {keywords}` fits no session");
    }
    match sessions.len() {
        0 => "nothing is selected: no session can be read in the noxfile".to_owned(),
        count => format!("nothing is selected: the noxfile has {count} sessions, none of them by default"),
    }
}

fn signature(model: &NoxfileModel, (session, instance): (SessionId, usize)) -> Option<&str> {
    Some(&model.facts.sessions.get(session.0)?.instances.get(instance)?.signature)
}

/// Some of `names`, for a message.
fn list(names: &[&str]) -> String {
    const SHOWN: usize = 12;
    let shown: Vec<String> = names.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
    let more = names.len().saturating_sub(SHOWN);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more}", shown.join(", "))
}
