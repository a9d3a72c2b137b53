//! The functions of expressions, as GitHub's `@actions/expressions` 0.3 has them.

use std::{borrow::Cow, cmp::Ordering};

use super::evaluate::{Evaluated, MAX_TEXT, evaluate};
use super::parse::Expr;
use crate::workflow::json;
use crate::workflow::scope::Scope;
use crate::workflow::value::{Value, folded};

/// Calls `name` (lower case).
pub(super) fn call<'a>(name: &str, arguments: &[Expr<'_>], scope: &Scope<'a>) -> Evaluated<'a> {
    match name {
        "always" => return Ok(Cow::Owned(Value::Bool(true))),
        "success" => return scope.success().map(|it| Cow::Owned(Value::Bool(it))).ok_or_else(|| outcome(name)),
        "failure" | "cancelled" => return Err(outcome(name)),
        "hashfiles" => return Err("depends on `hashFiles(…)`".to_owned()),
        "case" => return case(arguments, scope),
        _ => {}
    }
    let mut values = Vec::with_capacity(arguments.len());
    for argument in arguments {
        values.push(evaluate(argument, scope)?);
    }
    let values: Vec<&Value> = values.iter().map(|value| &**value).collect();
    let result = match (name, values.as_slice()) {
        ("contains", [all, one]) => Some(Value::Bool(contains(all, one))),
        ("startswith", [text, start]) => Some(Value::Bool(both(text, start).is_some_and(|(a, b)| a.starts_with(&b)))),
        ("endswith", [text, end]) => Some(Value::Bool(both(text, end).is_some_and(|(a, b)| a.ends_with(&b)))),
        ("format", [template, values @ ..]) => format(&template.text(), values).map(Value::Text),
        ("join", [list]) => Some(Value::Text(join(list, ","))),
        ("join", [list, separator]) if separator.is_scalar() => Some(Value::Text(join(list, &separator.text()))),
        ("join", [list, _]) => Some(Value::Text(join(list, ","))),
        ("tojson", [value]) => Some(Value::Text(json::write(value))),
        ("fromjson", [text]) => json::read(&text.text()),
        _ => return Err(format!("calls `{name}`, which no forge has so")),
    };
    match result {
        Some(Value::Text(text)) if text.len() > MAX_TEXT => Err(format!("is too long a text: `{name}(…)`")),
        Some(value) => Ok(Cow::Owned(value)),
        None => Err(format!("is an error: `{name}` cannot read what it is given")),
    }
}

fn outcome(name: &str) -> String {
    format!("depends on `{name}()`")
}

/// Pairs of condition and value, then the value for all other cases.
fn case<'a>(arguments: &[Expr<'_>], scope: &Scope<'a>) -> Evaluated<'a> {
    let mut rest = if arguments.len() % 2 == 1 { arguments } else { &[] };
    while let [condition, value, others @ ..] = rest {
        match &*evaluate(condition, scope)? {
            Value::Bool(true) => return evaluate(value, scope),
            Value::Bool(false) => rest = others,
            _ => return Err("is an error: `case` asks for conditions that are true or false".to_owned()),
        }
    }
    match rest {
        [other] if arguments.len() > 1 => evaluate(other, scope),
        _ => Err("is an error: `case` has no value for all other cases".to_owned()),
    }
}

fn contains(all: &Value, one: &Value) -> bool {
    match all {
        Value::List(items) => items.iter().any(|item| one.compared(item) == Some(Ordering::Equal)),
        Value::Map(_) => false,
        text => both(text, one).is_some_and(|(text, part)| text.contains(&part)),
    }
}

/// Two scalars as text, without their case.
fn both(a: &Value, b: &Value) -> Option<(String, String)> {
    (a.is_scalar() && b.is_scalar()).then(|| (folded(&a.text()), folded(&b.text())))
}

fn join(list: &Value, separator: &str) -> String {
    match list {
        Value::List(items) => {
            let mut out = String::new();
            for (at, item) in items.iter().enumerate().take_while(|(at, _)| at * separator.len() <= MAX_TEXT) {
                out.push_str(if at > 0 { separator } else { "" });
                out.push_str(&item.text());
            }
            out
        }
        Value::Map(_) => String::new(),
        text => text.text(),
    }
}

/// `{0}` and so on replaced; `{{` and `}}` are brackets.
fn format(template: &str, values: &[&Value]) -> Option<String> {
    let (mut out, mut rest) = (String::new(), template);
    while let Some(at) = rest.find(['{', '}']) {
        let (before, behind) = rest.split_at(at);
        out.push_str(before);
        let (bracket, behind) = behind.split_at(1);
        if let Some(behind) = behind.strip_prefix(bracket) {
            out.push_str(bracket);
            rest = behind;
            continue;
        }
        // A format behind the number (`{0:N}`) is read and has no meaning.
        let (inside, behind) = behind.split_once('}').filter(|_| bracket == "{")?;
        let digits = inside.split(|char: char| !char.is_ascii_digit()).next()?;
        out.push_str(&values.get(digits.parse::<usize>().ok()?)?.text());
        if out.len() > MAX_TEXT {
            break;
        }
        rest = behind;
    }
    out.push_str(rest);
    Some(out)
}
