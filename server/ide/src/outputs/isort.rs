//! isort: `ERROR: a.py Imports are incorrectly sorted and/or formatted.`

use super::location::Location;
use super::{Format, Found, Level};

#[derive(Debug, Default)]
pub(super) struct Reader;

impl Format for Reader {
    fn read(&mut self, line: &str, found: &mut Found) -> bool {
        let Some((path, told)) = line.strip_prefix("ERROR: ").and_then(|rest| rest.split_once(" Imports are ")) else {
            return false;
        };
        let message = format!("imports are {}", told.trim_end_matches('.'));
        found.add("isort", Level::Error, Location::of(path, 1), None, &message);
        true
    }
}
