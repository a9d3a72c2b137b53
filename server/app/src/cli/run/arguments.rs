//! What `noxflow run` and `noxflow shard` can be told, and what nox's and a CI's variables add to it.

use std::io::IsTerminal;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use clap_complete::engine::ArgValueCandidates;
use model::links::asked::Asked;

use crate::cli::{Format, completions};
use crate::report::annotations;
use crate::report::terminal::{Look, Output};

/// Which sessions, in nox's words.
#[derive(Debug, Args)]
pub(in crate::cli) struct Selection {
    /// Sessions, by name or signature; none: the noxfile's default ones, or those in NOXSESSION.
    #[arg(add = ArgValueCandidates::new(completions::sessions))]
    pub(super) sessions: Vec<String>,
    /// The same, as nox has it.
    #[arg(short = 's', long, visible_alias = "sessions", short_alias = 'e', value_name = "SESSION", num_args = 1..,
        add = ArgValueCandidates::new(completions::sessions))]
    pub(super) session: Vec<String>,
    /// Sessions with one of these tags.
    #[arg(short, long, visible_alias = "tag", value_name = "TAG", num_args = 1..,
        add = ArgValueCandidates::new(completions::tags))]
    pub(super) tags: Vec<String>,
    /// Sessions whose name, signature or tags fit: names, `and`, `or`, `not`, parentheses.
    #[arg(short, long, value_name = "EXPRESSION")]
    pub(super) keywords: Option<String>,
    /// Of the selected sessions those with one of these interpreters.
    #[arg(short, long = "python", visible_alias = "pythons", value_name = "VERSION", num_args = 1..)]
    pub(super) pythons: Vec<String>,
    /// Also the sessions whose results the named ones read.
    #[arg(long)]
    pub(super) with_dependencies: bool,
    /// The project.
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(super) path: PathBuf,
}

/// How they are run and told of.
#[derive(Debug, Args)]
pub(in crate::cli) struct Way {
    /// Sessions at once.
    #[arg(short, long, value_name = "N|auto", default_value = "auto")]
    pub(super) jobs: String,
    /// Go on after a failure with all that does not depend on it (the default).
    #[arg(long, conflicts_with = "fail_fast")]
    pub(super) keep_going: bool,
    /// Stop everything at the first failure.
    #[arg(short = 'x', long, visible_alias = "stop-on-first-error")]
    pub(super) fail_fast: bool,
    /// Keep environments that exist (nox's -r).
    #[arg(short, long)]
    pub(super) reuse_existing_virtualenvs: bool,
    /// Keep them, and install nothing into them (nox's -R).
    #[arg(short = 'R', long)]
    pub(super) reuse_without_install: bool,
    /// How nox is called, as in `uvx nox`; by default it is looked for.
    #[arg(long, value_name = "COMMAND")]
    pub(super) nox: Option<String>,
    /// What of the sessions' output is shown; by default the end of what failed, on CI all in groups.
    #[arg(long, value_enum, value_name = "HOW")]
    pub(super) output: Option<Shown>,
    /// How it is told; json: one event a line.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(in crate::cli) format: Format,
    /// Write the result as JUnit XML.
    #[arg(long, value_name = "FILE")]
    pub(super) junit: Option<PathBuf>,
    /// Write the result as nox's --report does.
    #[arg(long, value_name = "FILE")]
    pub(super) report: Option<PathBuf>,
    /// Words for the sessions.
    #[arg(last = true, value_name = "POSARGS")]
    pub(super) posargs: Vec<String>,
}

/// What of the sessions' output is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Shown {
    /// Every line as it comes, behind its session's name.
    Stream,
    /// All of a session once it has ended.
    Group,
    /// The last lines of what failed.
    Quiet,
}

/// What a selection asks for; nox's variables count where it says nothing.
pub(super) fn asked(selection: &Selection) -> Asked {
    let mut names = [selection.sessions.as_slice(), selection.session.as_slice()].concat();
    let mut pythons = selection.pythons.clone();
    let is_selected = !names.is_empty() || !selection.tags.is_empty() || selection.keywords.is_some();
    if !is_selected {
        names = listed("NOXSESSION");
    }
    if pythons.is_empty() {
        pythons = listed("NOXPYTHON");
    }
    let (tags, keywords) = (selection.tags.clone(), selection.keywords.clone());
    Asked { names, tags, keywords, pythons, without_prerequisites: false }
}

/// A variable of nox's that holds a list.
fn listed(variable: &str) -> Vec<String> {
    split(&std::env::var(variable).unwrap_or_default())
}

/// Words between commas; those inside parentheses belong to a signature.
fn split(text: &str) -> Vec<String> {
    let mut depth = 0_usize;
    let words = text.split(|c| {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0
    });
    words.map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// How a run is to be shown, by what was said and where we write.
pub(super) fn look(way: &Way) -> Look {
    let is_ci = annotations::are_understood();
    let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    let is_text = way.format == Format::Text;
    let is_forced = std::env::var("FORCE_COLOR").is_ok_and(|value| !matches!(value.as_str(), "" | "0"))
        && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let choice = anstream::AutoStream::choice(&std::io::stdout());
    Look {
        output: match way.output {
            Some(Shown::Stream) => Output::Stream,
            Some(Shown::Group) => Output::Group,
            Some(Shown::Quiet) => Output::Quiet,
            None if is_ci => Output::Group,
            None => Output::Quiet,
        },
        is_live: is_text && !is_ci && !is_dumb && std::io::stdout().is_terminal(),
        is_coloured: is_text && (is_forced || choice != anstream::ColorChoice::Never),
        is_ci: is_text && is_ci,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_in_a_signature_do_not_end_it() {
        assert_eq!(split("lint, tests(a=1, b='x'),,docs"), ["lint", "tests(a=1, b='x')", "docs"]);
    }
}
