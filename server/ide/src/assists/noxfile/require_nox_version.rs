//! `nox.needs_version` says at least what the file uses: an older nox then asks for an update instead of failing with a
//! TypeError.

use std::sync::Arc;

use facts::noxfile::Session;
use syntax::python::{Module, StmtKind};

use super::calls;
use super::changes::{self, After, Goal};
use super::scope::NoxfileCx;
use super::script::{FIRST_PARALLEL, FIRST_REQUIRES, is_older};
use super::style;
use crate::assist::{FileEdit, OfferKind};
use crate::assists::{Assist, AssistCx, Draft, Spot};

pub(super) const ASSIST: Assist = Assist { id: "require-nox-version", kind: OfferKind::Rewrite, at: &[Spot::Session, Spot::Noxfile], run };

/// Something that nox has since a release (its changelog up to 2026.08.17).
struct Feature {
    what: &'static str,
    first: &'static str,
    sign: Sign,
}

/// How a feature shows.
enum Sign {
    /// An argument of `@nox.session`.
    Keyword(&'static str),
    /// A function of `nox.project`.
    Project(&'static str),
    /// A method or property of the session, or an option: a dotted name that nothing else has.
    Attribute(&'static str),
}

/// The newest first.
const FEATURES: [Feature; 13] = [
    feature("allow_parallel=", FIRST_PARALLEL, Sign::Keyword("allow_parallel")),
    feature("nox.options.allow_parallel", FIRST_PARALLEL, Sign::Attribute("options.allow_parallel")),
    feature("nox.options.parallel", FIRST_PARALLEL, Sign::Attribute("options.parallel")),
    feature("download_python=", "2025.10.14", Sign::Keyword("download_python")),
    feature("nox.options.download_python", "2025.10.14", Sign::Attribute("options.download_python")),
    feature("requires=", FIRST_REQUIRES, Sign::Keyword("requires")),
    feature("nox.project.dependency_groups", "2025.02.09", Sign::Project("dependency_groups")),
    feature("nox.project.python_versions", "2025.02.09", Sign::Project("python_versions")),
    feature("session.install_and_run_script", "2024.10.09", Sign::Attribute("session.install_and_run_script")),
    feature("nox.project.load_toml", "2024.04.15", Sign::Project("load_toml")),
    feature("default=", "2024.04.15", Sign::Keyword("default")),
    feature("nox.options.reuse_venv", "2024.03.02", Sign::Attribute("options.reuse_venv")),
    feature("session.run_install", "2024.03.02", Sign::Attribute("session.run_install")),
];

const fn feature(what: &'static str, first: &'static str, sign: Sign) -> Feature {
    Feature { what, first, sign }
}

/// The newest argument of `@nox.session` that `sessions` use, and the first nox that has it.
pub(crate) fn newest_argument(sessions: &[Arc<Session>]) -> Option<(&'static str, &'static str)> {
    let is_used = |keyword: &str| sessions.iter().any(|session| has_keyword(session, keyword));
    FEATURES.iter().find_map(|feature| match feature.sign {
        Sign::Keyword(keyword) if is_used(keyword) => Some((feature.what, feature.first)),
        _ => None,
    })
}

fn run(cx: &AssistCx<'_>) -> Option<Draft> {
    let is_whole = cx.is_whole_file();
    let cx = NoxfileCx::of(cx)?;
    let code = style::code(cx.script.text);
    let used = |sessions: &[&Session]| {
        FEATURES.iter().find(|feature| feature.sign.is_in(sessions, cx.script.module, &code))
    };
    let all: Vec<&Session> = cx.noxfile.facts.sessions.iter().map(|session| &**session).collect();
    let newest = used(&all)?;
    // At one session only what that session uses is of interest.
    if let (false, Sign::Keyword(keyword)) = (is_whole, &newest.sign) {
        cx.scope.iter().filter_map(|id| cx.session(*id)).find(|session| has_keyword(session, keyword))?;
    } else if !is_whole {
        return None;
    }
    if let Some((now, _)) = &cx.noxfile.facts.needs_version
        && now.trim().strip_prefix(">=").is_some_and(|lower| !is_older(lower.trim(), newest.first))
    {
        return None;
    }
    let title = format!("Require nox {}, the first with `{}`", newest.first, newest.what);
    Some(Draft { title, gain: None, caveat: None, edits: edits(&cx, newest) })
}

fn edits(cx: &NoxfileCx<'_>, newest: &Feature) -> Result<Vec<FileEdit>, String> {
    calls::refuse_old_nox(cx.snapshot, cx.id, newest.first, &format!("`{}`", newest.what))?;
    let edit = cx.script.needs_version(newest.first)?;
    let is_reached = |after: &After<'_>| {
        let is_seen = after.noxfile.facts.needs_version.as_ref().is_some_and(|(now, _)| now.ends_with(newest.first));
        if is_seen { Ok(()) } else { Err("nox would not see the version".to_owned()) }
    };
    let edits = vec![FileEdit::new(cx.file.id, edit.into_iter().collect())];
    changes::verified(cx, edits, &Goal { touched: &[], is_reached: &is_reached })
}

impl Sign {
    fn is_in(&self, sessions: &[&Session], module: &Module, code: &str) -> bool {
        match self {
            Self::Keyword(keyword) => sessions.iter().any(|session| has_keyword(session, keyword)),
            Self::Attribute(name) => style::has_word(code, name),
            Self::Project(name) => imports_from_project(module, name) || style::has_word(code, &format!("nox.project.{name}")),
        }
    }
}

fn has_keyword(session: &Session, keyword: &str) -> bool {
    session.decorator.keywords.iter().any(|(name, _)| name == keyword)
}

fn imports_from_project(module: &Module, name: &str) -> bool {
    module.statements.iter().any(|top| match &top.statement.kind {
        StmtKind::ImportFrom { module, names, .. } => {
            &**module == "nox.project" && names.iter().any(|alias| &*alias.name.text == name)
        }
        _ => false,
    })
}
