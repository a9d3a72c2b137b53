//! Healthy text, read in parts: many small trees are made faster than one large one, and on all processors at once.
//! Neighbours: `jobs` and `statements`, which say where a part may end.
//!
//! No text is cut where it must not be: a part that ends within a string or brackets is not healthy, and then there are
//! no parts.

use std::{num::NonZero, sync::OnceLock, thread};

use super::{Language, statements, tree};
use crate::{Span, python};

/// Bytes that are parsed together: as much as a processor's share, within these. A part of 6 kB takes some 0.5 ms, a
/// thread 50 µs; trees of more than 16 kB are made more slowly (measured).
const LEAST: u32 = 6 << 10;
const MOST: u32 = 16 << 10;
/// More at once gains nothing that a person would notice.
const MAX_THREADS: usize = 4;

/// The module in `text`, for documents that keep no tree: a tree takes fifty times its text. `None`: not all of it is
/// healthy.
pub(super) fn python(text: &str) -> Option<python::Module> {
    let parts = of_a_share(&statements::all(text));
    let modules = side_by_side(&parts, |parts| {
        let mut module = python::Module::default();
        for part in parts {
            let source = part.of(text);
            let tree = tree::parse(Language::Python, source, None, tree::full_budget(source.len()))?;
            if tree.root_node().has_error() {
                return None;
            }
            python::lower_part(&tree, source, part.start, &mut module);
        }
        Some(module)
    })?;
    Some(python::Module { statements: modules.into_iter().flat_map(|module| module.statements).collect() })
}

/// Neighbouring spans joined until they have as many bytes as should be parsed together.
pub(super) fn of_a_share(spans: &[Span]) -> Vec<Span> {
    let total: u32 = spans.iter().map(|span| span.len()).sum();
    let share = total / u32::try_from(processors()).unwrap_or(1);
    let size = share.clamp(LEAST, MOST);
    let mut out: Vec<Span> = Vec::new();
    for span in spans {
        match out.last_mut().filter(|last| last.len() < size) {
            Some(last) => *last = last.join(*span),
            None => out.push(*span),
        }
    }
    out
}

/// What `read` makes of runs of `parts`, in order, as many at once as there are processors. `None`: one of them gave it.
pub(super) fn side_by_side<T: Send>(parts: &[Span], read: impl Fn(&[Span]) -> Option<T> + Sync) -> Option<Vec<T>> {
    let mut runs = parts.chunks(parts.len().div_ceil(processors()).max(1));
    let Some(first) = runs.next() else { return Some(Vec::new()) };
    thread::scope(|scope| {
        let read = &read;
        let others: Vec<_> = runs.map(|run| scope.spawn(move || read(run))).collect();
        let first = read(first);
        let others = others.into_iter().map(|other| other.join().ok().flatten());
        std::iter::once(first).chain(others).collect()
    })
}

/// Asked once: Linux reads files to answer.
fn processors() -> usize {
    static PROCESSORS: OnceLock<usize> = OnceLock::new();
    *PROCESSORS.get_or_init(|| thread::available_parallelism().map_or(1, NonZero::get).min(MAX_THREADS))
}
