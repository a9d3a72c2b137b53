//! Goes through a script as the shell would, without running anything: what is called where, with which words, and
//! whether it must happen. `-e` is on, as the forges start every shell.

use std::rc::Rc;

use syntax::Span;
use syntax::shell::{self as tree, Assigned, Kind, Part, Statement, Statements};

use super::expand::{Variables, expand};
use super::{Command, Environment, Script, Word, launch, nox};

/// Commands of one script, after unrolling. Real scripts have at most a few hundred.
const MAX_COMMANDS: usize = 2_000;
/// Bytes of all their words.
const MAX_BYTES: usize = 1 << 22;
/// Values of a loop that are gone through one by one.
const MAX_TURNS: usize = 64;
/// Functions and scripts within each other.
const MAX_CALLS: u32 = 8;
/// Statements visited, so that loops in loops without commands end too.
const MAX_STATEMENTS: u32 = 50_000;

/// Reads `script`.
pub(super) fn run(
    script: &str,
    pipefail: bool,
    to_file: &dyn Fn(Span) -> Span,
    environment: Environment<'_>,
) -> Script {
    let mut machine = Machine {
        to_file,
        environment,
        source: script.into(),
        place: Place::Direct,
        pipefail,
        errexit: true,
        functions: Vec::new(),
        scope: Scope::default(),
        ended: false,
        calls: 0,
        visited: 0,
        bytes: 0,
        out: Script::default(),
    };
    let tail = Context { tail: true, conditional: false, may_fail: false, background: false };
    machine.list(&tree::parse(script), tail);
    // Most scripts are one command, and facts are kept: a quarter of their memory was room for more (measured).
    machine.out.commands.shrink_to_fit();
    machine.out.nox_calls.shrink_to_fit();
    machine.out
}

/// `below` seen from `folder`. What is unknown in it stays as it is written.
pub(super) fn joined(folder: &str, below: &str) -> String {
    if below.starts_with(['/', '~', '$']) || folder.is_empty() && !below.contains('.') {
        return below.trim_end_matches('/').to_owned();
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    let root = if folder.starts_with('/') { "/" } else { "" };
    for part in below.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != ".." && !last.starts_with('$')) => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    format!("{root}{}", parts.join("/"))
}

/// Where a script's text stands in the file.
#[derive(Clone, Copy)]
enum Place {
    /// It is the script of the call to `run`.
    Direct,
    /// A quoted script within that one, from this offset on.
    Shifted(u32),
    /// Somewhere in this span.
    Within(Span),
}

/// What a subshell has a copy of.
#[derive(Clone, Default)]
struct Scope {
    directory: String,
    folders: Vec<String>,
    variables: Variables,
    exports: Vec<(String, Word)>,
}

/// What the statements around say of one.
#[derive(Clone, Copy)]
struct Context {
    /// Its status is the script's, or ends it.
    tail: bool,
    conditional: bool,
    may_fail: bool,
    background: bool,
}

impl Context {
    fn maybe(self) -> Self {
        Self { conditional: true, ..self }
    }

    fn forgiven(self) -> Self {
        Self { may_fail: true, tail: false, ..self }
    }
}

struct Machine<'a> {
    to_file: &'a dyn Fn(Span) -> Span,
    environment: Environment<'a>,
    source: Rc<str>,
    place: Place,
    pipefail: bool,
    errexit: bool,
    functions: Vec<(String, Rc<Statements>)>,
    scope: Scope,
    /// `exit` was passed.
    ended: bool,
    calls: u32,
    visited: u32,
    bytes: usize,
    out: Script,
}

