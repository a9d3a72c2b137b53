//! coverage.py. All rows measured with 7.17.3.

use facts::project::ProjectFacts;

use crate::effects::call::{Call, Out};
use crate::effects::catalogue::{Mover, Tool, Touch};
use crate::effects::{Access, Role, SessionKind, Sharing, paths};

/// What puts the data file elsewhere, the strongest first.
pub(super) const DATA_FILE: &[Mover] = &[
    Mover::Flag("--data-file"),
    Mover::Env("COVERAGE_FILE"),
    Mover::Setting("[tool.coverage.run] data_file", |it| it.coverage_data_file.as_deref()),
];
const CURE: &str = "give each session a data file of its own with `COVERAGE_FILE`, and combine them at the end";
const ERASE_CURE: &str = "run it before all sessions that write coverage data";
const REPORT_CURE: &str = "run it after all sessions that write coverage data";

/// `.coverage`, or where it was moved to.
const fn data(access: Access) -> Touch {
    Touch::writes(".coverage").access(access).role(Role::CoverageData).moved_by(DATA_FILE).cure(CURE)
}

/// `.coverage.*`: what parallel mode leaves and `combine` takes.
const fn parts(access: Access) -> Touch {
    data(access).suffix(".*").cure(REPORT_CURE)
}

const READS: [Touch; 4] = [
    data(Access::Read).sharing(Sharing::Safe),
    parts(Access::Read).sharing(Sharing::Safe),
    parts(Access::Delete),
    Touch::sources(),
];

macro_rules! report {
    ($($touch:expr),*) => {
        // Since 7.14 every reporting command combines `.coverage.*` into `.coverage` first and deletes the parts.
        &[READS[0], READS[1], READS[2], READS[3], $($touch),*]
    };
}

pub(super) const TOOLS: &[Tool] = &[
    // Parallel mode: files of its own (`.coverage.<host>.<pid>.…`), safe until somebody combines.
    // (optparse takes the beginning of a long option for the whole: cookiecutters write `--parallel`.)
    run("coverage run --parallel-mode").with(&["-p", "--parallel-mode", "--parallel", "-pm"]).touches(PARALLEL),
    run("coverage run --parallel-mode")
        .when("[tool.coverage.run] parallel", |it| it.coverage_parallel)
        .without(&["--data-file"])
        .touches(PARALLEL),
    // Order matters: the first writes, the others add.
    run("coverage run --append").with(&["-a", "--append", "-am"]).touches(&[Touch::sources(), data(Access::Update)]),
    // Of two at once one session's data was lost in 8 of 8 trials, exit codes all 0.
    run("coverage run").touches(&[Touch::sources(), data(Access::Write)]),
    // Deletes its inputs unless `--keep` is given.
    tool("coverage combine").sub(&["combine"]).more(
        "reads and deletes `.coverage.*` (unless `--keep`) or the files that are given, writes `.coverage`",
        combined,
    ),
    tool("coverage xml").sub(&["xml"]).touches(report!(
        Touch::writes("coverage.xml")
            .role(Role::Report)
            .cure("`-o FILE`")
            .moved_by(&[Mover::Flag("-o"), Mover::Setting("[tool.coverage.xml] output", |it| output(it, "xml"))])
    )),
    tool("coverage json").sub(&["json"]).touches(report!(
        Touch::writes("coverage.json")
            .role(Role::Report)
            .cure("`-o FILE`")
            .moved_by(&[Mover::Flag("-o"), Mover::Setting("[tool.coverage.json] output", |it| output(it, "json"))])
    )),
    tool("coverage lcov").sub(&["lcov"]).touches(report!(
        Touch::writes("coverage.lcov")
            .role(Role::Report)
            .cure("`-o FILE`")
            .moved_by(&[Mover::Flag("-o"), Mover::Setting("[tool.coverage.lcov] output", |it| output(it, "lcov"))])
    )),
    tool("coverage html").sub(&["html"]).touches(report!(
        Touch::writes("htmlcov").role(Role::Report).cure("`-d FOLDER`").moved_by(&[
            Mover::Flag("-d"),
            Mover::Flag("--directory"),
            Mover::Setting("[tool.coverage.html] directory", |it| output(it, "html"))
        ])
    )),
    // Without `-d` it writes `*,cover` beside each source, which nobody reads.
    tool("coverage annotate").sub(&["annotate"]).touches(report!(
        Touch::writes_to(&[Mover::Flag("-d"), Mover::Flag("--directory")]).role(Role::Report).cure("`-d FOLDER`")
    )),
    tool("coverage report").sub(&["report"]).touches(report!()),
    // Deletes `.coverage`; the parts only when `parallel` is set.
    tool("coverage erase")
        .sub(&["erase"])
        .when("[tool.coverage.run] parallel", |it| it.coverage_parallel)
        .touches(&[data(Access::Delete).cure(ERASE_CURE), data(Access::Delete).suffix(".*").cure(ERASE_CURE)]),
    tool("coverage erase").sub(&["erase"]).touches(&[data(Access::Delete).cure(ERASE_CURE)]),
    Tool::new("coverage debug", &["coverage"]).sub(&["debug", "help", "--version"]),
    // A subcommand that cannot be read (`coverage *args`): most are reports.
    tool("coverage").touches(report!()),
    // Upload of a report that is there.
    Tool::new("codecov", &["codecov", "coveralls", "codecovcli", "codacy-coverage"])
        .kind(SessionKind::Coverage)
        .touches(&[data(Access::Read).sharing(Sharing::Safe), Touch::reads("coverage.xml").role(Role::Report)]),
    // Reads `coverage.xml` and compares it with git's history.
    Tool::new("diff-cover", &["diff-cover"])
        .kind(SessionKind::Coverage)
        .touches(&[Touch::reads_from(&[Mover::Word(0)]).role(Role::Report)]),
];

