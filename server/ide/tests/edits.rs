//! A workspace that follows its files through edits is the workspace that is read from scratch.

use std::sync::Arc;

use facts::FileKind;
use facts::noxfile::Alone;
use ide::{FileState, Snapshot};
use model::{FileId, Settings, Timings};
use proptest::prelude::*;
use syntax::{Change, Span};

const NOXFILE: &str = "\
import nox

nox.options.sessions = ['lint', 'tests']
PYTHONS = ['3.11', '3.12']


@nox.session
def format(session):
    session.run('ruff', 'format', '.')


@nox.session(tags=['fast'])
def lint(session):
    session.install('ruff')
    session.run('ruff', 'check', 'src')


@nox.session(python=PYTHONS, requires=['lint'])
def tests(session):
    session.run('coverage', 'run', '-m', 'pytest', *session.posargs)
    session.notify('report')


@nox.session(default=False)
def report(session):
    session.run('coverage', 'combine')
    session.run('coverage', 'report')


@nox.session
def build(session):
    session.run('python', '-m', 'build')


@nox.session
def publish(session):
    session.run('twine', 'upload', 'dist/*')
";

const WORKFLOW: &str = "\
on: push
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - run: nox -s lint tests-3.12
      - run: nox -t fast
  all:
    needs: check
    runs-on: ubuntu-latest
    steps:
      - run: nox
      - run: nox -s bild publish
";

/// What is typed; some of it changes what hangs on the rest.
const PIECES: [&str; 14] = [
    "x",
    "\n",
    "'",
    "(",
    "# ",
    "lint",
    ", requires=['build']",
    "    session.notify('build')\n",
    "    session.run('rm', '-rf', 'dist')\n",
    "@nox.session\ndef more(session):\n    session.run('mypy')\n",
    "nox.options.tags = ['fast']\n",
    " -s report",
    "      - run: nox -k 'tests or build'\n",
    "  more:\n    steps: [{run: nox -s tests}]\n",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn random_edits(
        edits in prop::collection::vec((any::<bool>(), 0..700_usize, 0..6_usize, 0..PIECES.len(), any::<bool>()), 1..10),
    ) {
        let mut files = vec![
            read(0, ".github/workflows/ci.yml", FileKind::Workflow(facts::Forge::GitHub), WORKFLOW),
            read(1, "noxfile.py", FileKind::Noxfile, NOXFILE),
        ];
        let mut snapshot = Snapshot::new(files.clone(), Arc::default(), Settings::default(), None);
        for (in_noxfile, at, gone, piece, at_line) in edits {
            let file = &mut files[usize::from(in_noxfile)];
            let text = file.document.text();
            let mut start = at.min(text.len());
            if at_line {
                start = text[..start].rfind('\n').map_or(0, |n| n + 1);
            }
            let end = (start + gone.saturating_sub(3)).min(text.len());
            let change = Change { span: Span::from(start..end), text: PIECES[piece].to_owned() };
            *file = Arc::new(file.edited(1, &[change], &Alone, None));
            snapshot = Snapshot::new(files.clone(), Arc::default(), Settings::default(), Some(&snapshot));
            let fresh = Snapshot::new(files.clone(), Arc::new(Timings::default()), Settings::default(), None);
            prop_assert_eq!(shown(&snapshot), shown(&fresh), "{}", files[usize::from(in_noxfile)].document.text());
        }
    }
}

fn read(id: u32, path: &str, kind: FileKind, text: &str) -> Arc<FileState> {
    Arc::new(FileState::new(FileId(id), path, kind, text, &Alone, None))
}

/// All that a workspace says, and what is reported of it.
fn shown(snapshot: &Snapshot) -> String {
    let mut out = String::new();
    for noxfile in &snapshot.workspace.noxfiles {
        let mut names: Vec<_> = noxfile.by_name.iter().collect();
        names.sort();
        let derived = (&noxfile.effects, &noxfile.edges, &noxfile.local, &noxfile.ci);
        out.push_str(&format!("{:#?}\n{names:?}\n{derived:#?}\n", noxfile.facts));
    }
    for workflow in &snapshot.workspace.workflows {
        out.push_str(&format!("{workflow:#?}\n"));
    }
    for file in &snapshot.files {
        out.push_str(&format!("{:#?}\n", ide::check(snapshot, file.id)));
    }
    out
}
