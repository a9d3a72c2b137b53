//! Actions of others that run nox. Those that only install it (`wntrblm/nox`, `excitedleigh/setup-nox`,
//! `daisylb/setup-nox`, `fjwillemsen/setup-nox2`) run no session, and are actions like all others here.

use syntax::Span;

use crate::shell::{NoxCall, Selection, Word};

/// `with:` of a step.
type With = [(String, String, Span)];

/// The calls that a step makes which uses `action`; `place` is where it says so.
pub(super) fn calls(action: &str, place: Span, with: &With) -> Vec<NoxCall> {
    let name = action.split('@').next().unwrap_or_default().to_ascii_lowercase();
    let name = name.strip_prefix("https://github.com/").unwrap_or(&name);
    match name {
        // Its first call, with `--install-only`, prepares what the second one runs.
        "ansible-community/github-action-run-nox" => {
            let mut main = call(place, with, "sessions");
            main.posargs = words(with, "extra-args").unwrap_or_default();
            main.selection.force_pythons = words(with, "force-pythons");
            let has_coverage = input(with, "codecov").is_some_and(|(value, _)| value != "false");
            let coverage = words(with, "codecov-session").filter(|_| has_coverage).map(|sessions| {
                let selection = Selection { sessions: Some(sessions), ..main.selection.clone() };
                let conditional = input(with, "codecov").is_some_and(|(value, _)| value != "true");
                NoxCall { selection, conditional, posargs: Vec::new(), ..main.clone() }
            });
            std::iter::once(main.clone()).chain(coverage).collect()
        }
        "ansible-community/antsibull-nox" => vec![call(place, with, "sessions")],
        _ => Vec::new(),
    }
}

fn call(place: Span, with: &With, sessions: &str) -> NoxCall {
    let span = input(with, sessions).map_or(place, |(_, span)| span);
    NoxCall {
        span,
        launcher: vec!["nox".to_owned()],
        arguments: span,
        selection: Selection { sessions: words(with, sessions), ..Selection::default() },
        noxfile: None,
        directory: input(with, "working-directory").map(|(value, _)| value.to_owned()).unwrap_or_default(),
        parallel: None,
        no_dependencies: false,
        lists_only: false,
        posargs: Vec::new(),
        env: Vec::new(),
        background: false,
        conditional: false,
        may_fail: false,
        other_flags: Vec::new(),
        refused: Vec::new(),
        through: None,
    }
}

fn input<'a>(with: &'a With, key: &str) -> Option<(&'a str, Span)> {
    let (_, value, span) = with.iter().find(|(name, ..)| name.eq_ignore_ascii_case(key))?;
    (!value.trim().is_empty()).then_some((value.trim(), *span))
}

/// A list by spaces. An expression may hold spaces of its own: it is one word until it is known.
fn words(with: &With, key: &str) -> Option<Vec<Word>> {
    let (value, span) = input(with, key)?;
    let word = |text: &str| Word { text: text.to_owned(), span, literal: !value.contains("${{"), quoted: false };
    Some(if value.contains("${{") { vec![word(value)] } else { value.split_whitespace().map(word).collect() })
}
