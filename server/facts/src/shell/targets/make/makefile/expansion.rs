//! `$(NAME)`, `$@` and the few functions that recipes of tasks use.

use super::{Makefile, Scope, Variable};

/// Bytes that a text may grow to.
pub(super) const MAX_LENGTH: usize = 1 << 14;
/// Variables in variables.
const MAX_DEPTH: u32 = 16;
/// Expansions of one reading.
const MAX_STEPS: u32 = 50_000;

/// Variables that a runner's environment surely has, with values nobody knows here.
const OF_RUNNER: [&str; 8] = ["GITHUB_", "RUNNER_", "HOME", "PATH", "USER", "VIRTUAL_ENV", "CONDA_", "pythonLocation"];

impl Makefile {
    /// `text` with variables put in. What is not known stays for the shell, which does not know it either.
    pub(in super::super) fn expand(&self, text: &str, scope: Option<&Scope<'_>>) -> String {
        let mut out = String::new();
        self.expand_into(text, scope, 0, &mut out);
        out
    }

    fn expand_into(&self, text: &str, scope: Option<&Scope<'_>>, depth: u32, out: &mut String) {
        let mut rest = text;
        while let Some(at) = rest.find('$') {
            out.push_str(rest.get(..at).unwrap_or_default());
            rest = rest.get(at + 1..).unwrap_or_default();
            if out.len() > MAX_LENGTH {
                return;
            }
            let Some(first) = rest.chars().next() else { break };
            match first {
                // An expression of the forge, put in from the command line.
                '{' if rest.starts_with("{{") => {
                    let end = rest.find("}}").map_or(rest.len(), |end| end + 2);
                    out.push('$');
                    out.push_str(rest.get(..end).unwrap_or_default());
                    rest = rest.get(end..).unwrap_or_default();
                }
                '(' | '{' => {
                    let Some(end) = closing(rest) else { return };
                    let inside = rest.get(1..end).unwrap_or_default();
                    rest = rest.get(end + 1..).unwrap_or_default();
                    if depth < MAX_DEPTH {
                        self.reference(inside, scope, depth, out);
                    }
                }
                '$' => {
                    out.push('$');
                    rest = rest.get(1..).unwrap_or_default();
                }
                _ => {
                    let (name, behind) = rest.split_at(first.len_utf8());
                    rest = behind;
                    self.reference(name, scope, depth, out);
                }
            }
        }
        out.push_str(rest);
    }

    /// What stands in `$(…)`.
    fn reference(&self, inside: &str, scope: Option<&Scope<'_>>, depth: u32, out: &mut String) {
        self.steps.set(self.steps.get().saturating_add(1));
        if self.steps.get() > MAX_STEPS {
            return unknown(inside, out);
        }
        if let Some(scope) = scope {
            let automatic = match inside {
                "@" => Some(scope.target.to_owned()),
                "<" => Some(scope.needs.first().cloned().unwrap_or_default()),
                "^" | "+" => Some(scope.needs.join(" ")),
                "*" => Some(scope.stem.to_owned()),
                _ => None,
            };
            if let Some(text) = automatic {
                return out.push_str(&text);
            }
        }
        if let Some((function, arguments)) = inside.split_once([' ', '\t']) {
            return self.function(function, arguments, scope, depth, out);
        }
        let mut name = String::new();
        self.expand_into(inside, scope, depth + 1, &mut name);
        let of_rule = scope.and_then(|scope| {
            let mut own = scope.rules.iter().flat_map(|rule| &rule.variables);
            own.rfind(|variable| variable.name == name)
        });
        let variable = of_rule.or_else(|| self.variables.iter().find(|variable| variable.name == name));
        match variable {
            Some(Variable { value: Some(value), is_recursive: true, .. }) => {
                self.expand_into(value, scope, depth + 1, out);
            }
            Some(Variable { value: Some(value), .. }) => out.push_str(value),
            Some(Variable { value: None, .. }) => unknown(&name, out),
            None => self.outside(&name, out),
        }
    }

    /// A variable that no file sets.
    fn outside(&self, name: &str, out: &mut String) {
        if let Some((_, text)) = self.environment.iter().find(|(known, _)| known == name) {
            return out.push_str(text);
        }
        match name {
            "MAKE" => out.push_str("make"),
            "CURDIR" => out.push('.'),
            "CI" => out.push_str("true"),
            _ if self.is_partial || name.contains(':') => unknown(name, out),
            _ if OF_RUNNER.iter().any(|prefix| name.starts_with(prefix)) => {
                out.push_str("${");
                out.push_str(name);
                out.push('}');
            }
            _ => {}
        }
    }

    fn function(&self, name: &str, arguments: &str, scope: Option<&Scope<'_>>, depth: u32, out: &mut String) {
        let value = |text: &str| {
            let mut out = String::new();
            self.expand_into(text.trim(), scope, depth + 1, &mut out);
            out
        };
        let parts = commas(arguments);
        match (name, parts.as_slice()) {
            ("if", [condition, rest @ ..]) => {
                let condition = value(condition);
                if condition.contains('$') {
                    return unknown(name, out);
                }
                let chosen = if condition.is_empty() { rest.get(1) } else { rest.first() };
                out.push_str(&chosen.map(|text| value(text)).unwrap_or_default());
            }
            ("or", parts) => {
                let first = parts.iter().map(|part| value(part)).find(|text| !text.is_empty());
                out.push_str(&first.unwrap_or_default());
            }
            ("strip", _) => {
                let text = value(arguments);
                out.push_str(&text.split_whitespace().collect::<Vec<_>>().join(" "));
            }
            // The shell that gets the text runs it as make would have done.
            ("shell", _) => {
                out.push_str("$(");
                out.push_str(&value(arguments));
                out.push(')');
            }
            _ => unknown(name, out),
        }
    }
}

/// Something that the shell does not know either: a name that no environment has.
fn unknown(name: &str, out: &mut String) {
    out.push_str("${_");
    out.extend(name.chars().take(40).map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }));
    out.push('}');
}

/// Index of the bracket that closes the one at the start.
fn closing(text: &str) -> Option<usize> {
    let open = text.chars().next()?;
    let close = if open == '(' { ')' } else { '}' };
    let mut depth = 0_u32;
    for (at, c) in text.char_indices() {
        if c == open {
            depth += 1;
        } else if c == close {
            depth -= 1;
            if depth == 0 {
                return Some(at);
            }
        }
    }
    None
}

fn commas(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut depth, mut start) = (0_u32, 0);
    for (at, c) in text.char_indices() {
        match c {
            '(' | '{' => depth += 1,
            ')' | '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.extend(text.get(start..at));
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.extend(text.get(start..));
    parts
}
