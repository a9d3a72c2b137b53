//! Walks a session's actions and collects what they touch.

use std::ops::Range;

use facts::noxfile::{Action, ActionKind, Arg, FileAccess, Instance, Session};
use facts::project::ProjectFacts;

use super::call::{Call, Env, Out, UNREADABLE};
use super::{Access, Effects, Role, Sharing, UnknownCommand, install, kind, paths, tools, wrappers};

/// Commands inside commands (`bash -c "…"`, `coverage run -m …`) are followed this deep.
const DEEPEST: usize = 4;

/// What nox is started with.
#[derive(Clone, Copy, Default)]
pub(crate) struct Around<'a> {
    /// Variables; `None`: their value is not known.
    pub(crate) variables: &'a [(&'static str, Option<String>)],
    /// Words behind `--`, once for each call (`None`: not known); no call at all is one without.
    pub(crate) posargs: &'a [Vec<Option<String>>],
}

/// What `session` touches in a project with these settings.
pub(crate) fn effects_of(session: &Session, project: &ProjectFacts, around: Around<'_>) -> Effects {
    let mut effects = Effects::default();
    let mut env = Env { outer: around.variables, ..Env::default() };
    let mut votes = kind::Votes::default();
    for (at, action) in session.actions.iter().enumerate() {
        match &action.kind {
            ActionKind::SetEnv { key, value } => env.session.push((key, value)),
            ActionKind::Run { argv, env: of_call, posargs, .. } => {
                env.call = of_call;
                for words in commands(argv, posargs.as_ref(), around.posargs) {
                    run(&words, &mut out(&mut effects, &env, project, (at, action)), &mut votes, 0);
                }
                env.call = &[];
            }
            ActionKind::Install { args } => {
                let words: Vec<&str> = args.iter().map(|arg| arg.text().unwrap_or(UNREADABLE)).collect();
                install::add(&words, &mut out(&mut effects, &env, project, (at, action)));
            }
            ActionKind::File { access, path } => {
                add_file(*access, path, &mut out(&mut effects, &env, project, (at, action)))
            }
            ActionKind::Variable { name, is_read } => {
                let access = if *is_read { Access::Read } else { Access::Write };
                let resource = super::Resource::Variable(name.clone());
                let mut out = out(&mut effects, &env, project, (at, action));
                out.push("a variable", resource, access, Sharing::Exclusive, Role::Other, true, "");
            }
            ActionKind::Opaque { why } if is_harmless(why) => {}
            ActionKind::Opaque { why } => {
                effects.unknown.push(UnknownCommand { what: why.clone(), action: at, is_elsewhere: false });
            }
            ActionKind::Notify { .. } | ActionKind::Interactive => {}
        }
    }
    let hands_on = |action: &Action| matches!(&action.kind, ActionKind::Run { posargs: Some(_), .. });
    if session.reads_posargs
        && !session.actions.iter().any(hands_on)
        && let Some(words) = around.posargs.iter().find(|words| !words.is_empty())
    {
        let words: Vec<&str> = words.iter().map(|word| word.as_deref().unwrap_or("…")).collect();
        let what = format!("-- {}", words.join(" "));
        effects.unknown.push(UnknownCommand { what, action: 0, is_elsewhere: false });
    }
    drop_own_scratch(&mut effects);
    name_paths(&mut effects, session);
    effects.items.shrink_to_fit();
    effects.kind = kind::decide(&votes, &session.name);
    effects
}

/// The commands that a call becomes: as it is written, or with the words of each call of nox where its own stand in for
/// them, and behind these.
fn commands<'a>(argv: &'a [Arg], own: Option<&Range<usize>>, given: &'a [Vec<Option<String>>]) -> Vec<Vec<&'a str>> {
    let words: Vec<&str> = argv.iter().map(|arg| arg.text().unwrap_or(UNREADABLE)).collect();
    let Some(own) = own.filter(|own| given.iter().any(|it| !it.is_empty()) && own.end <= words.len()) else {
        return vec![words];
    };
    let mut all: Vec<Vec<&str>> = Vec::new();
    for given in given {
        let given: Vec<&str> = given.iter().map(|word| word.as_deref().unwrap_or(UNREADABLE)).collect();
        let (front, behind) = (&words[..own.start], &words[own.end..]);
        match given.as_slice() {
            [] => all.push(words.clone()),
            given => {
                all.push([front, given, behind].concat());
                // Of `[*always, *session.posargs]` nobody knows which words would stay.
                if !own.is_empty() {
                    all.push([&words[..own.end], given, behind].concat());
                }
            }
        }
    }
    all
}

