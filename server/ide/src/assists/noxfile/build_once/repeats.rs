//! Sessions that each build the package themselves: `python -m build` in `docs` and again in `check_dist`. One builds it,
//! the others require that one and find in the output folder what they have built themselves so far.
//!
//! Neighbours: `unchanged` proves that all of these builds make the same, `package` is the session that builds it where none
//! does nothing else.

use facts::noxfile::{Action, ActionKind, Arg, Session};
use model::effects::Role;
use model::{Access, EdgeKind, Effect, Resource, SessionId};
use syntax::python::{Argument, ExprKind, Function, Stmt, StmtKind};
use syntax::{Span, TextEdit};

use super::unchanged;
use crate::assists::noxfile::changes::After;
use crate::assists::noxfile::scope::NoxfileCx;
use crate::assists::noxfile::tree::Place;
use crate::assists::noxfile::words;

/// What builds a Python package: the catalogue's row, and what is installed for it; empty: it is there anyhow.
const FRONT_ENDS: [(&str, &str); 9] = [
    ("python -m build", "build"),
    ("pip wheel", ""),
    ("hatch build", "hatch"),
    ("flit build", "flit"),
    ("poetry build", "poetry"),
    ("pdm build", "pdm"),
    ("uv build", ""),
    ("setup.py sdist", ""),
    ("maturin build", "maturin"),
];

/// Those that build with what is installed beside them, not in environments of their own.
pub(super) const NOT_ISOLATED: [&str; 1] = ["setup.py sdist"];

/// A session that builds the package.
#[derive(Clone)]
pub(super) struct Repeat<'a> {
    pub(super) id: SessionId,
    pub(super) session: &'a Session,
    /// Its commands that do, by their place among its actions.
    pub(super) builds: Vec<usize>,
    /// Its removals of the output folder in front of them, in the same way.
    pub(super) clears: Vec<usize>,
    /// Where they put it, relative to the noxfile's folder.
    pub(super) folders: Vec<&'a str>,
    /// What is installed for that; empty: nothing.
    pub(super) front_end: &'static str,
    /// The catalogue's row of that.
    pub(super) tool: &'static str,
}

/// Sessions that build the same.
pub(super) struct Repeats<'a> {
    /// Those that stop doing so.
    pub(super) members: Vec<Member<'a>>,
    /// One that does nothing else: it goes on, for all.
    pub(super) builder: Option<Repeat<'a>>,
    /// What has to be so for it, as the end of a sentence.
    pub(super) caveat: Option<String>,
}

/// One of them, and what goes.
pub(super) struct Member<'a> {
    pub(super) repeat: Repeat<'a>,
    /// The statements that go.
    pub(super) gone: Vec<Place<'a>>,
    /// The function that they call, where they are no builds themselves.
    pub(super) called: Option<&'a str>,
    /// The actions that are gone with them.
    actions: Vec<Span>,
    /// Words of `session.install` that nobody needs then, without their quotes.
    needless: Vec<Span>,
    /// What has to be so for it.
    caveat: Option<String>,
    /// They stand before all that the session does and installs besides.
    comes_first: bool,
}

/// Sessions that build the package, and what can be done about it.
pub(super) struct Found<'a> {
    pub(super) ids: Vec<SessionId>,
    /// How often it is built, with all instances.
    pub(super) count: usize,
    pub(super) outcome: Result<Repeats<'a>, String>,
}

