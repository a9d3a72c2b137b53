//! One table of tasks: an entry is a command, a list, or a table that says which of several kinds it is.

use std::rc::Rc;

use super::super::tree::{Node, Tree};
use super::super::{At, File, Piece, with_words};
use crate::repository::inside;
use crate::shell::Word;

/// Tasks within tasks.
const MAX_DEPTH: usize = 12;
/// Scripts of one call.
const MAX_PIECES: usize = 500;

/// Whose table it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    Hatch,
    Poe,
    Pdm,
    Rye,
    Pixi,
}

pub(super) struct Tasks {
    pub(super) file: Rc<File>,
    pub(super) pieces: Vec<Piece>,
    /// What every task has in its environment.
    pub(super) env: Vec<(String, Word)>,
    /// poe: texts in a list are commands, not names of tasks.
    pub(super) items_are_commands: bool,
    dialect: Dialect,
    table: Node,
    /// Tasks that we are in.
    open: Vec<String>,
}

impl Tasks {
    pub(super) fn new(dialect: Dialect, file: &Rc<File>, table: Node) -> Self {
        Self {
            file: Rc::clone(file),
            pieces: Vec::new(),
            env: Vec::new(),
            items_are_commands: false,
            dialect,
            table,
            open: Vec::new(),
        }
    }

    /// Adds the scripts of the task called `name`; `false`: there is none.
    pub(super) fn task(&mut self, name: &str, arguments: &[Word], depth: usize) -> bool {
        let Some(node) = self.table.get(name).cloned() else { return false };
        if self.open.iter().any(|open| open == name) || depth > MAX_DEPTH || self.pieces.len() > MAX_PIECES {
            return true;
        }
        self.open.push(name.to_owned());
        let around = |this: &mut Self, prefix: &str| {
            if this.dialect == Dialect::Pdm {
                this.task(&format!("{prefix}{name}"), &[], depth + 1);
            }
        };
        around(self, "pre_");
        self.entry(&node, arguments, &Settings::default(), depth);
        around(self, "post_");
        self.open.pop();
        true
    }

    fn entry(&mut self, node: &Node, arguments: &[Word], outer: &Settings, depth: usize) {
        match &node.value {
            Tree::Text(text) => self.line(text, node, arguments, outer, depth),
            Tree::List(items) => match self.dialect {
                Dialect::Hatch => items.iter().for_each(|item| self.entry(item, arguments, outer, depth)),
                Dialect::Poe => self.sequence(items, outer, depth),
                // One command, word by word.
                Dialect::Pdm | Dialect::Rye | Dialect::Pixi => self.command(items, node, arguments, outer),
            },
            Tree::Table(_) => self.described(node, arguments, outer, depth),
            Tree::Other => {}
        }
    }

    /// `{ cmd = "…", env = {…} }` and its kin.
    fn described(&mut self, node: &Node, arguments: &[Word], outer: &Settings, depth: usize) {
        let mut settings = outer.clone();
        settings.env.extend(node.get("env").map(Node::variables).unwrap_or_default());
        let folder = ["cwd", "working_dir"].iter().find_map(|key| node.get(key)).and_then(Node::text);
        settings.folder = folder.and_then(|below| inside(self.file.folder(), below)).or(settings.folder);
        for key in ["deps", "depends-on", "depends_on", "depends"] {
            for item in node.get(key).map(Node::items).unwrap_or_default() {
                let name = item.text().or_else(|| item.get("task").and_then(Node::text));
                self.named(name.unwrap_or_default(), depth);
            }
        }
        let list = ["sequence", "composite", "chain"].iter().find_map(|key| node.get(key));
        if let Some(list) = list {
            return self.sequence(list.items(), &settings, depth);
        }
        if let Some(text) = node.get("ref").and_then(Node::text) {
            return self.named(text, depth);
        }
        let Some(command) = ["cmd", "shell"].iter().find_map(|key| node.get(key)) else { return };
        match &command.value {
            Tree::List(items) => self.command(items, command, arguments, &settings),
            Tree::Text(text) => self.line(text, command, arguments, &settings, depth),
            _ => {}
        }
    }

    fn sequence(&mut self, items: &[Node], settings: &Settings, depth: usize) {
        for item in items {
            match item.text() {
                Some(text) if self.dialect == Dialect::Poe && !self.items_are_commands => self.named(text, depth),
                _ => self.entry(item, &[], settings, depth + 1),
            }
        }
    }

    /// Another task, with its arguments.
    fn named(&mut self, text: &str, depth: usize) {
        let mut words = text.split_whitespace();
        let name = words.next().unwrap_or_default().to_owned();
        let arguments: Vec<Word> = words.map(word).collect();
        self.task(&name, &arguments, depth + 1);
    }

    fn command(&mut self, items: &[Node], node: &Node, arguments: &[Word], settings: &Settings) {
        let words: Vec<Word> = items.iter().filter_map(Node::text).map(word).collect();
        let text = with_words(&with_words("", &words), arguments);
        self.push(text, node, settings);
    }

    /// A command line; its first word may be another task's name.
    fn line(&mut self, text: &str, node: &Node, arguments: &[Word], settings: &Settings, depth: usize) {
        let mut text = text.trim();
        let mut settings = settings.clone();
        if let Some(rest) = text.strip_prefix("- ").filter(|_| self.dialect == Dialect::Hatch) {
            (text, settings.may_fail) = (rest, true);
        }
        let filled = self.filled(text, arguments);
        let mut words = filled.split_whitespace();
        let first = words.next().unwrap_or_default();
        let may_name = matches!(self.dialect, Dialect::Hatch | Dialect::Rye | Dialect::Pdm);
        if may_name && self.table.get(first).is_some() && self.open.iter().all(|open| open != first) {
            let arguments: Vec<Word> = words.map(word).collect();
            let first = first.to_owned();
            self.task(&first, &arguments, depth + 1);
            return;
        }
        self.push(filled, node, &settings);
    }

    /// `text` with the words of the call, where the dialect puts them.
    fn filled(&self, text: &str, arguments: &[Word]) -> String {
        let given = with_words("", arguments);
        let Some(at) = text.find("{args") else {
            // Only hatch leaves out what no place is for.
            return if self.dialect == Dialect::Hatch { text.to_owned() } else { with_words(text, arguments) };
        };
        let (before, rest) = text.split_at(at);
        let Some((inside, behind)) = rest.split_once('}') else { return text.to_owned() };
        let default = inside.split_once(':').map_or("", |(_, default)| default);
        let given = given.trim();
        format!("{before}{}{behind}", if given.is_empty() { default } else { given })
    }

    fn push(&mut self, source: String, node: &Node, settings: &Settings) {
        // PDM, poe and Rye start in the project's folder, hatch and Pixi too.
        let folder = settings.folder.clone().unwrap_or_else(|| self.file.folder().to_owned());
        let env = self.env.iter().chain(&settings.env).cloned().collect();
        let source = source.trim().to_owned();
        self.pieces.push(Piece {
            env,
            folder: Some(folder),
            may_fail: settings.may_fail,
            errexit: self.dialect != Dialect::Poe && self.dialect != Dialect::Pdm,
            ..Piece::new(&self.file, source, At::Span(node.span))
        });
    }
}

/// What a table says for all that is in it.
#[derive(Clone, Default)]
struct Settings {
    env: Vec<(String, Word)>,
    folder: Option<String>,
    may_fail: bool,
}

fn word(text: &str) -> Word {
    Word { text: text.to_owned(), span: syntax::Span::default(), literal: !text.contains('$'), quoted: false }
}
