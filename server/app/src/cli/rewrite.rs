//! `noxflow rewrite`: lists, shows and applies the edits that an editor offers as code actions.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;
use facts::noxfile::NoxfileFacts;
use facts::workflow::WorkflowFacts;
use ide::{FileEdit, FileState, Offer, OfferKind};
use similar::TextDiff;
use syntax::Span;

use super::open;
use crate::disk;
use crate::style;
use crate::workspace::OnDisk;

/// List, show or apply the rewrites that make a workflow or a noxfile faster.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  noxflow rewrite . --list                                     every rewrite, with its predicted effect
  noxflow rewrite . --diff split-into-matrix --job tests       what it would change
  noxflow rewrite .github/workflows/ci.yml --apply use-nox-parallel
  noxflow rewrite . --all-safe                                 the best safe rewrite of each job, and safe fixes
  noxflow rewrite . --check                                    exit status 1 if --all-safe would change something
Rewrites that are not proved to keep the meaning say so in their title and need --unsafe.")]
pub(super) struct Arguments {
    /// A project, or a single file of it.
    #[arg(default_value = ".")]
    path: PathBuf,
    #[command(flatten)]
    what: What,
    /// Only for this job (or session of a noxfile).
    #[arg(long, value_name = "JOB")]
    job: Option<String>,
    /// Also rewrites that are not proved to keep the meaning.
    #[arg(long = "unsafe")]
    is_unsafe: bool,
}

#[derive(Debug, Args)]
#[group(multiple = false)]
struct What {
    /// List what is offered (the default).
    #[arg(long)]
    list: bool,
    /// Show a rewrite as a unified diff; nothing is written.
    #[arg(long, value_name = "ID")]
    diff: Option<String>,
    /// Apply a rewrite to the files.
    #[arg(long, value_name = "ID")]
    apply: Option<String>,
    /// Apply the best safe rewrite of each job, and the safe fixes of findings.
    #[arg(long)]
    all_safe: bool,
    /// Say what --all-safe would do; exit status 1 if that is anything.
    #[arg(long)]
    check: bool,
}

/// An offer and where it was made.
struct Place {
    path: String,
    line: u32,
    owner: String,
    /// Made for the whole file.
    is_whole: bool,
    offer: Offer,
}

pub(super) fn main(arguments: &Arguments) -> anyhow::Result<i32> {
    if arguments.what.all_safe {
        return all_safe(&arguments.path);
    }
    let workspace = open(&arguments.path)?;
    if arguments.what.check {
        return check(&workspace);
    }
    let mut places = places(&workspace);
    if let Some(job) = &arguments.job {
        let owners: Vec<String> = places.iter().map(|place| place.owner.clone()).collect();
        places.retain(|place| place.owner == *job);
        if places.is_empty() {
            let more = did_you_mean(job, owners.iter().map(String::as_str));
            let path = arguments.path.display();
            bail!("nothing is offered for `{job}`{more}: `noxflow rewrite {path} --list` shows what is");
        }
    }
    match (&arguments.what.diff, &arguments.what.apply) {
        (Some(id), _) => diff(&workspace, &choose(places, id, true)?.offer.edits),
        (_, Some(id)) => apply(&workspace, &choose(places, id, arguments.is_unsafe)?.offer),
        _ => list(&workspace, &places),
    }
}

fn list(workspace: &OnDisk, places: &[Place]) -> anyhow::Result<i32> {
    let mut out = anstream::stdout().lock();
    let (head, dim, name, good, warn) = (style::HEAD, style::DIM, style::NAME, style::GOOD, style::WARN);
    let mut last = None;
    for Place { path, line, owner, offer, .. } in places {
        if last != Some((path, owner)) {
            writeln!(out, "{head}{}:{line}{head:#} {owner}", workspace.shown(path))?;
            last = Some((path, owner));
        }
        let mark = match (&offer.disabled, offer.is_preferred, offer.is_safe) {
            (Some(_), ..) => format!("{dim}-{dim:#}"),
            (None, true, _) => format!("{good}*{good:#}"),
            (None, false, true) => " ".to_owned(),
            (None, false, false) => format!("{warn}!{warn:#}"),
        };
        writeln!(out, "  {mark} {name}{:<26}{name:#} {}", offer.assist, offer.title)?;
        if let Some(reason) = &offer.disabled {
            writeln!(out, "    {:<26} {dim}not possible: {reason}{dim:#}", "")?;
        }
    }
    if places.is_empty() {
        writeln!(out, "Nothing to rewrite here.")?;
    } else {
        writeln!(out, "{dim}* the best one   ! not proved to keep the meaning   - not possible here{dim:#}")?;
    }
    Ok(0)
}