/// The sessions that build the package more often than once, one of them in `scope`.
pub(super) fn find<'a>(cx: &NoxfileCx<'a>, scope: &[SessionId]) -> Option<Found<'a>> {
    let all: Vec<Repeat<'a>> = (0..cx.noxfile.facts.sessions.len()).filter_map(|at| repeat(cx, SessionId(at))).collect();
    let asked = all.iter().filter(|it| scope.contains(&it.id));
    let groups = asked.map(|one| all.iter().filter(|it| builds_like(one, it)).cloned().collect::<Vec<_>>());
    let several = groups.into_iter().find(|group| count(group) > 1);
    if several.is_none() && !all.iter().any(|it| scope.contains(&it.id)) {
        return None;
    }
    let found = |group: &[Repeat<'a>], outcome| {
        Some(Found { ids: group.iter().map(|it| it.id).collect(), count: count(group), outcome })
    };
    let Some(group) = several else {
        let [one, other, ..] = all.as_slice() else { return None };
        let (first, second) = (&one.session.name, &other.session.name);
        return found(&all, Err(format!("`{first}` builds by `{}`, `{second}` by `{}`", one.shown(), other.shown())));
    };
    // One that builds something of its own goes on doing so.
    let (fit, unfit): (Vec<_>, Vec<_>) =
        group.iter().map(|it| (it, unchanged::alone(cx, it))).partition(|(_, outcome)| outcome.is_ok());
    let fit: Vec<Repeat<'a>> = fit.into_iter().map(|(it, _)| it.clone()).collect();
    let is_asked = fit.iter().any(|it| scope.contains(&it.id));
    let why = unfit.into_iter().find_map(|(it, outcome)| outcome.err().filter(|_| is_asked || scope.contains(&it.id)));
    match why {
        Some(why) if !is_asked || count(&fit) < 2 => found(&group, Err(why)),
        _ => found(&fit, repeats(cx, &fit)),
    }
}

fn count(group: &[Repeat<'_>]) -> usize {
    // One of which no instance is known may have some.
    group.iter().map(|it| it.session.instances.len().max(1)).sum()
}

/// The session, if it builds the package that the noxfile is of into a folder that others find, too.
fn repeat<'a>(cx: &NoxfileCx<'a>, id: SessionId) -> Option<Repeat<'a>> {
    let (session, effects) = (cx.session(id)?, cx.noxfile.effects.get(id.0)?);
    let mut found = Repeat { id, session, builds: Vec::new(), clears: Vec::new(), folders: Vec::new(), front_end: "", tool: "" };
    for effect in &effects.items {
        let Resource::Path(folder) = &effect.resource else { continue };
        let tool = FRONT_ENDS.iter().find(|(tool, _)| *tool == effect.tool);
        let is_build = effect.role == Role::Package && effect.access == Access::Write;
        let (Some((tool, package)), true) = (tool, is_build) else { continue };
        let action = session.actions.get(effect.action)?;
        if !action.directory.is_empty() || folder.contains(['{', '*', '?']) {
            return None;
        }
        found.builds.push(effect.action);
        found.folders.push(folder);
        found.front_end = if is_there(action) { "" } else { package };
        found.tool = tool;
    }
    let first = found.builds.first().copied()?;
    let is_clear = |effect: &&Effect| {
        let is_folder = matches!(&effect.resource, Resource::Path(path) if found.folders.contains(&&**path));
        is_folder && effect.access == Access::Delete && !effect.is_conditional && effect.action < first
    };
    found.clears = effects.items.iter().filter(is_clear).map(|effect| effect.action).collect();
    Some(found)
}

/// Whether nothing is installed for the command: nox or the machine has it.
fn is_there(action: &Action) -> bool {
    let ActionKind::Run { argv, .. } = &action.kind else { return false };
    matches!(argv.first().and_then(|word| word.text()), Some("uv" | "uvx" | "pipx"))
}

fn words_of(action: &Action) -> Vec<&str> {
    match &action.kind {
        ActionKind::Run { argv, .. } => argv.iter().map(|arg| arg.text().unwrap_or_default()).collect(),
        _ => Vec::new(),
    }
}

/// Whether the two say the same to the same front end.
fn builds_like(a: &Repeat<'_>, b: &Repeat<'_>) -> bool {
    a.commands().map(|(_, words)| words).eq(b.commands().map(|(_, words)| words))
}

