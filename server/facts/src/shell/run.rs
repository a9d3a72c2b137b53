//! Goes through a script as the shell would, without running anything: what is called where, with which words, and
//! whether it must happen. `-e` is on, as the forges start every shell.

use std::rc::Rc;

use syntax::Span;
use syntax::shell::{self as tree, Kind, Part, Statement, Statements};

use super::expand::{Variables, View, expand};
use super::targets::{At, File};
use super::{Around, Environment, Script, Word};
use crate::repository::{ROOT, Repository, from_root, inside};

mod assign;
mod follow;
mod simple;

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
pub(super) fn run(script: &str, pipefail: bool, to_file: &dyn Fn(Span) -> Span, around: &Around<'_>) -> Script {
    let mut machine = Machine {
        to_file,
        environment: around.environment,
        repository: around.repository,
        start: around.folder,
        inside: None,
        trail: Vec::new(),
        here: Span::default(),
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
    machine.out.unread.shrink_to_fit();
    machine.out
}

/// `below` seen from `folder`. What is unknown in it stays as it is written.
pub(super) fn joined(folder: &str, below: &str) -> String {
    let anchored =
        if from_root(below).is_some() { Some(("", below)) } else { from_root(folder).map(|_| (folder, below)) };
    if let Some(path) = anchored.and_then(|(folder, below)| inside(from_root(folder).unwrap_or_default(), below)) {
        return format!("{ROOT}/{path}").trim_end_matches('/').to_owned();
    }
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

/// A file of the repository, and where in it the script stands that runs.
struct Inside {
    file: Rc<File>,
    at: At,
}

/// A function and the text that it stands in.
struct Function {
    name: String,
    body: Rc<Statements>,
    source: Rc<str>,
    place: Place,
    inside: Option<Rc<Inside>>,
}

struct Machine<'a> {
    to_file: &'a dyn Fn(Span) -> Span,
    environment: Environment<'a>,
    repository: Option<&'a Repository<'a>>,
    /// Folder that the script starts in, from the repository's root.
    start: &'a str,
    /// The file that was followed, if one was.
    inside: Option<Rc<Inside>>,
    trail: Vec<follow::Hop>,
    /// The simple command at hand, in the text that it stands in.
    here: Span,
    source: Rc<str>,
    place: Place,
    pipefail: bool,
    errexit: bool,
    functions: Vec<Rc<Function>>,
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
            Kind::Function { name, body } => self.define(name, body),
            Kind::Test => {}
        }
    }

    /// The last definition counts, and there is one entry for each name: a function that defines others may run often.
    fn define(&mut self, name: &str, body: &Rc<Statements>) {
        let function = Rc::new(Function {
            name: name.to_owned(),
            body: Rc::clone(body),
            source: Rc::clone(&self.source),
            place: self.place,
            inside: self.inside.clone(),
        });
        match self.functions.iter_mut().find(|known| known.name == name) {
            Some(known) => *known = function,
            None => self.functions.push(function),
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
            let unknown = Word { text: format!("${name}"), span: word.span, literal: false, quoted: false };
            self.scope.exports.push((name, unknown));
        }
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
        expand(word, self.file(word.span), &self.view())
    }

    /// What words are expanded with.
    fn view(&self) -> View<'_> {
        View { variables: &self.scope.variables, environment: self.environment, directory: &self.scope.directory }
    }

    fn file(&self, span: Span) -> Span {
        match self.place {
            Place::Direct => (self.to_file)(span),
            Place::Shifted(by) => (self.to_file)(span.shifted(by)),
            Place::Within(all) => all,
        }
    }
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
