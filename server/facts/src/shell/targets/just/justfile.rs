//! A justfile: variables, recipes with parameters and dependencies, settings.

use std::rc::Rc;

use syntax::Span;

use super::super::{Asking, File};
use crate::repository::inside;
use crate::shell::Word;

/// Files that import files.
const MAX_IMPORTS: u32 = 8;
/// Recipes and variables of one file.
const MAX_ENTRIES: usize = 2_000;
/// Bytes that a line may grow to.
const MAX_LENGTH: usize = 1 << 14;

pub(super) struct Justfile {
    recipes: Vec<Recipe>,
    variables: Vec<Variable>,
    aliases: Vec<(String, String)>,
    exports_all: bool,
}

struct Variable {
    name: String,
    value: Option<String>,
    is_exported: bool,
}

pub(super) struct Recipe {
    pub(super) name: String,
    parameters: Vec<Parameter>,
    pub(super) before: Vec<Vec<String>>,
    pub(super) after: Vec<Vec<String>>,
    pub(super) body: Vec<Line>,
    pub(super) file: Rc<File>,
    /// `[no-cd]`: it runs where just was called.
    pub(super) stays: bool,
}

pub(super) struct Line {
    pub(super) text: String,
    pub(super) span: Span,
}

struct Parameter {
    name: String,
    default: Option<String>,
    /// `+x` or `*x`: takes all that is left.
    is_many: bool,
    is_exported: bool,
}

/// A recipe with its arguments.
pub(super) struct Call {
    pub(super) name: String,
    pub(super) arguments: Vec<Word>,
}

/// Values of parameters; `None`: not known.
pub(super) type Scope = Vec<(String, Option<String>)>;

impl Recipe {
    pub(super) fn most_arguments(&self) -> usize {
        if self.parameters.iter().any(|parameter| parameter.is_many) { usize::MAX } else { self.parameters.len() }
    }

    pub(super) fn exported(&self, scope: &Scope) -> Vec<(String, Word)> {
        let own = self.parameters.iter().filter(|parameter| parameter.is_exported);
        own.filter_map(|parameter| {
            let value = scope.iter().find(|(name, _)| *name == parameter.name)?.1.clone();
            Some((parameter.name.clone(), word(value, &parameter.name)))
        })
        .collect()
    }
}

impl Justfile {
    pub(super) fn read(file: &Rc<File>, set: Vec<(String, String)>, cx: &Asking<'_>) -> Self {
        let given = set.into_iter().map(|(name, value)| {
            let value = Some(format!("'{value}'"));
            Variable { name, value, is_exported: false }
        });
        let mut justfile =
            Self { recipes: Vec::new(), variables: given.collect(), aliases: Vec::new(), exports_all: false };
        justfile.add(file, cx, 0);
        justfile
    }

    pub(super) fn recipe(&self, name: &str) -> Option<&Recipe> {
        let name = self.aliases.iter().find(|(alias, _)| alias == name).map_or(name, |(_, target)| target.as_str());
        self.recipes.iter().find(|recipe| recipe.name == name)
    }

    /// What a bare `just` runs.
    pub(super) fn default(&self) -> Option<String> {
        self.recipes.first().map(|recipe| recipe.name.clone())
    }

