//! Splits a job whose one nox call runs sessions in many Pythons into a matrix with a job for each Python, behind a gate
//! under the old name.
//!
//! ```yaml
//! tests:
//!   runs-on: ubuntu-latest
//!   steps:
//!     - uses: actions/setup-python@v7
//!       with:
//!         python-version: |
//!           3.13
//!           3.14
//!     - run: nox -s tests
//! ```
//! ->
//! ```yaml
//! tests-pythons:
//!   strategy:
//!     fail-fast: false
//!     matrix:
//!       python-version: ["3.13", "3.14"]
//!   steps:
//!     - uses: actions/setup-python@v7
//!       with:
//!         python-version: ${{ matrix.python-version }}
//!     - run: nox -p ${{ matrix.python-version }} -s tests
//! ```
//! Each job sets up the one interpreter that it needs, where steps say which they set up. Neighbour: `interpreters` reads
//! these.

use facts::shell::NoxCall;
use facts::workflow::{Step, StepKind};
use model::forecast::spread;
use model::links::Link;
use model::{Access, Estimate, Hazard, NoxfileModel, Resource};
use syntax::{Span, TextEdit};

use super::artifacts;
use super::braces;
use super::gate;
use super::gate_runner;
use super::interpreters::{self, Interpreters};
use super::job_text::free_id;
use super::layout::{self, UNUSUAL};
use super::matrix_cells::mutator;
use super::split_into_matrix::{setup_repeats, unsharable};
use super::style::Style;
use crate::anchors;
use crate::assist::{FileEdit, OfferKind};
use crate::assists::context::JobCx;
use crate::assists::gain::{Gain, Machines};
use crate::assists::{Assist, AssistCx, Draft, Spot};

pub(super) const ASSIST: Assist = Assist { id: "split-by-python", kind: OfferKind::Parallel, at: &[Spot::Job, Spot::Step, Spot::OtherStep], run };

/// A call that names no sessions runs those of no Python, too, as soon as there are some.
const PINS: &str = "sessions added later without one of these Pythons would not run";

/// Key of the matrix: setup-python's own word.
const KEY: &str = "python-version";

fn run(cx: &AssistCx<'_>) -> Option<Draft> {
    let cx = cx.job()?;
    let found = Found::of(cx)?;
    let unknown = found.unknown().map(|command| format!("unverified: nobody knows what `{command}` touches"));
    let mutates = || mutator(found.noxfile, found.link.runs.iter().map(|run| run.session));
    let skipped = found.all - found.pythons.len();
    let skips = (skipped > 0).then(|| format!("if nox skips the other {skipped}, which no step installs"));
    let pins = found.call.selection.sessions.is_none().then(|| PINS.to_owned());
    let caveat = super::joined([unknown.or_else(mutates), skips, pins]);
    Some(Draft {
        title: format!("Split {} Pythons into a matrix of as many jobs", found.pythons.len()),
        gain: gain(cx, &found),
        caveat,
        edits: refuse(cx, &found).and_then(|()| edits(cx, &found)),
    })
}

/// A job with one call that runs sessions in several Pythons.
struct Found<'a> {
    noxfile: &'a NoxfileModel,
    link: &'a Link,
    call: &'a NoxCall,
    step: usize,
    /// Interpreters that the sessions run with and that are there.
    pythons: Vec<String>,
    /// Interpreters that the noxfile asks for.
    all: usize,
    interpreters: Interpreters,
}

