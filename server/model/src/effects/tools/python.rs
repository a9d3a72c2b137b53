//! Python's own modules.

use crate::effects::call::{Call, Out};
use crate::effects::catalogue::{Mover, Tool, Touch};
use crate::effects::{Access, Resource, Role, SessionKind, Sharing};

pub(super) const TOOLS: &[Tool] = &[
    Tool::new("python --version", &["python"]).with(&["--version", "-V", "-VV"]),
    // Byte code files are written atomically (measured).
    Tool::new("compileall", &["compileall", "py_compile"])
        .touches(&[Touch::sources(), Touch::cache("__pycache__", Sharing::Safe)]),
    Tool::new("http.server", &["http.server"])
        .kind(SessionKind::Serve)
        .more("takes port 8000 or the one that is given, reads `-d`", http_server),
    Tool::new("venv", &["venv", "virtualenv", "ensurepip"]).more("writes the folder that is given", environment),
    Tool::new("pip", &["pip", "pip3"]).sub(&[
        "list",
        "freeze",
        "show",
        "check",
        "--version",
        "debug",
        "download",
        "cache",
        "config",
        "uninstall",
        "index",
        "hash",
        "inspect",
    ]),
    Tool::new("uv pip", &["uv"]).sub(&[
        "pip list",
        "pip freeze",
        "pip show",
        "pip check",
        "pip tree",
        "pip uninstall",
        "--version",
        "python",
        "tree",
        "cache",
        "self",
        "version",
    ]),
    Tool::new("uv venv", &["uv"]).sub(&["venv"]).value_flags(&["-p", "--python", "--prompt"]).touches(&[
        Touch::writes(".venv").role(Role::Environment).moved_by(&[Mover::Word(0)]).cure("a folder of its own"),
    ]),
    // Looks at metadata, as `twine check` does.
    Tool::new("setup.py check", &["setup.py"]).sub(&["check", "--version", "--name"]).touches(&[Touch::sources()]),
    // Print what is installed.
    Tool::new("debug", &["OpenSSL.debug", "requests.help", "niquests.help", "normalizer"]),
    Tool::new(
        "introspection",
        &["site", "sysconfig", "platform", "this", "pydoc", "json.tool", "timeit", "importtime", "pip._internal"],
    ),
];

fn http_server(call: &Call<'_>, out: &mut Out<'_>) {
    let port = call.positional(&["-d", "--directory", "-b", "--bind", "-p"]).first().and_then(|it| it.parse().ok());
    out.push(
        "http.server",
        Resource::Port(port.unwrap_or(8000)),
        Access::Write,
        Sharing::Exclusive,
        Role::Other,
        port.is_some(),
        "a port of its own",
    );
    if let Some(folder) = call.value("-d").or_else(|| call.value("--directory")) {
        out.path("http.server", folder, Access::Read, Sharing::Safe, Role::Docs, true, "");
    }
}

fn environment(call: &Call<'_>, out: &mut Out<'_>) {
    if let Some(folder) = call.positional(&["-p", "--python", "--prompt"]).first() {
        out.path("venv", folder, Access::Write, Sharing::Exclusive, Role::Environment, true, "a folder of its own");
    }
}
