//! Type checkers.

use crate::command::{Proof, run};

const WRONG: &str = "x: int = \"a\"\n";

pub(super) const COMMANDS: &[Proof] = &[
    run("mypy demo"),
    run("mypy --cache-dir=caches/mypy demo"),
    run("mypy --cache-dir=/dev/null demo"),
    run("mypy demo").env(&[("MYPY_CACHE_DIR", "caches/mypy")]),
    run("mypy demo").files(&[("mypy.ini", "[mypy]\ncache_dir = caches/mypy\n")]),
    run("mypy --junit-xml=mypy.xml demo"),
    run(
        "mypy --html-report=out/html --txt-report=out/txt --xml-report=out/xml --cobertura-xml-report=out/cobertura demo",
    ),
    run("dmypy run demo"),
    run("dmypy --status-file=out.json run demo"),
    run("basedpyright demo").exit(1),
    run("ty check demo"),
    run("ty check --add-ignore mended.py").files(&[("mended.py", WRONG)]),
    run("pyrefly check demo"),
    run("pyrefly infer open.py").files(&[("open.py", "def one():\n    return 1\n")]),
    run("stubtest demo").env(&[("PYTHONPATH", ".")]),
];
