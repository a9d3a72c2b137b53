//! Sessions that each build the package themselves: `python -m build` in `docs` and again in `check_dist`. One builds it,
//! the others require that one and find in the output folder what they have built themselves so far.
//!
//! Neighbours: `repeat` is one of them, `leaving` what goes of it; `unchanged` proves that all of these builds make the same,
//! `package` is the session that builds it where none does nothing else.

use facts::noxfile::ActionKind;
use model::{Access, Effect, Resource, SessionId};

use super::leaving::{self, Member};
use super::repeat::{self, Repeat, own_function};
use super::unchanged;
use crate::assists::noxfile::scope::NoxfileCx;

/// Sessions that build the same.
pub(super) struct Repeats<'a> {
    /// Those that stop doing so.
    pub(super) members: Vec<Member<'a>>,
    /// One that does nothing else: it goes on, for all.
    pub(super) builder: Option<Repeat<'a>>,
    /// What has to be so for it, as the end of a sentence.
    pub(super) caveat: Option<String>,
}

/// Sessions that build the package, and what can be done about it.
pub(super) struct Found<'a> {
    pub(super) ids: Vec<SessionId>,
    /// How often it is built, with all instances.
    pub(super) count: usize,
    pub(super) outcome: Result<Repeats<'a>, String>,
}

/// Sessions that build, compared with each other; past this number nothing is offered.
const MOST: usize = 120;

/// The sessions that build the package more often than once, one of them in `scope`.
pub(super) fn find<'a>(cx: &NoxfileCx<'a>, scope: &[SessionId]) -> Option<Found<'a>> {
    let all: Vec<Repeat<'a>> = (0..cx.noxfile.facts.sessions.len()).filter_map(|at| repeat::repeat(cx, SessionId(at))).collect();
    if all.len() > MOST {
        return None;
    }
    let asked = all.iter().filter(|it| scope.contains(&it.id));
    let groups = asked.map(|one| all.iter().filter(|it| repeat::builds_like(one, it)).cloned().collect::<Vec<_>>());
    let several = groups.into_iter().find(|group| count(group) > 1);
    if several.is_none() && !all.iter().any(|it| scope.contains(&it.id)) {
        return None;
    }
    let found = |group: &[Repeat<'a>], outcome| {
        Some(Found { ids: group.iter().map(|it| it.id).collect(), count: count(group), outcome })
    };
    let Some(group) = several else {
        let [one, other, ..] = all.as_slice() else { return None };
        let (first, second) = (&one.session.name, &other.session.name);
        return found(&all, Err(format!("`{first}` builds by `{}`, `{second}` by `{}`", one.shown(), other.shown())));
    };
    // One that builds something of its own goes on doing so.
    let (fit, unfit): (Vec<_>, Vec<_>) =
        group.iter().map(|it| (it, unchanged::alone(cx, it))).partition(|(_, outcome)| outcome.is_ok());
    let fit: Vec<Repeat<'a>> = fit.into_iter().map(|(it, _)| it.clone()).collect();
    let is_asked = fit.iter().any(|it| scope.contains(&it.id));
    let why = unfit.into_iter().find_map(|(it, outcome)| outcome.err().filter(|_| is_asked || scope.contains(&it.id)));
    match why {
        Some(why) if !is_asked || count(&fit) < 2 => found(&group, Err(why)),
        _ => found(&fit, repeats(cx, &fit)),
    }
}

fn count(group: &[Repeat<'_>]) -> usize {
    // One of which no instance is known may have some.
    group.iter().map(|it| it.session.instances.len().max(1)).sum()
}

fn repeats<'a>(cx: &NoxfileCx<'a>, group: &[Repeat<'a>]) -> Result<Repeats<'a>, String> {
    let pure: Vec<&Repeat<'_>> = group.iter().filter(|it| it.is_builder(cx)).collect();
    if let Some(one) = pure.iter().find(|it| it.session.instances.len() > 1) {
        let name = &one.session.name;
        return Err(format!("`{name}` does nothing but build it for several Pythons, which may be what it is for"));
    }
    let builder = pure.into_iter().find(|it| !installs_tree(it));
    let builder = builder.or_else(|| group.iter().find(|it| is_called_by_all(cx, it, group))).cloned();
    let function = builder.as_ref().and_then(|it| own_function(cx, it.session)).map(|(function, _)| function);
    let mut members = Vec::new();
    for repeat in group.iter().filter(|it| builder.as_ref().is_none_or(|builder| builder.id != it.id)) {
        members.push(leaving::member(cx, repeat, function)?);
    }
    refuse_own_environment(cx, builder.as_ref(), &members)?;
    let mut caveats: Vec<String> = members.iter().filter_map(|member| member.caveat.clone()).collect();
    caveats.extend(unchanged::check(cx, group)?);
    caveats.dedup();
    let caveat = (!caveats.is_empty()).then(|| format!("if {}", caveats.join(" and ")));
    Ok(Repeats { members, builder, caveat })
}

/// Who builds with what its environment holds may leave it to others only where these install the same: by the same call.
fn refuse_own_environment(cx: &NoxfileCx<'_>, builder: Option<&Repeat<'_>>, members: &[Member<'_>]) -> Result<(), String> {
    let function = builder.and_then(|it| own_function(cx, it.session)).map(|(function, _)| &*function.name.text);
    let first = function.or_else(|| members.first().and_then(|member| member.called));
    let is_same = |member: &&Member<'_>| member.called.is_some() && member.called == first && member.comes_first;
    let others = members.iter().filter(|member| !is_same(member));
    others.map(|member| &member.repeat).find_map(|it| unchanged::own_environment(cx, it)).map_or(Ok(()), Err)
}

/// Whether all the others call this session's function: whatever it does besides, they do, too.
fn is_called_by_all(cx: &NoxfileCx<'_>, repeat: &Repeat<'_>, group: &[Repeat<'_>]) -> bool {
    let (session, Some((function, _))) = (repeat.session, own_function(cx, repeat.session)) else { return false };
    let calls = |it: &Repeat<'_>| {
        own_function(cx, it.session).is_some_and(|(own, base)| leaving::call_of(own, base, &function.name.text).is_some())
    };
    let publishes = |effect: &Effect| effect.resource == Resource::World && effect.access != Access::Read;
    let publishes = cx.noxfile.effects.get(repeat.id.0).is_none_or(|effects| effects.items.iter().any(publishes));
    let is_alone = session.instances.len() == 1 && session.complete && session.requires.is_empty() && !publishes;
    is_alone && group.iter().filter(|it| it.id != repeat.id).all(calls)
}

/// `session.install(".")`: who requires such a one has the package built twice.
fn installs_tree(repeat: &Repeat<'_>) -> bool {
    repeat.session.actions.iter().any(|action| match &action.kind {
        ActionKind::Install { args } => args.iter().any(|arg| arg.text().is_some_and(|word| word.starts_with('.'))),
        _ => false,
    })
}
