//! flake8 and pycodestyle, and ruff with `--output-format concise`: `a.py:1:8: F401 message`.

use super::location::location;
use super::{Format, Found, Level};

#[derive(Debug, Default)]
pub(super) struct Reader;

impl Format for Reader {
    fn read(&mut self, line: &str, found: &mut Found) -> bool {
        let Some(at) = location(line).filter(|at| at.column.is_some()) else { return false };
        let Some((code, message)) = at.rest.split_once(' ') else { return false };
        let is_syntax = code == "invalid-syntax:"; // ruff's only rule without a number
        if !is_syntax && !is_code(code) {
            return false;
        }
        let is_ruff = is_syntax || message.starts_with("[*] ") || found.program == "ruff";
        let tool = if is_ruff { "ruff" } else { "flake8" };
        found.add(tool, Level::Error, at, Some(code.trim_end_matches(':')), message.trim_start_matches("[*] "));
        true
    }
}

/// Capitals, then at least two digits: `E501`, `PLR0913`.
fn is_code(word: &str) -> bool {
    let digits = word.trim_start_matches(|c: char| c.is_ascii_uppercase());
    let letters = word.len() - digits.len();
    (1..=6).contains(&letters) && (2..=5).contains(&digits.len()) && digits.chars().all(|c| c.is_ascii_digit())
}
