//! Goes on in the files that a command leads to: what they run counts as what the command runs.

use std::rc::Rc;

use syntax::Span;
use syntax::shell as tree;

use super::{Context, Inside, Machine, Place, Scope};
use crate::Unknown;
use crate::repository::{ROOT, inside, line_of};
use crate::shell::launch::Launch;
use crate::shell::targets::{self, Asking, At, Lead, Piece};
use crate::shell::{Command, Through, Word};

/// Files that lead to files.
const MAX_FOLLOWED: usize = 6;

/// A command that led to where we are.
#[derive(Clone)]
pub(super) struct Hop {
    /// File and target, so that what leads to itself ends.
    key: String,
    command: String,
}

impl Hop {
    /// A call of something that is known by its words alone.
    pub(super) fn of(argv: &[Word]) -> Self {
        let command = argv.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
        Self { key: String::new(), command }
    }
}

impl Machine<'_> {
    /// Where the command leads whose program is the word at `at`.
    pub(super) fn lead(&self, command: &Command, at: usize, launch: &Launch) -> Option<Lead> {
        let repository = self.repository?;
        let below = launch.directory.as_ref().map(|below| super::joined(&self.scope.directory, &below.text));
        let directory = below.as_deref().unwrap_or(&self.scope.directory);
        let folder = inside(self.start, directory)?;
        let variable = |name: &str| {
            let mut set = launch.env.iter().rev().chain(command.env.iter().rev());
            let own = set.find(|(key, _)| key == name).map(|(_, word)| word.clone());
            own.or_else(|| (self.environment)(name))
        };
        targets::find(&command.argv, at, &Asking { repository, folder: &folder, variable: &variable })
    }

    /// Runs what a command leads to.
    pub(super) fn follow(&mut self, lead: Lead, command: &Command, launch: &Launch, cx: Context) {
        let task = match lead {
            Lead::To(task) => task,
            Lead::Unread(reason) => return self.note(command.span, reason),
        };
        let hop = Hop { key: task.key, ..Hop::of(&command.argv) };
        if self.trail.iter().any(|known| known.key == hop.key) {
            return;
        }
        let may_follow = self.repository.is_some_and(crate::repository::Repository::may_follow);
        if self.trail.len() >= MAX_FOLLOWED || !may_follow {
            return self.note(command.span, format!("runs `{}`, which leads through too many files", hop.command));
        }
        self.trail.push(hop);
        let here = self.here;
        let env: Vec<_> = command.env.iter().chain(&launch.env).cloned().collect();
        for piece in &task.pieces {
            let cx = Context {
                tail: true,
                may_fail: cx.may_fail || piece.may_fail,
                conditional: cx.conditional || piece.conditional,
                ..cx
            };
            match piece.is_sourced {
                true => self.sourced(piece, command.span, cx),
                false => self.apart(|this| this.piece(piece, &env, command.span, cx)),
            }
        }
        self.here = here;
        self.trail.pop();
    }

    /// How a call of nox comes to be here, when it does not stand in the script itself.
    pub(super) fn through(&self) -> Option<Box<Through>> {
        let inside = self.inside.as_ref()?;
        let span = match inside.at {
            At::Whole => self.here,
            At::Span(span) => span,
        };
        Some(Box::new(Through {
            commands: self.trail.iter().map(|hop| hop.command.clone()).collect(),
            path: inside.file.path.clone(),
            span,
            line: line_of(&inside.file.text, span.start),
        }))
    }

    fn note(&mut self, span: Span, reason: String) {
        let unknown = Unknown { span, reason };
        if self.out.unread.len() < super::MAX_TURNS && !self.out.unread.contains(&unknown) {
            self.out.unread.push(unknown);
        }
    }

    /// A script in a process of its own: it has what is exported, and its arguments.
    fn piece(&mut self, piece: &Piece, env: &[(String, Word)], span: Span, cx: Context) {
        let mut scope = Scope { directory: std::mem::take(&mut self.scope.directory), ..Scope::default() };
        if let Some(folder) = &piece.folder
            && inside(self.start, &scope.directory).as_ref() != Some(folder)
        {
            scope.directory = format!("{ROOT}/{folder}").trim_end_matches('/').to_owned();
        }
        for (name, word) in env.iter().chain(&piece.env) {
            let word = Word { span, ..word.clone() };
            scope.exports.retain(|(known, _)| known != name);
            scope.exports.push((name.clone(), word.clone()));
            let is_known = word.literal || word.text.starts_with("${{");
            scope.variables.set(name, is_known.then(|| vec![word]));
        }
        scope.variables.arguments = Some(piece.arguments.iter().cloned().collect());
        scope.variables.script = Some(format!("{ROOT}/{}", piece.file.path).into());
        self.scope = scope;
        let functions = std::mem::take(&mut self.functions);
        let pipefail = std::mem::replace(&mut self.pipefail, piece.pipefail);
        self.errexit = piece.errexit;
        self.within(piece, span, |this| this.list(&tree::parse(&piece.source), cx));
        (self.functions, self.pipefail) = (functions, pipefail);
    }

    /// A script that is read by this shell: what it sets stays set.
    fn sourced(&mut self, piece: &Piece, span: Span, cx: Context) {
        let arguments: Rc<[Word]> = piece.arguments.iter().cloned().collect();
        let outer = (!arguments.is_empty()).then(|| self.scope.variables.arguments.replace(arguments));
        let script = self.scope.variables.script.replace(format!("{ROOT}/{}", piece.file.path).into());
        self.within(piece, span, |this| this.list(&tree::parse(&piece.source), Context { tail: false, ..cx }));
        self.scope.variables.script = script;
        if let Some(arguments) = outer {
            self.scope.variables.arguments = arguments;
        }
    }

    fn within(&mut self, piece: &Piece, span: Span, run: impl FnOnce(&mut Self)) {
        let there = Inside { file: Rc::clone(&piece.file), at: piece.at };
        self.elsewhere(Some(Rc::new(there)), Rc::clone(&piece.source), span, run);
    }

    /// Runs something that stands in another text; its spans are those of the command that leads there.
    pub(super) fn elsewhere(
        &mut self,
        there: Option<Rc<Inside>>,
        source: Rc<str>,
        span: Span,
        run: impl FnOnce(&mut Self),
    ) {
        let inside = std::mem::replace(&mut self.inside, there);
        let source = std::mem::replace(&mut self.source, source);
        let place = std::mem::replace(&mut self.place, Place::Within(span));
        run(self);
        (self.inside, self.source, self.place) = (inside, source, place);
    }
}
