//! What a CI's log understands: groups that fold, errors that stand beside the job. GitHub's commands, which Forgejo's and
//! Gitea's runners know too.

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

/// An error of the job.
pub(crate) fn error(title: &str, text: &str) -> String {
    let title = message(title).replace(':', "%3A").replace(',', "%2C");
    format!("::error title={title}::{}", message(text))
}

fn message(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_a_command_is_escaped() {
        assert_eq!(error("a: b, c", "100 %\nx"), "::error title=a%3A b%2C c::100 %25%0Ax");
    }
}
