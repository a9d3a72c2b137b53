//! Which sessions go into which job when a job is split into jobs that may wait for one another.
//!
//! Every job costs its set-up, so short sessions share one, and a session stays with what it needs unless the files can be
//! handed over and the whole is faster for it. Neighbours: `packing` splits without any order between the jobs;
//! `handover` knows which files go from one session to another.

use std::collections::BTreeMap;

use super::packing::{plan_of, root, work};
use crate::plan::{Plan, TaskId};
use crate::schedule::{self, Priority};

/// Jobs that take the place of one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Split {
    /// Tasks of each job, in the plan's order. A job stands behind those that it needs.
    pub jobs: Vec<Vec<TaskId>>,
    /// Which job needs which, (earlier, later), without what follows from others.
    pub needs: Vec<(usize, usize)>,
}

/// A split within this share of the fastest is as good, if it has fewer jobs.
const AS_GOOD: f64 = 1.05;

/// Splits `plan` into jobs, by simulation: the fewest jobs whose time is within 5 % of the best. `may_cut`: edges whose
/// files can be handed over to another job. `overhead`: what each job costs.
pub fn split(plan: &Plan, may_cut: &[(TaskId, TaskId)], overhead: f64, slots: usize) -> Split {
    let mut found: Vec<(Split, f64)> = Vec::new();
    for cut in [Cut::Nothing, Cut::ManySources, Cut::All] {
        let atoms = Atoms::of(plan, may_cut, cut);
        for jobs in 1..=atoms.width().min(slots.max(1)) {
            let split = atoms.packed(plan, jobs, overhead);
            let seconds = time(plan, &split, overhead, slots).0;
            found.push((split, seconds));
        }
    }
    let best = found.iter().map(|(_, seconds)| *seconds).fold(f64::INFINITY, f64::min);
    let good = found.into_iter().filter(|(_, seconds)| *seconds <= AS_GOOD * best);
    // Stable: of equals the one that cuts least.
    good.min_by_key(|(split, _)| split.jobs.len()).map(|(split, _)| split).unwrap_or_default()
}

/// Time from the first start to the last end on `slots` runners, and the machine time of all jobs.
pub(super) fn time(plan: &Plan, split: &Split, overhead: f64, slots: usize) -> (f64, f64) {
    let seconds: Vec<f64> = split.jobs.iter().map(|job| overhead + work(plan, job)).collect();
    let edges = split.needs.iter().map(|(from, to)| (TaskId(*from), TaskId(*to))).collect();
    let jobs = Plan { edges, ..plan_of(&seconds) };
    (schedule::simulate(&jobs, slots, Priority::PlanOrder).makespan, seconds.iter().sum())
}

/// Which of the edges that may be cut are cut.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cut {
    Nothing,
    /// Those into tasks that need several which have nothing else to do with one another.
    ManySources,
    All,
}

/// Tasks that stay together, and which of these need which.
struct Atoms {
    /// Tasks, in the plan's order.
    tasks: Vec<Vec<TaskId>>,
    /// By atom: atoms that it needs, sorted.
    needs: Vec<Vec<usize>>,
}

impl Atoms {
    fn of(plan: &Plan, may_cut: &[(TaskId, TaskId)], cut: Cut) -> Self {
        let count = plan.tasks.len();
        let edges = || plan.edges.iter().filter(|(from, to)| from.0 < count && to.0 < count && from != to);
        let is_cut = |edge: &(TaskId, TaskId)| cut != Cut::Nothing && may_cut.contains(edge);
        let mut owner: Vec<usize> = (0..count).collect();
        for (from, to) in edges().filter(|edge| !is_cut(edge)) {
            join(&mut owner, from.0, to.0);
        }
        if cut == Cut::ManySources {
            let whole = owner.clone();
            for task in 0..count {
                let mut sources: Vec<usize> = edges()
                    .filter(|(_, to)| root(&whole, to.0) == root(&whole, task))
                    .map(|(from, _)| root(&whole, from.0))
                    .collect();
                sources.retain(|source| *source != root(&whole, task));
                sources.sort_unstable();
                sources.dedup();
                if let [only] = sources.as_slice() {
                    join(&mut owner, *only, task);
                }
            }
        }
        // Atoms that need each other in a circle are one.
        while let Some((from, to)) = circle(&owner, edges()) {
            join(&mut owner, from, to);
        }
        let mut place: BTreeMap<usize, usize> = BTreeMap::new();
        let mut tasks: Vec<Vec<TaskId>> = Vec::new();
        for task in 0..count {
            let atom = *place.entry(root(&owner, task)).or_insert_with(|| {
                tasks.push(Vec::new());
                tasks.len() - 1
            });
            tasks[atom].push(TaskId(task));
        }
        let mut needs: Vec<Vec<usize>> = vec![Vec::new(); tasks.len()];
        for (from, to) in edges() {
            let (from, to) = (place[&root(&owner, from.0)], place[&root(&owner, to.0)]);
            if from != to && !needs[to].contains(&from) {
                needs[to].push(from);
            }
        }
        needs.iter_mut().for_each(|needs| needs.sort_unstable());
        Self { tasks, needs }
    }

