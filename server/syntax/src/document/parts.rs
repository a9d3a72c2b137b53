//! Healthy text, read in parts: many small trees are made faster than one large one, and on all processors at once.
//! Neighbours: `jobs` and `statements`, which say where a part may end.
//!
//! No text is cut where it must not be: a part that ends within a string or brackets is not healthy, and then there are
//! no parts.

use std::{num::NonZero, thread};

use super::{Language, statements, tree};
use crate::{Span, python};

/// Bytes that are parsed together. A part of this size takes some 2 ms, a thread 50 µs (measured).
pub(super) const SIZE: u32 = 16 << 10;
/// More at once gains nothing that a person would notice.
const MAX_THREADS: usize = 4;

/// The module in `text`, for documents that keep no tree: a tree takes fifty times its text. `None`: not all of it is
/// healthy.
pub(super) fn python(text: &str) -> Option<python::Module> {
    let parts = of_about(&statements::all(text), SIZE);
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

/// Neighbouring spans joined until they have `size` bytes.
pub(super) fn of_about(spans: &[Span], size: u32) -> Vec<Span> {
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
    let processors = thread::available_parallelism().map_or(1, NonZero::get).min(MAX_THREADS);
    let mut runs = parts.chunks(parts.len().div_ceil(processors).max(1));
    let Some(first) = runs.next() else { return Some(Vec::new()) };
    thread::scope(|scope| {
        let read = &read;
        let others: Vec<_> = runs.map(|run| scope.spawn(move || read(run))).collect();
        let first = read(first);
        let others = others.into_iter().map(|other| other.join().ok().flatten());
        std::iter::once(first).chain(others).collect()
    })
}
