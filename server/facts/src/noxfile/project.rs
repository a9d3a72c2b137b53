//! `nox.project`: what a noxfile takes from `pyproject.toml`.

use std::{collections::HashSet, str::FromStr, sync::Arc};

use pep440_rs::Version;
use syntax::Span;
use toml::de::{DeTable, DeValue};

use super::value::{Args, How, V, Val};

/// Nesting of a TOML value that is taken over.
const MAX_DEPTH: u32 = 32;

/// A TOML text as the dict that Python makes of it.
pub(super) fn table<'a>(text: &str, span: Span) -> Option<Val<'a>> {
    let parsed = DeTable::parse(text).ok()?;
    Some(Val::new(entries(parsed.get_ref(), span, 0), span))
}

/// Entries in the order of the file, as Python has them.
fn entries<'a>(table: &DeTable<'_>, span: Span, depth: u32) -> V<'a> {
    let mut all: Vec<_> = table.iter().collect();
    all.sort_by_key(|(key, _)| key.span().start);
    let entries = all.into_iter().map(|(key, item)| {
        let key = Val::str(key.get_ref().as_ref(), span);
        (key, Val::new(value(item.get_ref(), span, depth + 1), span))
    });
    V::Dict(Arc::new(entries.collect()))
}

fn value<'a>(item: &DeValue<'_>, span: Span, depth: u32) -> V<'a> {
    if depth > MAX_DEPTH {
        return Val::unknown(span, "is nested too deeply").v;
    }
    match item {
        DeValue::String(text) => V::Str((&**text).into(), How::Exact),
        DeValue::Boolean(b) => V::Bool(*b),
        DeValue::Integer(n) => match i64::from_str_radix(n.as_str(), n.radix()) {
            Ok(n) => V::Int(n),
            Err(_) => Val::unknown(span, "is a number that is too large").v,
        },
        DeValue::Float(text) => V::Float(text.as_str().into()),
        DeValue::Datetime(_) => Val::unknown(span, "is a date").v,
        DeValue::Array(items) => {
            V::List(Arc::new(items.iter().map(|item| Val::new(value(item.get_ref(), span, depth + 1), span)).collect()))
        }
        DeValue::Table(table) => entries(table, span, depth),
    }
}

fn get<'v, 'a>(dict: &'v Val<'a>, key: &str) -> Option<&'v Val<'a>> {
    match &dict.v {
        V::Dict(entries) => {
            entries.iter().find(|(name, _)| name.exact().is_some_and(|name| &**name == key)).map(|(_, value)| value)
        }
        _ => None,
    }
}

fn texts(value: Option<&Val<'_>>) -> Vec<Arc<str>> {
    let items = value.and_then(Val::items).unwrap_or_default();
    items.iter().filter_map(|item| item.exact().cloned()).collect()
}

