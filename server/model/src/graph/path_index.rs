//! Finds the paths that overlap one path, without looking at all of them.

use std::collections::BTreeMap;
use std::ops::Bound;

use crate::effects::{Effect, paths};
use crate::workspace::SessionId;

type Touch<'a> = (SessionId, &'a Effect);

/// Touched paths, sorted; those with open parts apart, as they are few.
pub(super) struct PathIndex<'i, 'a> {
    all: &'i BTreeMap<&'a str, Vec<Touch<'a>>>,
    wild: Vec<&'a str>,
}

impl<'i, 'a> PathIndex<'i, 'a> {
    pub(super) fn new(all: &'i BTreeMap<&'a str, Vec<Touch<'a>>>) -> Self {
        Self { all, wild: all.keys().copied().filter(|path| *path == "." || paths::is_wild(path)).collect() }
    }

    /// Fills `found` with the entries that overlap `path`, in the order of their paths.
    pub(super) fn overlapping(&self, path: &str, found: &mut Vec<(&'a str, &'i [Touch<'a>])>) {
        found.clear();
        if path == "." {
            found.extend(self.all.iter().map(|(key, touches)| (*key, touches.as_slice())));
            return;
        }
        let literal = path.find(['*', '{', '?']).map_or(path, |at| &path[..at]);
        // Below it, or what a pattern may match.
        let from = (Bound::Included(literal), Bound::Unbounded);
        for (key, touches) in self.all.range::<str, _>(from).take_while(|(key, _)| key.starts_with(literal)) {
            found.push((*key, touches.as_slice()));
        }
        // The folders above it.
        let mut above = literal;
        while let Some(at) = above.rfind('/') {
            above = &above[..at];
            found.extend(self.all.get_key_value::<str>(above).map(|(key, touches)| (*key, touches.as_slice())));
        }
        for key in &self.wild {
            found.extend(self.all.get_key_value::<str>(key).map(|(key, touches)| (*key, touches.as_slice())));
        }
        found.retain(|(key, _)| *key == path && !paths::is_anywhere(path) || paths::overlap(key, path));
        found.sort_by_key(|(key, _)| *key);
        found.dedup_by_key(|(key, _)| *key);
    }
}
