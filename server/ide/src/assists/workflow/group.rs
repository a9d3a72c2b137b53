//! The steps of a job that run nox sessions one after another, and which of those sessions may overlap.
//!
//! A step takes part when it does nothing but run nox in a way that another step could do as well. Steps that are not
//! next to each other do not meet in a group: what stands between them may need its place.

use std::ops::Range;
use std::sync::Arc;

use facts::shell::NoxCall;
use facts::workflow::{Job, Step, StepKind};
use model::links::Link;
use model::{EdgeKind, NoxfileId, NoxfileModel, SessionId, SessionKind, Verdict, WorkflowModel};
use syntax::Span;

use crate::snapshot::{FileState, Snapshot};

/// Sessions looked at in one group; more are left alone, as every pair is compared.
const MAX_ITEMS: usize = 120;

/// Neighbouring steps that run sessions.
pub(crate) struct Group<'a> {
    /// The noxfile of all of them.
    pub(crate) noxfile_id: NoxfileId,
    /// It as the job runs it: what its variables move collides elsewhere.
    pub(crate) judged: NoxfileId,
    pub(crate) noxfile: &'a NoxfileModel,
    /// Their places in the job.
    pub(crate) steps: Range<usize>,
    /// The sessions, in the order in which they run.
    pub(crate) items: Vec<Item>,
    /// How nox is started: `nox`, `uvx nox`.
    pub(crate) launcher: String,
    /// nox's flags other than the selection, as written, with a space in front: ` --error-on-missing-interpreters`.
    pub(crate) flags: String,
    /// What is left as it is and what runs at the same time, in order.
    pub(crate) parts: Vec<Part>,
    /// Commands whose effects nobody knows.
    pub(crate) unknown: Vec<String>,
}

/// One session that a step runs.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Item {
    /// Which.
    pub(crate) session: SessionId,
    /// The step: index into the job's.
    pub(crate) step: usize,
    /// How it is named behind `-s`.
    pub(crate) text: String,
    /// Words behind `--`, as written.
    pub(crate) posargs: String,
}

/// A stretch of a group's items.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Part {
    /// Runs by itself, in its place: others see what it does to the sources, or it disturbs too many.
    Alone(usize),
    /// Runs at the same time; at least two units.
    Parallel(Vec<Unit>),
}

/// Items that run one after another in one process, and the units that must end before it starts.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Unit {
    /// Indices of items, in order.
    pub(crate) items: Vec<usize>,
    /// Indices of earlier units of the same part.
    pub(crate) after: Vec<usize>,
}

/// The group at `span`: the one that the selection touches, else the largest of the job.
pub(crate) fn find<'a>(
    snapshot: &'a Snapshot,
    file: &Arc<FileState>,
    workflow: &'a WorkflowModel,
    job_at: usize,
    span: Span,
) -> Option<Group<'a>> {
    let job = workflow.facts.jobs.get(job_at)?;
    let text = file.document.text();
    let selected = |step: &Step| span.is_empty() || step.span.meets(span) || !in_steps(job, span);
    let mut groups: Vec<Group<'a>> = Vec::new();
    for (at, step) in job.steps.iter().enumerate() {
        let Some(found) = selected(step).then(|| read_step(snapshot, workflow, job_at, at, text)).flatten() else {
            continue;
        };
        match groups.last_mut() {
            Some(group) if group.takes(&found, job) => {
                group.steps.end = at + 1;
                group.items.extend(found.items);
            }
            _ => {
                let id = snapshot.workspace.workflow_of(file.id)?;
                let judged = snapshot.workspace.judged(id, job_at, found.noxfile);
                let noxfile = snapshot.workspace.noxfile(judged)?;
                groups.push(Group {
                    noxfile_id: found.noxfile,
                    judged,
                    noxfile,
                    steps: at..at + 1,
                    items: found.items,
                    launcher: found.launcher,
                    flags: found.flags,
                    parts: Vec::new(),
                    unknown: Vec::new(),
                });
            }
        }
    }
    groups.retain(|group| (2..=MAX_ITEMS).contains(&group.items.len()) && !is_referenced(job, &group.steps));
    let largest = groups.iter().enumerate().max_by_key(|(at, group)| (group.items.len(), usize::MAX - at))?.0;
    let touched = groups.iter().position(|group| {
        let spans = job.steps.get(group.steps.clone()).unwrap_or_default();
        in_steps(job, span) && spans.iter().any(|step| step.span.meets(span))
    });
    let mut group = groups.swap_remove(touched.unwrap_or(largest));
    let mut unknown = Vec::new();
    group.parts = parts(snapshot, &group, &mut unknown);
    group.unknown = unknown;
    Some(group)
}

