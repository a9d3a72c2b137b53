//! One project: what noxflow says of it beside its label.

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;

use model::{Evidence, NoxfileId, SessionId, Verdict, Workspace};
use noxflow::workspace::OnDisk;

use crate::label::Label;

/// How noxflow and the label agree.
#[derive(Default)]
pub(crate) struct Comparison {
    pub(crate) name: String,
    /// Needed edges that are labelled.
    pub(crate) labelled: usize,
    /// Of these, those that noxflow's edges of file evidence or better say, directly or over others.
    pub(crate) seen: usize,
    /// Edges of that evidence.
    pub(crate) found: usize,
    /// Of these, those that the label does not have, directly or over others.
    pub(crate) wrong: usize,
    /// Unsafe pairs that noxflow orders or keeps apart.
    pub(crate) unsafe_as_unsafe: usize,
    /// Unsafe pairs of which it says that it does not know.
    pub(crate) unsafe_as_unknown: usize,
    /// Unsafe pairs that it would let overlap.
    pub(crate) unsafe_as_safe: usize,
    /// Of these, those that only fail sometimes.
    pub(crate) flaky_as_safe: usize,
    /// Safe pairs.
    pub(crate) safe_pairs: usize,
    /// Safe pairs that it lets overlap.
    pub(crate) safe_as_safe: usize,
    /// What differs, for people.
    pub(crate) notes: Vec<String>,
}

/// Compares the project in `folder` with its label.
pub(crate) fn compare(folder: &Path, label: &Label) -> Comparison {
    let disk = OnDisk::open(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let workspace = &disk.snapshot.workspace;
    let path = |id: model::FileId| disk.snapshot.files.iter().find(|file| file.id == id).map(|file| file.path.as_str());
    let noxfile = workspace.noxfiles.iter().position(|model| path(model.file) == Some(&label.noxfile));
    let noxfile = noxfile.unwrap_or_else(|| panic!("{} has no {}", folder.display(), label.noxfile));
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut comparison = Comparison { name, ..Comparison::default() };
    let session = |name: &str| {
        let found = workspace.noxfiles[noxfile].by_name.get(name).copied();
        found.unwrap_or_else(|| panic!("{} has no session `{name}`", folder.display()))
    };
    let ids = |pairs: &[(String, String, String)]| -> Vec<(SessionId, SessionId)> {
        pairs.iter().map(|(a, b, _)| (session(a), session(b))).collect()
    };
    let judge = Judge { workspace, noxfile };
    judge.edges(&ids(&label.needed), &mut comparison);
    let needed = ids(&label.needed);
    let must_not: Vec<_> = ids(&label.unsafe_pairs).into_iter().chain(needed).collect();
    judge.unsafe_pairs(&ids(&label.flaky_pairs), &mut comparison);
    comparison.flaky_as_safe = comparison.unsafe_as_safe;
    judge.unsafe_pairs(&must_not, &mut comparison);
    judge.safe_pairs(&ids(&label.safe_pairs), &mut comparison);
    comparison
}

struct Judge<'a> {
    workspace: &'a Workspace,
    noxfile: usize,
}

