//! Python as a small typed tree with spans: the part of the language that noxfiles use.
//!
//! Every top-level statement is lowered on its own, its spans count from its own start, and it is shared by `Arc`: an
//! edit lowers one statement anew, whatever stands above or below it keeps its value and its identity. What is not
//! needed (or nested too deeply) is `Opaque`; what a file means is for `facts` to say.

use std::sync::Arc;

pub use smol_str::SmolStr;

use crate::Span;

mod lower;
mod string;

pub(crate) use lower::{lower, lower_part};

/// A module: its statements in order.
#[derive(Clone, Debug, Default)]
pub struct Module {
    /// Top-level statements. Comments are not among them.
    pub statements: Vec<Top>,
}

/// A top-level statement at its place.
#[derive(Clone, Debug)]
pub struct Top {
    /// Offset of its first byte. Add it to every span inside (see [`Span::shifted`]).
    pub start: u32,
    /// The statement. The same `Arc` as before an edit elsewhere: compare with `Arc::ptr_eq` to reuse what was derived.
    pub statement: Arc<Stmt>,
    /// Something in it could not be read or was mended before it was.
    pub is_broken: bool,
}

/// A statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Stmt {
    /// From the first byte (of the first decorator) to the last of the body.
    pub span: Span,
    /// What it is.
    pub kind: StmtKind,
}

/// What a statement is.
#[derive(Clone, Debug, PartialEq)]
pub enum StmtKind {
    /// `import a.b as c, d`
    Import(Vec<Alias>),
    /// `from .a import b as c`
    ImportFrom {
        /// The module's name, without the dots in front.
        module: SmolStr,
        /// How many dots.
        level: u32,
        /// What is imported; of `*`, one alias of that name.
        names: Vec<Alias>,
    },
    /// `a = b = value`, `a: int = value`
    Assign {
        /// Left sides.
        targets: Vec<Expr>,
        /// Right side.
        value: Expr,
    },
    /// `a += value`
    AugAssign {
        /// Left side.
        target: Expr,
        /// The operator without its `=`.
        op: SmolStr,
        /// Right side.
        value: Expr,
    },
    /// `def`, with its decorators.
    Function(Box<Function>),
    /// `class`, with its decorators.
    Class(Box<Class>),
    /// `if` with all its `elif`s.
    If {
        /// Condition and body of each.
        branches: Vec<(Expr, Vec<Stmt>)>,
        /// The `else`.
        orelse: Vec<Stmt>,
    },
    /// `for`
    For {
        /// What each item is bound to.
        target: Expr,
        /// What is iterated.
        iter: Expr,
        /// Body.
        body: Vec<Stmt>,
        /// `else`.
        orelse: Vec<Stmt>,
    },
    /// `while`
    While {
        /// Condition.
        test: Expr,
        /// Body and `else`.
        body: Vec<Stmt>,
    },
    /// `with`
    With {
        /// Context managers and what they are bound to.
        items: Vec<(Expr, Option<Expr>)>,
        /// Body.
        body: Vec<Stmt>,
    },
    /// `try`
    Try {
        /// The guarded body.
        body: Vec<Stmt>,
        /// The body of each `except`.
        handlers: Vec<Vec<Stmt>>,
        /// `else`.
        orelse: Vec<Stmt>,
        /// `finally`.
        finally: Vec<Stmt>,
    },
    /// `return`
    Return(Option<Expr>),
    /// `raise`
    Raise,
    /// An expression by itself.
    Expr(Expr),
    /// `global`
    Global(Vec<Name>),
    /// `pass`, `nonlocal`, `assert`, a bare annotation: nothing happens that matters here.
    Pass,
    /// `break`
    Break,
    /// `continue`
    Continue,
    /// `del`
    Delete(Vec<Expr>),
    /// Anything else, also what could not be read.
    Opaque,
}

/// `name as alias`.
#[derive(Clone, Debug, PartialEq)]
pub struct Alias {
    /// The dotted name.
    pub name: Name,
    /// What it is called here.
    pub alias: Option<Name>,
}

/// An identifier (or dotted name) at its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Name {
    /// Its text.
    pub text: SmolStr,
    /// Its place.
    pub span: Span,
}

/// A function.
#[derive(Clone, Debug, PartialEq)]
pub struct Function {
    /// Its name.
    pub name: Name,
    /// From the `@` of each to its end.
    pub decorators: Vec<(Span, Expr)>,
    /// Its parameters.
    pub parameters: Vec<Parameter>,
    /// Its body, docstring included.
    pub body: Vec<Stmt>,
}

/// A class.
#[derive(Clone, Debug, PartialEq)]
pub struct Class {
    /// Its name.
    pub name: Name,
    /// From the `@` of each to its end.
    pub decorators: Vec<(Span, Expr)>,
    /// What stands in its parentheses, keyword arguments left out.
    pub bases: Vec<Expr>,
    /// `name: type` and `name: type = default` in its body: name and default.
    pub fields: Vec<(Name, Option<Expr>)>,
    /// All of its body.
    pub body: Vec<Stmt>,
}

