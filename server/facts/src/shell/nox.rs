//! Nox's own arguments, read as its argparse reads them (2026.10.20: no abbreviations; `-s` takes all words up to the
//! next flag; a repeated flag replaces).

use syntax::Span;

use super::launch::Launch;
use super::{Command, Environment, NoxCall, Selection, Word};

/// What an option does with the words behind it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Takes {
    Nothing,
    One,
    Many,
}

/// Which of the options that mean something here an option is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Is {
    Sessions,
    Tags,
    Keywords,
    Pythons,
    ForcePythons,
    Noxfile,
    Parallel,
    NoDependencies,
    Lists,
    Other,
}

/// The call that `command` is.
pub(super) fn call(command: &Command, (nox, launch): (usize, &Launch), environment: Environment<'_>) -> NoxCall {
    let words = command.argv.as_slice();
    let start = words.first().map(|word| word.span).unwrap_or_default();
    let head = words.get(..=nox).unwrap_or_default();
    let behind = head.last().map_or(start.end, |word| word.span.end);
    let end = words.last().map_or(behind, |word| word.span.end.max(behind));
    let below = launch.directory.as_ref().map(|below| super::run::joined(&command.directory, &below.text));
    let call = NoxCall {
        span: Span::new(start.start, end),
        launcher: head.iter().map(|word| word.text.clone()).collect(),
        arguments: Span::new(behind, end),
        selection: Selection::default(),
        noxfile: None,
        directory: below.unwrap_or_else(|| command.directory.clone()),
        parallel: None,
        no_dependencies: false,
        lists_only: false,
        posargs: Vec::new(),
        env: command.env.iter().chain(&launch.env).cloned().collect(),
        background: command.background,
        conditional: command.conditional,
        may_fail: command.may_fail,
        other_flags: Vec::new(),
        refused: Vec::new(),
        through: None,
    };
    let mut arguments = Arguments { words: words.get(nox + 1..).unwrap_or_default(), at: 0, call };
    arguments.read();
    let mut call = arguments.call;
    let variable = |name: &str| {
        let mut set = launch.env.iter().rev().chain(command.env.iter().rev());
        set.find(|(key, _)| key == name).map(|(_, word)| word.clone()).or_else(|| environment(name))
    };
    surroundings(&variable, &mut call);
    call
}

/// What the environment says where the command line says nothing. An empty variable says nothing too.
fn surroundings(variable: &dyn Fn(&str) -> Option<Word>, call: &mut NoxCall) {
    let value = |name: &str| variable(name).filter(|word| !word.text.trim().is_empty());
    let names = |name: &str| value(name).map(|word| split(&word));
    let selection = &mut call.selection;
    if selection.sessions.is_none() {
        selection.sessions = names("NOXSESSION");
        selection.is_from_environment = selection.sessions.is_some();
    }
    selection.pythons = selection.pythons.take().or_else(|| names("NOXPYTHON"));
    selection.force_pythons = selection.force_pythons.take().or_else(|| names("NOXFORCEPYTHON"));
    call.parallel = call.parallel.take().or_else(|| value("NOX_PARALLEL"));
}

/// Names by commas. An expression may hold commas of its own: it is one name.
fn split(word: &Word) -> Vec<Word> {
    if !word.literal {
        return vec![word.clone()];
    }
    let names = word.text.split(',').map(str::trim).filter(|name| !name.is_empty());
    names.map(|name| Word { text: name.to_owned(), ..word.clone() }).collect()
}

struct Arguments<'a> {
    words: &'a [Word],
    at: usize,
    call: NoxCall,
}

