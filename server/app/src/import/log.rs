//! Text logs: the lines by which nox says that a session begins and how it ended. The only way to tell several sessions
//! of one step apart. Moments come from the stamps that forges put before each line; without stamps nox's own words
//! ("in 2 minutes") have to do.

use super::{Of, Piece, instant};

/// A session that has begun.
struct Begun {
    name: String,
    at: Option<f64>,
    cold: Option<bool>,
    backend: Option<String>,
}

/// Reads lines one by one.
#[derive(Default)]
pub(super) struct Reader {
    open: Vec<Begun>,
    /// Passed sessions so far.
    pub(super) found: Vec<Piece>,
}

impl Reader {
    /// The next line, without its stamp; `job`: what the log is of.
    pub(super) fn line(&mut self, line: &str, at: Option<f64>, job: Option<&str>, changed: f64) {
        let line = plain(line);
        let Some((_, said)) = line.split_once("nox > ") else { return };
        let said = said.trim_end();
        if let Some(name) = said.strip_prefix("Running session ") {
            self.open.retain(|begun| begun.name != name);
            self.open.push(Begun { name: name.to_owned(), at, cold: None, backend: None });
            return;
        }
        if let Some(last) = self.open.last_mut() {
            if said.starts_with("Creating virtual environment") {
                last.cold = Some(true);
                let backend = said.split_once('(').and_then(|(_, rest)| rest.split_once(')'));
                last.backend = backend.map(|(backend, _)| backend.to_owned());
            } else if said.starts_with("Re-using existing virtual environment") {
                last.cold = Some(false);
            }
        }
        let Some(rest) = said.strip_prefix("Session ") else { return };
        let Some(place) =
            self.open.iter().position(|it| rest.strip_prefix(&it.name).is_some_and(|it| it.starts_with(' ')))
        else {
            return;
        };
        let begun = self.open.remove(place);
        let Some(how) = rest.get(begun.name.len()..).and_then(|rest| rest.strip_prefix(" was successful")) else {
            return;
        };
        let measured = begun.at.zip(at).map(|(start, end)| end - start);
        let Some(seconds) = measured.or_else(|| spoken(how)).filter(|seconds| *seconds >= 0.0) else { return };
        let of = Of::Session { name: begun.name, job: job.map(str::to_owned) };
        self.found.push(Piece {
            of,
            seconds,
            at: at.unwrap_or(changed),
            label: None,
            cold: begun.cold,
            backend: begun.backend,
        });
    }
}

/// The sessions that passed in a log. `job`: the job it is of, if its name says so; lines of `gh run view --log` say it
/// themselves.
pub(super) fn pieces(text: &str, job: Option<String>, changed: f64) -> Vec<Piece> {
    let mut readers: Vec<(Option<String>, Reader)> = Vec::new();
    for line in text.lines() {
        if !line.contains("nox > ") {
            continue;
        }
        let mut columns = line.splitn(3, '\t');
        let (own, rest) = match (columns.next(), columns.next(), columns.next()) {
            (Some(job), Some(_), Some(rest)) => (Some(job.to_owned()), rest),
            _ => (job.clone(), line),
        };
        let rest = rest.trim_start_matches('\u{feff}').trim_start();
        let (stamp, said) = rest.split_once(' ').unwrap_or((rest, ""));
        let at = instant::parse(stamp.trim_start_matches('[').trim_end_matches(']')).filter(|_| stamp.contains('T'));
        let said = if at.is_some() { said } else { rest };
        let place = readers.iter().position(|(job, _)| *job == own).unwrap_or_else(|| {
            readers.push((own.clone(), Reader::default()));
            readers.len() - 1
        });
        readers[place].1.line(said, at, own.as_deref(), changed);
    }
    readers.into_iter().flat_map(|(_, reader)| reader.found).collect()
}

/// The line without colours.
fn plain(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find('\u{1b}') {
        out.push_str(&rest[..at]);
        let tail = &rest[at + 1..];
        let end = tail.find(|c: char| c.is_ascii_alphabetic()).map_or(tail.len(), |end| end + 1);
        rest = &tail[end..];
    }
    out.push_str(rest);
    out
}

/// `in a minute and 5 seconds`, as nox says it.
fn spoken(words: &str) -> Option<f64> {
    let mut total = None;
    let mut number = None;
    for word in words.split([' ', ',']) {
        let word = word.trim_end_matches('.');
        let unit = match word.trim_end_matches('s') {
            "second" => 1.0,
            "minute" => 60.0,
            "hour" => 3600.0,
            "a" | "an" => {
                number = Some(1.0);
                continue;
            }
            _ => {
                number = word.parse::<f64>().ok().or(number);
                continue;
            }
        };
        total = Some(total.unwrap_or(0.0) + number.take()? * unit);
    }
    total
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    #[test]
    fn stamps_split_the_sessions_of_one_step() {
        check_log(
            "2026-01-01T10:00:00.0000000Z \u{1b}[36mnox > \u{1b}[35mRunning session lint\u{1b}[0m
2026-01-01T10:00:00.1000000Z nox > Creating virtual environment (uv) using python in .nox/lint
2026-01-01T10:00:07.2500000Z nox > Session lint was successful in 7 seconds.
2026-01-01T10:00:07.2500000Z nox > Running session tests-3.12(db='pg')
2026-01-01T10:00:07.3000000Z nox > Re-using existing virtual environment at .nox/tests.
2026-01-01T10:01:07.2500000Z nox > Session tests-3.12(db='pg') was successful in a minute.
2026-01-01T10:01:08.0000000Z nox > Running session docs
2026-01-01T10:01:09.0000000Z nox > Session docs failed.
2026-01-01T10:01:09.0000000Z nox > Running session cut",
            expect![[r#"
                lint of -: 7.25 s, cold Some(true) uv
                tests-3.12(db='pg') of -: 60 s, cold Some(false) -
            "#]],
        );
    }

    #[test]
    fn a_log_of_several_jobs_is_read_job_by_job() {
        check_log(
            "a\tRun nox\t2026-01-01T10:00:00Z nox > Running session lint
b\tRun nox\t2026-01-01T10:00:01Z nox > Running session lint
a\tRun nox\t2026-01-01T10:00:02Z nox > Session lint was successful.
b\tRun nox\t2026-01-01T10:00:05Z nox > Session lint was successful.",
            expect![[r#"
                lint of a: 2 s, cold None -
                lint of b: 4 s, cold None -
            "#]],
        );
    }

    #[test]
    fn without_stamps_noxs_own_words_count() {
        check_log(
            "nox > Running session lint\nnox > Session lint was successful in 2 minutes.\nnox > Running session a-b\nnox > Session a-b was successful in an hour, a minute and 5 seconds.",
            expect![[r#"
                lint of -: 120 s, cold None -
                a-b of -: 3665 s, cold None -
            "#]],
        );
    }

    #[track_caller]
    fn check_log(text: &str, expected: Expect) {
        let lines = pieces(text, None, 1.0).into_iter().map(|piece| {
            let Of::Session { name, job } = &piece.of else { panic!("{piece:?}") };
            let (job, backend) = (job.as_deref().unwrap_or("-"), piece.backend.as_deref().unwrap_or("-"));
            format!("{name} of {job}: {} s, cold {:?} {backend}\n", piece.seconds, piece.cold)
        });
        expected.assert_eq(&lines.collect::<String>());
    }
}
