//! A Makefile as make reads it (GNU make 4.4): variables, rules, recipes. What only running could tell stays in the
//! text as `$(…)`, which is as unknown to the shell that reads the recipe.

use std::cell::Cell;
use std::rc::Rc;

use syntax::Span;

use super::super::{Asking, File};
use crate::repository::inside;
use crate::shell::Word;

mod expansion;
mod lines;

/// Files that include files.
const MAX_INCLUDES: u32 = 8;
/// Rules and variables of one reading.
const MAX_ENTRIES: usize = 5_000;

/// What a Makefile and those that it includes say.
pub(super) struct Makefile {
    pub(super) rules: Vec<Rule>,
    variables: Vec<Variable>,
    /// Variables that the environment sets, or may set.
    environment: Vec<(String, String)>,
    one_shell: bool,
    /// Expansions so far: variables that hold variables multiply.
    steps: Cell<u32>,
    /// An included file could not be read: what is not set may be set there.
    is_partial: bool,
}

/// `targets: needs`, with the lines below it.
pub(super) struct Rule {
    pub(super) targets: Vec<String>,
    pub(super) needs: Vec<String>,
    /// Behind `|`.
    pub(super) needs_before: Vec<String>,
    pub(super) recipe: Vec<Line>,
    pub(super) file: Rc<File>,
    /// It stands between `ifdef` and `endif` whose condition is not known.
    pub(super) conditional: bool,
    /// `::`
    pub(super) is_double: bool,
    /// `test: NAME = value`
    variables: Vec<Variable>,
}

/// A line of a recipe, as it is written.
pub(super) struct Line {
    pub(super) text: String,
    pub(super) span: Span,
}

#[derive(Clone)]
struct Variable {
    name: String,
    /// `None`: set to something that is not known.
    value: Option<String>,
    /// `=`: expanded where it is used.
    is_recursive: bool,
    is_exported: bool,
    /// Given on the command line: the file does not change it.
    is_fixed: bool,
}

/// What automatic variables stand for in a recipe.
pub(super) struct Scope<'a> {
    pub(super) target: &'a str,
    pub(super) needs: &'a [String],
    pub(super) stem: &'a str,
    pub(super) rules: &'a [&'a Rule],
}

impl Rule {
    /// Whether `name` is one of its targets.
    pub(super) fn builds(&self, name: &str) -> bool {
        self.targets.iter().any(|target| target == name)
    }
}

impl Makefile {
    pub(super) fn read(file: &Rc<File>, given: &[(String, Word)], cx: &Asking<'_>) -> Self {
        let fixed = given.iter().map(|(name, word)| Variable {
            name: name.clone(),
            value: Some(word.text.clone()),
            is_recursive: false,
            is_exported: true,
            is_fixed: true,
        });
        let mut makefile = Self {
            rules: Vec::new(),
            variables: fixed.collect(),
            environment: Vec::new(),
            one_shell: false,
            steps: Cell::new(0),
            is_partial: false,
        };
        makefile.add(file, cx, 0);
        if makefile.one_shell {
            makefile.rules.iter_mut().for_each(Rule::join);
        }
        makefile
    }

    /// The target that a bare `make` builds.
    pub(super) fn default_goal(&self) -> Option<String> {
        let set = self.variables.iter().find(|it| it.name == ".DEFAULT_GOAL").and_then(|it| it.value.clone());
        let is_plain = |name: &&String| !(name.starts_with('.') && !name.contains('/') || name.contains('%'));
        let set = set.map(|goal| goal.trim().to_owned()).filter(|goal| !goal.is_empty());
        set.or_else(|| self.rules.iter().flat_map(|rule| &rule.targets).find(is_plain).cloned())
    }

    /// The pattern rule (`test-%`) that builds `name`, with what `%` stands for: the shortest.
    pub(super) fn pattern(&self, name: &str) -> Option<(&Rule, String)> {
        let stem = |rule: &Rule| {
            let stems = rule.targets.iter().filter_map(|target| {
                let (before, behind) = target.split_once('%')?;
                let stem = name.strip_prefix(before)?.strip_suffix(behind)?;
                (!stem.is_empty()).then(|| stem.to_owned())
            });
            stems.min_by_key(String::len)
        };
        let with_recipe = self.rules.iter().filter(|rule| !rule.recipe.is_empty());
        with_recipe.filter_map(|rule| Some((rule, stem(rule)?))).min_by_key(|(_, stem)| stem.len())
    }

