//! What is left of a condition where the cell of the matrix and the machine are known: parts that only chose them go, all
//! others stay as they are written.

use super::evaluate::{asks_for_status, holds};
use super::parse::{Expr, Index, parse};
use super::string_end;
use crate::workflow::scope::Scope;

/// What is left of a condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remainder {
    /// It does not hold.
    Never,
    /// It holds, as far as the cell and the machine have a say in it, and nothing else has.
    Always,
    /// It holds if `text` does, an expression without `${{ }}`.
    If {
        /// The expression.
        text: String,
        /// It still depends on the cell or the machine: nobody can say how.
        is_open: bool,
    },
}

/// What is left of `condition`, an expression.
pub(in crate::workflow) fn remainder(condition: &str, scope: &Scope<'_>) -> Remainder {
    let whole = || Remainder::If { text: condition.trim().to_owned(), is_open: true };
    let Some(expr) = parse(condition.trim()) else { return whole() };
    let left = of(condition, scope);
    let asks = match &left {
        Remainder::Never => return left,
        Remainder::Always => false,
        Remainder::If { text, .. } => parse(text).is_some_and(|expr| asks_for_status(&expr)),
    };
    // Without its word about the status `success()` would come to be part of it.
    if asks_for_status(&expr) && !asks { whole() } else { left }
}

fn of(text: &str, scope: &Scope<'_>) -> Remainder {
    let text = unbracketed(text);
    let choices = split(text, "||");
    if choices.len() > 1 {
        return of_choices(text, &choices, scope);
    }
    let parts = split(text, "&&");
    if parts.len() > 1 {
        return of_parts(text, &parts, scope);
    }
    let Some(expr) = parse(text) else { return Remainder::If { text: text.to_owned(), is_open: true } };
    let is_of_cell = names_the_cell(&expr);
    match holds(&expr, scope) {
        Some(false) => Remainder::Never,
        Some(true) if is_of_cell && !asks_for_status(&expr) => Remainder::Always,
        // What somebody has set (`env.DEBUG`) is there to be set otherwise.
        Some(true) => Remainder::If { text: text.to_owned(), is_open: false },
        None => Remainder::If { text: text.to_owned(), is_open: is_of_cell },
    }
}

/// `a || b`: one that holds is enough.
fn of_choices(text: &str, choices: &[&str], scope: &Scope<'_>) -> Remainder {
    let mut left: Vec<(String, bool)> = Vec::new();
    for choice in choices {
        match of(choice, scope) {
            Remainder::Always => return Remainder::Always,
            Remainder::Never => {}
            Remainder::If { text, is_open } => left.push((text, is_open)),
        }
    }
    if left.is_empty() { Remainder::Never } else { joined(text, &left, choices, " || ") }
}

/// `a && b`: all must hold.
fn of_parts(text: &str, parts: &[&str], scope: &Scope<'_>) -> Remainder {
    let mut left: Vec<(String, bool)> = Vec::new();
    for part in parts {
        match of(part, scope) {
            Remainder::Never => return Remainder::Never,
            Remainder::Always => {}
            Remainder::If { text, is_open } => left.push((text, is_open)),
        }
    }
    if left.is_empty() {
        return Remainder::Always;
    }
    if left.len() > 1 {
        for (part, _) in left.iter_mut().filter(|(part, _)| split(part, "||").len() > 1) {
            *part = format!("({part})");
        }
    }
    joined(text, &left, parts, " && ")
}

/// The parts that are left; where all are, as they are written.
fn joined(text: &str, left: &[(String, bool)], all: &[&str], sign: &str) -> Remainder {
    let is_same = |(part, all): (&(String, bool), &&str)| unbracketed(&part.0) == unbracketed(all);
    let is_whole = left.len() == all.len() && left.iter().zip(all).all(is_same);
    let parts: Vec<&str> = left.iter().map(|(part, _)| part.as_str()).collect();
    let text = if is_whole { text.to_owned() } else { parts.join(sign) };
    Remainder::If { text, is_open: left.iter().any(|(_, is_open)| *is_open) }
}

/// Whether it reads the matrix or what follows from it: the machine.
fn names_the_cell(expr: &Expr<'_>) -> bool {
    match expr {
        Expr::Literal(_) => false,
        Expr::Context(name) => matches!(name.as_str(), "matrix" | "strategy" | "runner"),
        Expr::Call(_, arguments) => arguments.iter().any(names_the_cell),
        Expr::Access(base, indexes, _) => {
            let in_index = |index: &Index<'_>| matches!(index, Index::Computed(expr) if names_the_cell(expr));
            names_the_cell(base) || indexes.iter().any(in_index)
        }
        Expr::Not(inner) => names_the_cell(inner),
        Expr::Compare(first, rest) => names_the_cell(first) || rest.iter().any(|(_, expr)| names_the_cell(expr)),
        Expr::And(parts) | Expr::Or(parts) => parts.iter().any(names_the_cell),
    }
}

/// Without blanks and brackets around all of it.
fn unbracketed(text: &str) -> &str {
    let mut text = text.trim();
    while let Some(inner) = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).filter(|it| is_closed(it)) {
        text = inner.trim();
    }
    text
}

/// Whether every bracket in it is closed in it.
fn is_closed(text: &str) -> bool {
    let mut depth = 0_i32;
    let mut is_whole = true;
    signs(text, &mut |_, byte| {
        depth += depth_of(byte);
        is_whole &= depth >= 0;
    });
    is_whole && depth == 0
}

/// The parts of `text` between `sign`s that stand in no brackets.
fn split<'t>(text: &'t str, sign: &str) -> Vec<&'t str> {
    let (mut depth, mut from, mut parts) = (0_i32, 0, Vec::new());
    signs(text, &mut |at, byte| {
        depth += depth_of(byte);
        if depth == 0 && at >= from && text.get(at..).is_some_and(|rest| rest.starts_with(sign)) {
            parts.extend(text.get(from..at));
            from = at + sign.len();
        }
    });
    parts.extend(text.get(from..));
    parts
}

fn depth_of(byte: u8) -> i32 {
    i32::from(matches!(byte, b'(' | b'[')) - i32::from(matches!(byte, b')' | b']'))
}

/// Every byte that stands in no string, with its place.
fn signs(text: &str, see: &mut dyn FnMut(usize, u8)) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at).copied() {
        if byte == b'\'' {
            at = string_end(bytes, at);
        } else {
            see(at, byte);
            at += 1;
        }
    }
}
