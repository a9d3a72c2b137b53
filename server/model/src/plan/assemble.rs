//! A plan from what is known of a noxfile: needed edges as order, hazards as exclusions.
//!
//! The aim is that a run gives what today's run one after another gives. Hence: what writes for others comes before them;
//! who disturbs each other takes turns; and a formatter that comes first today stays first, because all that follows sees
//! its work. A formatter in the middle only takes turns with the others: as an edge to both sides it would cut the plan
//! in two, for sessions that a formatted tree passes anyhow.

use rustc_hash::FxHashMap;

use super::{Plan, Task, TaskId};
use crate::effects::{Access, Resource, Sharing};
use crate::estimate::Estimate;
use crate::graph::{Edge, EdgeKind, Evidence};
use crate::workspace::{NoxfileId, NoxfileModel, SessionId, Workspace};

/// One entry of nox's queue: a session and the index of its instance.
pub(crate) type Entry = (SessionId, usize);

impl Workspace {
    /// The plan that runs `sessions` of a noxfile, each with all its instances, in the needed order: declared edges, data
    /// edges, hazards as exclusions. `sessions` stand in the order of today; what they require is not added.
    pub fn plan(&self, noxfile: NoxfileId, sessions: &[SessionId]) -> Plan {
        let Some(model) = self.noxfile(noxfile) else { return Plan::default() };
        let instances = |id: SessionId| model.facts.sessions.get(id.0).map_or(0, |session| session.instances.len());
        let entries: Vec<Entry> =
            sessions.iter().flat_map(|&id| (0..instances(id)).map(move |instance| (id, instance))).collect();
        self.plan_of(noxfile, &entries)
    }

    /// The same for some instances: session and index into its `instances`, in the order of today.
    pub fn plan_of(&self, noxfile: NoxfileId, entries: &[(SessionId, usize)]) -> Plan {
        let Some(model) = self.noxfile(noxfile) else { return Plan::default() };
        let entries = distinct(model, entries);
        let order = Order::of(self, noxfile, &sessions_of(&entries));
        let entries = order.sorted(entries);
        let here = |(session, instance): Entry| model.local.instance(session, instance).copied();
        let estimates: Vec<Option<Estimate>> = entries.iter().map(|&entry| here(entry)).collect();
        self.assemble(noxfile, (&entries, &estimates), &order, self.settings.local_cores)
    }

    /// `sessions` with all that they require, in nox's order: prerequisites first, each once.
    pub fn with_required(&self, noxfile: NoxfileId, sessions: &[SessionId]) -> Vec<SessionId> {
        let Some(model) = self.noxfile(noxfile) else { return Vec::new() };
        let mut before: FxHashMap<SessionId, Vec<SessionId>> = FxHashMap::default();
        for edge in model.edges.iter().filter(|edge| edge.kind == EdgeKind::Requires) {
            before.entry(edge.to).or_default().push(edge.from);
        }
        depth_first(sessions, &|id| before.get(&id).map_or(&[][..], Vec::as_slice))
    }