impl Group<'_> {
    /// Whether some of them may run at the same time on one machine.
    pub(crate) fn has_parallel_parts(&self) -> bool {
        self.parts.iter().any(|part| matches!(part, Part::Parallel(_)))
    }

    /// Sessions that run at the same time as others.
    pub(crate) fn parallel_items(&self) -> usize {
        let units = self.parts.iter().flat_map(|part| match part {
            Part::Alone(_) => &[][..],
            Part::Parallel(units) => units.as_slice(),
        });
        units.map(|unit| unit.items.len()).sum()
    }

    /// The words that make nox run `items` in order: `nox --flag -s a b -- posargs`. `None` when they need several calls.
    pub(crate) fn command(&self, items: &[usize], extra: &str) -> Option<String> {
        let items: Vec<&Item> = items.iter().filter_map(|at| self.items.get(*at)).collect();
        let posargs = &items.first()?.posargs;
        if items.iter().any(|item| item.posargs != *posargs) {
            return None;
        }
        let names = items.iter().map(|item| item.text.as_str()).collect::<Vec<_>>().join(" ");
        let tail = if posargs.is_empty() { String::new() } else { format!(" -- {posargs}") };
        Some(format!("{}{}{extra} -s {names}{tail}", self.launcher, self.flags))
    }

    /// What stands in the way of a proof that the sessions do not disturb each other.
    pub(crate) fn caveat(&self) -> Option<String> {
        let first = self.unknown.first()?;
        Some(format!("unverified: nobody knows what `{first}` touches"))
    }

    fn takes(&self, found: &Found, job: &Job) -> bool {
        let may_join = model::verdict::steps(job, self.steps.end.saturating_sub(1), found.step).is_none();
        may_join && self.noxfile_id == found.noxfile && self.launcher == found.launcher && self.flags == found.flags
    }
}

/// What one eligible step runs.
struct Found {
    step: usize,
    noxfile: NoxfileId,
    launcher: String,
    flags: String,
    items: Vec<Item>,
}

