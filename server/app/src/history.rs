//! Measured durations: one file of JSON lines per workspace in the user's state folder, appended to by every run and
//! read at start. One line per finished, successful session. Appending one line in one write is safe beside other
//! processes; a line that cannot be read is passed over.

use std::fs::{self, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use model::Timings;
use model::estimate::{Sample, Where};
use serde::{Deserialize, Serialize};

use crate::disk;

/// Lines read at most, newest kept: about ten years of one person's runs.
const MAX_LINES: usize = 100_000;

/// One finished, successful session.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// The noxfile's folder, relative to the workspace's; empty for the same.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub folder: String,
    /// Full signature.
    pub signature: String,
    /// Wall time, environment included.
    pub seconds: f64,
    /// The virtual environment had to be made.
    #[serde(default)]
    pub cold: bool,
    /// Sessions that could run at once in that run.
    #[serde(default)]
    pub lanes: usize,
    /// `local`, or the label of a CI runner.
    #[serde(rename = "where")]
    pub place: String,
    /// Seconds since 1970 at its end.
    pub at: f64,
}

/// The file of a workspace.
pub fn file(workspace: &Path) -> Option<PathBuf> {
    Some(disk::state_of(workspace)?.join("history.jsonl"))
}

/// Adds records. A history that cannot be written is not worth failing a run for.
pub fn append(workspace: &Path, records: &[Record]) -> std::io::Result<()> {
    let Some(file) = file(workspace).filter(|_| !records.is_empty()) else { return Ok(()) };
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut out = OpenOptions::new().create(true).append(true).open(file)?;
    for record in records {
        let mut line = serde_json::to_vec(record)?;
        line.push(b'\n');
        out.write_all(&line)?;
    }
    Ok(())
}

/// What is known of a workspace.
pub fn timings(workspace: &Path) -> Timings {
    let mut timings = Timings::default();
    let Some(file) = file(workspace).and_then(|file| fs::File::open(file).ok()) else { return timings };
    let lines: Vec<String> = BufReader::new(file).lines().map_while(Result::ok).collect();
    for line in lines.iter().skip(lines.len().saturating_sub(MAX_LINES)) {
        let Ok(record) = serde_json::from_str::<Record>(line) else { continue };
        if !record.seconds.is_finite() || record.seconds < 0.0 {
            continue;
        }
        let place = if record.place == "local" { Where::Local } else { Where::Ci(record.place) };
        let key = (record.folder, record.signature.clone());
        let (signature, cold, seconds, at) = (record.signature, record.cold, record.seconds, record.at);
        timings.samples.entry(key).or_default().push(Sample { signature, place, cold, seconds, at });
    }
    timings
}

/// Now, in seconds since 1970.
pub fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64())
}
