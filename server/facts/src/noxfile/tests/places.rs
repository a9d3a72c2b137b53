//! Files and folders that a session touches: absolute ones, and ones that are known in part.

use super::*;

#[test]
fn absolute_paths_stay_what_they_are_in_another_folder() {
    check_actions(
        "\
ROOT = Path(__file__).parent
@nox.session
def a(session):
    doctrees = (session.cache_dir / 'doctrees').absolute()
    own = Path(f'out-{session.name}').resolve()
    with session.chdir('docs'):
        session.run('sphinx-build', '-d', str(doctrees), '.', session.cache_dir)
        session.run('tool', f'--out={own}', ROOT / 'site', os.path.abspath('html'))
        inner = Path('inner').absolute()
    inner.touch()
    (ROOT / session.name).touch()
",
        expect![[r"
            sphinx-build -d ../.nox/.cache/doctrees . .nox/.cache in docs
            tool ~--out=../out-{session.name} ../site ../docs/html in docs
            Write docs/inner
            Write ~{session.name}"]],
    );
}

#[test]
fn what_is_written_to_an_unknown_place_is_seen() {
    for (body, expected) in [
        (
            "Path('src/pkg').joinpath(n).write_bytes(b'')",
            expect![[r#"
            Read x
            Write ~src/pkg/{?}"#]],
        ),
        (
            "(Path('src/pkg') / n).write_bytes(b'')",
            expect![[r#"
            Read x
            Write ~src/pkg/{?}"#]],
        ),
        (
            "(Path('src/pkg') / n / 'x.py').unlink()",
            expect![[r#"
            Read x
            Delete ~src/pkg/{?}/x.py"#]],
        ),
        (
            "Path(f'src/pkg/{n}').write_text('')",
            expect![[r#"
            Read x
            Write ~src/pkg/{n}"#]],
        ),
        (
            "Path(n).write_text('')",
            expect![[r#"
            Read x
            Write ~{?}"#]],
        ),
        (
            "n.unlink()",
            expect![[r#"
            Read x
            Delete ?"#]],
        ),
        ("n.strip()", expect!["Read x"]),
        (
            "(Path(session.create_tmp()) / n).write_text('')",
            expect![[r#"
            Read x
            Write ~.nox/{session.create_tmp()}/tmp/{?}"#]],
        ),
    ] {
        check_actions(&format!("@nox.session\ndef s(session):\n    n = open('x').read()\n    {body}\n"), expected);
    }
}
