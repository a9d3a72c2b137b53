//! The sessions of a noxfile and what they do, read without running it.

use std::ops::Range;
use std::sync::Arc;

use syntax::{Document, Span};

use crate::{Known, Unknown};

mod argparse;
mod body;
mod confirm;
mod expression;
mod harmless;
mod library;
mod machine;
mod memory;
mod methods;
mod modules;
mod places;
mod project;
mod register;
mod shared;
mod unread;
mod value;
mod words;

pub use confirm::Listed;
pub use memory::Memory;
pub use register::OPTION_NAMES;

#[cfg(test)]
mod tests;

/// What a noxfile may look at beside itself while it is loaded, handed in by whoever knows the disk.
pub trait Surroundings {
    /// The text of the file at `path`, relative to the noxfile's folder and inside the workspace; `None` when there is
    /// none, when it is too large or not text.
    fn read(&self, path: &str) -> Option<Arc<str>>;

    /// What is in the folder at `path`, which is like one for [`Self::read`], sorted by name; `None` when there is no such
    /// folder, or too much in it.
    fn list(&self, _path: &str) -> Option<Arc<Vec<Entry>>> {
        None
    }

    /// What nox itself lists of exactly this noxfile beside what these facts read, if somebody has asked it.
    fn listed(&self, _text: &str, _facts: &NoxfileFacts) -> Option<Arc<Vec<Listed>>> {
        None
    }
}

/// Something in a folder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// Whether it is a folder itself.
    pub is_folder: bool,
}

/// No other file exists. For tests and for text without a place on disk.
#[derive(Clone, Copy, Debug)]
pub struct Alone;

impl Surroundings for Alone {
    fn read(&self, _: &str) -> Option<Arc<str>> {
        None
    }
}

/// All that a noxfile says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NoxfileFacts {
    /// Decorated functions in nox's order: of the place where each name was first registered.
    /// Shared with the reading before an edit where nothing about one changed, its place included.
    pub sessions: Vec<Arc<Session>>,
    /// What is set on `nox.options`.
    pub options: Options,
    /// `nox.needs_version = "…"`, if it is a string literal at module level (nox reads no other).
    pub needs_version: Option<(String, Span)>,
    /// Names that two functions have for sure, of which nox takes the later: where each stands.
    pub repeated: Vec<(Span, Span)>,
    /// What could not be read, in order of place. Empty: the list of sessions is complete.
    pub unknown: Vec<Unknown>,
    /// Files it reads while loading (`pyproject.toml`), relative to its folder: a change of one changes these facts.
    pub reads: Vec<String>,
    /// Folders that it lists, likewise.
    pub lists: Vec<String>,
    /// Whether nox itself has listed these sessions.
    pub is_confirmed: bool,
}

impl NoxfileFacts {
    /// What makes the virtual environment of a session, as far as the noxfile says: `uv`, `virtualenv`, `uv|virtualenv`, `none`.
    pub fn venv_backend<'a>(&'a self, session: &'a Session) -> Option<&'a str> {
        if session.python == Python::False {
            return Some("none");
        }
        let default = self.options.default_venv_backend.as_ref().and_then(Known::value);
        session.venv_backend.as_deref().or(default.map(String::as_str))
    }

    /// Whether nox keeps the virtual environment of a session for its next run, as far as the noxfile says.
    pub fn keeps_venv(&self, session: &Session) -> bool {
        let default = self.options.reuse_venv.as_ref().and_then(Known::value).copied();
        session.reuse_venv.or(default).unwrap_or(false)
    }
}

/// One decorated function.
#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    /// What nox calls it: `name=` or the function's name.
    pub name: String,
    /// The text that gives the name: the literal's content in `name="…"`, else the function's identifier.
    pub name_span: Span,
    /// The function's identifier.
    pub function: String,
    /// Where it stands in the `def`.
    pub function_span: Span,
    /// From the first decorator to the end of the body.
    pub span: Span,
    /// Of one in another file of the workspace: that file, relative to this one's folder, and the line of its first
    /// decorator, from 1. All spans are then of the statement of this file that leads there.
    pub elsewhere: Option<(String, u32)>,
    /// The session decorator itself: from its `@` to its end.
    pub decorator: Decorator,
    /// First line of the docstring.
    pub doc: Option<String>,
    /// `python=`: the versions written, before expansion.
    pub python: Python,
    /// `tags=`, with those of `@nox.parametrize(tags=)` left out (they are on the instances).
    pub tags: Vec<(String, Span)>,
    /// `requires=` as written, `{python}` not yet filled in.
    pub requires: Vec<(String, Span)>,
    /// `default=`; `true` when absent.
    pub default: bool,
    /// `venv_backend=`.
    pub venv_backend: Option<String>,
    /// `reuse_venv=`.
    pub reuse_venv: Option<bool>,
    /// `allow_parallel=`; `None` when absent or not readable.
    pub allow_parallel: Option<bool>,
    /// What nox queues for it, in nox's order. One without parameters has one. Shared: they hold no places.
    pub instances: Arc<Vec<Instance>>,
    /// Whether `instances` is all of them. When not, `unknown` says why.
    pub complete: bool,
    /// Whether `requires`, `default` and `allow_parallel` could be read. When not, `unknown` says why.
    pub is_configured: bool,
    /// What the body does, in the order of the text, helper functions of the same file followed.
    pub actions: Vec<Action>,
    /// Whether the body, or a helper function that it calls, looks at `session.posargs`.
    pub reads_posargs: bool,
    /// What in the decorator or the body could not be read.
    pub unknown: Vec<Unknown>,
}

