//! Runs the statements of a noxfile as far as they are known: module level, helper functions, and session bodies.
//! Neighbours: `expression` evaluates, `library` knows what nox and Python's own functions do, `body` records actions.

use std::sync::Arc;

use syntax::{
    Document, Span,
    python::{Expr, ExprKind, Function, Stmt, StmtKind, Top},
};

mod assign;
mod calls;
mod classes;
mod flow;
mod mutate;

pub(super) use classes::{is_data, is_field};

use super::{
    Action, Memory, NoxfileFacts, Session, Surroundings,
    memory::{Known, Trace},
    modules::{Imports, Modules},
    register::{Finished, Read, Registry},
    shared::{self, Touch},
    value::{Scope, V, Val},
};
use crate::Unknown;

/// Steps of one evaluation: 1,000 sessions take about 60,000.
const MAX_STEPS: u32 = 1_000_000;
/// Steps of one session's body.
const MAX_BODY_STEPS: u32 = 20_000;
/// Values that are copied or looked at in the time of a step, roughly.
const VALUES_A_STEP: usize = 64;
/// Nesting of expressions, statements and calls together. Bounds the native stack.
const MAX_DEPTH: u32 = 90;
/// Items of one list, bytes of one string.
pub(super) const MAX_ITEMS: usize = 20_000;
/// Rounds of one loop.
const MAX_ROUNDS: usize = 5_000;
/// Rounds of one loop in a body: more of the same tells nothing new.
const MAX_BODY_ROUNDS: usize = 64;

/// How a statement ended.
pub(super) enum Flow<'a> {
    Next,
    Break,
    Continue,
    Return(Val<'a>),
    /// `raise`, `session.skip`, `session.error`.
    Stop,
}

/// The machine.
pub(super) struct Machine<'a> {
    pub(super) surroundings: &'a dyn Surroundings,
    pub(super) text: &'a str,
    pub(super) globals: Scope<'a>,
    /// Variables of the functions that are running, innermost last.
    pub(super) frames: Vec<Frame<'a>>,
    /// Where the spans of the running code count from.
    pub(super) base: u32,
    /// Which module's code is running; 0 is the noxfile.
    pub(super) module: usize,
    /// Of code in another file: the place in the noxfile that leads there.
    pub(super) site: Option<Span>,
    pub(super) imports: Imports<'a>,
    /// The noxfile's text; `text` is that of the running module.
    pub(super) home: &'a str,
    pub(super) registry: Registry<'a>,
    /// How many unknown conditions the running code is under.
    pub(super) uncertain: u32,
    /// `Some` while a session's body runs.
    pub(super) body: Option<Body<'a>>,
    /// What the running statement or body looked at, for the reading after the next edit.
    pub(super) trace: Trace<'a>,
    steps: u32,
    depth: u32,
}

/// Variables of one running function.
#[derive(Default)]
pub(super) struct Frame<'a> {
    pub(super) vars: Scope<'a>,
    pub(super) closure: Option<Arc<Scope<'a>>>,
    pub(super) function: Option<*const Function>,
    /// Names that `global` gave to the module.
    pub(super) global: Vec<&'a str>,
    /// What it may have returned already, and what is returned if something else follows.
    pub(super) early: Vec<(Val<'a>, Val<'a>)>,
}

/// What a session's body did so far.
#[derive(Default)]
pub(super) struct Body<'a> {
    pub(super) actions: Vec<Action>,
    pub(super) unknown: Vec<Unknown>,
    pub(super) directory: String,
    /// What the body has added to `session.posargs`.
    pub(super) posargs: Option<Val<'a>>,
    pub(super) reads_posargs: bool,
    /// Variables that outlive the session, as far as they were looked at or changed.
    pub(super) touches: Vec<Touch<'a>>,
    /// The call in the session's own file that led here, when a helper function is running.
    pub(super) conditional: u32,
    steps: u32,
}

impl<'a> Machine<'a> {
    pub(super) fn new(text: &'a str, surroundings: &'a dyn Surroundings, modules: &'a Modules) -> Self {
        Self {
            surroundings,
            text,
            globals: Scope::default(),
            frames: Vec::new(),
            base: 0,
            module: 0,
            site: None,
            imports: Imports::new(modules),
            home: text,
            registry: Registry::default(),
            uncertain: 0,
            body: None,
            trace: Trace::default(),
            steps: 0,
            depth: 0,
        }
    }