fn read_step(snapshot: &Snapshot, workflow: &WorkflowModel, job: usize, at: usize, text: &str) -> Option<Found> {
    let step = workflow.facts.jobs.get(job)?.steps.get(at)?;
    let StepKind::Run { script, .. } = &step.kind else { return None };
    let is_plain = step.condition.is_none()
        && !step.continue_on_error
        && !step.background
        && step.timeout_minutes.is_none()
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
            Some(all) if (all.noxfile, &all.launcher, &all.flags) == (one.noxfile, &one.launcher, &one.flags) => {
                all.items.extend(one.items);
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
    let flags: String = call.other_flags.iter().map(|flag| format!(" {}", flag.span.of(text))).collect();
    let posargs = call.posargs.iter().map(|word| word.span.of(text)).collect::<Vec<_>>().join(" ");
    let mut items = Vec::new();
    for run in link.runs.iter().filter(|run| !run.is_prerequisite) {
        let session = model.facts.sessions.get(run.session.0)?;
        let mut push = |text: String| {
            items.push(Item { session: run.session, step, text, posargs: posargs.clone() });
        };
        match run.word.map(|word| word.of(text)) {
            Some(word) => push(word.to_owned()),
            None if run.instances.len() == session.instances.len() => push(quoted(&session.name)),
            None => {
                for instance in run.instances.iter().filter_map(|at| session.instances.get(*at)) {
                    push(quoted(&instance.signature));
                }
            }
        }
    }
    // A word that names several sessions at once (`$SESSIONS`) cannot be taken apart.
    let mut words: Vec<&str> = items.iter().map(|item| item.text.as_str()).collect();
    words.dedup();
    let repeats = words.len() != items.len() || words.iter().any(|word| word.contains("${{") || word.contains('$'));
    (!repeats).then_some(Found { step, noxfile, launcher, flags, items })
}

/// A session's name as a shell word.
pub(super) fn quoted(name: &str) -> String {
    let is_bare = name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.:+".contains(c));
    if is_bare { name.to_owned() } else { format!("\"{name}\"") }
}

/// Whether anything in the job reads the id of one of the steps: then the step must stay.
fn is_referenced(job: &Job, steps: &Range<usize>) -> bool {
    let ids = job.steps.get(steps.clone()).unwrap_or_default().iter().filter_map(|step| step.id.as_ref());
    let mut ids = ids.map(|(id, _)| id.as_str());
    let read = |id: &str| job.steps.iter().any(|step| step.reads_steps.iter().any(|(other, _)| other == id));
    ids.any(|id| read(id) || !job.outputs.is_empty())
}

fn in_steps(job: &Job, span: Span) -> bool {
    job.steps_span.is_some_and(|steps| steps.covers(span)) && job.steps.iter().any(|step| step.span.meets(span))
}

/// Cuts the items into stretches that run at the same time and items that stay alone in their place.
fn parts(snapshot: &Snapshot, group: &Group<'_>, unknown: &mut Vec<String>) -> Vec<Part> {
    let n = group.items.len();
    let relation = Relations::of(snapshot, group, unknown);
    // One that may not overlap with most of the others keeps its place: a formatter that rewrites what all read.
    let is_barrier = |at: usize| {
        let session = group.items.get(at).map_or(usize::MAX, |item| item.session.0);
        if group.noxfile.effects.get(session).is_some_and(|effects| effects.kind == SessionKind::Release) {
            return true; // publishing is never run beside anything, nor moved
        }
        let against = (0..n).filter(|other| *other != at && relation.excludes(at, *other)).count();
        n > 2 && against * 2 > n - 1
    };
    let mut parts = Vec::new();
    let mut stretch: Vec<usize> = Vec::new();
    for at in 0..=n {
        if at < n && !is_barrier(at) {
            stretch.push(at);
            continue;
        }
        let units = units(&relation, &std::mem::take(&mut stretch));
        if units.len() > 1 {
            parts.push(Part::Parallel(units));
        } else {
            parts.extend(units.into_iter().flat_map(|unit| unit.items).map(Part::Alone));
        }
        if at < n {
            parts.push(Part::Alone(at));
        }
    }
    parts
}

/// How two items stand to each other.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Relation {
    Free,
    Ordered,
    Excluded,
}

struct Relations {
    n: usize,
    of: Vec<Relation>,
}

impl Relations {
    fn of(snapshot: &Snapshot, group: &Group<'_>, unknown: &mut Vec<String>) -> Self {
        let n = group.items.len();
        let mut of = vec![Relation::Free; n * n];
        let required: Vec<Vec<SessionId>> =
            group.items.iter().map(|item| requirements(group.noxfile, item.session)).collect();
        for (a, first) in group.items.iter().enumerate() {
            for (b, second) in group.items.iter().enumerate().skip(a + 1) {
                of[a * n + b] = if first.session == second.session || meet(&required, a, b) {
                    // One environment folder, or a prerequisite that nox runs in each process of its own: one process.
                    Relation::Excluded
                } else {
                    match snapshot.workspace.verdict(group.judged, first.session, second.session) {
                        Verdict::Parallel => Relation::Free,
                        Verdict::MustOrder(_) => Relation::Ordered,
                        Verdict::AfterCure(_) | Verdict::Exclusive(_) => Relation::Excluded,
                        Verdict::Unknown(what) => {
                            unknown.extend(what);
                            Relation::Free
                        }
                    }
                };
            }
        }
        unknown.sort();
        unknown.dedup();
        Self { n, of }
    }

    fn between(&self, a: usize, b: usize) -> Relation {
        self.of.get(a.min(b) * self.n + a.max(b)).copied().unwrap_or(Relation::Free)
    }

    fn excludes(&self, a: usize, b: usize) -> bool {
        self.between(a, b) == Relation::Excluded
    }
}

