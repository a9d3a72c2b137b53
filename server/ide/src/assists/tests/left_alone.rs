//! What no rewrite of steps touches: line ends, steps that do more, anchors.

use super::*;

#[test]
fn line_endings_stay_as_they_are() {
    let workflow = CHECKS.replace('\n', "\r\n");
    let fixture = Fixture::with_settings(&format!("{NOXFILE}{workflow}"), settings());
    let offers = crate::assists(&fixture.snapshot, fixture.file, fixture.span);
    let offers: Vec<_> = offers.iter().filter(|offer| offer.disabled.is_none()).collect();
    assert_eq!(offers.len(), 5);
    for offer in offers {
        let edits = offer.edits.iter().filter(|edit| edit.file == fixture.file).flat_map(|edit| &edit.edits);
        for edit in edits {
            let lone = edit.insert.replace("\r\n", "");
            assert!(!lone.contains('\n'), "{}: {:?}", offer.assist, edit.insert);
        }
    }
}

#[test]
fn steps_that_do_more_than_run_sessions_are_left_alone() {
    let mut out = String::new();
    for step in [
        "run: nox -s typecheck && echo done",
        "run: nox -s typecheck\n        if: failure()",
        "run: nox -s typecheck || true",
        "run: nox -s typecheck &",
        "run: nox -s $NAME",
        "run: nox --list",
        "run: nox -s nothing_like_this",
        "run: nox -s typecheck\n        shell: pwsh",
        "run: COVERAGE_FILE=x nox -s typecheck",
        "run: nox -s typecheck > log",
        "run: nox -s typecheck | tee log",
    ] {
        let workflow = format!(
            "
#- .github/workflows/ci.yml
on: push
jobs:
  checks:
    runs-on: ubuntu-latest
    steps:
      - run: nox -s li<|>nt
      - {step}
"
        );
        let fixture = Fixture::with_settings(&format!("{NOXFILE}{workflow}"), settings());
        let offers = crate::assists(&fixture.snapshot, fixture.file, fixture.span);
        // Where it could be faster the one line says why it is not offered.
        let why = match offers.as_slice() {
            [] => "nothing",
            [only] => only.disabled.as_deref().unwrap_or("offered"),
            _ => "several",
        };
        out.push_str(&format!("{}: {why}\n", step.replace("\n       ", ";")));
    }
    expect![[r#"
        run: nox -s typecheck && echo done: the step that runs them does more: `echo done`
        run: nox -s typecheck; if: failure(): nothing
        run: nox -s typecheck || true: the step that runs them does more: `true`
        run: nox -s typecheck &: nothing
        run: nox -s $NAME: nothing
        run: nox --list: nothing
        run: nox -s nothing_like_this: nothing
        run: nox -s typecheck; shell: pwsh: nothing
        run: COVERAGE_FILE=x nox -s typecheck: nox is called in a way that another step could not repeat
        run: nox -s typecheck > log: nox is called in a way that another step could not repeat
        run: nox -s typecheck | tee log: the step that runs them does more: `tee log`
    "#]]
    .assert_eq(&out);
}
