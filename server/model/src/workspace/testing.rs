//! Noxfiles for tests, written as commands: `("tests", &["install .", "coverage run -m pytest"])`.

use std::fmt::Write as _;
use std::sync::Arc;

use facts::noxfile::{Action, ActionKind, Arg, Decorator, FileAccess, Instance, NoxfileFacts, Python, Session};
use facts::project::ProjectFacts;
use syntax::Span;

use super::{FileId, Input, InputFacts, InputFile, NoxfileId, SessionId, Workspace};
use crate::effects::{Access, Around, Effects, Resource, Role, effects_of};

/// A session whose actions are `lines`:
/// `install …`, `env KEY=VALUE`, `notify NAME`, `write PATH`, `delete PATH`, `maybe …` (conditional), `KEY=VALUE command`,
/// `in FOLDER …`, else a command. A word with `{` in it is a template, `{?}` cannot be read.
pub(crate) fn session(name: &str, lines: &[&str]) -> Session {
    Session {
        name: name.to_owned(),
        name_span: Span::default(),
        function: name.to_owned(),
        function_span: Span::default(),
        span: Span::default(),
        decorator: Decorator { span: Span::default(), arguments: None, keywords: Vec::new(), is_plain: true },
        doc: None,
        python: Python::Unset,
        tags: Vec::new(),
        requires: Vec::new(),
        default: true,
        venv_backend: None,
        reuse_venv: None,
        allow_parallel: None,
        instances: Arc::new(vec![instance(name)]),
        complete: true,
        is_configured: true,
        elsewhere: None,
        actions: lines.iter().enumerate().map(|(at, line)| action(line, at)).collect(),
        reads_posargs: false,
        unknown: Vec::new(),
    }
}

pub(crate) fn instance(signature: &str) -> Instance {
    Instance {
        signature: signature.to_owned(),
        aliases: Vec::new(),
        python: signature.split_once('-').map(|(_, python)| python.split('(').next().unwrap_or_default().to_owned()),
        parameters: Vec::new(),
        tags: Vec::new(),
        requires: Vec::new(),
    }
}

/// Adds `requires=`.
pub(crate) fn requiring(mut session: Session, names: &[&str]) -> Session {
    session.requires = names.iter().map(|name| ((*name).to_owned(), Span::default())).collect();
    for instance in Arc::make_mut(&mut session.instances) {
        instance.requires =
            names.iter().map(|name| name.replace("{python}", instance.python.as_deref().unwrap_or_default())).collect();
    }
    session
}

/// Makes it several instances.
pub(crate) fn on_pythons(mut session: Session, pythons: &[&str]) -> Session {
    let instances = pythons.iter().map(|python| instance(&format!("{}-{python}", session.name)));
    session.instances = Arc::new(instances.collect());
    session
}

/// A workspace of one noxfile.
pub(crate) fn workspace(sessions: Vec<Session>, project: ProjectFacts) -> Workspace {
    let sessions = sessions.into_iter().map(Arc::new).collect();
    let noxfile = NoxfileFacts { sessions, ..NoxfileFacts::default() };
    let file = |id, path: &str, facts| InputFile { id: FileId(id), path: path.to_owned(), facts };
    let files = vec![
        file(0, "noxfile.py", InputFacts::Noxfile(Arc::new(noxfile))),
        file(1, "pyproject.toml", InputFacts::Project(Arc::new(project))),
    ];
    Workspace::build(&Input { files, ..Input::default() }, None)
}

pub(crate) fn id(workspace: &Workspace, name: &str) -> SessionId {
    workspace.noxfiles[0].by_name[name]
}

/// One line per effect, then what is unknown.
pub(crate) fn effects_text(lines: &[&str], project: &ProjectFacts) -> String {
    text_of(&effects_of(&session("s", lines), project, Around::default()))
}

