//! The command line: one file a verb in `cli/`.

use std::path::{Path, PathBuf};

use anyhow::bail;
use clap::{Parser, Subcommand, ValueEnum};

use crate::style;
use crate::workspace::OnDisk;

mod audit;
mod check;
mod completions;
mod facts;
mod graph;
mod lsp;
mod plan;
mod rewrite;
mod run;
mod shard;
mod timings;

/// See what bounds your CI time, and run your nox sessions side by side.
///
/// noxflow reads `noxfile.py` and CI workflows as they are, without running them. It works out which sessions need
/// which, which would disturb each other, and how long everything takes.
#[derive(Debug, Parser)]
#[command(name = "noxflow", version, arg_required_else_help = true, after_help = TOUR)]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

const TOUR: &str = "A first tour:
  noxflow audit .                  what runs one after another, what is needed, what it costs
  noxflow rewrite . --list         what could be changed, with the predicted effect
  noxflow rewrite . --diff ID      the change itself, nothing written
  noxflow run                      the noxfile's sessions side by side, here and now
  noxflow check .                  mistakes in noxfiles and workflows
  noxflow facts .                  what was read: sessions, jobs, nox calls";

#[derive(Debug, Subcommand)]
enum Verb {
    Audit(audit::Arguments),
    Check(check::Arguments),
    Facts(facts::Arguments),
    Rewrite(rewrite::Arguments),
    Plan(plan::Arguments),
    Run(run::Arguments),
    Graph(graph::Arguments),
    Shard(shard::Arguments),
    Timings(timings::Arguments),
    Completions(completions::Arguments),
    Lsp(lsp::Arguments),
}

/// How an answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// Reads the arguments and does what they say; returns the exit code: 0 well, 1 something was found or failed, 2 the
/// question made no sense, 130 interrupted.
pub fn main() -> i32 {
    completions::answer_shell();
    let verb = Arguments::parse().verb;
    crate::log::start();
    let done = match &verb {
        Verb::Audit(arguments) => audit::main(arguments),
        Verb::Check(arguments) => check::main(arguments),
        Verb::Facts(arguments) => facts::main(arguments),
        Verb::Rewrite(arguments) => rewrite::main(arguments),
        Verb::Plan(arguments) => plan::main(arguments),
        Verb::Run(arguments) => run::main(arguments),
        Verb::Graph(arguments) => graph::main(arguments),
        Verb::Shard(arguments) => shard::main(arguments),
        Verb::Timings(arguments) => timings::main(arguments),
        Verb::Completions(arguments) => completions::main(arguments),
        Verb::Lsp(arguments) => return lsp::main(arguments),
    };
    match done {
        Ok(code) => code,
        Err(error) if is_closed_pipe(&error) => 0, // `noxflow audit | head`
        Err(error) => {
            anstream::eprintln!("{}noxflow:{:#} {error:#}", style::BAD, style::BAD);
            2
        }
    }
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<std::io::Error>().is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}

/// Reads the workspace at each of `paths`.
fn open_all(paths: &[PathBuf]) -> anyhow::Result<Vec<OnDisk>> {
    paths.iter().map(|path| open(path)).collect()
}

/// Reads the workspace at `path`; one without a noxfile and a workflow is a mistake of the caller.
fn open(path: &Path) -> anyhow::Result<OnDisk> {
    let workspace = OnDisk::open(path)?;
    let derived = &workspace.snapshot.workspace;
    if derived.noxfiles.is_empty() && derived.workflows.is_empty() {
        bail!("there is no `noxfile.py` and no workflow below `{}`", path.display());
    }
    Ok(workspace)
}
