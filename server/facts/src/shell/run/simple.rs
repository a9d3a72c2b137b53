//! Simple commands: functions of the script, what changes the shell itself, and all others.

use std::rc::Rc;

use syntax::Span;
use syntax::shell::{self as tree, Assigned, Kind, Statement};

use super::follow::Hop;
use super::{Context, Inside, MAX_BYTES, MAX_CALLS, MAX_COMMANDS, Machine, Place, joined};
use crate::shell::launch::{self, Launch};
use crate::shell::targets::At;
use crate::shell::{Command, NoxCall, Word, nox};

impl Machine<'_> {
    pub(super) fn simple(&mut self, statement: &Statement, cx: Context) {
        let Kind::Simple { assignments, words } = &statement.kind else { return };
        self.here = statement.span;
        words.iter().for_each(|word| self.substitutions(&word.parts, cx.forgiven()));
        statement.redirects.iter().for_each(|redirect| self.substitutions(&redirect.target.parts, cx.forgiven()));
        if words.is_empty() {
            return assignments.iter().for_each(|assignment| self.assign(assignment, cx));
        }
        let argv: Vec<Word> = words.iter().flat_map(|word| self.expand(word)).collect();
        let mut env = self.scope.exports.clone();
        for assignment in assignments {
            if let Assigned::Word(word) = &assignment.value {
                self.substitutions(&word.parts, cx.forgiven());
                env.push((assignment.name.clone(), self.one(word)));
            }
        }
        let Some(first) = argv.first().map(|word| word.text.clone()) else { return };
        if self.function(&first, &argv, cx) || self.builtin(&first, &argv, words, cx) {
            return;
        }
        let mut writes: Vec<Word> = Vec::new();
        for redirect in statement.redirects.iter().filter(|redirect| redirect.writes) {
            writes.extend(self.expand(&redirect.target));
        }
        if first == "tee" {
            writes.extend(argv.iter().skip(1).filter(|word| !word.text.starts_with('-')).cloned());
        }
        let command = Command {
            span: self.file(statement.span),
            argv,
            env,
            writes,
            background: cx.background,
            conditional: cx.conditional,
            may_fail: cx.may_fail,
            directory: self.scope.directory.clone(),
        };
        self.emit(command, cx);
    }

    pub(super) fn emit(&mut self, mut command: Command, cx: Context) {
        let words = command.argv.iter().chain(command.env.iter().map(|(_, word)| word));
        self.bytes += words.map(|word| word.text.len()).sum::<usize>();
        if self.out.commands.len() >= MAX_COMMANDS || self.bytes > MAX_BYTES {
            return;
        }
        let mut lead = None;
        let launch = launch::find(&command.argv, &mut |at, launch| {
            lead = self.lead(&command, at, launch);
            lead.is_some()
        });
        match (lead, launch.nox) {
            (Some(lead), _) => self.follow(lead, &command, &launch, cx),
            (None, Some(nox)) => self.nox(&mut command, nox, &launch),
            (None, None) => {}
        }
        if self.inside.is_none() {
            self.out.commands.push(command);
        }
    }

    fn nox(&mut self, command: &mut Command, nox: usize, launch: &Launch) {
        // What `xargs` adds is unknown.
        let is_xargs = command.argv.iter().take(nox).any(|word| launch::program(word) == "xargs");
        let placed = command.argv.iter().any(|word| word.text.contains("{}"));
        if is_xargs && !placed {
            let span = command.argv.last().map(|word| Span::empty(word.span.end)).unwrap_or_default();
            command.argv.push(Word { text: "{}".to_owned(), span, literal: false, quoted: false });
        }
        if self.out.nox_calls.len() < MAX_COMMANDS {
            let call = nox::call(command, (nox, launch), self.environment);
            self.out.nox_calls.push(NoxCall { through: self.through(), ..call });
        }
    }

    /// Calls a function of the script. `false`: there is none.
    pub(super) fn function(&mut self, name: &str, argv: &[Word], cx: Context) -> bool {
        let found = self.functions.iter().rev().find(|function| function.name == name);
        let Some(function) = found.map(Rc::clone).filter(|_| self.calls < MAX_CALLS) else { return false };
        let arguments = argv.get(1..).unwrap_or_default().into();
        let outer = self.scope.variables.arguments.replace(arguments);
        self.calls += 1;
        let is_here = match (&self.inside, &function.inside) {
            (Some(here), Some(there)) => Rc::ptr_eq(here, there),
            (here, there) => here.is_none() && there.is_none(),
        };
        if is_here {
            // A script within the script (`eval`) may have defined it: its words have their places there.
            let source = std::mem::replace(&mut self.source, Rc::clone(&function.source));
            let place = std::mem::replace(&mut self.place, function.place);
            self.list(&function.body, cx);
            (self.source, self.place) = (source, place);
        } else {
            // It came with a file that was sourced.
            let span = self.file(self.here);
            self.trail.push(Hop::of(argv));
            self.elsewhere(function.inside.clone(), Rc::clone(&function.source), span, |this| {
                this.list(&function.body, cx);
            });
            self.trail.pop();
        }
        self.calls -= 1;
        self.scope.variables.arguments = outer;
        true
    }

    /// What changes the shell itself, or runs a text as a script. `true`: it is no command to tell of.
    pub(super) fn builtin(&mut self, name: &str, argv: &[Word], words: &[tree::Word], cx: Context) -> bool {
        let argument = |at: usize| argv.get(at).map(|word| word.text.as_str()).unwrap_or_default();
        match name {
            "cd" | "pushd" => self.change_folder(name, argv),
            "popd" => self.scope.directory = self.scope.folders.pop().unwrap_or_default(),
            "set" => self.set(argv),
            "shift" => {
                let arguments = self.scope.variables.arguments.take();
                self.scope.variables.arguments = arguments.map(|words| words.iter().skip(1).cloned().collect());
            }
            "exit" => self.ended = !cx.conditional && !cx.background,
            "eval" => {
                let text: Vec<&str> = argv.iter().skip(1).map(|word| word.text.as_str()).collect();
                return self.nested(&text.join(" "), words.get(1), argv.get(1), cx);
            }
            "bash" | "sh" | "/bin/bash" | "/bin/sh" | "dash" | "zsh" => {
                let is_c = |word: &Word| {
                    word.text.starts_with('-') && !word.text.starts_with("--") && word.text.ends_with('c')
                };
                let Some(at) = argv.iter().position(is_c).map(|at| at + 1) else { return false };
                let (text, place) = (argument(at).to_owned(), words.get(at).filter(|_| argv.len() == words.len()));
                let mut done = false;
                self.apart(|this| done = this.nested(&text, place, argv.get(at), cx));
                return done;
            }
            _ => return false,
        }
        false
    }

    pub(super) fn change_folder(&mut self, name: &str, argv: &[Word]) {
        let target = argv.iter().skip(1).find(|word| !matches!(word.text.as_str(), "--" | "-P" | "-L"));
        let here = self.scope.directory.clone();
        self.scope.directory = match target.map(|word| word.text.as_str()) {
            None => "~".to_owned(),
            Some("-") => self.scope.folders.last().cloned().unwrap_or_default(),
            Some(below) => joined(&here, below),
        };
        if name == "cd" {
            self.scope.folders.clear();
        }
        self.scope.folders.push(here);
    }

    pub(super) fn set(&mut self, argv: &[Word]) {
        let mut words = argv.iter().skip(1);
        while let Some(word) = words.next() {
            let Some(sign) = word.text.chars().next().filter(|sign| matches!(sign, '-' | '+')) else { continue };
            if word.text == "--" {
                self.scope.variables.arguments = Some(words.cloned().collect());
                return;
            }
            let on = sign == '-';
            if word.text.contains('e') {
                self.errexit = on;
            }
            if word.text.ends_with('o') {
                match words.next().map(|option| option.text.as_str()) {
                    Some("pipefail") => self.pipefail = on,
                    Some("errexit") => self.errexit = on,
                    _ => {}
                }
            }
        }
    }

    /// A text that is run as a script. Its place is exact when it stands in simple quotes.
    pub(super) fn nested(&mut self, text: &str, word: Option<&tree::Word>, at: Option<&Word>, cx: Context) -> bool {
        let Some(at) = at.filter(|_| self.calls < MAX_CALLS) else { return false };
        let written = word.map(|word| word.span.of(&self.source));
        let inner = written.and_then(|written| written.get(1..written.len().checked_sub(1)?));
        let place = match (self.place, word, inner == Some(text)) {
            (Place::Direct, Some(word), true) => Place::Shifted(word.span.start + 1),
            (Place::Shifted(by), Some(word), true) => Place::Shifted(by + word.span.start + 1),
            _ => Place::Within(at.span),
        };
        let inside = self.inside.clone();
        if let Some(file) = inside.as_ref().filter(|inside| matches!(inside.at, At::Whole)) {
            self.inside = Some(Rc::new(Inside { file: Rc::clone(&file.file), at: At::Span(self.here) }));
        }
        let outer = (std::mem::replace(&mut self.source, text.into()), std::mem::replace(&mut self.place, place));
        self.calls += 1;
        self.list(&tree::parse(text), cx);
        self.calls -= 1;
        (self.source, self.place) = outer;
        self.inside = inside;
        true
    }
}
