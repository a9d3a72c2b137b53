//! One workflow with what follows from it and the noxfiles.

use std::sync::Arc;

use facts::noxfile::Session;
use facts::shell::NoxCall;
use facts::workflow::{StepKind, WorkflowFacts};
use rustc_hash::FxHashMap;
use syntax::Span;

use super::{Input, InputFacts, NoxfileModel, WorkflowModel, Workspace};
use crate::estimate::{Estimate, Source};
use crate::links::{self, CallSite, Link, LinkedSession};

/// The source of a sum of nothing: as sure as can be, so that whatever is added counts.
const NOTHING: Source = Source::Measured(usize::MAX);

/// Derives all workflows; takes from `previous` what has not changed.
pub(super) fn derive(
    input: &Input,
    noxfiles: &[Arc<NoxfileModel>],
    previous: Option<&Workspace>,
) -> Vec<Arc<WorkflowModel>> {
    let all = |is_same: fn(&Arc<NoxfileModel>, &Arc<NoxfileModel>) -> bool| {
        previous.filter(|workspace| {
            workspace.noxfiles.len() == noxfiles.len()
                && workspace.noxfiles.iter().zip(noxfiles).all(|(a, b)| is_same(a, b))
        })
    };
    let unchanged = all(Arc::ptr_eq).filter(|workspace| workspace.settings == input.settings);
    let alike = all(|a, b| Arc::ptr_eq(a, b) || selects_like(a, b));
    let mut places = None;
    let mut models = Vec::new();
    for file in &input.files {
        let InputFacts::Workflow(facts) = &file.facts else { continue };
        let label = file.path.rsplit('/').next().unwrap_or_default();
        let same = |workspace: &Workspace| {
            let model = workspace.workflows.iter().find(|model| model.file == file.id)?;
            (Arc::ptr_eq(&model.facts, facts) && model.label == label).then(|| Arc::clone(model))
        };
        if let Some(model) = unchanged.and_then(same) {
            models.push(model);
            continue;
        }
        let links = match alike.and_then(same) {
            Some(model) => model.links.clone(),
            None => {
                let places = places.get_or_insert_with(|| links::Noxfiles::new(noxfiles));
                links::links_of(facts, root(&file.path), places)
            }
        };
        let jobs = job_times(facts, &links, noxfiles, input.settings.job_overhead_seconds);
        models.push(Arc::new(WorkflowModel {
            file: file.id,
            label: label.to_owned(),
            facts: Arc::clone(facts),
            links,
            needs: needs(facts),
            jobs,
        }));
    }
    models
}

/// Whether every nox call selects from the two noxfiles the same. Names and instances are compared where names are made.
fn selects_like(a: &NoxfileModel, b: &NoxfileModel) -> bool {
    let is_same = |(a, b): (&Arc<Session>, &Arc<Session>)| {
        let texts = |a: &[(String, Span)], b: &[(String, Span)]| {
            a.len() == b.len() && a.iter().zip(b).all(|((a, _), (b, _))| a == b)
        };
        Arc::ptr_eq(a, b)
            || (a.default, a.complete) == (b.default, b.complete)
                && texts(&a.tags, &b.tags)
                && texts(&a.requires, &b.requires)
    };
    // Options and what is unknown are rare enough to be compared as they stand, places and all.
    a.folder == b.folder
        && Arc::ptr_eq(&a.by_name, &b.by_name)
        && a.facts.options == b.facts.options
        && a.facts.unknown.is_empty() == b.facts.unknown.is_empty()
        && a.facts.sessions.iter().zip(&b.facts.sessions).all(is_same)
}

/// The folder that holds `.github/workflows/…`.
fn root(path: &str) -> &str {
    path.rsplitn(4, '/').nth(3).unwrap_or_default()
}

fn needs(facts: &WorkflowFacts) -> Vec<(usize, usize)> {
    let places: FxHashMap<&str, usize> = facts.jobs.iter().enumerate().map(|(at, job)| (job.id.as_str(), at)).collect();
    let mut needs = Vec::new();
    for (to, job) in facts.jobs.iter().enumerate() {
        let known = job.needs.iter().filter_map(|(id, _)| places.get(id.as_str()).copied());
        needs.extend(known.filter(|from| *from != to).map(|from| (from, to)));
    }
    needs
}

