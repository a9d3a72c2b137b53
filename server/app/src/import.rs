//! Durations from elsewhere: reports of nox, records and logs of a CI, runs of act, JUnit files. From files that the user
//! has saved, or from what [`crate::fetch`] hands in; nothing here asks the network.
//!
//! Neighbours: each file in `import/` reads one form, `archive` opens packed logs, `run` takes the jobs of a run as a forge
//! answers them, `place` finds the session that a step ran, `history` keeps what comes out.

mod act;
mod archive;
mod instant;
mod jobs;
mod junit;
mod log;
mod place;
mod report;
mod run;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use anyhow::{Context, bail};
use model::Workspace;
use rustc_hash::FxHashSet;

pub(crate) use archive::LogArchive;
pub use instant::{parse as parse_instant, shown as shown_instant};
pub(crate) use run::Intake;

use crate::history::Record;
use place::{Places, StepAt};

/// A file of more bytes is not read: no log of one run is as large.
const MAX_BYTES: u64 = 256 << 20;

/// What the user says about the files.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Where they were taken: a runner's label, or `local`. `None`: what the file says.
    pub label: Option<String>,
    /// The session they are of, for files that name none.
    pub session: Option<String>,
    /// A name for the set, to compare it with others.
    pub set: Option<String>,
}

/// What came out of files.
#[derive(Clone, Debug, Default)]
pub struct Imported {
    /// Finished, successful sessions.
    pub records: Vec<Record>,
    /// What was left out and why, as sentences.
    pub notes: Vec<String>,
}

/// One duration as a file has it.
#[derive(Clone, Debug, PartialEq)]
struct Piece {
    /// Whose.
    of: Of,
    seconds: f64,
    /// Seconds since 1970 at its end.
    at: f64,
    /// The runner's label, if the file says.
    label: Option<String>,
    /// Whether the environment had to be made, if the file says.
    cold: Option<bool>,
    /// What made it, if the file says.
    backend: Option<String>,
}

/// Whose duration a piece is.
#[derive(Clone, Debug, PartialEq)]
enum Of {
    /// A session, by a name that selects it; `job` where the log was of one.
    Session { name: String, job: Option<String> },
    /// A step of a job; `logged` is what its log said of sessions, for a step that runs several.
    Step { at: StepAt, logged: Vec<Piece> },
    /// Something that names no session.
    Nameless,
}

/// Reads all `files` (or folders of logs) against the sessions and workflows of `workspace`.
///
/// # Errors
///
/// When a file cannot be read or is of no form that is known.
pub fn import(workspace: &Workspace, files: &[PathBuf], options: &Options) -> anyhow::Result<Imported> {
    let places = Places::new(workspace);
    let mut out = Imported::default();
    let mut all = Vec::new();
    for file in files {
        list(file, &mut all, 0)?;
    }
    for file in &all {
        let (bytes, changed) = read(file)?;
        let before = out.records.len();
        let pieces = match archive::is_meant(&bytes) {
            true => of_archive(file, bytes, changed, &mut out.notes)?,
            false => pieces(file, &text(&bytes), changed)?,
        };
        let count = pieces.len();
        for piece in pieces {
            keep(&places, piece, options, &mut out);
        }
        if count == 0 && files.contains(file) {
            out.notes.push(format!("`{}` tells of no finished, successful session or step", file.display()));
        } else if out.records.len() == before && files.contains(file) {
            out.notes.push(format!("nothing in `{}` is of a session of this project", file.display()));
        }
    }
    out.once();
    Ok(out)
}

impl Imported {
    /// Everything once: a log archive has every line twice, by step and by job.
    fn once(&mut self) {
        let mut seen = FxHashSet::default();
        self.records.retain(|record| {
            let thousandths = |seconds: f64| (seconds * 1e3).round().to_bits();
            seen.insert((
                record.folder.clone(),
                record.signature.clone(),
                record.place.clone(),
                thousandths(record.at),
                thousandths(record.seconds),
            ))
        });
        self.notes.dedup();
    }

    /// Says something once.
    fn note(&mut self, note: String) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }
}

/// Files of `path`; of a folder those with logs.
fn list(path: &Path, out: &mut Vec<PathBuf>, depth: u32) -> anyhow::Result<()> {
    let meta = fs::metadata(path).with_context(|| format!("there is nothing at `{}`", path.display()))?;
    if !meta.is_dir() {
        out.push(path.to_path_buf());
        return Ok(());
    }
    if depth > 4 {
        return Ok(());
    }
    let mut entries: Vec<PathBuf> = fs::read_dir(path)?.filter_map(Result::ok).map(|entry| entry.path()).collect();
    entries.sort();
    for entry in entries {
        let is_known = ["txt", "log", "json", "jsonl", "xml", "zip"]
            .iter()
            .any(|known| entry.extension().is_some_and(|it| it == *known));
        if entry.is_dir() || is_known {
            list(&entry, out, depth + 1)?;
        }
    }
    Ok(())
}

