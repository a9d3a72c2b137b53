//! Moves the threshold of coverage to the session that reports, where sessions that measure a part of the data ask for it.
//!
//! The data of one job of several need not reach what all of it has to: pytest-cov asks for `--cov-fail-under` and for
//! coverage's `fail_under` at the end of every run with `--cov`, and so do coverage's own reports. What `coverage run` alone
//! measures is asked for nothing: `fail_under` then stands where the report reads it, and stays.
//!
//! Neighbours: `settings_lines` and `noxfile::words` take single lines and words out.

use facts::noxfile::{Action, ActionKind, Arg};
use facts::workflow::StepKind;
use model::{NoxfileId, NoxfileModel, SessionId};
use syntax::{Span, TextEdit};

use super::combine_coverage::Source;
use super::settings_lines;
use crate::assist::FileEdit;
use crate::assists::context::WorkflowCx;
use crate::assists::noxfile::words;
use crate::snapshot::{FileFacts, FileState, Snapshot};
use crate::times;

/// What has to change beside the workflow.
pub(super) struct Moved {
    pub(super) edits: Vec<FileEdit>,
    /// What is no longer asked for, as the end of a sentence.
    pub(super) caveat: String,
}

/// pytest-cov's option, and coverage's.
const OF_PYTEST: &str = "--cov-fail-under";
const OF_COVERAGE: &str = "--fail-under";
/// Commands of coverage that ask for `fail_under` (coverage 7.17).
const REPORTS: [&str; 5] = ["coverage report", "coverage xml", "coverage html", "coverage json", "coverage lcov"];

/// The edits that bring the threshold of the sessions that measure to `report`; `None`: they ask for none. The error says
/// why it cannot be moved.
pub(super) fn moved(
    cx: WorkflowCx<'_>,
    (id, noxfile): (NoxfileId, &NoxfileModel),
    report: SessionId,
    sources: &[Source<'_>],
) -> Result<Option<Moved>, String> {
    let mut measuring: Vec<SessionId> = sources.iter().flat_map(|source| source.sessions.iter().copied()).collect();
    measuring.sort_unstable();
    measuring.dedup();
    let places = places(cx.snapshot, noxfile, &measuring)?;
    let Some(first) = places.first() else { return Ok(None) };
    let target = Target::of(noxfile, report)?;
    for other in places
        .iter()
        .map(|place| (&place.number, &place.shown))
        .chain(target.own.iter().map(|own| (own, &target.shown)))
    {
        if other.0.parse::<f64>() != first.number.parse::<f64>() {
            return Err(format!(
                "there are two thresholds: {} {}, and {} {}",
                first.number, first.shown, other.0, other.1
            ));
        }
    }
    refuse_others(cx, (id, noxfile), report, &measuring, &places)?;
    let name = times::name(noxfile, report);
    let mut edits: Vec<FileEdit> = Vec::new();
    let mut own: Vec<TextEdit> = Vec::new();
    for place in &places {
        match &place.what {
            What::Line(file, edit) => {
                let mut edit = FileEdit::new(file.id, vec![edit.clone()]);
                edit.confirm = Some(format!(
                    "the threshold of {} goes from {} to `{name}`: pytest and coverage ask for none by themselves then",
                    place.number, file.path
                ));
                match edits.iter_mut().find(|other| other.file == file.id) {
                    Some(other) => other.edits.extend(edit.edits),
                    None => edits.push(edit),
                }
            }
            What::Words(removed) => {
                own.extend(removed.iter().filter(|edit| !own.contains(edit)).cloned().collect::<Vec<_>>())
            }
        }
    }
    if target.own.is_none() {
        let file = cx.snapshot.file(noxfile.file).ok_or("the noxfile is gone")?;
        let word = format!("{OF_COVERAGE}={}", first.number);
        let edit = words::add_behind(file, &noxfile.facts, target.literal, &word);
        own.push(edit.ok_or_else(|| format!("what `{name}` asks of coverage is not written there"))?);
    }
    if !own.is_empty() {
        edits.push(FileEdit::new(noxfile.file, own));
    }
    let asked: Vec<String> = measuring
        .iter()
        .filter(|id| asks(noxfile, **id))
        .map(|id| format!("`{}`", times::name(noxfile, *id)))
        .collect();
    let caveat = format!(
        "if {} alone need not reach {}, which `{name}` then asks for",
        crate::words::list(&asked),
        first.number
    );
    Ok(Some(Moved { edits, caveat }))
}

/// A threshold that a part of the data would have to reach.
struct Place<'a> {
    number: String,
    /// Where it stands, for people.
    shown: String,
    what: What<'a>,
}

