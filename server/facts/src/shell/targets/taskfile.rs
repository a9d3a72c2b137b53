//! `task test`: a Taskfile (version 3): `cmds`, `cmd`, `deps`, `vars`, `env`, `dir`.

use std::rc::Rc;

use super::tree::{self, Node, Tree};
use super::{Asking, At, File, Lead, Piece, Task, option_of, options, with_words};
use crate::repository::inside;
use crate::shell::Word;

/// Names that task looks for.
const NAMES: [&str; 6] =
    ["Taskfile.yml", "taskfile.yml", "Taskfile.yaml", "taskfile.yaml", "Taskfile.dist.yml", "Taskfile.dist.yaml"];
/// Options that take a value.
const VALUES: [&str; 8] = ["-d", "--dir", "-t", "--taskfile", "-C", "--concurrency", "-o", "--output"];
/// Options that run nothing.
const ASKS: [&str; 8] = ["-l", "--list", "-a", "--list-all", "--summary", "-n", "--dry", "--version"];
/// Tasks within tasks.
const MAX_DEPTH: usize = 12;
/// Scripts of one call.
const MAX_PIECES: usize = 500;

pub(super) fn find(words: &[Word], cx: &Asking<'_>) -> Option<Lead> {
    let (found, at) = options(words, &VALUES);
    let file = match option_of(&found, &["-t", "--taskfile"]) {
        Some(name) => cx.file(None, &name.text)?,
        None => match option_of(&found, &["-d", "--dir"]) {
            Some(folder) => NAMES.iter().find_map(|name| cx.file(Some(&folder), name))?,
            None => cx.nearest(&NAMES)?,
        },
    };
    if found.iter().any(|(flag, _)| ASKS.contains(flag)) {
        return Some(Lead::To(Task::default()));
    }
    let root = tree::yaml(&file)?;
    let rest = words.get(at..).unwrap_or_default();
    let split = rest.iter().position(|word| word.text == "--").unwrap_or(rest.len());
    let (names, arguments) = rest.split_at(split);
    let cli = with_words("", arguments.get(1..).unwrap_or_default()).trim().to_owned();
    let mut given: Vec<(String, String)> = vec![("CLI_ARGS".to_owned(), cli)];
    let mut goals = Vec::new();
    for word in names {
        match word.text.split_once('=') {
            Some((name, value)) => given.push((name.to_owned(), value.to_owned())),
            None if word.literal => goals.push(word.text.as_str()),
            None => return Some(Lead::Unread(format!("runs the task `{}`, which is not known", word.text))),
        }
    }
    if goals.is_empty() {
        goals.push("default");
    }
    let mut out = Collector { file: &file, root: &root, pieces: Vec::new(), open: Vec::new() };
    for goal in goals {
        if !out.task(goal, &given) {
            let reason = format!("runs the task `{goal}`, which `{}` does not have", file.path);
            return Some(Lead::Unread(reason));
        }
    }
    let key = format!("{} {}", file.path, with_words("", words));
    Some(Lead::To(Task { key, pieces: out.pieces }))
}

struct Collector<'a> {
    file: &'a Rc<File>,
    root: &'a Node,
    pieces: Vec<Piece>,
    open: Vec<String>,
}

