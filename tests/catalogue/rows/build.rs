//! Builders, and what looks at their products.

use super::lint::SETUPTOOLS;
use crate::command::{Proof, run};

const BUILT: &[&str] = &["python -m build --no-isolation"];

pub(super) const COMMANDS: &[Proof] = &[
    run("python -m build --no-isolation"),
    run("pyproject-build --no-isolation --outdir out"),
    run("python -m build --no-isolation").files(SETUPTOOLS),
    run("python -m build --no-isolation --wheel").files(SETUPTOOLS),
    run("python -m build --no-isolation --sdist --outdir out").files(SETUPTOOLS),
    run("python setup.py sdist").files(&[("setup.py", SETUP)]),
    run("python setup.py bdist_wheel -d out").files(&[("setup.py", SETUP)]),
    run("python setup.py build").files(&[("setup.py", SETUP)]),
    run("python setup.py -q check").files(&[("setup.py", SETUP)]),
    run("python setup.py egg_info").files(&[("setup.py", SETUP)]),
    run("pip wheel --no-build-isolation --no-deps -w out ."),
    run("pip wheel --no-build-isolation --no-deps -w out .").files(SETUPTOOLS),
    run("hatch build"),
    run("hatch build out"),
    run("hatchling build"),
    run("flit build").files(FLIT),
    run("poetry build").files(POETRY),
    run("poetry build -o out").files(POETRY),
    run("pdm build --no-isolation").files(PDM),
    run("pdm build --no-isolation -d out").files(PDM),
    run("uv build --no-build-isolation"),
    run("uv build --no-build-isolation -o out"),
    run("uv build --no-build-isolation --wheel").files(SETUPTOOLS),
    run("maturin build --offline").files(MATURIN),
    run("maturin build --offline -o out").files(MATURIN).env(&[("CARGO_TARGET_DIR", "elsewhere")]),
    run("twine check dist/*").after(BUILT),
    run("check-wheel-contents dist").after(BUILT),
    run("pyinstaller demo/main.py").heavy(),
];

const SETUP: &str = "from setuptools import setup\n\nsetup(name=\"demo\", version=\"1.0.0\", packages=[\"demo\"])\n";

pub(super) const FLIT: &[(&str, &str)] = &[(
    "pyproject.toml",
    "[build-system]\nrequires = [\"flit_core\"]\nbuild-backend = \"flit_core.buildapi\"\n\n[project]\nname = \"demo\"\ndynamic = [\"version\", \"description\"]\n",
)];
pub(super) const POETRY: &[(&str, &str)] = &[(
    "pyproject.toml",
    "[build-system]\nrequires = [\"poetry-core\"]\nbuild-backend = \"poetry.core.masonry.api\"\n\n[project]\nname = \"demo\"\nversion = \"1.0.0\"\nrequires-python = \">=3.9\"\n",
)];
pub(super) const PDM: &[(&str, &str)] = &[(
    "pyproject.toml",
    "[build-system]\nrequires = [\"pdm-backend\"]\nbuild-backend = \"pdm.backend\"\n\n[project]\nname = \"demo\"\nversion = \"1.0.0\"\nrequires-python = \">=3.9\"\n",
)];
pub(super) const MATURIN: &[(&str, &str)] = &[
    (
        "pyproject.toml",
        "[build-system]\nrequires = [\"maturin\"]\nbuild-backend = \"maturin\"\n\n[project]\nname = \"fast\"\nversion = \"1.0.0\"\n\n[tool.maturin]\nbindings = \"bin\"\n",
    ),
    ("Cargo.toml", "[package]\nname = \"fast\"\nversion = \"1.0.0\"\nedition = \"2021\"\n[workspace]\n"),
    ("src/main.rs", "fn main() {}\n"),
    ("Cargo.lock", super::crate_in_the_tree::LOCK),
];
