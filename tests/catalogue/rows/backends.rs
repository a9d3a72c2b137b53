//! Build backends: what installing the project leaves in its tree. `server/model/src/effects/install.rs` has the list.

use super::lint::SETUPTOOLS;
use crate::command::{Proof, run};

/// The two ways of installing, by backend. Without isolation the front end asks the backend less: an editable install of
/// setuptools leaves its `*.egg-info` only with it.
pub(super) const COMMANDS: &[Proof] = &[
    run("pip install -q --no-build-isolation --no-deps --prefix ../prefix .").files(SETUPTOOLS),
    run("uv pip install -q --no-deps --target ../target -e .").files(SETUPTOOLS),
    run("uv pip install -q --no-build-isolation --no-deps --target ../target ."),
    run("uv pip install -q --no-build-isolation --no-deps --target ../target -e ."),
    run("uv pip install -q --no-build-isolation --no-deps --target ../target .").files(super::build::FLIT),
    run("uv pip install -q --no-build-isolation --no-deps --target ../target -e .").files(super::build::FLIT),
    run("uv pip install -q --no-build-isolation --no-deps --target ../target .").files(super::build::POETRY),
    run("uv pip install -q --no-build-isolation --no-deps --target ../target -e .").files(super::build::POETRY),
    run("uv pip install -q --no-build-isolation --no-deps --target ../target .").files(super::build::PDM),
    run("uv pip install -q --no-build-isolation --no-deps --target ../target -e .").files(super::build::PDM),
    run("uv pip install -q --no-build-isolation --no-deps --target ../target .").files(UV_BUILD),
    run("uv pip install -q --no-build-isolation --no-deps --target ../target -e .").files(UV_BUILD),
    run("uv pip install -q --no-build-isolation --no-deps --target ../target .").files(MESON),
    run("uv pip install -q --no-build-isolation --no-deps --target ../target -e .").files(MESON),
    run("uv pip install -q --no-build-isolation --no-deps --target ../target .").files(SCIKIT),
    run("uv pip install -q --no-build-isolation --no-deps --target ../target -e .").files(SCIKIT),
    run("uv pip install -q --no-build-isolation --no-deps --target ../target .").files(super::build::MATURIN),
];

const UV_BUILD: &[(&str, &str)] = &[(
    "pyproject.toml",
    "[build-system]\nrequires = [\"uv_build\"]\nbuild-backend = \"uv_build\"\n\n[project]\nname = \"demo\"\nversion = \"1.0.0\"\n\n[tool.uv.build-backend]\nmodule-root = \"\"\n",
)];
const MESON: &[(&str, &str)] = &[
    (
        "pyproject.toml",
        "[build-system]\nrequires = [\"meson-python\"]\nbuild-backend = \"mesonpy\"\n\n[project]\nname = \"demo\"\nversion = \"1.0.0\"\n",
    ),
    (
        "meson.build",
        "project('demo')\nimport('python').find_installation(pure: true).install_sources('demo/__init__.py', subdir: 'demo')\n",
    ),
];
const SCIKIT: &[(&str, &str)] = &[
    (
        "pyproject.toml",
        "[build-system]\nrequires = [\"scikit-build-core\"]\nbuild-backend = \"scikit_build_core.build\"\n\n[project]\nname = \"demo\"\nversion = \"1.0.0\"\n\n[tool.scikit-build]\nwheel.packages = [\"demo\"]\n",
    ),
    ("CMakeLists.txt", "cmake_minimum_required(VERSION 3.20)\nproject(demo LANGUAGES NONE)\n"),
];