impl<'a> Repeat<'a> {
    /// The commands that build, with their words; those that are not known are empty.
    pub(super) fn commands(&self) -> impl Iterator<Item = (&'a Action, Vec<&'a str>)> {
        let actions = self.builds.iter().filter_map(|at| self.session.actions.get(*at));
        actions.map(|action| (action, words_of(action)))
    }

    /// Whether the action is one of those that build, or that clear the folder for them.
    pub(super) fn is_build(&self, at: usize) -> bool {
        self.builds.contains(&at) || self.clears.contains(&at)
    }

    fn actions(&self) -> impl Iterator<Item = &'a Action> {
        self.clears.iter().chain(&self.builds).filter_map(|at| self.session.actions.get(*at))
    }

    fn shown(&self) -> String {
        let commands: Vec<String> = self.commands().map(|(_, words)| words.join(" ")).collect();
        commands.join("; ")
    }

    /// Whether it builds and does nothing else, so that others may require it.
    fn is_builder(&self, cx: &NoxfileCx<'_>) -> bool {
        let is_known = cx.noxfile.effects.get(self.id.0).is_some_and(|effects| effects.unknown.is_empty());
        // What it installs behind its build it does to try it.
        let last = self.builds.last().copied().unwrap_or(0);
        let is_part = |(at, action): (usize, &Action)| {
            let is_set_up = matches!(action.kind, ActionKind::Install { .. }) && !action.conditional && at < last;
            self.is_build(at) || is_set_up
        };
        // What it requires would be required by all.
        is_known && self.session.complete && self.session.requires.is_empty() && self.session.actions.iter().enumerate().all(is_part)
    }
}

