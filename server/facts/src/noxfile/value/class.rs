//! Classes of the file and their objects, as values. Neighbour: `machine::classes`, which makes and calls them.

use std::sync::Arc;

use syntax::Span;

use super::{V, Val};

/// What a class is, as far as it decides what its objects are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::noxfile) enum ClassKind {
    /// `__init__` sets attributes.
    #[default]
    Plain,
    /// `@dataclass`
    Data,
    /// `NamedTuple`
    Tuple,
    /// `Enum` and its relatives.
    Enum,
}

/// What a name of a class is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::noxfile) enum Role {
    Method,
    Property,
    OfClass,
    /// A variable, or a function without `self`.
    Value,
    /// Decorated by what is not known.
    Unknown,
}

/// A class.
#[derive(Clone, Debug, Default)]
pub(in crate::noxfile) struct Class<'a> {
    pub(in crate::noxfile) name: Arc<str>,
    pub(in crate::noxfile) kind: ClassKind,
    /// Fields with their defaults; of an enum its members with their values.
    pub(in crate::noxfile) fields: Vec<(Arc<str>, Option<Val<'a>>)>,
    /// Its other names.
    pub(in crate::noxfile) names: Vec<(Arc<str>, Val<'a>, Role)>,
    /// Has a base that is not known.
    pub(in crate::noxfile) is_open: bool,
    /// Has a base that is not known, but does nothing when an object is made.
    pub(in crate::noxfile) is_plainly_made: bool,
    /// `StrEnum`: members are shown as their values.
    pub(in crate::noxfile) is_text: bool,
}

/// An object; of an enum one of its members, with the fields `name` and `value`.
#[derive(Clone, Debug)]
pub(in crate::noxfile) struct Object<'a> {
    pub(in crate::noxfile) class: Arc<Class<'a>>,
    pub(in crate::noxfile) fields: Vec<(Arc<str>, Val<'a>)>,
}

impl<'a> Class<'a> {
    /// Gives it a name; a later one of the same name wins.
    pub(in crate::noxfile) fn put(&mut self, name: Arc<str>, value: Val<'a>, role: Role) {
        self.names.retain(|(known, _, _)| *known != name);
        self.names.push((name, value, role));
    }

    /// A name of the class itself.
    pub(in crate::noxfile) fn method(&self, name: &str) -> Option<(&Val<'a>, Role)> {
        self.names.iter().find(|(known, _, _)| **known == *name).map(|(_, value, role)| (value, *role))
    }

    /// The members of an enum. Two names of one value are one member.
    pub(in crate::noxfile) fn members(self: &Arc<Self>, span: Span) -> Vec<Val<'a>> {
        let mut seen: Vec<&Val<'a>> = Vec::new();
        let mut out = Vec::new();
        for (name, value) in &self.fields {
            let Some(value) = value else { continue };
            if seen.iter().any(|other| other.equals(value) == Some(true)) {
                continue;
            }
            seen.push(value);
            let fields = vec![("name".into(), Val::str(Arc::clone(name), span)), ("value".into(), value.clone())];
            out.push(Val::new(V::Object(Arc::new(Object { class: Arc::clone(self), fields })), span));
        }
        out
    }

    /// Whether what is not known makes its objects.
    pub(in crate::noxfile) fn is_made_elsewhere(&self) -> bool {
        let is_of_base =
            self.kind == ClassKind::Plain && self.is_open && !self.is_plainly_made && self.method("__init__").is_none();
        is_of_base || self.method("__new__").is_some()
    }

    /// Whether code of its own runs when an object is made.
    pub(in crate::noxfile) fn runs_when_made(&self) -> bool {
        ["__init__", "__post_init__", "__attrs_post_init__"].iter().any(|name| self.method(name).is_some())
    }

    fn has(&self, name: &str) -> bool {
        self.is_open || self.method(name).is_some()
    }
}

impl<'a> Object<'a> {
    pub(in crate::noxfile) fn get(&self, name: &str) -> Option<&Val<'a>> {
        self.fields.iter().find(|(field, _)| **field == *name).map(|(_, value)| value)
    }

    pub(super) fn equals(self: &Arc<Self>, other: &Arc<Self>) -> Option<bool> {
        if Arc::ptr_eq(self, other) {
            return Some(true);
        }
        if self.class.name != other.class.name || self.class.has("__eq__") || self.class.kind == ClassKind::Plain {
            return None;
        }
        let mut same = true;
        for ((_, a), (_, b)) in self.fields.iter().zip(&other.fields) {
            same &= a.equals(b)?;
        }
        Some(same)
    }

    pub(super) fn repr(&self) -> Option<String> {
        if self.class.has("__repr__") {
            return None;
        }
        match self.class.kind {
            // Those of a plain class have an address in it.
            ClassKind::Plain => None,
            ClassKind::Enum => {
                Some(format!("<{}.{}: {}>", self.class.name, self.text("name")?, self.get("value")?.repr()?))
            }
            ClassKind::Data | ClassKind::Tuple => {
                let mut out = Vec::new();
                for (name, value) in self.fields.iter().take(self.class.fields.len()) {
                    out.push(format!("{name}={}", value.repr()?));
                }
                Some(format!("{}({})", self.class.name, out.join(", ")))
            }
        }
    }

    /// `str` of a member of an enum.
    pub(super) fn display(&self) -> Option<String> {
        if self.class.has("__str__") {
            return None;
        }
        if self.class.is_text {
            self.text("value")
        } else {
            Some(format!("{}.{}", self.class.name, self.text("name")?))
        }
    }

    fn text(&self, field: &str) -> Option<String> {
        self.get(field)?.exact().map(|text| text.to_string())
    }
}

impl Val<'_> {
    /// The name of a member of an enum.
    pub(in crate::noxfile) fn member_name(&self) -> Option<String> {
        match &self.v {
            V::Object(object) => object.text("name"),
            _ => None,
        }
    }
}
