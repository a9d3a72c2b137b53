//! A session that reads a variable of the nox process which another one changes: a module global, `os.environ`. Under
//! `nox -j`, and wherever each has a process of its own, it sees what the module set instead. No order cures that; they
//! must run one after another in one process. A global that says where a wheel lies: pypa/auditwheel's noxfile.

use super::Severity;
use super::pairs::{Found, Kind, Pair};
use crate::effects::{Access, Resource};

pub(super) const KIND: Kind = Kind { id: "shared-variable", look };

fn look(pair: &Pair<'_>) -> Option<Found> {
    let (reader, writer) = pair.where_one(|it| it.access == Access::Read)?;
    let Resource::Variable(name) = &reader.effect.resource else { return None };
    let who = if pair.a.session == pair.b.session {
        format!("An instance of `{}` reads the variable `{name}`, which another one changes", reader.session)
    } else {
        format!("`{}` reads the variable `{name}`, which `{}` changes", reader.session, writer.session)
    };
    let reason = format!("{who}; in a process of its own it sees what the noxfile set");
    Some(Found { severity: Severity::Fails, reason, cure: String::new() })
}
