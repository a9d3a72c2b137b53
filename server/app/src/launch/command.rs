//! One nox process for one session: its words, its environment, and whether it will have to make the session's own.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use exec::CommandSpec;
use facts::noxfile::{ActionKind, Instance, NoxfileFacts, Session};

use super::{Nox, Request};

/// How nox is told to run `signature` and nothing else.
pub(super) fn command(
    nox: &Nox,
    facts: &NoxfileFacts,
    signature: &str,
    folder: &Path,
    request: &Request,
) -> CommandSpec {
    let mut args: Vec<OsString> = nox.command.iter().skip(1).map(OsString::from).collect();
    args.extend(["-f", "noxfile.py", "-s", signature].map(OsString::from));
    if leaves_out_dependencies(nox, facts, signature) {
        args.push("--no-dependencies".into());
    }
    args.extend(request.nox_args.iter().map(OsString::from));
    if !request.posargs.is_empty() {
        args.push("--".into());
        args.extend(request.posargs.iter().map(OsString::from));
    }
    // Variables that would select something else, or start nox's own parallel runner inside ours.
    let cleared = ["NOX_PARALLEL", "NOXSESSION", "NOXPYTHON", "NOXEXTRAPYTHON", "NOXFORCEPYTHON"];
    let mut env: Vec<(OsString, Option<OsString>)> = cleared.map(|name| (name.into(), None)).to_vec();
    if request.is_coloured {
        env.extend(["FORCE_COLOR", "PY_COLORS", "CLICOLOR_FORCE"].map(|name| (name.into(), Some("1".into()))));
        // Set to nothing it does not count for us, but nox refuses it beside FORCE_COLOR (2026.10.20).
        env.push(("NO_COLOR".into(), None));
    } else {
        env.push(("FORCE_COLOR".into(), None));
    }
    env.push(("PYTHONUNBUFFERED".into(), Some("1".into())));
    let program = nox.command.first().map(OsString::from).unwrap_or_default();
    CommandSpec { program, args, env, cwd: Some(folder.to_path_buf()) }
}

/// Whether nox can be told to run `signature` without what it requires: only a newer one, and not if the session calls
/// `notify`, which is an error then (nox 2026.10.20), and else runs the notified session in the same process; nor if it
/// reads variables, which what it requires may have left in the process.
pub(super) fn leaves_out_dependencies(nox: &Nox, facts: &NoxfileFacts, signature: &str) -> bool {
    let is_bound =
        |kind: &ActionKind| matches!(kind, ActionKind::Notify { .. } | ActionKind::Variable { is_read: true, .. });
    let is_bound = |session: &Session| session.actions.iter().any(|action| is_bound(&action.kind));
    nox.has_parallel() && !session(facts, signature).is_some_and(is_bound)
}

/// Whether nox will have to make the session's environment.
pub(super) fn is_cold(facts: &NoxfileFacts, signature: &str, folder: &Path, request: &Request) -> bool {
    let Some(session) = session(facts, signature) else { return true };
    if facts.venv_backend(session) == Some("none") {
        return false;
    }
    let is_told = request.nox_args.iter().any(|word| matches!(word.as_str(), "-r" | "-R"));
    let is_reused = is_told || facts.keeps_venv(session);
    !is_reused || !environment_folder(signature, folder).is_dir()
}

/// What makes the session's environment, if the noxfile says it for sure.
pub(super) fn backend(facts: &NoxfileFacts, signature: &str) -> Option<String> {
    let backend = facts.venv_backend(session(facts, signature)?)?;
    (!backend.contains('|')).then(|| backend.to_owned())
}

fn session<'a>(facts: &'a NoxfileFacts, signature: &str) -> Option<&'a Session> {
    let has = |session: &&Session| session.instances.iter().any(|instance: &Instance| instance.signature == signature);
    facts.sessions.iter().map(AsRef::as_ref).find(has)
}

/// Where the environment of a session is, by the noxfile's folder.
pub(super) fn environment_folder(signature: &str, folder: &Path) -> PathBuf {
    folder.join(".nox").join(environment(signature))
}

/// The folder that nox makes for a session's environment (nox 2026.10.20, `_normalize_path`).
fn environment(signature: &str) -> String {
    let mut out = String::new();
    for c in signature.chars().filter(char::is_ascii) {
        let c = if c.is_ascii_alphanumeric() || c == '_' { c.to_ascii_lowercase() } else { '-' };
        if c != '-' || !out.ends_with('-') {
            out.push(c);
        }
    }
    out.trim_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn environments_are_named_as_nox_names_them() {
        assert_eq!(environment("tests-3.12(django='4.2', db='pg')"), "tests-3-12-django-4-2-db-pg");
        assert_eq!(environment("lint"), "lint");
    }
}