/// By job: overhead and its sessions, as the steps are: one after another or at the same time. Checkout, set-up and the like are in the
/// overhead.
fn job_times(facts: &WorkflowFacts, links: &[Link], noxfiles: &[Arc<NoxfileModel>], overhead: f64) -> Vec<Estimate> {
    let mut of_job: Vec<Vec<&Link>> = vec![Vec::new(); facts.jobs.len()];
    for link in links {
        if let Some(list) = of_job.get_mut(link.site.job) {
            list.push(link);
        }
    }
    // The overhead is an assumption of its own; the source is that of the sessions.
    let base = Estimate { seconds: overhead, low: overhead, high: overhead, source: NOTHING };
    of_job
        .into_iter()
        .map(|links| {
            // The cell that takes longest is when the job is done.
            let cells = links.iter().map(|link| link.cells.len()).max().unwrap_or_default().max(1);
            let of_cell = |cell: usize| {
                let mut total = base;
                // Calls of one step that run at the same time take as long as the longest of them.
                let mut together: Option<(usize, Estimate)> = None;
                for link in &links {
                    let Some(noxfile) = link.noxfile.and_then(|id| noxfiles.get(id.0)) else { continue };
                    let one = time(facts, link, link.cells.get(cell).unwrap_or(&link.runs), noxfile);
                    let is_beside =
                        link.site.member.is_some() || call_at(facts, link.site).is_some_and(|it| it.background);
                    match &mut together {
                        Some((step, longest)) if is_beside && *step == link.site.step => {
                            if one.seconds > longest.seconds {
                                *longest = one;
                            }
                        }
                        _ => {
                            total = together.take().map_or(total, |(_, longest)| plus(total, longest));
                            match is_beside {
                                true => together = Some((link.site.step, one)),
                                false => total = plus(total, one),
                            }
                        }
                    }
                }
                together.map_or(total, |(_, longest)| plus(total, longest))
            };
            let longest = (0..cells).map(of_cell).max_by(|a, b| a.seconds.total_cmp(&b.seconds)).unwrap_or(base);
            let source = if longest.source == NOTHING { Source::Guess } else { longest.source };
            Estimate { source, ..longest }
        })
        .collect()
}

/// One call: the sum of its sessions, or what `-j` makes of it at best.
fn time(facts: &WorkflowFacts, link: &Link, runs: &[LinkedSession], noxfile: &NoxfileModel) -> Estimate {
    let zero = Estimate { seconds: 0.0, low: 0.0, high: 0.0, source: NOTHING };
    let (mut sum, mut longest) = (zero, zero);
    for run in runs {
        let Some(one) = noxfile.ci.get(run.session.0) else { continue };
        for _ in &run.instances {
            sum = plus(sum, *one);
        }
        if one.seconds > longest.seconds {
            longest = *one;
        }
    }
    let lanes =
        call_at(facts, link.site).and_then(|call| call.parallel.as_ref()?.text.parse::<f64>().ok()).unwrap_or(1.0);
    if lanes <= 1.0 {
        return sum;
    }
    Estimate {
        seconds: (sum.seconds / lanes).max(longest.seconds),
        low: (sum.low / lanes).max(longest.low),
        high: (sum.high / lanes).max(longest.high),
        source: sum.source,
    }
}

fn call_at(facts: &WorkflowFacts, site: CallSite) -> Option<&NoxCall> {
    let step = facts.jobs.get(site.job)?.steps.get(site.step)?;
    let step = match (&step.kind, site.member) {
        (StepKind::Parallel(members), Some(member)) => members.get(member)?,
        _ => step,
    };
    match &step.kind {
        StepKind::Run { script, .. } => script.nox_calls.get(site.call),
        _ => None,
    }
}

/// One after the other. As sure as the less sure of the two.
fn plus(a: Estimate, b: Estimate) -> Estimate {
    Estimate {
        seconds: a.seconds + b.seconds,
        low: a.low + b.low,
        high: a.high + b.high,
        source: weaker(a.source, b.source),
    }
}

fn weaker(a: Source, b: Source) -> Source {
    match (a, b) {
        (Source::Measured(n), Source::Measured(m)) => Source::Measured(n.min(m)),
        (Source::Imported(n), Source::Imported(m)) => Source::Imported(n.min(m)),
        (a, b) => a.max(b),
    }
}
