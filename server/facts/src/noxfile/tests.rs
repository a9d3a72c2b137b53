//! What is read of a noxfile. Signatures in these tests are those that nox 2026.10.20 lists for the same text.

use expect_test::{Expect, expect};
use syntax::Language;

use super::*;

mod confirm;
mod decorated;
mod listing;
mod modules;
mod places;
mod posargs;
mod shared;
mod unread;

struct With(&'static str);

impl Surroundings for With {
    fn read(&self, path: &str) -> Option<Arc<str>> {
        (path == "pyproject.toml").then(|| self.0.into())
    }
}

fn sessions(facts: &NoxfileFacts, text: &str) -> String {
    let mut out = Vec::new();
    for session in &facts.sessions {
        for instance in session.instances.iter() {
            let mut line = instance.signature.clone();
            instance.aliases.iter().for_each(|alias| line.push_str(&format!(" = {alias}")));
            if !instance.tags.is_empty() {
                line.push_str(&format!(" {:?}", instance.tags));
            }
            if !instance.requires.is_empty() {
                line.push_str(&format!(" after {:?}", instance.requires));
            }
            if !session.default {
                line.push_str(" (not by default)");
            }
            out.push(line);
        }
        if !session.complete {
            out.push(format!("{} …", session.name));
        }
    }
    for unknown in facts.unknown.iter().chain(facts.sessions.iter().flat_map(|session| &session.unknown)) {
        out.push(format!("? `{}` {}", unknown.span.of(text), unknown.reason));
    }
    out.join("\n")
}

#[track_caller]
fn check(text: &str, expected: Expect) {
    check_with("", text, expected);
}

#[track_caller]
fn check_with(pyproject: &'static str, text: &str, expected: Expect) {
    let document = Document::new(Language::Python, text);
    let facts = if pyproject.is_empty() { read(&document, &Alone) } else { read(&document, &With(pyproject)) };
    expected.assert_eq(&sessions(&facts, text));
}

#[track_caller]
fn check_actions(body: &str, expected: Expect) {
    let text = format!("import nox, os, shutil\nfrom pathlib import Path\n{body}");
    let document = Document::new(Language::Python, text.as_str());
    let facts = read(&document, &Alone);
    let session = facts.sessions.last().expect("there is a session");
    let words = |words: &[Arg]| {
        let words = words.iter().map(|word| match word {
            Arg::Word(text, _) => text.clone(),
            Arg::Template(text, _) => format!("~{text}"),
            Arg::Unknown(_) => "?".to_owned(),
        });
        words.collect::<Vec<_>>().join(" ")
    };
    let lines = session.actions.iter().map(|action| {
        let what = match &action.kind {
            ActionKind::Run { argv, env, posargs, may_fail } => {
                let env: Vec<String> =
                    env.iter().map(|(key, value)| format!("{key}={} ", words(std::slice::from_ref(value)))).collect();
                let posargs = if posargs.is_some() { " …" } else { "" };
                let may_fail = if *may_fail { " || true" } else { "" };
                format!("{}{}{posargs}{may_fail}", env.concat(), words(argv))
            }
            ActionKind::Install { args } => format!("install {}", words(args)),
            ActionKind::Notify { target } => format!("notify {}", words(std::slice::from_ref(target))),
            ActionKind::SetEnv { key, value } => format!("env {key}={}", words(std::slice::from_ref(value))),
            ActionKind::File { access, path } => format!("{access:?} {}", words(std::slice::from_ref(path))),
            ActionKind::Interactive => "interactive".to_owned(),
            ActionKind::Opaque { why } => format!("opaque {why}"),
            ActionKind::Variable { name, is_read } => {
                format!("{} {name}", if *is_read { "looks at" } else { "changes" })
            }
        };
        let maybe = if action.conditional { "maybe " } else { "" };
        let directory = if action.directory.is_empty() { "" } else { " in " };
        format!("{maybe}{what}{directory}{}", action.directory)
    });
    expected.assert_eq(&lines.collect::<Vec<_>>().join("\n"));
}

#[test]
fn every_way_to_write_the_decorator() {
    check(
        "\
import nox
import nox as n
from nox import session, session as s
import nox_uv
make = nox.session

@nox.session
def a(session): ...
@n.session()
def b(session): ...
@session(name='c-c', default=False)
def c(session): ...
@s(python='3.12', tags=['t'])
def d(session): ...
@make(requires=['a', 'c-c'])
def e(session): ...
@nox_uv.session(uv_groups=['dev'])
def f(session): ...
def g(session): ...
nox.session(g)
def h(session): ...
nox.session(name='hh')(h)
",
        expect![[r#"
            a
            b
            c-c (not by default)
            d = d-3.12 ["t"]
            e after ["a", "c-c"]
            f
            g
            hh"#]],
    );
}

#[test]
fn pythons_and_parameters_expand_as_nox_does() {
    check(
        "\
import nox
PY = ['3.11', '3.12']
@nox.session(python=[*PY, '3.11'], requires=['b-{python}'])
def a(session): ...
@nox.session(python=PY[-1:])
@nox.parametrize('django', ['4.2', '5.0'])
def b(session, django): ...
@nox.session
@nox.parametrize('a', [1, 2])
@nox.parametrize('b', ['x', \"it's\"])
def stacked(session, a, b): ...
@nox.session
@nox.parametrize('a,b', [nox.param(1, None, id='one', tags=['slow']), (2, True)], ids=None)
def pairs(session, a, b): ...
@nox.session
@nox.parametrize('python', ['3.11', '3.12'])
def inside(session): ...
@nox.session
@nox.parametrize('x', [])
def empty(session, x): ...
@nox.session(python=['3.9'], venv_backend='none')
def dropped(session): ...
",
        expect![[r#"
            a-3.11 after ["b-3.11"]
            a-3.12 after ["b-3.12"]
            b-3.12(django='4.2') = b-3.12
            b-3.12(django='5.0') = b-3.12
            stacked(b='x', a=1)
            stacked(b="it's", a=1)
            stacked(b='x', a=2)
            stacked(b="it's", a=2)
            pairs(one) ["slow"]
            pairs(a=2, b=True)
            inside(python='3.11')
            inside(python='3.12')
            empty
            dropped"#]],
    );
}

#[test]
fn sessions_come_from_loops_factories_and_wrappers() {
    check(
        "\
import functools, nox
def make(name, version):
    @nox.session(name=f'{name}-{version}')
    def inner(session):
        session.run(name)
    return inner
for name, version in zip(['a', 'b'], range(2)):
    make(name, version)
def wrapper(default=True, **kwargs):
    def inner(fn):
        kwargs.setdefault('tags', ['w'])
        return nox.session(default=default, **kwargs)(fn)
    return inner
@wrapper(default=False, python='3.13')
def c(session): ...
quick = functools.partial(nox.session, tags=['quick'])
@quick(name='dd')
def d(session): ...
@nox.session
def a(session): ...
@nox.session(name='a-0')
def again(session): ...
",
        expect![[r#"
            a-0
            b-1
            c = c-3.13 ["w"] (not by default)
            dd ["quick"]
            a"#]],
    );
}

#[test]
fn pyproject_gives_versions() {
    check_with(
        "[project]\nrequires-python='>=3.11'\nclassifiers=['Programming Language :: Python :: 3.14', \
         'Programming Language :: Python :: 3.9', 'Programming Language :: Python :: Free Threading']",
        "\
import nox
P = nox.project.load_toml()
@nox.session(python=nox.project.python_versions(P))
def a(session): ...
@nox.session(python=nox.project.python_versions(P, max_version='3.12'))
def b(session): ...
@nox.session(tags=[v.split('.')[1] for v in nox.project.python_versions(P) if v != '3.9'])
def c(session): ...
",
        expect![[r#"
            a-3.9
            a-3.14
            a-3.14t
            b-3.11
            b-3.12
            c ["14", "14t"]"#]],
    );
}

#[test]
fn what_is_not_known_is_marked_and_not_guessed() {
    check(
        "\
import nox, glob, sys, antsibull_nox
@nox.session(python=glob.glob('*'))
def a(session): ...
if sys.platform == 'win32':
    @nox.session
    def b(session): ...
@nox.session
@nox.parametrize('f', [1, glob.glob('x')])
def c(session, f): ...
for x in glob.glob('*'):
    @nox.session(name=x)
    def d(session): ...
antsibull_nox.load()
@nox.session(tags=glob.glob('y'))
def e(session): ...
",
        expect![[r#"
            a …
            b …
            c(f=1)
            c …
            e
            e …
            ? `glob.glob('*')` lists `*`, where nothing is found now
            ? `antsibull_nox.load()` calls `antsibull_nox.load`, which may define sessions
            ? `glob.glob('*')` lists `*`, where nothing is found now
            ? `b` is defined under a condition that is not known
            ? `glob.glob('x')` has a parameter whose text in the name is not known
            ? `glob.glob('y')` tags: lists `y`, where nothing is found now"#]],
    );
}

#[test]
fn what_changes_in_place_changes_under_every_name() {
    check(
        "\
import nox
A, D, NESTED = ['3.11'], {'x': ['1']}, [['a']]
ALIAS = A
def add(to, *, entry='3.12'):
    to.append(entry)
def extend(to):
    to += ['3.13']
def own(to):
    to = list(to)
    to.append('never')
def put(table):
    table['x'].append('2')
    table['y'] = 'new'
add(A)
extend(ALIAS)
own(A)
put(D)
for inner in NESTED:
    inner.append('b')
COPY = A.copy()
COPY.append('never')
@nox.session(python=A)
def tests(session): ...
@nox.session
@nox.parametrize('x', D['x'])
@nox.parametrize('y', [D['y'], len(ALIAS), NESTED])
def others(session, x, y): ...
",
        expect![[r#"
            tests-3.11
            tests-3.12
            tests-3.13
            others(y='new', x='1')
            others(y=3, x='1')
            others(y=[['a', 'b']], x='1')
            others(y='new', x='2')
            others(y=3, x='2')
            others(y=[['a', 'b']], x='2')"#]],
    );
}

#[test]
fn bodies_give_commands() {
    check_actions(
        "\
ROOT = Path(__file__).parent
DOCS = ROOT / 'docs'
def helper(session, *args, flag=False):
    session.run('tool', *args, env={'A': 'b'})
    if flag:
        session.notify('other')
@nox.session
def s(session):
    session.install('-e', '.[test]')
    session.run('pytest', *(session.posargs or ['tests']))
    session.env['COVERAGE_FILE'] = f'.coverage.{session.name}'
    helper(session, 'x', flag=True)
    with session.chdir(DOCS):
        session.run('make', success_codes=[0, 1])
    shutil.rmtree(os.path.join(str(ROOT), 'build'), ignore_errors=True)
    (DOCS / 'out.txt').write_text('x')
    for name in ['a', 'b']:
        session.run('echo', name)
    if session.posargs:
        session.run('some', *session.posargs)
        return
    session.run('last')
",
        expect![[r#"
            install -e .[test]
            pytest tests …
            env COVERAGE_FILE=~.coverage.{session.name}
            A=b tool x
            notify other
            make || true in docs
            Delete build
            Write docs/out.txt
            echo a
            echo b
            maybe some …
            maybe last"#]],
    );
}

#[test]
fn options_are_read() {
    let text = "import nox\nnox.options.sessions = ['a']\nnox.options.sessions += ['b']\nnox.options.sessions.append('c')\n\
                nox.needs_version = '>=2026'\nnox.options.needs_version = '1'\nnox.options.default_venv_backend = 'uv'\n";
    let facts = read(&Document::new(Language::Python, text), &Alone);
    let sessions = facts.options.sessions.expect("it is set");
    let names: Vec<&str> = sessions.value().expect("it is known").iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["a", "b", "c"]);
    assert_eq!(facts.options.bad_names.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["needs_version"]);
    assert_eq!(facts.needs_version.map(|(version, span)| (version, span.of(text))), Some((">=2026".into(), ">=2026")));
}

#[test]
fn a_name_that_is_given_twice_for_sure_is_told() {
    let places = |text: &str| read(&Document::new(Language::Python, text), &Alone).repeated;
    let twice = "import nox\n@nox.session\ndef a(s): ...\n@nox.session(name='a')\ndef b(s): ...\n";
    let [(first, second)] = places(twice)[..] else { panic!("{:?}", places(twice)) };
    assert_eq!((first.of(twice), second.of(twice), second.start > first.start), ("a", "a", true));
    let either =
        "import nox, sys\nif sys.argv:\n  @nox.session\n  def a(s): ...\nelse:\n  @nox.session\n  def a(s): ...\n";
    assert_eq!(places(either), []);
}

#[test]
fn no_program_runs_for_long() {
    let read = |text: &str| super::read(&Document::new(Language::Python, text), &Alone);
    read("import nox\ndef f(x):\n    return f(x) + f(x)\nf(1)\n");
    read("x = 'a'\nfor i in range(100000):\n    for j in range(100000):\n        x = x + x\n");
    read("x = [1]\nfor i in range(1000):\n    x = x + x\n    y = [a for a in x for b in x for c in x]\n");
    read(&format!("x = {}1{}\n", "(".repeat(5000), ")".repeat(5000)));
    read(&format!("x = a{}\n", ".b".repeat(5000)));
    read(&format!("x = {}\n", "1 + ".repeat(5000) + "1"));
}

#[test]
fn what_wraps_a_function_shows_its_name_and_parameters_may_come_last() {
    check(
        "\
import functools, nox
from functools import wraps

def timed(func):
    @nox.session(tags=['perf'])
    @nox.parametrize('n', [1, 2])
    @wraps(func)
    def wrapper(session, n): ...
    return wrapper

@timed
def bench(session): ...

@nox.parametrize('late', [False, True], ids=['no', 'yes'])
@nox.session(python='3.12')
def above(session, late): ...
",
        expect![[r#"
            bench(n=1) ["perf"]
            bench(n=2) ["perf"]
            above(no) = above-3.12(no) = above-3.12
            above(yes) = above-3.12(yes) = above-3.12"#]],
    );
}

#[test]
fn lines_of_a_file_and_members_of_a_set() {
    check_with(
        "3.11\n3.12\n",
        "\
import nox
with open('pyproject.toml') as file:
    VERSIONS = [line.strip() for line in file]
ONE = {version.split('.')[0] for version in VERSIONS}
@nox.session(python=VERSIONS, default=len(ONE) != 1)
def tests(session): ...
",
        expect![[r#"
            tests-3.11 (not by default)
            tests-3.12 (not by default)"#]],
    );
}

#[test]
fn what_only_computes_is_worked_out() {
    check(
        "\
import itertools, nox
ALL = {'3.9', '3.10', '3.12'} - {'3.9'}
BY_MINOR = sorted(ALL | {'3.11'}, key=lambda v: int(v.split('.')[1]), reverse=True)
TABLE = {'a': 1, 'b': 2}
del TABLE['a']
unique = lambda items: list(dict.fromkeys(items))
NAMES = unique(itertools.chain.from_iterable([['x', 'y'], ['x']]))
@nox.session(python=BY_MINOR, name=max(TABLE, key=lambda k: TABLE[k]))
def f(session): ...
@nox.session
@nox.parametrize('n', NAMES)
def g(session, n): ...
",
        expect![[r#"
            b-3.12
            b-3.11
            b-3.10
            g(n='x')
            g(n='y')"#]],
    );
}

#[test]
fn a_function_sets_the_variables_it_calls_global() {
    check(
        "\
import nox
VERSIONS = []
def setup():
    global VERSIONS
    VERSIONS = ['3.12', '3.13']
setup()
@nox.session(python=VERSIONS)
def tests(session): ...
",
        expect![[r#"
            tests-3.12
            tests-3.13"#]],
    );
}

#[test]
fn bodies_see_defaults_and_what_they_add_to_posargs() {
    check_actions(
        r#"import argparse
@nox.session
def check(session):
    parser = argparse.ArgumentParser()
    parser.add_argument("--serve", action="store_true")
    parser.add_argument("-b", dest="builder", default="html")
    args, rest = parser.parse_known_args(session.posargs)
    if args.serve:
        session.run("serve")
    session.posargs.extend(["--cov", "--cov-report=xml"])
    session.run("pytest", *session.posargs, *rest, f"out/{args.builder}")
"#,
        expect!["pytest --cov --cov-report=xml out/html …"],
    );
}

#[test]
fn what_a_session_finds_is_a_pattern() {
    check_actions(
        r#"import tempfile
@nox.session
def check(session):
    for wheel in sorted(Path("dist").glob("*.whl")):
        session.run("twine", "check", wheel)
    with tempfile.TemporaryDirectory() as folder:
        session.run("build", "-o", folder, env={"A": str(session.virtualenv.location), **os.environ})
    session.cd(session.create_tmp())
    session.run("git", "init")
    command = ["uv", "sync"]
    if session.python:
        command.append("--frozen")
    session.run(*command)
"#,
        expect![[r#"
            twine check ~dist/*.whl
            A=~{session.virtualenv.location} build -o ~{tempfile.TemporaryDirectory()}
            git init in .nox/{session.create_tmp()}/tmp
            uv sync --frozen in .nox/{session.create_tmp()}/tmp"#]],
    );
}

#[test]
fn what_a_change_copies_and_looks_through_counts_as_work() {
    let filler = "a = list(range(19000))\nb = a\nc = list(range(19000))\n";
    let text = format!("import nox\n{filler}for i in range(20000):\n    a.insert(0, i)\n    a.pop()\n");
    let facts = read(&Document::new(Language::Python, text.as_str()), &Alone);
    let reasons: Vec<&str> = facts.unknown.iter().map(|unknown| unknown.reason.as_str()).collect();
    assert_eq!(reasons, ["does too much while it is loaded", "goes round too often"]);
}

#[test]
fn what_a_function_may_have_returned_before_is_not_forgotten() {
    check(
        "import nox, sys

def pythons():
    if sys.platform == 'win32':
        return ['3.12']
    return ['3.12', '3.13']

def always():
    if sys.platform == 'win32':
        return ['3.12']
    return ['3.12']

@nox.session(python=pythons())
def a(session): ...

@nox.session(python=always())
def b(session): ...
",
        expect![[r#"
            a …
            b-3.12
            ? `sys.platform == 'win32'` depends on a condition that compares values that are not known"#]],
    );
}

#[test]
fn who_looks_whether_somebody_is_there_does_not_ask() {
    check_actions(
        "\
@nox.session
def a(session):
    if session.interactive:
        session.log('run coverage next')
    if input('sure?'):
        session.run('tool')
",
        expect![[r"
            interactive
            maybe tool"]],
    );
}
