//! The text of what `build-once` adds to a noxfile: a session that builds the wheel, and a function that says where it is.
//! Where a session builds wheels already (`built.rs` finds it), the function alone.
//!
//! The wheel lies among nox's own files, not in `dist/`, where whoever publishes would find old ones. `run_install` builds
//! it under `nox --install-only`, too. Nothing is cleared: under `nox -R` nox builds nothing anew, and the newest stands.

use syntax::python::Function;

use super::built::Built;
use super::scope::NoxfileCx;
use super::style;

/// The folder of the wheel, relative to the noxfile's: `session.cache_dir / "wheel"`.
pub(super) const FOLDER: &str = ".nox/.cache/wheel";

/// What is added, and under which names.
pub(super) struct Builder {
    /// The session.
    pub(super) session: String,
    /// The function.
    pub(super) function: &'static str,
    /// Where the wheel lies, relative to the noxfile's folder.
    pub(super) folder: String,
    /// The session that was there before; `None`: it is added.
    pub(super) built: Option<Built>,
    nox: String,
    annotation: String,
    /// `venv_backend=` of the sessions that install, where it is the same.
    backend: Option<String>,
}

impl Builder {
    /// One with names that the noxfile does not use, annotated as `like`; `Err`: why there is none.
    pub(super) fn of(
        cx: &NoxfileCx<'_>,
        (like, base): (Option<&Function>, u32),
        backend: Option<String>,
        built: Option<Built>,
    ) -> Result<Self, String> {
        let code = style::code(cx.script.text);
        let is_free = |name: &&&str| !style::has_word(&code, name) && !cx.noxfile.by_name.contains_key(**name);
        let own = built.as_ref().map(|built| cx.name(built.session));
        let session = own.or_else(|| ["build", "build_wheel", "wheel_for_all"].iter().find(is_free).copied());
        let function = ["wheel", "built_wheel", "path_of_wheel"].iter().find(is_free);
        let (Some(session), Some(function)) = (session, function) else {
            return Err("the names `build` and `wheel` are taken".to_owned());
        };
        let nox = cx.script.module_name().ok_or("the noxfile does not import `nox` by that name")?.to_owned();
        let annotation = like.and_then(|function| annotation(cx.script.text, function, base)).unwrap_or_default();
        let folder = built.as_ref().map_or(FOLDER, |built| &built.folder).to_owned();
        Ok(Self { session: session.to_owned(), function, folder, built, nox, annotation, backend })
    }

    /// The argument that stands for `.` or `.[extras]`, where the session is called `receiver`.
    pub(super) fn argument(&self, cx: &NoxfileCx<'_>, receiver: &str, extras: &str) -> String {
        let call = format!("{}({receiver})", self.function);
        if extras.is_empty() { call } else { cx.script.style.format_string(&format!("{{{call}}}{extras}")) }
    }

    /// Function and session, each followed by `blank` empty lines.
    pub(super) fn text(&self, cx: &NoxfileCx<'_>, blank: usize) -> String {
        let Self { session, function, folder: place, built, nox, annotation, backend } = self;
        let style = &cx.script.style;
        let (tab, is_typed) = (&style.indent, !annotation.is_empty());
        let string = |value: &str| style.string(value);
        let backend = backend.as_ref().map_or(String::new(), |it| format!(", venv_backend={}", string(it)));
        let returns = |what: &str| if is_typed { format!(" -> {what}") } else { String::new() };
        let folder = match built {
            Some(built) => format!("{}({})", built.path, string(place)),
            None => format!("(session.cache_dir / {})", string("wheel")),
        };
        let pattern = string("*.whl");
        let mut lines = vec![
            format!("def {function}(session{annotation}){}:", returns("str")),
            format!("{tab}\"\"\"Install the wheel that `{session}` made, and say where it is.\"\"\""),
            match built {
                // `nox --install-only` runs no command of a session that is not made for it.
                Some(_) => format!("{tab}wheels = list({folder}.glob({pattern}))"),
                None => format!("{tab}wheels = {folder}.glob({pattern})"),
            },
        ];
        if built.is_some() {
            lines.extend([
                format!("{tab}if not wheels:"),
                format!("{tab}{tab}session.error({})", string(&format!("no wheel in {place}: run nox -s {session}"))),
            ]);
        }
        lines.extend([
            format!("{tab}newest = str(max(wheels, key=lambda path: path.stat().st_mtime))"),
            format!("{tab}# Of the same version pip keeps the old one unless told not to."),
            format!("{tab}session.install({}, {}, newest)", string("--force-reinstall"), string("--no-deps")),
            format!("{tab}return newest"),
        ]);
        lines.extend(std::iter::repeat_n(String::new(), blank));
        if built.is_some() {
            return lines.iter().map(|line| format!("{line}{}", style.newline)).collect();
        }
        let words = ["python", "-m", "build", "--wheel", "--outdir"].map(string).join(", ");
        let folder = format!("session.cache_dir / {}", string("wheel"));
        lines.extend([
            format!("@{nox}.session(default=False{backend})"),
            format!("def {session}(session{annotation}){}:", returns("None")),
            format!("{tab}\"\"\"Build the wheel that other sessions install.\"\"\""),
            format!("{tab}session.install({})", string("build")),
            format!("{tab}folder = str({folder})"),
            format!("{tab}session.run_install({words}, folder)"),
        ]);
        lines.extend(std::iter::repeat_n(String::new(), blank));
        lines.iter().map(|line| format!("{line}{}", style.newline)).collect()
    }
}

/// `: nox.Session` behind the function's first parameter.
fn annotation(text: &str, function: &Function, base: u32) -> Option<String> {
    let first = function.parameters.first()?;
    let behind = text.get((first.name.span.end + base) as usize..)?;
    let end = behind.find([',', ')', '=', '\n'])?;
    let annotation = behind.get(..end)?.trim_end();
    annotation.starts_with(':').then(|| annotation.to_owned())
}
