//! Simple classes: dataclasses, named tuples, enums, and those whose `__init__` sets attributes. What a class has from
//! elsewhere (a base that is not of the file, a decorator that is not known) is not known.

use std::sync::Arc;

use syntax::{
    Span,
    python::{Call, Class as Tree, ExprKind, StmtKind},
};

use super::{Frame, Machine};
use crate::noxfile::{
    harmless,
    value::{Args, Class, ClassKind, Object, Role, V, Val},
};

/// Decorators that make a class one of fields.
pub(in crate::noxfile) fn is_data(api: &str) -> bool {
    let of_attrs = || {
        let name = api.strip_prefix("attrs.").or_else(|| api.strip_prefix("attr."));
        name.is_some_and(|name| matches!(name, "define" | "frozen" | "mutable" | "dataclass"))
    };
    matches!(api, "dataclasses.dataclass" | "dataclass") || of_attrs()
}

/// Functions that say what a field is.
pub(in crate::noxfile) fn is_field(api: &str) -> bool {
    matches!(api, "dataclasses.field" | "attrs.field" | "attr.field" | "attr.ib")
}

/// What is said of a field by `field(…)`, if its default is such.
fn field<'v, 'a>(default: &'v Val<'a>) -> Option<&'v Args<'a>> {
    match &default.v {
        V::Partial(partial) if matches!(&partial.0.v, V::Api(api) if is_field(api)) => Some(&partial.1),
        _ => None,
    }
}

impl<'a> Machine<'a> {
    /// `class …:`
    pub(super) fn define_class(&mut self, tree: &'a Tree, span: Span) {
        let place = self.at(tree.name.span);
        let value = match self.class(tree, span) {
            Some(class) => Val::new(V::Class(Arc::new(class)), place),
            None => Val::unread(place, format!("`{}` is a class", tree.name.text)),
        };
        self.set(&tree.name.text, value);
    }

