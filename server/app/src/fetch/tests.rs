//! Fetching from a server on loopback that answers as the forges' documentation says. Nobody waits here: the clock stands
//! still, and what would have been waited for is written down.

use facts::Forge;
use rustc_hash::FxHashSet;
use serde_json::{Value, json};
use url::Url;

use super::{Api, Fetched, Filter, FromEnvironment, Source, Token, Trouble, World, fetch};
use crate::import::Options;
use crate::workspace::OnDisk;

mod github;
mod no_answers;
mod other_forges;
mod patience;
mod server;
mod tokens;

use server::{Reply, Server};

/// The moment at which everything happens: 2026-01-01T12:00:00Z.
const NOW: f64 = 1_767_268_800.0;

#[derive(Default)]
struct Still {
    waits: Vec<f64>,
    is_cancelled: bool,
}

impl World for Still {
    fn now(&self) -> f64 {
        NOW
    }

    fn wait(&mut self, seconds: f64, _: &str) {
        self.waits.push(seconds);
    }

    fn is_cancelled(&self) -> bool {
        self.is_cancelled
    }

    fn progress(&mut self, _: usize, _: usize) {}
}

const NOXFILE: &str = "import nox

@nox.session
def lint(session):
    session.run('ruff', 'check', '.')

@nox.session
def tests(session):
    session.run('pytest')
";

const WORKFLOW: &str = "name: CI
on: push
jobs:
  single:
    runs-on: ubuntu-latest
    steps:
      - run: nox -s tests
  both:
    runs-on: ubuntu-22.04
    steps:
      - run: nox -s lint tests
";

struct Project(tempfile::TempDir);

impl Project {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            std::fs::write(path, text).expect("a file");
        };
        write("noxfile.py", NOXFILE);
        write(".github/workflows/ci.yml", WORKFLOW);
        Self(folder)
    }

    fn open(&self) -> OnDisk {
        OnDisk::open(self.0.path()).expect("a project")
    }
}

fn run(id: u64, conclusion: &str) -> Value {
    json!({
        "id": id, "name": "CI", "run_number": id, "run_attempt": 1, "path": ".github/workflows/ci.yml",
        "status": "completed", "conclusion": conclusion, "created_at": "2026-01-01T10:00:00Z",
        "updated_at": "2026-01-01T10:05:00Z",
    })
}

fn runs(list: &[Value]) -> Reply {
    Reply::json(&json!({ "total_count": list.len(), "workflow_runs": list }))
}

fn job(id: u64, name: &str, step: &str, minute: u64, seconds: u64) -> Value {
    let stamp = |second: u64| format!("2026-01-01T10:{minute:02}:{second:02}Z");
    json!({
        "id": id, "name": name, "workflow_name": "CI", "status": "completed", "conclusion": "success",
        "labels": ["ubuntu-latest"], "started_at": stamp(0), "completed_at": stamp(seconds),
        "steps": [{
            "name": step, "number": 1, "status": "completed", "conclusion": "success",
            "started_at": stamp(0), "completed_at": stamp(seconds),
        }],
    })
}

/// A job whose step is told apart.
fn single(id: u64) -> Reply {
    Reply::json(&json!({ "total_count": 1, "jobs": [job(id, "single", "Run nox -s tests", id % 60, 30)] }))
}

/// A job whose log alone tells two sessions apart.
fn both(id: u64) -> Reply {
    Reply::json(&json!({ "total_count": 1, "jobs": [job(id, "both", "Run nox -s lint tests", 0, 30)] }))
}

const LOG: &str = "\u{feff}2026-01-01T10:00:00.0000000Z nox > Running session lint
2026-01-01T10:00:00.1000000Z nox > Creating virtual environment (virtualenv) using python3 in .nox/lint
2026-01-01T10:00:04.5000000Z nox > Session lint was successful in 4 seconds.
2026-01-01T10:00:04.5000000Z nox > Running session tests
2026-01-01T10:00:29.0000000Z nox > Session tests was successful in 24 seconds.
";

fn source(server: &Server, forge: Forge) -> Source {
    Source::new(forge, server.url.clone(), "octo", "hello").expect("a source")
}

fn ask(server: &Server, forge: Forge, world: &mut Still, filter: &Filter) -> Result<Fetched, Trouble> {
    let project = Project::new();
    let token = Token::new("s3cret", "the test").expect("a token");
    let workspace = project.open().snapshot.workspace;
    let known = (&Options::default(), &FxHashSet::default());
    fetch(&workspace, &source(server, forge), Some(&token), filter, known, world)
}

fn all(server: &Server, forge: Forge) -> Fetched {
    ask(server, forge, &mut Still::default(), &Filter::default()).expect("an answer")
}

/// `tests ubuntu-latest 30`
fn told(found: &Fetched) -> Vec<String> {
    let records = found.imported.records.iter();
    records.map(|record| format!("{} {} {:.1}", record.signature, record.place, record.seconds)).collect()
}
