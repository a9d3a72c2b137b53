//! pydocstyle: `a.py:5 in public function `f`:`, and on the next line `        D103: message`.

use super::location::{Location, location};
use super::{Format, Found, Level};

#[derive(Debug, Default)]
pub(super) struct Reader {
    place: Option<(String, u32)>,
}

impl Format for Reader {
    fn read(&mut self, line: &str, found: &mut Found) -> bool {
        if let Some((path, at)) = self.place.take() {
            let told = line.strip_prefix("        D").and_then(|told| told.split_once(": "));
            let Some((number, message)) = told else { return false };
            found.add("pydocstyle", Level::Warning, Location::of(&path, at), Some(&format!("D{number}")), message);
            return true;
        }
        let head = location(line).filter(|at| {
            at.column.is_none() && at.rest.ends_with(':') && (at.rest.starts_with("in ") || at.rest.starts_with("at "))
        });
        self.place = head.map(|at| (at.path.to_owned(), at.line));
        self.place.is_some()
    }
}
