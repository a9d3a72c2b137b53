//! Functions of Python's libraries that leave no trace in the project: a session that calls them shares nothing by it.

/// Modules all of whose functions are such.
const MODULES: [&str; 39] = [
    "argparse",
    "base64",
    "collections",
    "contextlib",
    "copy",
    "dataclasses",
    "datetime",
    "enum",
    "fnmatch",
    "functools",
    "glob",
    "hashlib",
    "html",
    "inspect",
    "itertools",
    "json",
    "locale",
    "logging",
    "math",
    "operator",
    "packaging",
    "platform",
    "pprint",
    "random",
    "re",
    "secrets",
    "shlex",
    "statistics",
    "string",
    "struct",
    "sys",
    "sysconfig",
    "textwrap",
    "time",
    "traceback",
    "types",
    "typing",
    "unicodedata",
    "uuid",
];

/// Functions of other modules. Those that fetch write nothing by themselves.
const FUNCTIONS: [&str; 15] = [
    "httpx.get",
    "io.BytesIO",
    "io.StringIO",
    "os.cpu_count",
    "os.listdir",
    "os.scandir",
    "os.walk",
    "requests.get",
    "shutil.which",
    "tempfile.gettempdir",
    "urllib.request.Request",
    "urllib.request.urlopen",
    "warnings.warn",
    "webbrowser.open",
    "webbrowser.open_new_tab",
];

/// Whether `api`, a dotted name with what it is imported from, leaves no trace.
pub(super) fn is_harmless(api: &str) -> bool {
    let module = api.split('.').next().unwrap_or_default();
    MODULES.contains(&module)
        || FUNCTIONS.contains(&api)
        || ["os.path.", "urllib.parse.", "warnings."].iter().any(|known| api.starts_with(known))
        || super::library::is_builtin(api)
}

/// Whether `name` is Python's own, of its builtins that compute or of its exceptions.
pub(super) fn is_python(name: &str) -> bool {
    const BUILTINS: [&str; 27] = [
        "ascii",
        "bin",
        "bytearray",
        "bytes",
        "chr",
        "classmethod",
        "complex",
        "delattr",
        "dir",
        "divmod",
        "format",
        "hash",
        "hex",
        "id",
        "issubclass",
        "memoryview",
        "oct",
        "ord",
        "pow",
        "property",
        "slice",
        "staticmethod",
        "super",
        "Ellipsis",
        "KeyboardInterrupt",
        "StopIteration",
        "SystemExit",
    ];
    let is_exception = name.starts_with(|c: char| c.is_ascii_uppercase())
        && ["Error", "Exception", "Warning"].iter().any(|end| name.ends_with(end));
    BUILTINS.contains(&name) || is_exception || (name.starts_with("__") && name.ends_with("__"))
}

#[cfg(test)]
mod tests {
    use super::is_harmless;

    #[test]
    fn what_computes_or_looks_leaves_no_trace() {
        for api in ["re.sub", "os.path.join", "urllib.parse.quote", "io.BytesIO", "urllib.request.urlopen", "len"] {
            assert!(is_harmless(api), "{api}");
        }
    }

    #[test]
    fn what_may_write_or_run_something_is_not_among_them() {
        for api in
            ["os.remove", "shutil.copymode", "urllib.request.urlretrieve", "io.open", "subprocess.run", "tools.go"]
        {
            assert!(!is_harmless(api), "{api}");
        }
    }
}
