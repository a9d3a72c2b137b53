//! Our reading of real noxfiles against nox's own. One line a project, a table at the end, and the floors that a change
//! may not fall below.

use std::{
    collections::BTreeSet,
    fmt, fs,
    path::{Component, Path, PathBuf},
    process::Command,
    sync::Arc,
};

use facts::noxfile::{self, Entry, NoxfileFacts, Surroundings};
use syntax::{Document, Language};

use crate::truth::{self, Project, Session};

#[test]
fn noxfiles_are_read_as_nox_reads_them() {
    let Some((corpus, truth)) = crate::folders() else {
        println!("skipped: NOXFLOW_CORPUS and NOXFLOW_TRUTH do not say where real projects are");
        return;
    };
    let projects = truth::projects(&corpus, &truth);
    let verdicts: Vec<Verdict> = projects.iter().map(|project| compare(&corpus, project)).collect();
    verdicts.iter().for_each(|verdict| println!("{verdict}"));
    let n = verdicts.len();
    let share = |question: usize| verdicts.iter().filter(|verdict| verdict.holds[question]).count();
    println!("\n{n} projects that nox can list, {} sessions", projects.iter().map(|p| p.sessions.len()).sum::<usize>());
    for (at, question) in QUESTIONS.iter().enumerate() {
        println!("{question:<24}{:>4} of {n}{:>7.1} %", share(at), share(at) as f64 * 100.0 / n.max(1) as f64);
    }
    let falsehoods: usize = verdicts.iter().map(|verdict| verdict.falsehoods.len()).sum();
    println!("{:<24}{falsehoods:>4}", "false signatures");
    assert!(n > 0, "no project of {} has its truth in {}", corpus.display(), truth.display());
    assert_eq!(falsehoods, 0, "something is claimed as certain that nox does not have");
    assert!(share(0) * 100 >= n * 97, "names are exact in too few projects");
    assert!(share(1) * 100 >= n * 90, "the full list is exact in too few projects");
}