    /// Runs the statement `at` of the module.
    pub(super) fn top_level(&mut self, at: usize, top: &'a Top) {
        let (steps, notes) = (self.steps, self.registry.notes());
        self.base = top.start;
        self.registry.running = at;
        if top.is_broken {
            self.broken(top.statement.span.shifted(top.start));
        }
        self.statement(&top.statement);
        self.trace.end_statement(self.steps - steps, self.registry.notes() == notes);
    }

    /// Takes the session that an unchanged statement made over.
    pub(super) fn take_over(&mut self, at: usize, known: &Known, session: Arc<Session>) {
        self.steps = self.steps.saturating_add(known.steps);
        self.registry.take_over(at, session);
        self.trace.take_over(known);
    }

    /// The facts, and what the next reading needs of them. `None`: more than was allowed had to be done.
    pub(super) fn finish_known(self, document: &Document) -> Option<(NoxfileFacts, Memory)> {
        let is_over = self.is_exhausted();
        Some(self.finish(document)).filter(|(_, memory)| !is_over && memory.is_usable())
    }

    /// A statement that could not be read, or was mended before it was: what it says is not sure.
    pub(super) fn broken(&mut self, span: Span) {
        let line = span.of(self.text).lines().next().unwrap_or_default().len();
        let span = Span::from(span.start as usize..span.start as usize + line);
        self.registry.unknown.push(Unknown { span, reason: "is not complete".to_owned() });
    }

    /// The facts, once all statements have run, and what the next reading needs of them.
    pub(super) fn finish(mut self, document: &Document) -> (NoxfileFacts, Memory) {
        if self.is_exhausted() {
            self.trace.give_up();
            let span = Span::from(0..self.text.len().min(1));
            self.registry.unknown.push(Unknown { span, reason: "does too much while it is loaded".to_owned() });
        }
        let issues = document.issues().iter().filter(|_| document.python().statements.is_empty());
        let mut unknown: Vec<Unknown> =
            issues.map(|issue| Unknown { span: issue.span, reason: issue.message.clone() }).collect();
        let default_backend = self.registry.default_backend();
        let (finished, had_room) = self.registry.finish();
        if !had_room {
            self.trace.give_up();
        }
        let mut sessions = Vec::with_capacity(finished.len());
        let mut touches = Vec::with_capacity(finished.len());
        for Finished { statement, read } in finished {
            let session = match read {
                Read::Known(session) => {
                    touches.push(Vec::new());
                    session
                }
                Read::New(mut session, func) => {
                    let Body { actions, unknown, touches: of_body, reads_posargs, .. } = self.actions(&func);
                    touches.push(of_body);
                    session.elsewhere = self.imports.modules().place(func.shown());
                    session.actions.extend(actions);
                    session.actions.shrink_to_fit();
                    session.reads_posargs = reads_posargs;
                    session.unknown.extend(unknown);
                    self.trace.end_body(statement);
                    Arc::from(session)
                }
            };
            self.trace.keep(statement, &session);
            sessions.push(session);
        }
        shared::add(&mut sessions, &touches);
        unknown.append(&mut self.registry.unknown);
        unknown.sort_by_key(|unknown| unknown.span);
        unknown.dedup();
        let memory = self.trace.into_memory(default_backend);
        let facts = NoxfileFacts {
            sessions,
            options: self.registry.options(),
            needs_version: self.registry.needs_version,
            repeated: self.registry.repeated,
            unknown,
            reads: self.registry.reads,
            lists: self.registry.lists,
            is_confirmed: false,
        };
        (facts, memory)
    }

    pub(super) fn at(&self, span: Span) -> Span {
        self.site.unwrap_or_else(|| span.shifted(self.base))
    }

    /// Counts one step; `false` when there are none left.
    pub(super) fn step(&mut self) -> bool {
        if let Some(body) = &mut self.body {
            body.steps += 1;
            return body.steps <= MAX_BODY_STEPS;
        }
        self.steps += 1;
        self.steps <= MAX_STEPS
    }

    /// Counts what is not seen in the noxfile: values that one change in place copies and looks at.
    pub(super) fn charge(&mut self, values: usize) {
        let steps = u32::try_from(values / VALUES_A_STEP).unwrap_or(u32::MAX);
        let counter = self.body.as_mut().map_or(&mut self.steps, |body| &mut body.steps);
        *counter = counter.saturating_add(steps);
    }

    /// Whether evaluation had to be cut short.
    pub(super) fn is_exhausted(&self) -> bool {
        self.steps > MAX_STEPS
    }

    /// Runs `run` one level deeper, unless that is too deep.
    pub(super) fn deeper<T>(&mut self, run: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth >= MAX_DEPTH || !self.step() {
            return None;
        }
        self.depth += 1;
        let out = run(self);
        self.depth -= 1;
        Some(out)
    }