enum What<'a> {
    /// A line or a word of a settings file goes.
    Line(&'a FileState, TextEdit),
    /// Words of the noxfile go.
    Words(Vec<TextEdit>),
}

/// Every threshold that counts for one of the sessions.
fn places<'a>(
    snapshot: &'a Snapshot,
    noxfile: &NoxfileModel,
    measuring: &[SessionId],
) -> Result<Vec<Place<'a>>, String> {
    let mut places = Vec::new();
    let text = snapshot.file(noxfile.file).map_or("", |file| file.document.text());
    for id in measuring {
        for action in commands(noxfile, *id, asks_for_total) {
            places.extend(of_words(text, action, times::name(noxfile, *id))?);
        }
    }
    let folder = noxfile.folder.as_str();
    if measuring.iter().any(|id| commands(noxfile, *id, is_pytest).next().is_some()) {
        let has = |facts: &facts::project::ProjectFacts| {
            let at = facts.pytest_addopts.iter().position(|word| word.starts_with(OF_PYTEST))?;
            let word = facts.pytest_addopts.get(at)?;
            match word.split_once('=') {
                Some((_, number)) => Some(number.to_owned()),
                None => facts.pytest_addopts.get(at + 1).cloned(),
            }
        };
        places.extend(in_settings(snapshot, folder, "pytest's `addopts`", has, settings_lines::without_option)?);
    }
    if measuring.iter().any(|id| asks(noxfile, *id)) {
        let has = |facts: &facts::project::ProjectFacts| facts.coverage_fail_under.clone();
        places.extend(in_settings(snapshot, folder, "`fail_under`", has, settings_lines::without_fail_under)?);
    }
    Ok(places)
}

/// The options of one command.
fn of_words<'a>(text: &str, action: &Action, name: &str) -> Result<Option<Place<'a>>, String> {
    let ActionKind::Run { argv, .. } = &action.kind else { return Ok(None) };
    let is_it = |arg: &Arg| arg.text().is_some_and(|word| word.starts_with(OF_PYTEST) || word.starts_with(OF_COVERAGE));
    let Some(at) = argv.iter().position(is_it) else { return Ok(None) };
    let computed = || format!("the threshold of `{name}` is worked out, or not written in its call");
    let written = argv.get(at).and_then(Arg::word).ok_or_else(computed)?;
    let (number, all) = match written.split_once('=') {
        Some((_, number)) => (number, argv.get(at..=at)),
        None => (argv.get(at + 1).and_then(Arg::word).ok_or_else(computed)?, argv.get(at..=at + 1)),
    };
    let number = number.parse::<f64>().map(|_| number.to_owned()).map_err(|_| computed())?;
    // Of a constant that several calls use the place is the call's, whose text is no such word.
    let own = |arg: &Arg| {
        let span = arg.span();
        let is_here = action.span.covers(span) && span.of(text).contains(arg.word()?);
        is_here.then(|| words::remove(text, span)).flatten()
    };
    let edits: Option<Vec<TextEdit>> = all.unwrap_or_default().iter().map(own).collect();
    Ok(Some(Place { number, shown: format!("in `{name}`"), what: What::Words(edits.ok_or_else(computed)?) }))
}

