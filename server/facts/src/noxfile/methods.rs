//! Methods of strings, lists, dicts and paths. Neighbours: `library` for functions, `body` for what acts on the world.

use std::sync::Arc;

use syntax::{Span, python::Expr};

use super::{
    argparse,
    library::{join_path, order},
    machine::{MAX_ITEMS, Machine},
    value::{Args, How, V, Val},
};

impl<'a> Machine<'a> {
    /// Calls `owner.name(…)`. `place` is where the owner stands, if it can be changed.
    pub(super) fn method(
        &mut self,
        owner: &Val<'a>,
        name: &'a str,
        args: Args<'a>,
        place: Option<&'a Expr>,
    ) -> Val<'a> {
        let span = args.call;
        let known = match &owner.v {
            V::Session => return self.session_method(name, args),
            V::Object(_) => return self.object_method(owner, name, args),
            V::Str(text, how) => self.str_method(text, *how, name, &args),
            V::Path(text, how) => return self.path_method(text, *how, name, args),
            V::List(_) | V::Dict(_) | V::Set(_) | V::Tuple(_) | V::Posargs(_) | V::Bag(..) => {
                return self.collection_method(owner, name, &args, place);
            }
            V::Method(parser) if parser.1 == argparse::PARSER => {
                return self.parser_method(&parser.0.clone(), name, &args, place);
            }
            V::Method(file) if file.1 == "<file>" => return self.file_method(&file.0.clone(), name, span),
            _ => None,
        };
        known.unwrap_or_else(|| match args.positional.iter().find(|value| matches!(value.v, V::Unknown(_))) {
            Some(value) => self.carry(value, span, ""),
            None => self.carry(owner, span, &format!("calls `.{name}()`, which is not known here")),
        })
    }

    fn str_method(&self, text: &Arc<str>, how: How, name: &str, args: &Args<'a>) -> Option<Val<'a>> {
        let span = args.call;
        let arg = |at: usize| args.positional.get(at).and_then(Val::exact).map(|text| &**text);
        let texts = |parts: Vec<&str>| {
            Val::new(V::List(Arc::new(parts.into_iter().map(|part| Val::str(part, span)).collect())), span)
        };
        let set: Option<Vec<char>> = args.positional.first().map(|_| arg(0).unwrap_or_default().chars().collect());
        let strip = |c: char| set.as_ref().map_or_else(|| c.is_whitespace(), |set| set.contains(&c));
        let changed: String = match name {
            "lower" | "casefold" => text.to_lowercase(),
            "upper" => text.to_uppercase(),
            "strip" => text.trim_matches(strip).to_owned(),
            "lstrip" => text.trim_start_matches(strip).to_owned(),
            "rstrip" => text.trim_end_matches(strip).to_owned(),
            "replace" => text.replace(arg(0)?, arg(1)?),
            "removeprefix" => text.strip_prefix(arg(0)?).unwrap_or(text).to_owned(),
            "removesuffix" => text.strip_suffix(arg(0)?).unwrap_or(text).to_owned(),
            "capitalize" => {
                let mut chars = text.chars();
                chars
                    .next()
                    .map(|c| c.to_uppercase().chain(chars.flat_map(char::to_lowercase)).collect())
                    .unwrap_or_default()
            }
            "join" => {
                let (mut out, mut all) = (String::new(), how);
                for (at, item) in args.positional.first()?.items()?.iter().enumerate() {
                    let (part, part_how) = item.text()?;
                    if at > 0 {
                        out.push_str(text);
                    }
                    out.push_str(&part);
                    all = all.and(part_how);
                }
                return Some(self.string(out, all, span));
            }
            "format" => return self.str_format(text, args),
            _ => {
                if how != How::Exact {
                    return None;
                }
                return Some(match name {
                    "split" => match (arg(0), args.positional.len()) {
                        (None, 0) => texts(text.split_whitespace().collect()),
                        (Some(by), 1) if !by.is_empty() => texts(text.split(by).collect()),
                        (Some(by), 2) if !by.is_empty() => match args.positional.get(1)?.v {
                            V::Int(n) => texts(text.splitn(usize::try_from(n).ok()? + 1, by).collect()),
                            _ => return None,
                        },
                        _ => return None,
                    },
                    "rsplit" => match (arg(0), args.positional.get(1).map(|value| &value.v)) {
                        (Some(by), Some(V::Int(n))) if !by.is_empty() => {
                            let mut parts: Vec<&str> = text.rsplitn(usize::try_from(*n).ok()? + 1, by).collect();
                            parts.reverse();
                            texts(parts)
                        }
                        (Some(by), None) if !by.is_empty() => texts(text.split(by).collect()),
                        _ => return None,
                    },
                    "splitlines" => texts(text.lines().collect()),
                    "partition" => match text.split_once(arg(0)?) {
                        Some((a, b)) => triple([a, arg(0)?, b], span),
                        None => triple([text, "", ""], span),
                    },
                    "rpartition" => match text.rsplit_once(arg(0)?) {
                        Some((a, b)) => triple([a, arg(0)?, b], span),
                        None => triple(["", "", text], span),
                    },
                    "startswith" | "endswith" => {
                        let is = |affix: &str| {
                            if name == "startswith" { text.starts_with(affix) } else { text.ends_with(affix) }
                        };
                        let result = match arg(0) {
                            Some(affix) => is(affix),
                            None => match &args.positional.first()?.v {
                                V::Tuple(all) => {
                                    let all: Option<Vec<_>> = all.iter().map(Val::exact).collect();
                                    all?.into_iter().any(|affix| is(affix))
                                }
                                _ => return None,
                            },
                        };
                        Val::new(V::Bool(result), span)
                    }
                    "isdigit" | "isnumeric" | "isdecimal" => {
                        Val::new(V::Bool(!text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())), span)
                    }
                    "count" => Val::new(V::Int(i64::try_from(text.matches(arg(0)?).count()).ok()?), span),
                    _ => return None,
                });
            }
        };
        Some(self.string(changed, how, span))
    }

    /// `"{} {name}".format(…)` without format specifications.
    fn str_format(&self, text: &str, args: &Args<'a>) -> Option<Val<'a>> {
        let (mut out, mut how, mut next, mut rest) = (String::new(), How::Exact, 0, text);
        while let Some(at) = rest.find(['{', '}']) {
            out.push_str(rest.get(..at)?);
            let brace = rest.get(at..)?;
            if brace.starts_with("{{") || brace.starts_with("}}") {
                out.push_str(brace.get(..1)?);
                rest = brace.get(2..)?;
                continue;
            }
            let field = brace.strip_prefix('{')?;
            let end = field.find('}')?;
            let name = field.get(..end)?;
            let value = match name.parse::<usize>() {
                Ok(at) => args.positional.get(at)?,
                Err(_) if name.is_empty() => {
                    next += 1;
                    args.positional.get(next - 1)?
                }
                Err(_) => args.keyword(name)?,
            };
            let (shown, part_how) = value.display()?;
            out.push_str(&shown);
            how = how.and(part_how);
            rest = field.get(end + 1..)?;
        }
        out.push_str(rest);
        Some(self.string(out, how, args.call))
    }

    fn collection_method(&mut self, owner: &Val<'a>, name: &str, args: &Args<'a>, place: Option<&'a Expr>) -> Val<'a> {
        let span = args.call;
        if let Some(value) = query(owner, name, args) {
            return value;
        }
        let is_unsure = self.uncertain > 0 && self.body.is_none();
        let (mut now, mut result) = (owner.clone(), Val::new(V::None, span));
        let changed = change(&mut now, name, args, &mut result);
        if changed.is_none() && matches!(owner.v, V::Posargs(_)) {
            // Takes away what only the command line can give.
            return Val::unknown(span, "is an argument given on the command line");
        }
        if changed.is_none() || is_unsure {
            let unknown = args.positional.iter().find(|value| matches!(value.v, V::Unknown(_)));
            let reason = format!("is changed by `.{name}()` in a way that is not known");
            now = match unknown.map(|value| &value.v) {
                Some(V::Unknown(unknown)) => Val::new(V::Unknown(Arc::clone(unknown)), span),
                _ => Val::unknown(span, reason),
            };
            result = Val::unknown(span, "comes from a value that is not known");
        }
        self.mutate(owner, place, &now);
        result
    }
}

fn triple<'a>(parts: [&str; 3], span: Span) -> Val<'a> {
    Val::new(V::Tuple(Arc::new(parts.into_iter().map(|part| Val::str(part, span)).collect())), span)
}

/// Methods that change nothing.
fn query<'a>(owner: &Val<'a>, name: &str, args: &Args<'a>) -> Option<Val<'a>> {
    let span = args.call;
    let list = |items: Vec<Val<'a>>| Val::new(V::List(Arc::new(items)), span);
    let first = args.positional.first();
    Some(match (&owner.v, name) {
        (V::List(items), "copy") => list(items.to_vec()),
        (V::Dict(entries), "copy") => Val::new(V::Dict(Arc::new(entries.to_vec())), span),
        (V::Set(items), "copy") => Val::new(V::Set(Arc::new(items.to_vec())), span),
        (_, "copy") => owner.clone(),
        (V::Dict(entries), "get") => {
            let key = first?;
            let mut is_unsure = false;
            for (other, value) in entries.iter() {
                match other.equals(key) {
                    Some(true) => return Some(value.clone()),
                    Some(false) => {}
                    None => is_unsure = true,
                }
            }
            match args.positional.get(1) {
                _ if is_unsure => Val::unknown(span, "takes an item that is not known"),
                Some(default) => default.clone(),
                None => Val::new(V::None, span),
            }
        }
        (V::Dict(entries), "items") => {
            let pair = |(key, value): &(Val<'a>, Val<'a>)| {
                Val::new(V::Tuple(Arc::new(vec![key.clone(), value.clone()])), key.span)
            };
            list(entries.iter().map(pair).collect())
        }
        (V::Dict(entries), "keys") => list(entries.iter().map(|(key, _)| key.clone()).collect()),
        (V::Dict(entries), "values") => list(entries.iter().map(|(_, value)| value.clone()).collect()),
        (V::List(items) | V::Tuple(items), "index") => {
            let at = items.iter().position(|item| first.is_some_and(|first| item.equals(first) == Some(true)))?;
            Val::new(V::Int(i64::try_from(at).ok()?), span)
        }
        (V::List(items) | V::Tuple(items), "count") => {
            let n = items.iter().filter(|item| first.is_some_and(|first| item.equals(first) == Some(true))).count();
            Val::new(V::Int(i64::try_from(n).ok()?), span)
        }
        (V::Posargs(_), "index" | "count") => Val::unknown(span, "depends on the command line"),
        _ => return None,
    })
}

/// Methods that change `place`. `None`: what comes out is not known.
fn change<'a>(place: &mut Val<'a>, name: &str, args: &Args<'a>, result: &mut Val<'a>) -> Option<()> {
    let first = args.positional.first();
    let as_index = |value: Option<&Val<'a>>, len: usize| match value.map(|value| &value.v) {
        None => Some(len.saturating_sub(1)),
        Some(V::Int(n)) if *n >= 0 => usize::try_from(*n).ok().map(|n| n.min(len)),
        Some(V::Int(n)) => Some(len.saturating_sub(usize::try_from(n.unsigned_abs()).ok()?)),
        _ => None,
    };
    if let (V::List(items), "extend", Some(why)) = (&place.v, name, first.and_then(Val::disorder)) {
        place.v = V::Bag(Arc::clone(items), why);
    }
    match &mut place.v {
        V::Bag(_, _) if matches!(name, "insert" | "pop" | "reverse" | "sort") => {
            let sorted = place.members().filter(|_| name == "sort" && args.keyword("key").is_none())?;
            place.v = V::List(Arc::new(sorted));
            change(place, name, args, result)
        }
        V::List(items) | V::Posargs(items) | V::Set(items) | V::Bag(items, _) => {
            let items = Arc::make_mut(items);
            match name {
                "append" | "add" => items.push(first?.clone()),
                "extend" | "update" => items.extend(first?.members()?),
                "insert" => items.insert(as_index(first, items.len())?, args.positional.get(1)?.clone()),
                "remove" | "discard" => {
                    let at = items.iter().position(|item| first.is_some_and(|f| item.equals(f) == Some(true)));
                    items.remove(at?);
                }
                "pop" => {
                    let at = as_index(first, items.len()).filter(|at| *at < items.len())?;
                    *result = items.remove(at);
                }
                "reverse" => items.reverse(),
                "clear" => items.clear(),
                "sort" if args.keyword("key").is_none() => {
                    for pair in items.windows(2) {
                        order(pair.first()?, pair.get(1)?)?;
                    }
                    items.sort_by(|a, b| order(a, b).unwrap_or(std::cmp::Ordering::Equal));
                    if args.keyword("reverse").is_some_and(|reverse| reverse.truth() == Some(true)) {
                        items.reverse();
                    }
                }
                _ => return None,
            }
            (items.len() <= MAX_ITEMS).then_some(())
        }
        V::Dict(entries) => {
            let entries = Arc::make_mut(entries);
            let find = |entries: &[(Val<'a>, Val<'a>)], key: &Val<'a>| {
                entries.iter().position(|(other, _)| other.equals(key) == Some(true))
            };
            let put = |entries: &mut Vec<(Val<'a>, Val<'a>)>, key: Val<'a>, value: Val<'a>| match find(entries, &key)
                .and_then(|at| entries.get_mut(at))
            {
                Some(entry) => entry.1 = value,
                None => entries.push((key, value)),
            };
            match name {
                "setdefault" => {
                    let at = find(entries, first?);
                    if at.is_none() {
                        let value = args.positional.get(1).cloned().unwrap_or_else(|| Val::new(V::None, args.call));
                        entries.push((first?.clone(), value));
                    }
                    *result = entries.get(find(entries, first?)?)?.1.clone();
                }
                "pop" => match find(entries, first?) {
                    Some(at) => *result = entries.remove(at).1,
                    None => *result = args.positional.get(1)?.clone(),
                },
                "update" => {
                    if let Some(more) = first {
                        let V::Dict(more) = &more.v else { return None };
                        more.iter().for_each(|(key, value)| put(entries, key.clone(), value.clone()));
                    }
                    for (key, value) in &args.keywords {
                        put(entries, Val::str(Arc::clone(key), value.span), value.clone());
                    }
                }
                "clear" => entries.clear(),
                _ => return None,
            }
            Some(())
        }
        _ => None,
    }
}

