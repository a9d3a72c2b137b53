//! Shell scripts as commands with spans: what stands there, nothing expanded.
//!
//! Neighbours: `lower` makes this tree of tree-sitter-bash's, `plain` without it where that is enough, `word` undoes
//! quotes; `facts::shell` runs it in its mind.
//! `${{ … }}` is no shell: the parser sees a name of the same length in its place, words hold it as it is written.

use std::rc::Rc;

use crate::Span;

mod lower;
mod plain;
mod word;

pub use lower::parse;

/// A script, or a part of one.
pub type Statements = Vec<Statement>;

/// One statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// All of it, with its redirections.
    pub span: Span,
    /// What it is.
    pub kind: Kind,
    /// Files that it reads and writes.
    pub redirects: Vec<Redirect>,
    /// Ends with `&`.
    pub background: bool,
}

/// What a statement is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `A=1 program word word`. Without words: `A=1`.
    Simple {
        /// `A=1` in front.
        assignments: Vec<Assignment>,
        /// Program and arguments.
        words: Vec<Word>,
    },
    /// `export A=1 B`, `declare`, `local`, `readonly`, `unset`.
    Declare {
        /// Which of them.
        keyword: String,
        /// Those with a value.
        assignments: Vec<Assignment>,
        /// Everything else: names and flags.
        names: Vec<String>,
    },
    /// `a && b`
    And(Box<Statement>, Box<Statement>),
    /// `a || b`
    Or(Box<Statement>, Box<Statement>),
    /// `a | b | c`
    Pipe(Statements),
    /// `! a`
    Not(Box<Statement>),
    /// `{ a; b; }`
    Group(Statements),
    /// `( a; b )`
    Subshell(Statements),
    /// `if a; then b; elif c; then d; else e; fi`
    If {
        /// Conditions and what they lead to.
        arms: Vec<(Statements, Statements)>,
        /// `else`.
        otherwise: Statements,
    },
    /// `while`, `until`, `for ((…))`
    Loop {
        /// Before each turn.
        condition: Statements,
        /// The turn.
        body: Statements,
    },
    /// `for x in a b; do c; done`
    For {
        /// `x`
        variable: String,
        /// `a b`
        values: Vec<Word>,
        /// `c`
        body: Statements,
    },
    /// `case x in a) b;; esac`: what stands in its arms.
    Case(Vec<Statements>),
    /// `f() { a; }`
    Function {
        /// `f`
        name: String,
        /// `a`. Shared: a function may be defined anew in every turn of a loop.
        body: Rc<Statements>,
    },
    /// `[[ … ]]`, `(( … ))` and whatever else runs no program.
    Test,
}

/// `name=value`, `name+=value`, `name=(a b)`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// All of it.
    pub span: Span,
    /// The variable; empty for an element of an array.
    pub name: String,
    /// `+=`
    pub append: bool,
    /// One word, or an array's.
    pub value: Assigned,
}

/// What a variable is set to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Assigned {
    /// `=word`
    Word(Word),
    /// `=(a b)`
    Array(Vec<Word>),
}

/// `> file` and its like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirect {
    /// It writes: `>`, `>>`, `&>`; not to another descriptor.
    pub writes: bool,
    /// The file.
    pub target: Word,
}

/// One word with its quotes undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Where it stands, quotes included.
    pub span: Span,
    /// Its parts in order; none for `""`.
    pub parts: Vec<Part>,
}

/// A part of a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Text that stands for itself.
    Text(String),
    /// `$NAME`, `${NAME}`, `"${NAME[@]}"`
    Variable {
        /// The name, or `1`, `@`, `*`…
        name: String,
        /// As it is written.
        written: String,
        /// Within quotes: it stays one word, unless it is a list's `@`.
        quoted: bool,
        /// `[@]` or `[*]`: all elements.
        all: bool,
    },
    /// `{a,b}` outside of quotes.
    Alternatives(Vec<String>),
    /// `$( … )` and backquotes: the commands that run for it.
    Commands {
        /// As it is written.
        written: String,
        /// What runs.
        statements: Statements,
    },
    /// `${{ … }}`, `${x:-y}`, `$((1))`: expanded in a way that is not followed.
    Other(String),
}
