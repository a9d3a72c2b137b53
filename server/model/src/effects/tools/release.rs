//! Publishing, version bumps, change logs: never repeated, never reordered.

use crate::effects::call::{Call, Out};
use crate::effects::catalogue::{Target, Tool, Touch};
use crate::effects::{Access, Resource, Role, SessionKind, Sharing};

const fn tool(name: &'static str, programs: &'static [&'static str]) -> Tool {
    Tool::new(name, programs).kind(SessionKind::Release)
}

const WORLD: Touch = Touch::on(Target::World, Access::Write);
const DIST: Touch = Touch::reads("dist").role(Role::Package);
const BUMP: &[Touch] = &[Touch::sources(), Touch::mutates(""), Touch::on(Target::Git, Access::Write), WORLD];

pub(super) const TOOLS: &[Tool] = &[
    tool("twine upload", &["twine"]).sub(&["upload", "register"]).touches(&[DIST, WORLD]),
    tool("publish", &["uv", "flit", "poetry", "pdm", "hatch", "maturin"])
        .sub(&["publish", "upload"])
        .touches(&[DIST, WORLD]),
    tool("gh release", &["gh"]).sub(&["release", "pr", "workflow", "api"]).touches(&[DIST, WORLD]),
    tool("hatch version", &["hatch", "poetry", "uv", "pdm"])
        .sub(&["version"])
        .touches(&[Touch::sources()])
        .more("**rewrites** sources when a new version is given", new_version)
        .kind(SessionKind::Other),
    // `--draft` only prints; `build` deletes the fragments and stages in git (measured with 26.9.0).
    tool("towncrier build --draft", &["towncrier"])
        .with(&["--draft"])
        .touches(&[Touch::sources()])
        .kind(SessionKind::Docs),
    tool("towncrier check", &["towncrier"])
        .sub(&["check"])
        .touches(&[Touch::sources(), Touch::on(Target::Git, Access::Read)])
        .kind(SessionKind::Lint),
    tool("towncrier build", &["towncrier"]).touches(&[
        Touch::sources(),
        Touch::mutates("`--draft` in CI"),
        Touch::on(Target::Git, Access::Write),
    ]),
    tool("bump --dry-run", BUMPERS)
        .with(&["--dry-run", "-n", "--noop", "--dry"])
        .touches(&[Touch::sources()])
        .kind(SessionKind::Other),
    Tool::new("cz check", &["cz"])
        .sub(&["check", "changelog --dry-run", "info", "version"])
        .kind(SessionKind::Lint)
        .touches(&[Touch::on(Target::Git, Access::Read)]),
    tool("bump", BUMPERS).touches(BUMP),
    Tool::new("antsibull-changelog lint", &["antsibull-changelog", "release-helper"])
        .sub(&["lint", "lint-changelog-yaml", "check"])
        .kind(SessionKind::Lint)
        .touches(&[Touch::sources()]),
    tool("release-helper", &["release-helper", "antsibull-changelog", "changelog", "scriv"])
        .touches(&[Touch::sources(), Touch::mutates("")]),
    tool("docker push", &["docker"]).sub(&["push"]).touches(&[WORLD]),
    tool("npm publish", &["npm", "yarn", "pnpm"]).sub(&["publish"]).touches(&[WORLD]),
];

const BUMPERS: &[&str] = &[
    "cz",
    "bump2version",
    "bump-my-version",
    "bumpversion",
    "bumpver",
    "semantic-release",
    "tbump",
    "python-semantic-release",
    "zest.releaser",
    "fullrelease",
    "prerelease",
];

/// `hatch version` prints it, `hatch version minor` and `uv version --bump minor` write it (measured with 1.18.2).
fn new_version(call: &Call<'_>, out: &mut Out<'_>) {
    let is_given = call.has("--bump") || call.positional(&["--project", "-p", "--package"]).len() > 1;
    if is_given && !call.has("--dry-run") {
        let (access, sharing) = (Access::Mutate, Sharing::Exclusive);
        out.push("hatch version", Resource::Sources, access, sharing, Role::Other, true, "");
    }
}
