//! For which Pythons a project's wheel is good, as far as its settings say.

use toml::{Table, Value};

/// For which Pythons a project's wheel is good.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Wheels {
    /// The settings do not say: setuptools compiles what `setup.py` lists.
    #[default]
    Unknown,
    /// Any: the backend compiles nothing.
    Any,
    /// The one it was built with: something is compiled.
    Compiled,
}

/// What people compile with from a `setup.py`.
const COMPILERS: [&str; 9] =
    ["cython", "mypy", "mypyc", "setuptools-rust", "cffi", "pybind11", "nanobind", "numpy", "scikit-build"];

/// What a `pyproject.toml` says of it.
pub(super) fn of(root: &Table) -> Wheels {
    let at = |path: &[&str]| {
        path.iter().try_fold(None::<&Value>, |above, key| match above {
            None => root.get(*key).map(Some),
            Some(table) => table.as_table()?.get(*key).map(Some),
        })?
    };
    let backend = at(&["build-system", "build-backend"]).and_then(Value::as_str).unwrap_or("setuptools.build_meta");
    let family = backend.split(['.', ':']).next().unwrap_or_default();
    match family {
        "flit_core" | "flit" | "uv_build" | "whey" => Wheels::Any,
        "maturin" | "mesonpy" | "scikit_build_core" | "skbuild" | "sipbuild" => Wheels::Compiled,
        // Hooks may do anything; that of `hatch-vcs` writes a version.
        "hatchling" => {
            let hooks =
                [&["tool", "hatch", "build", "hooks"][..], &["tool", "hatch", "build", "targets", "wheel", "hooks"]];
            let names = hooks.iter().filter_map(|path| at(path)?.as_table()).flat_map(Table::keys);
            if names.into_iter().all(|name| matches!(name.as_str(), "vcs" | "version")) {
                Wheels::Any
            } else {
                Wheels::Unknown
            }
        }
        "poetry" if at(&["tool", "poetry", "build"]).is_none() => Wheels::Any,
        "setuptools" => {
            let requires = at(&["build-system", "requires"]).and_then(Value::as_array);
            let compiles = |word: &str| {
                let name = word.split(|c: char| !(c.is_alphanumeric() || "-_.".contains(c))).next().unwrap_or_default();
                COMPILERS.contains(&name.to_lowercase().as_str())
            };
            let is_compiled = requires.into_iter().flatten().filter_map(Value::as_str).any(compiles);
            let is_listed = at(&["tool", "setuptools", "ext-modules"]).is_some();
            if is_compiled || is_listed { Wheels::Compiled } else { Wheels::Unknown }
        }
        _ => Wheels::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_backend_and_its_hooks_decide() {
        let cases = [
            ("[build-system]\nbuild-backend = 'flit_core.buildapi'", Wheels::Any),
            ("[build-system]\nbuild-backend = 'maturin'", Wheels::Compiled),
            ("[build-system]\nbuild-backend = 'hatchling.build'\n[tool.hatch.build.hooks.vcs]\nx = 1", Wheels::Any),
            (
                "[build-system]\nbuild-backend = 'hatchling.build'\n[tool.hatch.build.targets.wheel.hooks.mypyc]\nx = 1",
                Wheels::Unknown,
            ),
            ("[build-system]\nbuild-backend = 'poetry.core.masonry.api'", Wheels::Any),
            (
                "[build-system]\nbuild-backend = 'poetry.core.masonry.api'\n[tool.poetry]\nbuild = 'b.py'",
                Wheels::Unknown,
            ),
            ("[build-system]\nrequires = ['setuptools>=70', 'Cython~=3.0']", Wheels::Compiled),
            ("[build-system]\nrequires = ['setuptools>=70']", Wheels::Unknown),
            ("", Wheels::Unknown),
        ];
        for (text, wheels) in cases {
            assert_eq!(of(&text.parse().expect("TOML")), wheels, "{text}");
        }
    }
}