/// A setting of the project in `folder`, in the nearest folder that has it.
fn in_settings<'a>(
    snapshot: &'a Snapshot,
    folder: &str,
    what: &str,
    has: impl Fn(&facts::project::ProjectFacts) -> Option<String>,
    without: fn(&str, &str) -> Option<TextEdit>,
) -> Result<Option<Place<'a>>, String> {
    let above = |path: &str| {
        let of = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        (of.is_empty() || of == folder || folder.starts_with(&format!("{of}/"))).then_some(of.len())
    };
    let mut found: Vec<(usize, &FileState, String)> = Vec::new();
    for file in &snapshot.files {
        let FileFacts::Project(facts) = &file.facts else { continue };
        if let (Some(depth), Some(number)) = (above(&file.path), has(facts)) {
            found.push((depth, file, number));
        }
    }
    let nearest = found.iter().map(|(depth, ..)| *depth).max();
    found.retain(|(depth, ..)| Some(*depth) == nearest);
    let [(_, file, number)] = found.as_slice() else {
        return match found.as_slice() {
            [(_, one, _), (_, other, _), ..] => Err(format!("{what} stands in {} and in {}", one.path, other.path)),
            _ => Ok(None),
        };
    };
    let path = &file.path;
    match number.parse::<f64>() {
        Ok(0.0) => return Ok(None), // asks for nothing
        Ok(_) => {}
        Err(_) => return Err(format!("the threshold in {path}, `{number}`, is no number")),
    }
    let edit = without(path, file.document.text());
    let edit = edit.ok_or_else(|| format!("{what} in {path} is written in a way that is not taken apart"))?;
    Ok(Some(Place { number: number.clone(), shown: format!("in {path}"), what: What::Line(file, edit) }))
}

/// Where the threshold goes.
struct Target {
    /// The word `report` of `coverage report`.
    literal: Span,
    /// It asks for one already.
    own: Option<String>,
    shown: String,
}

impl Target {
    fn of(noxfile: &NoxfileModel, report: SessionId) -> Result<Self, String> {
        let name = times::name(noxfile, report);
        let mut calls = commands(noxfile, report, |tool| tool == "coverage report");
        let (Some(action), None) = (calls.next(), calls.next()) else {
            return Err(format!(
                "`{name}` does not run `coverage report` just once, which could ask for the threshold"
            ));
        };
        if action.conditional {
            return Err(format!("`{name}` makes its report under a condition"));
        }
        let ActionKind::Run { argv, .. } = &action.kind else { return Err(super::layout::UNUSUAL.to_owned()) };
        let literal = argv.iter().find(|arg| arg.word() == Some("report")).map(Arg::span);
        let literal = literal.filter(|span| action.span.covers(*span));
        let at = argv.iter().position(|arg| arg.text().is_some_and(|word| word.starts_with(OF_COVERAGE)));
        let own = at.map(|at| {
            let word = argv.get(at).and_then(Arg::word)?;
            let number = word.split_once('=').map_or_else(|| argv.get(at + 1)?.word(), |(_, number)| Some(number))?;
            number.parse::<f64>().ok().map(|_| number.to_owned())
        });
        if own == Some(None) {
            return Err(format!("the threshold of `{name}` is worked out"));
        }
        Ok(Self {
            literal: literal.ok_or_else(|| format!("what `{name}` asks of coverage is not written there"))?,
            own: own.flatten(),
            shown: format!("in `{name}`"),
        })
    }
}

