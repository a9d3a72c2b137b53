//! When `combine-coverage` and `split-into-jobs` make the names in coverage's data relative: where jobs may have their
//! checkout in different folders.

use super::*;

/// What a project gets whose jobs have these lines, in the folder of a forge.
fn setting(forge: &str, unit: &str, report: &str, files: &str) -> String {
    let workflow = format!(
        "#- .{forge}/workflows/ci.yml\non: push\njobs:\n  unit:\n{unit}    steps:\n      - run: nox -s unit\n  coverage:\n\
         {report}    steps:\n      - run: nox -s re<|>port\n"
    );
    outcome("combine-coverage", &format!("{files}{workflow}"))
}

/// The same of a job with these lines whose sessions become jobs.
fn setting_of_split(forge: &str, job: &str, sessions: &str, files: &str) -> String {
    let workflow = format!(
        "#- .{forge}/workflows/ci.yml\non: push\njobs:\n  checks:\n{job}    steps:\n      - run: nox -s un<|>it {sessions}\n"
    );
    outcome("split-into-jobs", &format!("{files}{workflow}"))
}

/// What the rewrite does about names.
fn outcome(id: &str, files: &str) -> String {
    let fixture = Fixture::with_settings(&format!("{NOXFILE}{files}"), with_runners());
    let offers = crate::assists(&fixture.snapshot, fixture.file, fixture.span);
    let offer = offers.iter().find(|offer| offer.assist == id).expect("it is offered");
    assert_eq!(offer.disabled, None, "{files}");
    let edited = |edit: &crate::FileEdit| {
        let file = fixture.snapshot.file(edit.file).expect("a file");
        let sets = edit.edits.iter().any(|edit| edit.insert.contains("relative_files = true"));
        sets.then(|| file.path.clone())
    };
    match offer.edits.iter().find_map(edited) {
        Some(path) => format!("set in {path}"),
        None if offer.is_safe => "as it is".to_owned(),
        None => "has to be seen to".to_owned(),
    }
}

#[test]
fn names_are_relative_where_folders_may_differ() {
    let project = "#- pyproject.toml\n[project]\nname = \"x\"\n";
    let on = |labels: &str| format!("    runs-on: {labels}\n");
    let within = |image: &str| format!("    runs-on: docker\n    container: {image}\n");
    let matrix = |systems: &str| {
        format!("    strategy: {{ matrix: {{ os: [{systems}] }} }}\n    runs-on: ${{{{ matrix.os }}}}\n")
    };
    let hosted = on("ubuntu-latest");
    let mut out = String::new();
    for (what, forge, unit, report) in [
        ("one machine of GitHub's", "github", hosted.clone(), hosted.clone()),
        ("two versions of it", "github", on("ubuntu-22.04"), hosted.clone()),
        ("two systems", "github", on("windows-latest"), hosted.clone()),
        ("two systems in a matrix", "github", matrix("ubuntu-latest, macos-latest"), hosted.clone()),
        ("one system in a matrix", "github", matrix("ubuntu-22.04, ubuntu-22.04"), hosted.clone()),
        ("own runners", "github", on("[self-hosted, linux]"), on("[self-hosted, linux]")),
        ("a label of nobody's", "github", on("fast"), on("fast")),
        ("a container and none", "github", format!("{hosted}    container: python:3.13\n"), hosted.clone()),
        ("containers", "github", within("python:3.13"), within("python:3.14")),
        ("maybe a container", "github", within("${{ inputs.image }}"), within("${{ inputs.image }}")),
        ("a label of Forgejo", "forgejo", on("docker"), on("docker")),
        ("a label of Gitea", "gitea", hosted.clone(), hosted.clone()),
        ("containers of Forgejo", "forgejo", within("node:24"), within("node:24")),
    ] {
        out.push_str(&format!("{what}: {}\n", setting(forge, &unit, &report, project)));
    }
    expect![[r#"
        one machine of GitHub's: as it is
        two versions of it: as it is
        two systems: set in pyproject.toml
        two systems in a matrix: set in pyproject.toml
        one system in a matrix: as it is
        own runners: set in pyproject.toml
        a label of nobody's: set in pyproject.toml
        a container and none: set in pyproject.toml
        containers: as it is
        maybe a container: set in pyproject.toml
        a label of Forgejo: set in pyproject.toml
        a label of Gitea: set in pyproject.toml
        containers of Forgejo: as it is
    "#]]
    .assert_eq(&out);
}

#[test]
fn the_setting_goes_where_coverage_looks() {
    let job = "    runs-on: docker\n";
    let mut out = String::new();
    for (what, files) in [
        ("no file", ""),
        ("of coverage's own", "#- .coveragerc\n[run]\nbranch = true\n#- pyproject.toml\n[project]\n"),
        ("a section", "#- setup.cfg\n[coverage:report]\nskip_empty = true\n#- pyproject.toml\n[project]\n"),
        ("no section", "#- setup.cfg\n[metadata]\nname = x\n"),
        ("set already", "#- pyproject.toml\n[tool.coverage.run]\nrelative_files = true\n"),
    ] {
        out.push_str(&format!("{what}: {}\n", setting("forgejo", job, job, files)));
    }
    expect![[r#"
        no file: has to be seen to
        of coverage's own: set in .coveragerc
        a section: set in setup.cfg
        no section: set in setup.cfg
        set already: as it is
    "#]]
    .assert_eq(&out);
}

#[test]
fn jobs_of_a_split_have_the_folders_of_the_old_one() {
    let project = "#- pyproject.toml\n[project]\nname = \"x\"\n";
    let report = "integration report";
    let on = |labels: &str| format!("    runs-on: {labels}\n");
    let within = |image: &str| format!("    runs-on: docker\n    container: {image}\n");
    let mut out = String::new();
    for (what, forge, job, sessions, files) in [
        ("a machine of GitHub's", "github", on("ubuntu-latest"), report, project),
        ("own runners", "github", on("[self-hosted, linux]"), report, project),
        ("a container on own runners", "github", within("python:3.14"), report, project),
        ("maybe a container", "github", within("${{ vars.IMAGE }}"), report, project),
        ("a label of Forgejo", "forgejo", on("docker"), report, project),
        ("a container of Forgejo", "forgejo", within("node:24"), report, project),
        ("a label of Gitea", "gitea", on("ubuntu-latest"), report, project),
        ("data that stays", "forgejo", on("docker"), "docs", project),
        ("no file for settings", "forgejo", on("docker"), report, ""),
        ("set already", "forgejo", on("docker"), report, "#- .coveragerc\n[run]\nrelative_files = true\n"),
    ] {
        out.push_str(&format!("{what}: {}\n", setting_of_split(forge, &job, sessions, files)));
    }
    expect![[r#"
        a machine of GitHub's: as it is
        own runners: set in pyproject.toml
        a container on own runners: as it is
        maybe a container: set in pyproject.toml
        a label of Forgejo: set in pyproject.toml
        a container of Forgejo: as it is
        a label of Gitea: set in pyproject.toml
        data that stays: as it is
        no file for settings: has to be seen to
        set already: as it is
    "#]]
    .assert_eq(&out);
}
