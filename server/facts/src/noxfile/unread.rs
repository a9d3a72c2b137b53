//! Code that is not read: classes and functions from elsewhere, and their objects. What it does when it is called is not
//! known, which is another thing than a value that is not known: a text that a command printed does nothing.
//!
//! Neighbours: `library` calls what is known, `body` records what a session does.

use std::sync::Arc;

use syntax::{
    Span,
    python::{Call, Expr, ExprKind},
};

use super::{
    body::hands_nox,
    harmless,
    machine::Machine,
    value::{Args, V, Val},
};
use crate::Unknown;

/// Methods that only look at their object or tell something, by what everybody calls them: those of texts and collections,
/// of paths, matches, dates and loggers.
const LOOKING: [&str; 52] = [
    "absolute",
    "add_note",
    "as_posix",
    "copy",
    "count",
    "debug",
    "decode",
    "echo",
    "encode",
    "endswith",
    "error",
    "exception",
    "exists",
    "format",
    "get",
    "glob",
    "group",
    "groupdict",
    "groups",
    "index",
    "info",
    "is_absolute",
    "is_dir",
    "is_file",
    "isoformat",
    "items",
    "iterdir",
    "join",
    "joinpath",
    "keys",
    "lower",
    "lstrip",
    "model_dump",
    "partition",
    "print",
    "read_bytes",
    "read_text",
    "relative_to",
    "resolve",
    "rglob",
    "rsplit",
    "rstrip",
    "split",
    "splitlines",
    "startswith",
    "strftime",
    "strip",
    "title",
    "upper",
    "values",
    "warning",
    "with_suffix",
];

/// Modules of which only what they compute is used, beside those of `harmless`.
const COMPUTING: [&str; 6] = ["importlib_metadata", "nox", "pathlib", "toml", "tomli", "tomllib"];

/// Lists within lists that are looked through for the session.
const MAX_NESTED: u32 = 4;

/// Bytes of a call's own text that say what it calls.
const MAX_SHOWN: usize = 60;

impl<'a> Val<'a> {
    /// Code that is not read, and why.
    pub(super) fn unread(span: Span, reason: impl Into<String>) -> Self {
        Self::new(V::Unread(Arc::new(Unknown { span, reason: reason.into() })), span)
    }

    /// Why nothing is known of it, if nothing is.
    pub(super) fn why(&self) -> Option<&Arc<Unknown>> {
        match &self.v {
            V::Unknown(unknown) | V::Unread(unknown) => Some(unknown),
            _ => None,
        }
    }

    /// This one instead of `others`, one of which it is: where one of them acts when it is called, it may act.
    pub(super) fn instead_of(self, others: [&Self; 2]) -> Self {
        match self.v {
            V::Unknown(unknown) if others.into_iter().any(Self::acts) => Self::new(V::Unread(unknown), self.span),
            v => Self::new(v, self.span),
        }
    }

    /// Whether a call of it or of one of its methods may do something.
    fn acts(&self) -> bool {
        match &self.v {
            V::Api(api) => {
                let module = api.split('.').next().unwrap_or_default();
                !COMPUTING.contains(&module) && !harmless::is_harmless(api)
            }
            V::Method(method) => method.0.acts(),
            V::Partial(partial) => partial.0.acts(),
            V::Unread(_) | V::Func(_) | V::Lambda(_) | V::Class(_) | V::Object(_) | V::Session => true,
            _ => false,
        }
    }

    fn holds_session(&self, depth: u32) -> bool {
        let any = |items: &[Self]| depth < MAX_NESTED && items.iter().any(|item| item.holds_session(depth + 1));
        match &self.v {
            V::Session => true,
            V::Method(method) => matches!(method.0.v, V::Session),
            V::List(items) | V::Tuple(items) => any(items),
            V::Dict(entries) => depth < MAX_NESTED && entries.iter().any(|(_, value)| value.holds_session(depth + 1)),
            V::Object(object) => {
                depth < MAX_NESTED && object.fields.iter().any(|(_, value)| value.holds_session(depth + 1))
            }
            V::Partial(partial) => partial.0.holds_session(depth + 1) || hands_session(&partial.1),
            _ => false,
        }
    }
}

/// Whether a function gets the session, and may do anything with it.
pub(super) fn hands_session(args: &Args<'_>) -> bool {
    let keywords = args.keywords.iter().map(|(_, value)| value);
    args.positional.iter().chain(keywords).any(|value| value.holds_session(0))
}

impl<'a> Machine<'a> {
    /// Calls what nothing is known of. `written` is the call's own text.
    pub(super) fn call_unknown(&mut self, function: &Val<'a>, args: &Args<'a>, written: Option<&'a Call>) -> Val<'a> {
        let what = match function.why() {
            Some(_) => function.v.clone(),
            None => Val::unknown(args.call, "calls something that is not known").v,
        };
        let (V::Unknown(unknown) | V::Unread(unknown)) = &what else { return Val::new(what, args.call) };
        // What computes a value leaves no trace; code does, and so does who is handed the session.
        let acts = matches!(what, V::Unread(_)) && !only_looks(written);
        if acts || hands_session(args) {
            let shown = written.and_then(|call| self.shown(&call.function));
            self.opaque(args.call, shown.unwrap_or(&unknown.reason));
        }
        if self.body.is_none() && hands_nox(args) {
            let reason = format!("hands `nox` to what {}, and which may define sessions", unknown.reason);
            self.note(Arc::new(Unknown { span: args.call, reason }));
        }
        Val::new(what, args.call)
    }

    /// `with manager`, of which nothing is known.
    pub(super) fn enters_unread(&mut self, manager: &'a Expr, value: &Val<'a>) {
        if let V::Unread(unknown) = &value.v {
            self.opaque(value.span, self.shown(manager).unwrap_or(&unknown.reason));
        }
    }

    /// An expression as it is written, if that is short.
    fn shown(&self, expr: &Expr) -> Option<&'a str> {
        let text = self.source(expr);
        (text.len() <= MAX_SHOWN && !text.contains('\n')).then_some(text)
    }
}

fn only_looks(written: Option<&Call>) -> bool {
    match written.map(|call| &call.function.kind) {
        Some(ExprKind::Attribute(_, name)) => LOOKING.contains(&&*name.text),
        _ => false,
    }
}
