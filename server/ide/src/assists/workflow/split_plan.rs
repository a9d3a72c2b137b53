//! Which job of a split gets which steps, and which files go from one to another.

use std::collections::BTreeSet;

use model::forecast::{HandedOver, Sequence, Split};
use model::plan::TaskId;
use model::{SessionId, SessionKind};

use super::layout;
use super::sent::{self, Sent};
use crate::assists::GroupCx;
use crate::assists::noxfile::calls;
use crate::assists::noxfile::script::FIRST_PARALLEL;
use crate::times;

/// A split in terms of steps.
pub(crate) struct SplitPlan {
    /// One a job, each behind those it needs.
    pub(crate) parts: Vec<Part>,
    /// Files that go from one job to another.
    pub(crate) hands: Vec<Hand>,
    pub(crate) split: Split,
    /// By part: its sessions.
    pub(crate) sessions: Vec<Vec<SessionId>>,
}

/// What one job runs.
pub(crate) struct Part {
    /// Its sessions' names, in order.
    pub(crate) names: Vec<String>,
    /// What sort of work all of them are, in a word; empty: several sorts.
    sort: &'static str,
    /// The session that takes longest.
    longest: String,
    /// Its steps with sessions.
    pub(crate) steps: Vec<PartStep>,
    /// Steps behind the sessions that send what these make: indices into the old job's.
    pub(crate) tail: Vec<usize>,
}

/// A step of a part.
pub(crate) enum PartStep {
    /// A step of the old job as it is.
    Whole(usize),
    /// Some sessions of a step.
    Part {
        /// Which.
        step: usize,
        /// Items of the group; none where it runs what others require.
        items: Vec<usize>,
        /// The command for those.
        command: String,
        /// Comments of the step, where they are not kept elsewhere.
        comments: Vec<String>,
    },
}

/// Files of one session that another job needs.
pub(crate) struct Hand {
    /// Jobs by their place among the parts.
    pub(crate) from: usize,
    pub(crate) to: usize,
    /// Whose files.
    pub(crate) session: String,
    /// Paths in the checkout.
    pub(crate) paths: Vec<String>,
    /// Where they go: the folder that the artifact's root stands for.
    pub(crate) root: String,
    /// Coverage data is among them.
    pub(crate) is_coverage: bool,
}

impl SplitPlan {
    /// Works out what goes where; the error says why that cannot be done.
    pub(crate) fn new(cx: &GroupCx<'_>, sequence: &Sequence, split: &Split) -> Result<Self, String> {
        let of_task = |task: &TaskId| sequence.sessions.get(task.0).copied();
        let sessions: Vec<Vec<SessionId>> =
            split.jobs.iter().map(|job| job.iter().filter_map(of_task).collect()).collect();
        let place = |id: SessionId| sessions.iter().position(|job| job.contains(&id));
        if cx.group.items.iter().any(|item| place(item.session).is_none()) {
            return Err("some sessions' times and order are not known".to_owned());
        }
        let noxfile = cx.group.noxfile_id;
        let is_named = |id: SessionId| cx.group.items.iter().any(|item| item.session == id);
        for id in &sequence.sessions {
            // A session that runs because another one requires it stands in no step of its own.
            if !is_named(*id) && !sequence.sessions.iter().any(|other| requires(cx, *id, *other) && is_named(*other)) {
                return Err(format!(
                    "`{}` runs in a step that is not part of this",
                    times::name(cx.group.noxfile, *id)
                ));
            }
        }
        let mut parts = Vec::new();
        for (at, ids) in sessions.iter().enumerate() {
            // Told not to run what it requires, nox must be told all that is to run here.
            let is_alone = ids
                .iter()
                .any(|to| sequence.sessions.iter().any(|from| requires(cx, *from, *to) && place(*from) != Some(at)));
            if is_alone {
                calls::refuse_old_nox(cx.snapshot, noxfile, FIRST_PARALLEL, "`--no-dependencies`")?;
            }
            parts.push(part(cx, sequence, ids, is_alone)?);
        }
        let mut hands: Vec<Hand> = Vec::new();
        for (from, to) in &sequence.plan.edges {
            let (Some(from), Some(to)) = (of_task(from), of_task(to)) else { continue };
            let (Some(first), Some(second)) = (place(from), place(to)) else { continue };
            let session = times::name(cx.group.noxfile, from);
            if first == second || hands.iter().any(|hand| (hand.to, hand.session.as_str()) == (second, session)) {
                continue;
            }
            hands.push(hand(cx, &sessions, (from, first), second)?);
        }
        let mut plan = Self { parts, hands, split: split.clone(), sessions: sessions.clone() };
        plan.place_senders(cx, &sessions)?;
        plan.keep_comments(cx);
        Ok(plan)
    }

