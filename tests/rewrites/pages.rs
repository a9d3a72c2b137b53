//! The pages in `docs/rewrites/`: each is named after its rewrite, and its examples are what the rewrite really makes.
//!
//! An example is a `### Before` and a `### After` with fenced blocks whose info string ends in a path: `python noxfile.py`.
//! `text timings` holds `signature seconds…` lines. After: the files that changed, and no others. Real nox lists the
//! same sessions before and after.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use facts::FileKind;
use facts::noxfile::Surroundings;
use ide::{FileState, Offer, Snapshot};
use model::estimate::{Sample, Where};
use model::{FileId, Settings, Timings};
use noxflow_tests::{Project, root, run, text, tool};
use syntax::Span;

#[test]
fn every_page_shows_what_its_rewrite_makes() {
    let mut wrong = Vec::new();
    for path in pages() {
        let (id, page) = read(&path);
        assert!(page.starts_with(&format!("# {id}\n")), "{id}.md must begin with its name");
        let examples = examples(&page);
        assert!(!examples.is_empty(), "{id}.md has no example");
        let mut made_all = Vec::new();
        for (at, (before, after)) in examples.into_iter().enumerate() {
            let made = apply(&id, &before);
            made_all.extend(made.as_ref().ok().cloned());
            match made {
                Ok(made) if made == after => {}
                Ok(made) => wrong.push(format!("{id}.md, example {}:\n{}", at + 1, shown(&made))),
                Err(why) => wrong.push(format!("{id}.md, example {}: {why}", at + 1)),
            }
        }
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::write(&path, filled(&page, &made_all)).expect("a page can be written");
        }
    }
    assert!(wrong.is_empty(), "what the pages should show:\n{}", wrong.join("\n"));
}

#[test]
fn real_nox_lists_the_same_sessions_before_and_after() {
    for path in pages() {
        let (id, page) = read(&path);
        for (before, after) in examples(&page) {
            let (Some(before), Some(after)) = (before.get("noxfile.py"), after.get("noxfile.py")) else { continue };
            // What is no default and runs only where others require it may be added.
            let own = |name: &String| id != "build-once" || name != "\"build\"";
            let after: Vec<String> = listed(after).into_iter().filter(own).collect();
            assert_eq!(listed(before), after, "{id}.md");
        }
    }
}

#[test]
fn rewrites_have_pages_and_pages_have_rewrites() {
    let pages: Vec<String> = pages().iter().map(|path| read(path).0).collect();
    let all: Vec<String> = ids("noxfile").into_iter().chain(ids("workflow")).collect();
    for id in &all {
        assert!(pages.contains(id), "docs/rewrites/{id}.md is missing");
    }
    for page in pages {
        assert!(all.contains(&page), "docs/rewrites/{page}.md is no rewrite's");
    }
}

/// By path, the text.
type Files = BTreeMap<String, String>;

struct Others<'a>(&'a Files);

impl Surroundings for Others<'_> {
    fn read(&self, path: &str) -> Option<Arc<str>> {
        self.0.get(path).map(|text| Arc::from(text.as_str()))
    }
}

fn pages() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root().join("docs/rewrites")).expect("the folder of pages");
    let mut pages: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    pages.retain(|path| path.file_name().is_some_and(|name| name != "README.md"));
    pages.sort();
    pages
}

fn read(path: &Path) -> (String, String) {
    let id = path.file_stem().and_then(|stem| stem.to_str()).expect("a name");
    (id.to_owned(), std::fs::read_to_string(path).expect("a page can be read").replace("\r\n", "\n"))
}

/// The ids of the rewrites in one folder, from their sources.
pub(super) fn ids(folder: &str) -> Vec<String> {
    let folder = root().join("server/ide/src/assists").join(folder);
    let entries = std::fs::read_dir(folder).expect("the folder of rewrites");
    let sources = entries.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_file());
    let texts = sources.map(|path| std::fs::read_to_string(path).expect("a source can be read"));
    let id = |text: String| Some(text.split_once("Assist { id: \"")?.1.split_once('"')?.0.to_owned());
    let mut ids: Vec<String> = texts.filter_map(id).collect();
    ids.sort();
    ids
}

/// The pairs of files before and after.
fn examples(page: &str) -> Vec<(Files, Files)> {
    let mut out: Vec<(Files, Files)> = Vec::new();
    let mut is_after = false;
    let mut block: Option<(String, String)> = None;
    for line in page.lines() {
        match (&mut block, line) {
            (None, "### Before") => {
                out.push((Files::new(), Files::new()));
                is_after = false;
            }
            (None, "### After") => is_after = true,
            (None, line) => {
                let path = line.strip_prefix("```").and_then(|info| info.split_once(' ')).map(|(_, path)| path);
                block = path.map(|path| (path.to_owned(), String::new()));
            }
            (Some(_), "```") => {
                let (path, text) = block.take().expect("a block is open");
                let (before, after) = out.last_mut().expect("a block stands below `### Before`");
                let files = if is_after { after } else { before };
                files.insert(path, text);
            }
            (Some((_, text)), line) => {
                text.push_str(line);
                text.push('\n');
            }
        }
    }
    out
}

