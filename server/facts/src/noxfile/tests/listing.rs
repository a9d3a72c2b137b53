//! What the disk lists: everything is known but the order, unless the noxfile sorts.

use super::*;

/// Files of one project, by path; their folders follow from that.
pub(super) struct Tree(pub(super) &'static [&'static str]);

impl Surroundings for Tree {
    fn read(&self, path: &str) -> Option<Arc<str>> {
        self.0.contains(&path).then(|| "import nox\n@nox.session\ndef inner(s): ...\n".into())
    }

    fn list(&self, path: &str) -> Option<Arc<Vec<Entry>>> {
        let inside = self.0.iter().filter_map(|file| match path {
            "." => Some(*file),
            _ => file.strip_prefix(path)?.strip_prefix('/'),
        });
        let entry = |rest: &str| match rest.split_once('/') {
            Some((folder, _)) => Entry { name: folder.to_owned(), is_folder: true },
            None => Entry { name: rest.to_owned(), is_folder: false },
        };
        let mut entries: Vec<Entry> = inside.map(entry).collect();
        entries.sort();
        entries.dedup();
        (!entries.is_empty()).then(|| Arc::new(entries))
    }
}

const TREE: Tree = Tree(&["docs/b.md", "docs/a.md", "docs/.hidden.md", "docs/deep/c.md", "ci/x.nox.py", "req-a.txt"]);

#[track_caller]
fn check(text: &str, expected: Expect) {
    let text = format!("import nox, os, glob, runpy\nfrom pathlib import Path\n{text}");
    let facts = read(&Document::new(Language::Python, text.as_str()), &TREE);
    expected.assert_eq(&format!("{}\nlists {:?}", sessions(&facts, &text), facts.lists));
}

#[test]
fn a_sorted_listing_is_known() {
    check(
        "@nox.session\n@nox.parametrize('p', sorted(p.stem for p in Path('docs').glob('*.md')))\ndef a(s, p): ...\n\
         @nox.session\n@nox.parametrize('p', sorted(glob.glob('docs/*.md')))\ndef b(s, p): ...\n\
         @nox.session\n@nox.parametrize('p', sorted(Path('.').rglob('[bc].*')))\ndef c(s, p): ...\n\
         @nox.session(python=sorted(os.listdir('ci')))\ndef d(s): ...",
        expect![[r#"
            a(p='.hidden')
            a(p='a')
            a(p='b')
            b(p='docs/a.md')
            b(p='docs/b.md')
            c(p=PosixPath('docs/b.md'))
            c(p=PosixPath('docs/deep/c.md'))
            d-x.nox.py
            lists ["docs", ".", "ci", "docs/deep"]"#]],
    );
}

#[test]
fn without_an_order_only_the_order_is_not_known() {
    check(
        "NAMES = [p.name for p in Path('docs').iterdir() if p.suffix]\n\
         @nox.session\n@nox.parametrize('p', NAMES, ids=NAMES)\ndef a(s, p): ...\n\
         @nox.session\n@nox.parametrize('n', [len(NAMES), 'a.md' in NAMES])\ndef b(s, n): ...\n\
         @nox.session(python=NAMES[0])\ndef c(s): ...\n\
         @nox.session(python=[p for p in {'3.12', '3.13'}])\ndef d(s): ...",
        expect![[r#"
            a(.hidden.md)
            a(a.md)
            a(b.md)
            a …
            b(n=3)
            b(n=True)
            c …
            d …
            ? `Path('docs').iterdir()` lists files in an order that only the disk knows
            ? `NAMES[0]` takes an item that is not known
            ? `{'3.12', '3.13'}` goes through a set, which has no order
            lists ["docs"]"#]],
    );
}

#[test]
fn sessions_of_listed_files_are_known_by_name() {
    check(
        "for f in Path('ci').glob('*.nox.py'):\n    runpy.run_path(str(f))\nlast = f",
        expect![[r#"
        inner
        ? `Path('ci').glob('*.nox.py')` lists files in an order that only the disk knows
        lists ["ci"]"#]],
    );
}

#[test]
fn what_a_loop_in_no_known_order_leaves_behind_is_not_known() {
    check(
        "last, all = '', []\nfor f in Path('docs').glob('*.md'):\n    last = f.stem\n    all.append(f.stem)\n\
         @nox.session(python=last)\ndef a(s): ...\n\
         @nox.session(python=sorted(all))\ndef b(s): ...\n\
         @nox.session(python=all)\ndef c(s): ...",
        expect![[r#"
            a …
            b-.hidden
            b-a
            b-b
            c …
            ? `Path('docs').glob('*.md')` lists files in an order that only the disk knows
            ? `Path('docs').glob('*.md')` lists files in an order that only the disk knows
            lists ["docs"]"#]],
    );
}

#[test]
fn a_listing_without_a_result_is_not_believed() {
    check(
        "@nox.session\n@nox.parametrize('p', sorted(Path('nowhere').glob('*')))\ndef a(s, p): ...\n\
         @nox.session\n@nox.parametrize('p', sorted(Path('../..').glob('*')))\ndef b(s, p): ...",
        expect![[r#"
            a …
            b …
            ? `Path('nowhere').glob('*')` lists `nowhere/*`, where nothing is found now
            ? `Path('../..').glob('*')` lists `../../*`, where nothing is found now
            lists ["nowhere", "../.."]"#]],
    );
}
