//! The shape of a catalogue row: how a command is recognised and what it touches.
//!
//! Rows are plain data built by `const fn`s, so that a family's file reads as a table. What data cannot say (pytest's
//! `--cov-report=xml:FILE`) is a function in the row's [`Tool::more`].

use facts::project::ProjectFacts;

use super::call::{Call, Out};
use super::{Access, Role, SessionKind, Sharing};

/// Whether a project's settings are so that a row holds.
pub(super) type Condition = fn(&ProjectFacts) -> bool;

/// Adds what one call touches beyond its row.
pub(super) type More = fn(&Call<'_>, &mut Out<'_>);

/// One row: a command and its touches.
#[derive(Clone, Copy)]
pub(super) struct Tool {
    /// What people call it: `coverage report`.
    pub(super) name: &'static str,
    /// Programs, also as `python -m`.
    pub(super) programs: &'static [&'static str],
    /// Subcommands, one of which must be there; words separated by a blank. Empty: any.
    pub(super) subcommands: &'static [&'static str],
    /// Flags one of which must be there. Empty: no condition.
    pub(super) with: &'static [&'static str],
    /// Flags none of which may be there.
    pub(super) without: &'static [&'static str],
    /// A condition on the project's settings: its name, and whether it holds.
    pub(super) when: Option<(&'static str, Condition)>,
    /// Flags that take the next word as value, needed to find positional words.
    pub(super) value_flags: &'static [&'static str],
    /// Kind of session that it makes; `None`: says nothing about it.
    pub(super) kind: Option<SessionKind>,
    /// What it touches.
    pub(super) touches: &'static [Touch],
    /// What data cannot say: in words, and as a function.
    pub(super) more: Option<(&'static str, More)>,
    /// The command it runs in turn (`coverage run -m pytest`).
    pub(super) inner: Option<for<'a> fn(&Call<'a>) -> Vec<&'a str>>,
}

impl Tool {
    /// A row that touches nothing yet.
    pub(super) const fn new(name: &'static str, programs: &'static [&'static str]) -> Self {
        Self {
            name,
            programs,
            subcommands: &[],
            with: &[],
            without: &[],
            when: None,
            value_flags: &[],
            kind: None,
            touches: &[],
            more: None,
            inner: None,
        }
    }

    pub(super) const fn sub(mut self, subcommands: &'static [&'static str]) -> Self {
        self.subcommands = subcommands;
        self
    }

    pub(super) const fn with(mut self, flags: &'static [&'static str]) -> Self {
        self.with = flags;
        self
    }

    pub(super) const fn without(mut self, flags: &'static [&'static str]) -> Self {
        self.without = flags;
        self
    }

    pub(super) const fn when(mut self, setting: &'static str, condition: fn(&ProjectFacts) -> bool) -> Self {
        self.when = Some((setting, condition));
        self
    }

    pub(super) const fn value_flags(mut self, flags: &'static [&'static str]) -> Self {
        self.value_flags = flags;
        self
    }

    pub(super) const fn kind(mut self, kind: SessionKind) -> Self {
        self.kind = Some(kind);
        self
    }

    pub(super) const fn touches(mut self, touches: &'static [Touch]) -> Self {
        self.touches = touches;
        self
    }

    pub(super) const fn more(mut self, words: &'static str, more: fn(&Call<'_>, &mut Out<'_>)) -> Self {
        self.more = Some((words, more));
        self
    }

    pub(super) const fn inner(mut self, inner: for<'a> fn(&Call<'a>) -> Vec<&'a str>) -> Self {
        self.inner = Some(inner);
        self
    }

    /// Whether `call` is this row's command.
    pub(super) fn matches(&self, call: &Call<'_>, project: &ProjectFacts) -> bool {
        (self.subcommands.is_empty() || self.subcommands.iter().any(|it| call.has_subcommand(it, self.value_flags)))
            && (self.with.is_empty() || self.with.iter().any(|flag| call.has(flag)))
            && !self.without.iter().any(|flag| call.has(flag))
            && self.when.is_none_or(|(_, condition)| condition(project))
    }
}

