//! bandit: `>> Issue: [B101:assert_used] message`, then its severity, then its place; columns from 0.

use super::location::location;
use super::{Format, Found, Level};

#[derive(Debug, Default)]
pub(super) struct Reader {
    issue: Option<(String, String)>,
    is_high: bool,
}

impl Format for Reader {
    fn read(&mut self, line: &str, found: &mut Found) -> bool {
        if let Some((code, message)) = line.strip_prefix(">> Issue: [").and_then(|rest| rest.split_once("] ")) {
            let code = code.split_once(':').map_or(code, |(number, _)| number);
            (self.issue, self.is_high) = (Some((code.to_owned(), message.to_owned())), false);
            return true;
        }
        if self.issue.is_none() {
            return false;
        }
        if let Some(severity) = line.strip_prefix("   Severity: ") {
            self.is_high = severity.starts_with("High");
        } else if let Some(at) = line.strip_prefix("   Location: ").and_then(location)
            && let Some((code, message)) = self.issue.take()
        {
            let level = if self.is_high { Level::Error } else { Level::Warning };
            found.add("bandit", level, at.one_further(), Some(&code), &message);
        }
        true
    }
}
