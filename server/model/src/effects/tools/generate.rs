//! Generators of code: their products are often tracked sources, so they belong before everything else.

use crate::effects::SessionKind;
use crate::effects::catalogue::{Tool, Touch};

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
    // stubgen, monkeytype: new files beside the sources.
    Tool::new("stub generator", &["stubgen", "monkeytype", "nanobind.stubgen", "pybind11-stubgen"])
        .touches(&[Touch::sources(), Touch::mutates("run it first and alone")]),
    Tool::new("cog --check", &["cog", "cogapp"])
        .with(&["--check"])
        .kind(SessionKind::Lint)
        .touches(&[Touch::sources()]),
    Tool::new("cog", &["cog", "cogapp"]).with(&["-r"]).touches(&[Touch::sources(), Touch::mutates("`--check` in CI")]),
    Tool::new("babel", &["pybabel"]).touches(&[Touch::sources(), Touch::mutates("run it first and alone")]),
    Tool::new("cruft", &["cruft", "copier", "cookiecutter"])
        .sub(&["update", "link"])
        .touches(&[Touch::sources(), Touch::mutates("run it first and alone")]),
    Tool::new("cruft check", &["cruft"]).sub(&["check", "diff"]).kind(SessionKind::Lint).touches(&[Touch::sources()]),
];