const PARALLEL: &[Touch] = &[Touch::sources(), data(Access::Write).suffix(".*").sharing(Sharing::Safe)];

const fn tool(name: &'static str) -> Tool {
    Tool::new(name, &["coverage", "coverage3"]).kind(SessionKind::Coverage)
}

const fn run(name: &'static str) -> Tool {
    Tool::new(name, &["coverage", "coverage3"]).sub(&["run"]).kind(SessionKind::Test).inner(behind_run)
}

fn output<'a>(project: &'a ProjectFacts, report: &str) -> Option<&'a str> {
    project.coverage_outputs.iter().find(|(name, _)| name == report).map(|(_, path)| path.as_str())
}

/// What `combine` reads and deletes: `.coverage.*`, or the files and folders that it is given.
fn combined(call: &Call<'_>, out: &mut Out<'_>) {
    let given = call.positional(&["--data-file", "--rcfile"]);
    let data_file = call.value("--data-file").or_else(|| out.env.get("COVERAGE_FILE"));
    let is_explicit = data_file.is_some() || given.len() > 1;
    let default = data_file.or(out.project.coverage_data_file.as_deref()).unwrap_or(".coverage");
    let inputs = match given.get(1..) {
        // Found by the noxfile's own search (`Path().glob(".coverage*")`): what else than the data files.
        Some(paths) if paths.iter().any(|path| paths::is_anywhere(path)) => {
            vec![format!("{default}.*"), default.to_owned()]
        }
        Some(paths) if !paths.is_empty() => paths.iter().map(|path| inside(path)).collect(),
        _ => vec![format!("{default}.*")],
    };
    for path in inputs {
        out.path("coverage combine", &path, Access::Read, Sharing::Safe, Role::CoverageData, is_explicit, REPORT_CURE);
        if !call.has("--keep") {
            let (access, sharing) = (Access::Delete, Sharing::Exclusive);
            out.path("coverage combine", &path, access, sharing, Role::CoverageData, is_explicit, REPORT_CURE);
        }
    }
    let access = if call.has("-a") || call.has("--append") { Access::Update } else { Access::Write };
    out.path("coverage combine", default, access, Sharing::Exclusive, Role::CoverageData, data_file.is_some(), CURE);
}

/// The data files that a path means: those in it when it is a folder.
fn inside(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    if name.contains(".coverage") || name.contains('*') { path.to_owned() } else { format!("{path}/.coverage.*") }
}

/// The program that `coverage run` measures.
fn behind_run<'a>(call: &Call<'a>) -> Vec<&'a str> {
    const VALUES: [&str; 9] = [
        "--data-file",
        "--rcfile",
        "--source",
        "--include",
        "--omit",
        "--concurrency",
        "--context",
        "--save-signal",
        "--timid=",
    ];
    let mut words = call.words.iter().copied().skip_while(|word| *word != "run").skip(1);
    while let Some(word) = words.next() {
        if word == "-m" || word == "--module" || word == "-pm" || word == "-am" {
            return std::iter::once("python").chain(std::iter::once("-m")).chain(words).collect();
        }
        if VALUES.contains(&word) {
            words.next();
        } else if !word.starts_with('-') {
            let name = word.rsplit('/').next().unwrap_or(word);
            let runner = if name.starts_with("pytest") || name == "py.test" { Some("pytest") } else { None };
            return match runner {
                Some(runner) => std::iter::once(runner).chain(words).collect(),
                None => std::iter::once("python").chain(std::iter::once(word)).chain(words).collect(),
            };
        }
    }
    Vec::new()
}
