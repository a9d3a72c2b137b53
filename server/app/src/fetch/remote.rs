//! Which forge and repository: what the user says, else the text of git's configuration. git itself is not started, so no
//! hook, no helper and no alias of the repository runs.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use facts::{FileKind, Forge};
use url::Url;

use super::api::Api;
use super::{Run, World};

/// A repository on a forge.
#[derive(Clone, Debug)]
pub struct Source {
    /// What it is called there.
    pub api: Api,
    /// The forge as people visit it.
    pub web: Url,
    /// Where its interface begins.
    pub base: Url,
    /// Owner.
    pub owner: String,
    /// Repository.
    pub repository: String,
}

/// What the user says; the rest is found.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// The forge's address, with or without the repository.
    pub url: Option<String>,
    /// `OWNER/REPOSITORY`.
    pub repository: Option<String>,
    /// Whose rules.
    pub forge: Option<Forge>,
    /// The remote to look at.
    pub remote: Option<String>,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The forge's address.
    pub web: Url,
    /// Whose rules it follows, where that is known without asking it.
    pub forge: Option<Forge>,
    /// Owner.
    pub owner: String,
    /// Repository.
    pub repository: String,
    /// The user has named the address.
    pub is_named: bool,
}

impl Source {
    /// A repository on the forge at `web`.
    pub fn new(forge: Forge, web: Url, owner: &str, repository: &str) -> anyhow::Result<Self> {
        let is_name = |name: &str| {
            let is_plain = |it: char| it.is_ascii_alphanumeric() || "-_.".contains(it);
            !name.is_empty() && name.chars().all(is_plain) && name.chars().any(|it| it != '.')
        };
        if !is_name(owner) || !is_name(repository) {
            bail!("`{owner}/{repository}` is no OWNER/REPOSITORY");
        }
        let base = base(forge, &web).with_context(|| format!("`{web}` is no address of a forge"))?;
        Ok(Self { api: Api::of(forge), web, base, owner: owner.to_owned(), repository: repository.to_owned() })
    }

    /// The host, with its port if it is not the usual one.
    pub fn host(&self) -> String {
        host(&self.web)
    }

    /// `owner/repository` at its host, for people.
    pub fn shown(&self) -> String {
        format!("{}/{} on {}", self.owner, self.repository, self.host())
    }

    /// What a run is called among all that were ever read. A run that is started again is another one.
    pub fn key(&self, run: &Run) -> String {
        format!("{}/{}/{}#{}.{}", self.host(), self.owner, self.repository, run.id, run.attempt)
    }
}

/// Finds the source of the project in `folder`. `usual`: the forge whose workflows the project has, if it has only one's.
///
/// # Errors
///
/// When there is no such remote, or what is said makes no address.
pub fn find(folder: &Path, said: &Said, usual: Option<Forge>) -> anyhow::Result<Found> {
    let mut named = said.repository.as_deref().map(split).transpose()?;
    let web = match &said.url {
        Some(text) => {
            let (web, path) = parse(text).with_context(|| format!("`{text}` is no address of a forge"))?;
            if named.is_none() {
                named = path;
            }
            // When the repository is said apart, the whole path is the forge's own folder.
            let whole = said.repository.is_some() && path_of(text) != named;
            if named.is_none() {
                named = remote(folder, said.remote.as_deref()).ok().and_then(|(_, path)| path);
            }
            if whole { parse_whole(text).unwrap_or(web) } else { web }
        }
        None => {
            let (web, path) = remote(folder, said.remote.as_deref())?;
            named = named.or(path);
            web
        }
    };
    let (owner, repository) = named.context("the repository is not known: say it as OWNER/REPOSITORY")?;
    let forge = said.forge.or_else(|| well_known(&web)).or(usual);
    Ok(Found { web, forge, owner, repository, is_named: said.url.is_some() })
}

/// The same, and where nobody knows whose rules the forge follows it is asked. Whether the user has named its address.
///
/// # Errors
///
/// As [`find`], and when the forge does not say what it is.
pub fn source(
    folder: &Path,
    said: &Said,
    usual: Option<Forge>,
    world: &mut dyn World,
) -> anyhow::Result<(Source, bool)> {
    let found = find(folder, said, usual)?;
    let forge = match found.forge {
        Some(forge) => forge,
        None => Api::detect(&found.web, world)?,
    };
    Ok((Source::new(forge, found.web, &found.owner, &found.repository)?, found.is_named))
}

