//! Runs the statements of a noxfile as far as they are known: module level, helper functions, and session bodies.
//! Neighbours: `expression` evaluates, `library` knows what nox and Python's own functions do, `body` records actions.

use std::sync::Arc;

use syntax::{
    Document, Span,
    python::{Expr, ExprKind, Function, Parameter, Stmt, StmtKind, Top},
};

use super::{
    Action, Memory, NoxfileFacts, Session, Surroundings,
    memory::{Known, Trace},
    modules::{Imports, Modules},
    register::{Finished, Read, Registry},
    value::{Args, Func, Lambda, Scope, V, Val},
};
use crate::Unknown;

/// Steps of one evaluation: 1,000 sessions take about 60,000.
const MAX_STEPS: u32 = 1_000_000;
/// Steps of one session's body.
const MAX_BODY_STEPS: u32 = 20_000;
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
    pub(super) body: Option<Body>,
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
}

/// What a session's body did so far.
#[derive(Default)]
pub(super) struct Body {
    pub(super) actions: Vec<Action>,
    pub(super) unknown: Vec<Unknown>,
    pub(super) directory: String,
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
        for Finished { statement, read } in finished {
            let session = match read {
                Read::Known(session) => session,
                Read::New(mut session, func) => {
                    let (actions, unknown) = self.actions(&func);
                    session.elsewhere = self.imports.modules().place(func.shown());
                    session.actions = actions;
                    session.unknown.extend(unknown);
                    self.trace.end_body(statement);
                    Arc::from(session)
                }
            };
            self.trace.keep(statement, &session);
            sessions.push(session);
        }
        unknown.append(&mut self.registry.unknown);
        unknown.sort_by_key(|unknown| unknown.span);
        unknown.dedup();
        let memory = self.trace.into_memory(default_backend);
        let facts = NoxfileFacts {
            sessions,
            options: self.registry.options(),
            needs_version: self.registry.needs_version,
            unknown,
            reads: self.registry.reads,
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

    pub(super) fn set(&mut self, name: &'a str, value: Val<'a>) {
        let (is_sure, is_loading) = (self.uncertain == 0, self.body.is_none());
        match self.frames.last_mut() {
            // Which session's body runs first is not known: what one sets is not seen by the others.
            Some(frame) if !is_loading || !frame.global.contains(&name) => {
                frame.vars.insert(name, value);
            }
            Some(_) if !is_sure => {
                self.trace.sets(name);
                let reason = format!("uses `{name}`, which is set under a condition that is not known");
                self.globals.insert(name, Val::unknown(value.span, reason));
            }
            _ => {
                self.trace.sets(name);
                self.globals.insert(name, value);
            }
        }
    }

    /// The value that `expr` names, to be changed in place.
    pub(super) fn place(&mut self, expr: &'a Expr) -> Option<&mut Val<'a>> {
        match &expr.kind {
            ExprKind::Name(name) => {
                let name: &'a str = name;
                if let Some(frame) = self.frames.last_mut()
                    && (frame.vars.contains_key(name) || frame.closure.as_ref().is_some_and(|c| c.contains_key(name)))
                {
                    if let Some(value) = frame.closure.as_ref().and_then(|closure| closure.get(name)) {
                        frame.vars.entry(name).or_insert_with(|| value.clone());
                    }
                    return frame.vars.get_mut(name);
                }
                self.trace.uses(name);
                self.trace.sets(name);
                if self.body.is_some() {
                    self.trace.give_up();
                }
                self.globals.get_mut(name)
            }
            ExprKind::Attribute(owner, name) => {
                let owner = self.eval(owner);
                match owner.v {
                    V::Api(api) if &*api == "nox.options" => {
                        self.changes_options();
                        self.registry.option_mut(&name.text)
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn changes_options(&mut self) {
        self.trace.special();
        if self.body.is_some() {
            self.trace.give_up();
        }
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
            StmtKind::Assign { targets, value } => {
                let value = self.eval(value);
                for target in targets {
                    self.assign(target, value.clone(), self.at(statement.span));
                }
            }
            StmtKind::AugAssign { target, op, value } => {
                let value = self.eval(value);
                let before = self.eval(target);
                let after = self.binary(&before, op, &value, self.at(statement.span));
                self.assign(target, after, self.at(statement.span));
            }
            StmtKind::Function(function) => self.define(function, statement.span),
            StmtKind::Class(name) => {
                let value = Val::unknown(self.at(name.span), format!("`{}` is a class", name.text));
                self.set(&name.text, value);
            }
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

    pub(super) fn assign(&mut self, target: &'a Expr, value: Val<'a>, statement: Span) {
        match &target.kind {
            ExprKind::Name(name) => self.set(name, value),
            ExprKind::Tuple(targets) | ExprKind::List(targets) => self.unpack(targets, value, statement),
            ExprKind::Star(inner) => self.assign(inner, value, statement),
            ExprKind::Attribute(owner, name) => {
                if let V::Api(api) = self.eval(owner).v {
                    match (&*api, &*name.text) {
                        ("nox.options", _) => {
                            self.changes_options();
                            self.registry.set_option(&name.text, self.at(name.span), value, statement)
                        }
                        ("nox", "needs_version") if self.frames.is_empty() && self.uncertain == 0 => {
                            self.registry.set_needs_version(&value);
                        }
                        _ => {}
                    }
                }
            }
            ExprKind::Subscript(owner, index) => {
                let index = self.eval(index);
                self.set_item(owner, index, value, statement);
            }
            _ => {}
        }
    }

    fn unpack(&mut self, targets: &'a [Expr], value: Val<'a>, statement: Span) {
        let items = value.items();
        let star = targets.iter().position(|target| matches!(target.kind, ExprKind::Star(_)));
        for (at, target) in targets.iter().enumerate() {
            let reason = "cannot be taken apart";
            let item = match (&items, star) {
                (Some(items), None) if items.len() == targets.len() => items.get(at).cloned(),
                (Some(items), Some(star)) if items.len() + 1 >= targets.len() => {
                    let extra = items.len() + 1 - targets.len();
                    match at.cmp(&star) {
                        std::cmp::Ordering::Less => items.get(at).cloned(),
                        std::cmp::Ordering::Equal => {
                            let rest = items.get(at..at + extra).unwrap_or_default().to_vec();
                            Some(Val::new(V::List(Arc::new(rest)), value.span))
                        }
                        std::cmp::Ordering::Greater => items.get(at + extra - 1).cloned(),
                    }
                }
                _ => None,
            };
            let item = item.unwrap_or_else(|| match &value.v {
                V::Unknown(_) => value.clone(),
                _ => Val::unknown(value.span, reason),
            });
            self.assign(target, item, statement);
        }
    }

    /// `del name`, `del owner[index]`.
    fn delete(&mut self, target: &'a Expr) {
        let span = self.at(target.span);
        match &target.kind {
            ExprKind::Name(name) => self.set(name, Val::unknown(span, format!("uses `{name}`, which was deleted"))),
            ExprKind::Tuple(targets) => targets.iter().for_each(|target| self.delete(target)),
            ExprKind::Subscript(owner, index) => {
                let index = self.eval(index);
                let is_sure = self.uncertain == 0;
                let Some(place) = self.place(owner) else { return };
                if let V::Dict(entries) = &mut place.v
                    && is_sure
                    && entries.iter().all(|(key, _)| key.equals(&index).is_some())
                {
                    Arc::make_mut(entries).retain(|(key, _)| key.equals(&index) == Some(false));
                } else if matches!(place.v, V::Dict(_) | V::List(_)) {
                    *place = Val::unknown(span, "is deleted from in a way that is not known");
                }
            }
            _ => {}
        }
    }

    fn set_item(&mut self, owner: &'a Expr, index: Val<'a>, value: Val<'a>, statement: Span) {
        let owner_value = self.eval(owner);
        if self.set_env(&owner_value, &index, &value, statement) {
            return;
        }
        let Some(place) = self.place(owner) else { return };
        match &mut place.v {
            V::Dict(entries) => {
                let entries = Arc::make_mut(entries);
                let len = entries.len();
                match entries.iter_mut().find(|(key, _)| key.equals(&index) == Some(true)) {
                    Some(entry) => entry.1 = value,
                    None if len < MAX_ITEMS => entries.push((index, value)),
                    None => {}
                }
            }
            V::List(items) => match index.v {
                V::Int(n) if n >= 0 => {
                    if let Some(item) = Arc::make_mut(items).get_mut(usize::try_from(n).unwrap_or(usize::MAX)) {
                        *item = value;
                    }
                }
                _ => *place = Val::unknown(statement, "is changed at a place that is not known"),
            },
            _ => {}
        }
    }

    /// Variables of the running function, for one that is made in it.
    pub(super) fn closure(&self) -> Option<Arc<Scope<'a>>> {
        self.frames.last().map(|frame| {
            let mut scope = frame.closure.as_ref().map(|closure| (**closure).clone()).unwrap_or_default();
            scope.extend(frame.vars.iter().map(|(name, value)| (*name, value.clone())));
            Arc::new(scope)
        })
    }

    fn define(&mut self, function: &'a Function, span: Span) {
        let closure = self.closure();
        let func = Func {
            function,
            module: self.module,
            base: self.base,
            site: self.site,
            start: span.shifted(self.base).start,
            span: self.at(span),
            closure,
            cases: None,
            is_parametrized: false,
            wraps: None,
            is_registered: false,
        };
        let mut value = Val::new(V::Func(Arc::new(func)), self.at(function.name.span));
        for (written, decorator) in function.decorators.iter().rev() {
            let decorator_value = self.eval(decorator);
            value = self.decorate(value, decorator_value, Some((self.at(*written), self.at(decorator.span))));
        }
        self.set(&function.name.text, value);
    }

    fn branches(&mut self, branches: &'a [(Expr, Vec<Stmt>)], orelse: &'a [Stmt]) -> Flow<'a> {
        let Some(((test, body), rest)) = branches.split_first() else { return self.run(orelse) };
        let test = self.eval(test);
        match test.truth() {
            Some(true) => self.run(body),
            Some(false) => self.branches_deeper(rest, orelse),
            None => self.either(&test, |this| this.run(body), |this| this.branches_deeper(rest, orelse)),
        }
    }

    fn branches_deeper(&mut self, rest: &'a [(Expr, Vec<Stmt>)], orelse: &'a [Stmt]) -> Flow<'a> {
        self.deeper(|this| this.branches(rest, orelse)).unwrap_or(Flow::Next)
    }

    /// A condition that is not known: both sides, then only what they agree on.
    fn either(
        &mut self,
        test: &Val<'a>,
        yes: impl FnOnce(&mut Self) -> Flow<'a>,
        no: impl FnOnce(&mut Self) -> Flow<'a>,
    ) -> Flow<'a> {
        let before = self.vars().clone();
        self.uncertain += 1;
        let yes = yes(self);
        let after_yes = std::mem::replace(self.vars(), before);
        let no = no(self);
        self.uncertain -= 1;
        let likely = test.likely();
        if matches!((&yes, likely), (Flow::Next, Some(true) | None)) || matches!(no, Flow::Return(_) | Flow::Stop) {
            let after_no = std::mem::replace(self.vars(), after_yes);
            self.merge(after_no, likely == Some(true), test);
        } else {
            self.merge(after_yes, likely == Some(false), test);
        }
        match (yes, no) {
            (Flow::Return(a), Flow::Return(b)) => Flow::Return(match likely {
                Some(true) => a,
                Some(false) => b,
                None if a.equals(&b) == Some(true) => a,
                None => self.because(test),
            }),
            (Flow::Stop, Flow::Stop) => Flow::Stop,
            // What comes behind an early end may not happen.
            (Flow::Return(_) | Flow::Stop, _) | (_, Flow::Return(_) | Flow::Stop) => {
                if let Some(body) = &mut self.body {
                    body.conditional += 1;
                }
                Flow::Next
            }
            _ => Flow::Next,
        }
    }

    fn because(&self, test: &Val<'a>) -> Val<'a> {
        let reason = match &test.v {
            V::Unknown(unknown) => format!("depends on a condition that {}", unknown.reason),
            _ => "depends on a condition that is not known".to_owned(),
        };
        Val::unknown(test.span, reason)
    }

    fn vars(&mut self) -> &mut Scope<'a> {
        match self.frames.last_mut() {
            Some(frame) => &mut frame.vars,
            None => &mut self.globals,
        }
    }

    /// Keeps of the present variables what `other` agrees with, or all of them when the present is the likely side.
    fn merge(&mut self, other: Scope<'a>, is_likely: bool, test: &Val<'a>) {
        let unknown = self.because(test);
        let vars = self.vars();
        let mut differing: Vec<&'a str> = Vec::new();
        #[expect(clippy::iter_over_hash_type, reason = "each name is handled on its own, order does not matter")]
        for (name, value) in &other {
            match vars.get(name) {
                Some(here) if is_likely || here.equals(value) == Some(true) => {}
                None if is_likely => {}
                _ => differing.push(name),
            }
        }
        if !is_likely {
            differing.extend(vars.keys().filter(|name| !other.contains_key(*name)));
        }
        for name in differing {
            let is_same = vars.get(name).zip(other.get(name)).is_some_and(|(a, b)| is_same_unknown(a, b));
            if !is_same {
                vars.insert(name, unknown.clone());
            }
        }
    }

    /// A body that may run any number of times.
    fn maybe(&mut self, body: &'a [Stmt], test: &Val<'a>) -> Flow<'a> {
        self.either(test, |this| this.run(body), |_| Flow::Next)
    }

    fn for_loop(&mut self, target: &'a Expr, iter: &'a Expr, body: &'a [Stmt], orelse: &'a [Stmt]) -> Flow<'a> {
        let over = self.eval(iter);
        let statement = self.at(target.span);
        let limit = if self.body.is_some() { MAX_BODY_ROUNDS } else { MAX_ROUNDS };
        let Some(items) = self.iterate(&over).filter(|_| !matches!(over.v, V::Posargs(_))) else {
            let item = match &over.v {
                V::Unknown(unknown) => Val::new(V::Unknown(Arc::clone(unknown)), over.span),
                _ => Val::unknown(over.span, "iterates something that is not known"),
            };
            if let V::Unknown(unknown) = &item.v
                && self.body.is_none()
                && has_definitions(body)
            {
                self.note(Arc::clone(unknown));
            }
            self.assign(target, item.clone(), statement);
            return self.maybe(body, &item);
        };
        if items.len() > limit && self.body.is_none() {
            self.note(Arc::new(Unknown { span: over.span, reason: "goes round too often".to_owned() }));
        }
        for item in items.into_iter().take(limit) {
            self.assign(target, item, statement);
            match self.run(body) {
                Flow::Next | Flow::Continue => {}
                Flow::Break => return Flow::Next,
                end => return end,
            }
        }
        self.run(orelse)
    }

    fn attempt(
        &mut self,
        body: &'a [Stmt],
        handlers: &'a [Vec<Stmt>],
        orelse: &'a [Stmt],
        finally: &'a [Stmt],
    ) -> Flow<'a> {
        let mut flow = self.run(body);
        if matches!(flow, Flow::Next) {
            flow = self.run(orelse);
        }
        if self.body.is_some() {
            let before = self.vars().clone();
            self.uncertain += 1;
            for handler in handlers {
                self.run(handler);
            }
            self.uncertain -= 1;
            *self.vars() = before;
        }
        match self.run(finally) {
            Flow::Next => flow,
            end => end,
        }
    }

    /// Calls a function of the file.
    pub(super) fn call_function(&mut self, func: &Arc<Func<'a>>, args: Args<'a>) -> Val<'a> {
        let call = args.call;
        let pointer: *const Function = func.function;
        if self.frames.iter().filter(|frame| frame.function == Some(pointer)).count() >= 2 {
            return Val::unknown(call, format!("`{}` calls itself", func.function.name.text));
        }
        let mut frame = Frame { closure: func.closure.clone(), function: Some(pointer), ..Frame::default() };
        let site = if func.module == 0 { None } else { Some(self.site.unwrap_or(call)) };
        let outer = self.enter(func.module, func.base, site);
        self.bind(&func.function.parameters, args, &mut frame);
        self.frames.push(frame);
        let conditional = self.body.as_ref().map(|body| body.conditional);
        let flow = self.deeper(|this| this.run(&func.function.body));
        if let (Some(body), Some(conditional)) = (&mut self.body, conditional) {
            body.conditional = conditional;
        }
        self.frames.pop();
        self.leave(outer);
        match flow {
            Some(Flow::Return(value)) => value,
            Some(_) => Val::new(V::None, call),
            None => Val::unknown(call, "is nested too deeply"),
        }
    }

