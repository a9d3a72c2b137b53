//! One command as the catalogue sees it: program, words, environment; and the effects it is turned into.

use facts::noxfile::Arg;
use facts::project::ProjectFacts;

use super::catalogue::{Mover, Target, Tool, Touch};
use super::paths;
use super::{Access, Effect, Effects, Resource, Role, Sharing, UnknownCommand};

/// What stands for a word that cannot be read.
pub(super) const UNREADABLE: &str = "{?}";

/// A command with its wrappers (`uv run`, `python -m`) taken off.
#[derive(Clone)]
pub(super) struct Call<'a> {
    /// Program without folders, or the module of `python -m`.
    pub(super) program: &'a str,
    /// Its arguments.
    pub(super) words: Vec<&'a str>,
}

/// Where a call stands and where its effects go.
pub(super) struct Out<'a> {
    /// The effects so far.
    pub(super) effects: &'a mut Effects,
    /// Variables that are set at this point.
    pub(super) env: &'a Env<'a>,
    /// The project's settings.
    pub(super) project: &'a ProjectFacts,
    /// Working directory.
    pub(super) directory: &'a str,
    /// The action.
    pub(super) action: usize,
    /// See [`Effect::is_conditional`].
    pub(super) is_conditional: bool,
}

/// Variables: those of one call in front of those of the session, and these in front of what nox is started with.
#[derive(Default)]
pub(super) struct Env<'a> {
    /// `session.env[…] = …` so far, later ones last.
    pub(super) session: Vec<(&'a str, &'a Arg)>,
    /// `env={…}` of the call.
    pub(super) call: &'a [(String, Arg)],
    /// Those that nox is started with; `None`: a value that is not known.
    pub(super) outer: &'a [(&'static str, Option<String>)],
}

impl<'a> Env<'a> {
    /// The value of `key`; [`UNREADABLE`] when it is set to something that cannot be read.
    pub(super) fn get(&self, key: &str) -> Option<&'a str> {
        let of_call = self.call.iter().rev().find(|(name, _)| name == key).map(|(_, value)| value);
        let value = of_call.or_else(|| self.session.iter().rev().find(|(name, _)| *name == key).map(|(_, it)| *it));
        if let Some(value) = value {
            return Some(value.text().unwrap_or(UNREADABLE));
        }
        let (_, value) = self.outer.iter().find(|(name, _)| *name == key)?;
        Some(value.as_deref().unwrap_or(UNREADABLE))
    }
}

impl Env<'_> {
    /// Whether nox is started with a value of `key` that nobody knows, and nothing in the noxfile sets another.
    fn is_lost(&self, key: &str) -> bool {
        self.get(key) == Some(UNREADABLE) && self.outer.iter().any(|(name, value)| *name == key && value.is_none())
    }
}

impl<'a> Call<'a> {
    /// Whether the flag is there, with or without a value.
    pub(super) fn has(&self, flag: &str) -> bool {
        self.own_words().any(|word| {
            word == flag || flag.starts_with("--") && word.strip_prefix(flag).is_some_and(|rest| rest.starts_with('='))
        })
    }

    /// The value of the last such flag: `--x=v`, `--x v`, `-x v`, `-xv`.
    pub(super) fn value(&self, flag: &str) -> Option<&'a str> {
        self.values(flag).last().copied()
    }

    /// The values of all such flags.
    pub(super) fn values(&self, flag: &str) -> Vec<&'a str> {
        let mut found = Vec::new();
        let mut words = self.own_words().peekable();
        while let Some(word) = words.next() {
            if word == flag {
                found.extend(words.next_if(|next| !next.starts_with('-') || *next == "-"));
            } else if let Some(rest) = word.strip_prefix(flag) {
                match rest.strip_prefix('=') {
                    Some(value) if flag.starts_with("--") => found.push(value),
                    _ if !flag.starts_with("--") && !rest.is_empty() => found.push(rest),
                    _ => {}
                }
            }
        }
        found
    }

    /// Words that are neither flags nor values of `value_flags`.
    pub(super) fn positional(&self, value_flags: &[&str]) -> Vec<&'a str> {
        let mut found = Vec::new();
        let mut words = self.words.iter().copied();
        while let Some(word) = words.next() {
            if word == "--" {
                found.extend(words);
                break;
            }
            if value_flags.contains(&word) {
                words.next();
            } else if !word.starts_with('-') || word == "-" {
                found.push(word);
            }
        }
        found
    }

    /// Whether the first positional words are those of `subcommand`.
    pub(super) fn has_subcommand(&self, subcommand: &str, value_flags: &[&str]) -> bool {
        let mut wanted = subcommand.split(' ');
        let mut words = self.words.iter().copied();
        let mut next = wanted.next();
        while let (Some(want), Some(word)) = (next, words.next()) {
            if value_flags.contains(&word) {
                words.next();
            } else if word == want {
                next = wanted.next();
            } else if !word.starts_with('-') {
                return false;
            }
        }
        next.is_none()
    }

    fn own_words(&self) -> impl Iterator<Item = &'a str> + '_ {
        self.words.iter().copied().take_while(|word| *word != "--")
    }
}

