//! `just test`: recipes of a justfile (just 1.40), with what they depend on.
//!
//! Neighbours: `justfile` reads the file.

mod justfile;

use std::rc::Rc;

use justfile::{Call, Justfile, Recipe};

use super::{Asking, At, Lead, Piece, Task, option_of, options};
use crate::shell::{Shell, Word};

/// Options that take a value.
const VALUES: [&str; 10] = [
    "-f",
    "--justfile",
    "-d",
    "--working-directory",
    "--shell",
    "--shell-arg",
    "--dotenv-path",
    "--color",
    "-E",
    "--dotenv-filename",
];
/// Options that run no recipe.
const ASKS: [&str; 12] = [
    "-l",
    "--list",
    "--summary",
    "--show",
    "-s",
    "--evaluate",
    "--dump",
    "--choose",
    "-n",
    "--dry-run",
    "--version",
    "--fmt",
];
/// Recipes within recipes.
const MAX_DEPTH: u32 = 16;
/// Scripts of one call.
const MAX_PIECES: usize = 500;

pub(super) fn find(words: &[Word], cx: &Asking<'_>) -> Option<Lead> {
    let (found, at) = options(words, &VALUES);
    let file = match option_of(&found, &["-f", "--justfile"]) {
        Some(name) => cx.file(None, &name.text)?,
        None => match option_of(&found, &["-d", "--working-directory"]) {
            Some(folder) => cx.file(Some(&folder), "justfile").or_else(|| cx.file(Some(&folder), "Justfile"))?,
            None => cx.nearest(&["justfile", ".justfile", "Justfile"])?,
        },
    };
    if found.iter().any(|(flag, _)| ASKS.contains(flag)) {
        return Some(Lead::To(Task::default()));
    }
    let mut rest = words.get(at..).unwrap_or_default();
    let mut set = Vec::new();
    while let Some((name, value)) = rest.first().and_then(|word| word.text.split_once('=')) {
        set.push((name.to_owned(), value.to_owned()));
        rest = rest.get(1..).unwrap_or_default();
    }
    let justfile = Justfile::read(&file, set, cx);
    let mut out = Collector { justfile: &justfile, pieces: Vec::new(), seen: Vec::new(), cx };
    if rest.is_empty() {
        out.call(&Call { name: justfile.default()?, arguments: Vec::new() }, 0);
    }
    while let Some((name, behind)) = rest.split_first() {
        if !name.literal {
            return Some(Lead::Unread(format!("runs the recipe `{}`, which is not known", name.text)));
        }
        let Some(recipe) = justfile.recipe(&name.text) else {
            return Some(Lead::Unread(format!("runs the recipe `{}`, which `{}` does not have", name.text, file.path)));
        };
        let taken = recipe.most_arguments().min(behind.len());
        let (arguments, behind) = behind.split_at(taken);
        out.call(&Call { name: name.text.clone(), arguments: arguments.to_vec() }, 0);
        rest = behind;
    }
    let key = format!("{} {}", file.path, super::with_words("", words));
    Some(Lead::To(Task { key, pieces: out.pieces }))
}

struct Collector<'a> {
    justfile: &'a Justfile,
    pieces: Vec<Piece>,
    /// Recipes that ran, with their arguments: just runs each once.
    seen: Vec<(String, Vec<String>)>,
    cx: &'a Asking<'a>,
}

impl Collector<'_> {
    fn call(&mut self, call: &Call, depth: u32) {
        let Some(recipe) = self.justfile.recipe(&call.name) else { return };
        let texts = call.arguments.iter().map(|word| word.text.clone()).collect();
        let this = (recipe.name.clone(), texts);
        if depth > MAX_DEPTH || self.seen.contains(&this) {
            return;
        }
        self.seen.push(this);
        let scope = self.justfile.scope(recipe, &call.arguments);
        for before in &recipe.before {
            self.call(&self.justfile.called(before, &scope), depth + 1);
        }
        self.body(recipe, call, &scope);
        for after in &recipe.after {
            self.call(&self.justfile.called(after, &scope), depth + 1);
        }
    }

    fn body(&mut self, recipe: &Recipe, call: &Call, scope: &justfile::Scope) {
        let Some(first) = recipe.body.first().filter(|_| self.pieces.len() < MAX_PIECES) else { return };
        let folder = if recipe.stays { self.cx.folder.to_owned() } else { recipe.file.folder().to_owned() };
        let mut env = self.justfile.exported(scope);
        env.extend(recipe.exported(scope));
        let piece = |source: String, span| Piece {
            folder: Some(folder.clone()),
            env: env.clone(),
            arguments: call.arguments.clone(),
            ..Piece::new(&recipe.file, Rc::from(source), At::Span(span))
        };
        if let Some(line) = first.text.strip_prefix("#!") {
            let program = line.trim().rsplit('/').next().unwrap_or_default();
            let program = program.strip_prefix("env ").unwrap_or(program).trim_start_matches("-S ");
            if Shell::of(program) == Shell::Foreign {
                return;
            }
            let lines: Vec<String> = recipe.body.iter().map(|line| self.justfile.filled(&line.text, scope)).collect();
            let span = recipe.body.iter().fold(first.span, |all, line| all.join(line.span));
            let strict = program.contains(" -") && program.contains('e');
            self.pieces.push(Piece { errexit: strict, ..piece(lines.join("\n"), span) });
            return;
        }
        for line in &recipe.body {
            let text = self.justfile.filled(&line.text, scope);
            let script = text.trim_start_matches(['@', '-']);
            let may_fail = text.get(..text.len() - script.len()).is_some_and(|signs| signs.contains('-'));
            self.pieces.push(Piece { may_fail, ..piece(script.to_owned(), line.span) });
        }
    }
}
