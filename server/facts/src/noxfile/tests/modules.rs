//! Sessions that come from other files of the workspace.

use super::*;

struct Files(&'static [(&'static str, &'static str)]);

impl Surroundings for Files {
    fn read(&self, path: &str) -> Option<Arc<str>> {
        self.0.iter().find(|(name, _)| *name == path).map(|(_, text)| (*text).into())
    }
}

/// Sessions as elsewhere in these tests, then where each comes from and what its place in the noxfile says.
#[track_caller]
fn check(files: &'static [(&'static str, &'static str)], text: &str, expected: Expect) {
    let document = Document::new(Language::Python, text);
    let facts = read(&document, &Files(files));
    let mut out = sessions(&facts, text);
    for session in &facts.sessions {
        let from = session.elsewhere.as_ref().map_or("here".to_owned(), |(file, line)| format!("{file}:{line}"));
        let (span, plain) = (session.span.of(text), session.decorator.is_plain);
        out.push_str(&format!(
            "\n{} from {from}, `{}`{}",
            session.name,
            span.lines().next().unwrap_or_default(),
            if plain { "" } else { ", not to be edited" }
        ));
    }
    expected.assert_eq(&out);
}

#[test]
fn sessions_and_constants_are_imported() {
    check(
        &[
            ("tools/__init__.py", "from .constants import PYTHONS as VERSIONS\n"),
            ("tools/constants.py", "PYTHONS = ['3.12', '3.13']\nBASE = 'docs'\n"),
            (
                "tools/sessions.py",
                "import nox\nfrom tools.constants import BASE\n\n@nox.session(tags=[BASE])\n@nox.parametrize('n', [1])\ndef docs(session, n):\n    session.run('sphinx-build', BASE)\n",
            ),
        ],
        "\
import nox
from tools import VERSIONS, sessions
import tools.constants

@nox.session(python=VERSIONS, requires=[tools.constants.BASE])
def tests(session): ...
",
        expect![[r#"
            docs(n=1) ["docs"]
            tests-3.12 after ["docs"]
            tests-3.13 after ["docs"]
            docs from tools/sessions.py:4, `from tools import VERSIONS, sessions`, not to be edited
            tests from here, `@nox.session(python=VERSIONS, requires=[tools.constants.BASE])`"#]],
    );
}

#[test]
fn decorators_of_other_files_make_sessions_of_this_one() {
    check(
        &[(
            "helpers.py",
            "import nox, functools\n\ndef session(**kwargs):\n    kwargs.setdefault('python', '3.12')\n    def decorate(func):\n        @functools.wraps(func)\n        def inner(session):\n            session.install('-e', '.')\n            func(session)\n        return nox.session(**kwargs)(inner)\n    return decorate\n",
        )],
        "\
from helpers import *

@session(tags=['t'])
def tests(session): ...
",
        expect![[r#"
            tests = tests-3.12 ["t"]
            tests from here, `@session(tags=['t'])`, not to be edited"#]],
    );
}

#[test]
fn files_are_run_by_path_and_found_by_the_path_of_modules() {
    check(
        &[
            ("ci/lint.nox.py", "import nox\n@nox.session\ndef lint(session): ...\n"),
            ("ci/more.py", "from nox import session\n@session\ndef more(session): ...\n"),
        ],
        "\
import pathlib, runpy, sys
sys.path.insert(0, str(pathlib.Path(__file__).parent / 'ci'))
import more
for name in ['lint']:
    runpy.run_path(str(pathlib.Path('ci') / f'{name}.nox.py'))
",
        expect![[r#"
            more
            lint
            more from ci/more.py:2, `more`, not to be edited
            lint from ci/lint.nox.py:2, `runpy.run_path(str(pathlib.Path('ci') / f'{name}.nox.py'))`, not to be edited"#]],
    );
}

#[test]
fn circles_and_files_that_are_not_there_do_no_harm() {
    check(
        &[
            ("a.py", "import nox, b\nA = 1\n"),
            ("b.py", "import nox\nimport a\nfrom a import A\n@nox.session\ndef b(session): ...\n"),
        ],
        "import a, missing\nfrom missing_too import *\nimport runpy\nrunpy.run_path('gone.py')\n",
        expect![[r#"
            b
            ? `from missing_too import *` imports everything from `missing_too`
            ? `runpy.run_path('gone.py')` calls `runpy.run_path`, which can define sessions
            b from b.py:4, `a`, not to be edited"#]],
    );
}
