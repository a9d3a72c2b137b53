//! pytest and its plugins. Measured with pytest 9.2.0, pytest-cov 7.1.0 unless a row says otherwise.

use crate::effects::call::{Call, Out, UNREADABLE};
use crate::effects::catalogue::{Tool, Touch};
use crate::effects::{Access, Resource, Role, SessionKind, Sharing};

const CURE: &str = "give each session a data file of its own with `COVERAGE_FILE`, and combine them at the end";
const BENCH_FLAGS: &[&str] = &["--benchmark-only", "--codspeed"];

pub(super) const TOOLS: &[Tool] = &[
    // Only prints. (`--fixtures` collects the tests first and fills the cache, measured.)
    Tool::new("pytest --help", &["pytest", "py.test"]).with(&["--version", "--help", "--markers"]),
    Tool::new("pytest", &["pytest", "py.test"])
        .with(BENCH_FLAGS)
        .kind(SessionKind::Bench)
        .touches(TOUCHES)
        .more(ALSO, more),
    Tool::new("pytest", &["pytest", "py.test"]).kind(SessionKind::Test).touches(TOUCHES).more(ALSO, more),
];

/// See [`more`].
const ALSO: &str = "writes `.pytest_cache` (shared at a cost; `cache_dir`, off by `-p no:cacheprovider`) and what options ask for: `.coverage` with `--cov` (`COVERAGE_FILE`, `data_file`; deletes \
    `.coverage.*`), reports of `--cov-report`, `--junitxml`, `--html`, `--json-report`, `.testmondata`, `.benchmarks`, \
    `--basetemp` (wiped first)";

const TOUCHES: &[Touch] = &[Touch::sources()];

/// Everything that an option asks for. `addopts` of the project and `PYTEST_ADDOPTS` stand in front of the words, as
/// pytest has it.
fn more(call: &Call<'_>, out: &mut Out<'_>) {
    let env = out.env;
    let project = out.project;
    let added = env.get("PYTEST_ADDOPTS").unwrap_or_default();
    if added.contains(UNREADABLE) {
        out.unknown("what `PYTEST_ADDOPTS` adds to pytest".to_owned());
    }
    let words = project
        .pytest_addopts
        .iter()
        .map(String::as_str)
        .chain(added.split_whitespace().filter(|word| *word != UNREADABLE))
        .chain(call.words.iter().copied())
        .collect();
    let call = &Call { program: call.program, words };
    add_cache(call, out);
    add_sources(call, out);
    add_coverage(call, out);
    add_reports(call, out);
    // Wiped at the start: two runs that share it delete each other's files (lcsas#146).
    if let Some(folder) = call.value("--basetemp") {
        out.path(
            "pytest --basetemp",
            folder,
            Access::Delete,
            Sharing::Exclusive,
            Role::Scratch,
            true,
            "a `--basetemp` of its own",
        );
        out.path(
            "pytest --basetemp",
            folder,
            Access::Write,
            Sharing::Exclusive,
            Role::Scratch,
            true,
            "a `--basetemp` of its own",
        );
    }
    if call.has("--testmon") {
        // SQLite keeps two more files beside it (measured).
        let path = env.get("TESTMON_DATAFILE").unwrap_or(".testmondata");
        out.path(
            "pytest --testmon",
            &format!("{path}*"),
            Access::Update,
            Sharing::Exclusive,
            Role::Other,
            false,
            "set `TESTMON_DATAFILE`",
        );
    }
    add_benchmarks(call, out);
    // Its options show that it is used; without them nobody knows.
    if call.words.iter().any(|word| word.starts_with("--hypothesis-")) {
        out.path("hypothesis", ".hypothesis", Access::Write, Sharing::Safe, Role::Cache, false, "");
    }
    if let Some(n) = call.value("-n").or_else(|| call.value("--numprocesses")) {
        out.effects.width = Some(n.parse().unwrap_or(0));
    }
    // pytest-django and pytest-playwright's live server pick free ports; a fixed one is visible.
    if let Some(port) = call.value("--liveserver").and_then(|it| it.rsplit(':').next()).and_then(|it| it.parse().ok()) {
        out.push("pytest --liveserver", Resource::Port(port), Access::Write, Sharing::Exclusive, Role::Other, true, "");
    }
}

/// The last writer wins, `--last-failed` sees one of them. `-p no:cacheprovider` turns it off, `-o cache_dir=` moves it
/// (both measured).
fn add_cache(call: &Call<'_>, out: &mut Out<'_>) {
    if call.values("-p").contains(&"no:cacheprovider") {
        return;
    }
    let overrides = call.values("-o").into_iter().chain(call.values("--override-ini"));
    let named = overrides.filter_map(|it| it.strip_prefix("cache_dir=")).next_back();
    let path = named.or(out.project.pytest_cache_dir.as_deref()).unwrap_or(".pytest_cache");
    let cure = "`-p no:cacheprovider`";
    out.path("pytest", path, Access::Write, Sharing::Benign, Role::Cache, named.is_some(), cure);
}

