//! The list of assists for noxfiles. A new one is a file in `noxfile/` and a word here; what several of them share stands
//! beside them: `scope` (which sessions are meant), `script` (edits on the tree), `calls` (what workflows make of an
//! edit), `changes` (the proof that an edit does what it says and nothing else).

pub(crate) mod calls;
pub(crate) mod raised_nox;
pub(crate) mod script;
pub(crate) mod style;
pub(crate) mod words;

mod bracket;
mod changes;
mod own_name;
mod parallel;
mod queue;
mod scope;
mod tree;

pub(crate) use replace_notify::only_queues;
pub(crate) use require_nox_version::newest_argument;

#[cfg(test)]
mod tests;

assists![
    add_requires,
    isolate_coverage,
    isolate_output,
    replace_notify,
    allow_parallel,
    longest_first,
    build_once,
    require_nox_version,
];
