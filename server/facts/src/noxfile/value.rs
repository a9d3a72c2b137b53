//! What an expression of a noxfile comes to, as far as it is known.

use std::ops::Range;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use syntax::{
    Span,
    python::{Expr, Function, Parameter},
};

use crate::Unknown;

mod class;

pub(super) use class::{Class, ClassKind, Object, Role};

/// A value and the place it is from: of a string literal, its content.
#[derive(Clone, Debug)]
pub(super) struct Val<'a> {
    pub(super) v: V<'a>,
    pub(super) span: Span,
}

/// Variables by name.
pub(super) type Scope<'a> = FxHashMap<&'a str, Val<'a>>;

/// How much of a string is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum How {
    /// All of it.
    Exact,
    /// It names a place under the noxfile's folder; the folder's own path is left out.
    Rooted,
    /// Parts of it are in braces.
    Template,
    /// Both.
    RootedTemplate,
}

impl How {
    /// How much is known of one text with another behind it. Where the first part starts, all of it starts.
    pub(super) fn and(self, behind: Self) -> Self {
        match (self, behind) {
            (Self::Rooted, Self::Template) => Self::RootedTemplate,
            (first, behind) => first.max(behind),
        }
    }

    /// Of a path that starts at the noxfile's folder, wherever it is used.
    pub(super) fn rooted(self) -> Self {
        if self.is_template() { Self::RootedTemplate } else { Self::Rooted }
    }

    /// Of a part of a path that does not start where the path starts.
    pub(super) fn unrooted(self) -> Self {
        if self.is_template() { Self::Template } else { Self::Exact }
    }

    pub(super) fn is_rooted(self) -> bool {
        matches!(self, Self::Rooted | Self::RootedTemplate)
    }

    pub(super) fn is_template(self) -> bool {
        matches!(self, Self::Template | Self::RootedTemplate)
    }
}

