//! vulture: `a.py:1: unused import 'os' (90% confidence)`.

use super::location::location;
use super::{Format, Found, Level};

#[derive(Debug, Default)]
pub(super) struct Reader;

impl Format for Reader {
    fn read(&mut self, line: &str, found: &mut Found) -> bool {
        let Some(at) = location(line).filter(|at| at.rest.contains("% confidence")) else { return false };
        found.add("vulture", Level::Warning, at, None, at.rest);
        true
    }
}
