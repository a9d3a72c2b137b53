//! Which sessions a nox call runs: the join of the two kinds of file that nobody else makes.
//!
//! Neighbours: `links/called.rs` follows composite actions and reusable workflows, `links/words.rs` fills expressions in, `links/variables.rs`
//! knows the variables around a call, `links/select.rs` selects as nox does, `links/keywords.rs` reads
//! `-k`.

pub mod asked;
pub mod called;
mod keywords;
mod select;
mod variables;
mod words;

use std::sync::Arc;

use facts::repository::from_root;
use facts::shell::NoxCall;
use facts::workflow::{Scope, Step, StepKind, WorkflowFacts};
use syntax::Span;

use crate::workspace::{NoxfileId, NoxfileModel, SessionId};

/// Where a nox call stands: indices into the workflow's facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallSite {
    /// Job.
    pub job: usize,
    /// Step of the job; for a step inside `parallel:` the group's.
    pub step: usize,
    /// Member of the `parallel:` group.
    pub member: Option<usize>,
    /// Call among the script's nox calls.
    pub call: usize,
}

/// A nox call with the sessions it runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// The call.
    pub site: CallSite,
    /// The noxfile it means: by `-f`, working directory, else the nearest at or above the workflow's root. `None`:
    /// there is none in the workspace, and nothing is said about its sessions.
    pub noxfile: Option<NoxfileId>,
    /// Sessions it runs when it runs alone, in nox's order, prerequisites first: index and the signatures of that
    /// session which are selected (all cells of the job's matrix together).
    pub runs: Arc<[LinkedSession]>,
    /// Names in it that the noxfile does not have.
    pub unknown: Vec<UnknownName>,
    /// Some of what it selects cannot be read (an expression; no names, and a noxfile that is not complete): `runs` may
    /// lack some.
    pub is_partial: bool,
    /// What each cell of the job's matrix runs, when that differs from cell to cell; empty when all run the same.
    pub cells: Vec<Arc<[LinkedSession]>>,
    /// Variables around it that move what sessions touch (`COVERAGE_FILE`), with their values; `None`: not known. Of a
    /// matrix those of the first cell: cells do not share a machine.
    pub variables: Vec<(&'static str, Option<String>)>,
    /// Words behind `--`, which nox gives to every session; `None`: not known.
    pub posargs: Vec<Option<String>>,
    /// Whether the repository lies in a folder of the job's workspace (`path` of its checkout): what sessions leave is
    /// there, and steps that name paths of the workspace name that folder.
    pub is_below: bool,
}

/// One session of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkedSession {
    /// Which.
    pub session: SessionId,
    /// Its instances that run: indices into the session's `instances`.
    pub instances: Vec<usize>,
    /// The word that names it, if one does (not for defaults, tags and prerequisites).
    pub word: Option<Span>,
    /// Runs because another one requires it.
    pub is_prerequisite: bool,
}

/// A name that no session has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownName {
    /// What is written.
    pub name: String,
    /// Where.
    pub span: Span,
    /// The nearest name there is, if it is near.
    pub suggestion: Option<String>,
}

/// Where noxfiles are looked for.
pub(crate) struct Noxfiles<'a> {
    pub(crate) models: &'a [Arc<NoxfileModel>],
    selectors: Vec<select::Selector<'a>>,
}

impl<'a> Noxfiles<'a> {
    pub(crate) fn new(models: &'a [Arc<NoxfileModel>]) -> Self {
        Self { models, selectors: models.iter().map(|model| select::Selector::new(model)).collect() }
    }

    /// The noxfile that nox loads in `folder`, or the file itself when `explicit` names one. The flag says that it was
    /// found by looking around, which nox does not do.
    fn find(&self, folder: &str, explicit: Option<&str>) -> Option<(NoxfileId, bool)> {
        let wanted = match explicit {
            Some(path) => {
                let (above, name) = path.rsplit_once('/').unwrap_or((".", path));
                // Noxfiles of other names are not read.
                (name == "noxfile.py").then_some(())?;
                crate::effects::paths::join(folder, above)?
            }
            None => folder.to_owned(),
        };
        let wanted = if wanted == "." { "" } else { wanted.as_str() };
        let at = |folder: &str| self.models.iter().position(|model| model.folder == folder).map(NoxfileId);
        if let Some(found) = at(wanted) {
            return Some((found, false));
        }
        if explicit.is_some() {
            return None;
        }
        // A checkout into a folder (`path: src`) puts the repository one level down.
        let below = wanted.split_once('/').map_or("", |(_, below)| below);
        if let Some(found) = at(below) {
            return Some((found, true));
        }
        let mut above = wanted;
        while let Some((parent, _)) = above.rsplit_once('/') {
            above = parent;
            if let Some(found) = at(above) {
                return Some((found, true));
            }
        }
        at("").map(|found| (found, true))
    }
}