/// The session decorator's text, for edits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decorator {
    /// From the `@` to its last byte. For `nox.session(…)(f)` and the like: the call.
    pub span: Span,
    /// The argument list with its parentheses; `None` for a bare `@nox.session`.
    pub arguments: Option<Span>,
    /// Keyword arguments: name, and span of `name=value`.
    pub keywords: Vec<(String, Span)>,
    /// Whether it is written as `@…` above the function (only then it can be edited).
    pub is_plain: bool,
}

/// `python=` of a session.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum Python {
    /// Absent or `None`: nox's own interpreter.
    #[default]
    Unset,
    /// `False`: no virtual environment.
    False,
    /// One version as a string: gives no suffix in the name, but an alias with one.
    One(String, Span),
    /// Several: one instance each.
    Many(Vec<(String, Span)>),
    /// Not readable.
    Unknown,
}

/// One entry of nox's queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instance {
    /// The full signature, as `nox --list` prints it: `tests-3.12(django='5.0')`.
    pub signature: String,
    /// Other names that nox gives it, in nox's order: `tests-3.12` of a session with one python, and of every set of
    /// parameters of one with that python.
    pub aliases: Vec<String>,
    /// Its interpreter.
    pub python: Option<String>,
    /// Parameters: name and the value's `repr`.
    pub parameters: Vec<(String, String)>,
    /// All of its tags.
    pub tags: Vec<String>,
    /// `requires=` with `{python}` filled in.
    pub requires: Vec<String>,
}

/// `nox.options`, as far as they matter to selection and parallel runs.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Options {
    /// `sessions`, with the span of each name where it is a literal of its own.
    pub sessions: Option<Known<Vec<(String, Span)>>>,
    /// `tags`.
    pub tags: Option<Known<Vec<(String, Span)>>>,
    /// `keywords`.
    pub keywords: Option<Known<String>>,
    /// `pythons`.
    pub pythons: Option<Known<Vec<(String, Span)>>>,
    /// `allow_parallel`.
    pub allow_parallel: Option<Known<bool>>,
    /// `default_venv_backend`.
    pub default_venv_backend: Option<Known<String>>,
    /// `reuse_venv`, `reuse_existing_virtualenvs`: whether venvs are kept.
    pub reuse_venv: Option<Known<bool>>,
    /// Names that nox does not have; the noxfile does not load with one of them.
    pub bad_names: Vec<(String, Span)>,
    /// The assignment to `nox.options.sessions` as a whole, for edits.
    pub sessions_statement: Option<Span>,
}

/// One thing a session's body does.
#[derive(Clone, Debug, PartialEq)]
pub struct Action {
    /// The call or statement, in this file.
    pub span: Span,
    /// What it is.
    pub kind: ActionKind,
    /// Whether it stands under an `if`, a loop, `try` or after an early return: it may not happen.
    pub conditional: bool,
    /// Working directory at that point, relative to the noxfile's folder, as far as it is known; empty: that folder.
    pub directory: String,
}

/// What an action is.
#[derive(Clone, Debug, PartialEq)]
pub enum ActionKind {
    /// `session.run` and `session.run_install`/`run_always`: a command with its arguments.
    Run {
        /// Program and arguments, with the default of `*session.posargs`.
        argv: Vec<Arg>,
        /// `env={…}` of this call.
        env: Vec<(String, Arg)>,
        /// Where among the arguments the words of `*session.posargs` stand: those of its default, which may be none.
        posargs: Option<Range<usize>>,
        /// `success_codes=` other than `[0]`, or the exit status is ignored.
        may_fail: bool,
    },
    /// `session.install`, `conda_install`: arguments of the installer.
    Install {
        /// The arguments.
        args: Vec<Arg>,
    },
    /// `session.notify("target")`.
    Notify {
        /// The session named.
        target: Arg,
    },
    /// `session.env["KEY"] = value`, `os.environ["KEY"] = value`: for all later actions.
    SetEnv {
        /// The variable.
        key: String,
        /// Its value.
        value: Arg,
    },
    /// A file operation of Python itself: `shutil.rmtree`, `Path.write_text`, `os.remove`, `open(…, "w")`.
    File {
        /// What it does.
        access: FileAccess,
        /// On what.
        path: Arg,
    },
    /// A variable that outlives the session in the process that nox is, and that one session changes and another reads:
    /// a module global, or one of `os.environ`. Others are not told.
    Variable {
        /// Its name: `wheel`, `os.environ["KEY"]`.
        name: String,
        /// Whether it is read here, else changed.
        is_read: bool,
    },
    /// `input()` and the like: wants a person.
    Interactive,
    /// A call that leaves this file or cannot be followed: `why` says what.
    Opaque {
        /// What it calls.
        why: String,
    },
}