/// A value.
#[derive(Clone, Debug)]
pub(super) enum V<'a> {
    Unknown(Arc<Unknown>),
    /// Code that is not read, or an object of such: what it does when it is called is not known.
    Unread(Arc<Unknown>),
    None,
    Bool(bool),
    /// Not known, but this unless somebody passes arguments.
    Maybe(bool),
    Int(i64),
    Float(Arc<str>),
    Str(Arc<str>, How),
    List(Arc<Vec<Val<'a>>>),
    Tuple(Arc<Vec<Val<'a>>>),
    Set(Arc<Vec<Val<'a>>>),
    /// Items that are known, in an order that is not, and why.
    Bag(Arc<Vec<Val<'a>>>, Arc<Unknown>),
    Dict(Arc<Vec<(Val<'a>, Val<'a>)>>),
    Path(Arc<str>, How),
    /// Something of a library, by its dotted name; builtins have none in front.
    Api(Arc<str>),
    /// A method with the value it belongs to.
    Method(Arc<(Val<'a>, &'a str)>),
    Func(Arc<Func<'a>>),
    Lambda(Arc<Lambda<'a>>),
    /// `functools.partial` and a session decorator with its arguments.
    Partial(Arc<(Val<'a>, Args<'a>)>),
    /// `nox.parametrize(…)`
    Parametrize(Arc<Vec<Case<'a>>>),
    /// `nox.param(…)`
    Param(Arc<Case<'a>>),
    /// Another file of the workspace that was imported.
    Module(usize),
    /// A class of the file, and an object of one.
    Class(Arc<Class<'a>>),
    Object(Arc<Object<'a>>),
    /// The session object of a body.
    Session,
    /// `session.posargs`, with what stands in for them when there are none.
    Posargs(Arc<Vec<Val<'a>>>),
}

/// A function of the file.
#[derive(Clone, Debug)]
pub(super) struct Func<'a> {
    pub(super) function: &'a Function,
    /// The module that it belongs to, and where its spans count from there.
    pub(super) module: usize,
    pub(super) base: u32,
    /// Of one in another file: the statement of this file that leads there.
    pub(super) site: Option<Span>,
    /// Its first byte, decorators included, in its own file.
    pub(super) start: u32,
    /// From the first decorator to the end of the body.
    pub(super) span: Span,
    pub(super) closure: Option<Arc<Scope<'a>>>,
    /// Parameters put on it so far; `None`: not known.
    pub(super) cases: Option<Arc<Vec<Case<'a>>>>,
    /// Whether it has parameters at all: none is another thing than an empty list.
    pub(super) is_parametrized: bool,
    /// What it poses as, by `functools.wraps` or by a name that is taken over.
    pub(super) wraps: Option<Arc<Func<'a>>>,
    /// What its `__name__` was set to.
    pub(super) named: Option<Val<'a>>,
    /// A session of nox: `nox.parametrize` put on it later still counts.
    pub(super) is_registered: bool,
}

/// `lambda parameters: body`, where it was made.
#[derive(Clone, Debug)]
pub(super) struct Lambda<'a> {
    pub(super) parameters: &'a [Parameter],
    pub(super) body: &'a Expr,
    pub(super) module: usize,
    pub(super) base: u32,
    pub(super) closure: Option<Arc<Scope<'a>>>,
}

impl<'a> Func<'a> {
    /// The place in the noxfile of something in it.
    pub(super) fn at(&self, span: Span) -> Span {
        self.site.unwrap_or_else(|| span.shifted(self.base))
    }

    /// The function whose name and docstring it shows, which is where Python's own `inspect` finds it.
    pub(super) fn shown(&self) -> &Func<'a> {
        self.wraps.as_deref().unwrap_or(self)
    }

    /// Its `__name__`, at the place that gives it.
    pub(super) fn name(&self) -> Val<'a> {
        let shown = self.shown();
        let written = || Val::str(&*shown.function.name.text, shown.at(shown.function.name.span));
        self.named.clone().unwrap_or_else(written)
    }
}

/// Arguments of a call.
#[derive(Clone, Debug, Default)]
pub(super) struct Args<'a> {
    pub(super) positional: Vec<Val<'a>>,
    pub(super) keywords: Vec<(Arc<str>, Val<'a>)>,
    /// `**kwargs` that is not known, or `*args`.
    pub(super) rest: Option<Arc<Unknown>>,
    /// The call: all of it, its parentheses, and each `name=value`.
    pub(super) call: Span,
    pub(super) parentheses: Span,
    pub(super) written: Vec<(Arc<str>, Span)>,
    /// It is a call of `nox_uv.session`, which runs `uv sync` in front of the body.
    pub(super) syncs: bool,
    /// Which of the positional ones `*session.posargs` stands for by default.
    pub(super) posargs: Option<Range<usize>>,
}

/// One set of parameters.
#[derive(Clone, Debug, Default)]
pub(super) struct Case<'a> {
    pub(super) values: Vec<(Arc<str>, Val<'a>)>,
    pub(super) id: Option<Arc<str>>,
    pub(super) tags: Vec<Arc<str>>,
    /// Something of it is not known.
    pub(super) unknown: Option<Arc<Unknown>>,
    /// Why its place among the others is not known.
    pub(super) disorder: Option<Arc<Unknown>>,
}

impl<'a> Args<'a> {
    /// The argument called `name`, or the one at `at`.
    pub(super) fn get(&self, at: usize, name: &str) -> Option<&Val<'a>> {
        self.keyword(name).or_else(|| self.positional.get(at))
    }

    /// Of a name given twice (by a `partial` and by its call) the later.
    pub(super) fn keyword(&self, name: &str) -> Option<&Val<'a>> {
        self.keywords.iter().rev().find(|(keyword, _)| &**keyword == name).map(|(_, value)| value)
    }
}

impl<'a> Val<'a> {
    pub(super) fn new(v: V<'a>, span: Span) -> Self {
        Self { v, span }
    }

    pub(super) fn str(text: impl Into<Arc<str>>, span: Span) -> Self {
        Self::new(V::Str(text.into(), How::Exact), span)
    }

    pub(super) fn unknown(span: Span, reason: impl Into<String>) -> Self {
        Self::new(V::Unknown(Arc::new(Unknown { span, reason: reason.into() })), span)
    }

    /// The text of a string that is wholly known.
    pub(super) fn exact(&self) -> Option<&Arc<str>> {
        match &self.v {
            V::Str(text, How::Exact) => Some(text),
            _ => None,
        }
    }

    /// The text of any string or path.
    pub(super) fn text(&self) -> Option<(Arc<str>, How)> {
        match &self.v {
            V::Str(text, how) | V::Path(text, how) => Some((Arc::clone(text), *how)),
            _ => None,
        }
    }

    /// The items of what can be iterated.
    pub(super) fn items(&self) -> Option<Vec<Val<'a>>> {
        Some(match &self.v {
            V::List(items) | V::Tuple(items) | V::Set(items) | V::Posargs(items) => items.to_vec(),
            V::Dict(entries) => entries.iter().map(|(key, _)| key.clone()).collect(),
            V::Class(class) if class.kind == ClassKind::Enum => class.members(self.span),
            V::Object(object) if object.class.kind == ClassKind::Tuple => {
                object.fields.iter().map(|(_, value)| value.clone()).collect()
            }
            V::Str(text, How::Exact) => text.chars().map(|c| Self::str(c.to_string(), self.span)).collect(),
            _ => return None,
        })
    }

    /// The items, in an order of ours where Python's is not known.
    pub(super) fn members(&self) -> Option<Vec<Self>> {
        match &self.v {
            V::Bag(items, _) => Some(items.to_vec()),
            _ => self.items(),
        }
    }

    /// Why the order of its items is not known, if it is not.
    pub(super) fn disorder(&self) -> Option<Arc<Unknown>> {
        match &self.v {
            V::Bag(_, why) => Some(Arc::clone(why)),
            V::Set(items) if items.len() > 1 => {
                let reason = "goes through a set, which has no order".to_owned();
                Some(Arc::new(Unknown { span: self.span, reason }))
            }
            _ => None,
        }
    }

    /// Whether both are the very same items in an order that is not known.
    pub(super) fn is_same_bag(&self, other: &Self) -> bool {
        match (&self.v, &other.v) {
            (V::Bag(a, _), V::Bag(b, _)) | (V::Set(a), V::Set(b)) => Arc::ptr_eq(a, b),
            _ => false,
        }
    }

    /// A list of `items`, or what there is instead of one where their order is not known.
    pub(super) fn list(items: Vec<Self>, disorder: Option<Arc<Unknown>>, span: Span) -> Self {
        let v = match disorder.filter(|_| items.len() > 1) {
            Some(why) => V::Bag(Arc::new(items), why),
            None => V::List(Arc::new(items)),
        };
        Self::new(v, span)
    }

    /// Whether it counts as true, if that is known.
    pub(super) fn truth(&self) -> Option<bool> {
        Some(match &self.v {
            V::None => false,
            V::Bool(b) => *b,
            V::Int(n) => *n != 0,
            V::Str(text, How::Exact) => !text.is_empty(),
            V::Str(text, _) if !text.is_empty() => true,
            V::List(items) | V::Tuple(items) | V::Set(items) | V::Bag(items, _) => !items.is_empty(),
            V::Dict(entries) => !entries.is_empty(),
            V::Path(..) | V::Lambda(_) | V::Func(_) | V::Method(_) | V::Partial(_) | V::Param(_) | V::Session => true,
            _ => return None,
        })
    }

    /// What it is unless somebody passes arguments.
    pub(super) fn likely(&self) -> Option<bool> {
        match &self.v {
            V::Maybe(b) => Some(*b),
            V::Posargs(items) => Some(!items.is_empty()),
            _ => self.truth(),
        }
    }

    /// Whether the two are the same, as far as both are known.
    pub(super) fn equals(&self, other: &Self) -> Option<bool> {
        let all = |a: &[Val<'a>], b: &[Val<'a>]| {
            if a.len() != b.len() {
                return Some(false);
            }
            let mut same = true;
            for (a, b) in a.iter().zip(b) {
                same &= a.equals(b)?;
            }
            Some(same)
        };
        match (&self.v, &other.v) {
            (V::Unknown(_) | V::Unread(_) | V::Maybe(_) | V::Posargs(_) | V::Bag(..), _)
            | (_, V::Unknown(_) | V::Unread(_) | V::Maybe(_) | V::Posargs(_) | V::Bag(..)) => None,
            (V::None, V::None) => Some(true),
            (V::Bool(a), V::Bool(b)) => Some(a == b),
            (V::Int(a), V::Int(b)) => Some(a == b),
            (V::Float(a), V::Float(b)) => Some(a == b),
            (V::Str(a, How::Exact), V::Str(b, How::Exact)) => Some(a == b),
            (V::Str(..), V::Str(..)) => None,
            (V::Path(a, x), V::Path(b, y)) if x == y => Some(a == b),
            (V::List(a), V::List(b)) | (V::Tuple(a), V::Tuple(b)) => all(a, b),
            (V::Api(a), V::Api(b)) if a == b => Some(true),
            (V::Api(_), _) | (_, V::Api(_)) => None,
            (V::Func(a), V::Func(b)) => Some(Arc::ptr_eq(a, b)),
            (V::Session, V::Session) => Some(true),
            (V::Object(a), V::Object(b)) => a.equals(b),
            (V::Object(_) | V::Class(_), _) | (_, V::Object(_) | V::Class(_)) => None,
            (V::Set(_), V::Set(_)) | (V::Dict(_), V::Dict(_)) | (V::Bool(_), V::Int(_)) | (V::Int(_), V::Bool(_)) => {
                None
            }
            (V::Path(..), _) | (_, V::Path(..)) => None,
            _ => Some(false),
        }
    }

    /// Python's `repr`, if it is known.
    pub(super) fn repr(&self) -> Option<String> {
        let list = |items: &[Val<'a>]| {
            let items: Option<Vec<String>> = items.iter().map(Val::repr).collect();
            items.map(|items| items.join(", "))
        };
        Some(match &self.v {
            V::None => "None".to_owned(),
            V::Bool(true) => "True".to_owned(),
            V::Bool(false) => "False".to_owned(),
            V::Int(n) => n.to_string(),
            V::Float(text) if is_plain_float(text) => text.to_string(),
            V::Str(text, How::Exact) => repr_str(text),
            V::Path(text, How::Exact) => format!("PosixPath({})", repr_str(text)),
            V::List(items) => format!("[{}]", list(items)?),
            V::Tuple(items) if items.len() == 1 => format!("({},)", list(items)?),
            V::Tuple(items) => format!("({})", list(items)?),
            V::Set(items) if items.len() == 1 => format!("{{{}}}", list(items)?),
            V::Dict(entries) => {
                let mut out = Vec::new();
                for (key, value) in entries.iter() {
                    out.push(format!("{}: {}", key.repr()?, value.repr()?));
                }
                format!("{{{}}}", out.join(", "))
            }
            V::Param(case) => case.signature()?,
            V::Object(object) => object.repr()?,
            _ => return None,
        })
    }

    /// Python's `str`, if it is known.
    pub(super) fn display(&self) -> Option<(Arc<str>, How)> {
        match &self.v {
            V::Object(object) if object.class.kind == ClassKind::Enum => Some((object.display()?.into(), How::Exact)),
            _ => self.text().or_else(|| Some((self.repr()?.into(), How::Exact))),
        }
    }
}

impl Case<'_> {
    /// What stands in the parentheses of the signature.
    pub(super) fn signature(&self) -> Option<String> {
        if let Some(id) = self.id.as_deref().filter(|id| !id.is_empty()) {
            return Some(id.to_owned());
        }
        let mut out = Vec::new();
        for (name, value) in &self.values {
            out.push(format!("{name}={}", value.repr()?));
        }
        Some(out.join(", "))
    }
}

/// A float that Python prints as it is written.
fn is_plain_float(text: &str) -> bool {
    let Some((whole, fraction)) = text.split_once('.') else { return false };
    let digits = |text: &str| !text.is_empty() && text.len() < 8 && text.bytes().all(|b| b.is_ascii_digit());
    let is_short = fraction == "0" || !fraction.ends_with('0');
    digits(whole)
        && digits(fraction)
        && is_short
        && (whole == "0" || !whole.starts_with('0'))
        && !text.starts_with("0.0000")
}

/// `repr` of a string: single quotes unless that needs more escapes.
fn repr_str(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut out = String::from(quote);
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c == quote => out.extend(['\\', c]),
            c if u32::from(c) < 0x20 || u32::from(c) == 0x7f => out.push_str(&format!("\\x{:02x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push(quote);
    out
}