fn read(path: &Path) -> anyhow::Result<(Vec<u8>, f64)> {
    let meta = fs::metadata(path)?;
    if meta.len() > MAX_BYTES {
        bail!("`{}` is too large to be a record of one run", path.display());
    }
    let bytes = fs::read(path).with_context(|| format!("`{}` cannot be read", path.display()))?;
    let changed = meta.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    Ok((bytes, changed.map_or(0.0, |time| time.as_secs_f64())))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim_start_matches('\u{feff}').to_owned()
}

/// What the logs in a packed archive say, job by job.
fn of_archive(path: &Path, bytes: Vec<u8>, changed: f64, notes: &mut Vec<String>) -> anyhow::Result<Vec<Piece>> {
    let archive = LogArchive::open(bytes).with_context(|| format!("`{}` cannot be unpacked", path.display()))?;
    notes.extend(archive.notes.iter().map(|note| format!("`{}`: {note}", path.display())));
    let logs = archive.logs.iter();
    Ok(logs.flat_map(|log| log::pieces(&log.text, Some(log.job.clone()), changed)).collect())
}

/// What `text` says, by its form.
fn pieces(path: &Path, text: &str, changed: f64) -> anyhow::Result<Vec<Piece>> {
    let start = text.trim_start();
    if start.starts_with('<') {
        return junit::pieces(text, changed).with_context(|| format!("`{}` is no JUnit file", path.display()));
    }
    if start.starts_with('{') || start.starts_with('[') {
        if act::is_meant(start) {
            return Ok(act::pieces(text));
        }
        if let Ok(value) = serde_json::from_str::<serde_json::Value>(text) {
            return report::pieces(&value, changed).or_else(|| jobs::pieces(&value)).with_context(|| {
                format!(
                    "`{}` is JSON, but neither of `nox --report`, `gh run view --json jobs`, a forge's list of jobs nor \
                     `act --json`",
                    path.display()
                )
            });
        }
    }
    Ok(log::pieces(text, job_of_log(path), changed))
}

/// The job that a log of an archive is of: `tests (3.12)/4_Run nox.txt`, `0_tests (3.12).txt`.
fn job_of_log(path: &Path) -> Option<String> {
    let number = |name: &str| {
        let (number, rest) = name.split_once('_')?;
        number.parse::<u32>().ok().map(|_| rest.to_owned())
    };
    let stem = path.file_stem()?.to_string_lossy().into_owned();
    let step = number(&stem)?;
    let folder = path.parent().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
    let beside = path.with_extension("").parent().map(|folder| folder.with_extension(""));
    // The folder of a job's steps lies beside the job's own file.
    let is_step = beside.is_some_and(|folder| {
        let above = folder.parent();
        let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        above.and_then(|above| fs::read_dir(above).ok()).is_some_and(|entries| {
            entries.filter_map(Result::ok).any(|entry| {
                let stem = entry.path().file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
                entry.path().is_file() && number(&stem).is_some_and(|job| job == name)
            })
        })
    });
    if is_step { folder } else { Some(step) }
}

/// Puts one piece where it belongs.
fn keep(places: &Places<'_>, piece: Piece, options: &Options, out: &mut Imported) {
    if !piece.seconds.is_finite() || piece.seconds < 0.0 || piece.at < 0.0 {
        return;
    }
    let (found, label) = match &piece.of {
        Of::Session { name, job } => {
            let label = job.as_deref().and_then(|job| places.label_of_job(job));
            (places.session(name), label)
        }
        Of::Step { at, logged } => {
            let Some(step) = places.step(at) else { return };
            let label = step.label.clone();
            match step.only {
                Some(only) => (Some(only), label),
                None => {
                    for mut piece in logged.iter().cloned() {
                        piece.label = piece.label.or_else(|| label.clone());
                        keep(places, piece, options, out);
                    }
                    if logged.is_empty() && step.count > 1 {
                        let count = step.count;
                        out.note(format!("{} runs {count} sessions: only its log tells their times apart", at.shown()));
                    }
                    return;
                }
            }
        }
        Of::Nameless => match &options.session {
            Some(name) => (places.session(name), None),
            None => {
                out.note("a file names no session; say which by --session".to_owned());
                return;
            }
        },
    };
    let Some((folder, signature)) = found else {
        if let Of::Session { name, .. } = &piece.of {
            out.note(format!("no noxfile here has a session `{name}`"));
        }
        return;
    };
    let backend = piece.backend.or_else(|| places.backend(&folder, &signature));
    let place = options.label.clone().or(piece.label).or(label).unwrap_or_else(|| "ci".to_owned());
    let is_ci = place != "local";
    out.records.push(Record {
        folder,
        signature,
        seconds: piece.seconds,
        cold: piece.cold.unwrap_or(is_ci), // a runner starts without environments
        backend,
        lanes: 1,
        place,
        at: piece.at,
        set: options.set.clone(),
    });
}