impl Collector<'_> {
    /// `false`: there is no such task.
    fn task(&mut self, name: &str, given: &[(String, String)]) -> bool {
        let tasks = self.root.get("tasks");
        let is_alias = |node: &Node| {
            node.get("aliases").is_some_and(|list| list.items().iter().any(|alias| alias.text() == Some(name)))
        };
        let found = tasks.and_then(|tasks| {
            tasks.get(name).or_else(|| tasks.entries().iter().map(|(_, node)| node).find(|node| is_alias(node)))
        });
        let Some(node) = found else { return false };
        if self.open.iter().any(|open| open == name) || self.open.len() >= MAX_DEPTH {
            return true;
        }
        self.open.push(name.to_owned());
        let mut variables = Vec::new();
        for vars in [self.root.get("vars"), node.get("vars")].into_iter().flatten() {
            for (name, value) in vars.entries() {
                variables.retain(|(known, _): &(String, String)| known != name);
                let value = value.text().map_or_else(|| "${_task}".to_owned(), |text| filled(text, &variables, given));
                variables.push((name.clone(), value));
            }
        }
        variables.retain(|(name, _)| given.iter().all(|(known, _)| known != name));
        variables.extend(given.iter().cloned());
        for dependency in node.get("deps").map(Node::items).unwrap_or_default() {
            self.called(dependency, &variables);
        }
        match &node.value {
            Tree::Text(_) | Tree::List(_) => self.commands(node, node, &variables),
            _ => {
                let commands = node.get("cmds").or_else(|| node.get("cmd"));
                if let Some(commands) = commands {
                    self.commands(commands, node, &variables);
                }
            }
        }
        self.open.pop();
        true
    }

    fn commands(&mut self, commands: &Node, task: &Node, variables: &[(String, String)]) {
        let one = std::slice::from_ref(commands);
        let items = if matches!(commands.value, Tree::List(_)) { commands.items() } else { one };
        for item in items.iter().take(MAX_PIECES.saturating_sub(self.pieces.len())) {
            if item.get("task").is_some() {
                self.called(item, variables);
                continue;
            }
            let command = item.get("cmd").unwrap_or(item);
            let Some(text) = command.text() else { continue };
            let env = [self.root.get("env"), task.get("env")].into_iter().flatten().flat_map(Node::variables);
            let folder = task.get("dir").and_then(Node::text).map_or_else(
                || Some(self.file.folder().to_owned()),
                |below| inside(self.file.folder(), &filled(below, variables, &[])),
            );
            let ignores = |node: &Node| node.get("ignore_error").and_then(Node::text) == Some("true");
            self.pieces.push(Piece {
                env: env
                    .map(|(name, word)| (name, Word { text: filled(&word.text, variables, &[]), ..word }))
                    .collect(),
                folder,
                may_fail: ignores(item) || ignores(task),
                ..Piece::new(self.file, Rc::from(filled(text, variables, &[])), At::Span(command.span))
            });
        }
    }

    /// `name` or `{task: name, vars: {…}}`
    fn called(&mut self, node: &Node, variables: &[(String, String)]) {
        let name = node.text().or_else(|| node.get("task").and_then(Node::text)).unwrap_or_default();
        let name = filled(name, variables, &[]);
        let of_call = node.get("vars").map(Node::entries).unwrap_or_default();
        let value =
            |node: &Node| node.text().map_or_else(|| "${_task}".to_owned(), |text| filled(text, variables, &[]));
        let mut given: Vec<(String, String)> = of_call.iter().map(|(name, node)| (name.clone(), value(node))).collect();
        given.extend(variables.iter().find(|(name, _)| name == "CLI_ARGS").cloned());
        self.task(&name, &given);
    }
}

/// `text` with `{{.NAME}}` filled in; anything else between the braces is not known.
fn filled(text: &str, variables: &[(String, String)], more: &[(String, String)]) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, inside)) = rest.split_once("{{") {
        out.push_str(before);
        let Some((expression, behind)) = inside.split_once("}}") else { break };
        rest = behind;
        let mut parts = expression.split('|').map(str::trim);
        let name = parts.next().and_then(|name| name.strip_prefix('.'));
        let (name, default) = match (name, parts.next()) {
            (Some(name), None) => (name, None),
            (None, Some(name)) => (
                name.strip_prefix('.').unwrap_or_default(),
                default_of(expression.split('|').next().unwrap_or_default()),
            ),
            (Some(name), Some(function)) => {
                (if default_of(function).is_some() { name } else { "" }, default_of(function))
            }
            (None, None) => ("", None),
        };
        let known =
            variables.iter().chain(more).rev().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        match known.filter(|value| !value.is_empty()).or(default) {
            _ if !is_name => out.push_str("${_task}"),
            Some(value) if out.len() + value.len() < 1 << 14 => out.push_str(value),
            Some(_) => {}
            // Neither set nor given: empty, unless the environment has it.
            None => {
                if known.is_none() {
                    out.push_str(&format!("${{{name}:-}}"));
                }
            }
        }
    }
    out + rest
}

/// `default "x"`
fn default_of(function: &str) -> Option<&str> {
    let text = function.trim().strip_prefix("default")?.trim();
    Some(text.split(['"', '\'']).find(|part| !part.trim().is_empty()).unwrap_or_default())
}
