//! Any edits of a noxfile and of a workflow.
#![no_main]

#[path = "../checks.rs"]
#[expect(dead_code, reason = "a target is a program of its own and uses one check")]
mod checks;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| checks::edits(bytes));