impl<'a> Found<'a> {
    fn of(cx: JobCx<'a>) -> Option<Self> {
        let mut links = cx.workflow.links.iter().filter(|link| link.site.job == cx.at);
        let (link, None) = (links.next()?, links.next()) else { return None };
        let step = cx.job.steps.get(link.site.step).filter(|_| cx.job.strategy.is_none() && link.site.member.is_none())?;
        let StepKind::Run { script, .. } = &step.kind else { return None };
        let call = script.nox_calls.get(link.site.call)?;
        let selection = &call.selection;
        let is_plain = script.nox_calls.len() == 1
            && script.commands.len() == 1
            && call.through.is_none()
            && !(call.lists_only || call.background || call.conditional || call.may_fail)
            && call.parallel.is_none()
            && selection.pythons.is_none()
            && selection.force_pythons.is_none()
            && !selection.is_from_environment
            && selection.overridden.is_empty();
        let noxfile = cx.snapshot.workspace.noxfiles.get(link.noxfile?.0)?;
        if !is_plain || link.is_partial || !link.unknown.is_empty() {
            return None;
        }
        let mut all: Vec<String> = Vec::new();
        for run in link.runs.iter() {
            let session = noxfile.facts.sessions.get(run.session.0)?;
            for instance in run.instances.iter().filter_map(|at| session.instances.get(*at)) {
                // A session without a Python of its own is in no cell.
                let python = instance.python.as_ref()?;
                if !all.contains(python) {
                    all.push(python.clone());
                }
            }
        }
        let interpreters = Interpreters::of(cx.job, link.site.step);
        let mut pythons = all.clone();
        if interpreters::skips_missing(call) && interpreters.are_several() {
            pythons.retain(|python| interpreters.have(python));
        }
        let all = all.len();
        (pythons.len() > 1).then_some(Self { noxfile, link, call, step: link.site.step, pythons, all, interpreters })
    }

    /// A command of the sessions that nobody knows.
    fn unknown(&self) -> Option<&str> {
        let effects = self.link.runs.iter().filter_map(|run| self.noxfile.effects.get(run.session.0));
        effects.flat_map(|effects| &effects.unknown).next().map(|command| command.what.as_str())
    }

    /// By Python, the seconds of its sessions.
    fn seconds(&self) -> Vec<f64> {
        let of = |python: &String| {
            let runs = self.link.runs.iter().filter_map(|run| {
                let session = self.noxfile.facts.sessions.get(run.session.0)?;
                let is_its = |at: &usize| session.instances.get(*at).is_some_and(|it| it.python.as_ref() == Some(python));
                let own: Vec<usize> = run.instances.iter().copied().filter(is_its).collect();
                self.noxfile.ci.sum(run.session, &own)
            });
            runs.map(|sum| sum.seconds).sum()
        };
        self.pythons.iter().map(of).collect()
    }
}

/// Why the job must stay one, if so.
fn refuse(cx: JobCx<'_>, found: &Found<'_>) -> Result<(), String> {
    let runs = |id| found.link.runs.iter().any(|run| run.session == id);
    let mut edges = found.noxfile.edges.iter().filter(|edge| edge.is_needed() && edge.is_dependency());
    let changes_the_world = found.link.runs.iter().filter_map(|run| found.noxfile.effects.get(run.session.0)).any(|effects| {
        effects.items.iter().any(|effect| effect.resource == Resource::World && effect.access != Access::Read)
    });
    let why = if let Some(why) = unsharable(cx.job).or_else(|| setup_repeats(cx.job, found.step)) {
        why
    } else if !cx.job.steps.iter().skip(found.step + 1).all(is_of_each_cell) {
        "steps after the sessions would run in every job"
    } else if changes_the_world {
        "the sessions publish, which must happen once"
    } else if let Some(hazard) = disturbed(cx, found) {
        return Err(hazard.reason);
    } else if let Some(edge) = edges.find(|edge| runs(edge.from) && runs(edge.to)) {
        return Err(format!("{}, which may be that of another Python", edge.reason));
    } else {
        return found.interpreters.refuse(&found.pythons);
    };
    Err(why.to_owned())
}

/// Two instances that disturb each other on machines of their own, too.
fn disturbed(cx: JobCx<'_>, found: &Found<'_>) -> Option<Hazard> {
    let noxfile = found.link.noxfile?;
    let all = || found.link.runs.iter().map(|run| run.session);
    let pairs = all().flat_map(|a| all().map(move |b| (a, b)));
    pairs.filter(|(a, b)| a <= b).find_map(|(a, b)| cx.snapshot.workspace.disturbance_outside(noxfile, a, b))
}

