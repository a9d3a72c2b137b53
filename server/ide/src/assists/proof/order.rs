//! Order that sessions need, and what runs at the same time on one machine.
//!
//! Who came before a session that needs it must still do so, in the same job or over `needs`, and across jobs its files
//! must be handed over. What may not overlap must not do so unless it did before.

use std::collections::BTreeSet;

use facts::workflow::StepKind;
use model::links::{CallSite, Link};
use model::{Edge, EdgeKind, NoxfileId, SessionId, Verdict, WorkflowId, WorkflowModel, Workspace};

use super::{Beside, Name, name};
use crate::subject;

/// Whether needed order is kept and nothing new overlaps that may not.
/// `beside`: sessions that others require since the edit.
pub(super) fn compare(before: &Workspace, after: &Workspace, beside: &Beside<'_>) -> Result<(), String> {
    for at in 0..before.workflows.len().min(after.workflows.len()) {
        let (was, is) = (Order::of(before, WorkflowId(at)), Order::of(after, WorkflowId(at)));
        let lost =
            was.kept.difference(&is.kept).find(|(first, then)| !is_left_by_another(after, &is, beside, (first, then)));
        if let Some((first, then)) = lost {
            return Err(format!("`{}` would no longer come after `{}` with what it left", then.1, first.1));
        }
        if let Some((first, then)) = was.together.difference(&is.together).next() {
            let (first, then) = (&first.1, &then.1);
            return Err(format!("`{then}` would no longer see the variables that `{first}` leaves in nox's process"));
        }
        if let Some((one, other)) = is.disturbed.difference(&was.disturbed).next() {
            return Err(match one == other {
                true => format!("`{}` would run twice at the same time", one.1),
                false => format!("`{}` and `{}` would disturb each other", one.1, other.1),
            });
        }
    }
    Ok(())
}

/// Whether what the first left for the second is now left by one that the first requires since the edit.
fn is_left_by_another(after: &Workspace, is: &Order, beside: &Beside<'_>, (first, then): (&Name, &Name)) -> bool {
    let suppliers = is.kept.iter().filter(|(_, reader)| reader == then).map(|(supplier, _)| supplier);
    let is_new = |name: &&Name| beside.suppliers.contains(name) || beside.builders.contains(name);
    suppliers.filter(is_new).any(|supplier| {
        after.noxfiles.iter().filter(|noxfile| noxfile.file == first.0).any(|noxfile| {
            let id = |name: &Name| noxfile.facts.sessions.iter().position(|it| it.name == name.1).map(model::SessionId);
            let edge = id(supplier).zip(id(first));
            edge.is_some_and(|(from, to)| {
                noxfile.edges.iter().any(|it| (it.from, it.to, it.kind) == (from, to, EdgeKind::Requires))
            })
        })
    })
}

/// Pairs of sessions of one workflow.
#[derive(Default)]
struct Order {
    /// The second needs the first, and comes after it wherever it runs.
    kept: BTreeSet<(Name, Name)>,
    /// The second reads variables that the first leaves in the process which both run in.
    together: BTreeSet<(Name, Name)>,
    /// They run at the same time on one machine and may not.
    disturbed: BTreeSet<(Name, Name)>,
}

impl Order {
    fn of(workspace: &Workspace, id: WorkflowId) -> Self {
        let mut order = Self::default();
        let Some(workflow) = workspace.workflows.get(id.0) else { return order };
        let mut noxfiles: Vec<NoxfileId> = workflow.links.iter().filter_map(|link| link.noxfile).collect();
        noxfiles.sort_unstable();
        noxfiles.dedup();
        for noxfile in noxfiles {
            let Some(model) = workspace.noxfiles.get(noxfile.0) else { continue };
            let runs = Runs { workflow, noxfile };
            // Who rewrites sources does so on its own machine only: across jobs its order means nothing.
            let needed = model.edges.iter().filter(|edge| edge.is_needed() && edge.kind != EdgeKind::Order);
            for edge in needed.filter(|edge| runs.keep(edge)) {
                let kept = if edge.kind == EdgeKind::Variable { &mut order.together } else { &mut order.kept };
                kept.extend(name(workspace, noxfile, edge.from).zip(name(workspace, noxfile, edge.to)));
            }
            for (job, a, b) in runs.overlapping(workspace) {
                // Under the job's variables: what these move collides elsewhere.
                let disturbs = match workspace.verdict(workspace.judged(id, job, noxfile), a, b) {
                    Verdict::AfterCure(_) | Verdict::Exclusive(_) | Verdict::OneProcess(_) => true,
                    Verdict::MustOrder(edge) => edge.is_needed(),
                    Verdict::Parallel | Verdict::Unknown(_) => false,
                };
                if disturbs {
                    order.disturbed.extend(name(workspace, noxfile, a).zip(name(workspace, noxfile, b)));
                }
            }
        }
        order
    }
}

/// The calls of one workflow that run sessions of one noxfile.
struct Runs<'a> {
    workflow: &'a WorkflowModel,
    noxfile: NoxfileId,
}

