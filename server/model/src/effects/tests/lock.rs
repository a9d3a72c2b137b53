//! Lock files, and who installs from them.

use super::*;

#[test]
fn uv_sync_reads_the_lock_and_builds_what_has_a_build_system() {
    let built = ProjectFacts { build_backend: Some("setuptools.build_meta".to_owned()), ..ProjectFacts::default() };
    let text = |line: &str, project: &ProjectFacts| effects_text(&[line], project);
    expect![[r#"
        Update .venv Exclusive Environment by uv sync
        Read uv.lock Safe Lock by uv sync
    "#]]
    .assert_eq(&text("uv sync --locked", &ProjectFacts::default()));
    expect![[r#"
        Update .venv Exclusive Environment by uv sync
        Read uv.lock Safe Lock by uv sync
        Write *.egg-info Exclusive BuildTree by install
    "#]]
    .assert_eq(&text("uv sync --locked", &built));
    expect![[r#"
        Update .venv Exclusive Environment by uv sync
        Read uv.lock Safe Lock by uv sync
    "#]]
    .assert_eq(&text("uv sync --no-install-project", &built));
}
