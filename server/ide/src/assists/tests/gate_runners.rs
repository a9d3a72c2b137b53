//! Where gates run: a Linux machine that the project uses, whatever the jobs say.

use super::*;

/// `runs-on` of the gate that `id` adds, or why there is none. `jobs`: those of `ci.yml`, with the cursor if it stands on
/// one. `others`: more files, each with its path.
#[track_caller]
fn check_machine(id: &str, jobs: &str, others: &str, expected: &str) {
    let cursor = if jobs.contains("<|>") { "" } else { "<|>" };
    let source = format!("{NOXFILE}#- .github/workflows/ci.yml\non: push{cursor}\njobs:\n{jobs}{others}");
    let fixture = Fixture::with_settings(&source, with_runners());
    let offers = crate::assists(&fixture.snapshot, fixture.file, fixture.span);
    let offer = offers.iter().find(|offer| offer.assist == id).expect("it is offered");
    let edits = offer.edits.iter().flat_map(|edit| &edit.edits);
    let mut added = edits.flat_map(|edit| edit.insert.lines()).map(str::trim);
    // The gate is what asks how others ended.
    added.find(|line| line.starts_with("if: ") && line.contains("always()"));
    let machine = added.find(|line| line.starts_with("runs-on:"));
    assert_eq!(machine.or(offer.disabled.as_deref()), Some(expected), "{jobs}{others}");
}

/// A job of two sessions that runs where `runs_on` says, with the lines `more`.
fn job(id: &str, runs_on: &str, more: &str) -> String {
    format!("  {id}:\n    runs-on: {runs_on}\n{more}    steps:\n      - run: nox -s unit\n      - run: nox -s docs\n")
}

fn matrix(machines: &str) -> String {
    job("a", "${{ matrix.os }}", &format!("    strategy: {{ matrix: {{ os: [{machines}] }} }}\n"))
}

#[test]
fn of_the_cells_of_a_matrix_the_gate_takes_one_with_linux() {
    for (machines, expected) in [
        ("windows-latest, macos-latest, ubuntu-24.04", "runs-on: ubuntu-24.04"),
        ("windows-latest, macos-latest", "runs-on: macos-latest"),
        ("windows-2022, windows-2025", "runs-on: windows-2022"),
        ("windows-latest, our-machine", "runs-on: our-machine"),
        ("[self-hosted, Windows], [self-hosted, Linux]", "runs-on: [self-hosted, Linux]"),
        ("'${{ vars.OS }}', ubuntu-latest", "runs-on: ubuntu-latest"),
    ] {
        check_machine("add-gate-job", &matrix(machines), "", expected);
    }
}

#[test]
fn of_several_jobs_the_gate_takes_the_machine_of_one_with_linux() {
    for (one, other, expected) in [
        ("windows-latest", "ubuntu-24.04", "runs-on: ubuntu-24.04"),
        ("our-machine", "ubuntu-24.04", "runs-on: ubuntu-24.04"),
        ("macos-14", "our-machine", "runs-on: our-machine"),
        ("\n      - self-hosted\n      - linux", "windows-latest", "runs-on: [self-hosted, linux]"),
        ("{ group: ours, labels: linux }", "windows-latest", "runs-on: { group: ours, labels: linux }"),
        ("\n      group: ours\n      labels: linux", "windows-latest", "runs-on: windows-latest"),
        ("${{ vars.OS || 'x' }}", "windows-latest", "runs-on: ${{ vars.OS || 'x' }}"),
        ("${{ needs.b.outputs.os }}", "windows-latest", "runs-on: windows-latest"),
        ("&os ubuntu-24.04", "*os", "runs-on: ubuntu-24.04"),
    ] {
        check_machine("add-gate-job", &(job("a", one, "") + &job("b", other, "")), "", expected);
    }
}

#[test]
fn what_the_jobs_do_not_say_others_of_the_project_do() {
    let publish = "  publish:\n    runs-on: ubuntu-22.04\n    steps:\n      - run: twine upload dist/*\n";
    check_machine(
        "add-gate-job",
        &format!("{}{publish}", matrix("windows-2022, windows-2025")),
        "",
        "runs-on: ubuntu-22.04",
    );

    let called = "  a:\n    uses: x/y/.github/workflows/z.yml@v1\n  b:\n    uses: x/y/.github/workflows/z.yml@v1\n";
    check_machine("add-gate-job", called, "", "no job says plainly where it runs");
    for (path, machine, expected) in [
        (".github/workflows/docs.yml", "ubuntu-slim", "runs-on: ubuntu-slim"),
        (".github/workflows/docs.yml", "windows-latest", "no job says plainly where it runs"),
        (".github/workflows/docs.yml", "our-machine", "no job says plainly where it runs"),
        // Other machines than GitHub's.
        (".forgejo/workflows/docs.yml", "docker", "no job says plainly where it runs"),
        // Another project's.
        ("other/.github/workflows/docs.yml", "ubuntu-latest", "no job says plainly where it runs"),
    ] {
        let others = format!("#- {path}\non: push\njobs:\n{}", job("docs", machine, ""));
        check_machine("add-gate-job", called, &others, expected);
    }
}

#[test]
fn a_gate_under_the_old_name_runs_where_the_job_did_if_that_can_be_said_without_it() {
    let setup = "  setup:\n    runs-on: ubuntu-22.04\n    outputs: { os: x }\n    steps:\n      - run: make\n";
    for (id, runs_on, more, expected) in [
        ("split-into-matrix", "macos-14 # ours", "", "runs-on: macos-14"),
        ("split-into-jobs", "macos-14 # ours", "", "runs-on: macos-14"),
        ("split-into-jobs", "windows-latest", "", "runs-on: windows-latest"),
        ("split-into-jobs", "${{ vars.OS }}", "", "runs-on: ${{ vars.OS }}"),
        ("split-into-matrix", "\n      - self-hosted\n      - ours", "", "runs-on: [self-hosted, ours]"),
        ("split-into-jobs", "\n      - self-hosted\n      - ours", "", "runs-on: [self-hosted, ours]"),
        // The gate does not need `setup`, and would know nothing of its outputs.
        ("split-into-jobs", "${{ needs.setup.outputs.os }}", "    needs: setup\n", "runs-on: ubuntu-22.04"),
    ] {
        check_machine(id, &format!("{setup}{}", job("a<|>", runs_on, more)), "", expected);
    }
}