/// The forge in whose folder all workflows stand; `.github` is read by all of them.
pub fn usual(files: impl Iterator<Item = FileKind>) -> Option<Forge> {
    let forges = files.filter_map(|kind| match kind {
        FileKind::Workflow(forge) => Some(forge),
        _ => None,
    });
    let mut forges: Vec<Forge> = forges.collect();
    forges.dedup();
    match forges.as_slice() {
        [only] if *only != Forge::GitHub => Some(*only),
        _ => None,
    }
}

/// The forge at a host that everybody knows.
fn well_known(web: &Url) -> Option<Forge> {
    match web.host_str()? {
        "github.com" => Some(Forge::GitHub),
        host if host.ends_with(".ghe.com") => Some(Forge::GitHub),
        "codeberg.org" => Some(Forge::Forgejo),
        "gitea.com" => Some(Forge::Gitea),
        _ => None,
    }
}

fn base(forge: Forge, web: &Url) -> Option<Url> {
    let host = web.host_str()?;
    let mut base = web.clone();
    let path = base.path().trim_end_matches('/').to_owned();
    match forge {
        Forge::GitHub if host == "github.com" => return Url::parse("https://api.github.com").ok(),
        Forge::GitHub if host.ends_with(".ghe.com") => return Url::parse(&format!("https://api.{host}")).ok(),
        Forge::GitHub => base.set_path(&format!("{path}/api/v3")),
        Forge::Forgejo | Forge::Gitea => base.set_path(&format!("{path}/api/v1")),
    }
    Some(base)
}

fn host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

fn split(text: &str) -> anyhow::Result<(String, String)> {
    match text.trim_matches('/').split_once('/') {
        Some((owner, repository)) if !repository.contains('/') => {
            Ok((owner.to_owned(), repository.trim_end_matches(".git").to_owned()))
        }
        _ => bail!("`{text}` is no OWNER/REPOSITORY"),
    }
}

/// A forge's address and the repository behind it.
type Address = (Url, Option<(String, String)>);

/// An address as git has it (`https://…`, `ssh://…`, `git@host:owner/repo.git`) or a bare host. Names and secrets in it are
/// left out.
fn parse(text: &str) -> Option<Address> {
    let text = text.trim();
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest.to_owned()),
        // `git@host:owner/repo`: no port there.
        None => match text.split_once(':') {
            Some((host, path)) if host.len() > 1 && !host.contains('/') && path.parse::<u16>().is_err() => {
                ("ssh".to_owned(), format!("{host}/{}", path.trim_start_matches('/')))
            }
            _ => ("https".to_owned(), text.to_owned()),
        },
    };
    let (authority, path) = rest.split_once('/').unwrap_or((&rest, ""));
    let host = authority.rsplit('@').next()?;
    let web = match scheme.as_str() {
        "https" | "http" => format!("{scheme}://{host}/"),
        // The port is ssh's own.
        "ssh" | "git" | "git+ssh" => format!("https://{}/", host.split(':').next()?),
        _ => return None,
    };
    let mut web = Url::parse(&web).ok()?;
    web.host_str().filter(|host| !host.is_empty())?;
    let path = path.split(['?', '#']).next()?.trim_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    let mut segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    let named = match (segments.pop(), segments.pop()) {
        (Some(repository), Some(owner)) => Some((owner.to_owned(), repository.to_owned())),
        (Some(only), None) => {
            segments.push(only);
            None
        }
        _ => None,
    };
    // A forge may live in a folder of its host; over ssh nobody knows.
    if scheme.starts_with("http") && !segments.is_empty() {
        web.set_path(&segments.join("/"));
    }
    // `ssh.github.com` and the like answer ssh on port 443 only.
    if let Some(plain) = web.host_str().and_then(|host| host.strip_prefix("ssh.")).filter(|it| *it == "github.com") {
        let plain = plain.to_owned();
        web.set_host(Some(&plain)).ok()?;
    }
    Some((web, named))
}

fn path_of(text: &str) -> Option<(String, String)> {
    parse(text)?.1
}

/// The address with all of its path.
fn parse_whole(text: &str) -> Option<Url> {
    let (mut web, named) = parse(text)?;
    if let Some((owner, repository)) = named {
        let path = format!("{}/{owner}/{repository}", web.path().trim_end_matches('/'));
        web.set_path(&path);
    }
    Some(web)
}

