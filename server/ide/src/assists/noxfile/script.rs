//! Edits of a noxfile, on its tree: arguments of a decorator, variables of a command, `nox.needs_version`, statements.
//!
//! Each either keeps everything else byte for byte or says why it cannot. Neighbours: `style` says how the file looks,
//! `bracket` adds to lists, `tree` finds places.

use facts::noxfile::{Action, NoxfileFacts, Session};
use syntax::python::{Alias, Call, Expr, ExprKind, Module, StmtKind};
use syntax::{Span, TextEdit};

use super::bracket::{self, Bracket, Inner};
use super::style::{self, Style};
use super::tree::{self, Place};
use crate::snapshot::FileState;

/// The first release with `-j`, `allow_parallel` and `--no-dependencies`; before it the argument is a TypeError.
pub(crate) const FIRST_PARALLEL: &str = "2026.08.10";
/// The first release with `requires=`.
pub(crate) const FIRST_REQUIRES: &str = "2025.02.09";

/// A noxfile's text with what is needed to change it.
pub(crate) struct Script<'a> {
    pub(super) text: &'a str,
    pub(super) module: &'a Module,
    pub(super) facts: &'a NoxfileFacts,
    pub(super) style: Style,
}

/// What a session's decorator gets.
#[derive(Clone, Debug, Default)]
pub(crate) struct Keywords {
    /// Added to `requires=`.
    pub(crate) requires: Vec<String>,
    /// `allow_parallel=`.
    pub(crate) allow_parallel: Option<bool>,
    /// `default=False` is taken back.
    pub(crate) is_default_again: bool,
}

impl<'a> Script<'a> {
    pub(crate) fn of(file: &'a FileState, facts: &'a NoxfileFacts) -> Self {
        let text = file.document.text();
        Self { text, module: file.document.python(), facts, style: Style::of(text) }
    }

    /// Adds or replaces keyword arguments of the session's decorator. A bare `@nox.session` becomes a call.
    pub(crate) fn decorate(&self, session: &Session, keywords: &Keywords) -> Result<Vec<TextEdit>, String> {
        let name = &session.name;
        if session.elsewhere.is_some() {
            return Err(format!("`{name}` is defined in another file"));
        }
        let decorator = &session.decorator;
        let found = decorator.is_plain.then(|| tree::decorator_at(self.module, decorator.span)).flatten();
        let Some((expr, base)) = found else {
            return Err(format!("`{name}` is not made by a plain `@nox.session`"));
        };
        let ExprKind::Call(call) = &expr.kind else {
            let new = self.new_keywords(None, keywords);
            let insert = if new.is_empty() { None } else { Some(format!("({})", new.join(", "))) };
            return Ok(insert.map(|insert| TextEdit::insert(decorator.span.end, insert)).into_iter().collect());
        };
        if call.arguments.iter().any(|argument| argument.stars > 0) {
            return Err(format!("the decorator of `{name}` takes arguments from elsewhere (`*`, `**`)"));
        }
        let mut inner = Vec::new();
        if let Some(value) = argument(call, "requires").filter(|_| !keywords.requires.is_empty()) {
            let bracket =
                list(value, base, self.text).ok_or_else(|| format!("`requires` of `{name}` is not a list of names"))?;
            inner.push(Inner { bracket, new: self.strings(&keywords.requires) });
        }
        let new = self.new_keywords(Some(call), keywords);
        let mut edits = arguments(call, base).extend(self.text, &self.style, &inner, &new);
        if let (Some(allowed), Some(before)) = (keywords.allow_parallel, argument(call, "allow_parallel")) {
            edits.push(TextEdit::replace(before.span.shifted(base), truth(allowed)));
        }
        if let Some(before) = argument(call, "default").filter(|_| keywords.is_default_again) {
            edits.push(TextEdit::replace(before.span.shifted(base), truth(true)));
        }
        Ok(edits)
    }

    /// Keyword arguments that a decorator does not have yet.
    fn new_keywords(&self, call: Option<&Call>, keywords: &Keywords) -> Vec<String> {
        let is_new = |name: &str| call.is_none_or(|call| argument(call, name).is_none());
        let mut new = Vec::new();
        if !keywords.requires.is_empty() && is_new("requires") {
            new.push(format!("requires=[{}]", self.strings(&keywords.requires).join(", ")));
        }
        if let Some(allowed) = keywords.allow_parallel.filter(|_| is_new("allow_parallel")) {
            new.push(format!("allow_parallel={}", truth(allowed)));
        }
        new
    }