/// `nox.project.python_versions`, as nox 2026.10.20 has it.
pub(super) fn python_versions<'a>(args: &Args<'a>) -> Val<'a> {
    let span = args.call;
    let fail = |reason: &str| Val::unknown(span, reason);
    let Some(pyproject) = args.get(0, "pyproject") else { return fail("lacks its project") };
    if let V::Unknown(unknown) = &pyproject.v {
        return Val::new(V::Unknown(Arc::clone(unknown)), span);
    }
    let project = get(pyproject, "project");
    let classifiers = texts(project.and_then(|project| get(project, "classifiers")));
    let free_threaded = match args.keyword("free_threaded").map(Val::truth) {
        Some(None) if !matches!(args.keyword("free_threaded").map(|v| &v.v), Some(V::None)) => {
            return fail("takes a flag that is not known");
        }
        Some(Some(truth)) if !matches!(args.keyword("free_threaded").map(|v| &v.v), Some(V::None)) => truth,
        _ => classifiers.iter().any(|c| c.starts_with("Programming Language :: Python :: Free Threading")),
    };
    let max = args.keyword("max_version").filter(|value| !matches!(value.v, V::None));
    let mut versions: Vec<String> = match max {
        None => {
            let versions = classifiers.iter().filter(|c| c.starts_with("Programming Language :: Python :: 3."));
            versions.filter_map(|c| c.split_whitespace().last()).map(str::to_owned).collect()
        }
        Some(max) => {
            let Some(max) = max.exact() else { return fail("takes a version that is not known") };
            let requires = project.and_then(|project| get(project, "requires-python")).and_then(Val::exact);
            let Some(min) = requires.and_then(|requires| lower_bound(requires)) else {
                return fail("finds no lower bound in `requires-python`");
            };
            let max = max.split('.').nth(1).and_then(|minor| minor.parse().ok()).unwrap_or(0);
            (min..=max).take(200).map(|minor: u32| format!("3.{minor}")).collect()
        }
    };
    if versions.is_empty() {
        return fail("finds no Python versions in `pyproject.toml`");
    }
    let is_sorted = args.keyword("sort").and_then(Val::truth) != Some(false);
    if max.is_none() && is_sorted {
        let keys: Option<Vec<Version>> = versions.iter().map(|text| Version::from_str(text).ok()).collect();
        let Some(keys) = keys else { return fail("finds a version that is none") };
        let mut pairs: Vec<(Version, String)> = keys.into_iter().zip(versions).collect();
        pairs.sort_by(|a, b| a.0.cmp(&b.0));
        versions = pairs.into_iter().map(|(_, text)| text).collect();
    }
    if free_threaded {
        let since = Version::new([3, 14]);
        let more: Vec<String> = versions
            .iter()
            .filter(|text| Version::from_str(text).is_ok_and(|version| version >= since))
            .map(|text| format!("{text}t"))
            .collect();
        versions.extend(more);
    }
    Val::new(V::List(Arc::new(versions.into_iter().map(|text| Val::str(text, span)).collect())), span)
}

/// The largest minor version that `>`, `>=` or `~=` ask for.
fn lower_bound(requires: &str) -> Option<u32> {
    let bounds = requires.split(',').filter_map(|part| {
        let part = part.trim();
        let version = ["~=", ">=", ">"].iter().find_map(|op| part.strip_prefix(op))?;
        Some(version.trim().split('.').nth(1).and_then(|minor| minor.parse().ok()).unwrap_or(0))
    });
    bounds.max()
}

/// `nox.project.dependency_groups(pyproject, *groups)`.
pub(super) fn dependency_groups<'a>(args: &Args<'a>) -> Val<'a> {
    let span = args.call;
    let groups = args.positional.first().and_then(|pyproject| get(pyproject, "dependency-groups"));
    let Some(groups) = groups else { return Val::unknown(span, "reads dependency groups that are not known") };
    let mut out = Vec::new();
    for name in args.positional.iter().skip(1) {
        let Some(name) = name.exact() else { return Val::unknown(span, "reads a group whose name is not known") };
        if resolve(groups, name, &mut HashSet::new(), &mut out, 0).is_none() {
            return Val::unknown(span, format!("reads the group `{name}`, which could not be resolved"));
        }
    }
    Val::new(V::Tuple(Arc::new(out.into_iter().map(|text| Val::str(text, span)).collect())), span)
}

fn normal(name: &str) -> String {
    name.to_lowercase().replace(['_', '.'], "-")
}

fn resolve(
    groups: &Val<'_>,
    name: &str,
    open: &mut HashSet<String>,
    out: &mut Vec<Arc<str>>,
    depth: u32,
) -> Option<()> {
    let V::Dict(entries) = &groups.v else { return None };
    if depth > MAX_DEPTH || out.len() > 10_000 || !open.insert(normal(name)) {
        return None;
    }
    let is_it = |key: &Val<'_>| key.exact().is_some_and(|key| normal(key) == normal(name));
    let (_, group) = entries.iter().find(|(key, _)| is_it(key))?;
    for item in group.items()? {
        match (&item.v, get(&item, "include-group").and_then(Val::exact)) {
            (V::Str(text, How::Exact), _) => out.push(Arc::clone(text)),
            (_, Some(include)) => resolve(groups, include, open, out, depth + 1)?,
            _ => return None,
        }
    }
    open.remove(&normal(name));
    Some(())
}
