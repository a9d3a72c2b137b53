//! One session started twice at once: both build the same environment (nox 2026.10.20: 4 of 8 trials failed).

use facts::noxfile::Session;

use super::pairs::place_of;
use super::{Hazard, Severity};
use crate::effects::Resource;
use crate::workspace::SessionId;

pub(super) fn hazard(id: SessionId, session: &Session) -> Hazard {
    let folder = format!(".nox/{}", session.name);
    Hazard {
        between: (id, id),
        kind: "same-session-twice",
        severity: Severity::Fails,
        reason: format!("two runs of `{}` at once make the same environment `{folder}`", session.name),
        resource: Resource::Path(folder),
        cure: String::new(),
        places: (place_of(session), place_of(session)),
    }
}