    /// Tasks in the order of `entries`, each with its estimate, on a machine with so many cores.
    pub(crate) fn assemble(
        &self,
        noxfile: NoxfileId,
        (entries, estimates): (&[Entry], &[Option<Estimate>]),
        order: &Order,
        cores: usize,
    ) -> Plan {
        let Some(model) = self.noxfile(noxfile) else { return Plan::default() };
        let tasks = entries.iter().zip(estimates);
        let tasks = tasks.map(|(&entry, one)| task(model, entry, cores.max(1), one.map_or(0.0, |one| one.seconds)));
        let mut plan = Plan { tasks: tasks.collect(), ..Plan::default() };
        let mut places: FxHashMap<SessionId, Vec<usize>> = FxHashMap::default();
        for (place, (session, _)) in entries.iter().enumerate() {
            places.entry(*session).or_default().push(place);
        }
        for need in &order.needs {
            let from = &places[&need.from];
            let mut is_first = true;
            for &to in &places[&need.to] {
                let wanted = if need.is_required { required(model, entries, from, entries[to]) } else { Vec::new() };
                for &from in if wanted.is_empty() { from } else { &wanted } {
                    plan.edges.push((TaskId(from), TaskId(to)));
                    if std::mem::take(&mut is_first) {
                        plan.reasons.push((TaskId(from), TaskId(to), need.reason.clone()));
                    }
                }
            }
        }
        for (a, b, reason) in &order.exclusions {
            let mut is_first = true;
            for &a_place in &places[a] {
                for &b_place in places[b].iter().filter(|&&b_place| a != b || a_place < b_place) {
                    plan.exclusions.push((TaskId(a_place), TaskId(b_place)));
                    if std::mem::take(&mut is_first) {
                        plan.reasons.push((TaskId(a_place), TaskId(b_place), reason.clone()));
                    }
                }
            }
        }
        plan
    }
}

/// What is needed among some sessions.
pub(crate) struct Order {
    needs: Vec<Need>,
    exclusions: Vec<(SessionId, SessionId, String)>,
}

struct Need {
    from: SessionId,
    to: SessionId,
    is_required: bool,
    reason: String,
}

impl Order {
    /// `sessions`: distinct, in the order of today.
    pub(crate) fn of(workspace: &Workspace, noxfile: NoxfileId, sessions: &[SessionId]) -> Self {
        let mut order = Self { needs: Vec::new(), exclusions: Vec::new() };
        let Some(model) = workspace.noxfile(noxfile) else { return order };
        order.needs = needs(model, sessions);
        let mut leading: Vec<SessionId> = Vec::new();
        for (at, &a) in sessions.iter().enumerate() {
            if let Some(reason) = disturbs_itself(model, a) {
                order.exclusions.push((a, a, reason));
            }
            let mut leads = mutates(model, a);
            for &b in &sessions[..at] {
                let Some(reason) = disturbance(workspace, model, noxfile, b, a) else { continue };
                if leading.contains(&b) {
                    order.insist(b, a, format!("`{}` comes first today: {reason}", name(model, b)));
                } else {
                    leads = false;
                    order.exclusions.push((b, a, reason));
                }
            }
            if leads {
                leading.push(a);
            }
        }
        let ordered = order.reachable();
        order.exclusions.retain(|(a, b, _)| !ordered(*a, *b) && !ordered(*b, *a));
        order
    }

    /// Adds an edge, or an exclusion where the edge would close a circle.
    fn insist(&mut self, from: SessionId, to: SessionId, reason: String) {
        if self.reachable()(to, from) {
            self.exclusions.push((from, to, reason));
        } else {
            self.needs.push(Need { from, to, is_required: false, reason });
        }
    }

    /// Whether the second comes after the first.
    fn reachable(&self) -> impl Fn(SessionId, SessionId) -> bool + use<> {
        let mut after: FxHashMap<SessionId, Vec<SessionId>> = FxHashMap::default();
        for need in &self.needs {
            after.entry(need.from).or_default().push(need.to);
        }
        move |from, to| from != to && reaches(&after, from, to)
    }

    /// `entries` so that each stands behind what it needs, else as they are.
    pub(crate) fn sorted(&self, entries: Vec<Entry>) -> Vec<Entry> {
        let mut before: FxHashMap<SessionId, Vec<SessionId>> = FxHashMap::default();
        for need in &self.needs {
            before.entry(need.to).or_default().push(need.from);
        }
        let sessions = sessions_of(&entries);
        let sorted = depth_first(&sessions, &|id| before.get(&id).map_or(&[][..], Vec::as_slice));
        sorted.into_iter().flat_map(|id| entries.iter().copied().filter(move |(session, _)| *session == id)).collect()
    }
}

