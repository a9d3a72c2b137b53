//! Edits that make a noxfile safe for `nox -j`: opt-ins, order as `requires=`, the version that knows them.

use facts::noxfile::{ActionKind, Session};
use model::SessionId;
use syntax::{Span, TextEdit};

use crate::assists::GroupCx;
use crate::assists::workflow::group::{self, Part};
use crate::times;

/// The first release with `-j`, `allow_parallel` and `--no-dependencies`; before it the argument is a TypeError.
pub(crate) const FIRST_PARALLEL: &str = "2026.08.10";

/// Edits of a noxfile and what they make sessions require.
pub(crate) struct NoxfileEdits {
    pub(crate) edits: Vec<TextEdit>,
    pub(crate) requiring: Vec<Requiring>,
}

/// A session that gets a `requires=`.
pub(crate) struct Requiring {
    pub(crate) session: SessionId,
    pub(crate) requires: Vec<SessionId>,
}

/// Edits of the group's noxfile; none when it is ready as it is.
pub(crate) fn allow_parallel(cx: &GroupCx<'_>) -> Result<NoxfileEdits, String> {
    let noxfile = cx.group.noxfile;
    let file = cx.snapshot.file(noxfile.file).ok_or("the noxfile is gone")?;
    let text = file.document.text();
    let allows_all = noxfile.facts.options.allow_parallel.as_ref().and_then(|known| known.value()) == Some(&true);
    let mut out = NoxfileEdits { edits: Vec::new(), requiring: Vec::new() };
    let mut done: Vec<SessionId> = Vec::new();
    for part in &cx.group.parts {
        let among = sessions(cx, part);
        let opted_in = opted_in(cx, &among);
        for id in among.iter().filter(|id| !done.contains(id)) {
            let session = noxfile.facts.sessions.get(id.0).ok_or("a session is gone")?;
            refuse_what_parallel_nox_refuses(session)?;
            let mut arguments = Vec::new();
            let requires = missing_requires(cx, *id, &among);
            if !requires.is_empty() {
                let names: Vec<String> =
                    requires.iter().map(|id| format!("\"{}\"", times::name(noxfile, *id))).collect();
                if !session.requires.is_empty() {
                    return Err(format!("`{}` has a `requires` already that lacks {}", session.name, names.join(", ")));
                }
                arguments.push(format!("requires=[{}]", names.join(", ")));
                out.requiring.push(Requiring { session: *id, requires });
            }
            if session.allow_parallel.is_none() && !allows_all && opted_in.contains(id) {
                arguments.push("allow_parallel=True".to_owned());
            }
            if !arguments.is_empty() {
                out.edits.push(add_arguments(text, session, &arguments)?);
            }
        }
        done.extend(among);
    }
    if !out.edits.is_empty() {
        out.edits.extend(needs_version(cx, text)?);
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
        if !with_itself && !out.iter().any(|other| collide(*other, *id)) {
            out.push(*id);
        }
    }
    out
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

fn add_arguments(text: &str, session: &Session, arguments: &[String]) -> Result<TextEdit, String> {
    let decorator = &session.decorator;
    if !decorator.is_plain {
        return Err(format!("`{}` is not made by a plain `@nox.session`", session.name));
    }
    let arguments = arguments.join(", ");
    let Some(list) = decorator.arguments else {
        return Ok(TextEdit::insert(decorator.span.end, format!("({arguments})")));
    };
    let inner = Span::new(list.start + 1, list.end.saturating_sub(1));
    let written = inner.of(text);
    let end = inner.start + u32::try_from(written.trim_end().len()).unwrap_or(0);
    let last_line = written.trim_end().rsplit('\n').next().unwrap_or_default();
    if last_line.contains('#') {
        return Err(format!("the arguments of `{}` end in a comment", session.name));
    }
    let insert = if written.trim().is_empty() {
        arguments
    } else if written.trim_end().ends_with(',') {
        let indent: String = last_line.chars().take_while(|c| c.is_whitespace()).collect();
        let is_own_line = written.contains('\n');
        if is_own_line { format!("\n{indent}{arguments},") } else { format!(" {arguments}") }
    } else {
        format!(", {arguments}")
    };
    Ok(TextEdit::insert(end, insert))
}

/// `nox.needs_version`, raised or added behind the imports.
fn needs_version(cx: &GroupCx<'_>, text: &str) -> Result<Option<TextEdit>, String> {
    let facts = &cx.group.noxfile.facts;
    if let Some((wanted, span)) = &facts.needs_version {
        let Some(least) = wanted.trim().strip_prefix(">=") else {
            return Err(format!("`nox.needs_version` is `{wanted}`, which may not allow {FIRST_PARALLEL}"));
        };
        if !is_older(least, FIRST_PARALLEL) {
            return Ok(None);
        }
        let written = span.of(text);
        return Ok(Some(TextEdit::replace(
            *span,
            written.replacen(wanted.as_str(), &format!(">={FIRST_PARALLEL}"), 1),
        )));
    }
    let file = cx.snapshot.file(cx.group.noxfile.file).ok_or("the noxfile is gone")?;
    let statements = &file.document.python().statements;
    let imports = statements.iter().take_while(|top| {
        let is_docstring = top.start == statements.first().map_or(0, |first| first.start);
        is_docstring || is_import(&top.statement.kind)
    });
    let last =
        imports.filter(|top| is_import(&top.statement.kind)).last().ok_or("the noxfile does not begin with imports")?;
    let at = super::workflow::layout::line_end(text, top_end(last));
    let newline = super::workflow::layout::newline(text);
    Ok(Some(TextEdit::insert(at, format!("{newline}{newline}nox.needs_version = \">={FIRST_PARALLEL}\""))))
}

fn is_import(kind: &syntax::python::StmtKind) -> bool {
    use syntax::python::StmtKind;
    matches!(kind, StmtKind::Import(..) | StmtKind::ImportFrom { .. })
}

fn top_end(top: &syntax::python::Top) -> u32 {
    top.start + top.statement.span.end
}

/// Whether release `a` is older than release `b`; both as `2026.08.10`.
pub(crate) fn is_older(a: &str, b: &str) -> bool {
    let numbers = |version: &str| -> Vec<u64> {
        version.split('.').map(|part| part.trim_matches(|c: char| !c.is_ascii_digit()).parse().unwrap_or(0)).collect()
    };
    numbers(a) < numbers(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_compare_by_number() {
        assert!(is_older("2026.07.11", FIRST_PARALLEL));
        assert!(is_older("2025.2.9", FIRST_PARALLEL));
        assert!(!is_older("2026.8.10", FIRST_PARALLEL), "zeros in front do not count");
        assert!(!is_older("2026.10.20", FIRST_PARALLEL));
    }
}