/// A parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Its name.
    pub name: Name,
    /// How many stars stand in front.
    pub stars: u8,
    /// Only by keyword: it stands behind a `*`.
    pub is_keyword_only: bool,
    /// Its default.
    pub default: Option<Expr>,
}

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// Its place; parentheses around it are not part of it.
    pub span: Span,
    /// What it is.
    pub kind: ExprKind,
}

/// What an expression is.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// A name.
    Name(SmolStr),
    /// A string without interpolation.
    Str {
        /// What it holds, escapes undone.
        value: SmolStr,
        /// Between the quotes; of several strings in a row, all of them.
        content: Span,
    },
    /// An f-string.
    FString(Vec<Part>),
    /// An integer.
    Int(i64),
    /// Another number, as it is written.
    Float(SmolStr),
    /// `True`, `False`
    Bool(bool),
    /// `None`
    None,
    /// `[…]`
    List(Vec<Expr>),
    /// `(…, …)`, with or without parentheses.
    Tuple(Vec<Expr>),
    /// `{…}`
    Set(Vec<Expr>),
    /// `{…: …}`; a `**` entry has no key.
    Dict(Vec<(Option<Expr>, Expr)>),
    /// `f(…)`
    Call(Box<Call>),
    /// `value.name`
    Attribute(Box<Expr>, Name),
    /// `value[index]`
    Subscript(Box<Expr>, Box<Expr>),
    /// `start:stop:step`
    Slice(Box<[Option<Expr>; 3]>),
    /// `a + b`; also `and`, `or`.
    Binary(Box<Expr>, SmolStr, Box<Expr>),
    /// `-a`, `not a`
    Unary(SmolStr, Box<Expr>),
    /// `a < b <= c`
    Compare(Box<Expr>, Vec<(SmolStr, Expr)>),
    /// `body if test else orelse`
    Conditional {
        /// Condition.
        test: Box<Expr>,
        /// When it holds.
        body: Box<Expr>,
        /// When not.
        orelse: Box<Expr>,
    },
    /// A comprehension of any kind.
    Comprehension(Box<Comprehension>),
    /// `lambda`
    Lambda(Vec<Parameter>, Box<Expr>),
    /// `*value`
    Star(Box<Expr>),
    /// `name := value`
    Walrus(Name, Box<Expr>),
    /// Anything else: `await`, `yield`, bytes, `...`, what is nested too deeply, what could not be read.
    Opaque,
}

/// A call.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// What is called.
    pub function: Expr,
    /// Its arguments in order.
    pub arguments: Vec<Argument>,
    /// From `(` to `)`.
    pub parentheses: Span,
}

/// One argument of a call.
#[derive(Clone, Debug, PartialEq)]
pub struct Argument {
    /// All of it: `name=value`, `*value`.
    pub span: Span,
    /// `name` of `name=value`.
    pub name: Option<Name>,
    /// How many stars stand in front.
    pub stars: u8,
    /// Its value.
    pub value: Expr,
}

/// Part of an f-string.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// Plain text, escapes undone.
    Text(SmolStr),
    /// `{value!r:spec}`
    Value {
        /// The expression.
        value: Box<Expr>,
        /// `r`, `s` or `a`.
        conversion: Option<char>,
        /// What stands behind the colon.
        spec: Vec<Part>,
    },
}

/// `[element for target in iter if test]` and its kin.
#[derive(Clone, Debug, PartialEq)]
pub struct Comprehension {
    /// Which brackets it has.
    pub kind: ComprehensionKind,
    /// The element; of a dict, the key.
    pub element: Expr,
    /// The value, of a dict.
    pub value: Option<Expr>,
    /// Its clauses in order.
    pub clauses: Vec<Clause>,
}

/// Which comprehension.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ComprehensionKind {
    /// `[…]`
    List,
    /// `{…}`
    Set,
    /// `{…: …}`
    Dict,
    /// `(…)`
    Generator,
}

/// Clause of a comprehension.
#[derive(Clone, Debug, PartialEq)]
pub enum Clause {
    /// `for target in iter`
    For(Expr, Expr),
    /// `if test`
    If(Expr),
}

impl Function {
    /// Its docstring.
    pub fn docstring(&self) -> Option<&str> {
        match &self.body.first()?.kind {
            StmtKind::Expr(Expr { kind: ExprKind::Str { value, .. }, .. }) => Some(value),
            _ => None,
        }
    }
}

impl Expr {
    /// `a.b.c` of names alone, as text.
    pub fn dotted(&self) -> Option<String> {
        match &self.kind {
            ExprKind::Name(name) => Some(name.to_string()),
            ExprKind::Attribute(value, name) => Some(format!("{}.{}", value.dotted()?, name.text)),
            _ => None,
        }
    }
}
