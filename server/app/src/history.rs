//! Measured durations: one file of JSON lines per workspace in the user's state folder, appended to by every run and
//! read at start. One line per finished, successful session. Whoever writes holds a lock beside the file; a line that
//! cannot be read is passed over. Beside it stand the names of runs that were fetched from a forge, one a line.

use std::fs::{self, OpenOptions};
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use model::Timings;
use model::estimate::{Sample, Where};
use rustc_hash::{FxHashMap, FxHashSet};
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
    /// What made the virtual environment, as nox calls it (`uv`, `virtualenv`, `conda`, `none`); absent where nobody knows, and
    /// in histories of noxflow before it asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backend: Option<String>,
    /// Sessions that could run at once in that run.
    #[serde(default)]
    pub lanes: usize,
    /// `local`, or the label of a CI runner.
    #[serde(rename = "where")]
    pub place: String,
    /// Seconds since 1970 at its end.
    pub at: f64,
    /// What the user calls the set it was imported with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set: Option<String>,
}

impl Record {
    /// Whether it is of one of `sessions`: by signature or by the session's name. None: of any.
    pub fn is_of(&self, sessions: &[String]) -> bool {
        let begins = |name: &String| {
            let rest = self.signature.strip_prefix(name.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '(']))
        };
        sessions.is_empty() || sessions.iter().any(begins)
    }
}

/// The file of a workspace.
pub fn file(workspace: &Path) -> Option<PathBuf> {
    Some(disk::state_of(workspace)?.join("history.jsonl"))
}

/// Adds records. A history that cannot be written is not worth failing a run for.
pub fn append(workspace: &Path, records: &[Record]) -> std::io::Result<()> {
    let Some(file) = file(workspace).filter(|_| !records.is_empty()) else { return Ok(()) };
    let _lock = lock(&file)?;
    write(&file, records)
}

/// Adds those of `records` that are not there yet: the same session at the same place and moment, as long. How many.
///
/// # Errors
///
/// When the history cannot be written.
pub fn append_new(workspace: &Path, records: Vec<Record>) -> std::io::Result<usize> {
    let Some(file) = file(workspace).filter(|_| !records.is_empty()) else { return Ok(0) };
    let _lock = lock(&file)?;
    let is_same = |a: &Record, b: &Record| {
        a.folder == b.folder
            && a.signature == b.signature
            && a.place == b.place
            && (a.at - b.at).abs() < 0.5
            && (a.seconds - b.seconds).abs() < 0.5
    };
    let mut known: FxHashMap<String, Vec<Record>> = FxHashMap::default();
    for record in read_file(&file) {
        known.entry(record.signature.clone()).or_default().push(record);
    }
    let is_new =
        |record: &Record| !known.get(&record.signature).is_some_and(|all| all.iter().any(|it| is_same(it, record)));
    let new: Vec<Record> = records.into_iter().filter(is_new).collect();
    write(&file, &new)?;
    Ok(new.len())
}

/// Removes the records that `is_kept` does not want, and lines that cannot be read. How many are gone. Runs may be fetched
/// again then.
///
/// # Errors
///
/// When the history cannot be written.
pub fn retain(workspace: &Path, is_kept: impl Fn(&Record) -> bool) -> std::io::Result<usize> {
    let Some(file) = file(workspace).filter(|file| file.exists()) else { return Ok(0) };
    let _lock = lock(&file)?;
    if let Some(fetched) = fetched_file(workspace).filter(|file| file.exists()) {
        fs::remove_file(fetched)?;
    }
    let all = read_file(&file);
    let kept: Vec<Record> = all.iter().filter(|record| is_kept(record)).cloned().collect();
    if kept.is_empty() {
        fs::remove_file(&file)?;
    } else {
        replace(&file, &lines(&kept)?)?;
    }
    Ok(all.len() - kept.len())
}

/// All records of a workspace, in the order in which they were written.
pub fn read(workspace: &Path) -> Vec<Record> {
    file(workspace).map(|file| read_file(&file)).unwrap_or_default()
}

/// What is known of a workspace.
pub fn timings(workspace: &Path) -> Timings {
    let mut timings = Timings::default();
    for record in read(workspace) {
        let Record { folder, signature, seconds, cold, backend, lanes, place, at, set: _ } = record;
        let place = if place == "local" { Where::Local } else { Where::Ci(place) };
        timings.add(&folder, Sample { signature, place, cold, backend, lanes, seconds, at });
    }
    timings
}

/// Lines of the history that no record can be made of: somebody was killed while writing, or the file was edited.
pub fn unreadable(workspace: &Path) -> usize {
    let bytes = file(workspace).and_then(|file| fs::read(file).ok()).unwrap_or_default();
    bytes.split(|byte| *byte == b'\n').filter(|line| is_broken(line)).count()
}

/// Moves the lines that cannot be read to a file beside the history. How many they are.
///
/// # Errors
///
/// When the history cannot be written.
pub fn repair(workspace: &Path) -> std::io::Result<usize> {
    let Some(file) = file(workspace).filter(|file| file.exists()) else { return Ok(0) };
    let _lock = lock(&file)?;
    let bytes = fs::read(&file)?;
    let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let (broken, good): (Vec<&[u8]>, Vec<&[u8]>) = lines.partition(|line| is_broken(line));
    if broken.is_empty() {
        return Ok(0);
    }
    let text = |lines: &[&[u8]]| lines.iter().flat_map(|line| [*line, b"\n"]).collect::<Vec<_>>().concat();
    let mut beside = OpenOptions::new().create(true).append(true).open(file.with_extension("broken"))?;
    beside.write_all(&text(&broken))?;
    replace(&file, &text(&good))?;
    Ok(broken.len())
}

