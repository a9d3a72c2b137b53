//! The graph against the word of a careful maintainer. A label says of one project which order between its sessions is
//! needed, which sessions must not overlap, and which may; it is made by reading the noxfile and the workflows, not by
//! asking noxflow. Where the two differ, the label's `why` says what decided.
//!
//! `own/NAME/` holds small projects of our own, each with its `label.toml`; they are always compared. `corpus/*.toml`
//! are labels of real projects, which are not stored here: `NOXFLOW_CORPUS` names a folder with a folder
//! `OWNER+NAME-COMMIT` for each. To see the table: `cargo test -p noxflow-tests --test labels -- --nocapture`.

use std::path::{Path, PathBuf};

mod compare;
mod label;

use compare::Comparison;
use label::Label;

#[test]
fn own_projects_are_judged_as_a_maintainer_would() {
    let folder = noxflow_tests::root().join("tests/labels/own");
    let found: Vec<Comparison> =
        folders(&folder).iter().map(|project| compare::compare(project, &read(&project.join("label.toml")))).collect();
    println!("{}", table("own projects", &found));
    assert!(found.len() >= 15, "only {} own projects", found.len());
    let wrong: Vec<&String> = found.iter().flat_map(|one| &one.notes).collect();
    assert!(wrong.is_empty(), "these are judged otherwise than labelled: {wrong:#?}");
}

#[test]
fn real_projects_are_judged_as_a_maintainer_would() {
    let Some(corpus) = std::env::var_os("NOXFLOW_CORPUS").map(PathBuf::from) else {
        println!("skipped: NOXFLOW_CORPUS does not say where real projects are");
        return;
    };
    let mut found = Vec::new();
    for path in label_files() {
        let label = read(&path);
        let project = corpus.join(format!("{}-{}", label.project.replace('/', "+"), label.commit));
        if project.is_dir() {
            found.push(compare::compare(&project, &label));
        }
    }
    println!("{}", table("real projects", &found));
    let sum = Comparison::sum(&found);
    assert!(found.len() >= 45, "only {} labelled projects are in {}", found.len(), corpus.display());
    assert!(sum.precision() >= 0.95, "too many edges that nobody needs");
    assert!(sum.recall() >= 0.90, "too many needed edges are not seen");
    assert_eq!(sum.unsafe_as_safe, sum.flaky_as_safe, "pairs that lose data or fail are judged safe");
}

#[test]
fn every_label_says_where_it_is_from_and_why() {
    let own = folders(&noxflow_tests::root().join("tests/labels/own"));
    let all = label_files().into_iter().chain(own.iter().map(|folder| folder.join("label.toml")));
    for path in all {
        let label = read(&path);
        for why in label.reasons() {
            assert!(why.len() > 8, "{}: a reason is missing", path.display());
        }
    }
}

/// Labels of projects that are not stored here, sorted by name.
fn label_files() -> Vec<PathBuf> {
    children(&noxflow_tests::root().join("tests/labels/corpus"), Path::is_file)
}

fn folders(folder: &Path) -> Vec<PathBuf> {
    children(folder, Path::is_dir)
}

fn children(folder: &Path, is_meant: fn(&Path) -> bool) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.retain(|path| is_meant(path));
    paths.sort();
    paths
}

fn read(path: &Path) -> Label {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    Label::read(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The table: a line a project, what differs, the sums.
fn table(title: &str, found: &[Comparison]) -> String {
    let sum = Comparison::sum(found);
    let mut lines = vec![
        format!("\n{title:<44}{:>26}{:>22}{:>12}", "needed edges", "unsafe pairs", "safe pairs"),
        format!(
            "{:<44}{:>8}{:>6}{:>6}{:>6}{:>8}{:>6}{:>8}{:>12}",
            "", "label", "found", "wrong", "miss", "seen", "?", "safe", "free"
        ),
    ];
    for one in found {
        lines.push(one.to_string());
        lines.extend(one.notes.iter().map(|note| format!("    {note}")));
    }
    lines.push(sum.to_string());
    lines.push(format!(
        "precision {:.3}, recall {:.3}; of {} unsafe pairs {} are judged safe, {} of them flaky only; of {} safe pairs {} \
         are free to overlap",
        sum.precision(),
        sum.recall(),
        sum.unsafe_pairs(),
        sum.unsafe_as_safe,
        sum.flaky_as_safe,
        sum.safe_pairs,
        sum.safe_as_safe,
    ));
    lines.join("\n")
}
