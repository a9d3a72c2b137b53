//! `noxflow timings fetch`: durations from a forge, asked for over the network because the user says so.

use std::io::{IsTerminal, Write};

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use facts::Forge;

use super::{keep, show};
use crate::fetch::{self, FromEnvironment, MAX_RUNS, Said, Token, USUAL_RUNS, World};
use crate::history;
use crate::import;
use crate::style::{DIM, WARN};
use crate::workspace::OnDisk;

/// Take durations from a forge: its runs, their jobs, and their logs where several sessions share a step. This is the one
/// command that uses the network.
///
/// Without arguments it asks the forge that `git remote` names for the newest 30 runs. Runs that it has read before are
/// not read again; cancelled ones are left out.
#[derive(Debug, Args)]
#[group(id = "fetched")]
#[command(after_help = "Tokens come from the environment and go only to the forge they are of:
  GH_TOKEN, GITHUB_TOKEN     github.com, or the server in $GITHUB_SERVER_URL
  GH_ENTERPRISE_TOKEN        the server in $GH_HOST
  FORGEJO_TOKEN              codeberg.org, or the server in $FORGEJO_URL
  GITEA_TOKEN                gitea.com, or the server in $GITEA_URL
With --url, that of the forge's kind goes to the server you name.
Public runs can be read without one; GitHub gives no logs then, and allows 60 requests an hour.
Examples:
  noxflow timings fetch --workflow ci.yml --branch main
  noxflow timings fetch --url https://git.example.org octo/hello --since 2026-01-01
  GITHUB_TOKEN=$(gh auth token) noxflow timings fetch")]
pub(super) struct Arguments {
    /// Owner and name of the repository. Default: those of the git remote.
    #[arg(value_name = "OWNER/REPOSITORY")]
    repository: Option<String>,
    /// The forge's address. Default: that of the git remote.
    #[arg(long)]
    url: Option<String>,
    /// Whose rules the forge follows. Default: found out.
    #[arg(long, value_enum)]
    forge: Option<Platform>,
    /// The git remote to look at. Default: `origin`.
    #[arg(long, value_name = "NAME", conflicts_with = "url")]
    remote: Option<String>,
    /// Only runs of this branch.
    #[arg(long)]
    branch: Option<String>,
    /// Only runs of the workflow in this file (`ci.yml`).
    #[arg(long, value_name = "FILE")]
    workflow: Option<String>,
    /// Only runs since this day.
    #[arg(long, value_name = "DATE")]
    since: Option<String>,
    /// The newest so many runs.
    #[arg(long, value_name = "N", default_value_t = USUAL_RUNS)]
    limit: usize,
    /// Take no logs: steps that run several sessions are left out.
    #[arg(long)]
    no_logs: bool,
    /// Where they were taken. Otherwise the runner's label.
    #[arg(long, value_name = "LABEL")]
    label: Option<String>,
    /// A name for them, for `compare`.
    #[arg(long)]
    set: Option<String>,
    /// Show what would be kept, and keep nothing.
    #[arg(long)]
    dry_run: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Platform {
    Github,
    Forgejo,
    Gitea,
}

impl From<Platform> for Forge {
    fn from(platform: Platform) -> Self {
        match platform {
            Platform::Github => Self::GitHub,
            Platform::Forgejo => Self::Forgejo,
            Platform::Gitea => Self::Gitea,
        }
    }
}

pub(super) fn main(workspace: &OnDisk, arguments: &Arguments) -> anyhow::Result<i32> {
    let filter = filter(arguments)?;
    let mut world = Terminal { is_shown: std::io::stderr().is_terminal() };
    let said = Said {
        url: arguments.url.clone(),
        repository: arguments.repository.clone(),
        forge: arguments.forge.map(Forge::from).or_else(|| workspace.config.forge()),
        remote: arguments.remote.clone(),
    };
    let usual = fetch::usual(workspace.snapshot.files.iter().map(|file| file.kind));
    let (source, is_named) = fetch::source(&workspace.folder, &said, usual, &mut world)?;
    let variable = |name: &str| std::env::var(name).ok();
    let token = match Token::of_environment(&source, is_named, &variable) {
        FromEnvironment::Found(token) => Some(token),
        FromEnvironment::Withheld(why) => {
            anstream::eprintln!("{WARN}note:{WARN:#} {why}");
            None
        }
        FromEnvironment::None => None,
    };
    let with = token.as_ref().map_or_else(|| "without a token".to_owned(), |token| format!("with ${}", token.from));
    anstream::eprintln!("{DIM}{}, {with}{DIM:#}", source.shown());
    let options = import::Options { label: arguments.label.clone(), session: None, set: arguments.set.clone() };
    let seen = if arguments.dry_run { Default::default() } else { history::fetched(&workspace.folder) };
    let known = &workspace.snapshot.workspace;
    let found = fetch::fetch(known, &source, token.as_ref(), &filter, (&options, &seen), &mut world)?;
    for note in &found.imported.notes {
        anstream::eprintln!("{WARN}note:{WARN:#} {note}");
    }
    let code = if arguments.dry_run {
        show(&found.imported.records)?
    } else {
        writeln!(anstream::stdout(), "{}", found.told())?;
        let count = found.imported.records.len();
        if count > 0 || found.known == 0 {
            keep(workspace, found.imported.records)?;
        }
        history::remember_fetched(&workspace.folder, &found.seen)?;
        i32::from(count + found.known == 0)
    };
    if let Some(why) = found.stopped {
        bail!("stopped early: {why}");
    }
    Ok(code)
}

fn filter(arguments: &Arguments) -> anyhow::Result<fetch::Filter> {
    if !(1..=MAX_RUNS).contains(&arguments.limit) {
        bail!("--limit is a number from 1 to {MAX_RUNS}");
    }
    let since = arguments
        .since
        .as_ref()
        .map(|text| import::parse_instant(text).with_context(|| format!("`{text}` is no day like 2026-02-01")));
    // People write the path, forges want the name.
    let workflow = arguments.workflow.as_ref().map(|path| path.rsplit('/').next().unwrap_or(path).to_owned());
    Ok(fetch::Filter {
        branch: arguments.branch.clone(),
        workflow,
        since: since.transpose()?,
        limit: arguments.limit,
        with_logs: !arguments.no_logs,
    })
}

/// The real clock, real patience, and a line on the terminal.
struct Terminal {
    is_shown: bool,
}

impl World for Terminal {
    fn now(&self) -> f64 {
        history::now()
    }

    fn wait(&mut self, seconds: f64, why: &str) {
        anstream::eprintln!("{DIM}waiting {seconds:.0} s: {why}{DIM:#}");
        std::thread::sleep(std::time::Duration::from_secs_f64(seconds.clamp(0.0, 600.0)));
    }

    fn is_cancelled(&self) -> bool {
        false // ctrl-c ends the process; what it has written is whole
    }

    fn progress(&mut self, done: usize, all: usize) {
        if self.is_shown {
            let end = if done == all { "\r\u{1b}[K" } else { "" };
            anstream::eprint!("\r{DIM}run {done} of {all}{DIM:#}{end}");
        }
    }
}
