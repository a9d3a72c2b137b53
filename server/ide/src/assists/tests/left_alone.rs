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
        assert!(offers.is_empty(), "{step}: {offers:#?}");
    }
}