/// The links of a workflow or an action whose repository's root is `root`, in the order of the file.
pub(crate) fn links_of(facts: &WorkflowFacts, root: &str, noxfiles: &mut Noxfiles<'_>) -> Vec<Link> {
    let mut links = Vec::new();
    for (at, job) in facts.jobs.iter().enumerate() {
        let defaults = [&job.defaults, &facts.defaults].map(|it| it.working_directory.as_deref());
        let scopes = called::scopes(facts, job);
        let mut add = |step: &Step, site: CallSite| {
            let frame = Frame { root, folders: defaults, checkout: job.checkout_before(site.step), is_assumed: true };
            for (call, said) in step.nox_calls().iter().enumerate().filter(|(_, said)| !said.lists_only) {
                links.push(link(noxfiles, CallSite { call, ..site }, said, step, &scopes, &frame));
            }
        };
        for (step, said) in job.steps.iter().enumerate() {
            let site = CallSite { job: at, step, member: None, call: 0 };
            match &said.kind {
                StepKind::Parallel(members) => {
                    let members = members.iter().enumerate();
                    members.for_each(|(member, said)| add(said, CallSite { member: Some(member), ..site }));
                }
                _ => add(said, site),
            }
        }
    }
    links
}

/// What stands around a step besides its scopes.
struct Frame<'a> {
    /// The repository's folder.
    root: &'a str,
    /// `defaults.run.working-directory` of the job and the workflow.
    folders: [Option<&'a str>; 2],
    /// Folder of the workspace that the repository is checked out into.
    checkout: &'a str,
    /// Inputs are assumed, not those of a caller: what they name may be another session.
    is_assumed: bool,
}

/// What `call` in `step` runs: once for each of `scopes`, the cells of the matrix.
fn link(
    noxfiles: &mut Noxfiles<'_>,
    site: CallSite,
    call: &NoxCall,
    step: &Step,
    scopes: &[Scope<'_>],
    frame: &Frame<'_>,
) -> Link {
    let mut link = Link {
        site,
        noxfile: None,
        runs: Arc::default(),
        unknown: Vec::new(),
        is_partial: false,
        cells: Vec::new(),
        is_below: false,
        variables: scopes.first().map(|scope| variables::around(call, &scope.in_step(step))).unwrap_or_default(),
        posargs: call.posargs.iter().map(|word| word.literal.then(|| word.text.clone())).collect(),
    };
    let own = step.working_directory.as_deref();
    let directory = own.or_else(|| frame.folders.into_iter().flatten().next()).unwrap_or_default();
    let filled = |text: &str| match (from_root(text), scopes.first()) {
        (None, Some(scope)) => scope.in_step(step).fill(text).unwrap_or_else(|_| text.to_owned()),
        _ => text.to_owned(),
    };
    let (directory, below) = (filled(directory), filled(&call.directory));
    let explicit = call.noxfile.as_ref().map(|word| word.text.as_str());
    let is_open = |text: &str| text.contains('$') || text.contains('`');
    let is_lost = |text: &str| is_open(from_root(text).unwrap_or(text));
    if is_lost(&directory) || is_lost(&below) || explicit.is_some_and(is_open) {
        link.is_partial = true;
        return link;
    }
    let join = |a: &str, b: &str| {
        let (a, b) = from_root(b).map_or((a, b), |b| (frame.root, b));
        crate::effects::paths::join(a, b).unwrap_or_else(|| a.to_owned())
    };
    let folder = join(&join(frame.root, &directory), &below);
    // Where the repository is checked out into a folder, its own paths begin there.
    let in_checkout = |noxfiles: &Noxfiles<'_>| {
        let checkout = Some(filled(frame.checkout)).filter(|path| !path.is_empty() && !is_lost(path))?;
        let rest =
            folder.strip_prefix(&join(frame.root, &checkout)).filter(|it| it.is_empty() || it.starts_with('/'))?;
        noxfiles.find(&join(frame.root, rest.trim_start_matches('/')), explicit).filter(|(_, is_guess)| !is_guess)
    };
    let found = in_checkout(noxfiles);
    link.is_below = found.is_some();
    let Some((noxfile, is_guess)) = found.or_else(|| noxfiles.find(&folder, explicit)) else { return link };
    link.noxfile = Some(noxfile);
    link.is_partial = is_guess;
    let Some(selector) = noxfiles.selectors.get_mut(noxfile.0) else { return link };
    let cells = words::selections(call, step, scopes, &mut link.is_partial);
    let runs: Vec<Arc<[LinkedSession]>> = cells
        .iter()
        .map(|it| match it {
            Some(it) => selector.run(it, call.no_dependencies, &mut link.unknown, &mut link.is_partial),
            None => Arc::default(),
        })
        .map(|runs| if call.through.is_some() { without_words(&runs) } else { runs })
        .collect();
    match runs.as_slice() {
        [only] => link.runs = Arc::clone(only),
        _ => {
            link.runs = select::merged(&runs);
            link.cells = runs;
        }
    }
    if is_guess {
        link.unknown.clear();
    }
    if frame.is_assumed {
        let named = call.selection.sessions.iter().flatten();
        let open: Vec<Span> = named.filter(|word| word.text.contains("inputs.")).map(|word| word.span).collect();
        let before = link.unknown.len();
        link.unknown.retain(|name| !open.contains(&name.span));
        link.is_partial |= link.unknown.len() < before;
    }
    link
}

/// The names stand in another file: no word of this one means one of the sessions.
fn without_words(runs: &[LinkedSession]) -> Arc<[LinkedSession]> {
    runs.iter().map(|run| LinkedSession { word: None, ..run.clone() }).collect()
}

#[cfg(test)]
mod tests;
