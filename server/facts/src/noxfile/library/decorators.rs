//! What nox's decorators do with functions: `session` registers one, `parametrize` puts cases on it.

use std::sync::Arc;

use syntax::Span;

use super::{is_session_api, syncs};
use crate::Unknown;
use crate::noxfile::{
    machine::{MAX_ITEMS, Machine},
    value::{Args, Case, Func, How, V, Val},
};

impl<'a> Machine<'a> {
    /// Makes a session of `func`: what nox hands back stands for this one session.
    pub(in crate::noxfile) fn register(
        &mut self,
        func: &Arc<Func<'a>>,
        args: Args<'a>,
        written: Option<Span>,
    ) -> Val<'a> {
        let span = func.at(func.function.name.span);
        // What another file writes cannot be edited by way of this one.
        let (mut args, mut written) = (args, written);
        if self.site.is_some() {
            written = None;
            args.parentheses = Span::default();
            args.written.clear();
        }
        let own = Arc::new(Func { is_registered: true, ..(**func).clone() });
        if self.body.is_none() {
            let is_uncertain = self.uncertain > 0;
            self.trace.registers();
            self.registry.add(&own, args, written, is_uncertain);
        }
        Val::new(V::Func(own), span)
    }

    /// Puts one decorator on a function. `written`: the `@…` line and the expression in it.
    pub(in crate::noxfile) fn decorate(
        &mut self,
        value: Val<'a>,
        decorator: Val<'a>,
        written: Option<(Span, Span)>,
    ) -> Val<'a> {
        let V::Func(func) = &value.v else { return value };
        match &decorator.v {
            V::Api(api) if is_session_api(api) => {
                let args = Args { call: decorator.span, syncs: syncs(api), ..Args::default() };
                self.register(func, args, written.map(|(line, _)| line))
            }
            V::Partial(partial) if matches!(&partial.0.v, V::Api(api) if is_session_api(api)) => {
                let line = written.filter(|(_, call)| *call == partial.1.call).map(|(line, _)| line);
                self.register(func, partial.1.clone(), line)
            }
            V::Unknown(unknown) | V::Unread(unknown) => {
                let text = written.map(|(_, span)| span.of(self.home)).unwrap_or_default();
                if self.site.is_some() || text.contains("session") || text.contains("nox") {
                    let reason = format!("is decorated by what {}", unknown.reason);
                    self.note(Arc::new(Unknown { span: decorator.span, reason }));
                }
                value
            }
            V::Api(api) => {
                if api.starts_with("nox.") || api.ends_with("session") || api.contains("nox") {
                    let reason = format!("is decorated by `{api}`, which is not known here");
                    self.note(Arc::new(Unknown { span: decorator.span, reason }));
                }
                value
            }
            V::Func(_) | V::Parametrize(_) | V::Partial(_) => {
                let args = Args { positional: vec![value.clone()], call: decorator.span, ..Args::default() };
                let out = self.apply(decorator, args, None);
                if matches!(out.v, V::Func(_)) { out } else { value }
            }
            _ => value,
        }
    }

    /// `nox.parametrize(names, values, ids=, tags=)`.
    pub(super) fn parametrize(&mut self, args: &Args<'a>) -> Val<'a> {
        let span = args.call;
        let cases = self.cases(args).unwrap_or_else(|unknown| vec![Case { unknown: Some(unknown), ..Case::default() }]);
        Val::new(V::Parametrize(Arc::new(cases)), span)
    }

    fn cases(&self, args: &Args<'a>) -> Result<Vec<Case<'a>>, Arc<Unknown>> {
        let span = args.call;
        let fail = |value: Option<&Val<'a>>, reason: &str| match value.map(|value| self.carry(value, span, reason).v) {
            Some(V::Unknown(unknown)) => unknown,
            _ => Arc::new(Unknown { span, reason: reason.to_owned() }),
        };
        if let Some(rest) = &args.rest {
            return Err(Arc::clone(rest));
        }
        let names = args.get(0, "arg_names");
        let names: Vec<Arc<str>> = match names.map(|value| &value.v) {
            Some(V::Str(text, How::Exact)) => {
                text.split(',').map(str::trim).filter(|name| !name.is_empty()).map(Arc::from).collect()
            }
            Some(V::List(items) | V::Tuple(items)) => {
                let names: Option<Vec<_>> = items.iter().map(|item| item.exact().cloned()).collect();
                names.ok_or_else(|| fail(args.get(0, "arg_names"), "parametrizes names that are not known"))?
            }
            _ => return Err(fail(names, "parametrizes names that are not known")),
        };
        let values = args.get(1, "arg_values_list").ok_or_else(|| fail(None, "parametrizes nothing"))?;
        let rows: Vec<Val<'a>> = match (&values.v, names.len()) {
            (V::Unknown(unknown) | V::Unread(unknown), _) => return Err(Arc::clone(unknown)),
            (V::List(items) | V::Tuple(items), _) => items.to_vec(),
            (V::Bag(items, _), _) => items.to_vec(),
            (_, 1) => vec![values.clone()],
            (V::Param(_), _) => vec![values.clone()],
            _ => values.members().ok_or_else(|| fail(Some(values), "parametrizes values that are not known"))?,
        };
        let column = |name: &str, at: usize| match args.get(at, name) {
            None => Ok(Vec::new()),
            Some(value) if matches!(value.v, V::None) => Ok(Vec::new()),
            // In no known order, but in the same as the values.
            Some(value) if value.is_same_bag(values) => Ok(value.members().unwrap_or_default()),
            Some(value) => value.items().ok_or_else(|| fail(Some(value), "has ids or tags that are not known")),
        };
        let (ids, tags) = (column("ids", 2)?, column("tags", 3)?);
        let disorder = values.disorder();
        let case = |(at, row)| Case { disorder: disorder.clone(), ..case(&names, row, ids.get(at), tags.get(at)) };
        Ok(rows.iter().enumerate().map(case).collect())
    }
}

