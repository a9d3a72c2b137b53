//! `noxflow facts`: what was read of noxfiles and workflows, and nothing that follows from it.

use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::{Format, open_all};
use crate::report::facts::{self, Call, CalleeJob, Entry, Facts, Gap, JobEntry, Noxfile, StepEntry, Workflow};
use crate::style;

/// Print what noxflow reads in noxfiles and workflows: sessions as nox expands them, jobs, steps and nox calls.
///
/// Nothing is run, unless you ask for it with `--confirm`. What cannot be known without running it is listed with its
/// line and the reason.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  noxflow facts .                            for people
  noxflow facts --confirm                    with nox's own list of the sessions
  noxflow facts a b --format json            for programs; docs/facts.md describes the fields")]
pub(super) struct Arguments {
    /// Projects, or single files of them.
    #[arg(default_value = ".")]
    paths: Vec<PathBuf>,
    /// How facts are written.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Ask nox for its list of the sessions. This runs the code of the noxfiles.
    #[arg(long)]
    confirm: bool,
    /// With `--confirm`: how long nox may take for each noxfile.
    #[arg(long, value_name = "SECONDS", default_value_t = 60, requires = "confirm")]
    time_limit: u64,
}

/// Instances of one job in the text.
const MAX_SHOWN: usize = 12;

pub(super) fn main(arguments: &Arguments) -> anyhow::Result<i32> {
    let (mut all, mut code) = (Facts::default(), 0);
    for mut workspace in open_all(&arguments.paths)? {
        if arguments.confirm {
            let (confirmed, failed) = workspace.confirmed(Duration::from_secs(arguments.time_limit))?;
            for (path, reason) in failed {
                anstream::eprintln!("{}{path} is not confirmed:{:#} {reason}", style::WARN, style::WARN);
                code = 1;
            }
            workspace = confirmed;
        }
        facts::add(&workspace, &mut all);
    }
    let mut out = anstream::stdout().lock();
    match arguments.format {
        Format::Json => writeln!(out, "{}", serde_json::to_string_pretty(&all)?)?,
        Format::Text => {
            all.noxfiles.iter().try_for_each(|it| noxfile(&mut out, it))?;
            all.workflows.iter().try_for_each(|it| workflow(&mut out, it))?;
        }
    }
    Ok(code)
}

fn noxfile(out: &mut impl Write, noxfile: &Noxfile) -> std::io::Result<()> {
    let Noxfile { path, complete, confirmed, unknown, sessions } = noxfile;
    let (head, warn) = (style::HEAD, style::WARN);
    let n = sessions.iter().filter(|it| it.signature.is_some()).count();
    let more = if *complete { "" } else { ", and some that cannot be known without running it" };
    let by = if *confirmed { ", confirmed by nox" } else { "" };
    writeln!(out, "{head}{path}{head:#}: {n} sessions{by}{more}")?;
    sessions.iter().try_for_each(|it| entry(out, it, path))?;
    for gap in unknown {
        writeln!(out, "  {warn}line {} cannot be known{warn:#}: {}", gap.line, gap.reason)?;
    }
    writeln!(out)
}

fn entry(out: &mut impl Write, entry: &Entry, noxfile: &str) -> std::io::Result<()> {
    let (name, dim) = (style::NAME, style::DIM);
    let mark = if entry.default { '*' } else { '-' };
    match &entry.signature {
        Some(signature) => write!(out, "  {mark} {name}{signature}{name:#}")?,
        None => write!(out, "  {mark} {name}{}{name:#} …", entry.name)?,
    }
    let list = |what: &str, items: &[String]| match items {
        [] => String::new(),
        items => format!(", {what} {}", items.join(" ")),
    };
    let python = entry.python.as_ref().map(|python| format!(", python {python}")).unwrap_or_default();
    let (tags, requires) = (list("tags", &entry.tags), list("requires", &entry.requires));
    let parallel = match entry.allow_parallel {
        None => "",
        Some(true) => ", may run beside others",
        Some(false) => ", runs alone",
    };
    let file = if entry.file == noxfile { String::new() } else { format!("{} ", entry.file) };
    writeln!(out, " {dim}({file}line {}{python}{tags}{requires}{parallel}){dim:#}", entry.line)
}

fn workflow(out: &mut impl Write, workflow: &Workflow) -> std::io::Result<()> {
    let (head, dim) = (style::HEAD, style::DIM);
    writeln!(out, "{head}{}{head:#} {dim}{}{dim:#}", workflow.path, workflow.platform)?;
    workflow.jobs.iter().try_for_each(|it| job(out, it))?;
    writeln!(out)
}

fn job(out: &mut impl Write, job: &JobEntry) -> std::io::Result<()> {
    let (name, dim) = (style::NAME, style::DIM);
    let needs = if job.needs.is_empty() { String::new() } else { format!(", needs {}", job.needs.join(" ")) };
    writeln!(out, "  {name}{}{name:#} {dim}(line {}{needs}){dim:#}", job.id, job.line)?;
    if !job.complete {
        writeln!(out, "    instances are not known")?;
    } else if job.instances.len() > 1 {
        let shown: Vec<&str> = job.instances.iter().take(MAX_SHOWN).map(String::as_str).collect();
        let more = if job.instances.len() > shown.len() { "; …" } else { "" };
        writeln!(out, "    {} instances: {}{more}", job.instances.len(), shown.join("; "))?;
    }
    if let Some(callee) = &job.calls {
        writeln!(out, "    calls {}", callee.path)?;
        for CalleeJob { id, nox_calls, .. } in &callee.jobs {
            writeln!(out, "      {name}{id}{name:#}")?;
            calls(out, nox_calls, 8)?;
        }
    }
    job.steps.iter().try_for_each(|it| step(out, it, 4))
}

fn step(out: &mut impl Write, step_: &StepEntry, indent: usize) -> std::io::Result<()> {
    let (dim, warn) = (style::DIM, style::WARN);
    let action = step_.action.as_ref().map(|path| format!(" {path}")).unwrap_or_default();
    writeln!(out, "{:indent$}{}{action} {dim}(line {}){dim:#}", "", step_.kind, step_.line)?;
    calls(out, &step_.nox_calls, indent + 2)?;
    for Gap { line, reason } in &step_.unknown {
        writeln!(out, "{:indent$}  {warn}line {line}{warn:#} {reason}", "")?;
    }
    step_.steps.iter().try_for_each(|it| step(out, it, indent + 2))
}

fn calls(out: &mut impl Write, calls: &[Call], indent: usize) -> std::io::Result<()> {
    let (dim, warn) = (style::DIM, style::WARN);
    for Call { sessions, line, complete, unknown, through, .. } in calls {
        let sessions = if sessions.is_empty() { "nothing".to_owned() } else { sessions.join(" ") };
        let more = if *complete { "" } else { ", and perhaps others" };
        let through = through.as_ref().map(|way| format!(", in {} line {}", way.path, way.line)).unwrap_or_default();
        writeln!(out, "{:indent$}nox runs {sessions}{more} {dim}(line {line}{through}){dim:#}", "")?;
        if !unknown.is_empty() {
            writeln!(out, "{:indent$}{warn}no session{warn:#}: {}", "", unknown.join(" "))?;
        }
    }
    Ok(())
}