fn out<'a>(
    effects: &'a mut Effects,
    env: &'a Env<'a>,
    project: &'a ProjectFacts,
    (at, action): (usize, &'a Action),
) -> Out<'a> {
    Out { effects, env, project, directory: &action.directory, action: at, is_conditional: action.conditional }
}

/// Adds what the command in `words` touches.
fn run(words: &[&str], out: &mut Out<'_>, votes: &mut kind::Votes, depth: usize) {
    if wrappers::runs_in_project_environment(words) {
        tools::add_project_environment(out);
    }
    let Some(call) = wrappers::peel(words) else { return };
    // What is spread into a command unknown stands behind its words: an option in front had its program there.
    if call.program == UNREADABLE || call.program.starts_with('-') {
        out.unknown("a command that cannot be read".to_owned());
        return;
    }
    if let Some(script) = shell_script(&call) {
        if depth < DEEPEST {
            run_script(script, out, votes, depth);
        } else {
            out.unknown("a script in a script in a script".to_owned());
        }
        return;
    }
    if install::is_installer(&call) {
        install::add_command(&call, out);
        return;
    }
    if only_looks(&call) {
        return;
    }
    let Some(tool) = tools::find(&call, out.project) else {
        out.unknown(describe(&call));
        return;
    };
    if let Some(kind) = tool.kind {
        votes.add(kind, out.is_conditional);
    }
    out.add_row(tool, &call);
    add_temporary_folder(depth, out);
    if let Some(inner) = tool.inner {
        let words = inner(&call);
        if !words.is_empty() && depth < DEEPEST {
            run(&words, out, votes, depth + 1);
        }
    }
}

/// What a command puts into the folder that `TMPDIR` names has names of its own (tempfile, pytest's numbered folders); the
/// folder itself must stay.
fn add_temporary_folder(depth: usize, out: &mut Out<'_>) {
    if let Some(folder) = out.env.get("TMPDIR").filter(|_| depth == 0) {
        out.path("TMPDIR", folder, Access::Write, Sharing::Safe, Role::Other, true, "");
    }
}

/// Whether the command prints something and is done: `tool --version`, `python -c "import x; print(x.__version__)"`.
fn only_looks(call: &Call<'_>) -> bool {
    match call.words.as_slice() {
        ["--version" | "--help" | "-V" | "-h"] => true,
        ["-c", code] if wrappers::is_python(call.program) => code.split([';', '\n']).all(|statement| {
            let statement = statement.trim();
            ["import ", "from ", "print(", "assert "].iter().any(|start| statement.starts_with(start))
                || statement.is_empty()
        }),
        _ => false,
    }
}

/// The script of `bash -c "…"`.
fn shell_script<'a>(call: &Call<'a>) -> Option<&'a str> {
    if !matches!(call.program, "bash" | "sh" | "zsh" | "dash") {
        return None;
    }
    let at =
        call.words.iter().position(|word| word.starts_with('-') && !word.starts_with("--") && word.ends_with('c'))?;
    call.words.get(at + 1).copied()
}

fn run_script(script: &str, out: &mut Out<'_>, votes: &mut kind::Votes, depth: usize) {
    // Nobody looks at places in it.
    let script = facts::shell::read(script, &|_| syntax::Span::default(), &|_| None);
    if script.commands.is_empty() {
        out.unknown("a shell script that cannot be read".to_owned());
    }
    for command in &script.commands {
        let words: Vec<&str> = command.argv.iter().map(|word| word.text.as_str()).collect();
        run(&words, out, votes, depth + 1);
        for target in &command.writes {
            out.path("shell redirection", &target.text, Access::Write, Sharing::Exclusive, Role::Other, true, "");
        }
    }
}

fn add_file(access: FileAccess, path: &Arg, out: &mut Out<'_>) {
    let (access, tool) = match access {
        FileAccess::Read => (Access::Read, "read of a file"),
        FileAccess::Write => (Access::Write, "write of a file"),
        FileAccess::Delete => (Access::Delete, "removal of a file"),
    };
    let Some(path) = path.text() else {
        if access != Access::Read {
            out.unknown(format!("{tool} that cannot be named"));
        }
        return;
    };
    // Nobody knows which file of the sources it is, and whether others read it.
    let folder = paths::join(out.directory, path).filter(|path| path.ends_with('}') && !paths::is_own(path));
    let folder = folder.as_deref().and_then(|path| path.rsplit_once('/')).map(|(folder, _)| folder);
    if access != Access::Read && folder.is_some_and(paths::is_in_sources) {
        out.unknown(format!("{tool} that cannot be named"));
    }
    let sharing = if access == Access::Read { Sharing::Safe } else { Sharing::Exclusive };
    out.path(tool, path, access, sharing, tools::role_of_path(path), true, "");
    // Code or documents that a session writes or removes are read by whoever reads the sources.
    let changes_sources = |path: String| match access {
        Access::Write => paths::is_source_like(&path),
        Access::Delete => paths::is_in_sources(&path),
        _ => false,
    };
    if paths::join(out.directory, path).is_some_and(changes_sources) {
        let cure = "run it first and alone";
        out.push(tool, super::Resource::Sources, Access::Mutate, Sharing::Exclusive, Role::Other, true, cure);
    }
}