/// The remote's address: of `name`, else of `origin`, else of the only one.
fn remote(folder: &Path, name: Option<&str>) -> anyhow::Result<Address> {
    let file = config(folder)
        .context("this is no git repository; name the forge and the repository: --url URL OWNER/REPOSITORY")?;
    let text = fs::read_to_string(&file).with_context(|| format!("`{}` cannot be read", file.display()))?;
    let remotes = remotes(&text);
    let find = |name: &str| remotes.iter().find(|(other, _)| other == name);
    let names = || remotes.iter().map(|(name, _)| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let found = match name {
        Some(name) => find(name).with_context(|| format!("there is no remote `{name}`; there are {}", names()))?,
        None => match (find("origin"), remotes.as_slice()) {
            (Some(origin), _) => origin,
            (None, [only]) => only,
            (None, []) => {
                bail!("the repository has no remote; name the forge and the repository: --url URL OWNER/REPOSITORY")
            }
            (None, _) => bail!("which remote? Say --remote NAME; there are {}", names()),
        },
    };
    parse(&found.1).with_context(|| format!("the remote `{}` is on no forge", found.0))
}

/// The configuration of the repository that holds `folder`.
fn config(folder: &Path) -> Option<PathBuf> {
    let git = folder.ancestors().map(|above| above.join(".git")).find(|git| git.exists())?;
    if git.is_dir() {
        return Some(git.join("config"));
    }
    // A worktree or a submodule: the file says where.
    let text = fs::read_to_string(&git).ok()?;
    let own = git.parent()?.join(text.strip_prefix("gitdir:")?.trim());
    let common = fs::read_to_string(own.join("commondir")).ok().map(|common| own.join(common.trim()));
    Some(common.unwrap_or(own).join("config"))
}

/// Remotes with their addresses, in order.
fn remotes(text: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut section = None;
    for line in text.lines().map(str::trim) {
        if let Some(head) = line.strip_prefix('[') {
            let name = head.strip_prefix("remote").map(|rest| rest.trim_start().trim_end_matches(']'));
            section = name.map(|name| name.trim_matches('"').replace("\\\"", "\"").replace("\\\\", "\\"));
            continue;
        }
        let (Some(name), Some((key, value))) = (&section, line.split_once('=')) else { continue };
        if key.trim().eq_ignore_ascii_case("url") && !found.iter().any(|(other, _)| other == name) {
            found.push((name.clone(), value.trim().trim_matches('"').to_owned()));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let shown = parse(text).map(|(web, named)| {
            format!("{web} {}", named.map_or_else(|| "-".to_owned(), |(owner, name)| format!("{owner}/{name}")))
        });
        assert_eq!(shown.as_deref().unwrap_or("none"), expected, "{text}");
    }

    #[test]
    fn addresses_are_read_as_git_has_them() {
        check("https://github.com/octo/hello.git", "https://github.com/ octo/hello");
        check("git@github.com:octo/hello.git", "https://github.com/ octo/hello");
        check("ssh://git@git.example.org:2222/octo/hello", "https://git.example.org/ octo/hello");
        check("ssh://git@ssh.github.com:443/octo/hello.git", "https://github.com/ octo/hello");
        check("http://git.example.org:3000/forge/octo/hello.git", "http://git.example.org:3000/forge octo/hello");
        check("https://me:secret@codeberg.org/octo/hello", "https://codeberg.org/ octo/hello");
        check("git.example.org:3000", "https://git.example.org:3000/ -");
        check("https://git.example.org/forge", "https://git.example.org/forge -");
        check("/srv/git/hello.git", "none");
        check("file:///srv/git/hello.git", "none");
    }

    #[test]
    fn remotes_are_read_as_text() {
        let text = "[core]\n\turl = no\n[remote \"origin\"]\n\turl = git@a:o/r\n\tfetch = x\n[branch \"main\"]\n\tremote = origin\n\
                    [remote \"up\"]\n URL=\"https://b/o/r\"\n";
        let expected = [("origin", "git@a:o/r"), ("up", "https://b/o/r")].map(|(a, b)| (a.to_owned(), b.to_owned()));
        assert_eq!(remotes(text), expected);
    }

    #[test]
    fn a_repository_name_cannot_leave_its_place_in_the_address() {
        let web = Url::parse("https://github.com").expect("a URL");
        for (owner, repository) in [("..", "x"), ("a/b", "x"), ("a", "x?y"), ("", "x"), ("a", "%2e%2e")] {
            assert!(Source::new(Forge::GitHub, web.clone(), owner, repository).is_err(), "{owner}/{repository}");
        }
    }
}