fn repeats<'a>(cx: &NoxfileCx<'a>, group: &[Repeat<'a>]) -> Result<Repeats<'a>, String> {
    let pure: Vec<&Repeat<'_>> = group.iter().filter(|it| it.is_builder(cx)).collect();
    if let Some(one) = pure.iter().find(|it| it.session.instances.len() > 1) {
        let name = &one.session.name;
        return Err(format!("`{name}` does nothing but build it for several Pythons, which may be what it is for"));
    }
    let builder = pure.into_iter().find(|it| !installs_tree(it));
    let builder = builder.or_else(|| group.iter().find(|it| is_called_by_all(cx, it, group))).cloned();
    let function = builder.as_ref().and_then(|it| own_function(cx, it.session)).map(|(function, _)| function);
    let mut members = Vec::new();
    for repeat in group.iter().filter(|it| builder.as_ref().is_none_or(|builder| builder.id != it.id)) {
        members.push(member(cx, repeat, function)?);
    }
    refuse_own_environment(cx, builder.as_ref(), &members)?;
    let mut caveats: Vec<String> = members.iter().filter_map(|member| member.caveat.clone()).collect();
    caveats.extend(unchanged::check(cx, group)?);
    caveats.dedup();
    let caveat = (!caveats.is_empty()).then(|| format!("if {}", caveats.join(" and ")));
    Ok(Repeats { members, builder, caveat })
}

/// Who builds with what its environment holds may leave it to others only where these install the same: by the same call.
fn refuse_own_environment(cx: &NoxfileCx<'_>, builder: Option<&Repeat<'_>>, members: &[Member<'_>]) -> Result<(), String> {
    let function = builder.and_then(|it| own_function(cx, it.session)).map(|(function, _)| &*function.name.text);
    let first = function.or_else(|| members.first().and_then(|member| member.called));
    let is_same = |member: &&Member<'_>| member.called.is_some() && member.called == first && member.comes_first;
    let others = members.iter().filter(|member| !is_same(member));
    others.map(|member| &member.repeat).find_map(|it| unchanged::own_environment(cx, it)).map_or(Ok(()), Err)
}

/// Whether all the others call this session's function: whatever it does besides, they do, too.
fn is_called_by_all(cx: &NoxfileCx<'_>, repeat: &Repeat<'_>, group: &[Repeat<'_>]) -> bool {
    let (session, Some((function, _))) = (repeat.session, own_function(cx, repeat.session)) else { return false };
    let calls = |it: &Repeat<'_>| {
        own_function(cx, it.session).is_some_and(|(own, base)| call_of(own, base, &function.name.text).is_some())
    };
    let publishes = |effect: &Effect| effect.resource == Resource::World && effect.access != Access::Read;
    let publishes = cx.noxfile.effects.get(repeat.id.0).is_none_or(|effects| effects.items.iter().any(publishes));
    let is_alone = session.instances.len() == 1 && session.complete && session.requires.is_empty() && !publishes;
    is_alone && group.iter().filter(|it| it.id != repeat.id).all(calls)
}

/// `session.install(".")`: who requires such a one has the package built twice.
fn installs_tree(repeat: &Repeat<'_>) -> bool {
    repeat.session.actions.iter().any(|action| match &action.kind {
        ActionKind::Install { args } => args.iter().any(|arg| arg.text().is_some_and(|word| word.starts_with('.'))),
        _ => false,
    })
}

/// What goes of a session: the statements that build, or the call of the function that does so and nothing else.
fn member<'a>(
    cx: &NoxfileCx<'a>,
    repeat: &Repeat<'a>,
    builder: Option<&Function>,
) -> Result<Member<'a>, String> {
    let name = &repeat.session.name;
    let own = own_function(cx, repeat.session);
    let mut gone = Vec::new();
    for action in repeat.actions() {
        let place = cx.script.call(action).filter(Place::is_statement);
        let place = place.ok_or_else(|| format!("`{name}` uses what the command that builds prints"))?;
        let function = place.function.ok_or_else(|| format!("`{name}` does not build in a function"))?;
        if !own.is_some_and(|(own, _)| std::ptr::eq(own, function)) {
            let is_whole = builder.is_some_and(|builder| std::ptr::eq(builder, function));
            return by_call(cx, repeat, (function, place.base), is_whole);
        }
        gone.push(place);
    }
    let mut actions: Vec<Span> = repeat.actions().map(|action| action.span).collect();
    let mut needless = Vec::new();
    if only_handles_packages(cx, repeat, &actions) {
        for action in installs(repeat) {
            let Some(place) = cx.script.call(action).filter(Place::is_statement) else { continue };
            let words: Vec<Span> = place.call.arguments.iter().filter_map(|it| front_end(repeat, it, place.base)).collect();
            if words.len() == place.call.arguments.len() && !words.is_empty() {
                gone.push(place);
                actions.push(action.span);
            } else {
                needless.extend(words);
            }
        }
    }
    Ok(Member { repeat: repeat.clone(), gone, called: None, actions, needless, caveat: None, comes_first: false })
}

