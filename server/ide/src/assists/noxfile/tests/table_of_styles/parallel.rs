//! What lets sessions overlap, in a noxfile of each style.

use expect_test::expect;

use super::*;

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
