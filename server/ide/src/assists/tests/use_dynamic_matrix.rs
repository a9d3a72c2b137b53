//! Filling a matrix by nox.

use super::*;

const TAGGED: &str = r#"
#- noxfile.py
import nox

@nox.session(tags=["ci"])
def lint(session):
    session.run("ruff", "check", ".")

@nox.session(python=["3.12", "3.13"], tags=["ci"])
def tests(session):
    session.run("pytest")

@nox.session
def docs(session):
    session.run("mkdocs", "build")
"#;

#[test]
fn a_tag_gives_the_list() {
    let workflow = "
#- .github/workflows/ci.yml
on: push
jobs:
  checks:
    name: ${{ matrix.session }}
    strategy:
      fail-fast: false
      matrix:
        session: [lint, te<|>sts]
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - run: pipx install nox
      - run: nox -s ${{ matrix.session }}
";
    check_in(
        TAGGED,
        "use-dynamic-matrix",
        workflow,
        expect![[r##"
        #- .github/workflows/ci.yml
        on: push
        jobs:
          # What the matrix below runs, as nox lists it.
          checks-list:
            runs-on: ubuntu-latest
            outputs:
              session: ${{ steps.list.outputs.session }}
            steps:
              - uses: actions/checkout@v7
              - run: pipx install nox
              - id: list
                run: |
                  session=$(nox --list --json -t ci | jq -c '[.[].name] | unique')
                  echo "session=$session" >> "$GITHUB_OUTPUT"

          checks:
            name: ${{ matrix.session }}
            needs: checks-list
            strategy:
              fail-fast: false
              matrix:
                session: ${{ fromJSON(needs.checks-list.outputs.session) }}
            runs-on: ubuntu-latest
            steps:
              - uses: actions/checkout@v7
              - run: pipx install nox
              - run: nox -s ${{ matrix.session }}
    "##]],
    );
}

#[test]
fn a_block_list_and_another_forge() {
    let workflow = "
#- .forgejo/workflows/ci.yml
on: push
jobs:
  first:
    runs-on: docker
    steps: [{ run: echo }]
  all_checks:
    needs: first
    if: github.ref == 'refs/heads/main'
    runs-on: docker
    strategy:
      matrix:
        which:
          - tests-3.12
          - li<|>nt
          - tests-3.13
    steps:
      - env:
          WHICH: ${{ matrix.which }}
        run: uvx nox -s \"$WHICH\"
";
    check_in(
        TAGGED,
        "use-dynamic-matrix",
        workflow,
        expect![[r##"
            #- .forgejo/workflows/ci.yml
            on: push
            jobs:
              first:
                runs-on: docker
                steps: [{ run: echo }]
              # What the matrix below runs, as nox lists it.
              all_checks_list:
                if: github.ref == 'refs/heads/main'
                runs-on: docker
                outputs:
                  which: ${{ steps.list.outputs.which }}
                steps:
                  - id: list
                    run: |
                      which=$(uvx nox --list --json -t ci | python3 -c 'import json, sys; print(json.dumps(sorted({entry["session"] for entry in json.load(sys.stdin)})))')
                      echo "which=$which" >> "$GITHUB_OUTPUT"
              all_checks:
                needs: [first, all_checks_list]
                if: github.ref == 'refs/heads/main'
                runs-on: docker
                strategy:
                  matrix:
                    which: ${{ fromJSON(needs.all_checks_list.outputs.which) }}
                steps:
                  - env:
                      WHICH: ${{ matrix.which }}
                    run: uvx nox -s "$WHICH"
        "##]],
    );
}

#[test]
fn a_list_that_nox_would_not_give_is_left_alone() {
    let mut out = String::new();
    for (list, more) in [
        ("[lint, docs]", ""),
        ("[lint, tests]", "        include: [{ session: docs }]\n"),
        ("[lint, tests]", "        os: [ubuntu-latest]\n"),
    ] {
        let runs_on = if more.contains("os:") { "${{ matrix.os }}" } else { "ubuntu-latest" };
        let workflow = format!(
            "\n#- .github/workflows/ci.yml\non: push\njobs:\n  checks:\n    runs-on: {runs_on}\n    strategy:\n      \
             matrix:\n        session: {list}\n{more}    steps:\n      - run: nox -s $<|>{{{{ matrix.session }}}}\n"
        );
        let fixture = Fixture::with_settings(&format!("{TAGGED}{workflow}"), settings());
        let offers = crate::assists(&fixture.snapshot, fixture.file, fixture.span);
        let offer = offers.iter().find(|offer| offer.assist == "use-dynamic-matrix");
        let why = offer.map_or("not offered", |offer| offer.disabled.as_deref().unwrap_or("offered!"));
        out.push_str(&format!("{list} {}: {why}\n", more.trim()));
    }
    expect![[r#"
        [lint, docs] : no tag selects just these sessions, and they are not what nox runs by default
        [lint, tests] include: [{ session: docs }]: not offered
        [lint, tests] os: [ubuntu-latest]: the machine or its set-up depends on the matrix
    "#]]
    .assert_eq(&out);
}

#[test]
fn between_braces_the_expression_is_quoted() {
    let workflow = "
#- .github/workflows/ci.yml
on: push
jobs:
  checks:
    strategy: { fail-fast: false, matrix: { session: [lint, te<|>sts] } }
    runs-on: ubuntu-latest
    steps:
      - run: nox -s ${{ matrix.session }}
";
    check_in(
        TAGGED,
        "use-dynamic-matrix",
        workflow,
        expect![[r##"
        #- .github/workflows/ci.yml
        on: push
        jobs:
          # What the matrix below runs, as nox lists it.
          checks-list:
            runs-on: ubuntu-latest
            outputs:
              session: ${{ steps.list.outputs.session }}
            steps:
              - id: list
                run: |
                  session=$(nox --list --json -t ci | jq -c '[.[].name] | unique')
                  echo "session=$session" >> "$GITHUB_OUTPUT"

          checks:
            needs: checks-list
            strategy: { fail-fast: false, matrix: { session: "${{ fromJSON(needs.checks-list.outputs.session) }}" } }
            runs-on: ubuntu-latest
            steps:
              - run: nox -s ${{ matrix.session }}
    "##]],
    );
}