/// Whoever else counts on a threshold that goes.
fn refuse_others(
    cx: WorkflowCx<'_>,
    (id, noxfile): (NoxfileId, &NoxfileModel),
    report: SessionId,
    measuring: &[SessionId],
    places: &[Place<'_>],
) -> Result<(), String> {
    let workspace = &cx.snapshot.workspace;
    let lines: Vec<&str> =
        places.iter().filter(|place| matches!(place.what, What::Line(..))).map(|it| it.shown.as_str()).collect();
    if let Some(shown) = lines.first() {
        for (at, other) in workspace.noxfiles.iter().enumerate() {
            let is_other = |session: &SessionId| at != id.0 || (*session != report && !measuring.contains(session));
            let mut sessions = (0..other.facts.sessions.len()).map(SessionId).filter(is_other);
            if let Some(session) = sessions.find(|session| asks(other, *session)) {
                return Err(format!("`{}` counts on the threshold {shown}, too", times::name(other, session)));
            }
        }
        if let Some((job, label)) = direct(cx.snapshot, &noxfile.project) {
            return Err(format!("job `{job}` of {label} counts on the threshold {shown}, too"));
        }
    }
    // A command in a helper function is that of all who call it.
    let spans = |session: SessionId| commands(noxfile, session, asks_for_total).map(|action| action.span);
    let is_shared =
        |session: &SessionId| spans(*session).any(|span| measuring.iter().any(|own| spans(*own).any(|it| it == span)));
    let mut others = (0..noxfile.facts.sessions.len()).map(SessionId).filter(|it| !measuring.contains(it));
    if places.len() > lines.len()
        && let Some(session) = others.find(is_shared)
    {
        return Err(format!("`{}` has the threshold by the same call", times::name(noxfile, session)));
    }
    for workflow in workspace.workflows.iter().filter(|workflow| workflow.file != cx.workflow.file) {
        let links = || workflow.links.iter().filter(|link| link.noxfile == Some(id));
        let runs = |session: SessionId| links().any(|link| link.runs.iter().any(|run| run.session == session));
        if let Some(session) =
            measuring.iter().find(|session| asks(noxfile, **session) && runs(**session)).filter(|_| !runs(report))
        {
            let (name, report) = (times::name(noxfile, *session), times::name(noxfile, report));
            return Err(format!(
                "{} runs `{name}` without `{report}`, and would have no threshold left",
                workflow.label
            ));
        }
    }
    Ok(())
}

/// A job that runs pytest or coverage itself, in any workflow.
fn direct<'a>(snapshot: &'a Snapshot, project: &facts::project::ProjectFacts) -> Option<(&'a str, &'a str)> {
    let by_options = project.pytest_addopts.iter().any(|word| word.starts_with("--cov"));
    let counts = |command: &facts::shell::Command| {
        let mut words = command.argv.iter().map(|word| word.text.as_str()).peekable();
        let is_launcher = |word: &&str| {
            word.starts_with("python") || matches!(*word, "-m" | "uv" | "uvx" | "run" | "poetry" | "pdm" | "hatch")
        };
        while words.next_if(is_launcher).is_some() {}
        let (tool, rest): (Option<&str>, Vec<&str>) = (words.next(), words.collect());
        match tool {
            Some("pytest" | "py.test") => by_options || rest.iter().any(|word| word.starts_with("--cov")),
            Some("coverage") => rest.first().is_some_and(|sub| REPORTS.iter().any(|report| report.ends_with(sub))),
            _ => false,
        }
    };
    snapshot.workspace.workflows.iter().find_map(|workflow| {
        let job = workflow.facts.jobs.iter().find(|job| {
            job.steps
                .iter()
                .any(|step| matches!(&step.kind, StepKind::Run { script, .. } if script.commands.iter().any(counts)))
        })?;
        Some((job.id.as_str(), workflow.label.as_str()))
    })
}

/// The session's commands of which the catalogue's row is one that is meant.
fn commands(noxfile: &NoxfileModel, id: SessionId, is_meant: fn(&str) -> bool) -> impl Iterator<Item = &Action> {
    let effects = noxfile.effects.get(id.0).into_iter().flat_map(|effects| &effects.items);
    let mut at: Vec<usize> = effects.filter(|effect| is_meant(&effect.tool)).map(|effect| effect.action).collect();
    at.dedup();
    let actions = noxfile.facts.sessions.get(id.0).map_or(&[][..], |session| session.actions.as_slice());
    at.into_iter().filter_map(|at| actions.get(at))
}

/// Whether the session asks for the total at its end.
fn asks(noxfile: &NoxfileModel, id: SessionId) -> bool {
    commands(noxfile, id, asks_for_total).next().is_some()
}

fn asks_for_total(tool: &str) -> bool {
    is_pytest(tool) || REPORTS.contains(&tool)
}

fn is_pytest(tool: &str) -> bool {
    tool.starts_with("pytest --cov")
}