/// The same where `function` builds, which the session calls. `is_whole`: it is the session that builds, and what it does
/// besides is done by it, too.
fn by_call<'a>(
    cx: &NoxfileCx<'a>,
    repeat: &Repeat<'a>,
    (function, base): (&'a Function, u32),
    is_whole: bool,
) -> Result<Member<'a>, String> {
    let (name, called) = (&repeat.session.name, &*function.name.text);
    let other = || format!("`{name}` builds by `{called}`, in a way that cannot be taken away");
    let (first, last) = function.body.first().zip(function.body.last()).ok_or_else(other)?;
    let body = Span::new(first.span.start, last.span.end).shifted(base);
    let inside: Vec<&Action> = repeat.session.actions.iter().filter(|action| body.covers(action.span)).collect();
    let is_part = |action: &Action| match &action.kind {
        ActionKind::Install { args } => {
            args.iter().all(|arg| arg.text().is_some_and(|word| unchanged::is_front_end(repeat, word)))
        }
        _ => repeat.actions().any(|build| std::ptr::eq(build, action)),
    };
    let holds_all = repeat.actions().all(|build| body.covers(build.span));
    let place = own_function(cx, repeat.session).and_then(|(own, base)| call_of(own, base, called)).ok_or_else(other)?;
    if !holds_all || !(is_whole || inside.iter().all(|action| is_part(action))) {
        return Err(other());
    }
    let actions: Vec<Span> = inside.iter().map(|action| action.span).collect();
    let installed = installed(inside.iter().copied());
    let own = self::installed(repeat.session.actions.iter().filter(|action| !actions.contains(&action.span)));
    let left = repeat.session.actions.iter().filter(|action| !actions.contains(&action.span));
    let used = left.filter_map(program).find(|program| installed.contains(program) && !own.contains(program));
    if let Some(program) = used {
        return Err(format!("`{name}` runs `{program}`, which `{called}` installs"));
    }
    let is_used = !installed.is_empty() && !only_handles_packages(cx, repeat, &actions);
    let caveat = is_used.then(|| format!("`{name}` uses nothing that `{called}` installs"));
    let (repeat, gone) = (repeat.clone(), vec![place]);
    let comes_first = repeat.session.actions.first().is_some_and(|action| body.covers(action.span));
    Ok(Member { repeat, gone, called: Some(called), actions, needless: Vec::new(), caveat, comes_first })
}

/// The projects that these actions install by name.
fn installed<'a>(actions: impl Iterator<Item = &'a Action>) -> Vec<&'a str> {
    let args = actions.flat_map(|action| match &action.kind {
        ActionKind::Install { args } => args.as_slice(),
        _ => &[],
    });
    args.filter_map(Arg::text).map(unchanged::project).collect()
}

/// The program of a command: `twine` of `python -m twine`, too.
fn program(action: &Action) -> Option<&str> {
    match words_of(action).as_slice() {
        ["python" | "python3", "-m", module, ..] => Some(module),
        [program, ..] => Some(program),
        [] => None,
    }
}

/// The session's installations in front of its build.
fn installs<'a>(repeat: &Repeat<'a>) -> impl Iterator<Item = &'a Action> {
    let actions = repeat.session.actions.iter().take(repeat.builds.last().copied().unwrap_or(0));
    actions.filter(|action| matches!(action.kind, ActionKind::Install { .. }))
}

/// An argument that is the session's front end, without its quotes.
fn front_end(repeat: &Repeat<'_>, argument: &Argument, base: u32) -> Option<Span> {
    let ExprKind::Str { value, content, .. } = &argument.value.kind else { return None };
    let is_it = argument.name.is_none() && argument.stars == 0 && unchanged::is_front_end(repeat, value);
    is_it.then(|| content.shifted(base))
}

/// Tools of packages that have no use for what builds them.
const HANDLE_PACKAGES: [&str; 3] = ["twine check", "twine upload", "check-wheel-contents"];

/// Whether all that a session does but for `gone` has no use for what its build needed.
fn only_handles_packages(cx: &NoxfileCx<'_>, repeat: &Repeat<'_>, gone: &[Span]) -> bool {
    let Some(effects) = cx.noxfile.effects.get(repeat.id.0) else { return false };
    let is_one = |at: usize| {
        let mut own = effects.items.iter().filter(|effect| effect.action == at).peekable();
        own.peek().is_some() && own.all(|effect| HANDLE_PACKAGES.contains(&&*effect.tool))
    };
    let actions = repeat.session.actions.iter().enumerate();
    let mut runs = actions.filter(|(_, it)| matches!(it.kind, ActionKind::Run { .. }) && !gone.contains(&it.span));
    effects.unknown.is_empty() && runs.all(|(at, _)| is_one(at))
}

