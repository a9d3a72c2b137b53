//! Any tool that says `path:line: message`. What Python warns of is no failure.

use super::location::location;
use super::{Format, Found, Level};

#[derive(Debug, Default)]
pub(super) struct Reader;

impl Format for Reader {
    fn read(&mut self, line: &str, found: &mut Found) -> bool {
        let Some(at) = location(line).filter(|at| !at.rest.is_empty()) else { return false };
        let is_warning = at.rest.split_once(": ").is_some_and(|(kind, _)| kind.ends_with("Warning"));
        if !is_warning {
            let tool = found.program.clone();
            found.add(&tool, Level::Error, at, None, at.rest);
        }
        true
    }
}