    /// The most atoms that need the same ones, and so can be spread over jobs.
    fn width(&self) -> usize {
        let alike = |needs: &Vec<usize>| self.needs.iter().filter(|other| *other == needs).count();
        self.needs.iter().map(alike).max().unwrap_or_default()
    }

    /// Packs atoms that need the same ones into at most `count` jobs, those with the longest way to the end first, each
    /// into the emptiest (Graham 1969).
    fn packed(&self, plan: &Plan, count: usize, overhead: f64) -> Split {
        let seconds: Vec<f64> = self.tasks.iter().map(|tasks| work(plan, tasks)).collect();
        let way = self.ways_to_the_end(&seconds, overhead);
        let mut alike: BTreeMap<&[usize], Vec<usize>> = BTreeMap::new();
        for (atom, needs) in self.needs.iter().enumerate() {
            alike.entry(needs).or_default().push(atom);
        }
        let mut jobs: Vec<Vec<usize>> = Vec::new();
        for (_, mut atoms) in alike {
            atoms.sort_by(|&a, &b| way[b].total_cmp(&way[a]).then(a.cmp(&b)));
            let mut packed: Vec<(f64, Vec<usize>)> = vec![(0.0, Vec::new()); count.min(atoms.len())];
            for atom in atoms {
                if let Some(emptiest) = packed.iter_mut().min_by(|a, b| a.0.total_cmp(&b.0)) {
                    emptiest.0 += seconds[atom];
                    emptiest.1.push(atom);
                }
            }
            jobs.extend(packed.into_iter().map(|(_, atoms)| atoms));
        }
        self.in_order(jobs)
    }

    /// By atom: its seconds and those of the longest chain of jobs behind it.
    fn ways_to_the_end(&self, seconds: &[f64], overhead: f64) -> Vec<f64> {
        let mut way = seconds.to_vec();
        // As many rounds as a chain can be long.
        for _ in 0..self.needs.len() {
            for (atom, needs) in self.needs.iter().enumerate() {
                for &before in needs {
                    way[before] = way[before].max(seconds[before] + overhead + way[atom]);
                }
            }
        }
        way
    }

    /// Jobs of atoms as jobs of tasks, each behind those it needs, else by its first task.
    fn in_order(&self, jobs: Vec<Vec<usize>>) -> Split {
        let job_of = |atom: usize| jobs.iter().position(|job| job.contains(&atom)).unwrap_or_default();
        let needs_of: Vec<Vec<usize>> = jobs
            .iter()
            .map(|job| job.iter().flat_map(|&atom| &self.needs[atom]).map(|&before| job_of(before)).collect())
            .collect();
        let mut tasks: Vec<Vec<TaskId>> =
            jobs.iter().map(|job| job.iter().flat_map(|&atom| self.tasks[atom].iter().copied()).collect()).collect();
        tasks.iter_mut().for_each(|tasks| tasks.sort_unstable());
        let mut order: Vec<usize> = Vec::new();
        while order.len() < jobs.len() {
            let is_ready =
                |&job: &usize| !order.contains(&job) && needs_of[job].iter().all(|before| order.contains(before));
            let Some(next) = (0..jobs.len()).filter(is_ready).min_by_key(|&job| tasks[job].first().copied()) else {
                break;
            };
            order.push(next);
        }
        let place = |job: usize| order.iter().position(|&other| other == job).unwrap_or_default();
        let mut needs: Vec<(usize, usize)> = Vec::new();
        for (job, before) in needs_of.iter().enumerate() {
            needs.extend(before.iter().map(|&before| (place(before), place(job))));
        }
        needs.sort_unstable();
        needs.dedup();
        Split { jobs: order.iter().map(|&job| std::mem::take(&mut tasks[job])).collect(), needs: reduced(&needs) }
    }
}

/// Edges without those that a longer way makes needless.
fn reduced(edges: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let leads = |from: usize, to: usize| {
        let mut seen = vec![from];
        let mut at = 0;
        while let Some(node) = seen.get(at).copied() {
            for (_, next) in edges.iter().filter(|(first, next)| *first == node && (*first, *next) != (from, to)) {
                if !seen.contains(next) {
                    seen.push(*next);
                }
            }
            at += 1;
        }
        seen.contains(&to)
    };
    edges.iter().copied().filter(|&(from, to)| !leads(from, to)).collect()
}

/// Two owners that need each other, directly or over others.
fn circle<'a>(owner: &[usize], edges: impl Iterator<Item = &'a (TaskId, TaskId)>) -> Option<(usize, usize)> {
    let mut after: Vec<Vec<usize>> = vec![Vec::new(); owner.len()];
    for (from, to) in edges {
        let (from, to) = (root(owner, from.0), root(owner, to.0));
        if from != to {
            after[from].push(to);
        }
    }
    let component = schedule::components(&after);
    let pair = |from: usize| after[from].iter().find(|&&to| component[to] == component[from]).map(|&to| (from, to));
    (0..owner.len()).find_map(pair)
}

fn join(owner: &mut [usize], a: usize, b: usize) {
    let (one, other) = (root(owner, a), root(owner, b));
    owner[one.max(other)] = one.min(other);
}