/// A session and all that it requires, directly or over others.
fn requirements(noxfile: &NoxfileModel, session: SessionId) -> Vec<SessionId> {
    let mut found = vec![session];
    let mut at = 0;
    while let Some(id) = found.get(at).copied() {
        let requires = noxfile.edges.iter().filter(|edge| edge.kind == EdgeKind::Requires && edge.to == id);
        for edge in requires {
            if !found.contains(&edge.from) {
                found.push(edge.from);
            }
        }
        at += 1;
    }
    found
}

fn meet(required: &[Vec<SessionId>], a: usize, b: usize) -> bool {
    let (Some(a), Some(b)) = (required.get(a), required.get(b)) else { return false };
    a.iter().any(|id| b.contains(id))
}

/// Units of one stretch: items that exclude each other share one; order becomes `after`.
fn units(relation: &Relations, stretch: &[usize]) -> Vec<Unit> {
    let mut owner: Vec<usize> = (0..stretch.len()).collect();
    let join = |owner: &mut Vec<usize>, a: usize, b: usize| {
        let (from, to) = (owner[a].max(owner[b]), owner[a].min(owner[b]));
        owner.iter_mut().filter(|o| **o == from).for_each(|o| *o = to);
    };
    for a in 0..stretch.len() {
        for b in a + 1..stretch.len() {
            if relation.excludes(stretch[a], stretch[b]) {
                join(&mut owner, a, b);
            }
        }
    }
    // A unit may not wait for one that waits for it: items of the two then run in one process, in today's order.
    // Order always points forward, so such a pair shows as order in both directions between two owners.
    loop {
        let ordered = |a: usize, b: usize| relation.between(stretch[a], stretch[b]) == Relation::Ordered;
        let edges: Vec<(usize, usize)> = (0..stretch.len())
            .flat_map(|a| (a + 1..stretch.len()).map(move |b| (a, b)))
            .filter(|(a, b)| ordered(*a, *b) && owner[*a] != owner[*b])
            .map(|(a, b)| (owner[a], owner[b]))
            .collect();
        let Some(back) = edges.iter().find(|(from, to)| reaches(&edges, *to, *from)) else {
            let mut heads: Vec<usize> = owner.clone();
            heads.sort_unstable();
            heads.dedup();
            let mut units: Vec<Unit> = Vec::new();
            for head in topological(&heads, &edges) {
                let items = (0..stretch.len()).filter(|at| owner[*at] == head.0).map(|at| stretch[at]).collect();
                let after: Vec<usize> = head.1;
                units.push(Unit { items, after });
            }
            return units;
        };
        let (a, b) = *back;
        let (from, to) = (a.max(b), a.min(b));
        owner.iter_mut().filter(|o| **o == from).for_each(|o| *o = to);
    }
}

fn reaches(edges: &[(usize, usize)], from: usize, to: usize) -> bool {
    let mut seen = vec![from];
    let mut at = 0;
    while let Some(node) = seen.get(at).copied() {
        if node == to {
            return true;
        }
        for (_, next) in edges.iter().filter(|(first, _)| *first == node) {
            if !seen.contains(next) {
                seen.push(*next);
            }
        }
        at += 1;
    }
    false
}

/// Heads in an order in which each comes after what it waits for (else in today's), with the places of those.
fn topological(heads: &[usize], edges: &[(usize, usize)]) -> Vec<(usize, Vec<usize>)> {
    let mut done: Vec<(usize, Vec<usize>)> = Vec::new();
    while done.len() < heads.len() {
        let place = |head: usize| done.iter().position(|(other, _)| *other == head);
        let ready = heads.iter().find(|head| {
            place(**head).is_none()
                && edges.iter().filter(|(_, to)| to == *head).all(|(from, _)| place(*from).is_some())
        });
        let Some(head) = ready else { break };
        let mut after: Vec<usize> =
            edges.iter().filter(|(_, to)| to == head).filter_map(|(from, _)| place(*from)).collect();
        after.sort_unstable();
        after.dedup();
        done.push((*head, after));
    }
    done
}

/// Whether any overlap of `a` and `b` must be prevented; for edits that cannot chain sessions.
pub(crate) fn forbids_overlap(snapshot: &Snapshot, noxfile: NoxfileId, a: SessionId, b: SessionId) -> bool {
    !snapshot.workspace.disturbances(noxfile, a, b).is_empty()
}
