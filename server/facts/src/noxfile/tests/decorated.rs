//! Session functions behind decorators of the file that wrap them.

use expect_test::expect;

use super::{check, check_actions};

#[test]
fn a_wrapper_hands_on_whatever_it_gets() {
    check_actions(
        "\
from functools import wraps

def timed(func):
    @wraps(func)
    def wrapper(*args, **kwargs):
        print('start')
        result = func(*args, **kwargs)
        return result
    return wrapper

@nox.session
@nox.parametrize('x, y', [(1, 2)])
@timed
def a(session, x, y):
    session.run('tool', x, f'--y={y}')
",
        expect!["tool ~{x} ~--y={y}"],
    );
    check_actions(
        "\
def first(func):
    def wrapper(*a):
        return func(a[0])
    return wrapper

@nox.session
@first
def a(session):
    session.run('tool')
",
        expect!["tool"],
    );
    check_actions(
        "\
def given(func):
    def wrapper(session, **kwargs):
        return func(session, **kwargs)
    return wrapper

@nox.session
@nox.parametrize('x', unknown_values())
@given
def a(session, x):
    session.run('tool', x)
",
        expect!["tool ?"],
    );
}

#[test]
fn a_wrapper_that_takes_the_name_over_is_the_session_of_that_name() {
    check(
        "\
import functools
import nox

def logged(func):
    def wrapper(session):
        return func(session)
    wrapper.__name__ = func.__name__
    wrapper.__doc__ = func.__doc__
    return wrapper

def updated(func):
    def wrapper(session):
        return func(session)
    functools.update_wrapper(wrapper, func)
    return wrapper

def prefixed(func):
    def wrapper(session):
        return func(session)
    wrapper.__name__ = f'ci-{func.__name__}'
    return wrapper

def strange(func):
    def wrapper(session):
        return func(session)
    wrapper.__name__ = read_name()
    return wrapper

@nox.session
@logged
def a(session): ...
@nox.session
@updated
def b(session): ...
@nox.session
@prefixed
def c(session): ...
@nox.session
@logged
@prefixed
def d(session): ...
@nox.session
@strange
def e(session): ...
",
        expect![[r"
            a
            b
            ci-c
            ci-d
            ? `read_name` uses `read_name`, which is not known here"]],
    );
}

#[test]
fn a_session_of_nox_uv_begins_with_uv_sync() {
    let head = "import nox_uv\n";
    check_actions(
        &format!("{head}@nox_uv.session\ndef s(session):\n    session.run('ty', 'check', *session.posargs)\n"),
        expect![[r#"
            env UV_PROJECT_ENVIRONMENT=~{session.virtualenv.location}
            uv sync --no-default-groups --locked
            ty check …"#]],
    );
    check_actions(
        &format!("{head}@nox_uv.session(uv_only_groups=['lint'])\ndef s(session):\n    pass\n"),
        expect![[r#"
            env UV_PROJECT_ENVIRONMENT=~{session.virtualenv.location}
            uv sync --no-default-groups --locked --only-group"#]],
    );
}