    /// Calls a lambda.
    pub(super) fn call_lambda(&mut self, lambda: &Lambda<'a>, args: Args<'a>) -> Val<'a> {
        let call = args.call;
        let mut frame = Frame { closure: lambda.closure.clone(), ..Frame::default() };
        let site = if lambda.module == 0 { None } else { Some(self.site.unwrap_or(call)) };
        let outer = self.enter(lambda.module, lambda.base, site);
        self.bind(lambda.parameters, args, &mut frame);
        self.frames.push(frame);
        let value = self.eval(lambda.body);
        self.frames.pop();
        self.leave(outer);
        value
    }

    fn bind(&mut self, parameters: &'a [Parameter], args: Args<'a>, frame: &mut Frame<'a>) {
        let Args { positional, keywords, rest, call, .. } = args;
        let mut positional = positional.into_iter();
        let mut keywords: Vec<_> = keywords;
        for parameter in parameters {
            let name: &'a str = &parameter.name.text;
            let value = match parameter.stars {
                1 => Val::new(V::Tuple(Arc::new(positional.by_ref().collect())), call),
                2 => {
                    let entries = keywords.drain(..).map(|(name, value)| (Val::str(name, value.span), value)).collect();
                    match &rest {
                        Some(unknown) => Val::new(V::Unknown(Arc::clone(unknown)), call),
                        None => Val::new(V::Dict(Arc::new(entries)), call),
                    }
                }
                _ => {
                    let keyword = keywords.iter().position(|(keyword, _)| &**keyword == name);
                    let keyword = keyword.map(|at| keywords.remove(at).1);
                    let by_place = || if parameter.is_keyword_only { None } else { positional.next() };
                    match keyword.or_else(by_place) {
                        Some(value) => value,
                        None => match (&parameter.default, &rest) {
                            (_, Some(unknown)) => Val::new(V::Unknown(Arc::clone(unknown)), call),
                            (Some(default), None) => self.eval(default),
                            (None, None) => Val::unknown(call, format!("does not give `{name}`")),
                        },
                    }
                }
            };
            frame.vars.insert(name, value);
        }
    }
}

