//! Edits that make a noxfile safe for `nox -j`: opt-ins, order as `requires=`, the version that knows them.

use facts::noxfile::{ActionKind, Session};
use model::{Resource, SessionId, Verdict};
use syntax::TextEdit;

use crate::assists::GroupCx;
use crate::assists::noxfile::calls::Requiring;
use crate::assists::noxfile::script::{FIRST_PARALLEL, Keywords, Script};
use crate::assists::workflow::group::{self, Part};
use crate::times;

/// Edits of a noxfile and what they make sessions require.
pub(crate) struct NoxfileEdits {
    pub(crate) edits: Vec<TextEdit>,
    pub(crate) requiring: Vec<Requiring>,
}

/// Edits of the group's noxfile; none when it is ready as it is.
pub(crate) fn allow_parallel(cx: &GroupCx<'_>) -> Result<NoxfileEdits, String> {
    let noxfile = cx.group.noxfile;
    let file = cx.snapshot.file(noxfile.file).ok_or("the noxfile is gone")?;
    let script = Script::of(file, &noxfile.facts);
    let allows_all = noxfile.facts.options.allow_parallel.as_ref().and_then(|known| known.value()) == Some(&true);
    let mut out = NoxfileEdits { edits: Vec::new(), requiring: Vec::new() };
    let mut done: Vec<SessionId> = Vec::new();
    for part in &cx.group.parts {
        let among = sessions(cx, part);
        let opted_in = opted_in(cx, &among);
        for id in among.iter().filter(|id| !done.contains(id)) {
            let session = noxfile.facts.sessions.get(id.0).ok_or("a session is gone")?;
            refuse_what_parallel_nox_refuses(session)?;
            let mut keywords = Keywords::default();
            let requires = missing_requires(cx, *id, &among);
            if !requires.is_empty() {
                keywords.requires = requires.iter().map(|id| times::name(noxfile, *id).to_owned()).collect();
                out.requiring.push(Requiring { session: *id, requires });
            }
            if session.allow_parallel.is_none() && !allows_all && opted_in.contains(id) {
                keywords.allow_parallel = Some(true);
            }
            out.edits.extend(script.decorate(session, &keywords)?);
        }
        done.extend(among);
    }
    if !out.edits.is_empty() {
        out.edits.extend(script.needs_version(FIRST_PARALLEL)?);
    }
    Ok(out)
}

/// Sessions of a part that run under `-j`, each once, in order.
fn sessions(cx: &GroupCx<'_>, part: &Part) -> Vec<SessionId> {
    let Part::Parallel(units) = part else { return Vec::new() };
    let mut out: Vec<SessionId> = Vec::new();
    for item in units.iter().flat_map(|unit| &unit.items).filter_map(|at| cx.group.items.get(*at)) {
        if !out.contains(&item.session) {
            out.push(item.session);
        }
    }
    out
}

/// Sessions of the same run that `id` needs and does not require.
fn missing_requires(cx: &GroupCx<'_>, id: SessionId, among: &[SessionId]) -> Vec<SessionId> {
    let noxfile = cx.group.noxfile;
    let declared = |from: SessionId| {
        noxfile.edges.iter().any(|edge| edge.kind == model::EdgeKind::Requires && edge.from == from && edge.to == id)
    };
    let needed = noxfile.edges.iter().filter(|edge| times::is_needed(edge) && edge.to == id);
    let mut out: Vec<SessionId> = Vec::new();
    for edge in needed.filter(|edge| among.contains(&edge.from) && !declared(edge.from)) {
        if !out.contains(&edge.from) {
            out.push(edge.from);
        }
    }
    out
}

/// Sessions that may say `allow_parallel=True`: of two that may not overlap the later one goes without, and runs alone.
fn opted_in(cx: &GroupCx<'_>, among: &[SessionId]) -> Vec<SessionId> {
    let collide = |a: SessionId, b: SessionId| group::forbids_overlap(cx.snapshot, cx.group.noxfile_id, a, b);
    let mut out: Vec<SessionId> = Vec::new();
    for id in among {
        let instances = cx.group.noxfile.facts.sessions.get(id.0).map_or(0, |session| session.instances.len());
        // Instances of one session that share a file must not overlap either.
        let with_itself = instances > 1 && collide(*id, *id);
        if !with_itself && !shares_process(cx, *id) && !out.iter().any(|other| collide(*other, *id)) {
            out.push(*id);
        }
    }
    out
}

/// Whether it must run in one process with another session, which `nox -j` does not do.
fn shares_process(cx: &GroupCx<'_>, id: SessionId) -> bool {
    let workspace = &cx.snapshot.workspace;
    let others = (0..cx.group.noxfile.facts.sessions.len()).map(SessionId).filter(|other| *other != id);
    let touches = |id: SessionId| {
        let effects = cx.group.noxfile.effects.get(id.0).into_iter().flat_map(|effects| &effects.items);
        effects.into_iter().any(|effect| matches!(effect.resource, Resource::Variable(_)))
    };
    let is_bound = |other| matches!(workspace.verdict(cx.group.noxfile_id, id, other), Verdict::OneProcess(_));
    touches(id) && others.filter(|other| touches(*other)).any(is_bound)
}

/// Under `-j` nox raises at `session.notify` (and says to use `requires=`), and gives sessions no terminal.
fn refuse_what_parallel_nox_refuses(session: &Session) -> Result<(), String> {
    for action in &session.actions {
        match action.kind {
            ActionKind::Notify { .. } => {
                return Err(format!("`{}` calls `session.notify`, which nox -j refuses", session.name));
            }
            ActionKind::Interactive => {
                return Err(format!("`{}` asks for input, which nox -j has none of", session.name));
            }
            _ => {}
        }
    }
    Ok(())
}
