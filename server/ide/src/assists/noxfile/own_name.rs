//! Names that differ for every session and instance: `.coverage.{session.name}`, `report-{session.name}.xml`.

use facts::noxfile::Session;
use syntax::python::{Expr, ExprKind};

use super::tree::Place;

/// What the session is called where the command stands: `session` of `session.run(…)`. `None` for other calls.
pub(super) fn receiver<'a>(place: &Place<'a>) -> Option<&'a str> {
    let ExprKind::Attribute(receiver, method) = &place.call.function.kind else { return None };
    let ExprKind::Name(name) = &receiver.kind else { return None };
    let is_run = matches!(&*method.text, "run" | "run_install" | "run_always");
    let function = place.function?;
    (is_run && function.parameters.iter().any(|parameter| parameter.name.text == *name)).then_some(&**name)
}

/// A file cannot be named after a session whose signature holds a `/` and the like.
pub(super) fn refuse_odd_signatures(session: &Session) -> Result<(), String> {
    let odd = session
        .instances
        .iter()
        .find(|instance| instance.signature.contains(['/', '\\', ':', '*', '?', '<', '>', '|']));
    match odd {
        Some(instance) => Err(format!("`{}` cannot be part of a file's name", instance.signature)),
        None if !session.complete => Err(format!("not all instances of `{}` are known", session.name)),
        None => Ok(()),
    }
}

/// `path` with the session's name in it, in front of its extension: `report-{session.name}.xml`.
pub(super) fn of_path(path: &str, receiver: &str) -> String {
    let (path, slash) = path.strip_suffix('/').map_or((path, ""), |path| (path, "/"));
    let name_at = path.rfind('/').map_or(0, |at| at + 1);
    let dot = path.rfind('.').filter(|dot| *dot > name_at).unwrap_or(path.len());
    format!("{}-{{{receiver}.name}}{}{slash}", &path[..dot], &path[dot..])
}

/// The content of a plain string literal as it is written, and its quote: no prefix, one piece, no braces.
pub(super) fn plain_string<'t>(value: &Expr, base: u32, text: &'t str) -> Option<(&'t str, char)> {
    let ExprKind::Str { content, .. } = &value.kind else { return None };
    let (all, inner) = (value.span.shifted(base).of(text), content.shifted(base).of(text));
    let quote = all.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    (all.len() == inner.len() + 2 && !inner.contains(['{', '}'])).then_some((inner, quote))
}

#[cfg(test)]
mod tests {
    use super::of_path;

    #[test]
    fn names_go_in_front_of_the_extension() {
        assert_eq!(of_path("report.xml", "session"), "report-{session.name}.xml");
        assert_eq!(of_path("out/report.xml", "s"), "out/report-{s.name}.xml");
        assert_eq!(of_path(".cache", "session"), ".cache-{session.name}");
        assert_eq!(of_path("a.b/out/", "session"), "a.b/out-{session.name}/");
    }
}
