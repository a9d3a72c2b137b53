//! black: `would reformat a.py`, `error: cannot parse: a.py:1:6` (before 26: `error: cannot format a.py: … 1:6`).

use super::location::{Location, is_path, location};
use super::{Format, Found, Level};

#[derive(Debug, Default)]
pub(super) struct Reader;

impl Format for Reader {
    fn read(&mut self, line: &str, found: &mut Found) -> bool {
        let (at, message) = if let Some(path) = line.strip_prefix("would reformat ").filter(|path| is_path(path)) {
            (Location::of(path, 1), "it would be reformatted")
        } else if let Some(at) = line.strip_prefix("error: cannot parse: ").and_then(location) {
            (at, "it cannot be parsed")
        } else if let Some(told) = line.strip_prefix("error: cannot format ").and_then(|rest| rest.split_once(": ")) {
            (Location::of(told.0, 1), told.1)
        } else {
            return false;
        };
        found.add("black", Level::Error, at, None, message);
        true
    }
}
