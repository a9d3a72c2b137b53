//! Finds places in a noxfile's tree by their spans: a call, the statement and the function around it, a decorator.
//!
//! Spans in the tree count from the start of their top-level statement; what is given and returned counts from the
//! start of the file.

use syntax::Span;
use syntax::python::{Call, Expr, ExprKind, Function, Module, Stmt, StmtKind};

/// A call with what stands around it.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    /// The call.
    pub(super) call: &'a Call,
    /// The statement that holds it.
    pub(super) statement: &'a Stmt,
    /// The statements that it is one of.
    pub(super) block: &'a [Stmt],
    /// The innermost function around it.
    pub(super) function: Option<&'a Function>,
    /// Offset to add to every span of the tree.
    pub(super) base: u32,
}

impl Place<'_> {
    /// The statement is the call and nothing else.
    pub(super) fn is_statement(&self) -> bool {
        matches!(&self.statement.kind, StmtKind::Expr(expr) if expr.as_call().is_some_and(|call| std::ptr::eq(call, self.call)))
    }

    /// Its statement's place.
    pub(super) fn statement_span(&self) -> Span {
        self.statement.span.shifted(self.base)
    }
}

trait AsCall {
    fn as_call(&self) -> Option<&Call>;
}

impl AsCall for Expr {
    fn as_call(&self) -> Option<&Call> {
        match &self.kind {
            ExprKind::Call(call) => Some(call),
            _ => None,
        }
    }
}

/// The call that `span` is.
pub(super) fn call_at(module: &Module, span: Span) -> Option<Place<'_>> {
    let (statements, base, span) = locate(module, span)?;
    let mut block = statements;
    let mut function = None;
    loop {
        let statement = block.iter().find(|statement| statement.span.covers(span))?;
        if let Some(inner) = blocks(statement).into_iter().find(|inner| inner.iter().any(|it| it.span.covers(span))) {
            if let StmtKind::Function(it) = &statement.kind {
                function = Some(&**it);
            }
            block = inner;
            continue;
        }
        let call = expressions(statement).into_iter().find_map(|expr| call_in(expr, span))?;
        return Some(Place { call, statement, block, function, base });
    }
}

/// The expression of the decorator that begins at `span`, with the offset of its spans.
pub(super) fn decorator_at(module: &Module, span: Span) -> Option<(&Expr, u32)> {
    let (statements, base, span) = locate(module, span)?;
    let mut block = statements;
    loop {
        let statement = block.iter().find(|statement| statement.span.covers(span))?;
        if let StmtKind::Function(function) = &statement.kind
            && let Some((_, expr)) = function.decorators.iter().find(|(written, _)| *written == span)
        {
            return Some((expr, base));
        }
        block = blocks(statement).into_iter().find(|inner| inner.iter().any(|it| it.span.covers(span)))?;
    }
}

/// The value of the last assignment to `target` (`nox.options.sessions`) at module level, if it is the only one.
pub(super) fn assigned<'a>(module: &'a Module, target: &str) -> Option<(&'a Expr, u32)> {
    let mut found = module.statements.iter().filter_map(|top| match &top.statement.kind {
        StmtKind::Assign { targets, value } if targets.iter().any(|it| it.dotted().as_deref() == Some(target)) => {
            Some((value, top.start))
        }
        _ => None,
    });
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

/// The top-level statement around `span`, as a block of its own, and `span` as its tree counts.
fn locate(module: &Module, span: Span) -> Option<(&[Stmt], u32, Span)> {
    let at = module.statements.partition_point(|top| top.start <= span.start).checked_sub(1)?;
    let top = module.statements.get(at)?;
    let inner = Span::new(span.start - top.start, span.end - top.start);
    top.statement.span.covers(inner).then(|| (std::slice::from_ref(&*top.statement), top.start, inner))
}

/// The blocks of a statement.
fn blocks(statement: &Stmt) -> Vec<&[Stmt]> {
    match &statement.kind {
        StmtKind::Function(function) => vec![&function.body],
        StmtKind::If { branches, orelse } => {
            branches.iter().map(|(_, body)| body.as_slice()).chain([orelse.as_slice()]).collect()
        }
        StmtKind::For { body, orelse, .. } => vec![body, orelse],
        StmtKind::While { body, .. } | StmtKind::With { body, .. } => vec![body],
        StmtKind::Try { body, handlers, orelse, finally } => {
            let handlers = handlers.iter().map(Vec::as_slice);
            [body.as_slice()].into_iter().chain(handlers).chain([orelse.as_slice(), finally.as_slice()]).collect()
        }
        _ => Vec::new(),
    }
}

/// The expressions of a statement, those of its blocks left out.
fn expressions(statement: &Stmt) -> Vec<&Expr> {
    match &statement.kind {
        StmtKind::Assign { value, .. } | StmtKind::AugAssign { value, .. } | StmtKind::Expr(value) => vec![value],
        StmtKind::Return(Some(value)) => vec![value],
        StmtKind::If { branches, .. } => branches.iter().map(|(test, _)| test).collect(),
        StmtKind::For { iter, .. } => vec![iter],
        StmtKind::While { test, .. } => vec![test],
        StmtKind::With { items, .. } => items.iter().map(|(manager, _)| manager).collect(),
        _ => Vec::new(),
    }
}

/// The call within `expr` that `span` is. The tree is as deep as the parser lets it be.
fn call_in(expr: &Expr, span: Span) -> Option<&Call> {
    if !expr.span.covers(span) {
        return None;
    }
    if let Some(call) = expr.as_call() {
        if expr.span == span {
            return Some(call);
        }
        let inner = call.arguments.iter().map(|argument| &argument.value).chain([&call.function]);
        return inner.into_iter().find_map(|inner| call_in(inner, span));
    }
    let inner: Vec<&Expr> = match &expr.kind {
        ExprKind::Attribute(value, _) | ExprKind::Star(value) | ExprKind::Walrus(_, value) => vec![value],
        ExprKind::List(items) | ExprKind::Tuple(items) | ExprKind::Set(items) => items.iter().collect(),
        ExprKind::Subscript(value, index) => vec![value, index],
        ExprKind::Binary(left, _, right) => vec![left, right],
        ExprKind::Unary(_, value) => vec![value],
        ExprKind::Conditional { test, body, orelse } => vec![test, body, orelse],
        _ => Vec::new(),
    };
    inner.into_iter().find_map(|inner| call_in(inner, span))
}