    /// Variables that recipes have in their environment.
    pub(super) fn exported(&self, scope: Option<&Scope<'_>>) -> Vec<(String, Word)> {
        let of_rules = scope.iter().flat_map(|scope| scope.rules.iter().flat_map(|rule| &rule.variables));
        let known = |name: &str| self.environment.iter().any(|(known, _)| known == name);
        let exported = self.variables.iter().chain(of_rules).filter(|it| it.is_exported || known(&it.name));
        let word = |it: &Variable| {
            let text = self.expand(&format!("$({})", it.name), scope);
            (it.name.clone(), Word { literal: !text.contains('$'), text, span: Span::default(), quoted: false })
        };
        exported.map(word).collect()
    }

    fn add(&mut self, file: &Rc<File>, cx: &Asking<'_>, depth: u32) {
        let mut branches = lines::Branches::default();
        let mut is_open = false;
        let mut define: Option<(String, String)> = None;
        for line in lines::of(&file.text) {
            if let Some((name, mut value)) = define.take() {
                if line.text.trim() == "endef" {
                    self.set(&name, "=", Some(value), false, branches.is_sure());
                } else {
                    value.push_str(&line.text);
                    value.push('\n');
                    define = Some((name, value));
                }
                continue;
            }
            if is_open && line.is_recipe {
                self.note_environment(&line.text, cx);
                if let Some(rule) = self.rules.last_mut().filter(|_| branches.may_count()) {
                    rule.recipe.push(Line { text: line.text, span: line.span });
                }
                continue;
            }
            let text = lines::without_comment(&line.text).trim();
            self.note_tested(text, cx);
            if text.is_empty() || branches.directive(text, &|text| self.test(text)) || !branches.may_count() {
                continue;
            }
            if let Some(name) = text.strip_prefix("define ") {
                let name = name.trim().trim_end_matches(['=', ':', '?', ' ']).to_owned();
                define = Some((name, String::new()));
                continue;
            }
            is_open = self.statement(text, line.span, file, branches.is_sure(), cx, depth);
        }
    }