/// The statements by which the session clears the output folder.
pub(super) fn clears<'a>(cx: &NoxfileCx<'a>, repeat: &Repeat<'_>) -> Result<Vec<&'a str>, String> {
    let text = |at: &usize| {
        let action = repeat.session.actions.get(*at)?;
        let place = cx.script.call(action).filter(Place::is_statement)?;
        let is_said = |argument: &Argument| {
            argument.stars == 0 && matches!(argument.value.kind, ExprKind::Str { .. } | ExprKind::Bool(_))
        };
        let function = place.call.function.dotted()?;
        let is_known = matches!(&*function, "shutil.rmtree" | "rmtree" | "session.run");
        let is_plain = is_known && place.call.arguments.iter().all(is_said);
        Some(place.statement_span().of(cx.script.text)).filter(|text| is_plain && !text.contains('\n'))
    };
    let texts: Option<Vec<&str>> = repeat.clears.iter().map(text).collect();
    texts.ok_or_else(|| format!("`{}` clears the output folder in a way that cannot be taken along", repeat.session.name))
}

/// The session's function, with the offset of its spans.
pub(super) fn own_function<'a>(cx: &NoxfileCx<'a>, session: &Session) -> Option<(&'a Function, u32)> {
    cx.script.module.statements.iter().find_map(|top| match &top.statement.kind {
        StmtKind::Function(function) if function.name.span.shifted(top.start) == session.function_span => {
            Some((&**function, top.start))
        }
        _ => None,
    })
}

/// The only call of `called` in the function, where it is a statement of its own, with the session and nothing else.
fn call_of<'a>(function: &'a Function, base: u32, called: &str) -> Option<Place<'a>> {
    let session = &*function.parameters.first()?.name.text;
    let place = |statement: &'a Stmt| {
        let StmtKind::Expr(expr) = &statement.kind else { return None };
        let ExprKind::Call(call) = &expr.kind else { return None };
        let is_called = matches!(&call.function.kind, ExprKind::Name(name) if **name == *called);
        let is_plain = match call.arguments.as_slice() {
            [only] => {
                only.name.is_none()
                    && only.stars == 0
                    && matches!(&only.value.kind, ExprKind::Name(name) if **name == *session)
            }
            _ => false,
        };
        let place = Place { call, statement, block: &function.body, function: Some(function), base };
        (is_called && is_plain).then_some(place)
    };
    let mut found = function.body.iter().filter_map(place);
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

/// What goes, of all sessions.
pub(super) fn removals(cx: &NoxfileCx<'_>, members: &[Member<'_>]) -> Result<Vec<TextEdit>, String> {
    let places: Vec<Place<'_>> = members.iter().flat_map(|member| member.gone.iter().copied()).collect();
    let mut edits = cx.script.remove(&places)?;
    for word in members.iter().flat_map(|member| &member.needless) {
        edits.push(words::remove(cx.script.text, *word).ok_or("a word cannot be taken away")?);
    }
    Ok(edits)
}

/// The session as it is meant to be, of what it was.
pub(super) fn without(member: &Member<'_>, session: &Session) -> Session {
    let mut session = session.clone();
    session.actions.retain(|action| !member.actions.contains(&action.span));
    for action in &mut session.actions {
        if let ActionKind::Install { args } = &mut action.kind {
            args.retain(|arg| !member.needless.iter().any(|word| word.meets(arg.span())));
        }
    }
    session
}

/// Whether our own reader sees the session require one that builds what it did.
pub(super) fn leaves_it(member: &Member<'_>, builder: &str, after: &After<'_>) -> Result<(), String> {
    let name = &member.repeat.session.name;
    let unseen = || format!("`{name}` would not be seen to leave it to `{builder}`");
    let (id, _) = after.session(name).ok_or_else(unseen)?;
    let (from, session) = after.session(builder).ok_or_else(unseen)?;
    let is_required = after.noxfile.edges.iter().any(|it| (it.from, it.to, it.kind) == (from, id, EdgeKind::Requires));
    let ran: Vec<Vec<&str>> = session.actions.iter().map(words_of).collect();
    let builds = member.repeat.commands().all(|(_, words)| ran.contains(&words));
    if is_required && builds { Ok(()) } else { Err(unseen()) }
}