    /// What the parameters of `recipe` stand for in a call.
    pub(super) fn scope(&self, recipe: &Recipe, arguments: &[Word]) -> Scope {
        let mut rest = arguments;
        let mut scope = Scope::new();
        for parameter in &recipe.parameters {
            let taken = if parameter.is_many { rest.len() } else { rest.len().min(1) };
            let (own, behind) = rest.split_at(taken);
            rest = behind;
            let value = match own {
                [] => match &parameter.default {
                    Some(default) => self.value(default, &scope),
                    None => Some(String::new()),
                },
                // just puts them in as they are, without quotes.
                own => Some(own.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")),
            };
            scope.push((parameter.name.clone(), value));
        }
        scope
    }

    /// A dependency as a call.
    pub(super) fn called(&self, dependency: &[String], scope: &Scope) -> Call {
        let mut words = dependency.iter();
        let name = words.next().cloned().unwrap_or_default();
        Call { name, arguments: words.map(|text| word(self.value(text, scope), "argument")).collect() }
    }

    /// A line with `{{ … }}` filled in.
    pub(super) fn filled(&self, line: &str, scope: &Scope) -> String {
        let mut out = String::new();
        let mut rest = line;
        while let Some(at) = rest.find("{{") {
            // `${{ … }}` came in from outside with an argument.
            let (before, inside) = rest.split_at(at);
            out.push_str(before);
            if let Some(behind) = inside.strip_prefix("{{{{") {
                out.push_str("{{");
                rest = behind;
                continue;
            }
            let Some((expression, behind)) = inside.get(2..).and_then(|inside| inside.split_once("}}")) else { break };
            rest = behind;
            match self.value(expression, scope).filter(|value| out.len() + value.len() <= MAX_LENGTH) {
                Some(value) => out.push_str(&value),
                None => out.push_str("${_just}"),
            }
        }
        out + rest
    }

    pub(super) fn exported(&self, scope: &Scope) -> Vec<(String, Word)> {
        let exported = self.variables.iter().filter(|variable| variable.is_exported || self.exports_all);
        let value = |variable: &Variable| variable.value.as_ref().and_then(|value| self.value(value, scope));
        exported.map(|variable| (variable.name.clone(), word(value(variable), &variable.name))).collect()
    }

    /// Strings, names and what `+` and `/` make of them.
    fn value(&self, expression: &str, scope: &Scope) -> Option<String> {
        self.value_below(expression, scope, 0)
    }

    fn value_below(&self, expression: &str, scope: &Scope, depth: u32) -> Option<String> {
        let expression = expression.trim();
        if depth > 8 {
            return None;
        }
        if let Some((left, sign, right)) = operator(expression) {
            let (left, right) = (self.value_below(left, scope, depth + 1)?, self.value_below(right, scope, depth + 1)?);
            let between = if sign == '/' { "/" } else { "" };
            return Some(format!("{left}{between}{right}")).filter(|value| value.len() <= MAX_LENGTH);
        }
        if let Some(text) = string(expression) {
            return Some(text);
        }
        if let Some((_, value)) = scope.iter().find(|(name, _)| name == expression) {
            return value.clone();
        }
        let variable = self.variables.iter().find(|variable| variable.name == expression)?;
        self.value_below(variable.value.as_ref()?, &Scope::new(), depth + 1)
    }

    fn add(&mut self, file: &Rc<File>, cx: &Asking<'_>, depth: u32) {
        let (mut at, mut is_open, mut stays) = (0, false, false);
        let mut lines = file.text.split_inclusive('\n').peekable();
        while let Some(line) = lines.next() {
            let start = at;
            at += line.len();
            let mut text = line.trim_end().to_owned();
            let is_indented = line.starts_with([' ', '\t']);
            while text.ends_with('\\') && lines.peek().is_some() {
                let more = lines.next().unwrap_or_default();
                at += more.len();
                if is_indented && is_open {
                    text.push('\n');
                } else {
                    text.pop();
                }
                text.push_str(more.trim());
            }
            let end = start + file.text.get(start..at).unwrap_or_default().trim_end().len();
            if is_indented && is_open {
                let from = start + line.len() - line.trim_start().len();
                let text = text.trim_start().to_owned();
                if let Some(recipe) = self.recipes.last_mut().filter(|_| !text.is_empty()) {
                    recipe.body.push(Line { text, span: Span::from(from.min(end)..end) });
                }
                continue;
            }
            let text = text.trim();
            if text.is_empty() || text.starts_with('#') {
                continue;
            }
            if let Some(attributes) = text.strip_prefix('[').filter(|text| text.ends_with(']')) {
                stays |= attributes.contains("no-cd");
                continue;
            }
            is_open = false;
            if self.recipes.len() + self.variables.len() < MAX_ENTRIES && !self.setting(text, file, cx, depth) {
                is_open = self.header(text, file, stays);
            }
            stays = false;
        }
    }

    /// Everything at the start of a line that is no recipe.
    fn setting(&mut self, text: &str, file: &Rc<File>, cx: &Asking<'_>, depth: u32) -> bool {
        let (first, rest) = text.split_once(' ').unwrap_or((text, ""));
        match first {
            "set" => {
                let rest: String = rest.split_whitespace().collect();
                self.exports_all |= matches!(rest.as_str(), "export" | "export:=true");
                true
            }
            "alias" => {
                if let Some((alias, target)) = rest.split_once(":=") {
                    self.aliases.push((alias.trim().to_owned(), target.trim().to_owned()));
                }
                true
            }
            "import" | "import?" => {
                let path = string(rest.trim()).and_then(|name| inside(file.folder(), &name));
                if let Some(imported) = path.filter(|_| depth < MAX_IMPORTS).and_then(|path| cx.open(&path)) {
                    self.add(&imported, cx, depth + 1);
                }
                true
            }
            "mod" | "mod?" | "unexport" => true,
            _ => {
                let (is_exported, text) = match text.strip_prefix("export ") {
                    Some(rest) => (true, rest),
                    None => (false, text),
                };
                let Some((name, value)) = text.split_once(":=") else { return false };
                let name = name.trim();
                if !name.chars().all(is_name) {
                    return false;
                }
                if self.variables.iter().all(|known| known.name != name) {
                    let value = (!value.contains('`')).then(|| value.trim().to_owned());
                    self.variables.push(Variable { name: name.to_owned(), value, is_exported });
                } else if let Some(given) = self.variables.iter_mut().find(|known| known.name == name) {
                    given.is_exported |= is_exported;
                }
                true
            }
        }
    }

    /// `name a b='x' +c: before (other "x") && after`
    fn header(&mut self, text: &str, file: &Rc<File>, stays: bool) -> bool {
        let Some(colon) = outside(text, &|_, c| c == ':') else { return false };
        let (head, tail) = (text.get(..colon).unwrap_or_default(), text.get(colon + 1..).unwrap_or_default());
        let mut words = split(head.trim_start_matches('@')).into_iter();
        let Some(name) = words.next().filter(|name| name.chars().all(is_name)) else { return false };
        let tail = tail.split(" #").next().unwrap_or_default();
        let (before, after) = tail.split_once("&&").unwrap_or((tail, ""));
        self.recipes.push(Recipe {
            name,
            parameters: words.map(|word| parameter(&word)).collect(),
            before: dependencies(before),
            after: dependencies(after),
            body: Vec::new(),
            file: Rc::clone(file),
            stays,
        });
        true
    }
}

fn parameter(text: &str) -> Parameter {
    let (name, default) = match text.split_once('=') {
        Some((name, default)) => (name, Some(default.to_owned())),
        None => (text, None),
    };
    let sign = |sign: char| name.starts_with(['$', '+', '*']) && name.contains(sign);
    let is_many = sign('+') || sign('*');
    Parameter { name: name.trim_start_matches(['$', '+', '*']).to_owned(), default, is_many, is_exported: sign('$') }
}

fn dependencies(text: &str) -> Vec<Vec<String>> {
    split(text)
        .into_iter()
        .map(|word| match word.strip_prefix('(').and_then(|word| word.strip_suffix(')')) {
            Some(inner) => split(inner),
            None => vec![word],
        })
        .collect()
}

/// Words by spaces outside of quotes and brackets.
fn split(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let end = outside(rest, &|_, c| c.is_whitespace()).unwrap_or(rest.len());
        words.push(rest.get(..end).unwrap_or_default().to_owned());
        rest = rest.get(end..).unwrap_or_default().trim_start();
    }
    words
}

/// The first place outside of quotes and brackets that is wanted.
fn outside(text: &str, is_wanted: &dyn Fn(usize, char) -> bool) -> Option<usize> {
    let (mut quote, mut depth) = (None, 0_u32);
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), c) if open == c => quote = None,
            (Some(_), _) => {}
            (None, c) if depth == 0 && is_wanted(at, c) => return Some(at),
            (None, '"' | '\'' | '`') => quote = Some(c),
            (None, '(') => depth += 1,
            (None, ')') => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

fn operator(text: &str) -> Option<(&str, char, &str)> {
    let at = outside(text, &|at, c| at > 0 && matches!(c, '+' | '/'))?;
    let sign = text.get(at..)?.chars().next()?;
    Some((text.get(..at)?, sign, text.get(at + 1..)?))
}

fn string(text: &str) -> Option<String> {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let inner = text.get(1..)?.strip_suffix(quote)?;
    (!inner.contains(quote)).then(|| inner.to_owned())
}

fn word(value: Option<String>, name: &str) -> Word {
    match value {
        Some(text) => Word { literal: !text.contains('$'), text, span: Span::default(), quoted: false },
        None => Word { text: format!("${name}"), span: Span::default(), literal: false, quoted: false },
    }
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-')
}
