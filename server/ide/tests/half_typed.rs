//! Whatever is typed: no question panics, and what an enabled offer makes can be read.

use std::sync::Arc;

use facts::FileKind;
use facts::noxfile::Alone;
use ide::{FilePos, FileState, Snapshot};
use model::{FileId, Settings, Timings};
use proptest::prelude::*;
use syntax::{Change, Span};

const NOXFILE: &str = include_str!("../../../tests/projects/seed/noxfile.py");
const WORKFLOW: &str = include_str!("../../../tests/projects/seed/.github/workflows/ci.yml");

/// What people type, and what they paste by mistake.
const TYPED: [&str; 16] = [
    "",
    "\n",
    " ",
    "\t",
    ":",
    "- ",
    "needs: [",
    "nox -s ",
    "${{ ",
    "\"",
    "'",
    "#",
    "|",
    "@nox.session(",
    "é😀",
    "\r\n",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn no_edit_breaks_an_answer(edits in prop::collection::vec((any::<u16>(), 0u8..12, 0..TYPED.len(), any::<bool>()), 1..5)) {
        let mut noxfile = state(0, "noxfile.py", FileKind::Noxfile, NOXFILE);
        let kind = FileKind::of(".github/workflows/ci.yml").expect("a workflow's path");
        let mut workflow = state(1, ".github/workflows/ci.yml", kind, WORKFLOW);
        for (version, (at, remove, typed, in_noxfile)) in edits.into_iter().enumerate() {
            let file = if in_noxfile { &mut noxfile } else { &mut workflow };
            let change = change(file.document.text(), at, remove, TYPED[typed]);
            *file = file.edited(i32::try_from(version).expect("few"), &[change], &Alone, None);
            let files = vec![Arc::new(noxfile.clone()), Arc::new(workflow.clone())];
            ask_everything(&Snapshot::new(files, Arc::new(Timings::default()), Settings::default(), None));
        }
    }
}

fn state(id: u32, path: &str, kind: FileKind, text: &str) -> FileState {
    FileState::new(FileId(id), path, kind, text, &Alone, None)
}

/// A change at about `at`, on character boundaries.
fn change(text: &str, at: u16, remove: u8, typed: &str) -> Change {
    let boundary = |mut at: usize| {
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let start = boundary(usize::from(at) % (text.len() + 1));
    let end = boundary((start + usize::from(remove)).min(text.len()));
    Change { span: Span::from(start..end.max(start)), text: typed.to_owned() }
}

fn ask_everything(snapshot: &Snapshot) {
    ide::audit(snapshot);
    for file in &snapshot.files {
        let text = file.document.text();
        for finding in ide::check(snapshot, file.id) {
            assert!(text.get(finding.span.range()).is_some(), "{finding:?}");
            for fix in &finding.fixes {
                assert!(syntax::apply(text, &fix.edits).is_some(), "{fix:?}");
            }
        }
        ide::symbols(snapshot, file.id);
        ide::lenses(snapshot, file.id, &ide::Unfinished::new());
        for line in 0..file.document.lines().count() {
            let offset = file.document.lines().start(line) + 6;
            ide::hover(snapshot, FilePos { file: file.id, offset });
            ide::definition(snapshot, FilePos { file: file.id, offset });
        }
        for offer in ide::assists(snapshot, file.id, Span::empty(u32::try_from(text.len() / 3).expect("small"))) {
            for edit in &offer.edits {
                let text = snapshot.file(edit.file).expect("a file of the snapshot").document.text();
                assert!(syntax::apply(text, &edit.edits).is_some(), "{offer:?}");
            }
        }
    }
}