    /// The items of each call that is written anew.
    pub(crate) fn calls(&self) -> Vec<Vec<usize>> {
        let steps = self.parts.iter().flat_map(|part| &part.steps);
        let calls = steps.filter_map(|step| match step {
            PartStep::Part { items, .. } => Some(items.clone()),
            PartStep::Whole(_) => None,
        });
        calls.collect()
    }

    /// Parts that `at` waits for.
    pub(crate) fn before(&self, at: usize) -> impl Iterator<Item = usize> {
        self.split.needs.iter().filter(move |(_, to)| *to == at).map(|(from, _)| *from)
    }

    /// Parts that none waits for: all are done when these are.
    pub(crate) fn last(&self) -> impl Iterator<Item = usize> {
        (0..self.parts.len()).filter(|at| !self.split.needs.iter().any(|(from, _)| from == at))
    }

    /// Steps among and behind the sessions go where the files are made that they send.
    fn place_senders(&mut self, cx: &GroupCx<'_>, sessions: &[Vec<SessionId>]) -> Result<(), String> {
        let runs_sessions = |at: usize| cx.group.items.iter().any(|item| item.step == at);
        for (at, step) in
            cx.job.steps.iter().enumerate().skip(cx.group.steps.start).filter(|(at, _)| !runs_sessions(*at))
        {
            let sent = sent::sent(step).ok_or("steps after the sessions would run in every job")?;
            let job = maker(cx, sessions, at, &sent)?;
            let part = self.parts.get_mut(job).ok_or(layout::UNUSUAL)?;
            if at >= cx.group.steps.end {
                part.tail.push(at);
                continue;
            }
            // Later sessions may write the same files: it keeps its place among the steps.
            let place = part.steps.iter().position(|other| other.step() > at).unwrap_or(part.steps.len());
            part.steps.insert(place, PartStep::Whole(at));
        }
        Ok(())
    }

    /// Comments of a step that is taken apart stay with its first part.
    fn keep_comments(&mut self, cx: &GroupCx<'_>) {
        let mut seen: Vec<usize> = Vec::new();
        for part in &mut self.parts {
            for step in &mut part.steps {
                let PartStep::Part { step, comments, .. } = step else { continue };
                if !seen.contains(step) {
                    seen.push(*step);
                    *comments = all_comments(cx, *step);
                }
            }
        }
    }
}

impl PartStep {
    /// The step of the old job that it comes from.
    fn step(&self) -> usize {
        match self {
            Self::Whole(step) | Self::Part { step, .. } => *step,
        }
    }
}

impl Part {
    /// A word for the job's id.
    pub(crate) fn label(&self, dash: char) -> String {
        let clean = |name: &str| -> String {
            name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' || c == '-' { c } else { '-' }).collect()
        };
        match self.names.as_slice() {
            [one] => clean(one),
            _ if !self.sort.is_empty() => self.sort.to_owned(),
            [one, other] => format!("{}{dash}{}", clean(one), clean(other)),
            _ => format!("{}{dash}and{dash}others", clean(&self.longest)),
        }
    }
}

