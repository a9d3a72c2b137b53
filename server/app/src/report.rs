//! Answers and events, as people and programs read them: one file a form.

pub(crate) mod audit_json;
pub(crate) mod audit_markdown;
pub(crate) mod audit_text;
mod lines;