/// The noxfiles in `own`, which have what real ones have between them, and what nox says of them right now.
#[test]
fn own_noxfiles_are_read_as_nox_reads_them() {
    let (corpus, truth) =
        (noxflow_tests::root().join("tests/corpus/own"), tempfile::tempdir().expect("a scratch folder"));
    let mut probe = Command::new(noxflow_tests::tools().join("python/bin/python"));
    probe.arg(corpus.with_file_name("probe.py")).arg(&corpus).arg(truth.path());
    probe.env_remove("FORCE_COLOR").env_remove("NOXSESSION").env_remove("NOX_PARALLEL");
    noxflow_tests::run(&mut probe);
    let projects = truth::projects(&corpus, truth.path());
    assert_eq!(projects.len(), fs::read_dir(&corpus).expect("it is there").count(), "nox has loaded all");
    let mut wrong = Vec::new();
    for project in &projects {
        let verdict = compare(&corpus, project);
        println!("{verdict}");
        // Where the disk decides the order, everything else is known, and that it is not is said.
        let is_as_expected = match project.id.as_str() {
            "disorder" => verdict.failed() == ["full list in order"] && verdict.is_set_exact,
            _ => verdict.failed().is_empty(),
        };
        if !is_as_expected || !verdict.falsehoods.is_empty() {
            wrong.push(verdict.to_string());
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is asked of each project, in the order of `Verdict::holds`.
const QUESTIONS: [&str; 9] = [
    "names",
    "full list in order",
    "aliases",
    "requires",
    "tags",
    "default",
    "python",
    "lines",
    "admits what it lacks",
];

/// How one project was read.
struct Verdict {
    id: String,
    holds: [bool; 9],
    /// The signatures are nox's, in whatever order.
    is_set_exact: bool,
    /// Claimed as certain, and nox has no such thing.
    falsehoods: Vec<String>,
    /// The first few differences, for people.
    notes: Vec<String>,
}

/// One entry of our list, in the terms of the truth.
fn ours(facts: &NoxfileFacts, document: &Document) -> Vec<(Session, bool)> {
    let entries = facts.sessions.iter().flat_map(|session| {
        session.instances.iter().map(|instance| {
            let entry = Session {
                signature: instance.signature.clone(),
                name: session.name.clone(),
                aliases: instance.aliases.iter().cloned().collect(),
                python: instance.python.clone(),
                tags: instance.tags.clone(),
                requires: instance.requires.clone(),
                default: session.default,
                allow_parallel: session.allow_parallel,
                function: session.function.clone(),
                file: String::new(),
                line: u64::from(document.lines().line(session.span.start)) + 1,
            };
            (entry, session.complete)
        })
    });
    entries.collect()
}

fn compare(corpus: &Path, project: &Project) -> Verdict {
    let root = corpus.join(&project.id);
    let path = root.join(&project.noxfile);
    let bytes = fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let document = Document::new(Language::Python, String::from_utf8_lossy(&bytes).into_owned());
    let folder = path.parent().unwrap_or(&root).to_owned();
    let facts = noxfile::read(&document, &Folder { root, folder });
    let mine = ours(&facts, &document);
    let names = |all: &mut dyn Iterator<Item = &str>| all.map(str::to_owned).collect::<BTreeSet<_>>();
    let my_names = names(&mut facts.sessions.iter().map(|session| &*session.name));
    let nox_names = names(&mut project.sessions.iter().map(|session| &*session.name));
    let nox_signatures = names(&mut project.sessions.iter().map(|session| &*session.signature));
    let my_signatures = names(&mut mine.iter().map(|(session, _)| &*session.signature));
    let is_list_exact = mine.iter().map(|(s, _)| &s.signature).eq(project.sessions.iter().map(|s| &s.signature));
    let certain = mine.iter().filter(|(_, is_certain)| *is_certain);
    let falsehoods = certain.filter(|(s, _)| !nox_signatures.contains(&s.signature)).map(|(s, _)| s.signature.clone());
    let mut notes: Vec<String> = Vec::new();
    notes.extend(nox_names.difference(&my_names).map(|name| format!("lacks {name}")));
    notes.extend(my_names.difference(&nox_names).map(|name| format!("has too much: {name}")));
    notes.extend(nox_signatures.difference(&my_signatures).take(3).map(|name| format!("lacks {name}")));
    notes.extend(my_signatures.difference(&nox_signatures).take(3).map(|name| format!("has too much: {name}")));
    let mut all = |what: &str, same: &dyn Fn(&Session, &Session) -> bool| {
        let mut holds = true;
        for (mine, _) in &mine {
            let nox = project.sessions.iter().find(|nox| nox.signature == mine.signature);
            if nox.is_some_and(|nox| !same(mine, nox)) {
                if holds {
                    notes.push(format!("{what} of {}", mine.signature));
                }
                holds = false;
            }
        }
        holds
    };
    let holds = [
        my_names == nox_names,
        is_list_exact,
        all("aliases", &|a, b| a.aliases == b.aliases),
        all("requires", &|a, b| a.requires == b.requires),
        all("tags", &|a, b| a.tags == b.tags),
        all("default", &|a, b| (a.default, a.allow_parallel) == (b.default, b.allow_parallel)),
        all("python", &|a, b| a.python == b.python),
        all("line", &|a, b| b.file != project.noxfile || (a.line, &a.function) == (b.line, &b.function)),
        is_list_exact || !facts.unknown.is_empty() || facts.sessions.iter().any(|session| !session.complete),
    ];
    let version = facts.needs_version.as_ref().map(|(version, _)| version.clone());
    if version != project.needs_version {
        notes.push(format!("needs_version {version:?}, nox {:?}", project.needs_version));
    }
    if holds != [true; 9] {
        let of_sessions = facts.sessions.iter().filter(|session| !session.complete).flat_map(|s| &s.unknown);
        let unknown = facts
            .unknown
            .iter()
            .chain(of_sessions)
            .map(|unknown| format!("line {}: {}", document.lines().line(unknown.span.start) + 1, unknown.reason));
        notes.extend(unknown.collect::<BTreeSet<_>>());
    }
    let is_set_exact = my_signatures == nox_signatures;
    Verdict { id: project.id.clone(), holds, is_set_exact, falsehoods: falsehoods.collect(), notes }
}

impl Verdict {
    /// The questions that are not answered as nox answers them.
    fn failed(&self) -> Vec<&'static str> {
        QUESTIONS.iter().zip(self.holds).filter(|(_, holds)| !holds).map(|(question, _)| *question).collect()
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:", self.id)?;
        for (question, holds) in QUESTIONS.iter().zip(self.holds) {
            let differs = if *question == "full list in order" && self.is_set_exact { "other order" } else { "NO" };
            write!(out, " {question} {};", if holds { "yes" } else { differs })?;
        }
        write!(out, " {} false", self.falsehoods.len())?;
        for falsehood in self.falsehoods.iter().take(5) {
            write!(out, "\n    FALSE {falsehood}")?;
        }
        self.notes.iter().take(12).try_for_each(|note| write!(out, "\n    {note}"))
    }
}

/// The files of one project.
struct Folder {
    root: PathBuf,
    folder: PathBuf,
}

impl Folder {
    /// `path` on disk, if it lies in the project.
    fn full(&self, path: &str) -> Option<PathBuf> {
        let mut full = PathBuf::new();
        for part in self.folder.join(path).components() {
            match part {
                Component::ParentDir => drop(full.pop()),
                Component::CurDir => {}
                part => full.push(part),
            }
        }
        full.starts_with(&self.root).then_some(full)
    }
}

impl Surroundings for Folder {
    fn read(&self, path: &str) -> Option<Arc<str>> {
        fs::read_to_string(self.full(path)?).ok().map(Arc::from)
    }

    fn list(&self, path: &str) -> Option<Arc<Vec<Entry>>> {
        noxflow::disk::read_folder(&self.full(path)?).map(Arc::new)
    }
}