/// Says what would be done to each file.
fn check(workspace: &OnDisk) -> anyhow::Result<i32> {
    let mut out = anstream::stdout().lock();
    let head = style::HEAD;
    let mut code = 0;
    for file in workspace.files() {
        let Some(offer) = ide::fix_all(&workspace.snapshot, file.id) else { continue };
        code = 1;
        writeln!(out, "{head}{}{head:#}: {}", workspace.shown(&file.path), offer.title)?;
    }
    if code == 0 {
        writeln!(out, "Nothing to rewrite that is safe.")?;
    }
    Ok(code)
}

/// Files changed by one `--all-safe`; more are left for the next.
const MAX_ROUNDS: usize = 200;

/// Does all that is safe, file by file: what is done to one may change what is left to do in another.
fn all_safe(path: &Path) -> anyhow::Result<i32> {
    let mut done: Vec<String> = Vec::new();
    for _ in 0..MAX_ROUNDS {
        let workspace = open(path)?;
        let next = workspace
            .files()
            .filter(|file| !done.contains(&file.path))
            .find_map(|file| Some((file.path.clone(), ide::fix_all(&workspace.snapshot, file.id)?)));
        let Some((file, offer)) = next else { break };
        apply(&workspace, &offer)?;
        done.push(file);
    }
    if done.is_empty() {
        writeln!(anstream::stdout().lock(), "Nothing to rewrite that is safe.")?;
    }
    Ok(0)
}

/// " (did you mean `x`?)" where something is called nearly so.
fn did_you_mean<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> String {
    model::nearest::nearest(name, names).map(|near| format!(" (did you mean `{near}`?)")).unwrap_or_default()
}

/// The one offer called `id`.
fn choose(places: Vec<Place>, id: &str, is_unsafe: bool) -> anyhow::Result<Place> {
    if !ide::assist_ids().any(|known| known == id) {
        let more = did_you_mean(id, ide::assist_ids());
        bail!("there is no rewrite `{id}`{more}: `noxflow rewrite --list` shows what is offered");
    }
    let mut known: Vec<&str> = places.iter().map(|place| place.offer.assist).collect();
    known.sort_unstable();
    known.dedup();
    let known = known.join(", ");
    let (refused, mut named): (Vec<Place>, Vec<Place>) =
        places.into_iter().filter(|place| place.offer.assist == id).partition(|place| place.offer.disabled.is_some());
    // The same edit may be offered in the workflow and in the noxfile.
    let first = named.first().map(|place| place.offer.edits.clone());
    if named.iter().all(|place| Some(&place.offer.edits) == first.as_ref()) {
        named.truncate(1);
    }
    match (named.len(), refused.as_slice()) {
        (0, []) if known.is_empty() => bail!("nothing is offered here"),
        (0, []) => bail!("`{id}` has nothing to do here; what is offered: {known}"),
        (0, refused) => bail!("{}", why_not(id, refused)),
        (1, _) => {}
        // What is offered for the whole file does all of it.
        _ if named.iter().filter(|place| place.is_whole).count() == 1 => named.retain(|place| place.is_whole),
        _ => {
            let owners: Vec<String> = named.iter().map(|place| format!("{} ({})", place.owner, place.path)).collect();
            bail!("`{id}` is offered for several; say which by --job or by the file: {}", owners.join(", "));
        }
    }
    let place = named.remove(0);
    if !place.offer.is_safe && !is_unsafe {
        bail!("`{}` is not proved to keep the meaning; look at it with --diff, then add --unsafe", place.offer.title);
    }
    Ok(place)
}

