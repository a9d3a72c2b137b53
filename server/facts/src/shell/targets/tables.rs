//! Tables of tasks in `pyproject.toml` and its relatives: hatch, poe, PDM, Rye, Pixi.
//!
//! Neighbours: `tree` parses them, `tasks` makes scripts of an entry. A name that is no task is a program for the
//! environment, which the launcher goes on with.

use std::rc::Rc;

use super::tree::{self, Node, Tree};
use super::{Asking, File, Lead, Task, option_of, options, with_words};
use crate::shell::Word;

mod tasks;

use tasks::{Dialect, Tasks};

/// `hatch run [ENV:]SCRIPT`
pub(super) fn hatch(words: &[Word], cx: &Asking<'_>) -> Option<Lead> {
    let values = ["-e", "--env", "-p", "--project", "--data-dir", "--cache-dir", "--config", "-i", "-x", "--filter"];
    let (outer, at) = options(words, &values);
    let mut rest = words.get(at..)?;
    if rest.first().is_some_and(|word| word.text == "env") {
        rest = rest.get(1..)?;
    }
    let rest = behind_run(rest)?;
    let (inner, at) = options(rest, &values);
    let mut rest = rest.get(at..)?;
    // `+py=3.12` chooses cells of the environment's own matrix.
    while rest.first().is_some_and(|word| word.text.starts_with(['+', '-']) && word.text.contains('=')) {
        rest = rest.get(1..)?;
    }
    let (name, arguments) = rest.split_first()?;
    let named = option_of(&inner, &["-e", "--env"]).or_else(|| option_of(&outer, &["-e", "--env"]));
    let (env, script) = match name.text.split_once(':') {
        Some((env, script)) if !script.starts_with(':') => (env.to_owned(), script),
        _ => (named.map_or_else(|| "default".to_owned(), |word| word.text), name.text.as_str()),
    };
    let (file, envs) = cx
        .open_table("hatch.toml", &["envs"])
        .or_else(|| cx.open_table("pyproject.toml", &["tool", "hatch", "envs"]))?;
    // An environment has the scripts of its template, which is `default` unless it says otherwise.
    let mut all = Vec::new();
    let mut at = env.as_str();
    for _ in 0..8 {
        let of_env = envs.get(at);
        all.extend(of_env.and_then(|node| node.get("scripts")).map(|node| node.entries().to_vec()).unwrap_or_default());
        let template = of_env.and_then(|node| node.get("template")).and_then(Node::text).unwrap_or("default");
        if template == at {
            break;
        }
        at = template;
    }
    let variables = envs.get(&env).and_then(|node| node.get("env-vars")).map(Node::variables).unwrap_or_default();
    let table = Node { span: envs.span, value: Tree::Table(all) };
    let mut tasks = Tasks::new(Dialect::Hatch, &file, table);
    tasks.env = variables;
    tasks.lead(script, arguments)
}

/// `poe TASK`
pub(super) fn poe(words: &[Word], cx: &Asking<'_>) -> Option<Lead> {
    let (found, at) = options(words, &["-C", "--directory", "--root", "-e", "--executor"]);
    let (name, arguments) = words.get(at..)?.split_first()?;
    let folder = option_of(&found, &["-C", "--directory", "--root"]);
    let open = |name: &str, path: &[&str]| {
        let file = match &folder {
            Some(folder) => cx.file(Some(folder), name)?,
            None => cx.nearest(&[name])?,
        };
        let table = tree::toml(&file, path)?;
        Some((file, table))
    };
    let (file, table) = open("pyproject.toml", &["tool", "poe"]).or_else(|| {
        open("poe_tasks.toml", &["tasks"]).map(|(file, tasks)| {
            let span = tasks.span;
            (file, Node { span, value: Tree::Table(vec![("tasks".to_owned(), tasks)]) })
        })
    })?;
    let mut tasks = Tasks::new(Dialect::Poe, &file, table.get("tasks")?.clone());
    tasks.env = table.get("env").map(Node::variables).unwrap_or_default();
    tasks.items_are_commands = table.get("default_array_item_task_type").and_then(Node::text) == Some("cmd");
    tasks.known_or_unread(name, arguments)
}

