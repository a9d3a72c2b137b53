//! Jobs wait for each other in a circle.
//!
//! Why: none of them can start; the forge refuses the workflow or never runs them. In an editor GitHub's own language
//! server tells it of GitHub's workflows, and noxflow is silent there.
//!
//! ```text
//! #- .forgejo/workflows/ci.yml
//! on: push
//! jobs:
//!   build:
//!     needs: test
//!           #^^^^ error: jobs wait for each other in a circle: build → test → build
//!     runs-on: docker
//!     steps: [{ run: nox -s build }]
//!   test:
//!     needs: build
//!     runs-on: docker
//!     steps: [{ run: nox -s tests }]
//! ```
//!
//! ```text after
//! #- .forgejo/workflows/ci.yml
//! on: push
//! jobs:
//!   build:
//!     runs-on: docker
//!     steps: [{ run: nox -s build }]
//!   test:
//!     needs: build
//!     runs-on: docker
//!     steps: [{ run: nox -s tests }]
//! ```

use facts::workflow::Job;

use crate::lint::Level;
use crate::subject;

use super::{Findings, Lint, LintCx};

pub(super) const LINT: Lint = Lint { id: "needs-cycle", level: Level::Error, check };

fn check(cx: &LintCx<'_>, out: &mut Findings) {
    let Some((_, workflow)) = cx.workflow() else { return };
    let forge = workflow.facts.forge;
    let jobs = &workflow.facts.jobs;
    let mut told = vec![false; jobs.len()];
    for start in 0..jobs.len() {
        let Some(circle) = circle(jobs, start) else { continue };
        if circle.iter().any(|at| told.get(*at).copied().unwrap_or(true)) {
            continue;
        }
        circle.iter().for_each(|at| told[*at] = true);
        let in_order = circle.iter().chain(circle.first()).filter_map(|at| jobs.get(*at));
        let ids: Vec<&str> = in_order.map(|job| job.id.as_str()).collect();
        let next = circle.get(1).or(circle.first()).copied();
        let Some(first) = circle.first().and_then(|at| jobs.get(*at)) else { continue };
        let place = first.needs.iter().find(|(id, _)| subject::job_named(jobs, id) == next);
        let span = place.map_or(first.id_span, |(_, span)| *span);
        let finding = out.push(span, format!("jobs wait for each other in a circle: {}", ids.join(" → ")));
        finding.told_by_github(forge);
        for job in circle.iter().skip(1).filter_map(|at| jobs.get(*at)) {
            let place = job.needs_span.unwrap_or(job.id_span);
            finding.related(workflow.file, place, format!("`{}` is part of it", job.id));
        }
    }
}

/// The shortest way from `start` over `needs` back to itself.
fn circle(jobs: &[Job], start: usize) -> Option<Vec<usize>> {
    let mut came_from: Vec<Option<usize>> = vec![None; jobs.len()];
    let mut queue = std::collections::VecDeque::from([start]);
    while let Some(at) = queue.pop_front() {
        for next in jobs.get(at)?.needs.iter().filter_map(|(id, _)| subject::job_named(jobs, id)) {
            if next == start {
                let mut way = vec![at];
                while let Some(before) = way.last().and_then(|at| came_from.get(*at).copied().flatten()) {
                    way.push(before);
                }
                way.reverse();
                return Some(way);
            }
            let seen = came_from.get_mut(next)?;
            if seen.is_none() {
                *seen = Some(at);
                queue.push_back(next);
            }
        }
    }
    None
}
