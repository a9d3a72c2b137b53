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
    expect!["the `needs` of `types` carry a comment, which would be lost"]
        .assert_eq(offer.disabled.as_deref().unwrap_or_default());
}

/// What becomes of the `needs` of `docs`, which takes nothing from `lint`, and of those of `unit`; or why nothing does.
fn needs_after(docs_needs: &str, unit: &str) -> String {
    let job = |id: &str, needs: &str| {
        format!("  {id}:\n{needs}    runs-on: ubuntu-latest\n    steps:\n      - run: nox -s {id}\n")
    };
    let reads = "  types:\n    runs-on: ubuntu-latest\n    outputs: { x: y }\n    steps:\n      - run: make types\n";
    let mut docs = job("docs", docs_needs);
    docs.push_str("        env: { A: \"${{ needs.types.outputs.x }}\" }\n");
    // An alias stands behind what it stands for.
    let [first, second] = if docs_needs.contains('*') { [job("unit", unit), docs] } else { [docs, job("unit", unit)] };
    let workflow = format!("on: push\njobs:\n{}{reads}{first}{second}", job("lint", ""));
    let fixture = Fixture::with_settings(&format!("{NOXFILE}#- .github/workflows/ci.yml\n{workflow}"), settings());
    let file = fixture.snapshot.files.iter().find(|file| file.path.ends_with("ci.yml")).expect("the workflow");
    let at = workflow.find("docs:").expect("the job");
    let offers = crate::assists(&fixture.snapshot, file.id, syntax::Span::from(at..at));
    let offer = offers.iter().find(|offer| offer.assist == "drop-needless-needs").expect("it is offered");
    if let Some(why) = &offer.disabled {
        return format!("{why}\n");
    }
    let after = syntax::apply(&workflow, &offer.edits[0].edits).expect("edits that fit");
    let is_of_needs =
        |line: &&str| ["needs", "- &", "- types", "- lint"].iter().any(|start| line.trim().starts_with(start));
    after.lines().filter(is_of_needs).map(|line| format!("{}\n", line.trim())).collect()
}

#[test]
fn names_in_needs_stay_for_those_who_ask_for_them() {
    let mut out = String::new();
    for (docs, unit) in [
        ("    needs: &n [lint, types]\n", ""),
        ("    needs: [lint, &t types]\n", ""),
        ("    needs: [&t types, lint]\n", ""),
        ("    needs: [&l lint, types]\n", ""),
        ("    needs:\n      - &t types\n      - lint\n", ""),
        ("    needs:\n      - types\n      - &l lint\n", ""),
        ("    needs: &n [lint, types]\n", "    needs: *n\n"),
        ("    needs: [&l lint, types]\n", "    needs: *l\n"),
        ("    needs: [lint, &t types]\n", "    needs: *t\n"),
        ("    needs: *n\n", "    needs: &n [lint, types]\n"),
        ("    needs: [*l, types]\n", "    needs: [&l lint, types]\n"),
        ("    needs: [\"lint\", 'types']\n", ""),
    ] {
        out.push_str(&format!("{docs}{unit}").lines().map(|line| format!("{}\n", line.trim())).collect::<String>());
        out.push_str(&format!("-> {}", needs_after(docs, unit)));
    }
    expect![[r#"
        needs: &n [lint, types]
        -> needs: &n [types]
        needs: [lint, &t types]
        -> needs: [&t types]
        needs: [&t types, lint]
        -> needs: [&t types]
        needs: [&l lint, types]
        -> `&l` in the `needs` of `docs`, which no alias asks for, would be lost; take it out first
        needs:
        - &t types
        - lint
        -> needs:
        - &t types
        needs:
        - types
        - &l lint
        -> `&l` in the `needs` of `docs`, which no alias asks for, would be lost; take it out first
        needs: &n [lint, types]
        needs: *n
        -> the `needs` of `docs` are `&n`, which an alias elsewhere stands for
        needs: [&l lint, types]
        needs: *l
        -> the `needs` of `docs` are `&l`, which an alias elsewhere stands for
        needs: [lint, &t types]
        needs: *t
        -> needs: [&t types]
        needs: *t
        needs: *n
        needs: &n [lint, types]
        -> needs: &n [lint, types]
        needs: [types]
        needs: [*l, types]
        needs: [&l lint, types]
        -> needs: [&l lint, types]
        needs: [types]
        needs: ["lint", 'types']
        -> needs: ['types']
    "#]]
    .assert_eq(&out);
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
