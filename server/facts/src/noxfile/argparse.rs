//! `argparse` over `session.posargs`: without arguments on the command line every option has its default. Neighbour:
//! `methods`, which sends calls of parsers and reads of their results here.

use std::sync::Arc;

use syntax::{Span, python::Expr};

use super::{
    machine::Machine,
    value::{Args, V, Val},
};

/// A parser, with the defaults of its options so far.
pub(super) const PARSER: &str = "<parser>";
/// What a parser makes of the arguments.
pub(super) const NAMESPACE: &str = "<namespace>";

/// `argparse.ArgumentParser()`.
pub(super) fn parser<'a>(span: Span) -> Val<'a> {
    holding(PARSER, Vec::new(), span)
}

/// The value of an option.
pub(super) fn option<'a>(namespace: &Val<'a>, name: &str, span: Span) -> Val<'a> {
    let entries = if let V::Dict(entries) = &namespace.v { entries.as_slice() } else { &[] };
    let found = entries.iter().find(|(key, _)| key.exact().is_some_and(|key| **key == *name));
    found.map_or_else(|| Val::unknown(span, "is an argument given on the command line"), |(_, value)| value.clone())
}

impl<'a> Machine<'a> {
    /// A method of the parser that stands at `place`, with these `options`.
    pub(super) fn parser_method(
        &mut self,
        options: &Val<'a>,
        name: &str,
        args: &Args<'a>,
        place: Option<&'a Expr>,
    ) -> Val<'a> {
        let span = args.call;
        let V::Dict(entries) = &options.v else { return Val::unknown(span, "is a parser that is not known") };
        match name {
            "add_argument" => {
                let mut entries = (**entries).clone();
                entries.extend(added(args));
                if let Some(parser) = place.and_then(|place| self.place(place)) {
                    *parser = holding(PARSER, entries, span);
                }
                Val::new(V::None, span)
            }
            "parse_args" => holding(NAMESPACE, (**entries).clone(), span),
            "parse_known_args" => {
                let namespace = holding(NAMESPACE, (**entries).clone(), span);
                Val::new(V::Tuple(Arc::new(vec![namespace, Val::new(V::Posargs(Arc::default()), span)])), span)
            }
            _ => Val::unknown(span, format!("calls `.{name}()` of a parser")),
        }
    }
}

fn holding<'a>(what: &'static str, entries: Vec<(Val<'a>, Val<'a>)>, span: Span) -> Val<'a> {
    Val::new(V::Method(Arc::new((Val::new(V::Dict(Arc::new(entries)), span), what))), span)
}

/// The name and the default of the option that `add_argument(…)` adds; nothing for one that must be given.
fn added<'a>(args: &Args<'a>) -> Option<(Val<'a>, Val<'a>)> {
    let span = args.call;
    let names: Vec<&str> = args.positional.iter().filter_map(|name| name.exact().map(|name| &**name)).collect();
    let name = match args.keyword("dest").and_then(Val::exact) {
        Some(name) => name.to_string(),
        None => {
            let name = names.iter().find(|name| name.starts_with("--")).or_else(|| names.first())?;
            name.trim_start_matches('-').replace('-', "_")
        }
    };
    let action = args.keyword("action").and_then(Val::exact).map_or("store", |action| &**action);
    let default = match (args.keyword("default"), action) {
        (Some(default), _) => default.clone(),
        (None, "store_true") => Val::new(V::Bool(false), span),
        (None, "store_false") => Val::new(V::Bool(true), span),
        (None, _) => match args.keyword("nargs").and_then(Val::exact).map(|nargs| &**nargs) {
            Some("*") => Val::new(V::Posargs(Arc::default()), span),
            // One that must be given is not known.
            _ if names.iter().any(|name| !name.starts_with('-')) => return None,
            _ => Val::new(V::None, span),
        },
    };
    Some((Val::str(name, span), default))
}
