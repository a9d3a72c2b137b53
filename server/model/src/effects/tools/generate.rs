//! Generators of code: their products are often tracked sources, so they belong before everything else.

use crate::effects::catalogue::{Mover, Tool, Touch};
use crate::effects::{SessionKind, Sharing};

pub(super) const TOOLS: &[Tool] = &[
    Tool::new(
        "code generator",
        &[
            "protoc",
            "datamodel-codegen",
            "openapi-python-client",
            "openapi-generator-cli",
            "buf",
            "xsdata",
            "ariadne-codegen",
            "sqlacodegen",
            "betterproto",
        ],
    )
    .kind(SessionKind::Other)
    .touches(&[Touch::sources(), Touch::mutates("run it first, or check its product in")]),
    // mypy's, with mypy's cache (measured with 2.4.1). Stubs with a place of their own are often checked in.
    Tool::new("stubgen -o", &["stubgen"]).with(&["-o", "--output"]).touches(&[
        Touch::sources(),
        Touch::mutates("run it first and alone"),
        STUBGEN_CACHE,
    ]),
    Tool::new("stubgen", &["stubgen"]).touches(&[
        Touch::sources(),
        Touch::writes("out").cure("`-o FOLDER`"),
        STUBGEN_CACHE,
    ]),
    // New files beside the sources.
    Tool::new("stub generator", &["monkeytype", "nanobind.stubgen", "pybind11-stubgen"])
        .touches(&[Touch::sources(), Touch::mutates("run it first and alone")]),
    Tool::new("cog --check", &["cog", "cogapp"])
        .with(&["--check"])
        .kind(SessionKind::Lint)
        .touches(&[Touch::sources()]),
    Tool::new("cog", &["cog", "cogapp"])
        .with(&["-r", "-rP", "-Pr", "-cr", "-rc"])
        .touches(&[Touch::sources(), Touch::mutates("`--check` in CI")]),
    Tool::new("cog", &["cog", "cogapp"]).touches(&[Touch::sources(), Touch::writes_to(&[Mover::Flag("-o")])]),
    Tool::new("babel", &["pybabel"]).touches(&[Touch::sources(), Touch::mutates("run it first and alone")]),
    Tool::new("cruft", &["cruft", "copier", "cookiecutter"])
        .sub(&["update", "link"])
        .touches(&[Touch::sources(), Touch::mutates("run it first and alone")]),
    Tool::new("cruft check", &["cruft"]).sub(&["check", "diff"]).kind(SessionKind::Lint).touches(&[Touch::sources()]),
];

const STUBGEN_CACHE: Touch = Touch::cache(".mypy_cache", Sharing::Benign);
