//! What goes of a session that leaves building to another one: the statements that build, or the call of a function that does.

use facts::noxfile::{Action, ActionKind, Arg, Session};
use model::EdgeKind;
use syntax::python::{Argument, ExprKind, Function, Stmt, StmtKind};
use syntax::{Span, TextEdit};

use super::repeat::{Repeat, own_function, words_of};
use super::unchanged;
use crate::assists::noxfile::changes::After;
use crate::assists::noxfile::scope::NoxfileCx;
use crate::assists::noxfile::tree::Place;
use crate::assists::noxfile::words;

/// A session that builds the package, and what goes of it.
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
    pub(super) caveat: Option<String>,
    /// They stand before all that the session does and installs besides.
    pub(super) comes_first: bool,
}

/// What goes of a session: the statements that build, or the call of the function that does so and nothing else.
/// `builder`: the function of the session that builds, where there is one.
pub(super) fn member<'a>(
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
            } else if let [word] = words.as_slice() {
                needless.push(*word);
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

/// The only call of `called` in the function, where it is a statement of its own, with the session and nothing else.
pub(super) fn call_of<'a>(function: &'a Function, base: u32, called: &str) -> Option<Place<'a>> {
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
