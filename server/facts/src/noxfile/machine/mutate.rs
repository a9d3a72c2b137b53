//! Lists, sets, dicts and objects that change in place. Python has one of each and many names for it; here every name has a value,
//! and values that were one from the beginning share their items. So whoever shares them with what was changed gets the
//! changed value: variables of all functions that run, of all modules, and what stands in other collections.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use syntax::python::Expr;

use super::Machine;
use crate::noxfile::value::{Object, V, Val};

/// Collections within collections that are looked through.
const MAX_NESTED: usize = 8;

/// The search for all who share a collection.
#[derive(Default)]
struct Search<'a> {
    /// What a collection has become, by its old identity.
    changed: FxHashMap<usize, Option<V<'a>>>,
    /// How many values were looked at.
    seen: usize,
}

impl<'a> Machine<'a> {
    /// `owner`, which stands at `place` if that can be named, has become `now`.
    pub(in crate::noxfile) fn mutate(&mut self, owner: &Val<'a>, place: Option<&'a Expr>, now: &Val<'a>) {
        if let Some(slot) = place.and_then(|place| self.place(place)) {
            *slot = now.clone();
        }
        self.charge(size(&now.v));
        // Most are known by one name.
        let Some(identity) = identity(&owner.v).filter(|_| is_shared(&owner.v)) else { return };
        let mut search = Search::default();
        search.changed.insert(identity, Some(now.v.clone()));
        for frame in &mut self.frames {
            replace(frame.vars.values_mut(), &mut search);
        }
        self.imports.each_scope(|scope| replace(scope.values_mut(), &mut search));
        let mut set = Vec::new();
        #[expect(clippy::iter_over_hash_type, reason = "each name is handled on its own, order does not matter")]
        for (name, value) in &mut self.globals {
            if let Some(v) = swapped(&value.v, &mut search, 0) {
                value.v = v;
                set.push(*name);
            }
        }
        replace(self.registry.option_values(), &mut search);
        self.charge(search.seen);
        if self.body.is_some() && !set.is_empty() {
            self.trace.give_up();
        }
        for name in set {
            self.trace.sets(name);
            self.changes_named(name, owner.span);
        }
    }
}

fn replace<'v, 'a: 'v>(values: impl Iterator<Item = &'v mut Val<'a>>, search: &mut Search<'a>) {
    for value in values {
        if let Some(v) = swapped(&value.v, search, 0) {
            value.v = v;
        }
    }
}

/// What tells a collection from others with the same items.
fn identity(v: &V<'_>) -> Option<usize> {
    Some(match v {
        V::List(items) | V::Tuple(items) | V::Set(items) | V::Bag(items, _) => Arc::as_ptr(items).addr(),
        V::Dict(entries) => Arc::as_ptr(entries).addr(),
        V::Object(object) => Arc::as_ptr(object).addr(),
        _ => return None,
    })
}

/// How many items were copied to make it.
fn size(v: &V<'_>) -> usize {
    match v {
        V::List(items) | V::Tuple(items) | V::Set(items) | V::Bag(items, _) => items.len(),
        V::Dict(entries) => entries.len(),
        _ => 0,
    }
}

/// Whether more than the value at hand have its items.
fn is_shared(v: &V<'_>) -> bool {
    match v {
        V::List(items) | V::Tuple(items) | V::Set(items) | V::Bag(items, _) => Arc::strong_count(items) > 1,
        V::Dict(entries) => Arc::strong_count(entries) > 1,
        V::Object(object) => Arc::strong_count(object) > 1,
        _ => false,
    }
}

/// What `v` has become, if it is a collection that has changed or holds one.
fn swapped<'a>(v: &V<'a>, search: &mut Search<'a>, depth: usize) -> Option<V<'a>> {
    search.seen += 1;
    let identity = identity(v).filter(|_| depth < MAX_NESTED)?;
    if let Some(known) = search.changed.get(&identity) {
        return known.clone();
    }
    let mut list = |items: &[Val<'a>]| {
        let mut out = None;
        for (at, item) in items.iter().enumerate() {
            if let Some(v) = swapped(&item.v, search, depth + 1) {
                let place = out.get_or_insert_with(|| items.to_vec()).get_mut(at);
                place.into_iter().for_each(|place| place.v = v.clone());
            }
        }
        out.map(Arc::new)
    };
    let now = match v {
        V::List(items) => list(items).map(V::List),
        V::Tuple(items) => list(items).map(V::Tuple),
        V::Set(items) => list(items).map(V::Set),
        V::Bag(items, why) => list(items).map(|items| V::Bag(items, Arc::clone(why))),
        V::Dict(entries) => {
            let values: Vec<Val<'a>> = entries.iter().map(|(_, value)| value.clone()).collect();
            let keys = entries.iter().map(|(key, _)| key.clone());
            list(&values).map(|values| V::Dict(Arc::new(keys.zip(values.iter().cloned()).collect())))
        }
        V::Object(object) => {
            let values: Vec<Val<'a>> = object.fields.iter().map(|(_, value)| value.clone()).collect();
            let names = object.fields.iter().map(|(name, _)| Arc::clone(name));
            list(&values).map(|values| {
                let fields = names.zip(values.iter().cloned()).collect();
                V::Object(Arc::new(Object { class: Arc::clone(&object.class), fields }))
            })
        }
        _ => None,
    };
    search.changed.insert(identity, now.clone());
    now
}
