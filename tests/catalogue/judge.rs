//! A row's promise beside what its command really did.

use std::time::Instant;

use model::effects::{Access, Effect, Effects, Resource, Role, meet};
use noxflow::workspace::OnDisk;

use crate::command::Proof;
use crate::scratch::{Scratch, Shelf};
use crate::tree::{Change, Tree};

/// One command, run and compared.
pub(crate) struct Judged {
    pub(crate) run: &'static str,
    /// What it did to the tree.
    pub(crate) change: Change,
    /// Where the row and the tool differ; empty: they agree.
    pub(crate) faults: Vec<String>,
    /// How long it took, with all around it.
    pub(crate) seconds: f64,
}

/// Runs the command and compares.
pub(crate) fn judge(proof: &Proof, shelf: &Shelf) -> Judged {
    let start = Instant::now();
    let scratch = shelf.project(proof);
    let effects = ask(proof, &scratch);
    let before = Tree::of(&scratch.tree());
    let ended = scratch.run(&proof.words(), &proof.variables(), proof.directory);
    let after = Tree::of(&scratch.tree());
    let change = before.changes_to(&after);
    let mut faults = Vec::new();
    if ended.status != Some(proof.exit) {
        let last: Vec<&str> = ended.shown.lines().rev().take(12).collect();
        let shown: Vec<&str> = last.into_iter().rev().collect();
        faults.push(format!("ended with {:?}, not {}: {}", ended.status, proof.exit, shown.join("\n        ")));
    }
    if let Some(unknown) = effects.unknown.iter().find(|unknown| !unknown.is_elsewhere) {
        faults.push(format!("no row knows it: {}", unknown.what));
    }
    not_promised(proof, &effects, &change, &mut faults);
    not_kept(proof, &effects, &before, &change, &mut faults);
    if faults.is_empty() {
        not_read(proof, &effects, &before, &change, shelf, &mut faults);
    }
    Judged { run: proof.run, change, faults, seconds: start.elapsed().as_secs_f64() }
}

/// What noxflow says of a session that runs the command.
fn ask(proof: &Proof, scratch: &Scratch) -> Effects {
    let noxfile = scratch.tree().join("noxfile.py");
    std::fs::write(&noxfile, proof.noxfile()).expect("a noxfile");
    let disk = OnDisk::open(&scratch.tree()).expect("the scratch project");
    std::fs::remove_file(&noxfile).expect("the noxfile");
    let model = &disk.snapshot.workspace.noxfiles[0];
    (*model.effects[0]).clone()
}

/// What was created, changed or deleted without a word in the row.
fn not_promised(proof: &Proof, effects: &Effects, change: &Change, faults: &mut Vec<String>) {
    let mutates = effects.items.iter().any(|it| it.resource == Resource::Sources && it.access == Access::Mutate);
    let promised = |path: &str, accesses: &[Access]| {
        mutates && !path.starts_with('.')
            || proof.beyond.iter().any(|(beyond, _)| meet(beyond, path))
            || effects.items.iter().any(|it| accesses.contains(&it.access) && covers(it, path))
    };
    let is_byte_code = |path: &&String| path.contains("__pycache__");
    let writes = [Access::Write, Access::Update];
    for (verb, paths) in [("created", &change.created), ("changed", &change.changed)] {
        for path in paths.iter().filter(|it| !is_byte_code(it) && !promised(it, &writes)) {
            faults.push(format!("{verb} `{path}`, which the row does not say"));
        }
    }
    let removes = [Access::Write, Access::Update, Access::Delete];
    for path in change.deleted.iter().filter(|it| !is_byte_code(it) && !promised(it, &removes)) {
        faults.push(format!("deleted `{path}`, which the row does not say"));
    }
    if change.git && !effects.items.iter().any(|it| it.resource == Resource::Git && it.access != Access::Read) {
        faults.push("changed git's index or refs, which the row does not say".to_owned());
    }
}

/// What the row says and did not happen.
fn not_kept(proof: &Proof, effects: &Effects, before: &Tree, change: &Change, faults: &mut Vec<String>) {
    let (created, changed, deleted) = (&change.created, &change.changed, &change.deleted);
    for effect in &effects.items {
        let name = describe(&effect.resource);
        if proof.unless.iter().any(|(promise, _)| *promise == name) {
            continue;
        }
        let any = |paths: &[String]| paths.iter().any(|path| covers(effect, path));
        let is_kept = match (&effect.resource, effect.access) {
            (Resource::Path(_), Access::Write | Access::Update) => any(created) || any(changed),
            // Nothing to delete: nothing promised.
            (Resource::Path(_), Access::Delete) => any(deleted) || !before.has(|path| covers(effect, path)),
            (Resource::Sources, Access::Mutate) => {
                let is_source = |path: &&String| !path.starts_with('.');
                created.iter().chain(changed).chain(deleted).any(|path| is_source(&path))
            }
            (Resource::Git, Access::Write) => change.git,
            _ => true,
        };
        if !is_kept {
            faults
                .push(format!("{:?} of `{name}` is promised by `{}` and does not happen", effect.access, effect.tool));
        }
    }
    for (promise, why) in proof.unless {
        let is_made = effects.items.iter().any(|it| describe(&it.resource) == *promise);
        if !is_made {
            faults.push(format!("nobody promises `{promise}` (excused: {why})"));
        }
    }
}

/// Files that it is said to read, taken away: it must end otherwise or leave something else.
fn not_read(proof: &Proof, effects: &Effects, before: &Tree, change: &Change, shelf: &Shelf, faults: &mut Vec<String>) {
    let is_input = |it: &&Effect| {
        it.access == Access::Read
            && it.role != Role::Source
            && matches!(it.resource, Resource::Path(_))
            && !proof.unless.iter().any(|(promise, _)| *promise == describe(&it.resource))
    };
    let inputs: Vec<&Effect> = effects.items.iter().filter(is_input).collect();
    let covered = |path: &str| inputs.iter().any(|it| covers(it, path));
    if !before.has(covered) {
        return;
    }
    let scratch = shelf.project(proof);
    scratch.remove(covered);
    let without = Tree::of(&scratch.tree());
    let ended = scratch.run(&proof.words(), &proof.variables(), proof.directory);
    let other = without.changes_to(&Tree::of(&scratch.tree()));
    let same_writes = other.created == change.created && other.changed == change.changed;
    if ended.status == Some(proof.exit) && same_writes {
        let names: Vec<String> = inputs.iter().map(|it| describe(&it.resource)).collect();
        faults.push(format!("ends the same without {}, which it is said to read", names.join(", ")));
    }
}

/// Whether `path` lies in what the effect is about.
fn covers(effect: &Effect, path: &str) -> bool {
    match &effect.resource {
        // One in every package.
        Resource::Path(promised) if promised == "__pycache__" => path.contains("__pycache__"),
        Resource::Path(promised) => meet(promised, path),
        _ => false,
    }
}

/// The resource as the table writes it.
fn describe(resource: &Resource) -> String {
    match resource {
        Resource::Path(path) => path.clone(),
        Resource::Sources => "sources".to_owned(),
        Resource::Git => "git".to_owned(),
        Resource::Port(port) => format!("port {port}"),
        Resource::Service(name) => name.clone(),
        Resource::Variable(name) => format!("variable {name}"),
        Resource::World => "world".to_owned(),
    }
}