/// The needed edges among `sessions`, also those that go over sessions which do not take part. What is required stays,
/// also in a circle, for nox refuses that; the rest gives way where it would close one, the weaker first: two that queue
/// each other run in either order.
fn needs(model: &NoxfileModel, sessions: &[SessionId]) -> Vec<Need> {
    let mut strong: Vec<&Edge> = model.edges.iter().filter(|edge| is_needed(edge)).collect();
    strong.sort_by_key(|edge| (edge.evidence, edge.kind));
    let mut after: FxHashMap<SessionId, Vec<SessionId>> = FxHashMap::default();
    let mut kept: FxHashMap<(SessionId, SessionId), &Edge> = FxHashMap::default();
    for edge in strong {
        if kept.contains_key(&(edge.from, edge.to))
            || (edge.kind != EdgeKind::Requires && reaches(&after, edge.to, edge.from))
        {
            continue;
        }
        after.entry(edge.from).or_default().push(edge.to);
        kept.insert((edge.from, edge.to), edge);
    }
    let mut found = Vec::new();
    for &from in sessions {
        let mut seen = vec![from];
        let mut stack: Vec<(SessionId, Option<SessionId>)> = vec![(from, None)];
        while let Some((at, over)) = stack.pop() {
            for &next in after.get(&at).into_iter().flatten() {
                if seen.contains(&next) {
                    continue;
                }
                seen.push(next);
                let over = over.or((at != from).then_some(at));
                if !sessions.contains(&next) {
                    stack.push((next, over));
                    continue;
                }
                let edge = kept[&(at, next)];
                let reason = match over {
                    None => edge.reason.clone(),
                    Some(over) => {
                        format!("`{}` needs `{}` over `{}`", name(model, next), name(model, from), name(model, over))
                    }
                };
                found.push(Need {
                    from,
                    to: next,
                    is_required: over.is_none() && edge.kind == EdgeKind::Requires,
                    reason,
                });
            }
        }
    }
    found.sort_by_key(|need| (need.from, need.to));
    found
}

/// Whether an edge must hold in every order. [`EdgeKind::Order`] is for [`Order::of`] to judge.
fn is_needed(edge: &Edge) -> bool {
    edge.from != edge.to
        && edge.evidence < Evidence::OrderOnly
        && !matches!(edge.kind, EdgeKind::Order | EdgeKind::Needs)
}

/// Why `a` and `b` must not overlap.
fn disturbance(
    workspace: &Workspace,
    model: &NoxfileModel,
    noxfile: NoxfileId,
    a: SessionId,
    b: SessionId,
) -> Option<String> {
    if let Some(hazard) = workspace.disturbances(noxfile, a, b).into_iter().next() {
        return Some(hazard.reason);
    }
    let is_order = |edge: &&Edge| {
        edge.kind == EdgeKind::Order && ((edge.from, edge.to) == (a, b) || (edge.from, edge.to) == (b, a))
    };
    model.edges.iter().find(is_order).map(|edge| edge.reason.clone())
}

/// Why two instances of one session must not overlap: they write the same thing, under a name that is the same for both.
fn disturbs_itself(model: &NoxfileModel, session: SessionId) -> Option<String> {
    let effects = model.effects.get(session.0)?;
    let shared = effects.items.iter().find(|effect| {
        effect.sharing == Sharing::Exclusive
            && effect.access != Access::Read
            && !matches!(&effect.resource, Resource::Path(path) if path.contains('{'))
    })?;
    let what = match &shared.resource {
        Resource::Path(path) => format!("`{path}`"),
        Resource::Sources => "the sources".to_owned(),
        Resource::Git => "git's index".to_owned(),
        Resource::Port(port) => format!("port {port}"),
        Resource::Service(name) => format!("`{name}`"),
        Resource::Variable(name) => format!("the variable `{name}`"),
        Resource::World => "the world outside".to_owned(),
    };
    Some(format!("all instances of `{}` change {what}", name(model, session)))
}

