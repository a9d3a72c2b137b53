//! What one reading of a noxfile leaves to the next: after a keystroke only the statements that changed are run again.
//!
//! A statement's session is taken over when nothing that decided it can have changed: the statement itself is the same,
//! and so is every module variable that it (or a function it calls) looked at. To know that, a reading notes which
//! variables each statement looks at and sets. Whatever is out of the ordinary (a body that changes a module list, a
//! statement that looks at another session's function) is not worth a rule: the whole file is read again.
//!
//! Neighbours: `machine` notes, `places` moves what is taken over to where it stands now.

use std::sync::Arc;

use rustc_hash::FxHashSet;
use syntax::Document;

use super::{Entry, NoxfileFacts, Session, Surroundings, machine::Machine, modules::Modules, places::Shift};

/// Variables that one statement may look at or set and still be remembered.
const MAX_NAMES: usize = 200;

/// What a reading knows of its statements.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    statements: Vec<Remembered>,
    /// Files that were asked for, and what they held.
    reads: Vec<(String, Option<Arc<str>>)>,
    default_backend: Option<Arc<str>>,
    is_usable: bool,
}

#[derive(Clone, Debug)]
struct Remembered {
    names: Arc<Names>,
    known: Option<Known>,
}

/// Module variables of one statement, its session's body included.
#[derive(Debug, Default)]
struct Names {
    used: Vec<Box<str>>,
    set: Vec<Box<str>>,
}

/// The one session that a statement makes.
#[derive(Clone, Debug)]
pub(super) struct Known {
    session: Arc<Session>,
    /// What it took, so that a limit is met where a fresh reading meets it.
    pub(super) steps: u32,
    names: Arc<Names>,
}

impl Memory {
    pub(super) fn is_usable(&self) -> bool {
        self.is_usable
    }
}

/// Reads `document` by way of what is known of the text `before`. `None`: it has to be read from scratch.
pub(super) fn read_again(
    document: &Document,
    surroundings: &dyn Surroundings,
    (before, memory): (&Document, &Memory),
) -> Option<(NoxfileFacts, Memory)> {
    let (old, now) = (&before.python().statements, &document.python().statements);
    if !memory.is_usable || memory.statements.len() != old.len() {
        return None;
    }
    let shift = Shift::between(old, now);
    // Variables that may have another value than before.
    let gone = memory.statements.get(shift.gone()).unwrap_or_default();
    let mut changed: FxHashSet<&str> = gone.iter().flat_map(|it| it.names.set.iter().map(|name| &**name)).collect();
    let modules = Modules::default();
    let mut machine = Machine::new(document.text(), surroundings, &modules);
    let mut taken: Vec<&Arc<Names>> = Vec::new();
    for (at, top) in now.iter().enumerate() {
        let remembered = shift.before(at).and_then(|before| memory.statements.get(before));
        if let Some(known) = remembered.and_then(|it| it.known.as_ref()) {
            machine.take_over(at, known, shift.moved(&known.session)?);
            taken.push(&known.names);
            continue;
        }
        machine.top_level(at, top);
        let noted = machine.trace.statements.last()?;
        if remembered.is_none() || noted.used.iter().any(|name| changed.contains(name)) {
            changed.extend(noted.set.iter().copied());
        }
        if machine.trace.is_lost {
            return None;
        }
    }
    let is_changed = |names: &&Arc<Names>| names.used.iter().any(|name| changed.contains(&**name));
    let is_same = !taken.iter().any(is_changed)
        && machine.trace.reads == memory.reads
        && machine.registry.default_backend() == memory.default_backend;
    if is_same { machine.finish_known(document) } else { None }
}

/// What a reading notes while it goes.
#[derive(Default)]
pub(super) struct Trace<'a> {
    used: Vec<&'a str>,
    set: Vec<&'a str>,
    /// Sessions that the running statement has registered.
    registered: usize,
    /// The running statement or body did what a rule here does not cover.
    is_special: bool,
    statements: Vec<Noted<'a>>,
    /// Names of the functions whose statements were taken over: they have no value.
    absent: FxHashSet<Arc<str>>,
    reads: Vec<(String, Option<Arc<str>>)>,
    /// Nothing of this reading may be taken over by the next.
    is_lost: bool,
}

struct Noted<'a> {
    used: Vec<&'a str>,
    set: Vec<&'a str>,
    steps: u32,
    /// It makes one session and does nothing else.
    is_plain: bool,
    /// As it was taken over.
    names: Option<Arc<Names>>,
    session: Option<Arc<Session>>,
}