    fn class(&mut self, tree: &'a Tree, span: Span) -> Option<Class<'a>> {
        let mut class = Class { name: (*tree.name.text).into(), ..Class::default() };
        for base in &tree.bases {
            self.take_base(base, &mut class);
        }
        for (_, decorator) in &tree.decorators {
            let decorator = match self.eval(decorator).v {
                V::Partial(partial) => partial.0.v.clone(),
                other => other,
            };
            match decorator {
                V::Api(api) if is_data(&api) => class.kind = ClassKind::Data,
                V::Api(api) if matches!(&*api, "enum.unique" | "typing.final" | "functools.total_ordering") => {}
                _ => return None,
            }
        }
        // Methods do not see the names of the class.
        for statement in &tree.body {
            let StmtKind::Function(function) = &statement.kind else { continue };
            let role = match function.decorators.as_slice() {
                [] => Role::Method,
                [(_, only)] => match &only.kind {
                    ExprKind::Name(name) if matches!(&**name, "property" | "cached_property") => Role::Property,
                    ExprKind::Attribute(_, name) if name.is("cached_property") => Role::Property,
                    // What sets a property is called by no name of its own.
                    ExprKind::Attribute(_, name) if name.is("setter") || name.is("deleter") => continue,
                    ExprKind::Name(name) if &**name == "staticmethod" => Role::Value,
                    ExprKind::Name(name) if &**name == "classmethod" => Role::OfClass,
                    _ => Role::Unknown,
                },
                _ => Role::Unknown,
            };
            let value = self.function_value(function, statement.span);
            class.put((*function.name.text).into(), value, role);
        }
        self.frames.push(Frame { closure: self.closure(), ..Frame::default() });
        for statement in &tree.body {
            match &statement.kind {
                StmtKind::Function(_) | StmtKind::Class(_) => {}
                _ => drop(self.statement(statement)),
            }
        }
        let defaults: Vec<_> =
            tree.fields.iter().map(|(_, default)| default.as_ref().map(|it| self.eval(it))).collect();
        let mut vars = self.frames.pop()?.vars;
        for ((name, _), default) in tree.fields.iter().zip(defaults) {
            class.fields.retain(|(known, _)| **known != *name.text);
            class.fields.push(((*name.text).into(), default));
        }
        for statement in &tree.body {
            let StmtKind::Assign { targets, .. } = &statement.kind else { continue };
            for target in targets {
                let ExprKind::Name(name) = &target.kind else { continue };
                let Some(value) = vars.remove(&**name) else { continue };
                self.put_variable(&mut class, name, value, span);
            }
        }
        Some(class)
    }

    fn put_variable(&mut self, class: &mut Class<'a>, name: &'a str, value: Val<'a>, span: Span) {
        if class.kind != ClassKind::Enum || name.starts_with('_') {
            return class.put(name.into(), value, Role::Value);
        }
        let is_auto = matches!(&value.v, V::Api(api) if &**api == "enum.auto()");
        let number = i64::try_from(class.fields.len() + 1).unwrap_or(i64::MAX);
        let value = match () {
            () if is_auto && class.is_text => Val::str(name.to_lowercase(), value.span),
            () if is_auto => Val::new(V::Int(number), self.at(span)),
            () => value,
        };
        class.fields.push((name.into(), Some(value)));
    }

    fn take_base(&mut self, base: &'a syntax::python::Expr, class: &mut Class<'a>) {
        match self.eval(base).v {
            V::Class(base) => {
                let name = Arc::clone(&class.name);
                *class = Class { name, ..(*base).clone() };
            }
            V::Api(api) => match &*api {
                "enum.Enum" => class.kind = ClassKind::Enum,
                "enum.IntEnum" => {
                    class.kind = ClassKind::Enum;
                    class.put("__str__".into(), Val::unknown(Span::default(), ""), Role::Unknown);
                }
                "enum.StrEnum" => (class.kind, class.is_text) = (ClassKind::Enum, true),
                "typing.NamedTuple" => class.kind = ClassKind::Tuple,
                "object" | "typing.Generic" | "typing.Protocol" | "abc.ABC" => {}
                // How those are shown changed from one Python to the next.
                "str" | "int" => class.put("__str__".into(), Val::unknown(Span::default(), ""), Role::Unknown),
                _ => class.is_open = true,
            },
            _ => class.is_open = true,
        }
        // An exception only carries what it is given.
        class.is_plainly_made |= matches!(&base.kind, ExprKind::Name(name) if harmless::is_python(name));
    }

    /// `Class(…)`.
    pub(in crate::noxfile) fn construct(&mut self, class: &Arc<Class<'a>>, args: Args<'a>) -> Val<'a> {
        let span = args.call;
        let unknown = |what: &str| Val::unread(span, format!("{what} of the class `{}`", class.name));
        let is_made_elsewhere = class.kind != ClassKind::Enum && class.is_made_elsewhere();
        if is_made_elsewhere || (args.rest.is_some() && class.runs_when_made()) {
            self.opaque(span, &class.name);
        }
        if args.rest.is_some() {
            return unknown("takes arguments that are not known for an object");
        }
        match class.kind {
            ClassKind::Enum => {
                let wanted = args.positional.first();
                let mut members = class.members(span).into_iter();
                let is_it = |member: &Val<'a>| match (&member.v, wanted) {
                    (V::Object(member), Some(wanted)) => {
                        member.get("value").is_some_and(|value| value.equals(wanted) == Some(true))
                    }
                    _ => false,
                };
                members.find(is_it).unwrap_or_else(|| unknown("takes a member that is not known"))
            }
            _ if is_made_elsewhere => unknown("makes an object"),
            ClassKind::Data | ClassKind::Tuple => match self.fields(class, args) {
                Some(fields) => {
                    let made = Val::new(V::Object(Arc::new(Object { class: Arc::clone(class), fields })), span);
                    let after = ["__post_init__", "__attrs_post_init__"].iter().find(|it| class.method(it).is_some());
                    match after {
                        Some(after) => self.call_method(&made, after, Args { call: span, ..Args::default() }).1,
                        None => made,
                    }
                }
                None => {
                    if class.runs_when_made() {
                        self.opaque(span, &class.name);
                    }
                    unknown("lacks an argument for an object")
                }
            },
            ClassKind::Plain => {
                let empty = Object { class: Arc::clone(class), fields: Vec::new() };
                let made = Val::new(V::Object(Arc::new(empty)), span);
                match class.method("__init__") {
                    Some(_) => self.call_method(&made, "__init__", args).1,
                    None if !args.positional.is_empty() => unknown("makes an object"),
                    None => made,
                }
            }
        }
    }

    /// Arguments by the names of the fields.
    fn fields(&mut self, class: &Arc<Class<'a>>, args: Args<'a>) -> Option<Vec<(Arc<str>, Val<'a>)>> {
        let (call, mut keywords) = (args.call, args.keywords);
        let mut positional = args.positional.into_iter();
        let mut out = Vec::with_capacity(class.fields.len());
        for (name, default) in &class.fields {
            let says = |option: &str, wanted: bool| match default.as_ref().and_then(field) {
                Some(field) => field.keyword(option).is_some_and(|value| value.truth() == Some(wanted)),
                None => false,
            };
            if says("init", false) {
                let value = default.as_ref().and_then(|default| self.default(default, call));
                let value = value.unwrap_or_else(|| Val::unknown(call, format!("`.{name}` is set later")));
                out.push((Arc::clone(name), value));
                continue;
            }
            let keyword = keywords.iter().position(|(keyword, _)| keyword == name).map(|at| keywords.remove(at).1);
            let placed = if says("kw_only", true) { None } else { positional.next() };
            let mut value = match placed.or(keyword) {
                Some(value) => value,
                None => self.default(default.as_ref()?, call)?,
            };
            if let Some(converter) = default.as_ref().and_then(field).and_then(|field| field.keyword("converter")) {
                value = self.apply(converter.clone(), Args { positional: vec![value], call, ..Args::default() }, None);
            }
            out.push((Arc::clone(name), value));
        }
        (positional.next().is_none() && keywords.is_empty()).then_some(out)
    }

    /// A field's default; `field(default=…)` and `field(default_factory=…)` too.
    fn default(&mut self, default: &Val<'a>, call: Span) -> Option<Val<'a>> {
        let Some(field) = field(default) else { return Some(default.clone()) };
        if let Some(factory) = field.keyword("default_factory").or_else(|| field.keyword("factory")) {
            return Some(self.apply(factory.clone(), Args { call, ..Args::default() }, None));
        }
        field.keyword("default").cloned()
    }

    /// Calls an object.
    pub(in crate::noxfile) fn call_object(
        &mut self,
        object: &Val<'a>,
        args: Args<'a>,
        written: Option<&'a Call>,
    ) -> Val<'a> {
        match &object.v {
            V::Object(it) if it.class.method("__call__").is_some() => self.call_method(object, "__call__", args).0,
            V::Object(it) => {
                let unread = Val::unread(args.call, format!("calls an object of the class `{}`", it.class.name));
                self.call_unknown(&unread, &args, written)
            }
            _ => self.call_unknown(object, &args, written),
        }
    }

    /// `with object`: what is bound.
    pub(in crate::noxfile) fn enters(&mut self, object: &Val<'a>) -> Val<'a> {
        self.manages(object, "__enter__", Vec::new())
    }

    /// The end of `with object`.
    pub(in crate::noxfile) fn exits(&mut self, object: &Val<'a>) {
        let none = Val::new(V::None, object.span);
        self.manages(object, "__exit__", vec![none; 3]);
    }

    fn manages(&mut self, object: &Val<'a>, name: &str, positional: Vec<Val<'a>>) -> Val<'a> {
        let V::Object(it) = &object.v else { return object.clone() };
        let args = Args { positional, call: object.span, ..Args::default() };
        if it.class.method(name).is_none() {
            let class = Arc::clone(&it.class);
            self.opaque(object.span, &class.name);
            return Val::unread(object.span, format!("enters an object of the class `{}`", class.name));
        }
        self.call_method(object, name, args).0
    }

    /// Calls a method of an object: what it returns, and the object behind it.
    fn call_method(&mut self, owner: &Val<'a>, name: &str, mut args: Args<'a>) -> (Val<'a>, Val<'a>) {
        let span = args.call;
        let unknown = || Val::unread(span, format!("calls `.{name}()`, which is not known here"));
        let V::Object(object) = &owner.v else { return (unknown(), unknown()) };
        let Some((V::Func(func), role)) = object.class.method(name).map(|(value, role)| (value.v.clone(), role)) else {
            return (unknown(), unknown());
        };
        match role {
            Role::Method | Role::Property => args.positional.insert(0, owner.clone()),
            Role::OfClass => args.positional.insert(0, Val::new(V::Class(Arc::clone(&object.class)), span)),
            Role::Value => {}
            Role::Unknown => return (unknown(), unknown()),
        }
        let first = func.function.parameters.first().map(|parameter| &*parameter.name.text);
        let (result, frame) = self.call_in_frame(&func, args);
        let after = first.and_then(|first| frame?.vars.remove(first));
        (result, after.unwrap_or_else(unknown))
    }

    /// `object.name`
    pub(in crate::noxfile) fn object_attribute(&mut self, owner: &Val<'a>, name: &'a str, span: Span) -> Val<'a> {
        let V::Object(object) = &owner.v else { return owner.clone() };
        if let Some(value) = object.get(name) {
            return value.clone();
        }
        match object.class.method(name) {
            Some((_, Role::Property)) => self.call_method(owner, name, Args { call: span, ..Args::default() }).0,
            Some((value, Role::Value)) => value.clone(),
            Some((_, Role::Method | Role::OfClass)) => Val::new(V::Method(Arc::new((owner.clone(), name))), span),
            // Of a class with a base from elsewhere, or decorated by what is not known.
            found => {
                let reason = format!("uses `.{name}` of an object of the class `{}`", object.class.name);
                let is_unread = found.is_some() || object.class.is_open;
                if is_unread { Val::unread(span, reason) } else { Val::unknown(span, reason) }
            }
        }
    }

    /// `object.name(…)`
    pub(in crate::noxfile) fn object_method(&mut self, owner: &Val<'a>, name: &'a str, args: Args<'a>) -> Val<'a> {
        self.call_method(owner, name, args).0
    }

    /// `Class.name`
    pub(in crate::noxfile) fn class_attribute(&mut self, class: &Arc<Class<'a>>, name: &str, span: Span) -> Val<'a> {
        let member = || class.members(span).into_iter().find(|member| member.member_name().as_deref() == Some(name));
        if class.kind == ClassKind::Enum
            && let Some(member) = member()
        {
            return member;
        }
        match class.method(name) {
            Some((value, Role::Value | Role::Method)) => value.clone(),
            Some((value, Role::OfClass)) => {
                let bound = Args { positional: vec![Val::new(V::Class(Arc::clone(class)), span)], ..Args::default() };
                Val::new(V::Partial(Arc::new((value.clone(), bound))), span)
            }
            _ if name == "__name__" => Val::str(&*class.name, span),
            _ => Val::unread(span, format!("uses `.{name}` of the class `{}`", class.name)),
        }
    }

    /// `object.name = value`. `false`: the owner is no object.
    pub(super) fn set_attribute(&mut self, owner: &'a syntax::python::Expr, name: &str, value: Val<'a>) -> bool {
        let before = self.eval(owner);
        let V::Object(object) = &before.v else { return false };
        let is_sure = self.uncertain == 0;
        let mut now = (**object).clone();
        match now.fields.iter_mut().find(|(field, _)| **field == *name) {
            Some(_) if object.class.kind == ClassKind::Enum => return true,
            Some(field) => field.1 = value,
            None => now.fields.push((name.into(), value)),
        }
        if !is_sure {
            let reason = format!("`.{name}` is set under a condition that is not known");
            now.fields.iter_mut().filter(|(field, _)| **field == *name).for_each(|field| {
                field.1 = Val::unknown(field.1.span, reason.as_str());
            });
        }
        let now = Val::new(V::Object(Arc::new(now)), before.span);
        self.mutate(&before, Some(owner), &now);
        true
    }
}
