//! What is said of each lint, from the head of its file: for programs that list rules (SARIF) and for a terminal.

use crate::lint::Level;
use crate::lints::{LINTS, SOURCES};

/// A lint, as it is described.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// Its id: `unknown-session`.
    pub id: &'static str,
    /// How loud it is unless somebody sets it.
    pub level: Level,
    /// What is reported, as a sentence.
    pub summary: &'static str,
    /// Why, with sources: Markdown.
    pub why: String,
}

/// Every lint, in the order of its documentation.
pub fn lints() -> Vec<About> {
    LINTS.iter().zip(SOURCES).map(|(lint, (_, source))| about(lint.id, lint.level, source)).collect()
}

fn about(id: &'static str, level: Level, source: &'static str) -> About {
    let mut lines = source.lines().map_while(|line| line.strip_prefix("//!")).map(str::trim);
    let summary = lines.next().unwrap_or_default();
    let why: Vec<&str> = lines.take_while(|line| !line.starts_with("```")).collect();
    About { id, level, summary, why: why.join("\n").trim().to_owned() }
}

#[cfg(test)]
mod tests {
    use super::lints;

    #[test]
    fn every_lint_says_what_and_why() {
        for about in lints() {
            assert!(about.summary.ends_with('.'), "{}: {}", about.id, about.summary);
            assert!(about.why.starts_with("Why: "), "{}: {}", about.id, about.why);
        }
    }
}