fn is_broken(line: &[u8]) -> bool {
    !line.is_empty() && serde_json::from_slice::<Record>(line).is_err()
}

/// Names of the runs that were fetched.
pub fn fetched(workspace: &Path) -> FxHashSet<String> {
    let text = fetched_file(workspace).and_then(|file| fs::read_to_string(file).ok()).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}

/// Remembers that these runs were fetched.
///
/// # Errors
///
/// When it cannot be written.
pub fn remember_fetched(workspace: &Path, names: &[String]) -> std::io::Result<()> {
    let (Some(history), Some(file)) = (file(workspace), fetched_file(workspace)) else { return Ok(()) };
    if names.is_empty() {
        return Ok(());
    }
    let _lock = lock(&history)?;
    let mut all: Vec<String> = fs::read_to_string(&file).unwrap_or_default().lines().map(str::to_owned).collect();
    all.extend(names.iter().cloned());
    let newest = all.len().saturating_sub(MAX_LINES);
    let text: String = all[newest..].iter().map(|name| format!("{name}\n")).collect();
    replace(&file, text.as_bytes())
}

fn fetched_file(workspace: &Path) -> Option<PathBuf> {
    Some(disk::state_of(workspace)?.join("fetched.txt"))
}

fn replace(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut beside = file.as_os_str().to_owned();
    beside.push(".new");
    fs::write(&beside, bytes)?;
    fs::rename(&beside, file)
}

/// Now, in seconds since 1970.
pub fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64())
}

/// One writer at a time; the lock is gone with the file handle. The history itself cannot be the lock: it is replaced.
fn lock(file: &Path) -> std::io::Result<fs::File> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    let lock = OpenOptions::new().create(true).append(true).open(file.with_extension("lock"))?;
    lock.lock()?;
    Ok(lock)
}

fn write(file: &Path, records: &[Record]) -> std::io::Result<()> {
    let mut lines = lines(records)?;
    let mut out = OpenOptions::new().create(true).read(true).append(true).open(file)?;
    let mut last = [b'\n'];
    if out.seek(SeekFrom::End(-1)).is_ok() {
        out.read_exact(&mut last)?;
    }
    if last != [b'\n'] {
        lines.insert(0, b'\n'); // somebody was killed, or the disk full, in the middle of a line
    }
    out.write_all(&lines)
}

fn lines(records: &[Record]) -> std::io::Result<Vec<u8>> {
    let mut out = Vec::new();
    for record in records {
        serde_json::to_writer(&mut out, record)?;
        out.push(b'\n');
    }
    Ok(out)
}

fn read_file(file: &Path) -> Vec<Record> {
    let Ok(file) = fs::File::open(file) else { return Vec::new() };
    let lines: Vec<Vec<u8>> = BufReader::new(file).split(b'\n').map_while(Result::ok).collect();
    let newest = lines.iter().skip(lines.len().saturating_sub(MAX_LINES));
    let records = newest.filter_map(|line| serde_json::from_slice::<Record>(line).ok());
    records.filter(|record| record.seconds.is_finite() && record.seconds >= 0.0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_line_costs_no_other() {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let file = folder.path().join("history.jsonl");
        let record = |signature: &str| Record {
            folder: String::new(),
            signature: signature.to_owned(),
            seconds: 1.0,
            cold: false,
            backend: None,
            lanes: 1,
            place: "local".to_owned(),
            at: 0.0,
            set: None,
        };
        write(&file, &[record("first")]).expect("written");
        fs::write(&file, [fs::read(&file).expect("read"), b"{\"signature\":\"\xff".to_vec()].concat())
            .expect("written");
        write(&file, &[record("last")]).expect("written");
        let read: Vec<String> = read_file(&file).into_iter().map(|record| record.signature).collect();
        assert_eq!(read, ["first", "last"]);
    }

    #[test]
    fn lines_of_older_and_newer_versions_are_read() {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let file = folder.path().join("history.jsonl");
        let lines = [
            // 0.1, before lanes, sets and backends were kept.
            r#"{"signature":"lint","seconds":2.5,"where":"local","at":1.0}"#,
            r#"{"folder":"api","signature":"tests-3.12","seconds":30.0,"cold":true,"lanes":4,"where":"ubuntu-latest","at":2.0,"set":"main"}"#,
            r#"{"signature":"docs","seconds":9.0,"cold":true,"backend":"uv","lanes":1,"where":"local","at":3.0,"tomorrow":[1]}"#,
        ];
        fs::write(&file, lines.join("\n")).expect("written");
        let shown = |record: Record| {
            let Record { folder, signature, seconds, cold, backend, lanes, place, set, .. } = record;
            format!("{folder}:{signature} {seconds} cold={cold} {backend:?} lanes={lanes} {place} {set:?}")
        };
        let read: Vec<String> = read_file(&file).into_iter().map(shown).collect();
        assert_eq!(
            read,
            [
                ":lint 2.5 cold=false None lanes=0 local None",
                "api:tests-3.12 30 cold=true None lanes=4 ubuntu-latest Some(\"main\")",
                ":docs 9 cold=true Some(\"uv\") lanes=1 local None",
            ]
        );
    }
}
