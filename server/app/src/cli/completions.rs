//! `noxflow completions`: what a shell loads so that it completes verbs, options, and the sessions of the noxfile at hand.
//!
//! The shell asks noxflow itself each time (by `NOXFLOW_COMPLETE`): a list made once would not know the sessions.

use std::io::Write;
use std::path::Path;

use anyhow::Context;
use clap::{Args, CommandFactory};
use clap_complete::engine::CompletionCandidate;
use clap_complete::env::{CompleteEnv, Shells};

use crate::workspace::OnDisk;

/// The variable by which a shell asks.
const ASKED: &str = "NOXFLOW_COMPLETE";

/// Print what a shell loads to complete noxflow's commands, options and the sessions of the noxfile.
#[derive(Debug, Args)]
#[command(after_help = "Add to the file that your shell reads at its start:
  bash        source <(noxflow completions bash)
  zsh         source <(noxflow completions zsh)
  fish        noxflow completions fish | source
  elvish      eval (noxflow completions elvish | slurp)
  powershell  noxflow completions powershell | Out-String | Invoke-Expression")]
pub(super) struct Arguments {
    /// The shell.
    #[arg(value_parser = ["bash", "zsh", "fish", "elvish", "powershell"])]
    shell: String,
}

pub(super) fn main(arguments: &Arguments) -> anyhow::Result<i32> {
    let shells = Shells::builtins();
    let shell = shells.completer(&arguments.shell).context("no such shell")?;
    let mut script = Vec::new();
    // The name alone: it is found in the PATH, wherever it is installed next.
    shell.write_registration(ASKED, "noxflow", "noxflow", "noxflow", &mut script)?;
    std::io::stdout().lock().write_all(&script)?;
    Ok(0)
}

/// Answers a shell and ends the process, if it is a shell that asks.
pub(super) fn answer_shell() {
    CompleteEnv::with_factory(super::Arguments::command).var(ASKED).complete();
}

/// The sessions of the noxfile here, by name and signature. Read, not executed.
pub(super) fn sessions() -> Vec<CompletionCandidate> {
    of_sessions(|session, out| {
        let mut signatures: Vec<&str> = session.instances.iter().map(|instance| instance.signature.as_str()).collect();
        signatures.retain(|signature| *signature != session.name);
        for name in std::iter::once(session.name.as_str()).chain(signatures) {
            out.push(CompletionCandidate::new(name).help(session.doc.clone().map(Into::into)));
        }
    })
}

/// The tags of the noxfile here.
pub(super) fn tags() -> Vec<CompletionCandidate> {
    let mut tags = of_sessions(|session, out| {
        let all = session.instances.iter().flat_map(|instance| &instance.tags);
        out.extend(all.map(CompletionCandidate::new));
    });
    tags.sort();
    tags.dedup();
    tags
}

fn of_sessions(add: impl Fn(&facts::noxfile::Session, &mut Vec<CompletionCandidate>)) -> Vec<CompletionCandidate> {
    let mut out = Vec::new();
    // Nothing to say where nothing can be read: a shell is no place for a message.
    if let Ok(workspace) = OnDisk::open(Path::new(".")) {
        let noxfiles = &workspace.snapshot.workspace.noxfiles;
        if let Some(noxfile) = noxfiles.iter().find(|noxfile| noxfile.folder.is_empty()).or(noxfiles.first()) {
            noxfile.facts.sessions.iter().for_each(|session| add(session, &mut out));
        }
    }
    out
}
