//! Which job of a split gets which steps, and which files go from one to another.

use facts::workflow::{Step, StepKind};
use model::forecast::{HandedOver, Sequence, Split};
use model::plan::TaskId;
use model::{Resource, SessionId, SessionKind};

use super::artifacts;
use super::layout;
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
    /// Steps behind the sessions that belong to them: indices into the old job's.
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
        plan.place_tail(cx, &sessions)?;
        plan.keep_comments(cx);
        Ok(plan)
    }

    /// Parts that `at` waits for.
    pub(crate) fn before(&self, at: usize) -> impl Iterator<Item = usize> {
        self.split.needs.iter().filter(move |(_, to)| *to == at).map(|(from, _)| *from)
    }

    /// Parts that none waits for: all are done when these are.
    pub(crate) fn last(&self) -> impl Iterator<Item = usize> {
        (0..self.parts.len()).filter(|at| !self.split.needs.iter().any(|(from, _)| from == at))
    }

    /// Steps behind the sessions go where the files are that they upload.
    fn place_tail(&mut self, cx: &GroupCx<'_>, sessions: &[Vec<SessionId>]) -> Result<(), String> {
        for (at, step) in cx.job.steps.iter().enumerate().skip(cx.group.steps.end) {
            let paths = artifacts::is_upload(step).then(|| uploaded(step)).flatten();
            let paths = paths.filter(|_| step.reads_steps.is_empty());
            let paths = paths.ok_or("steps after the sessions would run in every job")?;
            let writes = |ids: &Vec<SessionId>| ids.iter().any(|id| paths.iter().any(|path| writes(cx, *id, path)));
            let mut owners = (0..sessions.len()).filter(|job| writes(&sessions[*job]));
            match (owners.next(), owners.next()) {
                (Some(job), None) => self.parts[job].tail.push(at),
                _ => {
                    return Err(format!(
                        "nobody knows which session makes `{}`, which a later step uploads",
                        paths.join("`, `")
                    ));
                }
            }
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
            steps.push(PartStep::Part { step, command, comments: Vec::new() });
        } else {
            // One by one: in today's order whatever nox makes of several names.
            for at in mine {
                let command = cx.group.command(&[at], flag).ok_or(layout::UNUSUAL)?;
                steps.push(PartStep::Part { step, command, comments: Vec::new() });
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
    Ok(PartStep::Part { step: caller.step, command, comments: Vec::new() })
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

/// Paths that an upload step names; `None` where they cannot be read.
fn uploaded(step: &Step) -> Option<Vec<String>> {
    let StepKind::Uses { with, .. } = &step.kind else { return None };
    let (_, paths, _) = with.iter().find(|(key, ..)| key == "path")?;
    let paths: Vec<String> = paths.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect();
    let is_plain = |path: &String| !path.contains("${{") && !path.starts_with(['!', '/', '~']);
    (!paths.is_empty() && paths.iter().all(is_plain)).then_some(paths)
}

/// Whether a session makes what an upload names.
fn writes(cx: &GroupCx<'_>, id: SessionId, uploaded: &str) -> bool {
    let folder = &cx.group.noxfile.folder;
    let Some(effects) = cx.group.noxfile.effects.get(id.0) else { return false };
    effects.items.iter().any(|effect| {
        let Resource::Path(path) = &effect.resource else { return false };
        let path = if folder.is_empty() { path.clone() } else { format!("{folder}/{path}") };
        let is_made = matches!(effect.access, model::Access::Write | model::Access::Update);
        is_made
            && model::effects::meet(
                path.trim_start_matches("./"),
                uploaded.trim_start_matches("./").trim_end_matches('/'),
            )
    })
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
