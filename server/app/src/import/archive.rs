//! Log archives as forges pack them: `0_build.txt` for each job, `build/3_Run nox.txt` for each of its steps. What is in
//! them comes from elsewhere, so nothing is believed: sizes are bounded while unpacking, and nothing is written anywhere.

use std::io::{Cursor, Read};

use zip::ZipArchive;

/// What is unpacked at most, bytes.
#[derive(Clone, Copy, Debug)]
struct Limits {
    /// Of one log; a longer one is cut.
    log: u64,
    /// Of all together.
    all: u64,
}

/// No session's times stand behind that much.
const LIMITS: Limits = Limits { log: 64 << 20, all: 512 << 20 };
/// Files that are looked at: 256 jobs with 40 steps each.
const MAX_FILES: usize = 10_000;

/// The logs of a run.
#[derive(Debug, Default)]
pub(crate) struct LogArchive {
    /// One a job; where there is none, one a step.
    pub(crate) logs: Vec<Log>,
    /// What was left out, as sentences.
    pub(crate) notes: Vec<String>,
}

/// One log.
#[derive(Debug)]
pub(crate) struct Log {
    /// The job's name, as far as a file can be called so.
    pub(crate) job: String,
    /// What was printed.
    pub(crate) text: String,
}

/// Whether bytes are a packed archive.
pub(super) fn is_meant(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

impl LogArchive {
    /// Unpacks.
    ///
    /// # Errors
    ///
    /// When it is no archive. A file in it that cannot be unpacked is left out with a note.
    pub(crate) fn open(bytes: Vec<u8>) -> anyhow::Result<Self> {
        Self::open_within(bytes, LIMITS)
    }

    fn open_within(bytes: Vec<u8>, limits: Limits) -> anyhow::Result<Self> {
        let mut archive = ZipArchive::new(Cursor::new(bytes))?;
        let mut found = Self::default();
        let names: Vec<Option<(String, bool)>> =
            (0..archive.len()).map(|at| archive.name_for_index(at)?.ok().and_then(|name| job_of(&name))).collect();
        if names.len() > MAX_FILES {
            found.notes.push(format!("only the first {MAX_FILES} of {} files were looked at", names.len()));
        }
        let has_own = |job: &str| names.iter().flatten().any(|(other, is_step)| other == job && !is_step);
        let mut left = limits.all;
        for (at, name) in names.iter().enumerate().take(MAX_FILES) {
            let Some((job, is_step)) = name else { continue };
            if *is_step && has_own(job) {
                continue;
            }
            let limit = limits.log.min(left);
            let read = archive.by_index(at).map_err(anyhow::Error::from).and_then(|file| bounded(file, limit));
            match read {
                Ok((text, is_whole)) => {
                    left -= (text.len() as u64).min(left);
                    found.logs.push(Log { job: job.clone(), text });
                    if !is_whole {
                        found.notes.push(format!("the log of `{job}` is too long; its end was left out"));
                    }
                }
                Err(error) => found.notes.push(format!("the log of `{job}` cannot be unpacked: {error:#}")),
            }
            if left == 0 {
                found.notes.push("the logs are too long; the last ones were left out".to_owned());
                break;
            }
        }
        Ok(found)
    }

    /// What the job of this name printed. Forges leave out what a file cannot be called.
    pub(crate) fn of_job(&self, name: &str) -> Option<String> {
        let plain = |name: &str| -> String {
            let name = name
                .chars()
                .filter(|it| !matches!(it, '/' | ':' | '\\' | '_' | '?' | '*' | '"' | '<' | '>' | '|' | ' '));
            name.take(80).collect()
        };
        let wanted = plain(name);
        let texts: Vec<&str> =
            self.logs.iter().filter(|log| plain(&log.job) == wanted).map(|log| log.text.as_str()).collect();
        (!texts.is_empty()).then(|| texts.join("\n"))
    }
}

/// The job that a file of an archive is of, and whether it is of one step only: `4_tests (3.12).txt`,
/// `tests (3.12)/2_Run nox.txt`.
fn job_of(path: &str) -> Option<(String, bool)> {
    let stem = path.strip_suffix(".txt").or_else(|| path.strip_suffix(".log"))?;
    let numbered = |name: &str| {
        let (number, rest) = name.split_once('_')?;
        number.parse::<u32>().ok().map(|_| rest.to_owned())
    };
    match stem.rsplit_once('/') {
        Some((folder, step)) => {
            numbered(step)?; // `build/system.txt` is the runner's own
            Some((folder.rsplit('/').next().unwrap_or(folder).to_owned(), true))
        }
        None => Some((numbered(stem).unwrap_or_else(|| stem.to_owned()), false)),
    }
}

/// At most `limit` bytes of a file as text, and whether that is all.
fn bounded(file: impl Read, limit: u64) -> anyhow::Result<(String, bool)> {
    let mut bytes = Vec::new();
    file.take(limit + 1).read_to_end(&mut bytes)?;
    let is_whole = bytes.len() as u64 <= limit;
    bytes.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok((String::from_utf8_lossy(&bytes).trim_start_matches('\u{feff}').to_owned(), is_whole))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::write::SimpleFileOptions;
    use zip::{CompressionMethod, ZipWriter};

    use super::*;

    fn packed(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in files {
            let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
            writer.start_file(*name, options).expect("a name");
            writer.write_all(bytes).expect("a buffer");
        }
        writer.finish().expect("a buffer").into_inner()
    }

    #[test]
    fn a_job_is_read_once_where_its_steps_are_there_too() {
        let archive = packed(&[
            ("0_build.txt", b"all"),
            ("build/1_Set up job.txt", b"a"),
            ("build/system.txt", b"the runner's"),
            ("tests (3.12)/2_Run nox.txt", b"only here"),
        ]);
        let archive = LogArchive::open(archive).expect("an archive");
        let logs: Vec<(&str, &str)> = archive.logs.iter().map(|log| (log.job.as_str(), log.text.as_str())).collect();
        assert_eq!(logs, [("build", "all"), ("tests (3.12)", "only here")]);
        assert_eq!(archive.of_job("tests (3.12)").as_deref(), Some("only here"));
    }

    #[test]
    fn names_that_no_file_can_have_are_found_again() {
        let archive = LogArchive::open(packed(&[("3_call _ inner.txt", b"x")])).expect("an archive");
        assert_eq!(archive.of_job("call / inner").as_deref(), Some("x"));
    }

    #[test]
    fn a_bomb_is_cut() {
        let bomb = packed(&[("0_a.txt", &[b'0'; 1 << 20]), ("1_b.txt", &[b'0'; 1 << 20]), ("2_c.txt", b"more")]);
        assert!(bomb.len() < 10_000, "it is small when packed");
        let archive = LogArchive::open_within(bomb, Limits { log: 1000, all: 1500 }).expect("an archive");
        let lengths: Vec<usize> = archive.logs.iter().map(|log| log.text.len()).collect();
        assert_eq!(lengths, [1000, 500]);
        let expected = [
            "the log of `a` is too long; its end was left out",
            "the log of `b` is too long; its end was left out",
            "the logs are too long; the last ones were left out",
        ];
        assert_eq!(archive.notes, expected);
    }

    #[test]
    fn what_is_broken_is_told() {
        let mut broken = packed(&[("0_a.txt", &[b'a'; 5000]), ("1_b.txt", b"whole")]);
        broken[40] ^= 0xff; // within the first file's bytes
        let archive = LogArchive::open(broken).expect("its list is whole");
        assert_eq!(archive.of_job("b").as_deref(), Some("whole"));
        assert!(archive.notes[0].starts_with("the log of `a` cannot be unpacked"), "{:?}", archive.notes);
        assert!(LogArchive::open(b"PK\x03\x04 and nothing".to_vec()).is_err());
    }
}
