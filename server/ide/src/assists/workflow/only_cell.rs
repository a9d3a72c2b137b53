//! Steps that one cell of a matrix runs alone, by their `if`: `if: matrix.python == '3.12' && runner.os == 'Linux'`.
//! Neighbour: `lifted`, which they become.

use facts::workflow::{Cell, Remainder, Scope};
use syntax::Span;

use super::lifted::{Lifted, plain, touched};
use crate::assists::context::JobCx;
use crate::{matrix, times, words};

/// Steps that `span` means and that stay where they are.
pub(super) struct Refused {
    /// The sessions of the first of them: "`docs`".
    pub(super) sessions: String,
    /// Why.
    pub(super) why: String,
}

/// The steps that `span` means: those that it touches, else all, of the first cell that runs one alone. `None`: there is
/// no such step.
pub(super) fn find<'a>(cx: JobCx<'a>, span: Span) -> Option<Result<Lifted<'a>, Refused>> {
    let cells = cx.job.strategy.as_ref()?.cells.value().filter(|cells| cells.len() > 1)?;
    let touched = touched(cx, span);
    let mut places: Vec<(usize, usize)> = Vec::new();
    let mut refused = None;
    for at in touched.clone().unwrap_or_else(|| (0..cx.job.steps.len()).collect()) {
        match cell_of(cx, cells, at) {
            Some(Ok(cell)) if plain(cx, at, Some(cell)).is_some() => places.push((at, cell)),
            Some(Err(why)) if touched.is_some() && refused.is_none() => {
                refused = sessions(cx, at).map(|sessions| Refused { sessions, why });
            }
            _ => {}
        }
    }
    let mut chosen: Vec<usize> = places.iter().map(|(_, cell)| *cell).collect();
    chosen.dedup();
    let of_cell = |cell: usize| {
        let own: Vec<usize> = places.iter().filter(|(_, other)| *other == cell).map(|(at, _)| *at).collect();
        Lifted::alone(cx, own, cell)
    };
    // A cell that is for these steps alone is no matter of the job's.
    let is_meant = |lifted: &Lifted<'_>| touched.is_some() || lifted.staying(cx).next().is_some();
    let found = chosen.into_iter().filter_map(of_cell).find(is_meant);
    found.map(Ok).or_else(|| refused.map(Err))
}

/// The one cell that a step's `if` chooses; the error says why it is none. `None`: it is not for the matrix to say.
fn cell_of(cx: JobCx<'_>, cells: &[Cell], at: usize) -> Option<Result<usize, String>> {
    let step = cx.job.steps.get(at)?;
    let (condition, _) = step.condition.as_ref().filter(|(text, _)| matrix::may_differ(text))?;
    let mut running = Vec::new();
    for (cell, values) in cells.iter().enumerate() {
        let scope = Scope::of_job(&cx.workflow.facts, cx.job, Some(values)).in_step(step);
        match scope.remainder(condition) {
            Remainder::Never => {}
            Remainder::If { is_open: true, text } => {
                return Some(Err(format!("nobody can say in which cells `{text}` holds")));
            }
            Remainder::Always | Remainder::If { .. } => running.push(cell),
        }
    }
    match running.as_slice() {
        [] => None,
        [cell] => Some(Ok(*cell)),
        // `env.DEBUG` says the same everywhere.
        all if all.len() == cells.len() && !matrix::names(condition) => None,
        all if all.len() == cells.len() => Some(Err("its `if` holds in every cell: take it out first".to_owned())),
        all => Some(Err(format!("its `if` holds in {} of the {} cells", all.len(), cells.len()))),
    }
}

/// The sessions of a step, for people.
fn sessions(cx: JobCx<'_>, at: usize) -> Option<String> {
    let mut names: Vec<String> = Vec::new();
    let links = cx.workflow.links.iter().filter(|link| (link.site.job, link.site.step) == (cx.at, at));
    for link in links {
        let noxfile = cx.snapshot.workspace.noxfiles.get(link.noxfile?.0)?;
        let named = link.runs.iter().filter(|run| !run.is_prerequisite);
        for name in named.map(|run| format!("`{}`", times::name(noxfile, run.session))) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    (!names.is_empty()).then(|| words::list(&names))
}