impl Judge<'_> {
    fn edges(&self, labelled: &[(SessionId, SessionId)], out: &mut Comparison) {
        let model = &self.workspace.noxfiles[self.noxfile];
        let strong = model.edges.iter().filter(|edge| edge.evidence <= Evidence::DefaultPath);
        let found: BTreeSet<(SessionId, SessionId)> = strong.map(|edge| (edge.from, edge.to)).collect();
        let labelled: BTreeSet<_> = labelled.iter().copied().collect();
        for pair in found.iter().filter(|pair| !leads(&labelled, **pair)) {
            out.wrong += 1;
            let edge = model.edges.iter().find(|edge| (edge.from, edge.to) == *pair);
            out.notes.push(format!("wrong edge: {}", edge.map_or("", |edge| &edge.reason)));
        }
        for (from, to) in labelled.iter().filter(|pair| !leads(&found, **pair)) {
            out.notes.push(format!("missed edge: {} -> {}", self.name(*from), self.name(*to)));
        }
        out.found = found.len();
        out.labelled = labelled.len();
        out.seen = labelled.iter().filter(|pair| leads(&found, **pair)).count();
    }

    fn unsafe_pairs(&self, pairs: &[(SessionId, SessionId)], out: &mut Comparison) {
        for (a, b) in pairs {
            match self.workspace.verdict(NoxfileId(self.noxfile), *a, *b) {
                Verdict::Parallel => {
                    out.unsafe_as_safe += 1;
                    out.notes.push(format!("judged safe: {} | {}", self.name(*a), self.name(*b)));
                }
                Verdict::Unknown(_) => out.unsafe_as_unknown += 1,
                _ => out.unsafe_as_unsafe += 1,
            }
        }
    }

    fn safe_pairs(&self, pairs: &[(SessionId, SessionId)], out: &mut Comparison) {
        for (a, b) in pairs {
            out.safe_pairs += 1;
            let why = match self.workspace.verdict(NoxfileId(self.noxfile), *a, *b) {
                Verdict::Parallel => {
                    out.safe_as_safe += 1;
                    continue;
                }
                Verdict::Unknown(what) => format!("nobody knows {}", what.join(", ")),
                Verdict::MustOrder(edge) => edge.reason.clone(),
                Verdict::AfterCure(found) | Verdict::Exclusive(found) | Verdict::OneProcess(found) => {
                    found.first().map(|hazard| hazard.reason.clone()).unwrap_or_default()
                }
            };
            out.notes.push(format!("too cautious: {} | {}: {why}", self.name(*a), self.name(*b)));
        }
    }

    fn name(&self, session: SessionId) -> &str {
        &self.workspace.noxfiles[self.noxfile].facts.sessions[session.0].name
    }
}

/// Whether `edges` say that the second of the pair comes after the first, directly or over others.
fn leads(edges: &BTreeSet<(SessionId, SessionId)>, (from, to): (SessionId, SessionId)) -> bool {
    let (mut seen, mut open) = (BTreeSet::from([from]), vec![from]);
    while let Some(at) = open.pop() {
        for (_, next) in edges.range((at, SessionId(0))..=(at, SessionId(usize::MAX))) {
            if *next == to {
                return true;
            }
            if seen.insert(*next) {
                open.push(*next);
            }
        }
    }
    false
}

impl Comparison {
    /// All of them together.
    pub(crate) fn sum(all: &[Self]) -> Self {
        let mut sum = Self { name: format!("all {}", all.len()), ..Self::default() };
        for one in all {
            sum.labelled += one.labelled;
            sum.seen += one.seen;
            sum.found += one.found;
            sum.wrong += one.wrong;
            sum.unsafe_as_unsafe += one.unsafe_as_unsafe;
            sum.unsafe_as_unknown += one.unsafe_as_unknown;
            sum.unsafe_as_safe += one.unsafe_as_safe;
            sum.flaky_as_safe += one.flaky_as_safe;
            sum.safe_pairs += one.safe_pairs;
            sum.safe_as_safe += one.safe_as_safe;
        }
        sum
    }

    /// Share of the edges found that are needed.
    pub(crate) fn precision(&self) -> f64 {
        share(self.found - self.wrong, self.found)
    }

    /// Share of the needed edges that are found.
    pub(crate) fn recall(&self) -> f64 {
        share(self.seen, self.labelled)
    }

    pub(crate) fn unsafe_pairs(&self) -> usize {
        self.unsafe_as_unsafe + self.unsafe_as_unknown + self.unsafe_as_safe
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of edges are small")]
fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}

impl fmt::Display for Comparison {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let missed = self.labelled - self.seen;
        write!(out, "{:<44}{:>8}{:>6}{:>6}{:>6}", self.name, self.labelled, self.found, self.wrong, missed)?;
        write!(out, "{:>8}{:>6}{:>8}", self.unsafe_as_unsafe, self.unsafe_as_unknown, self.unsafe_as_safe)?;
        write!(out, "{:>12}", format!("{} of {}", self.safe_as_safe, self.safe_pairs))
    }
}
