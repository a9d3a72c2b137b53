//! Shell scripts of the repository: `./ci/test.sh lint`, `bash scripts/test`, `source ci/env.sh`.

use std::rc::Rc;

use super::{Asking, At, Lead, Piece, Task};
use crate::repository::inside;
use crate::shell::{Shell, Word, launch};

/// Options of `sh` and `bash` that take a value.
const VALUES: [&str; 4] = ["-o", "-O", "+o", "--rcfile"];

pub(super) fn find(program: &Word, rest: &[Word], cx: &Asking<'_>) -> Option<Lead> {
    match launch::program(program) {
        "source" | "." => {
            let (script, arguments) = rest.split_first()?;
            lead(script, arguments, &[], Asked { by_shell: true, sourced: true }, cx)
        }
        "bash" | "sh" | "dash" | "zsh" | "ksh" => {
            let at = behind_options(rest)?;
            let (flags, script) = rest.split_at_checked(at)?;
            let (script, arguments) = script.split_first()?;
            lead(script, arguments, flags, Asked { by_shell: true, sourced: false }, cx)
        }
        _ if program.text.contains('/') || program.text.ends_with(".sh") => {
            lead(program, rest, &[], Asked { by_shell: false, sourced: false }, cx)
        }
        _ => None,
    }
}

#[derive(Clone, Copy)]
struct Asked {
    /// A shell was told to read it; else its first line says who reads it.
    by_shell: bool,
    sourced: bool,
}

fn lead(script: &Word, arguments: &[Word], flags: &[Word], asked: Asked, cx: &Asking<'_>) -> Option<Lead> {
    let is_script = script.text.ends_with(".sh") || script.text.ends_with(".bash");
    let Some(path) = inside(cx.folder, &script.text) else {
        // A path that is not known is a gap only where it surely means a script of the repository.
        let is_ours = is_script && !script.text.starts_with(['/', '~']);
        return is_ours.then(|| Lead::Unread(format!("runs `{}`, a path that is not known", script.text)));
    };
    let Some(file) = cx.open(&path) else {
        let is_told = is_script && !asked.sourced;
        return is_told.then(|| Lead::Unread(format!("runs `{path}`, which cannot be read")));
    };
    let first = file.text.lines().next().unwrap_or_default();
    let shell = match first.strip_prefix("#!") {
        Some(line) if !asked.by_shell => Shell::of(interpreter(line)),
        None if !asked.by_shell && !is_script => Shell::Foreign,
        _ => Shell::of("sh"),
    };
    if shell == Shell::Foreign {
        return None;
    }
    // `#!/bin/bash -e` counts only when the file itself is started.
    let of_line = first.strip_prefix("#!").filter(|_| !asked.by_shell).unwrap_or_default();
    let of_line = of_line.split_ascii_whitespace().skip(1).filter(|word| word.starts_with('-'));
    let mut given = flags.iter().map(|word| word.text.as_str()).chain(of_line);
    let is_strict =
        given.any(|flag| flag == "errexit" || flag.starts_with('-') && !flag.starts_with("--") && flag.contains('e'));
    let piece = Piece {
        errexit: is_strict,
        pipefail: flags.iter().any(|word| word.text == "pipefail"),
        arguments: arguments.to_vec(),
        is_sourced: asked.sourced,
        ..Piece::new(&file, Rc::from(&*file.text), At::Whole)
    };
    Some(Lead::To(Task { key: file.path.clone(), pieces: vec![piece] }))
}

/// `/usr/bin/env -S bash -e` is bash.
fn interpreter(line: &str) -> &str {
    let mut words = line.split_ascii_whitespace();
    let first = words.next().unwrap_or_default();
    match first.ends_with("/env") {
        true => words.find(|word| !word.starts_with('-')).unwrap_or_default(),
        false => first,
    }
}

/// Index of the script's name; `None` for `-c`, and for a shell that reads its input.
fn behind_options(words: &[Word]) -> Option<usize> {
    let mut at = 0;
    while let Some(word) = words.get(at) {
        let text = word.text.as_str();
        if !text.starts_with(['-', '+']) {
            return Some(at);
        }
        let is_short = !text.starts_with("--");
        if text == "-" || is_short && (text.contains('c') || text.contains('s')) {
            return None;
        }
        at += if VALUES.contains(&text) || is_short && text.ends_with('o') { 2 } else { 1 };
    }
    None
}
