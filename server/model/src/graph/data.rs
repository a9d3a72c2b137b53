//! Edges from files: who writes what another one reads.
//!
//! A consumer of finished data (a coverage report, a check of wheels) comes after all writers, wherever it stands. Any
//! other reader comes after writers that stand earlier. What a session wrote itself before it reads is its own affair.

use std::collections::BTreeMap;

use super::order::Ranks;
use super::path_index::PathIndex;
use super::{Edge, EdgeKind, Evidence, Sources};
use crate::effects::{Access, Effect, Effects, Resource, Role, are_of_other_pythons, paths};
use crate::workspace::SessionId;

type Touches<'a> = BTreeMap<&'a str, Vec<(SessionId, &'a Effect)>>;

/// Adds the edges that files make.
pub(super) fn add(sources: &Sources<'_>, rank: &Ranks, edges: &mut Vec<Edge>) {
    let (mut writes, mut reads, mut cleans) = (Touches::new(), Touches::new(), Touches::new());
    for (index, effects) in sources.effects.iter().enumerate() {
        collect(SessionId(index), effects, &mut writes, &mut reads, &mut cleans);
    }
    let index = PathIndex::new(&writes);
    let mut found = Vec::new();
    for (path, readers) in &reads {
        index.overlapping(path, &mut found);
        for (written, writers) in &found {
            join(sources, rank, (path, readers), (written, writers), edges);
        }
    }
    for (path, cleaners) in &cleans {
        index.overlapping(path, &mut found);
        for (_, writers) in &found {
            clean(sources, rank, (path, cleaners), writers, edges);
        }
    }
}

fn collect<'a>(
    session: SessionId,
    effects: &'a Effects,
    writes: &mut Touches<'a>,
    reads: &mut Touches<'a>,
    cleans: &mut Touches<'a>,
) {
    for (at, effect) in effects.items.iter().enumerate() {
        let Resource::Path(path) = &effect.resource else { continue };
        if !carries_data(effect.role) {
            continue;
        }
        let into = match effect.access {
            Access::Write => &mut *writes,
            Access::Read if !is_supplied(&effects.items[..at], path, effect.role) => &mut *reads,
            Access::Update if !is_supplied(&effects.items[..at], path, effect.role) => {
                // Adds to what is there: both a reader and a writer.
                reads.entry(path).or_default().push((session, effect));
                &mut *writes
            }
            Access::Update => &mut *writes,
            Access::Delete if is_cleaner(effects, path, effect) => &mut *cleans,
            _ => continue,
        };
        into.entry(path).or_default().push((session, effect));
    }
}

/// Roles whose content matters to a reader; a cache, a build tree or an environment does not.
pub(crate) fn carries_data(role: Role) -> bool {
    matches!(
        role,
        Role::CoverageData | Role::Package | Role::Report | Role::Docs | Role::Source | Role::Fetched | Role::Other
    )
}

/// Whether the session made the thing itself, before; or removed it, so that what it finds is its own work.
fn is_supplied(before: &[Effect], path: &str, role: Role) -> bool {
    const REMOVING: [&str; 3] = ["removal of a file", "rm", "coverage erase"];
    let is_it = |effect: &Effect| matches!(&effect.resource, Resource::Path(own) if own == path);
    let removes = |effect: &Effect| {
        effect.access == Access::Delete
            && !effect.is_conditional
            && REMOVING.contains(&effect.tool.as_str())
            && is_it(effect)
    };
    before.iter().any(|effect| {
        removes(effect)
            || effect.access == Access::Write
                && (effect.role == role || effect.role == Role::Fetched)
                && !effect.is_conditional
                && matches!(&effect.resource, Resource::Path(own) if own == path
                || paths::overlap(own, path)
                || role == Role::CoverageData && data_base(own) == data_base(path))
    })
}

/// `.coverage` of `.coverage.*`: a report looks at both.
fn data_base(path: &str) -> &str {
    path.strip_suffix(".*").unwrap_or(path)
}

/// Whether the session only removes the thing: it neither writes it nor reads it.
fn is_cleaner(effects: &Effects, path: &str, delete: &Effect) -> bool {
    let touches =
        |effect: &Effect| matches!(&effect.resource, Resource::Path(own) if own == path || paths::overlap(own, path));
    (delete.is_explicit || delete.tool == "coverage erase")
        && !effects.items.iter().any(|effect| effect.access != Access::Delete && touches(effect))
}

fn join(
    sources: &Sources<'_>,
    rank: &Ranks,
    (path, readers): (&str, &[(SessionId, &Effect)]),
    (written, writers): (&str, &[(SessionId, &Effect)]),
    edges: &mut Vec<Edge>,
) {
    for (to, read) in readers {
        for (from, write) in writers {
            let is_both = |session: &SessionId| readers.iter().any(|(it, _)| it == session);
            // Two that read and rewrite one file (`README.md`) need neither the other; they must only not overlap.
            let is_mutual = path == written && is_both(from) && writers.iter().any(|(it, _)| it == to);
            // Who reads the sources itself has added to them for itself.
            let is_private = read.role == Role::Source && is_both(from);
            let sessions = sources.facts.sessions.get(from.0).zip(sources.facts.sessions.get(to.0));
            let are_apart = sessions.is_some_and(|(a, b)| are_of_other_pythons((a, written), (b, path)));
            if from == to
                || are_apart
                || is_mutual
                || is_private
                || !read.role.takes(write.role)
                || !is_needed(write, read, rank.is_before(*from, *to))
            {
                continue;
            }
            let evidence =
                if write.is_explicit && read.is_explicit { Evidence::ExactPath } else { Evidence::DefaultPath };
            let (first, second) = (sources.name(*from), sources.name(*to));
            let reads = if read.access == Access::Update { "adds to" } else { "reads" };
            let reason = if path == written {
                format!("`{second}` {reads} `{path}`, which `{first}` writes")
            } else {
                format!("`{second}` {reads} `{path}`, and `{first}` writes `{written}`")
            };
            let place = sources.place(*to, read);
            edges.push(Edge { from: *from, to: *to, kind: EdgeKind::Data, evidence, reason, place });
        }
    }
}

fn is_needed(write: &Effect, read: &Effect, is_before: bool) -> bool {
    match read.access {
        // Two that add may come in any order, only not at once; that is a hazard, not an edge.
        Access::Update => is_before && write.access == Access::Write,
        _ if write.role == Role::Fetched => true,
        _ => is_before || matches!(read.role, Role::CoverageData | Role::Package | Role::Report),
    }
}

/// Who removes a thing before others write it must stay before them.
fn clean(
    sources: &Sources<'_>,
    rank: &Ranks,
    (path, cleaners): (&str, &[(SessionId, &Effect)]),
    writers: &[(SessionId, &Effect)],
    edges: &mut Vec<Edge>,
) {
    for (from, delete) in cleaners {
        for (to, write) in writers {
            if from == to || !rank.is_before(*from, *to) {
                continue;
            }
            let evidence =
                if write.is_explicit && delete.is_explicit { Evidence::ExactPath } else { Evidence::DefaultPath };
            let reason =
                format!("`{}` deletes `{path}`, which `{}` writes afterwards", sources.name(*from), sources.name(*to));
            let place = sources.place(*from, delete);
            edges.push(Edge { from: *from, to: *to, kind: EdgeKind::Data, evidence, reason, place });
        }
    }
}
