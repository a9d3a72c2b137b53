//! Which nox to call, and what it can do.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, anyhow, bail};
use exec::{CommandSpec, Event, Failure, Live, Options};
use model::plan::{Plan, Task};

use self::installed::installed;
use self::ways::{PYTHON, ways};

mod installed;
mod ways;

/// The release that has `--no-dependencies` and runs sessions in parallel itself.
const PARALLEL: [u32; 3] = [2026, 8, 10];

/// A nox that answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nox {
    /// The words that call it.
    pub command: Vec<String>,
    /// Its version.
    pub version: [u32; 3],
}

impl Nox {
    /// [`Nox::search`] for callers that can wait.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub fn find(folder: &Path, wanted: Option<&[String]>) -> anyhow::Result<Self> {
        // On a thread of its own: the caller's may belong to a runtime already.
        std::thread::scope(|scope| {
            let search = scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
                runtime.block_on(Self::search(folder, wanted))
            });
            search.join().unwrap_or_else(|_| bail!("the search for nox broke off"))
        })
    }

    /// Finds nox for the project in `folder`: as `wanted` says, else the project's own environment, `nox`, `python -m
    /// nox`, and the tools that fetch it. Inside a tokio runtime; what it starts ends when it is dropped.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub async fn search(folder: &Path, wanted: Option<&[String]>) -> anyhow::Result<Self> {
        if let Some(wanted) = wanted {
            let asked = Self::ask(folder, wanted.to_vec()).await;
            return asked.or_else(|why| {
                bail!(
                    "`{}`, as nox is to be called (--nox or noxCommand), is no nox that runs: {why}",
                    wanted.join(" ")
                )
            });
        }
        // What is there and fails says why; what is not there is no news.
        let mut failed = String::new();
        for command in ways(folder) {
            let words = command.join(" ");
            match Self::ask(folder, command).await {
                Ok(nox) => return Ok(nox),
                Err(why) if why.downcast_ref::<Missing>().is_some() => {}
                Err(why) => failed.push_str(&format!("\n  `{words}`: {why}")),
            }
        }
        bail!(
            "nox was not found: not in the project's environment, not as `nox`, `{PYTHON} -m nox`, `uvx nox`, `pipx run \
             nox`, nor as `uv run nox` in a project that requires it. Install it (`python -m pip install nox`), or say \
             how it is called: `--nox`, or the setting noxCommand{failed}"
        )
    }

    /// Whether it has `--no-dependencies`.
    pub fn has_parallel(&self) -> bool {
        self.version >= PARALLEL
    }

    async fn ask(folder: &Path, command: Vec<String>) -> anyhow::Result<Self> {
        let (program, args) = command.split_first().context("no words")?;
        if args.is_empty()
            && let Some(version) = installed(program)
        {
            return Ok(Self { command, version });
        }
        let spec = CommandSpec {
            program: program.into(),
            args: args.iter().map(String::as_str).chain(["--version"]).map(Into::into).collect(),
            env: vec![("NOX_PARALLEL".into(), None)], // a bad value breaks even `--version` (nox 2026.10.20)
            cwd: Some(folder.to_path_buf()),
        };
        let said = said(spec).await?;
        let version = version(&said).with_context(|| format!("it says no version, but {:?}", said.trim()))?;
        Ok(Self { command, version })
    }
}

/// A program that cannot be started: why, as a sentence.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Missing(String);

/// What a program says that ends well: run as sessions are, so that it ends when we do.
async fn said(spec: CommandSpec) -> anyhow::Result<String> {
    #[derive(Default)]
    struct Heard {
        lines: Vec<String>,
        failure: Option<anyhow::Error>,
    }
    let heard = Arc::new(Mutex::new(Heard::default()));
    let hears = Arc::clone(&heard);
    let task = Task { label: "nox --version".to_owned(), seconds: 1.0, is_exclusive: false, lanes: 1 };
    let plan = Plan { tasks: vec![task], ..Plan::default() };
    let options = Options { lanes: 1, live: Live::All, ..Options::default() };
    let run = exec::run(plan, vec![spec], options, move |event| {
        let mut heard = hears.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            Event::TaskOutput { line, .. } => heard.lines.push(line),
            Event::TaskFailed { failure: failure @ Failure::Code(_), tail, .. } => {
                let last = tail.into_iter().rev().find(|line| !line.trim().is_empty());
                heard.failure = Some(anyhow!(last.unwrap_or_else(|| failure.to_string())));
            }
            Event::TaskFailed { failure: Failure::NotStarted(why), .. } => heard.failure = Some(Missing(why).into()),
            Event::TaskFailed { failure, .. } => heard.failure = Some(anyhow!(failure.to_string())),
            _ => {}
        }
    })?;
    run.finished().await;
    let heard = std::mem::take(&mut *heard.lock().unwrap_or_else(PoisonError::into_inner));
    match heard.failure {
        Some(failure) => Err(failure),
        None => Ok(heard.lines.join("\n")),
    }
}

/// The first `2026.10.20` in what nox says.
fn version(said: &str) -> Option<[u32; 3]> {
    said.split_whitespace().find_map(|word| {
        let mut parts = word.split('.').map(|part| {
            let digits = part.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
            digits.parse::<u32>().ok()
        });
        match (parts.next()?, parts.next()?, parts.next()) {
            (Some(year), Some(month), day) if year >= 2000 => Some([year, month, day.flatten().unwrap_or(0)]),
            _ => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_whatever_stands_around_them() {
        assert_eq!(version("2026.10.20\n"), Some([2026, 10, 20]));
        assert_eq!(version("warning: x 1.2\nnox 2024.4.15rc1"), Some([2024, 4, 15]));
        assert_eq!(version("no such thing"), None);
    }

    #[test]
    fn a_command_that_is_set_and_does_not_run_is_an_error() {
        let wanted = ["no-such-program-anywhere".to_owned()];
        let error = Nox::find(Path::new("."), Some(&wanted)).expect_err("there is none");
        assert!(error.to_string().contains("noxCommand"), "{error}");
    }
}
