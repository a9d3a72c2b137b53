//! Answers and events, as people and programs read them: one file a form.

pub(crate) mod annotations;
pub(crate) mod audit_json;
pub(crate) mod audit_markdown;
pub(crate) mod audit_text;
pub(crate) mod board;
pub(crate) mod ended;
pub(crate) mod facts;
pub(crate) mod junit;
mod lines;
pub(crate) mod nox_report;
pub(crate) mod plan;
pub(crate) mod run_event;
pub(crate) mod run_markdown;
pub(crate) mod seconds;
pub(crate) mod terminal;
pub(crate) mod versions;