    pub(super) fn note(&mut self, unknown: Arc<Unknown>) {
        match &mut self.body {
            Some(body) => body.unknown.push((*unknown).clone()),
            None => self.registry.unknown.push((*unknown).clone()),
        }
    }

    pub(super) fn lookup(&self, name: &str) -> Option<&Val<'a>> {
        if let Some(frame) = self.frames.last() {
            let closed = || frame.closure.as_ref().and_then(|closure| closure.get(name));
            if let Some(value) = frame.vars.get(name).or_else(closed) {
                return Some(value);
            }
        }
        self.globals.get(name)
    }

    /// Whether a variable of the running function hides the module's.
    pub(super) fn is_local(&self, name: &str) -> bool {
        let Some(frame) = self.frames.last() else { return false };
        frame.vars.contains_key(name) || frame.closure.as_ref().is_some_and(|closure| closure.contains_key(name))
    }

    pub(super) fn run(&mut self, statements: &'a [Stmt]) -> Flow<'a> {
        for statement in statements {
            match self.statement(statement) {
                Flow::Next => {}
                end => return end,
            }
        }
        Flow::Next
    }

    pub(super) fn statement(&mut self, statement: &'a Stmt) -> Flow<'a> {
        self.deeper(|this| this.statement_kind(statement)).unwrap_or(Flow::Next)
    }

    fn statement_kind(&mut self, statement: &'a Stmt) -> Flow<'a> {
        match &statement.kind {
            StmtKind::Import(names) => self.import(names),
            StmtKind::ImportFrom { module, level, names } => self.import_from(module, *level, names, statement.span),
            StmtKind::Assign { targets, value: written } => {
                let value = self.eval(written);
                for target in targets {
                    if !self.set_of_function(target, &value, written) {
                        self.assign(target, value.clone(), self.at(statement.span));
                    }
                }
            }
            StmtKind::AugAssign { target, op, value } => {
                let value = self.eval(value);
                let before = self.eval(target);
                let after = self.binary(&before, op, &value, self.at(statement.span));
                self.changes_global(target, false, self.at(statement.span));
                self.assign(target, after.clone(), self.at(statement.span));
                if matches!(before.v, V::List(_) | V::Set(_) | V::Bag(..) | V::Dict(_)) {
                    self.mutate(&before, None, &after);
                }
            }
            StmtKind::Function(function) => self.define(function, statement.span),
            StmtKind::Class(class) => self.define_class(class, statement.span),
            StmtKind::If { branches, orelse } => return self.branches(branches, orelse),
            StmtKind::For { target, iter, body, orelse } => return self.for_loop(target, iter, body, orelse),
            StmtKind::While { test, body } => {
                let test = self.eval(test);
                if test.truth() != Some(false) {
                    return self.maybe(body, &test);
                }
            }
            StmtKind::With { items, body } => return self.with(items, body),
            StmtKind::Try { body, handlers, orelse, finally } => return self.attempt(body, handlers, orelse, finally),
            StmtKind::Return(value) => {
                let value = value.as_ref().map(|value| self.eval(value));
                return Flow::Return(value.unwrap_or_else(|| Val::new(V::None, self.at(statement.span))));
            }
            StmtKind::Raise => return Flow::Stop,
            StmtKind::Expr(expr) => {
                self.eval(expr);
                if self.stops(expr) {
                    return Flow::Stop;
                }
            }
            StmtKind::Break => return Flow::Break,
            StmtKind::Continue => return Flow::Continue,
            StmtKind::Delete(targets) => targets.iter().for_each(|target| self.delete(target)),
            StmtKind::Global(names) => {
                if let Some(frame) = self.frames.last_mut() {
                    frame.global.extend(names.iter().map(|name| &*name.text));
                }
            }
            StmtKind::Pass | StmtKind::Opaque => {}
        }
        Flow::Next
    }

    /// `session.skip(…)`, `session.error(…)`, `sys.exit(…)` do not come back.
    fn stops(&self, expr: &Expr) -> bool {
        let ExprKind::Call(call) = &expr.kind else { return false };
        let ExprKind::Attribute(owner, name) = &call.function.kind else { return false };
        let ExprKind::Name(owner) = &owner.kind else { return false };
        match self.lookup(owner).map(|value| &value.v) {
            Some(V::Session) => name.is("skip") || name.is("error"),
            Some(V::Api(api)) => &**api == "sys" && name.is("exit"),
            _ => false,
        }
    }
}
