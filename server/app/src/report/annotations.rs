//! What a CI's log understands: groups that fold, errors that stand beside the job. GitHub's commands, which Forgejo's and
//! Gitea's runners know too.

use std::path::{Path, PathBuf};

use ide::{Level, Place};

use super::lines::clean;
use crate::disk;

/// Whether we run where they are understood. Forgejo and Gitea set GitHub's variable as well.
pub(crate) fn are_understood() -> bool {
    ["GITHUB_ACTIONS", "FORGEJO_ACTIONS", "GITEA_ACTIONS"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| value == "true"))
}

/// Begins a group.
pub(crate) fn group(title: &str) -> String {
    format!("::group::{}", message(title))
}

/// Ends it.
pub(crate) const END_GROUP: &str = "::endgroup::";

/// An error of the job. Its text is the first that the job's page shows.
pub(crate) fn error(title: &str, text: &str) -> String {
    format!("::error title={}::{}", property(title), message(text))
}

/// What a tool says of a line, shown beside that line. `file`: relative to the repository.
pub(crate) fn on_line(file: &str, place: &Place, session: &str) -> String {
    let word = match place.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Info | Level::Hint => "notice",
    };
    let column = place.column.map(|column| format!(",col={column}")).unwrap_or_default();
    let tool = [Some(place.tool.as_str()), place.code.as_deref(), Some("in"), Some(session)];
    let title: Vec<&str> = tool.into_iter().flatten().filter(|word| !word.is_empty()).collect();
    let (file, title, text) = (property(file), property(&title.join(" ")), message(&place.message));
    format!("::{word} file={file},line={}{column},title={title}::{text}", place.line)
}

/// `path` as the forge knows it: relative to the checkout, or to `folder` where no forge says where that is.
pub(crate) fn in_repository(path: &Path, folder: &Path) -> String {
    let checkout = std::env::var_os("GITHUB_WORKSPACE").map(PathBuf::from).filter(|root| path.starts_with(root));
    let root = checkout.as_deref().unwrap_or(folder);
    disk::slashed(path.strip_prefix(root).unwrap_or(path))
}

/// Of a failed session's last lines the one that says most: nox's own only tell that it failed.
pub(crate) fn telling(tail: &[String]) -> Option<String> {
    let lines: Vec<String> = tail.iter().map(|line| clean(line, false).trim().to_owned()).collect();
    let is_own = |line: &&String| line.starts_with("nox > ");
    let last = lines.iter().rev().filter(|line| !line.is_empty());
    let line = last.clone().find(|line| !is_own(line)).or_else(|| last.clone().next())?;
    Some(line.trim_matches(['=', ' ']).to_owned())
}

/// A value in front of the message, where colons and commas end it.
pub(crate) fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}

/// A message, in one line.
pub(crate) fn message(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_a_command_is_escaped() {
        assert_eq!(error("a: b, c", "100 %\nx"), "::error title=a%3A b%2C c::100 %25%0Ax");
    }

    #[test]
    fn a_complaint_stands_on_its_line() {
        let place = Place {
            tool: "ruff".to_owned(),
            level: Level::Warning,
            path: "a.py".to_owned(),
            folder: String::new(),
            line: 3,
            column: Some(8),
            code: Some("F401".to_owned()),
            message: "`sys`: unused".to_owned(),
        };
        let said = on_line("src/a.py", &place, "lint");
        assert_eq!(said, "::warning file=src/a.py,line=3,col=8,title=ruff F401 in lint::`sys`: unused");
    }

    #[test]
    fn the_telling_line_is_the_tools_own() {
        let tail = |lines: &[&str]| telling(&lines.iter().map(|&line| line.to_owned()).collect::<Vec<_>>());
        let said = tail(&["===== 1 failed in 2s =====", "nox > Command pytest failed with exit code 1", ""]);
        assert_eq!(said.as_deref(), Some("1 failed in 2s"));
        let said = tail(&["nox > Python interpreter 3.99 not found.", "nox > Session tests failed."]);
        assert_eq!(said.as_deref(), Some("nox > Session tests failed."));
        assert_eq!(tail(&[" "]), None);
    }
}