/// `pdm run SCRIPT`, `pdm SCRIPT`
pub(super) fn pdm(words: &[Word], cx: &Asking<'_>) -> Option<Lead> {
    let values = ["-p", "--project", "-c", "--config", "--venv"];
    let (outer, at) = options(words, &values);
    let rest = words.get(at..)?;
    let (inner, rest) = match behind_run(rest) {
        Some(rest) => {
            let (inner, at) = options(rest, &values);
            (inner, rest.get(at..)?)
        }
        None => (Vec::new(), rest),
    };
    let (name, arguments) = rest.split_first()?;
    let project = option_of(&inner, &["-p", "--project"]).or_else(|| option_of(&outer, &["-p", "--project"]));
    let file = cx.file(project.as_ref(), "pyproject.toml")?;
    let table = tree::toml(&file, &["tool", "pdm", "scripts"])?;
    let shared = table.get("_").and_then(|node| node.get("env")).map(Node::variables).unwrap_or_default();
    let mut tasks = Tasks::new(Dialect::Pdm, &file, table);
    tasks.env = shared;
    tasks.lead(&name.text, arguments)
}

/// `rye run SCRIPT`
pub(super) fn rye(words: &[Word], cx: &Asking<'_>) -> Option<Lead> {
    let rest = behind_run(words)?;
    let (found, at) = options(rest, &["-f", "--pyproject"]);
    let (name, arguments) = rest.get(at..)?.split_first()?;
    let file = match option_of(&found, &["--pyproject"]) {
        Some(path) => cx.file(None, &path.text)?,
        None => cx.nearest(&["pyproject.toml"])?,
    };
    let table = tree::toml(&file, &["tool", "rye", "scripts"])?;
    Tasks::new(Dialect::Rye, &file, table).lead(&name.text, arguments)
}

/// `pixi run TASK`
pub(super) fn pixi(words: &[Word], cx: &Asking<'_>) -> Option<Lead> {
    let values = ["-e", "--environment", "--manifest-path", "-m", "-p", "--platform", "--color"];
    let (_, at) = options(words, &values);
    let rest = behind_run(words.get(at..)?)?;
    let (_, at) = options(rest, &values);
    let (name, arguments) = rest.get(at..)?.split_first()?;
    let open = |name: &str, path: &[&str]| {
        let file = cx.nearest(&[name])?;
        let all = if path.is_empty() { None } else { Some(tree::toml(&file, path)?) };
        let find = |key: &str| match &all {
            Some(all) => all.get(key).cloned(),
            None => tree::toml(&file, &[key]),
        };
        let mut entries = find("tasks").map(|tasks| tasks.entries().to_vec()).unwrap_or_default();
        for (_, feature) in find("feature").iter().flat_map(|features| features.entries().to_vec()) {
            entries.extend(feature.get("tasks").map(|tasks| tasks.entries().to_vec()).unwrap_or_default());
        }
        let span = entries.first().map(|(_, node)| node.span)?;
        Some((file, Node { span, value: Tree::Table(entries) }))
    };
    let (file, table) = open("pixi.toml", &[]).or_else(|| open("pyproject.toml", &["tool", "pixi"]))?;
    Tasks::new(Dialect::Pixi, &file, table).lead(&name.text, arguments)
}

/// The words behind `run`.
fn behind_run(words: &[Word]) -> Option<&[Word]> {
    let (first, rest) = words.split_first()?;
    (first.text == "run").then_some(rest)
}

impl Asking<'_> {
    /// A table of the nearest file called `name`.
    fn open_table(&self, name: &str, path: &[&str]) -> Option<(Rc<File>, Node)> {
        let file = self.nearest(&[name])?;
        let table = tree::toml(&file, path)?;
        Some((file, table))
    }
}

impl Tasks {
    /// A task, or nothing that the runner knows by that name.
    fn lead(mut self, name: &str, arguments: &[Word]) -> Option<Lead> {
        let key = format!("{} {}", self.file.path, with_words(name, arguments));
        self.task(name, arguments, 0).then_some(Lead::To(Task { key, pieces: self.pieces }))
    }

    /// The same for runners that run nothing but tasks.
    fn known_or_unread(self, name: &Word, arguments: &[Word]) -> Option<Lead> {
        let path = self.file.path.clone();
        if !name.literal {
            return Some(Lead::Unread(format!("runs the task `{}`, which is not known", name.text)));
        }
        let reason = || Lead::Unread(format!("runs the task `{}`, which `{path}` does not have", name.text));
        Some(self.lead(&name.text, arguments).unwrap_or_else(reason))
    }
}
