//! Code that is not read: what a session calls of it is said to be unknown.

use expect_test::expect;

use super::check_actions;

#[test]
fn fields_that_are_set_later_and_those_of_attrs_are_read() {
    check_actions(
        "\
from dataclasses import dataclass, field
from attrs import define, field as attribute

@dataclass
class Benchmark:
    path: Path
    data: dict = field(init=False)
    def load(self):
        self.data = self.path.read_text()

@define(frozen=True)
class Report:
    path: str = attribute(converter=Path)
    lines: list = attribute(factory=list)
    def save(self):
        self.path.write_text('')

CURRENT = Benchmark(Path('current.json'))

@nox.session
def check(session):
    CURRENT.load()
    Report('report.md').save()
",
        expect![[r"
            Read current.json
            Write report.md"]],
    );
}

#[test]
fn an_object_whose_class_is_not_read_may_do_anything() {
    check_actions(
        "\
import magic
from elsewhere import Base, client

@magic.everything
class Strange:
    def go(self): ...

class Derived(Base):
    def own(self):
        Path('own').touch()

class Told:
    @magic.retry
    def go(self): ...

CLIENT = client.Client()
STRANGE = Strange()

@nox.session
def a(session):
    CLIENT.send('file')
    session.log(CLIENT.headers['x'].items())
    STRANGE.go()
    derived = Derived()
    derived.own()
    derived.inherited()
    Told().go()
    with CLIENT:
        session.run('tool')
",
        expect![[r"
            opaque CLIENT.send
            opaque STRANGE.go
            opaque Derived
            opaque derived.own
            opaque derived.inherited
            opaque Told().go
            opaque CLIENT
            tool"]],
    );
}

#[test]
fn what_is_called_under_a_condition_may_be_either() {
    check_actions(
        "\
import sys
def one(): os.remove('one')
def two(): os.remove('two')
if sys.platform == 'win32':
    chosen = one
else:
    chosen = two

@nox.session
def a(session):
    chosen()
    (one if sys.platform == 'win32' else two)()
    text = 'a' if sys.platform == 'win32' else 'b'
    text.strip()
",
        expect![[r"
            opaque chosen
            opaque one if sys.platform == 'win32' else two"]],
    );
}

#[test]
fn names_that_nobody_gives_may_do_anything_but_those_of_python() {
    check_actions(
        "\
from tools import *

@nox.session
def a(session):
    build()
    data = bytes(3)
    data.hex()
    raise_it(ValueError('x'))
    def first(): second()
    def second(): session.run('tool')
    first()
",
        expect![[r"
            opaque build
            opaque raise_it
            opaque second"]],
    );
}

#[test]
fn who_is_handed_the_session_may_do_anything_by_whatever_way() {
    check_actions(
        "\
import functools, itertools, json
from pathlib import Path

class Context:
    def __init__(self, session): self.session = session
    def __call__(self): self.session.run('called')
    def __enter__(self): self.session.run('enter')
    def __exit__(self, *args): self.session.run('exit')

@nox.session
def a(session):
    value = json.loads(session.run('data', silent=True))
    value(session=session)
    value([session.run])
    list(itertools.starmap(session.run, [['a']]))
    Context(session)()
    with Context(session):
        session.run('tool')
    print(session)
",
        expect![[r"
            data
            opaque value
            opaque value
            opaque itertools.starmap
            called
            enter
            tool
            exit"]],
    );
}

#[test]
fn an_object_that_may_have_changed_is_still_one_of_its_class() {
    check_actions(
        "\
class Log:
    def __init__(self, path):
        self.path = path
        self.lines = []
    def add(self, line):
        self.lines.append(line)
    def save(self):
        Path(self.path).write_text('x')

@nox.session
def a(session):
    log = Log('log.txt')
    if session.run('tool', silent=True):
        log.add('x')
    log.save()
",
        expect![[r"
            tool
            Write log.txt"]],
    );
}
