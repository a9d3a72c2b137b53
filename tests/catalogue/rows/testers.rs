//! Test runners other than pytest.

use crate::command::{Proof, run};

const NO_FILES: &[(&str, &str)] = &[(
    "tox.ini",
    "[tox]\nenv_list = it\nskipsdist = true\n[testenv]\nskip_install = true\ncommands = python -c \"print()\"\n",
)];

pub(super) const COMMANDS: &[Proof] = &[
    run("python -m unittest discover -s tests"),
    run("python -m doctest demo/sums.py"),
    run("tox run").files(NO_FILES),
    run("tox run --workdir envs").files(NO_FILES),
    run("nox --list -f noxfile_inner.py").files(&[("noxfile_inner.py", NESTED)]),
    run("nox -f noxfile_inner.py").files(&[("noxfile_inner.py", NESTED)]),
    run("nox -f noxfile_inner.py --envdir envs").files(&[("noxfile_inner.py", NESTED)]),
    run("behave"),
    run("behave --junit"),
    run("behave --junit --junit-directory out"),
    run("behave").files(&[("behave.ini", "[behave]\njunit = true\njunit_directory = out\n")]),
    run("robot suites"),
    run("robot --outputdir out suites"),
    run("robot -d out suites"),
    run("robot --output none --log none --report none suites"),
    run("rebot output.xml").after(&["robot suites"]),
    run("rebot --outputdir out output.xml").after(&["robot suites"]),
    run("pabot suites"),
    run("pabot --outputdir out suites"),
    run("mutmut run --max-children 1")
        .files(&[("setup.cfg", "[mutmut]\npaths_to_mutate=demo/\ntests_dir=tests/\n")])
        .unless(&[(".mutmut-cache", "that is where mutmut 2 had it")]),
];

const NESTED: &str = "import nox\n\nnox.options.default_venv_backend = 'uv'\n\n\n@nox.session\ndef it(session):\n    session.run('python', '-c', '')\n";
