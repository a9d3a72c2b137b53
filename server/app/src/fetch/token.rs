//! The secret that opens a forge. It is never printed, never stored, and goes to the host it is meant for: the environment
//! holds secrets of one forge, and a repository's `git remote` may name any other.

use std::fmt;

use facts::Forge;

use super::Source;
use super::client::is_loopback;

/// A secret.
#[derive(Clone)]
pub struct Token {
    value: String,
    /// Where it is from, for people: a variable's name.
    pub from: String,
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token").field("from", &self.from).finish_non_exhaustive()
    }
}

/// What the environment has for a source.
#[derive(Debug)]
pub enum FromEnvironment {
    /// This.
    Found(Token),
    /// A variable is set, but for another host: a sentence that says what to do.
    Withheld(String),
    /// Nothing.
    None,
}

/// A variable that holds a token, the variable that says of which server, and the server it is of else.
type Variable = (&'static str, &'static [&'static str], Option<&'static str>);

const GITHUB: &[Variable] = &[
    ("GH_TOKEN", &["GITHUB_SERVER_URL"], Some("github.com")),
    ("GITHUB_TOKEN", &["GITHUB_SERVER_URL"], Some("github.com")),
    ("GH_ENTERPRISE_TOKEN", &["GH_HOST"], None),
    ("GITHUB_ENTERPRISE_TOKEN", &["GH_HOST"], None),
];
// In a workflow of theirs, Forgejo and Gitea set GITHUB_TOKEN and GITHUB_SERVER_URL, too.
const FORGEJO: &[Variable] = &[
    ("FORGEJO_TOKEN", &["FORGEJO_URL"], Some("codeberg.org")),
    ("GITHUB_TOKEN", &["GITHUB_SERVER_URL"], Some("github.com")),
];
const GITEA: &[Variable] = &[
    ("GITEA_TOKEN", &["GITEA_URL", "GITEA_SERVER_URL"], Some("gitea.com")),
    ("GITHUB_TOKEN", &["GITHUB_SERVER_URL"], Some("github.com")),
];

impl Token {
    /// A token that somebody has handed over for this very source.
    pub fn new(value: &str, from: &str) -> Option<Self> {
        let value = value.trim();
        let is_one = !value.is_empty() && value.chars().all(|it| it.is_ascii_graphic());
        is_one.then(|| Self { value: value.to_owned(), from: from.to_owned() })
    }

    /// What the environment has. `is_named`: the user has named the host, so a token of that forge's kind may go there.
    pub fn of_environment(
        source: &Source,
        is_named: bool,
        variable: &dyn Fn(&str) -> Option<String>,
    ) -> FromEnvironment {
        let variables = match source.api.forge() {
            Forge::GitHub => GITHUB,
            Forge::Forgejo => FORGEJO,
            Forge::Gitea => GITEA,
        };
        // Everybody between here and there could read it.
        let is_open = source.web.scheme() == "http" && !is_loopback(&source.web);
        let mut withheld = None;
        for (name, servers, usual) in variables {
            let Some(token) = variable(name).and_then(|value| Self::new(&value, name)) else { continue };
            let server = servers.iter().find_map(|server| variable(server)).filter(|server| !server.is_empty());
            let host = server.as_deref().map(host_of).or_else(|| usual.map(str::to_owned));
            let is_its_own = host.as_deref().is_some_and(|host| is_host(&source.host(), host));
            let is_own_kind = !(*name == "GITHUB_TOKEN" && source.api.forge() != Forge::GitHub);
            if is_its_own && !is_open || is_named && is_own_kind {
                return FromEnvironment::Found(token);
            }
            withheld.get_or_insert_with(|| {
                format!(
                    "${name} is not sent to {}, which only the repository names; if it is meant for it, say --url {}",
                    source.host(),
                    source.web
                )
            });
        }
        withheld.map_or(FromEnvironment::None, FromEnvironment::Withheld)
    }

    /// The header's value.
    pub(super) fn header(&self, forge: Forge) -> String {
        match forge {
            Forge::GitHub => format!("Bearer {}", self.value),
            Forge::Forgejo | Forge::Gitea => format!("token {}", self.value),
        }
    }
}

/// The host in a URL or a bare host, with its port.
fn host_of(server: &str) -> String {
    let rest = server.split_once("://").map_or(server, |(_, rest)| rest);
    rest.split('/').next().unwrap_or(rest).to_ascii_lowercase()
}

/// Whether `host` is `owner`, or one of GitHub's tenants for it.
fn is_host(host: &str, owner: &str) -> bool {
    host == owner || owner == "github.com" && host.ends_with(".ghe.com")
}