/// Whether a session rewrites in place what others read.
fn mutates(model: &NoxfileModel, session: SessionId) -> bool {
    model.effects.get(session.0).is_some_and(|effects| {
        effects.items.iter().any(|effect| effect.access == Access::Mutate && effect.sharing == Sharing::Exclusive)
    })
}

/// Which of `from` (places of one session's instances) the instance `to` requires by signature; none: no way to tell.
fn required(model: &NoxfileModel, entries: &[Entry], from: &[usize], to: Entry) -> Vec<usize> {
    let Some(wanted) = model.facts.sessions.get(to.0.0).and_then(|session| session.instances.get(to.1)) else {
        return Vec::new();
    };
    let is_wanted = |&place: &usize| {
        let (session, instance) = entries[place];
        model.facts.sessions.get(session.0).is_some_and(|session| {
            wanted.requires.contains(&session.name)
                || session.instances.get(instance).is_some_and(|instance| {
                    wanted.requires.iter().any(|name| *name == instance.signature || instance.aliases.contains(name))
                })
        })
    };
    from.iter().copied().filter(is_wanted).collect()
}

fn task(model: &NoxfileModel, (session, instance): Entry, cores: usize, seconds: f64) -> Task {
    let facts = model.facts.sessions.get(session.0);
    let width = model.effects.get(session.0).and_then(|effects| effects.width);
    Task {
        label: facts
            .and_then(|session| session.instances.get(instance))
            .map_or_else(|| name(model, session).to_owned(), |instance| instance.signature.clone()),
        seconds,
        is_exclusive: facts.is_some_and(|session| session.allow_parallel == Some(false)),
        lanes: match width {
            None => 1,
            Some(0) => cores,
            Some(width) => width,
        },
    }
}

fn name(model: &NoxfileModel, session: SessionId) -> &str {
    model.facts.sessions.get(session.0).map_or("?", |session| &session.name)
}

/// Entries that exist, each once.
fn distinct(model: &NoxfileModel, entries: &[Entry]) -> Vec<Entry> {
    let mut seen = rustc_hash::FxHashSet::default();
    let exists = |&(session, instance): &Entry| {
        model.facts.sessions.get(session.0).is_some_and(|s| instance < s.instances.len())
    };
    entries.iter().copied().filter(|entry| exists(entry) && seen.insert(*entry)).collect()
}

/// The sessions of `entries`, each once, in order.
pub(crate) fn sessions_of(entries: &[Entry]) -> Vec<SessionId> {
    let mut seen = rustc_hash::FxHashSet::default();
    entries.iter().map(|(session, _)| *session).filter(|session| seen.insert(*session)).collect()
}

/// `roots` and what stands before them, each once, what is before first. Circles are cut where they close.
fn depth_first<'a>(roots: &[SessionId], before: &dyn Fn(SessionId) -> &'a [SessionId]) -> Vec<SessionId> {
    let mut entered = rustc_hash::FxHashSet::default();
    let mut order = Vec::new();
    for &root in roots {
        let mut path = Vec::new();
        if entered.insert(root) {
            path.push((root, 0));
        }
        while let Some((at, step)) = path.pop() {
            match before(at).get(step) {
                Some(&next) => {
                    path.push((at, step + 1));
                    if entered.insert(next) {
                        path.push((next, 0));
                    }
                }
                None => order.push(at),
            }
        }
    }
    order
}

fn reaches(after: &FxHashMap<SessionId, Vec<SessionId>>, from: SessionId, to: SessionId) -> bool {
    let mut seen = rustc_hash::FxHashSet::default();
    let mut stack = vec![from];
    while let Some(at) = stack.pop() {
        if at == to {
            return true;
        }
        if seen.insert(at) {
            stack.extend(after.get(&at).into_iter().flatten());
        }
    }
    false
}
