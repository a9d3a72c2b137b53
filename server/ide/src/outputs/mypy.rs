//! mypy: `a.py:19: error: message  [rule]`, with a column or four where it is asked to say them. Notes belong to the
//! error before them. With `--pretty` a long message goes on below, up to its rule.

use super::location::location;
use super::{Format, Found, Level};

#[derive(Debug, Default)]
pub(super) struct Reader {
    /// The last message has not come to its rule.
    is_open: bool,
}

impl Format for Reader {
    fn read(&mut self, line: &str, found: &mut Found) -> bool {
        let located = location(line);
        let is_open = std::mem::take(&mut self.is_open);
        if is_open
            && located.is_none()
            && !(line.is_empty() || line.starts_with(' ') || line.starts_with("Found "))
            && let Some(place) = found.places.last_mut()
        {
            let (message, code) = split_rule(line);
            place.message.push(' ');
            place.message.push_str(message);
            (place.code, self.is_open) = (code.map(str::to_owned), code.is_none());
            return true;
        }
        let Some(at) = located.filter(|at| at.path.ends_with(".py") || at.path.ends_with(".pyi")) else {
            return false;
        };
        // The end of the range, with `--show-error-end`.
        let rest = at.rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == ':').trim_start();
        let Some((level, message)) = rest.split_once(": ") else { return false };
        let level = match level {
            "error" => Level::Error,
            "warning" => Level::Warning,
            "note" => return true,
            _ => return false,
        };
        let (message, code) = split_rule(message);
        let count = found.places.len();
        found.add("mypy", level, at, code, message);
        self.is_open = code.is_none() && found.program == "mypy" && found.places.len() > count;
        true
    }
}

fn split_rule(text: &str) -> (&str, Option<&str>) {
    let split = text.strip_suffix(']').and_then(|text| text.rsplit_once("  ["));
    split.map_or((text, None), |(message, rule)| (message, Some(rule)))
}