fn is_same_unknown(a: &Val<'_>, b: &Val<'_>) -> bool {
    match (&a.v, &b.v) {
        (V::Unknown(a), V::Unknown(b)) => a == b,
        (V::Method(a), V::Method(b)) => Arc::ptr_eq(a, b),
        (V::Dict(a), V::Dict(b)) => Arc::ptr_eq(a, b),
        (V::Set(a), V::Set(b)) => Arc::ptr_eq(a, b),
        (V::Posargs(a), V::Posargs(b)) => Arc::ptr_eq(a, b),
        (V::Partial(a), V::Partial(b)) => Arc::ptr_eq(a, b),
        (V::Parametrize(a), V::Parametrize(b)) => Arc::ptr_eq(a, b),
        (V::Str(a, x), V::Str(b, y)) | (V::Path(a, x), V::Path(b, y)) => a == b && x == y,
        (V::Maybe(a), V::Maybe(b)) => a == b,
        (V::List(a), V::List(b)) | (V::Tuple(a), V::Tuple(b)) => Arc::ptr_eq(a, b),
        (V::Param(a), V::Param(b)) => Arc::ptr_eq(a, b),
        _ => false,
    }
}

fn has_definitions(statements: &[Stmt]) -> bool {
    statements.iter().any(|statement| matches!(statement.kind, StmtKind::Function(_) | StmtKind::Expr(_)))
}
