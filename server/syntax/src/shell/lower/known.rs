//! Scripts that were parsed before: after a keystroke in a workflow of two hundred jobs all scripts but one are the same.

use std::cell::RefCell;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::shell::Statements;

/// Bytes of scripts that are kept. When it is full, all are forgotten: those in use come back with the next reading.
const MAX_BYTES: usize = 1 << 18;

#[derive(Default)]
struct Known {
    scripts: FxHashMap<Box<str>, Rc<Statements>>,
    bytes: usize,
}

thread_local! {
    static KNOWN: RefCell<Known> = RefCell::default();
}

/// What `script` is, which `parse` makes of its text alone.
pub(super) fn get(script: &str, parse: impl FnOnce() -> Statements) -> Rc<Statements> {
    if let Some(known) = KNOWN.with_borrow(|known| known.scripts.get(script).map(Rc::clone)) {
        return known;
    }
    let parsed = Rc::new(parse());
    KNOWN.with_borrow_mut(|known| {
        if known.bytes + script.len() > MAX_BYTES {
            *known = Known::default();
        }
        if script.len() <= MAX_BYTES / 4 {
            known.bytes += script.len();
            known.scripts.insert(Box::from(script), Rc::clone(&parsed));
        }
    });
    parsed
}
