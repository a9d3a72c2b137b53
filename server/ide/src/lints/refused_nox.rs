//! A job installs a nox that is too old for the noxfile or for the call.
//!
//! Why: nox stops before it runs anything: where `nox.needs_version` asks for more, with a word of it, else with a
//! TypeError for an argument of `@nox.session` or with "unrecognized arguments" for `-j` and `--no-dependencies` (both
//! of 2026.8.10).
//!
//! ```text
//! #- noxfile.py
//! import nox
//! nox.needs_version = ">=2025.2.9"
//! @nox.session
//! def tests(session): ...
//! #- .github/workflows/ci.yml
//! on: push
//! jobs:
//!   test:
//!     runs-on: ubuntu-latest
//!     steps:
//!       - run: pip install nox==2024.10.9
//!                         #^^^^^^^^^^^^^^ error: nox stops: the noxfile asks for 2025.2.9
//!       - run: nox -s tests
//! ```

use facts::shell::Word;
use facts::workflow::{Job, StepKind};
use syntax::TextEdit;

use crate::assists::{FIRST_PARALLEL, is_older, newest_argument};
use crate::lint::{Fix, Level};

use super::{Findings, Lint, LintCx, NoxUse};

pub(super) const LINT: Lint = Lint { id: "refused-nox", level: Level::Error, check };

fn check(cx: &LintCx<'_>, out: &mut Findings) {
    let mut told: Vec<u32> = Vec::new();
    for used in cx.nox_calls() {
        let Some((word, version)) = pinned(used.job) else { continue };
        let Some((why, first)) = needed(&used).filter(|(_, first)| is_older(version, first)) else { continue };
        if told.contains(&word.span.start) {
            continue;
        }
        told.push(word.span.start);
        let finding = out.push(word.span, format!("nox stops: {why}"));
        if let Some(noxfile) = used.noxfile
            && let Some((_, span)) = &noxfile.facts.needs_version
        {
            finding.related(noxfile.file, *span, "what the noxfile asks for");
        }
        let written = word.span.of(cx.file.document.text());
        if written.contains(version) {
            let edits = vec![TextEdit::replace(word.span, written.replacen(version, &first, 1))];
            finding.fix(Fix { title: format!("Install nox {first}"), is_safe: false, edits });
        }
    }
}

/// The nox that a job installs, where exactly one version is written in it.
fn pinned(job: &Job) -> Option<(&Word, &str)> {
    let scripts = job.steps.iter().filter_map(|step| match &step.kind {
        StepKind::Run { script, .. } => Some(script),
        _ => None,
    });
    let words = scripts.flat_map(|script| &script.commands).flat_map(|command| &command.argv);
    let mut pins = words.filter(|word| word.literal).filter_map(|word| {
        let rest = word.text.strip_prefix("nox")?;
        let rest = match rest.strip_prefix('[') {
            Some(extras) => extras.split_once(']')?.1,
            None => rest,
        };
        let version = rest.strip_prefix("==")?;
        let is_plain = !version.is_empty() && version.chars().all(|c| c.is_ascii_digit() || c == '.');
        is_plain.then_some((word, version))
    });
    pins.next().filter(|_| pins.next().is_none())
}

/// Why a newer nox is needed, and the first that will do: the newest of all reasons.
fn needed(used: &NoxUse<'_>) -> Option<(String, String)> {
    let mut reasons: Vec<(String, String)> = Vec::new();
    if let Some(noxfile) = used.noxfile.filter(|_| !used.link.is_partial) {
        let asked = noxfile.facts.needs_version.as_ref().and_then(|(version, _)| version.trim().strip_prefix(">="));
        if let Some(asked) = asked.map(str::trim).filter(|asked| !asked.contains(',')) {
            reasons.push((format!("the noxfile asks for {asked}"), asked.to_owned()));
        }
        if let Some((what, first)) = newest_argument(&noxfile.facts.sessions) {
            reasons.push((format!("the noxfile uses `{what}`, which is of {first}"), first.to_owned()));
        }
    }
    let flags = [("-j", used.call.parallel.is_some()), ("--no-dependencies", used.call.no_dependencies)];
    let flag = flags.into_iter().find(|(_, is_there)| *is_there).map(|(flag, _)| flag);
    reasons.extend(flag.map(|flag| (format!("`{flag}` is of {FIRST_PARALLEL}"), FIRST_PARALLEL.to_owned())));
    reasons.into_iter().reduce(|best, other| if is_older(&best.1, &other.1) { other } else { best })
}
