//! Test runners other than pytest.

use crate::effects::call::{Call, Out};
use crate::effects::catalogue::{Mover, Tool, Touch};
use crate::effects::{Access, Role, SessionKind, Sharing};

/// See [`robot`].
const ROBOT: &str = "writes `output.xml`, `log.html`, `report.html`, or what `--output`, `--log`, `--report`, `--xunit` name \
    (`NONE`: not at all), into the working directory, `--outputdir` or `output-dir`";

/// See [`rebot`].
const REBOT: &str = "writes `log.html` and `report.html` as `robot` does";

/// See [`pabot`].
const PABOT: &str = "writes what `robot` does, and `pabot_results` beside it";

pub(super) const TOOLS: &[Tool] = &[
    // Writes nothing (measured).
    Tool::new("unittest", &["unittest", "doctest", "xdoctest", "trial", "stestr", "nose2", "green", "virtue"])
        .kind(SessionKind::Test)
        .touches(&[Touch::sources()]),
    // Two processes disturb each other in `.tox/.pkg` (tox#3473); `tox -p` in one is fine. Measured with 4.67.15.
    Tool::new("tox", &["tox"])
        .kind(SessionKind::Test)
        .touches(&[
            Touch::sources(),
            Touch::writes(".tox")
                .role(Role::Environment)
                .moved_by(&[Mover::Flag("--workdir")])
                .cure("`--workdir FOLDER`"),
        ])
        .more("does what its environments do, which nobody knows", sessions),
    Tool::new("nox --list", &["nox"]).with(&["--list", "-l", "--version", "--help"]),
    // A session twice at once builds one environment twice (nox 2026.10.20: 4 of 8 trials failed).
    Tool::new("nox", &["nox"])
        .touches(&[Touch::writes(".nox")
            .role(Role::Environment)
            .moved_by(&[Mover::Flag("--envdir")])
            .cure("`--envdir FOLDER`")])
        .more("does what its sessions do, which nobody knows", sessions),
    // `reports/TESTS-*.xml` (measured with 1.3.3).
    Tool::new("behave --junit", &["behave"]).with(&["--junit"]).kind(SessionKind::IntegrationTest).touches(&[
        Touch::sources(),
        Touch::writes("reports")
            .role(Role::Report)
            .moved_by(&[Mover::Flag("--junit-directory")])
            .cure("`--junit-directory FOLDER`"),
    ]),
    Tool::new("behave", &["behave"])
        .when("behave's junit", |it| it.behave_junit.is_some())
        .kind(SessionKind::IntegrationTest)
        .touches(&[
            Touch::sources(),
            Touch::writes_to(&[
                Mover::Flag("--junit-directory"),
                Mover::Setting("junit_directory", |it| it.behave_junit.as_deref()),
            ])
            .role(Role::Report)
            .cure("`--junit-directory FOLDER`"),
        ]),
    Tool::new("behave", &["behave"]).kind(SessionKind::IntegrationTest).touches(&[Touch::sources()]),
    // `output.xml`, `log.html`, `report.html` in the working directory (measured with 7.5).
    Tool::new("robot", &["robot", "robot.run"])
        .kind(SessionKind::IntegrationTest)
        .touches(&[Touch::sources()])
        .more(ROBOT, robot),
    // After robot: reads `output.xml`.
    Tool::new("rebot", &["rebot"])
        .kind(SessionKind::Other)
        .touches(&[Touch::reads("output.xml").role(Role::Report).moved_by(&[Mover::Word(0)])])
        .value_flags(&["-d", "--outputdir", "--output", "-o", "--log", "-l", "--report", "-r", "--name", "-N"])
        .more(REBOT, rebot),
    Tool::new("pabot", &["pabot"])
        .kind(SessionKind::IntegrationTest)
        .touches(&[Touch::sources(), Touch::writes(".pabotsuitenames").access(Access::Update)])
        .more(PABOT, pabot),
    // 3.8.1 copies the tree to `mutants/` (measured); versions before 3 change sources in place.
    Tool::new("mutmut", &["mutmut", "cosmic-ray"]).kind(SessionKind::Bench).touches(&[
        Touch::sources(),
        Touch::writes("mutants"),
        Touch::cache(".mutmut-cache", Sharing::Exclusive),
    ]),
    Tool::new("locust", &["locust"]).kind(SessionKind::Bench),
    Tool::new("playwright install", &["playwright"]).sub(&["install", "install-deps"]),
];

/// A runner in a runner: its own file says what it does.
fn sessions(call: &Call<'_>, out: &mut Out<'_>) {
    let words: Vec<&str> = call.words.iter().take(2).copied().collect();
    out.elsewhere(format!("{} {}", call.program, words.join(" ")).trim_end().to_owned());
}

fn robot(call: &Call<'_>, out: &mut Out<'_>) {
    robot_files(call, &[("--output", "-o", "output.xml"), LOG, REPORT, XUNIT], out);
}

/// Makes no `output.xml` unless it is asked for one.
fn rebot(call: &Call<'_>, out: &mut Out<'_>) {
    robot_files(call, &[("--output", "-o", ""), LOG, REPORT, XUNIT], out);
}

fn pabot(call: &Call<'_>, out: &mut Out<'_>) {
    robot_files(call, &[("--output", "-o", "output.xml"), LOG, REPORT, XUNIT, ("", "", "pabot_results")], out);
}

const LOG: (&str, &str, &str) = ("--log", "-l", "log.html");
const REPORT: (&str, &str, &str) = ("--report", "-r", "report.html");
const XUNIT: (&str, &str, &str) = ("--xunit", "-x", "");

/// Robot Framework's files: option, short option, default name. `NONE` turns one off; a folder for all of them is one thing.
fn robot_files(call: &Call<'_>, files: &[(&str, &str, &str)], out: &mut Out<'_>) {
    let cure = "`--outputdir FOLDER`";
    let project = out.project;
    let mut write = |path: &str, is_explicit| {
        out.path(call.program, path, Access::Write, Sharing::Exclusive, Role::Report, is_explicit, cure);
    };
    let given = call.value("--outputdir").or_else(|| call.value("-d"));
    if let Some(folder) = given.or(project.robot_output.as_deref()) {
        return write(folder, given.is_some());
    }
    for (option, short, default) in files {
        let named = if option.is_empty() { None } else { call.value(option).or_else(|| call.value(short)) };
        let name = named.unwrap_or(default);
        if !name.is_empty() && !name.eq_ignore_ascii_case("none") {
            write(name, named.is_some());
        }
    }
}
