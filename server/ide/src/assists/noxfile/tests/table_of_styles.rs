//! Each rewrite in a noxfile of each style: the lines that it adds. Those of CRLF files are shown without the CR, which all
//! of them have.

use expect_test::{Expect, expect};

use super::offer;
use crate::fixture::Fixture;

/// What a style makes of a noxfile.
type Restyle = fn(&str) -> String;

const STYLES: [(&str, Restyle); 15] = [
    ("plain", str::to_owned),
    ("crlf", |text| text.replace('\n', "\r\n")),
    ("tabs", |text| text.replace("    ", "\t")),
    ("two spaces", |text| text.replace("    ", "  ")),
    ("single quotes", |text| text.replace('"', "'")),
    ("several lines, comments, a trailing comma", |text| {
        text.replace(OWN, "@nox.session(\n    # For CI.\n    tags=[\"a\"],  # all\n)")
    }),
    ("its keyword on a line of its own", |text| {
        text.replace(OWN, "@nox.session(\n    requires=[\n        \"first\",\n    ],\n    default=True,\n)")
            .replace("import nox\n", "import nox\n\n@nox.session\ndef first(session):\n    session.log(\"x\")\n")
    }),
    ("no call", |text| text.replace(OWN, "@nox.session")),
    ("an empty call", |text| text.replace(OWN, "@nox.session()")),
    ("a Python by its place", |text| text.replace(OWN, "@nox.session(\"3.13\", tags=[\"a\"])")),
    ("comments and other decorators around", |text| {
        text.replace(OWN, "# Checks.\n@nox.session(tags=[\"a\"])  # all\n# Twice.\n@nox.parametrize(\"x\", [1, 2])")
            .replace("(session):", "(session, x=1):")
    }),
    ("continued by backslashes", |text| {
        text.replace("session.run(", "session \\\n        .run(").replace("import nox\n", "import \\\n    nox\n")
    }),
    ("types, docstrings, other names", |text| {
        text.replace("(session):\n", "(s: nox.Session) -> None:\n    \"\"\"Checks.\"\"\"\n")
            .replace("    session.", "    s.")
    }),
    ("`from nox import session`", |text| {
        text.replace("import nox\n", "import nox\nfrom nox import session as task\n").replace("@nox.session", "@task")
    }),
    ("`nox_uv.session`", |text| {
        text.replace("import nox\n", "import nox\nimport nox_uv\n").replace("@nox.session", "@nox_uv.session")
    }),
];

/// The decorator of all sessions.
const OWN: &str = "@nox.session(tags=[\"a\"])";

/// Asks `id` in all styles, which are listed by what becomes of them. `others` are files beside the noxfile.
#[track_caller]
fn check(id: &str, others: &str, noxfile: &str, expected: Expect) {
    let mut found: Vec<(Vec<&str>, String)> = Vec::new();
    for (style, restyle) in STYLES {
        let fixture = Fixture::new(&format!("{others}#- noxfile.py\n{}", restyle(noxfile)));
        let lines = added(id, style, &fixture);
        match found.iter_mut().find(|(_, other)| *other == lines) {
            Some((styles, _)) => styles.push(style),
            None => found.push((vec![style], lines)),
        }
    }
    let parts = found.iter().map(|(styles, lines)| format!("{}:\n{lines}", styles.join("; ")));
    expected.assert_eq(&parts.collect::<String>());
}

/// The lines of the noxfile that `id` adds, or why there are none.
fn added(id: &str, style: &str, fixture: &Fixture) -> String {
    let Some(made) = offer(fixture, id) else { return "  nothing\n".to_owned() };
    if let Some(why) = made.disabled {
        return format!("  refused: {why}\n");
    }
    let before = fixture.snapshot.file(fixture.file).expect("the noxfile").document.text();
    let edit = made.edits.iter().find(|edit| edit.file == fixture.file).expect("an edit");
    let after = syntax::apply(before, &edit.edits).expect("edits that fit");
    assert!(!before.contains('\r') || !after.replace("\r\n", "").contains('\n'), "{style}: {after:?}");
    assert!(!before.contains('\t') || !after.contains("\n    "), "{style}: {after}");
    for comment in before.lines().filter_map(|line| line.split_once('#')) {
        assert!(after.contains(comment.1), "{style}: {after}");
    }
    let known: Vec<&str> = before.lines().collect();
    // What is added as a whole is shown elsewhere.
    let is_shown = |line: &&str| !known.contains(line) && !line.trim().is_empty() && !is_builder(line);
    let mut out = String::new();
    for line in after.lines().filter(is_shown) {
        out.push_str(&format!("  {}\n", line.replace('\t', "→")));
    }
    // Lines that only change places.
    if let Some((_, list)) = after.split_once("options.sessions = [") {
        let list: Vec<&str> = list.lines().take_while(|line| *line != "]").map(str::trim).collect();
        out.push_str(&format!("  {}\n", list.join(" ").trim()));
    }
    out
}