fn part(cx: &GroupCx<'_>, sequence: &Sequence, ids: &[SessionId], is_alone: bool) -> Result<Part, String> {
    let noxfile = cx.group.noxfile;
    let items: Vec<usize> = (0..cx.group.items.len())
        .filter(|at| cx.group.items.get(*at).is_some_and(|item| ids.contains(&item.session)))
        .collect();
    let mut steps = Vec::new();
    let flag = if is_alone { " --no-dependencies" } else { "" };
    if is_alone {
        // What ran as a prerequisite has no words of its own.
        for id in ids.iter().filter(|id| !cx.group.items.iter().any(|item| item.session == **id)) {
            steps.push(prerequisites(cx, &[*id], flag)?);
        }
    }
    if items.is_empty() && !is_alone {
        steps.push(prerequisites(cx, ids, flag)?);
    }
    for step in cx.group.steps.clone() {
        let all: Vec<usize> = (0..cx.group.items.len()).filter(|at| cx.group.items[*at].step == step).collect();
        let mine: Vec<usize> = all.iter().copied().filter(|at| items.contains(at)).collect();
        if mine.is_empty() {
            continue;
        }
        if mine == all && !is_alone {
            steps.push(PartStep::Whole(step));
        } else if let Some(command) = cx.group.command(&mine, flag).filter(|_| !is_alone) {
            steps.push(PartStep::Part { step, items: mine, command, comments: Vec::new() });
        } else {
            // One by one: in today's order whatever nox makes of several names.
            for at in mine {
                let command = cx.group.command(&[at], flag).ok_or(layout::UNUSUAL)?;
                steps.push(PartStep::Part { step, items: vec![at], command, comments: Vec::new() });
            }
        }
    }
    let seconds = |id: &&SessionId| {
        let task = sequence.sessions.iter().position(|other| other == *id);
        task.and_then(|task| sequence.plan.tasks.get(task)).map_or(0.0, |task| task.duration())
    };
    let longest = ids.iter().rev().max_by(|a, b| seconds(a).total_cmp(&seconds(b)));
    Ok(Part {
        names: ids.iter().map(|id| times::name(noxfile, *id).replace(['"', '\''], "")).collect(),
        sort: sort(cx, ids),
        longest: longest.map(|id| times::name(noxfile, *id).to_owned()).unwrap_or_default(),
        steps,
        tail: Vec::new(),
    })
}

/// A step for sessions that ran because others require them, as the step that made nox run the first of them.
fn prerequisites(cx: &GroupCx<'_>, ids: &[SessionId], flag: &str) -> Result<PartStep, String> {
    let caller = ids.first().and_then(|id| cx.group.caller(cx.snapshot, *id)).ok_or(layout::UNUSUAL)?;
    let names: Vec<String> = ids.iter().map(|id| super::group::quoted(times::name(cx.group.noxfile, *id))).collect();
    let command = format!("{}{}{flag} -s {}", caller.launcher, caller.flags, names.join(" "));
    Ok(PartStep::Part { step: caller.step, items: Vec::new(), command, comments: Vec::new() })
}