impl Machine<'_> {
    fn list(&mut self, statements: &Statements, cx: Context) {
        for (at, statement) in statements.iter().enumerate() {
            let is_last = at + 1 == statements.len();
            let tail = cx.tail && is_last;
            let may_fail = cx.may_fail || (!self.errexit && !tail);
            self.statement(statement, Context { tail, may_fail, ..cx });
        }
    }

    fn statement(&mut self, statement: &Statement, cx: Context) {
        self.visited += 1;
        if self.ended || self.visited > MAX_STATEMENTS || self.bytes > MAX_BYTES {
            return;
        }
        let cx = Context { background: cx.background || statement.background, ..cx };
        match &statement.kind {
            Kind::Simple { .. } => self.simple(statement, cx),
            Kind::Declare { keyword, assignments, names } => self.declare(keyword, assignments, names, cx),
            Kind::And(left, right) => self.and(left, right, cx),
            Kind::Or(left, right) => {
                let gives_up = exits(right);
                self.statement(left, if gives_up { Context { tail: false, ..cx } } else { cx.forgiven() });
                self.maybe(|this| this.statement(right, cx.maybe()));
            }
            Kind::Not(inner) => self.statement(inner, cx.forgiven()),
            Kind::Pipe(parts) => self.pipe(parts, cx),
            Kind::Group(inner) => self.list(inner, cx),
            // Its own `-e` ends it where a list fails, and then the script.
            Kind::Subshell(inner) => self.apart(|this| this.list(inner, Context { tail: true, ..cx })),
            Kind::If { arms, otherwise } => self.branches(arms, otherwise, cx),
            Kind::Loop { condition, body } => {
                self.list(condition, cx.forgiven());
                self.maybe(|this| this.list(body, Context { tail: false, ..cx.maybe() }));
            }
            Kind::For { variable, values, body } => self.for_each(variable, values, body, cx),
            Kind::Case(arms) => arms.iter().for_each(|arm| self.maybe(|this| this.list(arm, cx.maybe()))),
            Kind::Function { name, body } => self.functions.push((name.clone(), Rc::new(body.clone()))),
            Kind::Test => {}
        }
    }

    fn and(&mut self, left: &Statement, right: &Statement, cx: Context) {
        if is_test(left) {
            self.statement(left, cx.forgiven());
            return self.maybe(|this| this.statement(right, cx.maybe()));
        }
        // At the end of a script a failure on the left is the script's. Elsewhere `-e` overlooks it.
        let left_cx = if cx.tail { cx } else { cx.forgiven() };
        let right_cx = if cx.tail || prepares(left) { cx } else { cx.maybe() };
        self.statement(left, left_cx);
        self.statement(right, right_cx);
    }

    fn pipe(&mut self, parts: &Statements, cx: Context) {
        for (at, part) in parts.iter().enumerate() {
            let counts = self.pipefail || at + 1 == parts.len();
            let cx = if counts { cx } else { cx.forgiven() };
            self.apart(|this| this.statement(part, cx));
        }
    }

    fn branches(&mut self, arms: &[(Statements, Statements)], otherwise: &Statements, cx: Context) {
        let before = self.scope.clone();
        let mut after = Vec::new();
        for (at, (condition, body)) in arms.iter().enumerate() {
            let condition_cx = if at == 0 { cx.forgiven() } else { cx.forgiven().maybe() };
            self.list(condition, condition_cx);
            after.push(self.branch(&before, body, cx));
        }
        after.push(self.branch(&before, otherwise, cx));
        self.scope = before;
        for scope in after {
            self.blur(scope);
        }
    }

    fn branch(&mut self, before: &Scope, body: &Statements, cx: Context) -> Scope {
        self.scope = before.clone();
        self.list(body, cx.maybe());
        self.ended = false;
        std::mem::take(&mut self.scope)
    }

    fn for_each(&mut self, variable: &str, values: &[tree::Word], body: &Statements, cx: Context) {
        values.iter().for_each(|word| self.substitutions(&word.parts, cx));
        let all = Part::Variable { name: "@".to_owned(), written: "\"$@\"".to_owned(), quoted: true, all: true };
        let arguments = [tree::Word { span: Span::default(), parts: vec![all] }];
        let values = if values.is_empty() { &arguments } else { values };
        let words: Vec<Word> = values.iter().flat_map(|word| self.expand(word)).collect();
        let cx = Context { tail: false, ..cx };
        let is_known = |word: &Word| word.literal && !word.text.contains(['*', '?']); // files that a pattern matches
        if words.iter().all(is_known) && words.len() <= MAX_TURNS {
            for word in words {
                self.scope.variables.set(variable, Some(vec![word]));
                self.list(body, cx);
            }
            return;
        }
        self.scope.variables.set(variable, None);
        self.maybe(|this| this.list(body, cx.maybe()));
    }

    /// Runs `part` in a copy of the shell.
    fn apart(&mut self, part: impl FnOnce(&mut Self)) {
        let (scope, ended, errexit) = (self.scope.clone(), self.ended, self.errexit);
        part(self);
        (self.scope, self.ended, self.errexit) = (scope, ended, errexit);
    }

    /// Runs `part`, which may not happen: what it changes is unknown afterwards.
    fn maybe(&mut self, part: impl FnOnce(&mut Self)) {
        let before = self.scope.clone();
        part(self);
        self.ended = false;
        let after = std::mem::replace(&mut self.scope, before);
        self.blur(after);
    }

    fn blur(&mut self, other: Scope) {
        self.scope.variables.blur(&other.variables);
        for (name, word) in other.exports {
            if self.scope.exports.iter().any(|(known, same)| *known == name && *same == word) {
                continue;
            }
            let unknown = Word { text: format!("${name}"), span: word.span, literal: false };
            self.scope.exports.push((name, unknown));
        }
    }

    fn declare(&mut self, keyword: &str, assignments: &[tree::Assignment], names: &[String], cx: Context) {
        let exports = keyword == "export" || names.iter().any(|name| name.starts_with('-') && name.contains('x'));
        for assignment in assignments {
            self.assign(assignment, cx);
            if exports {
                self.export(&assignment.name, assignment.span);
            }
        }
        for name in names.iter().filter(|name| !name.starts_with('-')) {
            if keyword == "unset" {
                self.scope.variables.set(name, Some(Vec::new()));
                self.scope.exports.retain(|(known, _)| known != name);
                let nothing = Word { text: String::new(), span: Span::default(), literal: true };
                self.scope.exports.push((name.clone(), nothing));
            } else if exports && self.scope.variables.get(name).is_some() {
                self.export(name, Span::default());
            }
        }
    }

    fn export(&mut self, name: &str, span: Span) {
        let known = self.scope.variables.get(name).cloned().flatten().and_then(|values| values.first().cloned());
        let unknown = || Word { text: format!("${name}"), span: self.file(span), literal: false };
        let word = known.unwrap_or_else(unknown);
        self.scope.exports.retain(|(known, _)| known != name);
        self.scope.exports.push((name.to_owned(), word));
    }

    fn assign(&mut self, assignment: &tree::Assignment, cx: Context) {
        let mut values = match &assignment.value {
            Assigned::Word(word) => {
                self.substitutions(&word.parts, cx);
                vec![self.one(word)]
            }
            Assigned::Array(words) => {
                words.iter().for_each(|word| self.substitutions(&word.parts, cx));
                words.iter().flat_map(|word| self.expand(word)).collect()
            }
        };
        if assignment.append {
            let old = self.scope.variables.get(&assignment.name).cloned().flatten();
            values = match (old, &assignment.value) {
                (Some(old), Assigned::Array(_)) => old.iter().cloned().chain(values).collect(),
                (Some(old), Assigned::Word(_)) => old.first().map_or(values.clone(), |old| appended(old, &values)),
                (None, _) => return self.scope.variables.set(&assignment.name, None),
            };
        }
        // Words that only this shell could expand are worth nothing later; expressions are, they do not change.
        let known = values.iter().all(|word| word.literal || word.text.starts_with("${{"));
        self.scope.variables.set(&assignment.name, known.then_some(values));
        let is_exported = self.scope.exports.iter().any(|(name, _)| *name == assignment.name);
        if is_exported || (self.environment)(&assignment.name).is_some() {
            self.export(&assignment.name, assignment.span);
        }
    }

    /// An assigned value: never split, braces stay.
    fn one(&self, word: &tree::Word) -> Word {
        let parts = word.parts.iter().map(|part| match part {
            Part::Variable { name, written, .. } => {
                Part::Variable { name: name.clone(), written: written.clone(), quoted: true, all: false }
            }
            Part::Alternatives(texts) => Part::Text(format!("{{{}}}", texts.join(","))),
            other => other.clone(),
        });
        let word = tree::Word { span: word.span, parts: parts.collect() };
        let nothing = Word { text: String::new(), span: self.file(word.span), literal: true };
        self.expand(&word).into_iter().next().unwrap_or(nothing)
    }

    fn simple(&mut self, statement: &Statement, cx: Context) {
        let Kind::Simple { assignments, words } = &statement.kind else { return };
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
        self.emit(Command {
            span: self.file(statement.span),
            argv,
            env,
            writes,
            background: cx.background,
            conditional: cx.conditional,
            may_fail: cx.may_fail,
            directory: self.scope.directory.clone(),
        });
    }

    fn emit(&mut self, mut command: Command) {
        let words = command.argv.iter().chain(command.env.iter().map(|(_, word)| word));
        self.bytes += words.map(|word| word.text.len()).sum::<usize>();
        if self.out.commands.len() >= MAX_COMMANDS || self.bytes > MAX_BYTES {
            return;
        }
        if let Some(launch) = launch::find(&command.argv) {
            // What `xargs` adds is unknown.
            let is_xargs = command.argv.iter().take(launch.nox).any(|word| launch::program(word) == "xargs");
            let placed = command.argv.iter().any(|word| word.text.contains("{}"));
            if is_xargs && !placed {
                let span = command.argv.last().map(|word| Span::empty(word.span.end)).unwrap_or_default();
                command.argv.push(Word { text: "{}".to_owned(), span, literal: false });
            }
            self.out.nox_calls.push(nox::call(&command, launch, self.environment));
        }
        self.out.commands.push(command);
    }

    /// Calls a function of the script. `false`: there is none.
    fn function(&mut self, name: &str, argv: &[Word], cx: Context) -> bool {
        let found = self.functions.iter().rev().find(|(known, _)| known == name);
        let Some(body) = found.map(|(_, body)| Rc::clone(body)).filter(|_| self.calls < MAX_CALLS) else {
            return false;
        };
        let arguments = argv.get(1..).unwrap_or_default().into();
        let outer = self.scope.variables.arguments.replace(arguments);
        self.calls += 1;
        self.list(&body, cx);
        self.calls -= 1;
        self.scope.variables.arguments = outer;
        true
    }

    /// What changes the shell itself, or runs a text as a script. `true`: it is no command to tell of.
    fn builtin(&mut self, name: &str, argv: &[Word], words: &[tree::Word], cx: Context) -> bool {
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

    fn change_folder(&mut self, name: &str, argv: &[Word]) {
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

    fn set(&mut self, argv: &[Word]) {
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
    fn nested(&mut self, text: &str, word: Option<&tree::Word>, at: Option<&Word>, cx: Context) -> bool {
        let Some(at) = at.filter(|_| self.calls < MAX_CALLS) else { return false };
        let written = word.map(|word| word.span.of(&self.source));
        let inner = written.and_then(|written| written.get(1..written.len().checked_sub(1)?));
        let place = match (self.place, word, inner == Some(text)) {
            (Place::Direct, Some(word), true) => Place::Shifted(word.span.start + 1),
            (Place::Shifted(by), Some(word), true) => Place::Shifted(by + word.span.start + 1),
            _ => Place::Within(at.span),
        };
        let outer = (std::mem::replace(&mut self.source, text.into()), std::mem::replace(&mut self.place, place));
        self.calls += 1;
        self.list(&tree::parse(text), cx);
        self.calls -= 1;
        (self.source, self.place) = outer;
        true
    }

    /// Runs what stands in `$( … )`.
    fn substitutions(&mut self, parts: &[Part], cx: Context) {
        for part in parts {
            if let Part::Commands { statements, .. } = part {
                self.apart(|this| this.list(statements, cx));
            }
        }
    }

    fn expand(&self, word: &tree::Word) -> Vec<Word> {
        expand(word, self.file(word.span), &self.scope.variables, self.environment)
    }

    fn file(&self, span: Span) -> Span {
        match self.place {
            Place::Direct => (self.to_file)(span),
            Place::Shifted(by) => (self.to_file)(span.shifted(by)),
            Place::Within(all) => all,
        }
    }
}

fn appended(old: &Word, new: &[Word]) -> Vec<Word> {
    let text = new.first().map(|word| word.text.as_str()).unwrap_or_default();
    let literal = old.literal && new.iter().all(|word| word.literal);
    vec![Word { text: format!("{}{text}", old.text), span: old.span, literal }]
}

/// Whether a statement surely ends the script with a failure.
fn exits(statement: &Statement) -> bool {
    match &statement.kind {
        Kind::Simple { words, .. } => match words.as_slice() {
            [first, code] => (is_word(first, "exit") || is_word(first, "return")) && !is_word(code, "0"),
            [only] => is_word(only, "exit") || is_word(only, "false"),
            _ => false,
        },
        Kind::Group(inner) => inner.last().is_some_and(exits),
        _ => false,
    }
}

/// Whether a statement asks a question: then `&&` is an `if`.
fn is_test(statement: &Statement) -> bool {
    match &statement.kind {
        Kind::Test | Kind::Not(_) => true,
        Kind::Simple { words, .. } => {
            let questions = ["test", "[", "grep", "which", "type", "hash", "command"];
            words.first().is_some_and(|first| questions.iter().any(|question| is_word(first, question)))
        }
        Kind::And(_, right) | Kind::Or(_, right) => is_test(right),
        Kind::Pipe(parts) => parts.last().is_some_and(is_test),
        _ => false,
    }
}

/// Whether a statement only sets the scene for what follows: nobody expects it to fail.
fn prepares(statement: &Statement) -> bool {
    match &statement.kind {
        Kind::Declare { .. } => true,
        Kind::Simple { words, .. } => {
            let scene = ["cd", "pushd", "popd", "set", "source", ".", "mkdir", "echo", "true", ":"];
            words.first().is_none_or(|first| scene.iter().any(|name| is_word(first, name)))
        }
        Kind::And(left, right) => prepares(left) && prepares(right),
        _ => false,
    }
}

fn is_word(word: &tree::Word, text: &str) -> bool {
    matches!(word.parts.as_slice(), [Part::Text(only)] if only == text)
}
