//! Every session that writes coverage data gets a data file of its own, and whoever reports combines them first.
//!
//! Two that share `.coverage` lose one's data without a word (8 of 8 trials). `COVERAGE_FILE` moves the file for all
//! that coverage and pytest-cov do; `coverage combine` takes `.coverage.*` and writes `.coverage`.

use facts::noxfile::{Action, Session};
use facts::workflow::StepKind;
use model::effects::Role;
use model::{Access, Effect, EdgeKind, Resource, SessionId};
use syntax::TextEdit;
use syntax::python::ExprKind;

use super::changes::{self, After, Goal};
use super::own_name;
use super::scope::NoxfileCx;
use super::tree::Place;
use crate::assist::{FileEdit, OfferKind};
use crate::assists::{Assist, AssistCx, Draft, Spot};
use crate::subject;

pub(super) const ASSIST: Assist = Assist { id: "isolate-coverage", kind: OfferKind::Rewrite, at: &[Spot::Session, Spot::Noxfile], run };

const HAZARD: &str = "shared-coverage-data";

/// Sessions around one data file.
struct Shared {
    /// `.coverage`.
    path: String,
    writers: Vec<SessionId>,
    /// Who reads what they wrote.
    readers: Vec<SessionId>,
}

fn run(cx: &AssistCx<'_>) -> Option<Draft> {
    let cx = NoxfileCx::of(cx)?;
    let shared = shared(&cx)?;
    let mut title = match shared.writers.as_slice() {
        [one] => format!("Give each instance of `{}` its own coverage data", cx.name(*one)),
        several => format!("Give {} their own coverage data", cx.names(several)),
    };
    if !shared.readers.is_empty() {
        title.push_str(&format!(" and combine it in {}", cx.names(&shared.readers)));
    }
    Some(Draft { title, gain: None, caveat: None, edits: edits(&cx, &shared) })
}

/// The data file that a session in question shares with another one, or its instances with each other.
fn shared(cx: &NoxfileCx<'_>) -> Option<Shared> {
    let all = || (0..cx.noxfile.effects.len()).map(SessionId);
    let path = cx.scope.iter().find_map(|id| {
        let path = written(cx, *id)?;
        let is_lost = all().any(|other| {
            let is_pair = *id != other || cx.session(*id).is_some_and(|session| session.instances.len() > 1);
            let hazards = if is_pair { cx.snapshot.workspace.hazards_between(cx.id, *id, other) } else { Vec::new() };
            written(cx, other) == Some(path) && hazards.iter().any(|hazard| hazard.kind == HAZARD)
        });
        is_lost.then_some(path)
    })?;
    let writers: Vec<SessionId> = all().filter(|id| written(cx, *id) == Some(path)).collect();
    let reads = |id: &SessionId| data(cx, *id).any(|effect| effect.access == Access::Read && base(effect) == Some(path));
    let readers = all().filter(|id| !writers.contains(id) && reads(id)).collect();
    Some(Shared { path: path.to_owned(), writers, readers })
}

/// Effects of a session on coverage data.
fn data<'a>(cx: &NoxfileCx<'a>, id: SessionId) -> impl Iterator<Item = &'a Effect> + use<'a> {
    let effects = cx.noxfile.effects.get(id.0);
    effects.into_iter().flat_map(|effects| &effects.items).filter(|effect| effect.role == Role::CoverageData)
}

/// The data file that a session measures into.
fn written<'a>(cx: &NoxfileCx<'a>, id: SessionId) -> Option<&'a str> {
    data(cx, id).find(|effect| is_measuring(effect)).and_then(base)
}

/// Leaves data of what ran, rather than counting it.
pub(super) fn is_measuring(effect: &Effect) -> bool {
    let is_runner = effect.tool.starts_with("coverage run") || effect.tool.starts_with("pytest");
    is_runner && matches!(effect.access, Access::Write | Access::Update)
}

/// `.coverage` of `.coverage` and of `.coverage.*`.
fn base(effect: &Effect) -> Option<&str> {
    match &effect.resource {
        Resource::Path(path) => Some(path.strip_suffix(".*").unwrap_or(path)),
        _ => None,
    }
}