/// What sort of work all of the sessions are.
fn sort(cx: &GroupCx<'_>, ids: &[SessionId]) -> &'static str {
    use SessionKind::{Build, Coverage, DeadCode, Docs, Format, IntegrationTest, Lint, Security, Test, Typecheck};
    let kinds: Vec<SessionKind> =
        ids.iter().filter_map(|id| cx.group.noxfile.effects.get(id.0)).map(|effects| effects.kind).collect();
    let sorts: [(&[SessionKind], &'static str); 4] = [
        (&[Lint, Format, Typecheck, Security, DeadCode], "static"),
        (&[Test, IntegrationTest, Coverage], "tests"),
        (&[Docs], "docs"),
        (&[Build], "packages"),
    ];
    sorts.into_iter().find(|(list, _)| kinds.iter().all(|kind| list.contains(kind))).map_or("", |(_, word)| word)
}

/// What goes from session `from` in job `first` to whoever needs it in job `second`.
fn hand(
    cx: &GroupCx<'_>,
    sessions: &[Vec<SessionId>],
    (from, first): (SessionId, usize),
    second: usize,
) -> Result<Hand, String> {
    // Variables of a step or the job (`COVERAGE_FILE`) may move what a session leaves.
    let (workspace, noxfile) = (&cx.snapshot.workspace, cx.group.judged);
    let name = times::name(cx.group.noxfile, from);
    // One artifact a session, with all that any other job needs of it.
    let mut files: Vec<HandedOver> = Vec::new();
    let mut is_coverage = false;
    for (job, ids) in sessions.iter().enumerate().filter(|(job, _)| *job != first) {
        let needed: Vec<HandedOver> =
            ids.iter().filter_map(|to| workspace.handed_over(noxfile, from, *to)).flatten().collect();
        if job == second && needed.is_empty() {
            return Err(format!("nobody knows which files `{name}` leaves for the others"));
        }
        files.extend(needed);
        is_coverage |= ids.iter().any(|to| workspace.coverage_data(noxfile, from, *to).is_some());
    }
    files.sort();
    files.dedup();
    let folder = &cx.group.noxfile.folder;
    let whole = |path: &str| if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") };
    let root =
        root(&files.iter().map(|file| HandedOver { path: whole(&file.path), ..file.clone() }).collect::<Vec<_>>());
    Ok(Hand {
        from: first,
        to: second,
        session: name.to_owned(),
        paths: files.iter().map(|file| whole(&file.path)).collect(),
        root,
        is_coverage,
    })
}

/// The folder that the artifact's root stands for: the deepest that all searched places have in common (read in
/// actions/toolkit's `getMultiPathLCA`). Of a folder it is the folder itself, of a file or a pattern what holds it.
fn root(files: &[HandedOver]) -> String {
    let folders = files.iter().map(|file| {
        let parts: Vec<&str> = file.path.split('/').take_while(|part| !part.contains('*')).collect();
        let is_file = !file.is_folder && parts.len() == file.path.split('/').count();
        let keep = parts.len() - usize::from(is_file && !parts.is_empty());
        parts.into_iter().take(keep).collect::<Vec<_>>()
    });
    let common = folders.reduce(|a, b| a.iter().zip(&b).take_while(|(a, b)| a == b).map(|(a, _)| *a).collect());
    common.unwrap_or_default().join("/")
}

fn requires(cx: &GroupCx<'_>, from: SessionId, to: SessionId) -> bool {
    cx.snapshot.workspace.requires(cx.group.noxfile_id, from, to)
}

/// The job whose sessions make what the step at `at` sends; the error says why there is not just one.
fn maker(cx: &GroupCx<'_>, sessions: &[Vec<SessionId>], at: usize, sent: &Sent) -> Result<usize, String> {
    let (noxfile, folder) = (cx.group.noxfile, cx.group.noxfile.folder.as_str());
    // By session that runs before the step: the last step that runs it (none: it is required by one), its job, its files.
    let makers = |files: &dyn Fn(&model::Effects) -> BTreeSet<String>| {
        let mut makers: Vec<(Option<usize>, usize, BTreeSet<String>)> = Vec::new();
        for (job, id) in sessions.iter().enumerate().flat_map(|(job, ids)| ids.iter().map(move |id| (job, id))) {
            let own = || cx.group.items.iter().filter(|item| item.session == *id).map(|item| item.step);
            let last = own().filter(|step| *step < at).max();
            let files = noxfile.effects.get(id.0).map(|effects| files(effects)).unwrap_or_default();
            if !files.is_empty() && (last.is_some() || own().next().is_none()) {
                makers.push((last, job, files));
            }
        }
        makers.sort();
        makers
    };
    let mut all = makers(&|effects| sent.among(effects, folder));
    if all.is_empty() {
        all = makers(&|effects| sent.data_among(effects, folder));
    }
    let Some((_, job, files)) = all.last() else {
        return Err(format!("nobody knows which session makes {}, which a later step uploads", sent.words()));
    };
    // What the last one writes anew is all that is sent, whoever wrote it before.
    let is_last = |(_, other, older): &(Option<usize>, usize, BTreeSet<String>)| other == job || older.is_subset(files);
    if !all.iter().all(is_last) {
        return Err(format!("sessions of several jobs make {}, which one step uploads", sent.words()));
    }
    Ok(*job)
}

/// Comments of a step with those above it.
fn all_comments(cx: &GroupCx<'_>, at: usize) -> Vec<String> {
    let Some(step) = cx.job.steps.get(at) else { return Vec::new() };
    let text = cx.file.document.text();
    let from = match at.checked_sub(1).and_then(|before| cx.job.steps.get(before)) {
        Some(before) => layout::line_end(text, before.span.end),
        None => cx.job.steps_span.map_or(step.span.start, |steps| steps.start),
    };
    let span = syntax::Span::new(from, layout::line_end(text, step.span.end));
    let found = layout::comments(&cx.file.document, std::slice::from_ref(step), span);
    found.into_iter().map(|(_, comment)| comment).collect()
}
