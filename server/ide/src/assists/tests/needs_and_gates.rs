//! Needs that carry nothing, and gates.

use super::*;

const CHAIN: &str = "
#- .github/workflows/ci.yml
name: <|>CI
on: push
jobs:
  lint:
    runs-on: ubuntu-latest
    steps:
      - run: nox -s lint
  types:
    runs-on: ubuntu-latest
    needs: lint
    steps:
      - run: nox -s typecheck
  docs:
    needs:
      - lint
      - types
    runs-on: ubuntu-latest
    steps:
      - run: nox -s docs
  both:
    needs: ['lint', types, docs]
    runs-on: ubuntu-latest
    steps:
      - run: echo ${{ needs.types.result }} && nox -s unit
";

#[test]
fn all_needless_needs_of_a_workflow_go_at_once() {
    check(
        "drop-needless-needs",
        CHAIN,
        expect![[r#"
        #- .github/workflows/ci.yml
        name: CI
        on: push
        jobs:
          lint:
            runs-on: ubuntu-latest
            steps:
              - run: nox -s lint
          types:
            runs-on: ubuntu-latest
            steps:
              - run: nox -s typecheck
          docs:
            runs-on: ubuntu-latest
            steps:
              - run: nox -s docs
          both:
            needs: [types]
            runs-on: ubuntu-latest
            steps:
              - run: echo ${{ needs.types.result }} && nox -s unit
    "#]],
    );
}

#[test]
fn on_one_need_only_that_one_goes() {
    let workflow = CHAIN.replace("<|>", "").replace("      - types\n", "      - ty<|>pes\n");
    check_once(
        NOXFILE,
        "drop-needless-needs",
        &workflow,
        expect![[r#"
        #- .github/workflows/ci.yml
        name: CI
        on: push
        jobs:
          lint:
            runs-on: ubuntu-latest
            steps:
              - run: nox -s lint
          types:
            runs-on: ubuntu-latest
            needs: lint
            steps:
              - run: nox -s typecheck
          docs:
            needs:
              - lint
            runs-on: ubuntu-latest
            steps:
              - run: nox -s docs
          both:
            needs: ['lint', types, docs]
            runs-on: ubuntu-latest
            steps:
              - run: echo ${{ needs.types.result }} && nox -s unit
    "#]],
    );
}

#[test]
fn what_is_dropped_is_told_and_never_done_unasked() {
    let fixture = Fixture::with_settings(&format!("{NOXFILE}{CHAIN}"), settings());
    let offers = crate::assists(&fixture.snapshot, fixture.file, fixture.span);
    let offer = offers.iter().find(|offer| offer.assist == "drop-needless-needs").expect("offered");
    assert!(!offer.is_safe && !offer.is_preferred);
    expect!["Drop 5 needless `needs` of 3 jobs: 12 m → 6 m 40 s (measured times, 20 runners, 40 s a job; if the order itself is not meant)"]
        .assert_eq(&offer.title);
}

#[test]
fn needs_with_a_comment_are_left_alone() {
    let workflow = CHAIN.replace("<|>", "").replace("needs: lint\n", "needs: li<|>nt # cheap first\n");
    let fixture = Fixture::with_settings(&format!("{NOXFILE}{workflow}"), settings());
    let offers = crate::assists(&fixture.snapshot, fixture.file, fixture.span);
    let offer = offers.iter().find(|offer| offer.assist == "drop-needless-needs").expect("offered");
    expect!["the `needs` of `types` are written in an unusual way or carry a comment"]
        .assert_eq(offer.disabled.as_deref().unwrap_or_default());
}

#[test]
fn a_gate_stands_for_all_jobs_but_those_that_publish() {
    let workflow = "
#- .github/workflows/ci.yml
name: <|>CI
on: [push]
jobs:
  tests:
    permissions: { contents: read }
    strategy: { matrix: { os: [ubuntu-latest, macos-latest] } }
    runs-on: ${{ matrix.os }}
    steps:
      - run: nox -s unit

  nightly:
    if: github.event_name == 'schedule'
    runs-on: ubuntu-24.04 # new
    steps:
      - run: nox -s docs

  publish:
    needs: tests
    runs-on: ubuntu-latest
    steps:
      - run: twine upload dist/*
";
    check(
        "add-gate-job",
        workflow,
        expect![[r#"
        #- .github/workflows/ci.yml
        name: CI
        on: [push]
        jobs:
          tests:
            permissions: { contents: read }
            strategy: { matrix: { os: [ubuntu-latest, macos-latest] } }
            runs-on: ${{ matrix.os }}
            steps:
              - run: nox -s unit

          nightly:
            if: github.event_name == 'schedule'
            runs-on: ubuntu-24.04 # new
            steps:
              - run: nox -s docs

          publish:
            needs: tests
            runs-on: ubuntu-latest
            steps:
              - run: twine upload dist/*

          # The one check to require: it is green only if all of these are.
          all-checks:
            if: always()
            needs: [tests, nightly]
            runs-on: ubuntu-latest
            permissions: {}
            steps:
              - if: ${{ contains(needs.*.result, 'failure') || contains(needs.*.result, 'cancelled') }}
                run: exit 1
    "#]],
    );
}

#[test]
fn no_gate_where_there_is_one_or_nothing_to_guard() {
    let gated = "
#- .github/workflows/ci.yml
name: <|>CI
on: [push]
jobs:
  lint: { runs-on: a, steps: [{ run: nox -s lint }] }
  docs: { runs-on: a, steps: [{ run: nox -s docs }] }
  all:
    if: always()
    needs: [lint, docs]
    runs-on: a
    steps: [{ run: exit 0 }]
";
    let by_hand = gated.replace("[push]", "workflow_dispatch").replace("    if: always()\n", "");
    for workflow in [gated, &by_hand] {
        let fixture = Fixture::with_settings(&format!("{NOXFILE}{workflow}"), settings());
        let offers = crate::assists(&fixture.snapshot, fixture.file, fixture.span);
        assert!(!offers.iter().any(|offer| offer.assist == "add-gate-job"), "{workflow}");
    }
}