fn edits(cx: &NoxfileCx<'_>, shared: &Shared) -> Result<Vec<FileEdit>, String> {
    refuse_other_users(cx, shared)?;
    let mut noxfile: Vec<TextEdit> = Vec::new();
    let mut done = Vec::new();
    for id in &shared.writers {
        let session = cx.session(*id).ok_or("a session is gone")?;
        own_name::refuse_odd_signatures(session)?;
        for action in actions(cx, *id, session, shared)? {
            if !done.contains(&action.span) {
                done.push(action.span);
                noxfile.extend(own_file(cx, session, action, shared)?);
            }
        }
    }
    for id in &shared.readers {
        noxfile.extend(combine(cx, *id, shared)?);
    }
    let touched: Vec<SessionId> = shared.writers.iter().chain(&shared.readers).copied().collect();
    let is_reached = |after: &After<'_>| is_isolated(cx, shared, after);
    changes::verified(
        cx,
        vec![FileEdit::new(cx.file.id, noxfile)],
        &Goal { touched: &touched, is_reached: &is_reached },
    )
}

/// The commands of a writer that use the data file.
fn actions<'a>(
    cx: &NoxfileCx<'a>,
    id: SessionId,
    session: &'a Session,
    shared: &Shared,
) -> Result<Vec<&'a Action>, String> {
    let mut out: Vec<&Action> = Vec::new();
    let name = &session.name;
    for effect in data(cx, id) {
        let action = session.actions.get(effect.action).ok_or("a command is gone")?;
        if effect.is_explicit || base(effect) != Some(shared.path.as_str()) {
            return Err(format!("`{name}` names its data file itself"));
        }
        if effect.access == Access::Update {
            return Err(format!("`{name}` adds to the data of an earlier session (`{}`)", effect.tool));
        }
        if !action.directory.is_empty() {
            return Err(format!("`{name}` measures in another folder, `{}`", action.directory));
        }
        if !out.iter().any(|other| other.span == action.span) {
            out.push(action);
        }
    }
    let reads_others = cx.noxfile.edges.iter().any(|edge| {
        edge.to == id && edge.kind == EdgeKind::Data && edge.from != id && shared.writers.contains(&edge.from)
    });
    if reads_others { Err(format!("`{name}` also reads what others measured")) } else { Ok(out) }
}

/// `env={"COVERAGE_FILE": f".coverage.{session.name}"}` for one command.
fn own_file(cx: &NoxfileCx<'_>, session: &Session, action: &Action, shared: &Shared) -> Result<Vec<TextEdit>, String> {
    let place = cx.script.call(action);
    let (Some(place), Some(receiver)) = (place, place.as_ref().and_then(own_name::receiver)) else {
        return Err(format!("`{}` does not run coverage by a `session.run` that can be changed", session.name));
    };
    let value = cx.script.style.format_string(&format!("{}.{{{receiver}.name}}", shared.path));
    cx.script.set_variable(place, "COVERAGE_FILE", &value)
}

/// `coverage combine` in front of a reader's first report, unless it combines already.
fn combine(cx: &NoxfileCx<'_>, id: SessionId, shared: &Shared) -> Result<Option<TextEdit>, String> {
    let name = cx.name(id);
    let session = cx.session(id).ok_or("a session is gone")?;
    if data(cx, id).any(|effect| effect.tool == "coverage combine") {
        return Ok(None);
    }
    let first = data(cx, id).find(|effect| base(effect) == Some(shared.path.as_str())).ok_or("a reader is gone")?;
    if !first.tool.starts_with("coverage") {
        return Err(format!("`{name}` takes `{}` as it is (`{}`)", shared.path, first.tool));
    }
    let action = session.actions.get(first.action).ok_or("a command is gone")?;
    if action.conditional {
        return Err(format!("`{name}` makes its report under a condition"));
    }
    let place = cx.script.call(action).filter(|place| place.is_statement() && own_name::receiver(place).is_some());
    let place = place.ok_or_else(|| format!("`{name}` does not run coverage by a `session.run` that can be read"))?;
    let line = combine_call(cx, &place).ok_or_else(|| format!("what `{name}` asks of coverage is not written there"))?;
    cx.script.insert_before(place, &[line]).map(Some)
}