/// One row of `nox.parametrize`.
fn case<'a>(names: &[Arc<str>], row: &Val<'a>, id: Option<&Val<'a>>, tags: Option<&Val<'a>>) -> Case<'a> {
    let unknown = |span, reason: &str| Some(Arc::new(Unknown { span, reason: reason.to_owned() }));
    let zip = |values: Vec<Val<'a>>| names.iter().cloned().zip(values).collect::<Vec<_>>();
    let mut out = match &row.v {
        V::Param(param) => {
            let values = param.values.iter().map(|(_, value)| value.clone()).collect::<Vec<_>>();
            let mut out = Case { values: zip(values), ..(**param).clone() };
            if param.values.len() != names.len() {
                out.unknown = unknown(row.span, "has another number of values than names");
            }
            return out;
        }
        _ if names.len() == 1 => Case { values: zip(vec![row.clone()]), ..Case::default() },
        _ => match row.items() {
            Some(items) if items.len() == names.len() => Case { values: zip(items), ..Case::default() },
            _ => Case { unknown: unknown(row.span, "is no row of as many values as names"), ..Case::default() },
        },
    };
    match id.map(|id| &id.v) {
        None | Some(V::None) => {}
        Some(V::Str(text, How::Exact)) => out.id = Some(Arc::clone(text)),
        Some(_) => out.unknown = unknown(row.span, "has an id that is not known"),
    }
    if let Some(tags) = tags.filter(|tags| !matches!(tags.v, V::None)) {
        let tags_known = tags.items().and_then(|tags| tags.iter().map(|tag| tag.exact().cloned()).collect());
        match tags_known {
            Some(tags) => out.tags = tags,
            None => out.unknown = unknown(tags.span, "has tags that are not known"),
        }
    }
    out
}

pub(super) fn param(args: Args<'_>) -> Val<'_> {
    let span = args.call;
    let mut case = Case::default();
    let id = args.keyword("id").cloned();
    match id.as_ref().map(|id| &id.v) {
        None | Some(V::None) => {}
        Some(V::Str(text, How::Exact)) => case.id = Some(Arc::clone(text)),
        Some(_) => case.unknown = Some(Arc::new(Unknown { span, reason: "has an id that is not known".to_owned() })),
    }
    if let Some(tags) = args.keyword("tags").and_then(Val::items) {
        case.tags = tags.iter().filter_map(|tag| tag.exact().cloned()).collect();
    }
    case.values = args.positional.into_iter().map(|value| (Arc::from(""), value)).collect();
    Val::new(V::Param(Arc::new(case)), span)
}

/// `update_param_specs`: new ones outside, old ones inside and first in the text.
pub(super) fn with_cases<'a>(func: &Arc<Func<'a>>, new: &[Case<'a>]) -> Arc<Func<'a>> {
    let mut out = (**func).clone();
    let combined = match (&func.cases, func.is_parametrized) {
        (_, false) => Some(new.to_vec()),
        (Some(old), true) if old.len().saturating_mul(new.len()) <= MAX_ITEMS => {
            Some(new.iter().flat_map(|new| old.iter().map(move |old| both(old, new))).collect())
        }
        _ => None,
    };
    out.is_parametrized = true;
    out.cases = combined.map(Arc::new);
    Arc::new(out)
}

fn both<'a>(old: &Case<'a>, new: &Case<'a>) -> Case<'a> {
    let unknown = old.unknown.clone().or_else(|| new.unknown.clone());
    let id = old.signature().zip(new.signature()).map(|(old, new)| Arc::from(format!("{old}, {new}")));
    let unreadable = || {
        let span = old.values.first().or_else(|| new.values.first()).map(|(_, value)| value.span).unwrap_or_default();
        Arc::new(Unknown { span, reason: "has a parameter whose text in the name is not known".to_owned() })
    };
    let unknown = unknown.or_else(|| id.is_none().then(unreadable));
    let disorder = old.disorder.clone().or_else(|| new.disorder.clone());
    Case {
        values: [&*old.values, &*new.values].concat(),
        id,
        tags: [&*old.tags, &*new.tags].concat(),
        unknown,
        disorder,
    }
}
