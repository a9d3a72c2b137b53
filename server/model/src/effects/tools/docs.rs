//! Builders and servers of documentation.

use crate::effects::call::{Call, Out, UNREADABLE};
use crate::effects::catalogue::{Mover, Target, Tool, Touch};
use crate::effects::{Access, Role, SessionKind, Sharing};

const SPHINX_VALUES: &[&str] = &[
    "-b",
    "-d",
    "-c",
    "-D",
    "-A",
    "-t",
    "-j",
    "-w",
    "-M",
    "--builder",
    "--doctree-dir",
    "--conf-dir",
    "--define",
    "--jobs",
    // Those of sphinx-autobuild.
    "--port",
    "--host",
    "--ignore",
    "--re-ignore",
    "--watch",
    "--pre-build",
    "--delay",
];

const fn tool(name: &'static str, programs: &'static [&'static str]) -> Tool {
    Tool::new(name, programs).kind(SessionKind::Docs)
}

pub(super) const TOOLS: &[Tool] = &[
    tool("sphinx-build", &["sphinx-build"]).with(&["--version", "--help"]),
    tool("sphinx-build", &["sphinx-build"])
        .value_flags(SPHINX_VALUES)
        .touches(&[Touch::sources()])
        .more(SPHINX_ALSO, sphinx),
    // Often writes into the tracked sources of the documentation; belongs before `sphinx-build`.
    tool("sphinx-apidoc", &["sphinx-apidoc", "sphinx-autogen"]).touches(&[
        Touch::sources(),
        Touch::writes_to(&[Mover::Flag("-o"), Mover::Flag("--output-dir")]).cure("`-o FOLDER` of its own"),
    ]),
    // Serves on port 8000 until stopped.
    Tool::new("sphinx-autobuild", &["sphinx-autobuild"])
        .kind(SessionKind::Serve)
        .value_flags(SPHINX_VALUES)
        .touches(&[Touch::sources(), port(8000)])
        .more(SPHINX_ALSO, sphinx),
    Tool::new("mkdocs serve", &["mkdocs", "zensical", "properdocs"])
        .sub(&["serve"])
        .kind(SessionKind::Serve)
        .touches(&[Touch::sources(), port(8000)]),
    // Pushes a branch.
    Tool::new("mkdocs gh-deploy", &["mkdocs", "ghp-import", "mike", "properdocs"])
        .sub(&["gh-deploy", "deploy", "-p", "set-default", "delete"])
        .kind(SessionKind::Release)
        .touches(PUBLISH),
    Tool::new("ghp-import", &["ghp-import"]).kind(SessionKind::Release).touches(PUBLISH),
    // `site/`, cleaned first (measured with 1.6.1).
    tool("mkdocs build", &["mkdocs", "properdocs"])
        .sub(&["build"])
        .touches(&[Touch::sources(), site(&[Mover::Flag("-d"), Mover::Flag("--site-dir"), SITE], "`-d FOLDER`")]),
    tool("zensical build", &["zensical"]).sub(&["build"]).touches(&[
        Touch::sources(),
        site(&[], "`site_dir` of its own"),
        Touch::cache(".cache", Sharing::Benign),
    ]),
    tool("pdoc", &["pdoc", "pdoc3"]).touches(&[
        Touch::sources(),
        Touch::writes_to(&[Mover::Flag("-o"), Mover::Flag("--output-dir")]).role(Role::Docs).cure("`-o FOLDER`"),
    ]),
    tool("jupyter-book build", &["jupyter-book", "jb"])
        .sub(&["build", "start"])
        .touches(&[Touch::sources()])
        .more("writes `BOOK/_build` (`--path-output` moves it)", jupyter_book),
    // Makes a `conf.py` of the book's settings.
    tool("jupyter-book config", &["jupyter-book", "jb"]).sub(&["config"]).more("writes `BOOK/conf.py`", jupyter_book),
    tool("jupyter-book clean", &["jupyter-book", "jb"]).sub(&["clean"]).more("deletes `BOOK/_build`", jupyter_book),
    tool("jupyter nbconvert --inplace", &["jupyter", "nbconvert", "jupyter-nbconvert"])
        .with(&["--inplace"])
        .touches(&[Touch::sources(), Touch::mutates("`--output` with a path of its own")]),
    tool("jupyter nbconvert", &["jupyter", "nbconvert", "jupyter-nbconvert"]).touches(&[Touch::sources()]).more(
        "writes `NOTEBOOK.html` (or what `--to` says) beside the notebook; `--output-dir`, `--output`",
        nbconvert,
    ),
    tool("pelican", &["pelican"])
        .touches(&[Touch::sources(), Touch::writes("output").role(Role::Docs).moved_by(&[Mover::Flag("-o")])]),
    tool("doxygen", &["doxygen", "sphinx-multiversion", "sphinx-polyversion", "pydoctor", "great-docs", "quartodoc"])
        .touches(&[Touch::sources()]),
    tool("readme_renderer", &["readme_renderer", "docutils", "rst2html", "rst2html.py", "rst2html5", "docutils-cli"])
        .touches(&[Touch::sources(), Touch::writes_to(&[Mover::Flag("-o"), Mover::Word(1)]).role(Role::Docs)]),
];

/// See [`sphinx`].
const SPHINX_ALSO: &str = "reads the source folder, writes the output folder with the doctrees in it (`-d` moves these); \
    `-M BUILDER SOURCE BUILD` writes `BUILD/BUILDER` and `BUILD/doctrees`";

const SITE: Mover = Mover::Setting("site_dir", |it| it.mkdocs_site.as_deref());
const PUBLISH: &[Touch] = &[Touch::on(Target::World, Access::Write), Touch::on(Target::Git, Access::Write)];

const fn site(moved_by: &'static [Mover], cure: &'static str) -> Touch {
    Touch::writes("site").role(Role::Docs).moved_by(moved_by).cure(cure)
}

const fn port(number: u16) -> Touch {
    Touch::on(Target::Port(number), Access::Write).moved_by(&[Mover::Flag("--port")]).cure("a port of its own")
}

/// `sphinx-build -b X source out` writes `out` and the doctrees in it; `-M X source build` writes `build/X` and shares
/// `build/doctrees` with all other builders (measured with 9.0.4).
fn sphinx(call: &Call<'_>, out: &mut Out<'_>) {
    let places = call.positional(SPHINX_VALUES);
    let (Some(sources), Some(folder)) = (places.first(), places.get(1)) else {
        if call.words.contains(&UNREADABLE) {
            out.unknown(format!("where `{}` writes", call.program));
        }
        return;
    };
    out.path("sphinx-build", sources, Access::Read, Sharing::Safe, Role::Source, true, "");
    let doctrees = call.value("-d").or_else(|| call.value("--doctree-dir"));
    let cure = "an output folder of its own";
    if let Some(builder) = call.value("-M") {
        let at = format!("{folder}/{builder}");
        out.path("sphinx-build", &at, Access::Write, Sharing::Exclusive, Role::Docs, true, cure);
        let trees = doctrees.map_or_else(|| format!("{folder}/doctrees"), str::to_owned);
        out.path(
            "sphinx-build -M",
            &trees,
            Access::Write,
            Sharing::Exclusive,
            Role::Doctrees,
            doctrees.is_some(),
            "`-d FOLDER` for the doctrees of each",
        );
        return;
    }
    out.path("sphinx-build", folder, Access::Write, Sharing::Exclusive, Role::Docs, true, cure);
    if let Some(trees) = doctrees {
        out.path(
            "sphinx-build -d",
            trees,
            Access::Write,
            Sharing::Exclusive,
            Role::Doctrees,
            true,
            "`-d FOLDER` for the doctrees of each",
        );
    }
}

/// One file a notebook, beside it or in `--output-dir` (measured with 7.17.2).
fn nbconvert(call: &Call<'_>, out: &mut Out<'_>) {
    let ending = match call.value("--to").unwrap_or("html") {
        "markdown" => "md",
        "script" | "python" => "py",
        "rst" => "rst",
        "latex" => "tex",
        "slides" => "slides.html",
        "notebook" => "nbconvert.ipynb",
        "pdf" | "webpdf" => "pdf",
        "asciidoc" => "asciidoc",
        _ => "html",
    };
    let (folder, name) = (call.value("--output-dir"), call.value("--output"));
    let cure = "`--output-dir FOLDER`";
    let words = call.positional(&[
        "--to",
        "--output",
        "--output-dir",
        "--template",
        "--config",
        "--ExecutePreprocessor.timeout",
    ]);
    let notebooks = words.iter().filter(|word| **word != "nbconvert");
    for notebook in notebooks {
        let (beside, file) = notebook.rsplit_once('/').unwrap_or((".", notebook));
        let stem = name.unwrap_or(file.strip_suffix(".ipynb").unwrap_or(file));
        let path = format!("{}/{stem}.{ending}", folder.unwrap_or(beside));
        out.path("jupyter nbconvert", &path, Access::Write, Sharing::Exclusive, Role::Docs, folder.is_some(), cure);
    }
}

/// Builds, configures or cleans the book in the folder that is given; its pages are in `_build` there.
fn jupyter_book(call: &Call<'_>, out: &mut Out<'_>) {
    let words = call.positional(&["--path-output", "--config", "--toc", "--builder"]);
    let book = words.get(if words.first() == Some(&"config") { 2 } else { 1 }).copied().unwrap_or(".");
    let pages = format!("{}/_build", call.value("--path-output").unwrap_or(book));
    let (write, exclusive) = (Access::Write, Sharing::Exclusive);
    match words.first().copied() {
        Some("config") => {
            out.path("jupyter-book config", &format!("{book}/conf.py"), write, exclusive, Role::Other, true, "");
        }
        Some("clean") => out.path("jupyter-book clean", &pages, Access::Delete, exclusive, Role::Docs, true, ""),
        _ => {
            out.path("jupyter-book build", book, Access::Read, Sharing::Safe, Role::Source, true, "");
            out.path("jupyter-book build", &pages, write, exclusive, Role::Docs, true, "`--path-output FOLDER`");
        }
    }
}