/// Why `id` is not possible where it could be thought of. Where it has been done already nothing is left but what cannot be:
/// that is then said of the session or job it is about.
fn why_not(id: &str, refused: &[Place]) -> String {
    let reason = |place: &Place| place.offer.disabled.clone().unwrap_or_default();
    match refused {
        [only] if only.is_whole => format!("`{id}` is not possible here: {}", reason(only)),
        [only] => format!(
            "`{id}` has nothing to do here but for `{}`, where it is not possible: {}",
            only.owner,
            reason(only)
        ),
        several => {
            let lines = several
                .iter()
                .map(|place| format!("\n  {}:{} {}: {}", place.path, place.line, place.owner, reason(place)));
            format!("`{id}` has nothing to do here but where it is not possible:{}", lines.collect::<String>())
        }
    }
}

fn diff(workspace: &OnDisk, edits: &[FileEdit]) -> anyhow::Result<i32> {
    let mut out = anstream::stdout().lock();
    for (file, new) in changed(workspace, edits)? {
        let old = file.document.text();
        let diff = TextDiff::from_lines(old, &new);
        // As seen from where one stands: there the diff can be applied. From within the project, as its root sees it.
        let shown = workspace.shown(&file.path);
        let path = if Path::new(&shown).is_absolute() { &file.path } else { &shown };
        let unified = diff.unified_diff().header(&format!("a/{path}"), &format!("b/{path}")).to_string();
        for line in unified.split_inclusive('\n') {
            let colour = match line.as_bytes().first() {
                Some(b'+') => style::GOOD,
                Some(b'-') => style::BAD,
                Some(b'@') => style::NAME,
                _ => anstyle::Style::new(),
            };
            write!(out, "{colour}{line}{colour:#}")?;
        }
    }
    Ok(0)
}

fn apply(workspace: &OnDisk, offer: &Offer) -> anyhow::Result<i32> {
    let changed = changed(workspace, &offer.edits)?;
    for (file, new) in &changed {
        let path = workspace.folder.join(&file.path);
        disk::write_text(&path, new).with_context(|| format!("`{}` cannot be written", path.display()))?;
    }
    let mut out = anstream::stdout().lock();
    writeln!(out, "{}", offer.title)?;
    for (file, _) in &changed {
        writeln!(out, "  changed {}", workspace.shown(&file.path))?;
    }
    Ok(0)
}

/// The files with their texts after the edits.
fn changed<'a>(workspace: &'a OnDisk, edits: &[FileEdit]) -> anyhow::Result<Vec<(&'a FileState, String)>> {
    let change = |edit: &FileEdit| {
        let file = workspace.snapshot.file(edit.file).context("the rewrite names a file that is not there")?;
        let text = syntax::apply(file.document.text(), &edit.edits).context("the rewrite's edits overlap")?;
        Ok((&**file, text))
    };
    edits.iter().map(change).collect()
}

/// Every offer, once, where it is first made: at each job of a workflow, at each session of a noxfile, for the file as a
/// whole.
fn places(workspace: &OnDisk) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::new();
    for file in workspace.files() {
        let mut owners: Vec<(&str, Span)> = match (file.workflow(), file.noxfile()) {
            (Some(workflow), _) => jobs(workflow),
            (_, Some(noxfile)) => sessions(noxfile),
            _ => continue,
        };
        let parts = owners.len();
        owners.push(("the whole file", Span::from(0..file.document.text().len())));
        for (at, (owner, span)) in owners.into_iter().enumerate() {
            let is_whole = at == parts;
            let span = if is_whole { span } else { Span::empty(span.start) };
            for offer in ide::assists(&workspace.snapshot, file.id, span) {
                if offer.kind == OfferKind::FixAll || places.iter().any(|place| place.offer == offer) {
                    continue;
                }
                let line = file.document.lines().line(span.start) + 1;
                places.push(Place { path: file.path.clone(), line, owner: owner.to_owned(), is_whole, offer });
            }
        }
    }
    places
}

fn jobs(workflow: &WorkflowFacts) -> Vec<(&str, Span)> {
    workflow.jobs.iter().map(|job| (job.id.as_str(), job.id_span)).collect()
}

fn sessions(noxfile: &NoxfileFacts) -> Vec<(&str, Span)> {
    noxfile.sessions.iter().map(|session| (session.name.as_str(), session.name_span)).collect()
}
