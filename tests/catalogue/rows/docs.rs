//! Documentation.

use crate::command::{Proof, run};

const CLEAN: &[(&str, &str)] = &[("site/old.html", "a page that is gone\n")];

pub(super) const COMMANDS: &[Proof] = &[
    run("sphinx-build --version"),
    run("sphinx-build -b html docs out/html"),
    run("sphinx-build -b html . ../out").within("docs"),
    run("sphinx-build -d trees docs out/html"),
    run("python -m sphinx -b dummy docs out/dummy"),
    run("sphinx-build -M html docs build"),
    run("sphinx-build -M text docs build -d trees"),
    run("sphinx-build -b linkcheck docs out/links"),
    run("sphinx-apidoc -o docs/api demo"),
    run("sphinx-autogen -o docs/api docs/list.rst")
        .env(&[("PYTHONPATH", ".")])
        .files(&[("docs/list.rst", "List\n====\n\n.. autosummary::\n   :toctree: api\n\n   demo.sums\n")]),
    run("mkdocs build -q"),
    run("mkdocs build -q").files(CLEAN),
    run("mkdocs build -q -d out"),
    run("mkdocs build -q").files(&[("mkdocs.yml", "site_name: Demo\nsite_dir: out\n")]),
    run("zensical build"),
    run("pdoc -o out demo"),
    run("jupyter nbconvert --to html notebooks/sums.ipynb"),
    run("jupyter nbconvert --to html --output-dir=out notebooks/sums.ipynb"),
    run("jupyter nbconvert --clear-output --inplace notebooks/sums.ipynb"),
    run("docutils docs/index.rst out.html"),
];
