//! ruff and ty: the message, and on the next line an arrow with the place. rustc writes so too.

use super::location::location;
use super::{Format, Found, Level};

#[derive(Debug, Default)]
pub(super) struct Reader {
    before: String,
}

impl Format for Reader {
    fn read(&mut self, line: &str, found: &mut Found) -> bool {
        let arrow = line.trim_start().strip_prefix("--> ").and_then(location).filter(|at| at.rest.is_empty());
        let Some(at) = arrow else {
            line.clone_into(&mut self.before);
            return false;
        };
        let head = Head::of(&self.before);
        let tool = match (at.path.ends_with(".rs"), head.level) {
            (true, _) => "rustc",
            (_, Some(_)) => "ty",
            _ => "ruff",
        };
        found.add(tool, head.level.unwrap_or(Level::Error), at, head.code, head.message);
        true
    }
}

/// `F401 [*] message`, `invalid-syntax: message`, `error[rule]: message`.
struct Head<'a> {
    /// Said only in the last form.
    level: Option<Level>,
    code: Option<&'a str>,
    message: &'a str,
}

impl<'a> Head<'a> {
    fn of(line: &'a str) -> Self {
        if let Some((level, rest)) = line.split_once('[')
            && let Some((code, message)) = rest.split_once("]: ")
            && let Some(level) = level_of(level)
        {
            return Self { level: Some(level), code: Some(code), message };
        }
        let (first, rest) = line.split_once(' ').unwrap_or(("", line));
        if let Some(level) = first.strip_suffix(':').and_then(level_of) {
            return Self { level: Some(level), code: None, message: rest };
        }
        let code = first.trim_end_matches(':');
        Self { level: None, code: Some(code).filter(|code| !code.is_empty()), message: rest.trim_start_matches("[*] ") }
    }
}

fn level_of(word: &str) -> Option<Level> {
    match word {
        "error" => Some(Level::Error),
        "warning" => Some(Level::Warning),
        "info" | "note" => Some(Level::Info),
        _ => None,
    }
}