impl Out<'_> {
    /// Adds what `tool`'s row says about `call`.
    pub(super) fn add_row(&mut self, tool: &Tool, call: &Call<'_>) {
        for touch in tool.touches {
            self.add_touch(tool, touch, call);
        }
        if let Some((_, more)) = tool.more {
            more(call, self);
        }
    }

    /// Adds one touch where its conditions hold.
    pub(super) fn add_touch(&mut self, tool: &Tool, touch: &Touch, call: &Call<'_>) {
        if touch.not_with.iter().any(|flag| call.has(flag)) {
            return;
        }
        let moved = touch.moved_by.iter().find_map(|mover| self.moved(*mover, tool, call));
        let lost: Option<&'static str> = touch.moved_by.iter().find_map(|mover| match mover {
            Mover::Env(key) if self.env.is_lost(key) => Some(*key),
            _ => None,
        });
        let lost = lost.filter(|_| moved == Some((UNREADABLE, true)) && touch.role != Role::Cache);
        let (resource, is_explicit) = match (touch.target, moved) {
            (Target::Moved, None) => return,
            (Target::Path(_) | Target::Moved, Some((path, is_explicit))) => {
                match paths::join(self.directory, &format!("{path}{}", touch.suffix)) {
                    Some(path) => (Resource::Path(path), is_explicit),
                    None => return,
                }
            }
            (Target::Path(path), None) => match paths::join(self.directory, &format!("{path}{}", touch.suffix)) {
                Some(path) => (Resource::Path(path), false),
                None => return,
            },
            (Target::Sources, _) => (Resource::Sources, false),
            (Target::Git, _) => (Resource::Git, false),
            (Target::Port(port), moved) => {
                (Resource::Port(moved.and_then(|(text, _)| text.parse().ok()).unwrap_or(port)), moved.is_some())
            }
            (Target::Service(name), moved) => {
                (Resource::Service(moved.map_or(name, |(text, _)| text).to_owned()), moved.is_some())
            }
            (Target::World, _) => (Resource::World, false),
        };
        // Others may be started with the same: that they meet in an unknown place cannot be ruled out.
        if let Some(key) = lost {
            self.unknown(format!("where `{key}` puts what `{}` touches", tool.name));
        }
        self.push(tool.name, resource, touch.access, touch.sharing, touch.role, is_explicit, touch.cure);
    }

    /// Adds a path's touch that a row's function found.
    #[expect(clippy::too_many_arguments, reason = "one for each field of an effect that the catalogue decides")]
    pub(super) fn path(
        &mut self,
        tool: &str,
        path: &str,
        access: Access,
        sharing: Sharing,
        role: Role,
        is_explicit: bool,
        cure: &str,
    ) {
        let Some(path) = paths::join(self.directory, path) else { return };
        if access != Access::Read && paths::is_anywhere(&path) && !paths::is_own(&path) {
            // "write of a file", "removal of a file": Python's own.
            let is_python = tool.ends_with(" of a file");
            let what =
                if is_python { format!("{tool} that cannot be named") } else { format!("where `{tool}` writes") };
            self.unknown(what);
        }
        self.push(tool, Resource::Path(path), access, sharing, role, is_explicit, cure);
    }

    /// Notes a command whose effects are not known.
    pub(super) fn unknown(&mut self, what: String) {
        self.effects.unknown.push(UnknownCommand { what, action: self.action, is_elsewhere: false });
    }

    /// The same of a command of the catalogue that does what another file says.
    pub(super) fn elsewhere(&mut self, what: String) {
        self.effects.unknown.push(UnknownCommand { what, action: self.action, is_elsewhere: true });
    }

    #[expect(clippy::too_many_arguments, reason = "one for each field of an effect that the catalogue decides")]
    pub(super) fn push(
        &mut self,
        tool: &str,
        resource: Resource,
        access: Access,
        sharing: Sharing,
        role: Role,
        is_explicit: bool,
        cure: &str,
    ) {
        // In a temporary folder or the session's own it has sources and a repository of its own.
        if matches!(resource, Resource::Sources | Resource::Git) && paths::is_own(self.directory) {
            return;
        }
        self.effects.items.push(Effect {
            resource,
            access,
            sharing,
            action: self.action,
            tool: tool.to_owned(),
            is_explicit,
            cure: cure.to_owned(),
            role,
            is_conditional: self.is_conditional,
        });
    }

    fn moved<'s>(&'s self, mover: Mover, tool: &Tool, call: &Call<'s>) -> Option<(&'s str, bool)> {
        match mover {
            Mover::Flag(flag) => call.value(flag).map(|value| (value, true)),
            Mover::Env(key) => self.env.get(key).map(|value| (value, true)),
            Mover::Word(n) => {
                let behind = tool.subcommands.first().map_or(0, |it| it.split(' ').count());
                call.positional(tool.value_flags).get(behind + n).map(|word| (*word, true))
            }
            Mover::Setting(_, setting) => setting(self.project).map(|value| (value, false)),
        }
    }
}