/// Of the session and the function of `build-once` all but a line each.
fn is_builder(line: &str) -> bool {
    let words = ["wheels", "newest", "\"\"\"", "# Of the same", "\"build\")", "'build')", "default=False", "folder ="];
    words.iter().any(|word| line.contains(word))
}

const TWO: &str = r#"import nox

@nox.session(tags=["a"])
def o<|>ne(session):
    session.run("coverage", "run", "-m", "pytest")

@nox.session(tags=["a"])
def two(session):
    session.run("coverage", "run", "-m", "pytest")
"#;

#[test]
fn isolate_coverage() {
    let two = TWO.replace("\"-m\", \"pytest\"", "\"x.py\"");
    check(
        "isolate-coverage",
        "",
        &two,
        expect![[r#"
        plain; crlf; several lines, comments, a trailing comma; its keyword on a line of its own; no call; an empty call; a Python by its place; comments and other decorators around; `from nox import session`; `nox_uv.session`:
              session.run(
                  "coverage",
                  "run",
                  "x.py",
                  env={"COVERAGE_FILE": f".coverage.{session.name}"},
              )
              session.run(
                  "coverage",
                  "run",
                  "x.py",
                  env={"COVERAGE_FILE": f".coverage.{session.name}"},
              )
        tabs:
          →session.run(
          →→"coverage",
          →→"run",
          →→"x.py",
          →→env={"COVERAGE_FILE": f".coverage.{session.name}"},
          →)
          →session.run(
          →→"coverage",
          →→"run",
          →→"x.py",
          →→env={"COVERAGE_FILE": f".coverage.{session.name}"},
          →)
        two spaces:
            session.run(
              "coverage",
              "run",
              "x.py",
              env={"COVERAGE_FILE": f".coverage.{session.name}"},
            )
            session.run(
              "coverage",
              "run",
              "x.py",
              env={"COVERAGE_FILE": f".coverage.{session.name}"},
            )
        single quotes:
              session.run(
                  'coverage',
                  'run',
                  'x.py',
                  env={'COVERAGE_FILE': f'.coverage.{session.name}'},
              )
              session.run(
                  'coverage',
                  'run',
                  'x.py',
                  env={'COVERAGE_FILE': f'.coverage.{session.name}'},
              )
        continued by backslashes:
                  .run(
                      "coverage",
                      "run",
                      "x.py",
                      env={"COVERAGE_FILE": f".coverage.{session.name}"},
                  )
                  .run(
                      "coverage",
                      "run",
                      "x.py",
                      env={"COVERAGE_FILE": f".coverage.{session.name}"},
                  )
        types, docstrings, other names:
              s.run("coverage", "run", "x.py", env={"COVERAGE_FILE": f".coverage.{s.name}"})
              s.run("coverage", "run", "x.py", env={"COVERAGE_FILE": f".coverage.{s.name}"})
    "#]],
    );
}

#[test]
fn isolate_output() {
    let two = TWO.replace("\"coverage\", \"run\", \"-m\", \"pytest\"", "\"pytest\", \"--junitxml=a.xml\"");
    check(
        "isolate-output",
        "",
        &two,
        expect![[r#"
        plain; crlf; several lines, comments, a trailing comma; its keyword on a line of its own; no call; an empty call; a Python by its place; comments and other decorators around; `from nox import session`; `nox_uv.session`:
              session.run("pytest", f"--junitxml=a-{session.name}.xml")
              session.run("pytest", f"--junitxml=a-{session.name}.xml")
        tabs:
          →session.run("pytest", f"--junitxml=a-{session.name}.xml")
          →session.run("pytest", f"--junitxml=a-{session.name}.xml")
        two spaces:
            session.run("pytest", f"--junitxml=a-{session.name}.xml")
            session.run("pytest", f"--junitxml=a-{session.name}.xml")
        single quotes:
              session.run('pytest', f'--junitxml=a-{session.name}.xml')
              session.run('pytest', f'--junitxml=a-{session.name}.xml')
        continued by backslashes:
                  .run("pytest", f"--junitxml=a-{session.name}.xml")
                  .run("pytest", f"--junitxml=a-{session.name}.xml")
        types, docstrings, other names:
              s.run("pytest", f"--junitxml=a-{s.name}.xml")
              s.run("pytest", f"--junitxml=a-{s.name}.xml")
    "#]],
    );
}

#[test]
fn allow_parallel() {
    let two = TWO.replace("\"coverage\", \"run\", \"-m\", \"pytest\"", "\"ruff\", \"check\"").replace("o<|>ne", "one");
    check(
        "allow-parallel",
        "",
        &two.replace("import nox\n", "import nox\n<|>"),
        expect![[r#"
        plain; crlf; tabs; two spaces; continued by backslashes; types, docstrings, other names:
          nox.needs_version = ">=2026.08.10"
          @nox.session(tags=["a"], allow_parallel=True)
          @nox.session(tags=["a"], allow_parallel=True)
        single quotes:
          nox.needs_version = '>=2026.08.10'
          @nox.session(tags=['a'], allow_parallel=True)
          @nox.session(tags=['a'], allow_parallel=True)
        several lines, comments, a trailing comma:
          nox.needs_version = ">=2026.08.10"
              allow_parallel=True,
              allow_parallel=True,
        its keyword on a line of its own:
          nox.needs_version = ">=2026.08.10"
          @nox.session(allow_parallel=True)
              allow_parallel=True,
              allow_parallel=True,
        no call; an empty call:
          nox.needs_version = ">=2026.08.10"
          @nox.session(allow_parallel=True)
          @nox.session(allow_parallel=True)
        a Python by its place:
          nox.needs_version = ">=2026.08.10"
          @nox.session("3.13", tags=["a"], allow_parallel=True)
          @nox.session("3.13", tags=["a"], allow_parallel=True)
        comments and other decorators around:
          nox.needs_version = ">=2026.08.10"
          @nox.session(tags=["a"], allow_parallel=True)  # all
          @nox.session(tags=["a"], allow_parallel=True)  # all
        `from nox import session`:
          nox.needs_version = ">=2026.08.10"
          @task(tags=["a"], allow_parallel=True)
          @task(tags=["a"], allow_parallel=True)
        `nox_uv.session`:
          nox.needs_version = ">=2026.08.10"
          @nox_uv.session(tags=["a"], allow_parallel=True)
          @nox_uv.session(tags=["a"], allow_parallel=True)
    "#]],
    );
}

#[test]
fn add_requires() {
    let report = TWO.replace("o<|>ne", "one").replace("two(", "t<|>wo(");
    let at = report.rfind("\"run\", \"-m\", \"pytest\"").expect("the second");
    let report = format!("{}\"report\")\n", &report[..at]);
    check(
        "add-requires",
        "",
        &report,
        expect![[r#"
        plain; crlf; tabs; two spaces; continued by backslashes; types, docstrings, other names:
          @nox.session(tags=["a"], requires=["one"])
        single quotes:
          @nox.session(tags=['a'], requires=['one'])
        several lines, comments, a trailing comma:
              requires=["one"],
        its keyword on a line of its own:
                  "one",
        no call; an empty call:
          @nox.session(requires=["one"])
        a Python by its place:
          @nox.session("3.13", tags=["a"], requires=["one"])
        comments and other decorators around:
          @nox.session(tags=["a"], requires=["one"])  # all
        `from nox import session`:
          @task(tags=["a"], requires=["one"])
        `nox_uv.session`:
          @nox_uv.session(tags=["a"], requires=["one"])
    "#]],
    );
}

#[test]
fn replace_notify() {
    let queued = TWO.replacen("\"pytest\")\n", "\"pytest\")\n    session.notify(\"two\")\n", 1);
    let queued = queued.replace("o<|>ne", "one").replace("notify", "not<|>ify");
    let queued = queued.replace("@nox.session(tags=[\"a\"])\ndef one", "@nox.session\ndef one");
    check(
        "replace-notify",
        "",
        &queued,
        expect![[r#"
            plain; crlf; tabs; two spaces; continued by backslashes; types, docstrings, other names:
              @nox.session(tags=["a"], requires=["one"])
            single quotes:
              @nox.session(tags=['a'], requires=['one'])
            several lines, comments, a trailing comma:
                  requires=["one"],
            its keyword on a line of its own:
                      "one",
            no call; an empty call:
              @nox.session(requires=["one"])
            a Python by its place:
              @nox.session("3.13", tags=["a"], requires=["one"])
            comments and other decorators around:
              @nox.session(tags=["a"], requires=["one"])  # all
            `from nox import session`:
              @task(tags=["a"], requires=["one"])
            `nox_uv.session`:
              @nox_uv.session(tags=["a"], requires=["one"])
        "#]],
    );
}

#[test]
fn build_once() {
    let project = "#- pyproject.toml\n[build-system]\nrequires = [\"setuptools\"]\n";
    let two = TWO.replace("session.run(\"coverage\", \"run\", \"-m\", \"pytest\")", "session.install(\".[x]\")");
    check(
        "build-once",
        project,
        &two,
        expect![[r#"
        plain; crlf; continued by backslashes:
          def wheel(session):
          def build(session):
              session.run_install("python", "-m", "build", "--wheel", "--outdir", folder)
          @nox.session(tags=["a"], requires=["build"])
              session.install(f"{wheel(session)}[x]")
          @nox.session(tags=["a"], requires=["build"])
              session.install(f"{wheel(session)}[x]")
        tabs:
          def wheel(session):
          def build(session):
          →session.run_install("python", "-m", "build", "--wheel", "--outdir", folder)
          @nox.session(tags=["a"], requires=["build"])
          →session.install(f"{wheel(session)}[x]")
          @nox.session(tags=["a"], requires=["build"])
          →session.install(f"{wheel(session)}[x]")
        two spaces:
          def wheel(session):
          def build(session):
            session.run_install("python", "-m", "build", "--wheel", "--outdir", folder)
          @nox.session(tags=["a"], requires=["build"])
            session.install(f"{wheel(session)}[x]")
          @nox.session(tags=["a"], requires=["build"])
            session.install(f"{wheel(session)}[x]")
        single quotes:
          def wheel(session):
          def build(session):
              session.run_install('python', '-m', 'build', '--wheel', '--outdir', folder)
          @nox.session(tags=['a'], requires=['build'])
              session.install(f'{wheel(session)}[x]')
          @nox.session(tags=['a'], requires=['build'])
              session.install(f'{wheel(session)}[x]')
        several lines, comments, a trailing comma:
          def wheel(session):
          def build(session):
              session.run_install("python", "-m", "build", "--wheel", "--outdir", folder)
              requires=["build"],
              session.install(f"{wheel(session)}[x]")
              requires=["build"],
              session.install(f"{wheel(session)}[x]")
        its keyword on a line of its own:
          def wheel(session):
          def build(session):
              session.run_install("python", "-m", "build", "--wheel", "--outdir", folder)
                  "build",
              session.install(f"{wheel(session)}[x]")
                  "build",
              session.install(f"{wheel(session)}[x]")
        no call; an empty call:
          def wheel(session):
          def build(session):
              session.run_install("python", "-m", "build", "--wheel", "--outdir", folder)
          @nox.session(requires=["build"])
              session.install(f"{wheel(session)}[x]")
          @nox.session(requires=["build"])
              session.install(f"{wheel(session)}[x]")
        a Python by its place:
          def wheel(session):
          def build(session):
              session.run_install("python", "-m", "build", "--wheel", "--outdir", folder)
          @nox.session("3.13", tags=["a"], requires=["build"])
              session.install(f"{wheel(session)}[x]")
          @nox.session("3.13", tags=["a"], requires=["build"])
              session.install(f"{wheel(session)}[x]")
        comments and other decorators around:
          def wheel(session):
          def build(session):
              session.run_install("python", "-m", "build", "--wheel", "--outdir", folder)
          @nox.session(tags=["a"], requires=["build"])  # all
              session.install(f"{wheel(session)}[x]")
          @nox.session(tags=["a"], requires=["build"])  # all
              session.install(f"{wheel(session)}[x]")
        types, docstrings, other names:
          def wheel(session: nox.Session) -> str:
          def build(session: nox.Session) -> None:
              session.run_install("python", "-m", "build", "--wheel", "--outdir", folder)
          @nox.session(tags=["a"], requires=["build"])
              s.install(f"{wheel(s)}[x]")
          @nox.session(tags=["a"], requires=["build"])
              s.install(f"{wheel(s)}[x]")
        `from nox import session`:
          def wheel(session):
          def build(session):
              session.run_install("python", "-m", "build", "--wheel", "--outdir", folder)
          @task(tags=["a"], requires=["build"])
              session.install(f"{wheel(session)}[x]")
          @task(tags=["a"], requires=["build"])
              session.install(f"{wheel(session)}[x]")
        `nox_uv.session`:
          def wheel(session):
          def build(session):
              session.run_install("python", "-m", "build", "--wheel", "--outdir", folder)
          @nox_uv.session(tags=["a"], requires=["build"])
              session.install(f"{wheel(session)}[x]")
          @nox_uv.session(tags=["a"], requires=["build"])
              session.install(f"{wheel(session)}[x]")
    "#]],
    );
}

#[test]
fn build_once_of_what_is_built() {
    let built = "session.install(\"build\", \"twine\")\n    session.run(\"python\", \"-m\", \"build\")\n    session.run(\"twine\", \"check\", \"dist/*\")";
    let two = TWO.replace("session.run(\"coverage\", \"run\", \"-m\", \"pytest\")", built);
    check(
        "build-once",
        "",
        &two,
        expect![[r#"
            plain; crlf; continued by backslashes:
              def build(session):
              @nox.session(tags=["a"], requires=["build"])
                  session.install("twine")
              @nox.session(tags=["a"], requires=["build"])
                  session.install("twine")
            tabs:
              def build(session):
              @nox.session(tags=["a"], requires=["build"])
              →session.install("twine")
              @nox.session(tags=["a"], requires=["build"])
              →session.install("twine")
            two spaces:
              def build(session):
              @nox.session(tags=["a"], requires=["build"])
                session.install("twine")
              @nox.session(tags=["a"], requires=["build"])
                session.install("twine")
            single quotes:
              def build(session):
              @nox.session(tags=['a'], requires=['build'])
                  session.install('twine')
              @nox.session(tags=['a'], requires=['build'])
                  session.install('twine')
            several lines, comments, a trailing comma:
              def build(session):
                  requires=["build"],
                  session.install("twine")
                  requires=["build"],
                  session.install("twine")
            its keyword on a line of its own:
              def build(session):
                      "build",
                  session.install("twine")
                      "build",
                  session.install("twine")
            no call; an empty call:
              def build(session):
              @nox.session(requires=["build"])
                  session.install("twine")
              @nox.session(requires=["build"])
                  session.install("twine")
            a Python by its place:
              def build(session):
              @nox.session("3.13", tags=["a"], requires=["build"])
                  session.install("twine")
              @nox.session("3.13", tags=["a"], requires=["build"])
                  session.install("twine")
            comments and other decorators around:
              def build(session):
              @nox.session(tags=["a"], requires=["build"])  # all
                  session.install("twine")
              @nox.session(tags=["a"], requires=["build"])  # all
                  session.install("twine")
            types, docstrings, other names:
              def build(session: nox.Session) -> None:
              @nox.session(tags=["a"], requires=["build"])
                  s.install("twine")
              @nox.session(tags=["a"], requires=["build"])
                  s.install("twine")
            `from nox import session`:
              def build(session):
              @task(tags=["a"], requires=["build"])
                  session.install("twine")
              @task(tags=["a"], requires=["build"])
                  session.install("twine")
            `nox_uv.session`:
              def build(session):
              @nox_uv.session(tags=["a"], requires=["build"])
                  session.install("twine")
              @nox_uv.session(tags=["a"], requires=["build"])
                  session.install("twine")
        "#]],
    );
}

#[test]
fn require_nox_version() {
    let new =
        TWO.replace("o<|>ne", "one").replace("tags=[\"a\"])\ndef two", "tags=[\"a\"], requires=[\"one\"])\ndef two");
    check(
        "require-nox-version",
        "",
        &new.replace("import nox\n", "import nox\n<|>"),
        expect![[r#"
        plain; crlf; tabs; two spaces; several lines, comments, a trailing comma; its keyword on a line of its own; no call; an empty call; a Python by its place; comments and other decorators around; continued by backslashes; types, docstrings, other names; `from nox import session`; `nox_uv.session`:
          nox.needs_version = ">=2025.02.09"
        single quotes:
          nox.needs_version = '>=2025.02.09'
    "#]],
    );
}

#[test]
fn longest_first() {
    let times = "#- timings\none 10 10 10\ntwo 500 500 500\nthree 10 10 10\nfour 10 10 10\nfive 10 10 10\n";
    let session = |name: &str| {
        format!("\n@nox.session(allow_parallel=True)\ndef {name}(session):\n    session.run(\"ruff\", \"check\")\n")
    };
    let all = ["one", "three", "four", "five", "six", "seven", "eight", "nine", "two"].map(session).concat();
    let times = format!("{times}six 400 400 400\nseven 400 400 400\neight 400 400 400\nnine 400 400 400\n");
    let list = "nox.options.sessions = [<|>\n    \"one\",\n    \"three\",  # quick\n    \"four\",\n    \"five\",\n    \"six\",\n    \"seven\",\n    \"eight\",\n    \"nine\",\n    \"two\",\n]\n";
    let noxfile = format!("import nox\n\n{list}{all}");
    check(
        "longest-first",
        &times,
        &noxfile,
        expect![[r#"
        plain; crlf; tabs; two spaces; several lines, comments, a trailing comma; its keyword on a line of its own; no call; an empty call; a Python by its place; comments and other decorators around; continued by backslashes; types, docstrings, other names; `from nox import session`; `nox_uv.session`:
          "two", "six", "seven", "eight", "nine", "one", "three",  # quick "four", "five",
        single quotes:
          'two', 'six', 'seven', 'eight', 'nine', 'one', 'three',  # quick 'four', 'five',
    "#]],
    );
}

/// Its workflow is varied by the table of the workflows' styles. Steps whose sessions require the same one are no group.
#[test]
fn use_nox_parallel() {
    let workflow = "#- .github/workflows/ci.yml\non: push\njobs:\n  checks:\n    runs-on: ubuntu-latest\n    steps:\n      \
                    - run: nox -s one\n      - run: nox -s two\n      - run: nox -s report\n";
    let report = TWO[TWO.find("@nox").expect("a session")..].split("\n\n").next().expect("a session");
    let report =
        report.replace("o<|>ne", "report").replace("\"-m\", \"pytest\"", "").replace("\"run\", ", "\"combine\"");
    let all = format!("{}\n{report}", TWO.replace("\"run\", \"-m\"", "\"run\", \"-p\", \"-m\""));
    check(
        "use-nox-parallel",
        workflow,
        &all,
        expect![[r#"
        plain; crlf; tabs; two spaces; continued by backslashes; types, docstrings, other names:
          nox.needs_version = ">=2026.08.10"
          @nox.session(tags=["a"], allow_parallel=True)
          @nox.session(tags=["a"], allow_parallel=True)
          @nox.session(tags=["a"], requires=["one", "two"])
        single quotes:
          nox.needs_version = '>=2026.08.10'
          @nox.session(tags=['a'], allow_parallel=True)
          @nox.session(tags=['a'], allow_parallel=True)
          @nox.session(tags=['a'], requires=['one', 'two'])
        several lines, comments, a trailing comma:
          nox.needs_version = ">=2026.08.10"
              allow_parallel=True,
              allow_parallel=True,
              requires=["one", "two"],
        its keyword on a line of its own:
          nothing
        no call; an empty call:
          nox.needs_version = ">=2026.08.10"
          @nox.session(allow_parallel=True)
          @nox.session(allow_parallel=True)
          @nox.session(requires=["one", "two"])
        a Python by its place:
          nox.needs_version = ">=2026.08.10"
          @nox.session("3.13", tags=["a"], allow_parallel=True)
          @nox.session("3.13", tags=["a"], allow_parallel=True)
          @nox.session("3.13", tags=["a"], requires=["one", "two"])
        comments and other decorators around:
          nox.needs_version = ">=2026.08.10"
          @nox.session(tags=["a"], allow_parallel=True)  # all
          @nox.session(tags=["a"], allow_parallel=True)  # all
          @nox.session(tags=["a"], requires=["one", "two"])  # all
        `from nox import session`:
          nox.needs_version = ">=2026.08.10"
          @task(tags=["a"], allow_parallel=True)
          @task(tags=["a"], allow_parallel=True)
          @task(tags=["a"], requires=["one", "two"])
        `nox_uv.session`:
          nox.needs_version = ">=2026.08.10"
          @nox_uv.session(tags=["a"], allow_parallel=True)
          @nox_uv.session(tags=["a"], allow_parallel=True)
          @nox_uv.session(tags=["a"], requires=["one", "two"])
    "#]],
    );
}