/// One touch of a row.
#[derive(Clone, Copy)]
pub(super) struct Touch {
    /// What, when nothing moves it.
    pub(super) target: Target,
    /// How.
    pub(super) access: Access,
    /// Whether two of these at once are harmless.
    pub(super) sharing: Sharing,
    /// What it is.
    pub(super) role: Role,
    /// What puts it elsewhere, the strongest first.
    pub(super) moved_by: &'static [Mover],
    /// Behind the moved path: `.coverage` moved to `x` is combined from `x.*`.
    pub(super) suffix: &'static str,
    /// Not with any of these.
    pub(super) not_with: &'static [&'static str],
    /// How to move it, for people.
    pub(super) cure: &'static str,
}

/// What is touched.
#[derive(Clone, Copy)]
pub(super) enum Target {
    /// A path relative to the working directory.
    Path(&'static str),
    /// Nothing unless a mover names it.
    Moved,
    /// The sources.
    Sources,
    /// git.
    Git,
    /// A port.
    Port(u16),
    /// A service.
    Service(&'static str),
    /// The world.
    World,
}

/// What puts a touched path elsewhere.
#[derive(Clone, Copy)]
pub(super) enum Mover {
    /// An option: `--data-file`.
    Flag(&'static str),
    /// A variable.
    Env(&'static str),
    /// The n-th positional word behind the subcommand.
    Word(usize),
    /// A setting of the project, with its name.
    Setting(&'static str, fn(&ProjectFacts) -> Option<&str>),
}

impl Touch {
    const fn new(target: Target, access: Access, sharing: Sharing) -> Self {
        Self { target, access, sharing, role: Role::Other, moved_by: &[], suffix: "", not_with: &[], cure: "" }
    }

    /// Reads a path.
    pub(super) const fn reads(path: &'static str) -> Self {
        Self::new(Target::Path(path), Access::Read, Sharing::Safe)
    }

    /// Writes a path that two may not write at once.
    pub(super) const fn writes(path: &'static str) -> Self {
        Self::new(Target::Path(path), Access::Write, Sharing::Exclusive)
    }

    /// A cache that survives two users, at worst slower.
    pub(super) const fn cache(path: &'static str, sharing: Sharing) -> Self {
        Self::new(Target::Path(path), Access::Write, sharing).role(Role::Cache)
    }

    /// A file or folder that is written only where a mover names it.
    pub(super) const fn writes_to(moved_by: &'static [Mover]) -> Self {
        Self::new(Target::Moved, Access::Write, Sharing::Exclusive).moved_by(moved_by)
    }

    /// A file or folder that is read only where a mover names it.
    pub(super) const fn reads_from(moved_by: &'static [Mover]) -> Self {
        Self::new(Target::Moved, Access::Read, Sharing::Safe).moved_by(moved_by)
    }

    /// Reads the sources.
    pub(super) const fn sources() -> Self {
        Self::new(Target::Sources, Access::Read, Sharing::Safe)
    }

    /// Rewrites the sources in place; `cure` is what to do about it, empty when there is nothing.
    pub(super) const fn mutates(cure: &'static str) -> Self {
        Self::new(Target::Sources, Access::Mutate, Sharing::Exclusive).cure(cure)
    }

    /// Anything else.
    pub(super) const fn on(target: Target, access: Access) -> Self {
        Self::new(target, access, if matches!(access, Access::Read) { Sharing::Safe } else { Sharing::Exclusive })
    }

    pub(super) const fn access(mut self, access: Access) -> Self {
        self.access = access;
        self
    }

    pub(super) const fn sharing(mut self, sharing: Sharing) -> Self {
        self.sharing = sharing;
        self
    }

    pub(super) const fn role(mut self, role: Role) -> Self {
        self.role = role;
        self
    }

    pub(super) const fn moved_by(mut self, moved_by: &'static [Mover]) -> Self {
        self.moved_by = moved_by;
        self
    }

    pub(super) const fn suffix(mut self, suffix: &'static str) -> Self {
        self.suffix = suffix;
        self
    }

    pub(super) const fn not_with(mut self, flags: &'static [&'static str]) -> Self {
        self.not_with = flags;
        self
    }

    pub(super) const fn cure(mut self, cure: &'static str) -> Self {
        self.cure = cure;
        self
    }
}