    /// One line that is no recipe's. `true`: it begins a rule.
    fn statement(&mut self, text: &str, span: Span, file: &Rc<File>, sure: bool, cx: &Asking<'_>, depth: u32) -> bool {
        if self.rules.len() + self.variables.len() > MAX_ENTRIES {
            return false;
        }
        let (first, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        match first {
            "include" | "-include" | "sinclude" => {
                self.include(rest, first == "include", file, cx, depth);
                return false;
            }
            "export" | "override" | "private" if lines::assignment(rest).is_some() => {
                self.assign(rest, first == "export", sure, cx);
                return false;
            }
            "export" | "unexport" => {
                for it in self.variables.iter_mut() {
                    if rest.is_empty() || rest.split_whitespace().any(|name| name == it.name) {
                        it.is_exported = first == "export";
                    }
                }
                return false;
            }
            "vpath" | "undefine" => return false,
            _ => {}
        }
        if lines::assignment(text).is_some() {
            self.assign(text, false, sure, cx);
            return false;
        }
        self.rule(text, span, file, sure, cx)
    }

    fn assign(&mut self, text: &str, exported: bool, sure: bool, cx: &Asking<'_>) {
        let Some((name, sign, value)) = lines::assignment(text) else { return };
        let name = self.expand_seen(name, cx);
        let is_simple = sign.contains(':');
        let value = match sign {
            "!=" => None,
            _ if is_simple => Some(self.expand_seen(value, cx)),
            _ => {
                self.note_environment(value, cx);
                Some(value.to_owned())
            }
        };
        self.note(&name, cx);
        self.set(&name, sign, value, exported, sure);
    }

    fn set(&mut self, name: &str, sign: &str, value: Option<String>, exported: bool, sure: bool) {
        let in_environment = self.environment.iter().any(|(known, _)| known == name);
        let is_recursive = !sign.contains(':');
        match self.variables.iter_mut().find(|it| it.name == name) {
            Some(old) if old.is_fixed => {}
            Some(old) => {
                old.is_exported |= exported;
                match sign {
                    "?=" => {}
                    "+=" => {
                        let joined = old.value.as_ref().zip(value).map(|(old, more)| format!("{old} {more}"));
                        old.value = joined.filter(|value| sure && value.len() <= expansion::MAX_LENGTH);
                    }
                    _ => (old.value, old.is_recursive) = (value.filter(|_| sure), is_recursive),
                }
            }
            None if sign == "?=" && in_environment => {}
            None => {
                let value = value.filter(|_| sure);
                let name = name.to_owned();
                self.variables.push(Variable { name, value, is_recursive, is_exported: exported, is_fixed: false });
            }
        }
    }

    fn rule(&mut self, text: &str, span: Span, file: &Rc<File>, sure: bool, cx: &Asking<'_>) -> bool {
        let Some((targets, rest)) = lines::split_rule(text) else { return false };
        let targets: Vec<String> = self.expand_seen(targets, cx).split_whitespace().map(str::to_owned).collect();
        let is_double = rest.starts_with(':');
        let rest = rest.trim_start_matches(':');
        let (needs, inline) = match lines::unescaped(rest, ';') {
            Some(at) => (rest.get(..at).unwrap_or_default(), rest.get(at + 1..)),
            None => (rest, None),
        };
        let mut rule = Rule {
            needs: Vec::new(),
            needs_before: Vec::new(),
            recipe: Vec::new(),
            file: Rc::clone(file),
            conditional: !sure,
            is_double,
            variables: Vec::new(),
            targets,
        };
        if let Some((name, sign, value)) = lines::assignment(needs.trim_start().trim_start_matches("export ")) {
            self.note_environment(value, cx);
            let value = Some(value.to_owned()).filter(|_| sure && sign != "!=" && sign != "+=");
            let is_exported = needs.trim_start().starts_with("export ");
            let name = name.to_owned();
            rule.variables.push(Variable { name, value, is_recursive: true, is_exported, is_fixed: false });
            self.rules.push(rule);
            return false;
        }
        let (needs, before) = needs.split_once('|').unwrap_or((needs, ""));
        let words = |text: String| text.split_whitespace().map(str::to_owned).collect();
        rule.needs = words(self.expand_seen(needs, cx));
        rule.needs_before = words(self.expand_seen(before, cx));
        self.note_environment(inline.unwrap_or_default(), cx);
        rule.recipe.extend(inline.map(|text| Line { text: text.trim().to_owned(), span }));
        self.one_shell |= rule.builds(".ONESHELL");
        self.rules.push(rule);
        true
    }

    fn include(&mut self, rest: &str, must: bool, file: &Rc<File>, cx: &Asking<'_>, depth: u32) {
        for name in self.expand_seen(rest, cx).split_whitespace() {
            // Included from where make runs, which is nearly always the Makefile's own folder.
            let included = inside(file.folder(), name).filter(|_| depth < MAX_INCLUDES).and_then(|path| cx.open(&path));
            match included {
                Some(included) => self.add(&included, cx, depth + 1),
                None => self.is_partial |= must,
            }
        }
    }

    /// What `ifeq` and `ifdef` ask.
    fn test(&self, text: &str) -> Option<bool> {
        let (word, rest) = text.split_once([' ', '(', '"', '\'']).map(|(word, _)| (word, text.get(word.len()..)))?;
        let rest = rest?.trim();
        if matches!(word, "ifdef" | "ifndef") {
            let value = self.expand(&format!("$({rest})"), None);
            return (!value.contains('$')).then_some(value.is_empty() != (word == "ifdef"));
        }
        let (left, right) = lines::operands(rest)?;
        let (left, right) = (self.expand(left, None), self.expand(right, None));
        if left.contains('$') || right.contains('$') {
            return None;
        }
        Some((left.trim() == right.trim()) == (word == "ifeq"))
    }

    /// Looks up what a conditional asks about.
    fn note_tested(&mut self, text: &str, cx: &Asking<'_>) {
        let mut words = text.trim_start_matches("else ").split_whitespace();
        match words.next() {
            Some("ifdef" | "ifndef") => self.note(words.next().unwrap_or_default(), cx),
            Some(word) if word.starts_with("ifeq") || word.starts_with("ifneq") => self.note_environment(text, cx),
            _ => {}
        }
    }

    fn expand_seen(&mut self, text: &str, cx: &Asking<'_>) -> String {
        self.note_environment(text, cx);
        self.expand(text, None)
    }

    /// Looks up in the environment what `text` names.
    fn note_environment(&mut self, text: &str, cx: &Asking<'_>) {
        for part in text.split('$').skip(1) {
            let Some(name) = part.strip_prefix(['(', '{']) else { continue };
            let end = name.find(|c: char| !(c.is_ascii_alphanumeric() || "_-.".contains(c))).unwrap_or(name.len());
            self.note(name.get(..end).unwrap_or_default(), cx);
        }
    }

    fn note(&mut self, name: &str, cx: &Asking<'_>) {
        if name.is_empty()
            || self.environment.len() >= MAX_ENTRIES
            || self.environment.iter().any(|(known, _)| known == name)
        {
            return;
        }
        if let Some(word) = (cx.variable)(name) {
            self.environment.push((name.to_owned(), word.text));
        }
    }
}

impl Rule {
    /// `.ONESHELL`: all lines are one script.
    fn join(&mut self) {
        let Some(first) = self.recipe.first() else { return };
        let span = self.recipe.iter().map(|line| line.span).fold(first.span, Span::join);
        let text = self.recipe.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join("\n");
        self.recipe = vec![Line { text, span }];
    }
}