/// Path methods that only compute. `None`: it is another one.
pub(super) fn pure_path<'a>(text: &Arc<str>, how: How, name: &str, args: &Args<'a>) -> Option<Val<'a>> {
    let span = args.call;
    let same = || Val::new(V::Path(Arc::clone(text), how), span);
    let first = args.positional.first();
    Some(match name {
        "expanduser" | "with_segments" => same(),
        "as_posix" | "__str__" | "__fspath__" => Val::new(V::Str(Arc::clone(text), how), span),
        "with_suffix" | "with_name" | "with_stem" => {
            let (folder, last) = text.rsplit_once('/').map_or(("", &**text), |(folder, last)| (folder, last));
            let dot = last.rfind('.').filter(|at| *at > 0);
            let with = first?.exact()?;
            let last = match name {
                "with_suffix" => format!("{}{with}", last.get(..dot.unwrap_or(last.len()))?),
                "with_stem" => format!("{with}{}", dot.and_then(|at| last.get(at..)).unwrap_or_default()),
                _ => with.to_string(),
            };
            Val::new(V::Path(join_path(folder, &last).into(), how), span)
        }
        "relative_to" => {
            let (base, _) = first?.text()?;
            let rest = if &*base == "." { Some(&**text) } else { text.strip_prefix(&*base) };
            let rest = rest?.trim_start_matches('/');
            Val::new(V::Path(rest.into(), how.unrooted()), span)
        }
        _ => return None,
    })
}