/// `session.run("coverage", "report", …)` as `session.run("coverage", "combine")`, with what else it needs to run.
fn combine_call(cx: &NoxfileCx<'_>, place: &Place<'_>) -> Option<String> {
    const REPORTS: [&str; 6] = ["report", "xml", "html", "json", "lcov", "annotate"];
    let text = cx.script.text;
    let is_report = |value: &ExprKind| matches!(value, ExprKind::Str { value, .. } if REPORTS.contains(&&**value));
    let arguments = &place.call.arguments;
    let at = arguments.iter().position(|argument| argument.name.is_none() && is_report(&argument.value.kind))?;
    let mut words: Vec<String> =
        arguments.get(..at)?.iter().map(|argument| argument.span.shifted(place.base).of(text).to_owned()).collect();
    words.push(cx.script.style.string("combine"));
    let is_kept = |name: &str| matches!(name, "external" | "env" | "include_outer_env");
    let kept = arguments.iter().filter(|argument| argument.name.as_ref().is_some_and(|name| is_kept(&name.text)));
    words.extend(kept.map(|argument| argument.span.shifted(place.base).of(text).to_owned()));
    let function = place.call.function.span.shifted(place.base).of(text);
    Some(format!("{function}({})", words.join(", ")))
}

/// Steps of workflows that take the data file as it is would not find it any more.
fn refuse_other_users(cx: &NoxfileCx<'_>, shared: &Shared) -> Result<(), String> {
    let path = shared.path.as_str();
    for workflow in &cx.snapshot.workspace.workflows {
        for job in &workflow.facts.jobs {
            let scripts = job.steps.iter().filter_map(|step| match &step.kind {
                StepKind::Run { script, .. } => Some(script),
                _ => None,
            });
            let runs_coverage = scripts.flat_map(|script| &script.commands).any(|command| {
                let mut words = command.argv.iter().map(|word| word.text.as_str());
                let first = words.next();
                first == Some("coverage") || (first.is_some_and(|it| it.starts_with("python")) && words.nth(1) == Some("coverage"))
            });
            let uploads = subject::artifacts(job, "upload-artifact").any(|artifact| {
                artifact.input("path").is_some_and(|(paths, _)| paths.lines().any(|line| line.trim() == path))
            });
            if uploads || (runs_coverage && workflow.links.iter().any(|link| link.noxfile == Some(cx.id))) {
                return Err(format!("job `{}` of {} uses `{path}` as it is", job.id, workflow.label));
            }
        }
    }
    Ok(())
}

/// No data is lost any more, and who read it still does.
fn is_isolated(cx: &NoxfileCx<'_>, shared: &Shared, after: &After<'_>) -> Result<(), String> {
    let find = |id: SessionId| after.session(cx.name(id)).map(|(id, _)| id).ok_or("a session would be gone");
    for one in &shared.writers {
        for other in &shared.writers {
            let (one, other) = (find(*one)?, find(*other)?);
            let hazards = after.workspace.hazards_between(after.id, one, other);
            if hazards.iter().any(|hazard| hazard.kind == HAZARD) {
                return Err("coverage data would still be shared".to_owned());
            }
        }
    }
    let is_data = |edge: &&model::Edge| edge.kind == EdgeKind::Data && shared.writers.contains(&edge.from);
    for edge in after.before.edges.iter().filter(is_data).filter(|edge| shared.readers.contains(&edge.to)) {
        let (from, to) = (find(edge.from)?, find(edge.to)?);
        if !after.noxfile.edges.iter().any(|it| (it.from, it.to, it.kind) == (from, to, EdgeKind::Data)) {
            return Err(format!("`{}` would not be seen to read the data of `{}`", cx.name(edge.to), cx.name(edge.from)));
        }
    }
    Ok(())
}
