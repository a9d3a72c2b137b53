//! Type checkers.

use crate::command::{Proof, run};

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
    run("pyrefly check demo"),
    run("stubtest demo").env(&[("PYTHONPATH", ".")]),
];
