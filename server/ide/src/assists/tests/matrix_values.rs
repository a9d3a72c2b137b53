//! Sessions whose names have quotes, blanks or brackets as values of a matrix, by `split-into-matrix`.

use super::*;

/// `tests(django='4.2')`, `pairs(a='x', b="it's")`, `odd(a b)`.
const PARAMETERS: &str = r#"
#- noxfile.py
import nox

@nox.session
def lint(session):
    session.run("ruff", "check")

@nox.session
@nox.parametrize("django", ["4.2", "5.0"])
def tests(session, django):
    session.run("pytest")

@nox.session
@nox.parametrize("b", ["it's", "z"])
@nox.parametrize("a", ["x"])
def pairs(session, a, b):
    session.run("mypy")

@nox.session(requires=["lint"])
def report(session):
    session.run("mypy", "--html-report", "out")

@nox.session
@nox.parametrize("x", [1, 2, 3], ids=["list[int]", "a b", "c\\d"])
def odd(session, x):
    session.run("mkdocs", "build")
"#;

fn job(steps: &[&str]) -> String {
    let steps: String = steps.iter().map(|call| format!("      - run: {call}\n")).collect();
    format!(
        "#- .github/workflows/ci.yml\non: push\njobs:\n  checks<|>:\n    runs-on: ubuntu-latest\n    steps:\n{steps}"
    )
}

#[test]
fn quotes_in_a_name_are_the_names_own() {
    let steps = ["nox -s \"tests(django='4.2')\"", "nox -s \"tests(django='5.0')\"", "nox -s lint"];
    check_in(
        PARAMETERS,
        "split-into-matrix",
        &job(&steps),
        expect![[r#"
            #- .github/workflows/ci.yml
            on: push
            jobs:
              checks-sessions:
                runs-on: ubuntu-latest
                strategy:
                  fail-fast: false
                  matrix:
                    sessions:
                      - tests(django='4.2')
                      - tests(django='5.0')
                      - lint
                steps:
                  - env:
                      SESSIONS: ${{ matrix.sessions }}
                    run: nox -s $SESSIONS

              # One check for all of them, under the name that others know.
              checks:
                if: always()
                needs: checks-sessions
                runs-on: ubuntu-latest
                permissions: {}
                steps:
                  - if: ${{ needs.checks-sessions.result != 'success' }}
                    run: exit 1
        "#]],
    );
}

/// The values and the command that they are run by, or why there are none.
fn told(steps: &[&str]) -> String {
    let fixture = Fixture::with_settings(&format!("{PARAMETERS}{}", job(steps)), with_runners());
    let offers = crate::assists(&fixture.snapshot, fixture.file, fixture.span);
    let offer = offers.iter().find(|offer| offer.assist == "split-into-matrix");
    let Some(offer) = offer else { return "not offered\n".to_owned() };
    if let Some(why) = &offer.disabled {
        return format!("not possible: {why}\n");
    }
    let edits = offer.edits.iter().flat_map(|edit| &edit.edits).flat_map(|edit| edit.insert.lines());
    let lines: Vec<&str> = edits.map(str::trim).collect();
    let values =
        lines.iter().skip_while(|line| **line != "sessions:").skip(1).take_while(|line| line.starts_with("- "));
    let values: String = values.filter(|line| !line.starts_with("- env")).map(|line| format!("{line}\n")).collect();
    let command = lines.iter().find(|line| line.starts_with("run: nox")).expect("a command");
    format!("{values}{command}\n")
}

#[test]
fn values_that_the_shell_would_take_apart_stand_in_quotes_or_are_none() {
    let mut out = String::new();
    for steps in [
        // Quotes of both kinds, as nox writes the names.
        &["nox -s \"pairs(a='x', b='z')\"", "nox -s 'pairs(a='\"'x'\"', b=\"it'\"'\"'s\")'"][..],
        &["nox -s \"pairs(a='x', b='z')\"", "nox -s \"pairs(a='x', b=\\\"it's\\\")\""],
        &["nox -s 'odd(list[int])'", "nox -s 'odd(a b)'"],
        // One of them alone needs the quotes.
        &["nox -s lint", "nox -s 'odd(a b)'"],
        &["nox -s lint -- --fix", "nox -s 'odd(a b)' -- --fix"],
        &["nox -s lint -- '--x=*'", "nox -s \"tests(django='4.2')\" -- '--x=*'"],
        &["nox -s lint -- '--x=*'", "nox -s \"tests(django='4.2')\""],
        &["nox -s lint -- --fix", "nox -s 'odd(a b)'"],
        &["nox -s lint", "nox -s report", "nox -s 'odd(a b)'"],
        &["nox -s 'odd(c\\d)'", "nox -s lint"],
    ] {
        out.push_str(&format!("{}\n{}", steps.join("; "), told(steps)));
    }
    expect![[r#"
        nox -s "pairs(a='x', b='z')"; nox -s 'pairs(a='"'x'"', b="it'"'"'s")'
        - pairs(a='x', b='z')
        - pairs(a='x', b="it's")
        run: nox -s "$SESSIONS"
        nox -s "pairs(a='x', b='z')"; nox -s "pairs(a='x', b=\"it's\")"
        - pairs(a='x', b='z')
        - pairs(a='x', b="it's")
        run: nox -s "$SESSIONS"
        nox -s 'odd(list[int])'; nox -s 'odd(a b)'
        - odd(list[int])
        - odd(a b)
        run: nox -s "$SESSIONS"
        nox -s lint; nox -s 'odd(a b)'
        - lint
        - odd(a b)
        run: nox -s "$SESSIONS"
        nox -s lint -- --fix; nox -s 'odd(a b)' -- --fix
        - lint
        - odd(a b)
        run: nox -s "$SESSIONS" -- --fix
        nox -s lint -- '--x=*'; nox -s "tests(django='4.2')" -- '--x=*'
        - lint
        - tests(django='4.2')
        run: nox -s $SESSIONS -- '--x=*'
        nox -s lint -- '--x=*'; nox -s "tests(django='4.2')"
        not possible: an argument of a session needs quotes, and the sessions take different arguments
        nox -s lint -- --fix; nox -s 'odd(a b)'
        not possible: `odd(a b)` needs quotes, and the sessions take different arguments
        nox -s lint; nox -s report; nox -s 'odd(a b)'
        not possible: the shell would split `odd(a b)` or look for files, as `lint`, `report` must stay in one job
        nox -s 'odd(c\d)'; nox -s lint
        not possible: `odd(c\d)` has a `$`, a backquote or a backslash, which a matrix value is not trusted with
    "#]]
    .assert_eq(&out);
}