impl<'a> Runs<'a> {
    fn links(&self) -> impl Iterator<Item = &'a Link> {
        let noxfile = self.noxfile;
        self.workflow.links.iter().filter(move |link| link.noxfile == Some(noxfile))
    }

    /// Whether every run of the edge's second session comes after one of its first.
    fn keep(&self, edge: &Edge) -> bool {
        let of = |id: SessionId| self.links().filter(move |link| runs(link, id));
        let mut later = of(edge.to).peekable();
        later.peek().is_some() && later.all(|later| of(edge.from).any(|earlier| self.precedes(earlier, later, edge)))
    }

    fn precedes(&self, earlier: &Link, later: &Link, edge: &Edge) -> bool {
        let (a, b) = (earlier.site, later.site);
        if edge.kind == EdgeKind::Variable {
            return a == b && self.is_parallel(a) != Some(true);
        }
        if a == b {
            return self.is_parallel(a).is_none_or(|parallel| !parallel || edge.kind == EdgeKind::Requires);
        }
        if a.job == b.job {
            // Within one step it is the script's own business when it waits for what.
            return a.step < b.step || (a.step == b.step && a.member == b.member);
        }
        self.needs(a.job, b.job) && (edge.kind != EdgeKind::Data || self.hands_over(a.job, b.job))
    }

    /// Whether a call runs several sessions at once.
    fn is_parallel(&self, site: CallSite) -> Option<bool> {
        let call = subject::call(self.workflow.facts.jobs.get(site.job)?, site)?;
        Some(call.parallel.as_ref().is_some_and(|lanes| lanes.text != "1"))
    }

    /// Whether job `to` waits for job `from`, directly or over others.
    fn needs(&self, from: usize, to: usize) -> bool {
        let mut waits_for = vec![to];
        let mut at = 0;
        while let Some(job) = waits_for.get(at).copied() {
            for (before, _) in self.workflow.needs.iter().filter(|(_, after)| *after == job) {
                if !waits_for.contains(before) {
                    waits_for.push(*before);
                }
            }
            at += 1;
        }
        from != to && waits_for.contains(&from)
    }

    /// Whether files go from one job to another: an upload here, a download there.
    fn hands_over(&self, from: usize, to: usize) -> bool {
        let uses = |job: usize, action: &str| {
            self.workflow.facts.jobs.get(job).is_some_and(|job| subject::artifacts(job, action).next().is_some())
        };
        uses(from, "upload-artifact") && uses(to, "download-artifact")
    }

    /// Pairs of sessions that run at the same time on one machine, with their job.
    fn overlapping(&self, workspace: &Workspace) -> Vec<(usize, SessionId, SessionId)> {
        let mut pairs = Vec::new();
        let links: Vec<&Link> = self.links().collect();
        for (at, link) in links.iter().enumerate() {
            for other in links.iter().skip(at + 1).filter(|other| self.at_once(link.site, other.site)) {
                for one in link.runs.iter() {
                    pairs.extend(other.runs.iter().map(|other| (link.site.job, one.session, other.session)));
                }
            }
            if self.is_parallel(link.site) == Some(true) {
                let free = |id: SessionId| allows_overlap(workspace, self.noxfile, id);
                let free: Vec<SessionId> = link.runs.iter().map(|run| run.session).filter(|id| free(*id)).collect();
                for (at, one) in free.iter().enumerate() {
                    let others = free.iter().skip(at + 1).filter(|other| one != *other);
                    let others = others.filter(|other| !self.requires(workspace, *one, **other));
                    pairs.extend(others.map(|other| (link.site.job, *one, *other)));
                }
            }
        }
        pairs
    }

    /// Members of one `parallel:` group.
    fn at_once(&self, a: CallSite, b: CallSite) -> bool {
        let is_group = |site: CallSite| {
            let step = self.workflow.facts.jobs.get(site.job).and_then(|job| job.steps.get(site.step));
            step.is_some_and(|step| matches!(step.kind, StepKind::Parallel(_)))
        };
        (a.job, a.step) == (b.job, b.step) && a.member != b.member && is_group(a)
    }

    /// Whether one of two requires the other: nox then never runs them at once.
    fn requires(&self, workspace: &Workspace, a: SessionId, b: SessionId) -> bool {
        let Some(model) = workspace.noxfiles.get(self.noxfile.0) else { return false };
        let reaches = |from: SessionId, to: SessionId| {
            let mut found = vec![from];
            let mut at = 0;
            while let Some(id) = found.get(at).copied() {
                for edge in model.edges.iter().filter(|edge| edge.kind == EdgeKind::Requires && edge.from == id) {
                    if !found.contains(&edge.to) {
                        found.push(edge.to);
                    }
                }
                at += 1;
            }
            found.contains(&to)
        };
        reaches(a, b) || reaches(b, a)
    }
}

fn runs(link: &Link, id: SessionId) -> bool {
    link.runs.iter().any(|run| run.session == id)
}

/// Whether `nox -j` runs the session beside others: it or the noxfile says so.
fn allows_overlap(workspace: &Workspace, noxfile: NoxfileId, id: SessionId) -> bool {
    let Some(model) = workspace.noxfiles.get(noxfile.0) else { return false };
    let all = model.facts.options.allow_parallel.as_ref().and_then(|known| known.value());
    let own = model.facts.sessions.get(id.0).and_then(|session| session.allow_parallel);
    own.or(all.copied()).unwrap_or(false)
}
