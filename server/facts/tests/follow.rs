//! Nox calls in files of the repository that a script leads to. The table is `follow.txt`: files (`#- path`), a script
//! (`#- run`, with the folder it starts in), then a line for each call that must be found, and no other, and for each
//! command that cannot be read. After a look at the difference, `UPDATE_EXPECT=1` rewrites it.

use std::sync::Arc;

use expect_test::expect_file;
use facts::noxfile::Surroundings;
use facts::repository::Repository;
use facts::shell::{Around, NoxCall, Shell, Word, read_as};
use proptest::prelude::*;
use syntax::Span;

struct Files(Vec<(String, String)>);

impl Surroundings for Files {
    fn read(&self, path: &str) -> Option<Arc<str>> {
        self.0.iter().find(|(known, _)| known == path).map(|(_, text)| Arc::from(text.as_str()))
    }
}

#[test]
fn calls_are_found_through_files() {
    let table = include_str!("follow.txt");
    let mut out = String::new();
    for block in table.split("====\n").filter(|block| !block.trim().is_empty()) {
        let written: String = block.split_inclusive('\n').filter(|line| !line.starts_with("=>")).collect();
        out.push_str("====\n");
        out.push_str(&written);
        out.push_str(&answer(&written));
    }
    expect_file!["follow.txt"].assert_eq(&out);
}

#[test]
fn a_file_that_leads_everywhere_ends() {
    let mut makefile = "a0:\n\tnox\n".to_owned();
    for n in 1..40 {
        makefile.push_str(&format!("a{n}:\n\tmake a{} && make a{}; make a{}\n", n - 1, n - 1, n / 2));
        makefile.push_str(&format!("V{n} = $(V{})$(V{})$(V{})\n", n - 1, n - 1, n - 1));
    }
    makefile.push_str("all: a39\n\techo $(V39)\n");
    let files =
        Files(vec![("Makefile".to_owned(), makefile), ("x.sh".to_owned(), "./x.sh; ./x.sh; bash x.sh\n".repeat(300))]);
    for script in ["make all", "./x.sh", "source x.sh"] {
        assert!(calls(script, "", &files).len() < 3_000);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Whatever stands in the files: no panic, and places inside of them.
    #[test]
    fn random_files(
        text in "(nox|-s|a|b|:|:=|=|\n|\n\t|\n    |\\$\\(|\\$\\{|\\)|\\}|@|-|\"|'|\\[|\\]|\\{\\{|#|,|tasks|cmds| |ifdef|else|endif|include|\\\\\n|é|%|define|\\[tool.poe.tasks\\]\n){0,40}",
        name in prop::sample::select(vec!["Makefile", "justfile", "Taskfile.yml", "tox.ini", "pyproject.toml", "package.json", "x.sh"]),
    ) {
        let files = Files(vec![(name.to_owned(), text.clone())]);
        let script = "make; make a; just; just a b; task a; tox -e a; poe a; npm run a; ./x.sh a; . x.sh; hatch run a; pdm a";
        for call in calls(script, "", &files) {
            let through = call.through.expect("nothing else leads to nox");
            prop_assert!(through.span.end as usize <= text.len(), "{through:?}");
        }
    }
}

fn calls(script: &str, folder: &str, files: &Files) -> Vec<NoxCall> {
    let repository = Repository::new(files);
    let around = Around { environment: &|_| None, repository: Some(&repository), folder };
    read_as(Shell::of("bash"), script, &|span| span, &around).nox_calls
}

fn answer(block: &str) -> String {
    let mut files: Vec<(String, String)> = Vec::new();
    for line in block.split_inclusive('\n') {
        match (line.strip_prefix("#- "), files.last_mut()) {
            (Some(path), _) => files.push((path.trim().to_owned(), String::new())),
            (None, Some((_, text))) => text.push_str(line),
            (None, None) => {}
        }
    }
    let at = files.iter().position(|(path, _)| path.starts_with("run")).expect("a script");
    let (head, script) = files.remove(at);
    let mut words = head.split_whitespace().skip(1);
    let folder = words.next().filter(|word| !word.contains('=')).unwrap_or_default().to_owned();
    let env: Vec<&str> = head.split_whitespace().filter(|word| word.contains('=')).collect();
    let variable = |name: &str| {
        let (_, value) = env.iter().filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name)?;
        Some(Word { text: value.to_owned(), span: Span::default(), literal: true, quoted: false })
    };
    let files = Files(files);
    let repository = Repository::new(&files);
    let around = Around { environment: &variable, repository: Some(&repository), folder: &folder };
    let read = read_as(Shell::of("bash"), &script, &|span| span, &around);
    let mut out = String::new();
    for call in &read.nox_calls {
        out.push_str(&format!("=> {}\n", show(call, &script, &files)));
    }
    for unknown in &read.unread {
        out.push_str(&format!("=> unread `{}`: it {}\n", unknown.span.of(&script).trim(), unknown.reason));
    }
    if out.is_empty() { "=> none\n".to_owned() } else { out }
}

/// The command in the script and the way; then what nox is told.
fn show(call: &NoxCall, script: &str, files: &Files) -> String {
    let mut parts = Vec::new();
    if let Some(through) = &call.through {
        let text = files.read(&through.path).expect("a file of the block");
        let there = through.span.of(&text).trim().replace('\n', "⏎");
        let first = through.commands.first().expect("a command");
        let command = call.span.of(script);
        let own = if command == first { String::new() } else { format!("{command}: ") };
        parts.push(format!("{own}{} at {}:{} `{there}`", through.commands.join(" > "), through.path, through.line));
    }
    let selection = &call.selection;
    let lists = [("-s", &selection.sessions), ("-t", &selection.tags), ("-p", &selection.pythons)];
    let mut said = vec![call.launcher.join(" ")];
    said.extend(lists.iter().filter_map(|(flag, list)| list.as_ref().map(|list| format!("{flag} {}", words(list)))));
    said.extend(selection.keywords.iter().map(|word| format!("-k {}", words(std::slice::from_ref(word)))));
    said.extend(call.other_flags.iter().map(|word| word.text.clone()));
    if !call.posargs.is_empty() {
        said.push(format!("-- {}", words(&call.posargs)));
    }
    parts.push(said.join(" "));
    parts.extend((!call.directory.is_empty()).then(|| format!("in {}", call.directory)));
    let marks = [
        (call.lists_only, "only lists"),
        (call.background, "background"),
        (call.conditional, "conditional"),
        (call.may_fail, "may fail"),
    ];
    parts.extend(marks.iter().filter(|(is, _)| *is).map(|(_, mark)| (*mark).to_owned()));
    parts.join(" | ")
}

fn words(words: &[Word]) -> String {
    let show = |word: &Word| {
        let is_plain = !word.text.contains(' ') && !word.text.is_empty();
        let text = if is_plain { word.text.clone() } else { format!("`{}`", word.text) };
        format!("{text}{}", if word.literal { "" } else { "?" })
    };
    words.iter().map(show).collect::<Vec<_>>().join(" ")
}