impl Arguments<'_> {
    fn read(&mut self) {
        while let Some(word) = self.words.get(self.at) {
            self.at += 1;
            if word.text == "--" {
                self.call.posargs = self.rest();
                return;
            }
            if !is_flag(word) {
                self.call.other_flags.push(word.clone());
                // The first word that is no option takes all that follows; one that is unknown may turn out to be one.
                if word.literal {
                    self.call.refused.push(word.clone());
                    let rest = self.rest();
                    self.call.other_flags.extend(rest);
                    return;
                }
                continue;
            }
            self.flag(word);
        }
    }

    fn rest(&self) -> Vec<Word> {
        self.words.get(self.at..).unwrap_or_default().to_vec()
    }

    fn flag(&mut self, word: &Word) {
        if let Some((takes, is)) = option(&word.text) {
            return self.take(word, None, takes, is);
        }
        if let Some((flag, value)) = word.text.split_once('=')
            && let Some((takes, is)) = option(flag)
        {
            return self.take(word, Some(tail(word, value)), takes, is);
        }
        match word.text.strip_prefix('-') {
            Some(letters) if !letters.starts_with('-') => self.letters(word, letters),
            _ => {
                let flag = word.text.split('=').next().unwrap_or_default();
                if word.literal && !FLAGS.contains(&flag) {
                    self.call.refused.push(word.clone());
                }
                self.call.other_flags.push(word.clone());
            }
        }
    }

    /// `-rs tests`, `-stests`, `-j4`: short options in one word.
    fn letters(&mut self, word: &Word, letters: &str) {
        let mut rest = letters;
        while let Some(letter) = rest.chars().next() {
            rest = rest.get(letter.len_utf8()..).unwrap_or_default();
            let flag = format!("-{letter}");
            let Some((takes, is)) = option(&flag) else {
                self.call.refused.extend(word.literal.then(|| word.clone()));
                return self.call.other_flags.push(word.clone());
            };
            let own = Word { text: flag, ..word.clone() };
            if takes == Takes::Nothing {
                self.take(&own, None, takes, is);
                continue;
            }
            let value = rest.strip_prefix('=').unwrap_or(rest);
            let value = (!value.is_empty()).then(|| tail(word, value));
            return self.take(&own, value, takes, is);
        }
    }

    /// Gives an option its values: the one in its own word, or those behind it.
    fn take(&mut self, flag: &Word, attached: Option<Word>, takes: Takes, is: Is) {
        let behind = self.words.get(self.at..).unwrap_or_default();
        let is_attached = attached.is_some();
        let values: Vec<Word> = match (attached, takes) {
            (Some(value), _) => vec![value],
            (None, Takes::Nothing) => Vec::new(),
            (None, Takes::One) => behind.first().filter(|word| !is_flag(word)).cloned().into_iter().collect(),
            (None, Takes::Many) => behind.iter().take_while(|word| !is_flag(word)).cloned().collect(),
        };
        self.at += if is_attached { 0 } else { values.len() };
        let first = values.first().cloned();
        let selection = &mut self.call.selection;
        match is {
            Is::Sessions => selection.overridden.extend(selection.sessions.replace(values)),
            Is::Tags => selection.tags = Some(values),
            Is::Pythons => selection.pythons = Some(values),
            Is::ForcePythons => selection.force_pythons = Some(values),
            Is::Keywords => selection.keywords = first,
            Is::Noxfile => self.call.noxfile = first,
            Is::Parallel => self.call.parallel = first,
            Is::NoDependencies => self.call.no_dependencies = true,
            Is::Lists => self.call.lists_only = true,
            Is::Other => {
                self.call.other_flags.push(flag.clone());
                self.call.other_flags.extend(values.into_iter().filter(|_| !is_attached));
            }
        }
    }
}

/// Argparse takes a word for a flag by its dash. One with a space in it is a value, unless a known option begins it;
/// the spaces of an expression are none.
fn is_flag(word: &Word) -> bool {
    let text = word.text.split("${{").next().unwrap_or_default();
    if !text.starts_with('-') || word.text == "-" {
        return false;
    }
    let begins = |end: usize| text.get(..end).is_some_and(|flag| option(flag).is_some());
    !text.contains(' ') || begins(2) && !text.starts_with("--") || text.find('=').is_some_and(begins)
}

/// Long flags without a value that mean nothing here (`_options.py` of 2026.10.20, with those that earlier releases had).
pub const FLAGS: [&str; 23] = [
    "--add-timestamp",
    "--allow-parallel",
    "--error-on-external-run",
    "--error-on-missing-interpreters",
    "--force-color",
    "--forcecolor",
    "--install-only",
    "--json",
    "--no-allow-parallel",
    "--no-color",
    "--no-error-on-external-run",
    "--no-error-on-missing-interpreters",
    "--no-install",
    "--no-reuse-existing-virtualenvs",
    "--no-stop-on-first-error",
    "--no-venv",
    "--no-verbose",
    "--nocolor",
    "--non-interactive",
    "--parallel-worker",
    "--reuse-existing-virtualenvs",
    "--stop-on-first-error",
    "--verbose",
];

/// Nox's options, but for those long flags that mean nothing here.
fn option(flag: &str) -> Option<(Takes, Is)> {
    Some(match flag {
        "-s" | "-e" | "--sessions" | "--session" => (Takes::Many, Is::Sessions),
        "-t" | "--tags" => (Takes::Many, Is::Tags),
        "-k" | "--keywords" => (Takes::One, Is::Keywords),
        "-p" | "--pythons" | "--python" => (Takes::Many, Is::Pythons),
        "-P" | "--force-pythons" | "--force-python" => (Takes::Many, Is::ForcePythons),
        "--extra-pythons" | "--extra-python" => (Takes::Many, Is::Other),
        "-f" | "--noxfile" => (Takes::One, Is::Noxfile),
        "-j" | "--parallel" => (Takes::One, Is::Parallel),
        "--no-dependencies" => (Takes::Nothing, Is::NoDependencies),
        "-l" | "--list-sessions" | "--list" | "-h" | "--help" | "--version" => (Takes::Nothing, Is::Lists),
        "--usage" => (Takes::One, Is::Lists),
        "-db"
        | "--default-venv-backend"
        | "-fb"
        | "--force-venv-backend"
        | "--download-python"
        | "--envdir"
        | "--report"
        | "--reuse-venv"
        | "--script-mode"
        | "--script-venv-backend" => (Takes::One, Is::Other),
        "-r" | "-R" | "-N" | "-x" | "-v" | "-ts" => (Takes::Nothing, Is::Other),
        _ => return None,
    })
}

/// The end of a word as a word; at its exact place where the word stands in the text as it is.
fn tail(word: &Word, text: &str) -> Word {
    let same = word.span.len() as usize == word.text.len();
    let length = u32::try_from(text.len()).unwrap_or(0);
    let span = if same { Span::new(word.span.end.saturating_sub(length), word.span.end) } else { word.span };
    Word { text: text.to_owned(), span, literal: word.literal, quoted: word.quoted }
}