/// The page with what was made below each `### After`.
fn filled(page: &str, made: &[Files]) -> String {
    let mut made = made.iter();
    let mut out = String::new();
    let (mut is_after, mut is_block) = (false, false);
    for line in page.lines() {
        if line.starts_with("```") && is_after {
            is_block = !is_block;
            continue;
        }
        if is_block || (is_after && line.is_empty()) {
            continue;
        }
        if is_after {
            is_after = false;
        }
        out.push_str(line);
        out.push('\n');
        if line == "### After" {
            is_after = true;
            out.push('\n');
            let mut files: Vec<(&String, &String)> = made.next().into_iter().flatten().collect();
            files.sort_by_key(|(path, _)| !path.ends_with(".py"));
            for (path, text) in files {
                let language = match path.rsplit('.').next() {
                    Some("py") => "python",
                    Some("toml") => "toml",
                    _ => "yaml",
                };
                out.push_str(&format!("```{language} {path}\n{text}```\n\n"));
            }
        }
    }
    out
}

/// The files that the rewrite changes, at the first place where it is offered.
fn apply(id: &str, before: &Files) -> Result<Files, String> {
    let snapshot = snapshot(before);
    let offer = offer(&snapshot, id)?;
    let mut made = Files::new();
    for edit in &offer.edits {
        let file = snapshot.file(edit.file).expect("a file of the snapshot");
        let text = syntax::apply(file.document.text(), &edit.edits).expect("edits that fit");
        made.insert(file.path.clone(), text);
    }
    Ok(made)
}

fn snapshot(files: &Files) -> Snapshot {
    let mut timings = Timings::default();
    let lines = files.get("timings").map_or("", String::as_str).lines();
    for (signature, seconds) in lines.filter_map(|line| line.split_once(' ')) {
        for (seconds, at) in seconds.split_whitespace().zip(0_u32..) {
            let seconds = seconds.parse().expect("a number of seconds");
            let (signature, place, at) = (signature.to_owned(), Where::Local, f64::from(at));
            timings.add("", Sample { signature, place, cold: true, backend: None, lanes: 1, seconds, at });
        }
    }
    let states = files.iter().filter(|(path, _)| *path != "timings").zip(0..).map(|((path, text), number)| {
        let kind = FileKind::of(path).expect("a path of a kind we read");
        Arc::new(FileState::new(FileId(number), path, kind, text.as_str(), &Others(files), None))
    });
    Snapshot::new(states.collect(), Arc::new(timings), Settings::default(), None)
}

fn offer(snapshot: &Snapshot, id: &str) -> Result<Offer, String> {
    let mut refused = "it is not offered".to_owned();
    for (file, span) in places(snapshot) {
        for offer in ide::assists(snapshot, file, span).into_iter().filter(|offer| offer.assist == id) {
            match offer.disabled {
                None => return Ok(offer),
                Some(why) => refused = why,
            }
        }
    }
    Err(refused)
}

/// Every file as a whole, then every job and every session.
fn places(snapshot: &Snapshot) -> Vec<(FileId, Span)> {
    let mut places = Vec::new();
    for file in &snapshot.files {
        places.push((file.id, Span::from(0..file.document.text().len())));
        let jobs = file.workflow().into_iter().flat_map(|workflow| &workflow.jobs).map(|job| job.id_span);
        let sessions = file.noxfile().into_iter().flat_map(|noxfile| &noxfile.sessions).map(|it| it.name_span);
        places.extend(jobs.chain(sessions).map(|span| (file.id, span)));
    }
    places
}

/// What nox lists, sorted.
fn listed(noxfile: &str) -> Vec<String> {
    let project = Project::of(&[("noxfile.py", noxfile)]);
    let listed = run(tool("nox").args(["--list", "--json", "-k", "True"]).current_dir(project.path()));
    let all = text(&listed);
    let json = all.lines().find(|line| line.starts_with('[')).expect("nox prints a list");
    let sessions: Vec<serde_json::Value> = serde_json::from_str(json).expect("JSON");
    let mut names: Vec<String> = sessions.iter().map(|session| session["session"].to_string()).collect();
    names.sort();
    names
}

fn shown(files: &Files) -> String {
    files.iter().map(|(path, text)| format!("--- {path}\n{text}")).collect()
}
