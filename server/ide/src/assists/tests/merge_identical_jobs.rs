//! One matrix for jobs that differ in their session.

use super::*;

const ALIKE: &str = "
#- .github/workflows/ci.yml
on: push
jobs:
  li<|>nt:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      # One session a job.
      - name: lint
        run: pipx run nox -s lint

  docs:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      # One session a job.
      - name: docs
        run: pipx run nox -s docs

  other:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v7
      # One session a job.
      - name: unit
        run: pipx run nox -s unit

  typecheck:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      # One session a job.
      - name: typecheck
        run: pipx run nox -s typecheck
";

#[test]
fn jobs_that_differ_in_their_session_become_cells_with_their_names() {
    check(
        "merge-identical-jobs",
        ALIKE,
        expect![[r#"
        #- .github/workflows/ci.yml
        on: push
        jobs:
          sessions:
            name: ${{ matrix.session }}
            strategy:
              fail-fast: false
              matrix:
                session:
                  - lint
                  - docs
                  - typecheck
            runs-on: ubuntu-latest
            steps:
              - uses: actions/checkout@v7
              # One session a job.
              - name: ${{ matrix.session }}
                run: pipx run nox -s ${{ matrix.session }}

          other:
            runs-on: ubuntu-24.04
            steps:
              - uses: actions/checkout@v7
              # One session a job.
              - name: unit
                run: pipx run nox -s unit
    "#]],
    );
}

/// What the two jobs run that each have one of the commands, after they are merged; or why they are not.
#[track_caller]
fn check_quotes(commands: [&str; 2], expected: &[&str]) {
    const TESTS: &str = "#- noxfile.py\nimport nox\n\n@nox.session\n@nox.parametrize(\"django\", [\"4.2\", \"it's\"])\ndef tests(session, django):\n    session.run(\"pytest\")\n\n";
    let job = |(id, command): (&str, &str)| {
        format!("  {id}:\n    runs-on: ubuntu-latest\n    steps:\n      - run: {command}\n")
    };
    let jobs: String = ["old<|>", "new"].into_iter().zip(commands).map(job).collect();
    let fixture =
        Fixture::with_settings(&format!("{TESTS}#- .github/workflows/ci.yml\non: push\njobs:\n{jobs}"), settings());
    let offers = crate::assists(&fixture.snapshot, fixture.file, fixture.span);
    let offer = offers.iter().find(|offer| offer.assist == "merge-identical-jobs");
    let text = fixture.snapshot.file(fixture.file).map_or("", |file| file.document.text());
    let after = offer.map(|offer| match &offer.disabled {
        Some(why) => format!("- {why}"),
        None => syntax::apply(text, &offer.edits[0].edits).expect("edits that fit"),
    });
    let lines = after.as_deref().unwrap_or("- not offered").lines().map(str::trim);
    assert_eq!(lines.filter(|line| line.starts_with("- ")).collect::<Vec<_>>(), expected);
}

#[test]
fn quotes_around_a_name_stay_and_those_in_it_are_the_values() {
    check_quotes(
        ["nox -s \"tests(django='4.2')\"", "nox -s \"tests(django='it')\""],
        &["- not offered"], // nobody has heard of `it`
    );
    check_quotes(
        ["nox -s 'tests(django=\"4.2\")'", "nox -s tests"],
        &["- not offered"], // with quotes and without
    );
    check_quotes(
        ["nox -s \"tests(django='4.2')\"", "nox -s \"tests\""],
        &["- session: tests(django='4.2')", "- session: tests", "- run: nox -s \"${{ matrix.session }}\""],
    );
    // In its quotes nox's own name of the other would end them.
    check_quotes(["nox -s \"tests(django='4.2')\"", "nox -s \"tests(django=\\\"it's\\\")\""], &["- not offered"]);
    // YAML's quotes are written twice in it.
    check_quotes(["'nox -s \"tests(django=''4.2'')\"'", "'nox -s \"tests\"'"], &["- not offered"]);
}

#[test]
fn names_of_their_own_are_kept() {
    let workflow = "
#- .forgejo/workflows/ci.yml
on: push
jobs:
  a:
    name: Style
    runs-on: docker
    steps:
      - run: nox -s li<|>nt
  b:
    name: Manual
    runs-on: docker
    steps:
      - run: nox -s docs
";
    check(
        "merge-identical-jobs",
        &workflow.replace('\n', "\r\n"),
        expect![[r#"
        #- .forgejo/workflows/ci.yml
        on: push
        jobs:
          sessions:
            name: ${{ matrix.name }}
            runs-on: docker
            strategy:
              fail-fast: false
              matrix:
                include:
                  - session: lint
                    name: Style
                  - session: docs
                    name: Manual
            steps:
              - run: nox -s ${{ matrix.session }}
    "#]],
    );
}

#[test]
fn jobs_that_are_not_free_to_change_are_left_alone() {
    let two = |more: &str, tail: &str| {
        let job = |id: &str| format!("  {id}:\n    runs-on: a\n{more}    steps:\n      - run: nox -s {id}\n");
        let (lint, docs) = (job("lint").replace("-s lint", "-s li<|>nt"), job("docs"));
        format!("\n#- .github/workflows/ci.yml\non: push\njobs:\n{lint}{docs}{tail}")
    };
    let mut out = String::new();
    for (more, tail) in [
        ("    outputs: { x: y }\n", ""),
        ("    environment: live\n", ""),
        ("    concurrency: one\n", ""),
        ("    name: Same\n", ""),
        ("", "  last:\n    needs: docs\n    runs-on: a\n    steps:\n      - run: nox -s unit\n"),
        ("    # Only of the first.\n", ""),
    ] {
        let workflow = two(more, tail);
        let workflow = if more.contains('#') {
            workflow.replacen("# Only of the first", "# The other", 2).replacen("# The other", "# Only of the first", 1)
        } else {
            workflow
        };
        let fixture = Fixture::with_settings(&format!("{NOXFILE}{workflow}"), settings());
        let offers = crate::assists(&fixture.snapshot, fixture.file, fixture.span);
        let offer = offers.iter().find(|offer| offer.assist == "merge-identical-jobs");
        let why = offer.map_or("not offered", |offer| offer.disabled.as_deref().unwrap_or("offered!"));
        out.push_str(&format!("{}: {why}\n", format!("{more}{tail}").trim().lines().next().unwrap_or_default()));
    }
    expect![[r#"
        outputs: { x: y }: the jobs have `outputs`, and those of a matrix overwrite one another
        environment: live: the jobs have a `concurrency` or an `environment`, which a matrix would share
        concurrency: one: the jobs have a `concurrency` or an `environment`, which a matrix would share
        name: Same: two of the jobs have the same name, or one that is worked out
        last:: `last` waits for one of them, and would wait for all
        # Only of the first.: a comment would be lost
    "#]]
    .assert_eq(&out);
}

#[test]
fn jobs_whose_sessions_need_one_another_are_left_alone() {
    let workflow = "
#- .github/workflows/ci.yml
on: push
jobs:
  unit:
    runs-on: a
    steps:
      - run: nox -s un<|>it
  report:
    runs-on: a
    steps:
      - run: nox -s report
";
    let fixture = Fixture::with_settings(&format!("{NOXFILE}{workflow}"), settings());
    let offers = crate::assists(&fixture.snapshot, fixture.file, fixture.span);
    let offer = offers.iter().find(|offer| offer.assist == "merge-identical-jobs").expect("offered");
    expect!["`report` reads `.coverage.*`, which `unit` writes, and a matrix cannot order its jobs"]
        .assert_eq(offer.disabled.as_deref().unwrap_or_default());
}