    fn strings(&self, values: &[String]) -> Vec<String> {
        values.iter().map(|value| self.style.string(value)).collect()
    }

    /// The call that is this action's.
    pub(super) fn call(&self, action: &Action) -> Option<Place<'a>> {
        tree::call_at(self.module, action.span)
    }

    /// Gives the command at `place` the variable `key`; `value` is Python.
    pub(super) fn set_variable(&self, place: Place<'_>, key: &str, value: &str) -> Result<Vec<TextEdit>, String> {
        let call = place.call;
        if call.arguments.iter().any(|argument| argument.stars > 1) {
            return Err(format!("line {} takes arguments from elsewhere (`**`)", self.line(place)));
        }
        let entry = format!("{}: {value}", self.style.string(key));
        let all = arguments(call, place.base);
        let Some(env) = argument(call, "env") else {
            return Ok(all.append(self.text, &self.style, &[format!("env={{{entry}}}")]));
        };
        let span = env.span.shifted(place.base);
        match &env.kind {
            ExprKind::Dict(entries) => {
                let is_it = |it: &ExprKind| matches!(it, ExprKind::Str { value, .. } if **value == *key);
                if entries.iter().any(|(name, _)| name.as_ref().is_some_and(|name| is_it(&name.kind))) {
                    return Err(format!("line {} sets `{key}` already", self.line(place)));
                }
                let items = entries.iter().map(|(key, value)| {
                    let start = key.as_ref().map_or(value.span.start.saturating_sub(2), |key| key.span.start);
                    Span::new(start, value.span.end).shifted(place.base)
                });
                let bracket = Bracket { span, items: items.collect() };
                Ok(all.extend(self.text, &self.style, &[Inner { bracket, new: vec![entry] }], &[]))
            }
            ExprKind::Name(_) | ExprKind::Attribute(..) | ExprKind::Call(_) => {
                Ok(vec![TextEdit::insert(span.start, "{**"), TextEdit::insert(span.end, format!(", {entry}}}"))])
            }
            _ => Err(format!("`env` in line {} cannot be added to", self.line(place))),
        }
    }

    /// Takes statements away with their lines; comments above and beside them stay. A block that would be empty keeps a
    /// `pass`.
    pub(super) fn remove(&self, places: &[Place<'_>]) -> Result<Vec<TextEdit>, String> {
        let mut edits = Vec::new();
        for (at, place) in places.iter().enumerate() {
            let shares = |other: &&Place<'_>| std::ptr::eq(other.block, place.block);
            let is_first = !places.iter().take(at).any(|other| shares(&other));
            let is_emptied = places.iter().filter(shares).count() == place.block.len();
            edits.push(self.remove_one(*place, is_emptied && is_first)?);
        }
        Ok(edits)
    }

    fn remove_one(&self, place: Place<'_>, leaves_pass: bool) -> Result<TextEdit, String> {
        let span = place.statement_span();
        let line = Span::new(style::line_start(self.text, span.start), style::line_end(self.text, span.end));
        let before = Span::new(line.start, span.start).of(self.text);
        let gap = Span::new(span.end, line.end).of(self.text);
        let behind = gap.trim();
        if !before.trim().is_empty() || !(behind.is_empty() || behind.starts_with('#')) {
            return Err(format!("line {} holds more than one statement", self.line(place)));
        }
        if !bracket::comments_in(self.text, span).is_empty() {
            return Err(format!("the statement in line {} holds a comment", self.line(place)));
        }
        Ok(if leaves_pass {
            TextEdit::replace(span, "pass")
        } else if behind.is_empty() {
            TextEdit::delete(Span::new(line.start, style::next_line(self.text, line.end)))
        } else {
            TextEdit::delete(Span::new(span.start, span.end + style::small(gap.find('#').unwrap_or(0))))
        })
    }

    /// Puts `lines` in front of the statement and the comments above it, indented like it.
    pub(super) fn insert_before(&self, place: Place<'_>, lines: &[String]) -> Result<TextEdit, String> {
        let start = place.statement_span().start;
        let indent = Span::new(style::line_start(self.text, start), start).of(self.text);
        if !indent.trim().is_empty() {
            return Err(format!("line {} holds more than one statement", self.line(place)));
        }
        let line = self.above_comments(start);
        let lines: Vec<String> = lines.iter().map(|it| format!("{indent}{it}{}", self.style.newline)).collect();
        Ok(TextEdit::insert(line, lines.concat()))
    }

    /// `nox.needs_version`, raised to `least` or added behind the imports; nothing when it is high enough.
    pub(crate) fn needs_version(&self, least: &str) -> Result<Option<TextEdit>, String> {
        let wanted = format!(">={least}");
        if let Some((now, span)) = &self.facts.needs_version {
            let lower = now.trim().strip_prefix(">=").map(str::trim);
            let Some(lower) = lower.filter(|it| !it.contains([',', ' ', '*'])) else {
                return Err(format!("`nox.needs_version` is `{now}`, which may not allow {least}"));
            };
            if !is_older(lower, least) {
                return Ok(None);
            }
            let written = span.of(self.text);
            return Ok(Some(TextEdit::replace(*span, written.replacen(lower, least, 1))));
        }
        let nox = self.module_name().ok_or("the noxfile does not import `nox` by that name")?;
        let newline = self.style.newline;
        let value = self.style.string(&wanted);
        Ok(Some(TextEdit::insert(self.behind_imports()?, format!("{newline}{newline}{nox}.needs_version = {value}"))))
    }

    /// The end of the last line of `import nox` and the imports below it: nox finds what it is told anywhere at module level.
    fn behind_imports(&self) -> Result<u32, String> {
        let statements = self.module.statements.iter();
        let imports = statements.skip_while(|top| !imports_nox(&top.statement.kind));
        let last = imports.take_while(|top| is_import(&top.statement.kind)).last().ok_or("`nox` is not imported")?;
        Ok(style::line_end(self.text, last.start + last.statement.span.end))
    }

    /// Adds `nox.options.sessions = [names]` below what the noxfile tells nox above its functions, else behind the imports.
    pub(super) fn set_default_sessions(&self, names: &[&str]) -> Result<TextEdit, String> {
        let nox = self.module_name().ok_or("the noxfile does not import `nox` by that name")?;
        let is_setting = |kind: &StmtKind| match kind {
            StmtKind::Assign { targets, .. } => targets.iter().filter_map(Expr::dotted).any(|target| {
                target == format!("{nox}.needs_version") || target.starts_with(&format!("{nox}.options."))
            }),
            _ => false,
        };
        let above =
            self.module.statements.iter().take_while(|top| !matches!(top.statement.kind, StmtKind::Function(_)));
        let setting = above.filter(|top| is_setting(&top.statement.kind)).last();
        let setting = setting.map(|top| style::line_end(self.text, top.start + top.statement.span.end));
        let newline = self.style.newline;
        let items: Vec<String> = names.iter().map(|name| self.style.string(name)).collect();
        let mut line = format!("{nox}.options.sessions = [{}]", items.join(", "));
        if line.chars().count() > self.style.width {
            let lines: Vec<String> =
                items.iter().map(|item| format!("{}{item},{newline}", self.style.indent)).collect();
            line = format!("{nox}.options.sessions = [{newline}{}]", lines.concat());
        }
        let gap = if setting.is_some() { newline.to_owned() } else { newline.repeat(2) };
        let at = setting.map_or_else(|| self.behind_imports(), Ok)?;
        Ok(TextEdit::insert(at, format!("{gap}{line}")))
    }

    /// The start of the line of `offset`, or of the first of the comments above it that are indented like it.
    pub(super) fn above_comments(&self, offset: u32) -> u32 {
        let mut line = style::line_start(self.text, offset);
        let indent = style::indent(self.text, offset);
        while let Some(end) = line.checked_sub(1) {
            let above = style::line_start(self.text, end);
            let is_comment =
                Span::new(above, end).of(self.text).strip_prefix(indent).is_some_and(|it| it.starts_with('#'));
            if !is_comment {
                break;
            }
            line = above;
        }
        line
    }

    /// The list that `nox.options.sessions` is set to, and its items, where it is written out once at module level.
    pub(super) fn default_sessions(&self) -> Option<(Bracket, &'a [Expr], u32)> {
        let target = format!("{}.options.sessions", self.module_name()?);
        let (value, base) = tree::assigned(self.module, &target)?;
        let (ExprKind::List(items) | ExprKind::Tuple(items)) = &value.kind else { return None };
        Some((list(value, base, self.text)?, items, base))
    }

    /// Adds a name to that list, brackets or not; `None`: there is none that can be added to.
    pub(super) fn add_default_session(&self, name: &str) -> Option<Vec<TextEdit>> {
        let name = self.style.string(name);
        if let Some((list, ..)) = self.default_sessions() {
            return Some(list.append(self.text, &self.style, &[name]));
        }
        let target = format!("{}.options.sessions", self.module_name()?);
        let (value, base) = tree::assigned(self.module, &target)?;
        let ExprKind::Tuple(items) = &value.kind else { return None };
        Some(vec![TextEdit::insert(items.last()?.span.shifted(base).end, format!(", {name}"))])
    }

    /// What the module `nox` is called here.
    pub(super) fn module_name(&self) -> Option<&'a str> {
        let names = self.module.statements.iter().filter_map(|top| match &top.statement.kind {
            StmtKind::Import(names) => Some(names),
            _ => None,
        });
        names.flatten().find_map(name_of_nox)
    }

    /// The line of a place, from 1, for people.
    pub(super) fn line(&self, place: Place<'_>) -> usize {
        let before = self.text.get(..place.statement_span().start as usize).unwrap_or_default();
        before.matches('\n').count() + 1
    }
}