impl<'a> Trace<'a> {
    /// A module variable is looked up, whether there is one or not.
    pub(super) fn uses(&mut self, name: &'a str) {
        if !self.used.contains(&name) {
            self.used.push(name);
            self.is_lost |= self.used.len() > MAX_NAMES || self.absent.contains(name);
        }
    }

    /// A module variable is set or changed in place.
    pub(super) fn sets(&mut self, name: &'a str) {
        if !self.set.contains(&name) {
            self.set.push(name);
            self.is_lost |= self.set.len() > MAX_NAMES;
        }
    }

    /// How many variables were set so far; see [`Self::unset`].
    pub(super) fn n_set(&self) -> usize {
        self.set.len()
    }

    /// Variables of a comprehension are gone behind it, but for those that were set before it.
    pub(super) fn unset(&mut self, since: usize, is_gone: impl Fn(&str) -> bool) {
        let behind = self.set.split_off(since.min(self.set.len()));
        self.set.extend(behind.into_iter().filter(|name| !is_gone(name)));
    }

    pub(super) fn registers(&mut self) {
        self.registered += 1;
    }

    /// The running code depends on more than variables.
    pub(super) fn special(&mut self) {
        self.is_special = true;
    }

    /// The running code changes what other code sees.
    pub(super) fn give_up(&mut self) {
        self.is_lost = true;
    }

    pub(super) fn reads(&mut self, path: &str, text: Option<&Arc<str>>) {
        self.special();
        self.reads.push((path.to_owned(), text.cloned()));
    }

    /// A folder is listed: as a file that holds the names.
    pub(super) fn lists(&mut self, folder: &str, entries: Option<&Arc<Vec<Entry>>>) {
        let line = |entry: &Entry| format!("{}{}\n", entry.name, if entry.is_folder { "/" } else { "" });
        let names = entries.map(|entries| Arc::from(entries.iter().map(line).collect::<String>()));
        self.reads(&format!("{folder}/"), names.as_ref());
    }

    /// A statement has run. `is_quiet`: it told of nothing that could not be read.
    pub(super) fn end_statement(&mut self, steps: u32, is_quiet: bool) {
        let is_plain = self.registered == 1 && self.set.len() <= 1 && is_quiet && !self.is_special;
        self.statements.push(Noted {
            used: std::mem::take(&mut self.used),
            set: std::mem::take(&mut self.set),
            steps,
            is_plain,
            names: None,
            session: None,
        });
        (self.registered, self.is_special) = (0, false);
    }

    /// The body of the session that `statement` made has run.
    pub(super) fn end_body(&mut self, statement: usize) {
        // A body sets its own variables only; whoever changes a module's has given up.
        let (mut used, is_special) = (std::mem::take(&mut self.used), std::mem::take(&mut self.is_special));
        self.set.clear();
        if let Some(noted) = self.statements.get_mut(statement) {
            noted.is_plain &= !is_special;
            used.retain(|name| !noted.used.contains(name));
            noted.used.append(&mut used);
        }
    }

    pub(super) fn take_over(&mut self, known: &Known) {
        self.absent.extend(known.names.set.iter().map(|name| Arc::from(&**name)));
        self.statements.push(Noted {
            used: Vec::new(),
            set: Vec::new(),
            steps: known.steps,
            is_plain: true,
            names: Some(Arc::clone(&known.names)),
            session: None,
        });
    }

    /// The session that `statement` made is this.
    pub(super) fn keep(&mut self, statement: usize, session: &Arc<Session>) {
        if let Some(noted) = self.statements.get_mut(statement).filter(|noted| noted.is_plain) {
            noted.session = Some(Arc::clone(session));
        }
    }

    pub(super) fn into_memory(self, default_backend: Option<Arc<str>>) -> Memory {
        if self.is_lost {
            return Memory::default();
        }
        let owned = |names: &[&str]| names.iter().map(|name| Box::from(*name)).collect();
        let statements = self.statements.into_iter().map(|noted| {
            let names = noted.names.unwrap_or_else(|| {
                // What a statement looks at matters only where its session may be taken over.
                let used = if noted.session.is_some() { owned(&noted.used) } else { Vec::new() };
                Arc::new(Names { used, set: owned(&noted.set) })
            });
            let (steps, shared) = (noted.steps, Arc::clone(&names));
            Remembered { names, known: noted.session.map(|session| Known { session, steps, names: shared }) }
        });
        Memory { statements: statements.collect(), reads: self.reads, default_backend, is_usable: true }
    }
}