/// Calls that cannot be followed but touch nothing that another session sees.
fn is_harmless(why: &str) -> bool {
    const CALLS: [&str; 8] = [
        "tempfile.",
        "argparse.",
        "os.environ.",
        "platform.",
        // What a command printed is a value; what it touches is said by the command itself.
        "is the output of a command",
        "which is not there",
        "shlex.",
        "itertools.",
    ];
    CALLS.iter().any(|call| why.contains(call))
}

/// What a session makes and removes again in a folder that has a name of its own concerns nobody; but `.nox/*/tmp` may be
/// looked into by a later session.
fn drop_own_scratch(effects: &mut Effects) {
    effects.items.retain(|effect| match &effect.resource {
        super::Resource::Path(path) => {
            let is_seen = path.starts_with(".nox/") && effect.access != Access::Delete;
            is_seen || !(paths::is_own(path) && path.contains("tmp"))
        }
        _ => true,
    });
}

/// `{session.name}` in a path is the session's name, with the interpreter behind it where there are several, and so is the
/// folder of `session.create_tmp()`.
fn name_paths(effects: &mut Effects, session: &Session) {
    const NAME: &str = "{session.name}";
    const TEMPORARY: &str = "{session.create_tmp()}";
    let is_plain = |instance: &Instance| instance.parameters.is_empty();
    let name = match session.instances.as_slice() {
        [only] if only.signature == session.name => session.name.clone(),
        several if session.complete && several.iter().all(is_plain) => format!("{}-{{session.python}}", session.name),
        _ => format!("{}{NAME}", session.name),
    };
    for effect in &mut effects.items {
        if let super::Resource::Path(path) = &mut effect.resource
            && (path.contains(NAME) || path.contains(TEMPORARY))
        {
            *path = path.replace(NAME, &name).replace(TEMPORARY, &folder_of(&name));
        }
    }
}

/// The folder below `.nox` of a session called `name`, up to the first open part (`_normalize_path` in `sessions.py` of nox
/// 2026.10.20).
fn folder_of(name: &str) -> String {
    let (known, open) = name.split_at(name.find('{').unwrap_or(name.len()));
    let mut out = String::new();
    for c in known.chars().filter(char::is_ascii) {
        match c {
            c if c.is_ascii_alphanumeric() || c == '_' => out.push(c.to_ascii_lowercase()),
            _ if out.is_empty() || out.ends_with('-') => {}
            _ => out.push('-'),
        }
    }
    if open.is_empty() { out.trim_end_matches('-').to_owned() } else { out + open }
}

/// Whether the two paths, one of each session, are those of two interpreters: `unit-{session.python}.xml` of a session for
/// 3.13 and of one for PyPy.
pub(crate) fn are_of_other_pythons((a, x): (&Session, &str), (b, y): (&Session, &str)) -> bool {
    const PYTHON: &str = "{session.python}";
    let (short, long) = if x.len() <= y.len() { (x, y) } else { (y, x) };
    if !short.contains(PYTHON) || !long.starts_with(short) {
        return false;
    }
    let pythons = |session: &'_ Session| -> Option<Vec<String>> {
        let all = session.instances.iter().map(|instance| instance.python.clone());
        all.collect::<Option<Vec<_>>>().filter(|_| session.complete)
    };
    match (pythons(a), pythons(b)) {
        (Some(a), Some(b)) => !a.iter().any(|python| b.contains(python)),
        _ => false,
    }
}

/// The first words of a command, for people.
fn describe(call: &Call<'_>) -> String {
    let mut text = call.program.to_owned();
    for word in call.words.iter().take(2) {
        if word.len() > 40 || text.len() > 60 || word.contains('\n') {
            text.push_str(" …");
            break;
        }
        text.push(' ');
        text.push_str(if *word == UNREADABLE { "…" } else { word });
    }
    text
}