/// Uploads under a name that the place of the cell is part of.
fn is_of_each_cell(step: &Step) -> bool {
    let StepKind::Uses { with, .. } = &step.kind else { return false };
    artifacts::is_upload(step) && with.iter().any(|(key, name, _)| key == "name" && name.contains("strategy.job-index"))
}

fn gain(cx: JobCx<'_>, found: &Found<'_>) -> Option<Gain> {
    let (settings, forge) = (&cx.snapshot.workspace.settings, cx.workflow.facts.forge);
    let overhead = settings.job_overhead_seconds;
    let each = found.seconds();
    let source = cx.workflow.jobs.get(cx.at)?.source;
    let job = cx.workflow.jobs.get(cx.at)?;
    let estimate = |seconds: f64| {
        let share = seconds / job.seconds.max(1.0);
        Estimate { seconds, low: job.low * share, high: job.high * share, source }
    };
    let after: Vec<f64> = each.iter().map(|seconds| overhead + seconds).collect();
    Some(Gain {
        now: estimate(overhead + each.iter().sum::<f64>()),
        after: estimate(spread(&after, settings.slots(forge))),
        on: Machines::several(settings, forge),
    })
}

fn edits(cx: JobCx<'_>, found: &Found<'_>) -> Result<Vec<FileEdit>, String> {
    let (document, text) = (&cx.file.document, cx.file.document.text());
    let entry = layout::block_job(document, &cx.job.id)?;
    if anchors::is_shared(document, &entry.value) {
        return Err(anchors::ALIASED.to_owned());
    }
    let style = Style::of(document, entry)?;
    let taken: Vec<String> = cx.workflow.facts.jobs.iter().map(|job| job.id.clone()).collect();
    let dash = if cx.job.id.contains('_') { '_' } else { '-' };
    let id = free_id(&taken, &format!("{}{dash}pythons", cx.job.id), dash);

    let value = format!("${{{{ matrix.{KEY} }}}}");
    let mut edits = vec![TextEdit::replace(cx.job.id_span, id.as_str())];
    if let Some((_, span)) = &cx.job.name {
        let is_quoted = span.of(text).ends_with(['"', '\'']);
        edits.push(TextEdit::insert(span.end - u32::from(is_quoted), format!(" ({value})")));
    }
    // nox knows an interpreter by the noxfile's word for it, `setup-python` by its version alone. Where no step takes the
    // cell's value, the noxfile's word it is.
    let is_set_up = found.interpreters.are_several();
    let value_of = |python| if is_set_up { interpreters::version(python) } else { python };
    let versions: Vec<&str> = found.pythons.iter().map(|python| value_of(python.as_str())).collect();
    let prefixed = found.pythons.iter().zip(&versions).filter(|(python, version)| python != *version).count();
    let prefix = match prefixed {
        0 => "",
        all if all == versions.len() => "python",
        _ => return Err("the noxfile calls some interpreters `python3.…` and others not".to_owned()),
    };
    let list: Vec<String> = versions.iter().map(|version| format!("\"{version}\"")).collect();
    let lines = style.strategy([format!("{KEY}: [{}]", list.join(", "))]);
    edits.push(layout::before_steps(text, entry, &lines).ok_or(UNUSUAL)?);
    edits.extend(found.interpreters.edits(document, cx.job, &found.pythons, &value)?);
    let at = Span::empty(found.call.arguments.start);
    let is_written = found.call.span.of(text).starts_with(&found.call.launcher.join(" "));
    if !is_written {
        return Err("the call is written in a way that is not taken apart".to_owned());
    }
    edits.push(TextEdit::replace(at, format!(" -p {prefix}{value}")));
    if !edits.iter().all(|edit| cx.job.span.covers(edit.span)) {
        return Err(anchors::ALIASED.to_owned());
    }
    let runs_on = gate_runner::in_place_of(cx.snapshot, cx.file, cx.workflow, cx.job)?;
    let gate = gate::under_old_name(document, cx.workflow.facts.forge, cx.job, &runs_on, &id)?;
    edits.push(TextEdit::insert(layout::line_end(text, cx.job.span.end), gate));
    Ok(vec![FileEdit::new(cx.file.id, braces::quoted(document, edits))])
}
