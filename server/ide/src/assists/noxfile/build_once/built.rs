//! A session that builds wheels today: `python -m build`, `uv build`, `hatch build` into `dist/`.

use facts::noxfile::{Action, ActionKind, Session};
use model::effects::Role;
use model::{Access, Effect, Resource, SessionId, SessionKind};
use syntax::TextEdit;
use syntax::python::StmtKind;

use crate::assists::noxfile::scope::NoxfileCx;
use crate::assists::noxfile::style;

/// Such a session.
pub(super) struct Built {
    pub(super) session: SessionId,
    /// Where its wheels lie, relative to the noxfile's folder.
    pub(super) folder: String,
}

/// The session that others may take their wheel from. `installers` are those others.
pub(super) fn find(cx: &NoxfileCx<'_>, installers: &[SessionId]) -> Option<Built> {
    cx.noxfile.facts.sessions.iter().enumerate().find_map(|(at, session)| {
        let id = SessionId(at);
        let (action, folder) = builds(cx, id, session)?;
        let is_meant = !installers.contains(&id) && is_fit(cx, id, session, action);
        (is_meant && path(cx).is_some()).then(|| Built { session: id, folder: folder.to_owned() })
    })
}

/// The command of the session that builds a wheel, and into which folder.
fn builds<'a>(cx: &NoxfileCx<'a>, id: SessionId, session: &'a Session) -> Option<(&'a Action, &'a str)> {
    let effects = cx.noxfile.effects.get(id.0)?;
    effects.items.iter().find_map(|effect| {
        let Resource::Path(folder) = &effect.resource else { return None };
        let is_build = effect.role == Role::Package && effect.access == Access::Write;
        let action = session.actions.get(effect.action).filter(|_| is_build)?;
        makes_wheel(action).then_some((action, folder.as_str()))
    })
}

/// Whether it is a front end of Python's builds, and not asked for the source archive alone.
pub(super) fn makes_wheel(action: &Action) -> bool {
    let ActionKind::Run { argv, .. } = &action.kind else { return false };
    let words: Vec<&str> = argv.iter().map(|arg| arg.text().unwrap_or_default()).collect();
    let is_builder = matches!(
        words.as_slice(),
        ["python" | "python3", "-m", "build", ..]
            | ["pyproject-build", ..]
            | ["uv" | "hatch" | "poetry" | "pdm" | "flit", "build", ..]
    );
    is_builder && !makes_archive(&words)
}

/// Whether the words ask for the source archive alone, which is the same for every Python.
pub(super) fn makes_archive(words: &[&str]) -> bool {
    let is_archive = |word: &&str| matches!(*word, "--sdist" | "-s" | "sdist" | "--no-wheel" | "--format=sdist");
    let is_wheel = |word: &&str| matches!(*word, "--wheel" | "-w" | "wheel" | "bdist_wheel" | "bdist");
    words.iter().any(is_archive) && !words.iter().any(is_wheel)
}

/// Whether others can take what it builds: it does so every time, once, in one way, and does nothing else.
fn is_fit(cx: &NoxfileCx<'_>, id: SessionId, session: &Session, action: &Action) -> bool {
    let Some(effects) = cx.noxfile.effects.get(id.0) else { return false };
    let is_outside = |effect: &Effect| {
        matches!(effect.resource, Resource::World | Resource::Git | Resource::Sources) && effect.access != Access::Read
    };
    let ActionKind::Run { posargs, may_fail, .. } = &action.kind else { return false };
    let asks = session.actions.iter().any(|it| matches!(it.kind, ActionKind::Notify { .. } | ActionKind::Interactive));
    let is_alone = effects.kind != SessionKind::Release && !effects.items.iter().any(is_outside) && !asks;
    // What it requires would be required by all, and may be one of them.
    let is_once = session.instances.len() == 1 && session.complete && session.requires.is_empty();
    is_alone && is_once && !(action.conditional || posargs.is_some() || *may_fail)
}

/// How the noxfile names a path (`Path`, `pathlib.Path`), and the import for it, if there is none.
pub(super) fn path(cx: &NoxfileCx<'_>) -> Option<(String, Option<TextEdit>)> {
    let statements = &cx.script.module.statements;
    // The first import, the last one in front of nox's that stands before `pathlib` in the alphabet, nox's own.
    let (mut first, mut smaller, mut nox) = (None, None, None);
    for top in statements {
        let span = top.statement.span.shifted(top.start);
        let (is_nox, is_smaller, named) = match &top.statement.kind {
            StmtKind::Import(names) => {
                let module = names.iter().find(|alias| &*alias.name.text == "pathlib");
                let named =
                    module.map(|it| format!("{}.Path", it.alias.as_ref().map_or("pathlib", |alias| &alias.text)));
                let name = names.first().map_or("", |alias| &alias.name.text);
                (names.iter().any(|alias| alias.name.text.starts_with("nox")), name < "pathlib", named)
            }
            StmtKind::ImportFrom { module, names, .. } => {
                let path = names.iter().find(|alias| &*alias.name.text == "Path" && &**module == "pathlib");
                let named = path.map(|it| it.alias.as_ref().map_or("Path", |alias| &alias.text).to_owned());
                (module.starts_with("nox"), false, named)
            }
            _ => continue,
        };
        if let Some(named) = named {
            return Some((named, None));
        }
        if nox.is_none() {
            first = first.or(Some(span));
            if is_nox {
                nox = Some(span);
            } else if is_smaller {
                smaller = Some(span);
            }
        }
    }
    if style::has_word(&style::code(cx.script.text), "pathlib") {
        return None;
    }
    let newline = &cx.script.style.newline;
    // Beside the imports of Python's own modules, else above nox's.
    let edit = match (smaller, first? == nox?) {
        (Some(before), _) => TextEdit::insert(before.end, format!("{newline}import pathlib")),
        (None, true) => TextEdit::insert(nox?.start, format!("import pathlib{newline}{newline}")),
        (None, false) => TextEdit::insert(first?.start, format!("import pathlib{newline}")),
    };
    Some(("pathlib.Path".to_owned(), Some(edit)))
}
