//! pyright and basedpyright: `  /a.py:6:16 - error: message (rule)`, and more of the message on deeper lines.

use super::location::location;
use super::{Format, Found, Level};

#[derive(Debug, Default)]
pub(super) struct Reader {
    is_open: bool,
}

impl Format for Reader {
    fn read(&mut self, line: &str, found: &mut Found) -> bool {
        // Deeper lines are indented by spaces that do not break (U+00A0).
        if self.is_open
            && line.chars().take(3).filter(|c| c.is_whitespace()).count() == 3
            && let Some(place) = found.places.last_mut()
        {
            let (message, code) = split_rule(line.trim());
            place.message.push('\n');
            place.message.push_str(message);
            place.code = code.map(str::to_owned).or_else(|| place.code.take());
            return true;
        }
        self.is_open = false;
        let Some(at) = line.strip_prefix("  ").and_then(location) else { return false };
        let Some((level, message)) = at.rest.strip_prefix("- ").and_then(|rest| rest.split_once(": ")) else {
            return false;
        };
        let level = match level {
            "error" => Level::Error,
            "warning" => Level::Warning,
            "information" => Level::Info,
            _ => return false,
        };
        let (message, code) = split_rule(message);
        let count = found.places.len();
        found.add("pyright", level, at, code, message);
        self.is_open = found.places.len() > count;
        true
    }
}

fn split_rule(text: &str) -> (&str, Option<&str>) {
    let split = text.strip_suffix(')').and_then(|text| text.rsplit_once(" ("));
    match split.filter(|(_, rule)| rule.starts_with("report")) {
        Some((message, rule)) => (message, Some(rule)),
        None => (text, None),
    }
}
