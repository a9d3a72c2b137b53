//! What nobody knows is said to be unknown.

use super::*;

#[test]
fn a_runner_in_a_runner_does_what_nobody_knows() {
    check(
        &["nox -s fmt", "python -m nox -f examples/noxfile.py", "tox -e fmt", "nox --list"],
        expect![[r#"
        Write .nox Exclusive Environment by nox
        Write .nox Exclusive Environment by nox
        Write .tox Exclusive Environment by tox
        unknown: nox -s fmt
        unknown: nox -f examples/noxfile.py
        unknown: tox -e fmt
    "#]],
    );
}

#[test]
fn a_path_with_an_unknown_end_among_the_sources_may_be_read_by_anybody() {
    check(
        &[
            "write src/pkg/{?}",
            "delete docs/{name}",
            "write src/pkg/{?}/x.py",
            "write build/{?}",
            "write reports/{?}",
            "write src/{session.name}",
            "read src/{?}",
        ],
        expect![[r#"
            Write src/pkg/{?} Exclusive Other (named) by write of a file
            Delete docs/{name} Exclusive Other (named) by removal of a file
            Mutate <Sources> Exclusive Other (named) by removal of a file
            Write src/pkg/{?}/x.py Exclusive Other (named) by write of a file
            Mutate <Sources> Exclusive Other (named) by write of a file
            Write build/{?} Exclusive Other (named) by write of a file
            Write reports/{?} Exclusive Other (named) by write of a file
            Write src/s Exclusive Other (named) by write of a file
            Read src/{?} Safe Other (named) by read of a file
            unknown: write of a file that cannot be named
            unknown: removal of a file that cannot be named
        "#]],
    );
}
