//! `run:` scripts and the nox calls in them. The table is `run_scripts.txt`: a script, then a line for each call that
//! must be found, and no other. After a look at the difference, `UPDATE_EXPECT=1` rewrites it.

use expect_test::{Expect, expect, expect_file};
use facts::shell::{Around, NoxCall, Shell, Word, read, read_as};
use syntax::Span;

#[test]
fn every_call_is_found_and_none_is_invented() {
    let table = include_str!("run_scripts.txt");
    let mut out = String::new();
    for block in table.split("----\n").filter(|block| !block.trim().is_empty()) {
        let script = block.split_inclusive('\n').take_while(|line| !line.starts_with("=>")).collect::<String>();
        out.push_str("----\n");
        out.push_str(&script);
        out.push_str(&calls(&script));
    }
    expect_file!["run_scripts.txt"].assert_eq(&out);
}

#[test]
fn commands_say_where_they_run_and_what_they_write() {
    check_commands(
        "export A=1\ncd docs\nB=\"$A\" make html > out.txt 2>&1 | tee -a log &\npip install . || true\n",
        expect![[r#"
            cd docs | env A=1 | writes  | in "docs"
            make html | env A=1 B=1 | writes out.txt | in "docs" & may fail
            tee -a log | env A=1 | writes log | in "docs" &
            pip install . | env A=1 | writes  | in "docs" may fail
            true | env A=1 | writes  | in "docs" conditional
        "#]],
    );
}

#[test]
fn spans_lead_to_the_text_of_the_file() {
    check_spans(
        "nox -s lint \"te st\" \\\n  -stests -j4 --tags=ci > x\nbash -c 'nox -s inner'\nbash -c \"nox -s \\\"q\\\"\"\n",
        expect![[r#"
            "nox -s lint \"te st\" \\\n  -stests -j4 --tags=ci"
              arguments " -s lint \"te st\" \\\n  -stests -j4 --tags=ci"
              tests@"tests" lint@"lint" te st@"\"te st\"" 4@"4" ci@"ci"
            "nox -s inner"
              arguments " -s inner"
              inner@"inner"
            "\"nox -s \\\"q\\\"\""
              arguments ""
              q@"\"nox -s \\\"q\\\"\""
        "#]],
    );
}

#[test]
fn the_environment_around_a_script_selects() {
    let env = |name: &str| {
        let value = match name {
            "NOXSESSION" => "lint, tests",
            "NOX_PARALLEL" => "2",
            "SESSION" => "${{ matrix.session }}",
            _ => return None,
        };
        Some(Word { text: value.to_owned(), span: Span::default(), literal: !value.starts_with('$'), quoted: false })
    };
    let calls = |script: &str| {
        read(script, &|span| span, &env).nox_calls.iter().map(|call| show(call) + "\n").collect::<String>()
    };
    expect![[r#"
        nox | -s lint tests | -j 2
        nox | -s docs | -j 3
        nox | -j 2
        nox | -s `${{ matrix.session }}`? $OTHER? | -j 2
        nox | -s x | -j 2
    "#]]
    .assert_eq(&calls("nox\nnox -s docs -j 3\nNOXSESSION= nox\nnox -s \"$SESSION\" $OTHER\nNOXSESSION=x\nnox"));
}

#[test]
fn other_shells_are_recognised() {
    let kinds = |script: &str| {
        let shells = ["pwsh", "powershell", "cmd", "python", "bash", "bash -l {0}", "sh", "bash -eo pipefail {0}"];
        let mut out: Vec<String> = shells.iter().map(|name| format!("{name}: {:?}", Shell::of(name))).collect();
        for shell in [Shell::WindowsDefault, Shell::Foreign] {
            let script =
                read_as(shell, script, &|span| span, &Around { environment: &|_| None, repository: None, folder: "" });
            out.push(format!("{shell:?} foreign {} calls {}", script.foreign, script.nox_calls.len()));
        }
        out.join("\n")
    };
    expect![[r#"
        pwsh: Foreign
        powershell: Foreign
        cmd: Foreign
        python: Foreign
        bash: Posix { pipefail: true }
        bash -l {0}: Posix { pipefail: false }
        sh: Posix { pipefail: false }
        bash -eo pipefail {0}: Posix { pipefail: true }
        WindowsDefault foreign false calls 1
        Foreign foreign true calls 0"#]]
    .assert_eq(&kinds(".venv\\Scripts\\nox.exe -s lint"));
    expect![[r#"
        pwsh: Foreign
        powershell: Foreign
        cmd: Foreign
        python: Foreign
        bash: Posix { pipefail: true }
        bash -l {0}: Posix { pipefail: false }
        sh: Posix { pipefail: false }
        bash -eo pipefail {0}: Posix { pipefail: true }
        WindowsDefault foreign true calls 0
        Foreign foreign true calls 0"#]]
    .assert_eq(&kinds("$env:X = 1\nnox -s lint"));
}

#[track_caller]
fn check_commands(script: &str, expected: Expect) {
    let mut out = String::new();
    for command in read(script, &|span| span, &|_| None).commands {
        let env: Vec<_> = command.env.iter().map(|(key, value)| format!("{key}={}", word(value))).collect();
        let marks =
            [(command.background, " &"), (command.conditional, " conditional"), (command.may_fail, " may fail")];
        let marks: String = marks.iter().filter(|(is, _)| *is).map(|(_, mark)| *mark).collect();
        let (argv, writes) = (words(&command.argv), words(&command.writes));
        out.push_str(&format!(
            "{argv} | env {} | writes {writes} | in {:?}{marks}\n",
            env.join(" "),
            command.directory
        ));
    }
    expected.assert_eq(&out);
}

#[track_caller]
fn check_spans(script: &str, expected: Expect) {
    // The script stands behind something else in its file.
    let file = format!("run: {script}");
    let mut out = String::new();
    for call in read(script, &|span| span.shifted(5), &|_| None).nox_calls {
        let sessions = call.selection.sessions.iter().flatten();
        let all = sessions.chain(call.selection.overridden.iter().flatten());
        let rest = call.parallel.iter().chain(call.selection.tags.iter().flatten());
        let words: Vec<_> = all.chain(rest).map(|word| format!("{}@{:?}", word.text, word.span.of(&file))).collect();
        out.push_str(&format!("{:?}\n  arguments {:?}\n", call.span.of(&file), call.arguments.of(&file)));
        out.push_str(&format!("  {}\n", words.join(" ")));
    }
    expected.assert_eq(&out);
}

fn calls(script: &str) -> String {
    let script = read(script, &|span| span, &|_| None);
    let calls: String = script.nox_calls.iter().map(|call| format!("=> {}\n", show(call))).collect();
    if calls.is_empty() { "=> none\n".to_owned() } else { calls }
}

/// Launcher, then what the call says; `?` marks a word that is not known.
fn show(call: &NoxCall) -> String {
    let mut parts = vec![call.launcher.join(" ")];
    let selection = &call.selection;
    let lists = [
        ("-s", &selection.sessions),
        ("-t", &selection.tags),
        ("-p", &selection.pythons),
        ("-P", &selection.force_pythons),
    ];
    parts.extend(lists.iter().filter_map(|(flag, list)| list.as_ref().map(|list| format!("{flag} {}", words(list)))));
    parts.extend(selection.overridden.iter().map(|list| format!("overridden {}", words(list))));
    let ones = [("-k", &selection.keywords), ("-f", &call.noxfile), ("-j", &call.parallel)];
    parts.extend(ones.iter().filter_map(|(flag, one)| one.as_ref().map(|one| format!("{flag} {}", word(one)))));
    if !call.other_flags.is_empty() {
        parts.push(format!("flags {}", words(&call.other_flags)));
    }
    if !call.posargs.is_empty() {
        parts.push(format!("-- {}", words(&call.posargs)));
    }
    if !call.directory.is_empty() {
        parts.push(format!("in {}", call.directory));
    }
    let marks = [
        (call.no_dependencies, "no dependencies"),
        (call.lists_only, "only lists"),
        (call.background, "background"),
        (call.conditional, "conditional"),
        (call.may_fail, "may fail"),
    ];
    parts.extend(marks.iter().filter(|(is, _)| *is).map(|(_, mark)| (*mark).to_owned()));
    parts.join(" | ")
}

fn words(words: &[Word]) -> String {
    words.iter().map(word).collect::<Vec<_>>().join(" ")
}

fn word(word: &Word) -> String {
    let text =
        if word.text.contains(' ') || word.text.is_empty() { format!("`{}`", word.text) } else { word.text.clone() };
    format!("{text}{}", if word.literal { "" } else { "?" })
}