/// What a file operation does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileAccess {
    /// Reads.
    Read,
    /// Creates or overwrites.
    Write,
    /// Removes.
    Delete,
}

/// One word of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arg {
    /// Fully known. Paths keep the form they are written in.
    Word(String, Span),
    /// Known but for parts that differ per session or parameter: `.coverage.{session.name}`; the parts are in braces.
    Template(String, Span),
    /// Not known.
    Unknown(Span),
}

impl Session {
    /// Whether it does the same as `other`, wherever the two stand.
    pub fn acts_like(&self, other: &Self) -> bool {
        let is_same = |(a, b): (&Action, &Action)| {
            a.conditional == b.conditional && a.directory == b.directory && a.kind.is_like(&b.kind)
        };
        self.reads_posargs == other.reads_posargs
            && self.actions.len() == other.actions.len()
            && self.actions.iter().zip(&other.actions).all(is_same)
    }
}

impl ActionKind {
    fn is_like(&self, other: &Self) -> bool {
        let args = |a: &[Arg], b: &[Arg]| a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.is_like(b));
        match (self, other) {
            (
                Self::Run { argv, env, posargs, may_fail },
                Self::Run { argv: argv_b, env: env_b, posargs: posargs_b, may_fail: may_b },
            ) => {
                let is_same = |((a, x), (b, y)): (&(String, Arg), &(String, Arg))| a == b && x.is_like(y);
                (posargs, may_fail, env.len()) == (posargs_b, may_b, env_b.len())
                    && args(argv, argv_b)
                    && env.iter().zip(env_b).all(is_same)
            }
            (Self::Install { args: a }, Self::Install { args: b }) => args(a, b),
            (Self::Notify { target: a }, Self::Notify { target: b }) => a.is_like(b),
            (Self::SetEnv { key, value }, Self::SetEnv { key: other, value: b }) => key == other && value.is_like(b),
            (Self::File { access, path }, Self::File { access: other, path: b }) => access == other && path.is_like(b),
            (Self::Variable { name, is_read }, Self::Variable { name: other, is_read: b }) => {
                (name, is_read) == (other, b)
            }
            (Self::Interactive, Self::Interactive) => true,
            (Self::Opaque { why }, Self::Opaque { why: other }) => why == other,
            _ => false,
        }
    }
}

impl Arg {
    fn is_like(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other) && self.text() == other.text()
    }

    /// The text, of a known word.
    pub fn word(&self) -> Option<&str> {
        match self {
            Self::Word(text, _) => Some(text),
            _ => None,
        }
    }

    /// The text of a word or a template.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Word(text, _) | Self::Template(text, _) => Some(text),
            Self::Unknown(_) => None,
        }
    }

    /// Where it stands.
    pub fn span(&self) -> Span {
        match self {
            Self::Word(_, span) | Self::Template(_, span) | Self::Unknown(span) => *span,
        }
    }
}

/// Reads a noxfile. `surroundings` answers what it reads while loading (`nox.project.load_toml()`).
pub fn read(document: &Document, surroundings: &dyn Surroundings) -> NoxfileFacts {
    read_fresh(document, surroundings).0
}

/// Reads a noxfile, and keeps what makes the next reading cheap.
pub fn read_fresh(document: &Document, surroundings: &dyn Surroundings) -> (NoxfileFacts, Memory) {
    confirmed(read_alone(document, surroundings), document, surroundings)
}

fn read_alone(document: &Document, surroundings: &dyn Surroundings) -> (NoxfileFacts, Memory) {
    let mut modules = modules::Modules::default();
    loop {
        let mut machine = machine::Machine::new(document.text(), surroundings, &modules);
        for (at, top) in document.python().statements.iter().enumerate() {
            machine.top_level(at, top);
        }
        // Once more with the files that were asked for, as long as there are new ones.
        let wanted = machine.imports.take_wanted();
        if !modules.has_room(&wanted) {
            return machine.finish(document);
        }
        modules.load(wanted);
    }
}

/// Reads a noxfile after an edit: the same answer as [`read_fresh`], at the cost of what changed. `before` is the text
/// as it was, with what was read of it.
pub fn read_again(
    document: &Document,
    surroundings: &dyn Surroundings,
    before: (&Document, &Memory),
) -> (NoxfileFacts, Memory) {
    let read = memory::read_again(document, surroundings, before);
    confirmed(read.unwrap_or_else(|| read_alone(document, surroundings)), document, surroundings)
}

fn confirmed(
    (mut facts, memory): (NoxfileFacts, Memory),
    document: &Document,
    surroundings: &dyn Surroundings,
) -> (NoxfileFacts, Memory) {
    if let Some(listed) = surroundings.listed(document.text(), &facts) {
        confirm::confirm(&mut facts, &listed);
    }
    (facts, memory)
}
