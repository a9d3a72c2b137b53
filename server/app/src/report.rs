//! Answers and events, as people and programs read them: one file a form.

pub(crate) mod audit_json;
pub(crate) mod audit_markdown;
pub(crate) mod audit_text;
pub(crate) mod board;
pub(crate) mod facts;
mod lines;
pub(crate) mod run_event;
pub(crate) mod terminal;
