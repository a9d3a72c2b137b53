//! What every source file owes its reader, and what the pure rooms may not touch.

use std::path::{Path, PathBuf};

use crate::{root, rust_files};

const CRATES: &[&str] =
    &["grammars", "server/syntax", "server/facts", "server/model", "server/ide", "server/exec", "server/app"];

/// Rooms without disk, environment, processes and clock.
const PURE: &[&str] = &["grammars", "server/syntax", "server/facts", "server/model", "server/ide"];

#[test]
fn every_file_says_what_it_is_for() {
    for crate_path in CRATES {
        for path in rust_files(&root().join(crate_path).join("src")) {
            let text = std::fs::read_to_string(&path).expect("readable");
            assert!(text.starts_with("//! "), "{} does not begin with `//! `", path.display());
            assert!(!text.starts_with("//! placeholder"), "{} is a placeholder", path.display());
        }
    }
}

#[test]
fn pure_rooms_do_not_touch_the_outside_world() {
    let forbidden =
        ["std::fs", "std::env", "std::process", "std::net", "std::time", "std::thread", "println!", "eprintln!"];
    for crate_path in PURE {
        for path in rust_files(&root().join(crate_path).join("src")) {
            let text = std::fs::read_to_string(&path).expect("readable");
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            for line in code.lines().filter(|line| !line.trim_start().starts_with("//")) {
                let word = forbidden.iter().find(|word| line.contains(*word));
                assert!(word.is_none(), "{}: {}", path.display(), line.trim());
            }
        }
    }
}

#[test]
fn every_rule_is_in_its_list() {
    const LISTS: [&str; 4] = ["lints", "assists/workflow", "assists/noxfile", "outputs"];
    for list in LISTS {
        let source = root().join("server/ide/src");
        let text = std::fs::read_to_string(source.join(format!("{list}.rs"))).expect("the list");
        // Parts of a rule stand in a folder of its own, and in its list.
        let is_rule = |path: &PathBuf| path.parent() == Some(source.join(list).as_path());
        for path in rust_files(&source.join(list)).into_iter().filter(is_rule) {
            let name = path.file_stem().and_then(|stem| stem.to_str()).expect("a name");
            let is_listed = ["    {},", "{}, ", "[{},", "[{}]", " {}]", " {}\n]", "mod {};", "    {};\n"]
                .iter()
                .any(|way| text.contains(&way.replace("{}", name)));
            assert!(is_listed, "{name} is not in {list}.rs");
        }
    }
}

/// Reasons are shown behind a colon: they are ends of sentences. `GitHub` and its like are names.
#[test]
fn reasons_begin_as_ends_of_sentences() {
    const BEGINNINGS: [&str; 6] = ["Err(", "ok_or(", "ok_or_else(", "reason:", "bail(", "fn who("];
    const NAMES: [&str; 4] = ["GitHub", "Gitea", "Forgejo", "Python"];
    let mut seen = 0;
    for room in ["server/ide/src/assists", "server/model/src/hazards", "server/model/src/graph"] {
        for path in rust_files(&root().join(room)) {
            let text = std::fs::read_to_string(&path).expect("readable");
            for beginning in BEGINNINGS {
                for (_, rest) in text.match_indices(beginning).map(|(at, word)| text.split_at(at + word.len())) {
                    // What stands between is a closure, a macro or a condition, and no text.
                    let Some((head, rest)) = rest.split_once('"') else { continue };
                    let is_near = head.len() < 120 && !head.contains(';') && !head.contains("=>");
                    let said = rest.split('"').next().unwrap_or_default();
                    let is_sentence = said.starts_with(char::is_uppercase);
                    let is_name = NAMES.iter().any(|name| said.starts_with(name));
                    seen += usize::from(is_near);
                    assert!(!(is_near && is_sentence) || is_name, "{}: {said}", path.display());
                }
            }
        }
    }
    assert!(seen > 100, "reasons are looked for where they are not: {seen}");
}

/// That every lint has a page is a test beside the lints.
#[test]
fn every_page_of_a_lint_has_one() {
    for page in
        std::fs::read_dir(root().join("docs/lints")).expect("the pages").map(|entry| entry.expect("an entry").path())
    {
        let id = page.file_stem().and_then(|stem| stem.to_str()).expect("a name");
        let source = root().join(format!("server/ide/src/lints/{}.rs", id.replace('-', "_")));
        assert!(source.is_file(), "docs/lints/{id}.md is the page of no lint");
    }
}

#[test]
fn only_the_protocol_room_names_the_protocol() {
    let app = root().join("server/app/src");
    for path in rust_files(&app).into_iter().filter(|path| !path.starts_with(app.join("lsp"))) {
        let text = std::fs::read_to_string(&path).expect("readable");
        let is_door = path == Path::new(&app.join("lsp.rs"));
        assert!(is_door || !text.contains("tower_lsp::"), "{} names the protocol", path.display());
    }
}

#[test]
fn only_fetching_uses_the_network() {
    let app = root().join("server/app/src");
    for path in rust_files(&app).into_iter().filter(|path| !path.starts_with(app.join("fetch"))) {
        let text = std::fs::read_to_string(&path).expect("readable");
        let word = ["ureq", "TcpStream", "TcpListener", "UdpSocket"].into_iter().find(|word| text.contains(word));
        assert!(word.is_none(), "{} uses the network: {word:?}", path.display());
    }
}
