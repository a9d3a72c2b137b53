//! Lock files and the project's own environment.

use crate::effects::call::{Call, Out};
use crate::effects::catalogue::{Mover, Tool, Touch};
use crate::effects::install;
use crate::effects::{Access, Role, SessionKind};

const fn tool(name: &'static str, programs: &'static [&'static str]) -> Tool {
    Tool::new(name, programs).kind(SessionKind::Lock)
}

const fn lock(path: &'static str) -> Touch {
    Touch::writes(path)
        .access(Access::Update)
        .role(Role::Lock)
        .cure("`--check` or `--frozen` in CI, or run it first and alone")
}

const ENVIRONMENT: Touch = Touch::writes(".venv")
    .access(Access::Update)
    .role(Role::Environment)
    .moved_by(&[Mover::Env("UV_PROJECT_ENVIRONMENT")])
    .not_with(&["--active", "--dry-run"])
    .cure("set `UV_PROJECT_ENVIRONMENT` to the session's own environment");

pub(super) const TOOLS: &[Tool] = &[
    tool("pip-compile", &["pip-compile"]).touches(&[Touch::writes("requirements.txt")
        .access(Access::Update)
        .role(Role::Lock)
        .not_with(&["--dry-run"])
        .moved_by(&[Mover::Flag("-o"), Mover::Flag("--output-file")])
        .cure("`-o FILE`")]),
    tool("uv pip compile", &["uv"]).sub(&["pip compile"]).touches(&[Touch::writes_to(&[
        Mover::Flag("-o"),
        Mover::Flag("--output-file"),
    ])
    .access(Access::Update)
    .role(Role::Lock)
    .cure("`-o FILE`")]),
    Tool::new("uv lock --check", &["uv"])
        .sub(&["lock"])
        .with(&["--check", "--locked", "--dry-run"])
        .kind(SessionKind::Lint),
    tool("uv lock", &["uv"]).sub(&["lock", "add", "remove"]).touches(&[lock("uv.lock")]),
    Tool::new("poetry lock --check", &["poetry"])
        .sub(&["check", "show", "env", "config", "self", "about"])
        .kind(SessionKind::Lint),
    tool("poetry lock", &["poetry"]).sub(&["lock", "update", "add"]).touches(&[lock("poetry.lock")]),
    tool("poetry export", &["poetry"]).sub(&["export"]).touches(&[Touch::writes_to(&[
        Mover::Flag("-o"),
        Mover::Flag("--output"),
    ])
    .role(Role::Lock)
    .cure("`-o FILE`")]),
    tool("pdm lock", &["pdm"]).sub(&["lock", "update"]).touches(&[lock("pdm.lock")]),
    tool("pdm export", &["pdm"])
        .sub(&["export"])
        .touches(&[Touch::writes_to(&[Mover::Flag("-o")]).role(Role::Lock).cure("`-o FILE`")]),
    // Without `--frozen` it may also write `uv.lock` (measured with 0.13.9).
    Tool::new("uv sync", &["uv"])
        .sub(&["sync"])
        .touches(&[ENVIRONMENT, Touch::reads("uv.lock").role(Role::Lock)])
        .more("builds the project, editable unless `--no-editable`", install_project),
    tool("uv export", &["uv"]).sub(&["export"]).touches(&[Touch::writes_to(&[
        Mover::Flag("-o"),
        Mover::Flag("--output-file"),
    ])
    .role(Role::Lock)
    .cure("`-o FILE`")]),
    tool("pipenv lock", &["pipenv"]).sub(&["lock", "update"]).touches(&[lock("Pipfile.lock")]),
    tool("conda-lock", &["conda-lock"]).touches(&[lock("conda-lock.yml")]),
];

/// uv installs the project itself only where it has a build system (`tool.uv.package`).
fn install_project(call: &Call<'_>, out: &mut Out<'_>) {
    const WITHOUT: [&str; 4] = ["--no-install-project", "--no-install-workspace", "--only-group", "--only-dev"];
    let is_built = out.project.build_backend.is_some() && !WITHOUT.iter().any(|flag| call.has(flag));
    if is_built {
        install::backend_writes(!call.has("--no-editable"), out);
    }
}
