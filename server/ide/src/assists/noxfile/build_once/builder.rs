//! The text of what `build-once` adds to a noxfile: a session that builds, and a function that says where its wheel is.
//! Where a session builds wheels already (`built.rs` finds it), the function alone; where nobody installs the package, the
//! session alone.
//!
//! A wheel that is made for them lies among nox's own files, not in `dist/`, where whoever publishes would find old ones.
//! `run_install` builds it under `nox --install-only`, too. Nothing is cleared: under `nox -R` nox builds nothing anew, and
//! the newest stands.

use syntax::TextEdit;
use syntax::python::Function;

use super::built::{self, Built};
use super::package::Package;
use crate::assists::noxfile::scope::NoxfileCx;
use crate::assists::noxfile::style;

/// The folder of the wheel, relative to the noxfile's: `session.cache_dir / "wheel"`.
pub(super) const FOLDER: &str = ".nox/.cache/wheel";

/// Who builds.
pub(super) enum Source {
    /// A new session, a wheel among nox's own files; with `venv_backend=` of the sessions that install, where it is the same.
    Wheel(Option<String>),
    /// A session that was there.
    Session(Built),
    /// A new session that does what others did until now, into this folder.
    Package(Package, String),
}

/// What is added, and under which names.
pub(super) struct Builder {
    /// The session.
    pub(super) session: String,
    /// Where the wheel lies, relative to the noxfile's folder.
    pub(super) folder: String,
    /// The import that this needs.
    pub(super) import: Option<TextEdit>,
    source: Source,
    /// The function; `None`: nobody installs the wheel.
    function: Option<&'static str>,
    /// What makes a path of a string there.
    path: String,
    nox: String,
    annotation: String,
}

impl Builder {
    /// One with names that the noxfile does not use, its function annotated as `like`; `Err`: why there is none.
    pub(super) fn of(
        cx: &NoxfileCx<'_>,
        like: Option<(&Function, u32)>,
        source: Source,
        is_installed: bool,
    ) -> Result<Self, String> {
        let code = style::code(cx.script.text);
        let is_free = |name: &&&str| !style::has_word(&code, name) && !cx.noxfile.by_name.contains_key(**name);
        let sessions: &[&str] = match &source {
            Source::Session(built) => &[cx.name(built.session)],
            Source::Wheel(_) => &["build", "build_wheel", "wheel_for_all"],
            Source::Package(..) => &["build", "build_package", "package_for_all"],
        };
        let is_there = matches!(source, Source::Session(_));
        let session = sessions.iter().find(|name| is_there || is_free(name)).copied();
        let function = ["wheel", "built_wheel", "path_of_wheel"].iter().find(is_free).copied();
        let (Some(session), Some(function)) = (session, function) else {
            return Err("the names `build` and `wheel` are taken".to_owned());
        };
        let nox = cx.script.module_name().ok_or("the noxfile does not import `nox` by that name")?.to_owned();
        let annotation = like.and_then(|(function, base)| annotation(cx.script.text, function, base)).unwrap_or_default();
        let folder = match &source {
            Source::Wheel(_) => FOLDER,
            Source::Session(Built { folder, .. }) | Source::Package(_, folder) => folder,
        };
        let needs_path = is_installed && !matches!(source, Source::Wheel(_));
        let (path, import) = match needs_path.then(|| built::path(cx)) {
            None => (String::new(), None),
            Some(found) => found.ok_or("`pathlib` is imported in a way that cannot be used")?,
        };
        let (session, folder) = (session.to_owned(), folder.to_owned());
        Ok(Self { session, folder, import, source, function: is_installed.then_some(function), path, nox, annotation })
    }

    /// The argument that stands for `.` or `.[extras]`, where the session is called `receiver`.
    pub(super) fn argument(&self, cx: &NoxfileCx<'_>, receiver: &str, extras: &str) -> String {
        let call = format!("{}({receiver})", self.function.unwrap_or_default());
        if extras.is_empty() { call } else { cx.script.style.format_string(&format!("{{{call}}}{extras}")) }
    }

    /// Function and session, each followed by `blank` empty lines; empty: neither is needed.
    pub(super) fn text(&self, cx: &NoxfileCx<'_>, blank: usize) -> String {
        let function = self.function.map(|function| self.function_lines(cx, function));
        let session = match &self.source {
            Source::Wheel(backend) => Some(self.wheel_lines(cx, backend.as_deref())),
            Source::Package(package, _) => Some(package.lines(cx, &self.nox, &self.session)),
            Source::Session(_) => None,
        };
        let mut lines = Vec::new();
        for part in function.into_iter().chain(session) {
            lines.extend(part);
            lines.extend(std::iter::repeat_n(String::new(), blank));
        }
        lines.iter().map(|line| format!("{line}{}", cx.script.style.newline)).collect()
    }

    fn function_lines(&self, cx: &NoxfileCx<'_>, function: &str) -> Vec<String> {
        let Self { session, folder, annotation, .. } = self;
        let tab = &cx.script.style.indent;
        let string = |value: &str| cx.script.style.string(value);
        let returns = if annotation.is_empty() { "" } else { " -> str" };
        let pattern = string("*.whl");
        let mut lines = vec![
            format!("def {function}(session{annotation}){returns}:"),
            format!("{tab}\"\"\"Install the wheel that `{session}` made, and say where it is.\"\"\""),
        ];
        if matches!(self.source, Source::Wheel(_)) {
            lines.push(format!("{tab}wheels = (session.cache_dir / {}).glob({pattern})", string("wheel")));
        } else {
            // `nox --install-only` runs no command of a session that is not made for it.
            lines.extend([
                format!("{tab}wheels = list({}({}).glob({pattern}))", self.path, string(folder)),
                format!("{tab}if not wheels:"),
                format!("{tab}{tab}session.error({})", string(&format!("no wheel in {folder}: run nox -s {session}"))),
            ]);
        }
        lines.extend([
            format!("{tab}newest = str(max(wheels, key=lambda path: path.stat().st_mtime))"),
            format!("{tab}# Of the same version pip keeps the old one unless told not to."),
            format!("{tab}session.install({}, {}, newest)", string("--force-reinstall"), string("--no-deps")),
            format!("{tab}return newest"),
        ]);
        lines
    }

    fn wheel_lines(&self, cx: &NoxfileCx<'_>, backend: Option<&str>) -> Vec<String> {
        let Self { session, nox, annotation, .. } = self;
        let tab = &cx.script.style.indent;
        let string = |value: &str| cx.script.style.string(value);
        let backend = backend.map_or(String::new(), |it| format!(", venv_backend={}", string(it)));
        let returns = if annotation.is_empty() { "" } else { " -> None" };
        let words = ["python", "-m", "build", "--wheel", "--outdir"].map(string).join(", ");
        vec![
            format!("@{nox}.session(default=False{backend})"),
            format!("def {session}(session{annotation}){returns}:"),
            format!("{tab}\"\"\"Build the wheel that other sessions install.\"\"\""),
            format!("{tab}session.install({})", string("build")),
            format!("{tab}folder = str(session.cache_dir / {})", string("wheel")),
            format!("{tab}session.run_install({words}, folder)"),
        ]
    }
}

/// `: nox.Session` behind the function's first parameter.
pub(super) fn annotation(text: &str, function: &Function, base: u32) -> Option<String> {
    let first = function.parameters.first()?;
    let behind = text.get((first.name.span.end + base) as usize..)?;
    let end = behind.find([',', ')', '=', '\n'])?;
    let annotation = behind.get(..end)?.trim_end();
    annotation.starts_with(':').then(|| annotation.to_owned())
}
