//! Rewrites of the order of sessions, in a noxfile of each style.

use expect_test::expect;

use super::*;

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
