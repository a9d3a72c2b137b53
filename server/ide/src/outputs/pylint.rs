//! pylint: `a.py:6:15: E0602: message (rule)`; columns from 0.

use super::location::location;
use super::{Format, Found, Level};

#[derive(Debug, Default)]
pub(super) struct Reader;

impl Format for Reader {
    fn read(&mut self, line: &str, found: &mut Found) -> bool {
        let Some(at) = location(line) else { return false };
        let Some((number, message)) = at.rest.split_once(": ") else { return false };
        let is_number = number.len() == 5 && number.chars().skip(1).all(|c| c.is_ascii_digit());
        let level = match number.chars().next().filter(|_| is_number) {
            Some('E' | 'F') => Level::Error,
            Some('W') => Level::Warning,
            Some('C' | 'R' | 'I') => Level::Info,
            _ => return false,
        };
        let rule = message.strip_suffix(')').and_then(|message| message.rsplit_once(" ("));
        let (message, code) = rule.unwrap_or((message, number));
        found.add("pylint", level, at.one_further(), Some(code), message);
        true
    }
}