/// Options that take the next word, so that the words that are left are files and folders.
const VALUES: &[&str] = &[
    "-n",
    "-m",
    "-k",
    "-p",
    "-c",
    "-o",
    "-W",
    "-r",
    "--numprocesses",
    "--cov-config",
    "--maxfail",
    "--dist",
    "--ignore",
    "--durations",
    "--rootdir",
    "--timeout",
];

/// The tests with their data; options that rewrite the data they compare with.
fn add_sources(call: &Call<'_>, out: &mut Out<'_>) {
    let given = call.positional(VALUES);
    let is_known = !given.is_empty() && !given.contains(&UNREADABLE);
    for folder in if is_known { given } else { vec!["tests"] } {
        let path = folder.split("::").next().unwrap_or_default();
        out.path("pytest", path, Access::Read, Sharing::Safe, Role::Source, false, "");
    }
    // Pictures of pytest-mpl; syrupy, inline-snapshot, pytest-regressions and their like.
    let rewrites = [
        "--mpl-generate-path",
        "--mpl-generate-hash-library",
        "--snapshot-update",
        "--inline-snapshot",
        "--force-regen",
        "--regen-all",
        "--update-snapshots",
    ];
    if let Some(flag) = rewrites.into_iter().find(|flag| call.has(flag)) {
        let cure = "run it first and alone";
        out.push(
            &format!("pytest {flag}"),
            Resource::Sources,
            Access::Mutate,
            Sharing::Exclusive,
            Role::Other,
            true,
            cure,
        );
    }
}

/// pytest-cov erases the data file first and combines `.coverage.*` at the end; `--no-cov` turns it off.
fn add_coverage(call: &Call<'_>, out: &mut Out<'_>) {
    // Without `--cov` none of its options does anything.
    if call.has("--no-cov") || !call.has("--cov") {
        return;
    }
    let project = out.project;
    let explicit = out.env.get("COVERAGE_FILE");
    let path = explicit.or(project.coverage_data_file.as_deref()).unwrap_or(".coverage");
    let is_explicit = explicit.is_some();
    let (tool, access) = if call.has("--cov-append") {
        ("pytest --cov-append", Access::Update)
    } else {
        ("pytest --cov", Access::Write)
    };
    out.path(tool, path, access, Sharing::Exclusive, Role::CoverageData, is_explicit, CURE);
    out.path(tool, &format!("{path}.*"), Access::Delete, Sharing::Exclusive, Role::CoverageData, is_explicit, CURE);
    for report in call.values("--cov-report") {
        let (kind, path) = report.split_once(':').map_or((report, None), |(kind, path)| (kind, Some(path)));
        let default = match kind {
            "xml" => "coverage.xml",
            "html" => "htmlcov",
            "json" => "coverage.json",
            "lcov" => "coverage.lcov",
            _ => continue,
        };
        let set = project.coverage_outputs.iter().find(|(name, _)| name == kind).map(|(_, path)| path.as_str());
        let at = path.filter(|it| !it.is_empty()).or(set).unwrap_or(default);
        let cure = format!("`--cov-report={kind}:PATH`");
        out.path("pytest --cov-report", at, Access::Write, Sharing::Exclusive, Role::Report, path.is_some(), &cure);
    }
}

fn add_reports(call: &Call<'_>, out: &mut Out<'_>) {
    // Beside the page (measured with pytest-html 4.2.0).
    if let Some(page) = call.value("--html").filter(|_| !call.has("--self-contained-html")) {
        let folder = page.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
        let (path, cure) = (format!("{folder}assets/style.css"), "`--self-contained-html`");
        out.path("pytest --html", &path, Access::Write, Sharing::Safe, Role::Report, true, cure);
    }
    for flag in
        ["--junitxml", "--junit-xml", "--html", "--json-report-file", "--report-log", "--csv", "--md", "--alluredir"]
    {
        if let Some(path) = call.value(flag) {
            out.path(
                &format!("pytest {flag}"),
                path,
                Access::Write,
                Sharing::Exclusive,
                Role::Report,
                true,
                &format!("`{flag}` with a path of its own"),
            );
        }
    }
    if call.has("--json-report") && call.value("--json-report-file").is_none() {
        out.path(
            "pytest --json-report",
            ".report.json",
            Access::Write,
            Sharing::Exclusive,
            Role::Report,
            false,
            "`--json-report-file`",
        );
    }
}

/// Times taken beside other work say nothing; the files are another matter.
fn add_benchmarks(call: &Call<'_>, out: &mut Out<'_>) {
    let storage = call.value("--benchmark-storage").map(|it| it.trim_start_matches("file://"));
    let (path, is_explicit) = (storage.unwrap_or(".benchmarks"), storage.is_some());
    if call.has("--benchmark-autosave") || call.has("--benchmark-save") {
        out.path("pytest --benchmark-save", path, Access::Write, Sharing::Safe, Role::Other, is_explicit, "");
    }
    if call.has("--benchmark-compare") {
        out.path("pytest --benchmark-compare", path, Access::Read, Sharing::Safe, Role::Other, is_explicit, "");
    }
    if let Some(file) = call.value("--benchmark-json") {
        out.path(
            "pytest --benchmark-json",
            file,
            Access::Write,
            Sharing::Exclusive,
            Role::Report,
            true,
            "`--benchmark-json` with a path of its own",
        );
    }
}