pub(crate) fn text_of(effects: &Effects) -> String {
    let mut text = String::new();
    for effect in &effects.items {
        let is_folder = effect.role == Role::Source && effect.access == Access::Read;
        if is_folder || effect.resource == Resource::Sources && effect.access == Access::Read {
            continue;
        }
        let resource = match &effect.resource {
            Resource::Path(path) => path.clone(),
            other => format!("<{other:?}>"),
        };
        let explicit = if effect.is_explicit { " (named)" } else { "" };
        let _ = writeln!(
            text,
            "{:?} {resource} {:?} {:?}{explicit} by {}",
            effect.access, effect.sharing, effect.role, effect.tool
        );
    }
    for command in &effects.unknown {
        let _ = writeln!(text, "unknown: {}", command.what);
    }
    text
}

/// One line per edge.
pub(crate) fn edges_text(workspace: &Workspace) -> String {
    let mut text = String::new();
    for edge in &workspace.noxfiles[0].edges {
        let _ = writeln!(text, "{:?}, {}: {}", edge.kind, edge.evidence.name(), edge.reason);
    }
    text
}

/// One line per hazard between two sessions.
pub(crate) fn hazards_text(workspace: &Workspace, a: &str, b: &str) -> String {
    let mut text = String::new();
    for hazard in workspace.hazards_between(NoxfileId(0), id(workspace, a), id(workspace, b)) {
        let _ = writeln!(text, "{} ({}): {} [{}]", hazard.kind, hazard.severity.name(), hazard.reason, hazard.cure);
    }
    text
}

fn action(line: &str, at: usize) -> Action {
    let mut rest = line;
    let mut action = Action {
        span: Span::from(at * 10..at * 10 + 5),
        kind: ActionKind::Interactive,
        conditional: false,
        directory: String::new(),
    };
    if let Some(behind) = rest.strip_prefix("maybe ") {
        action.conditional = true;
        rest = behind;
    }
    if let Some((folder, behind)) = rest.strip_prefix("in ").and_then(|it| it.split_once(' ')) {
        action.directory = folder.to_owned();
        rest = behind;
    }
    let (first, behind) = rest.split_once(' ').unwrap_or((rest, ""));
    action.kind = match first {
        "install" => ActionKind::Install { args: args(behind) },
        "notify" => ActionKind::Notify { target: arg(behind) },
        "write" => ActionKind::File { access: FileAccess::Write, path: arg(behind) },
        "read" => ActionKind::File { access: FileAccess::Read, path: arg(behind) },
        "sets" => ActionKind::Variable { name: behind.to_owned(), is_read: false },
        "reads" => ActionKind::Variable { name: behind.to_owned(), is_read: true },
        "delete" => ActionKind::File { access: FileAccess::Delete, path: arg(behind) },
        "env" => {
            let (key, value) = behind.split_once('=').expect("KEY=VALUE");
            ActionKind::SetEnv { key: key.to_owned(), value: arg(value) }
        }
        _ => run(rest),
    };
    action
}

fn run(line: &str) -> ActionKind {
    let mut env = Vec::new();
    let mut argv = Vec::new();
    let mut posargs = None;
    for word in words(line) {
        // `…` stands for `*session.posargs`, with its default word behind.
        if let Some(default) = word.strip_prefix('…') {
            let from = argv.len();
            argv.extend((!default.is_empty()).then(|| arg(default)));
            posargs = Some(from..argv.len());
            continue;
        }
        match word.split_once('=') {
            Some((key, value)) if argv.is_empty() => env.push((key.to_owned(), arg(value))),
            _ => argv.push(arg(&word)),
        }
    }
    ActionKind::Run { argv, env, posargs, may_fail: false }
}

fn args(text: &str) -> Vec<Arg> {
    words(text).iter().map(|word| arg(word)).collect()
}

/// Words, with those in single quotes kept whole.
fn words(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, part) in text.split('\'').enumerate() {
        if at % 2 == 1 {
            found.push(part.to_owned());
        } else {
            found.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    found
}

fn arg(word: &str) -> Arg {
    let span = Span::default();
    match word {
        "{?}" => Arg::Unknown(span),
        word if word.contains('{') => Arg::Template(word.to_owned(), span),
        word => Arg::Word(word.to_owned(), span),
    }
}
