//! Sphinx: `docs/a.rst:4: WARNING: message [kind]`, perhaps behind what it was doing. Lines within a docstring are
//! counted from the docstring's start, which nobody tells: then the file is named and the message says the rest.

use super::location::{Location, is_path, location};
use super::{Format, Found, Level};

#[derive(Debug, Default)]
pub(super) struct Reader;

const LEVELS: [(&str, Level); 4] = [
    (": WARNING: ", Level::Warning),
    (": ERROR: ", Level::Error),
    (": SEVERE: ", Level::Error),
    (": CRITICAL: ", Level::Error),
];

impl Format for Reader {
    fn read(&mut self, line: &str, found: &mut Found) -> bool {
        let split = LEVELS.iter().find_map(|(mark, level)| Some((line.split_once(mark)?, *level)));
        let Some(((place, message), level)) = split else { return false };
        let place = place.rsplit_once("... ").map_or(place, |(_, place)| place);
        let kind = message.strip_suffix(']').and_then(|message| message.rsplit_once(" ["));
        let (message, code) = kind.map_or((message, None), |(message, kind)| (message, Some(kind)));
        let (at, message) = if let Some(at) = location(place).filter(|at| at.rest.is_empty()) {
            (at, message.to_owned())
        } else if let Some((path, within)) = place.split_once(":docstring of ").filter(|(path, _)| is_path(path)) {
            let within = match within.rsplit_once(':') {
                Some((name, line)) => format!("docstring of {name}, line {line}"),
                None => format!("docstring of {within}"),
            };
            (Location::of(path, 1), format!("{within}: {message}"))
        } else if is_path(place) {
            (Location::of(place, 1), message.to_owned())
        } else {
            return false;
        };
        found.add("sphinx", level, at, code, &message);
        true
    }
}