/// Whether release `a` is older than release `b`; both as `2026.08.10`.
pub(crate) fn is_older(a: &str, b: &str) -> bool {
    let numbers = |version: &str| -> Vec<u64> {
        version.split('.').map(|part| part.trim_matches(|c: char| !c.is_ascii_digit()).parse().unwrap_or(0)).collect()
    };
    numbers(a) < numbers(b)
}

/// The value of a keyword argument.
pub(super) fn argument<'a>(call: &'a Call, name: &str) -> Option<&'a Expr> {
    let named = |it: &&syntax::python::Argument| it.name.as_ref().is_some_and(|own| &*own.text == name);
    call.arguments.iter().find(named).map(|argument| &argument.value)
}

/// A call's parentheses with its arguments.
pub(super) fn arguments(call: &Call, base: u32) -> Bracket {
    Bracket {
        span: call.parentheses.shifted(base),
        items: call.arguments.iter().map(|argument| argument.span.shifted(base)).collect(),
    }
}

/// A list or a tuple in its brackets.
pub(super) fn list(value: &Expr, base: u32, text: &str) -> Option<Bracket> {
    let (ExprKind::List(items) | ExprKind::Tuple(items)) = &value.kind else { return None };
    let span = value.span.shifted(base);
    let is_bracketed = span.of(text).starts_with(['[', '(']);
    is_bracketed.then(|| Bracket { span, items: items.iter().map(|item| item.span.shifted(base)).collect() })
}

fn imports_nox(kind: &StmtKind) -> bool {
    matches!(kind, StmtKind::Import(names) if names.iter().any(|import| name_of_nox(import).is_some()))
}

/// The name that an import gives the module `nox`: `import nox.command` binds it, `import nox.command as c` does not.
fn name_of_nox(import: &Alias) -> Option<&str> {
    match &import.alias {
        Some(alias) if import.name.is("nox") => Some(&alias.text),
        None if import.name.text.split('.').next() == Some("nox") => Some("nox"),
        _ => None,
    }
}

fn truth(value: bool) -> &'static str {
    if value { "True" } else { "False" }
}

fn is_import(kind: &StmtKind) -> bool {
    matches!(kind, StmtKind::Import(..) | StmtKind::ImportFrom { .. })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_compare_by_number() {
        assert!(is_older("2026.07.11", FIRST_PARALLEL));
        assert!(is_older("2025.2.9", FIRST_PARALLEL));
        assert!(!is_older("2026.8.10", FIRST_PARALLEL), "zeros in front do not count");
        assert!(!is_older("2026.10.20", FIRST_PARALLEL));
    }
}
