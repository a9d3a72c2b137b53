//! Test runners other than pytest.

use crate::effects::catalogue::{Mover, Tool, Touch};
use crate::effects::{Access, Role, SessionKind, Sharing};

const ROBOT: &[Touch] =
    &[Touch::sources(), robot_file("output.xml"), robot_file("log.html"), robot_file("report.html")];

const PABOT: &[Touch] = &[
    ROBOT[0],
    ROBOT[1],
    ROBOT[2],
    ROBOT[3],
    Touch::writes("pabot_results"),
    Touch::writes(".pabotsuitenames").access(Access::Update),
];

/// A file that robot writes into the working directory or `--outputdir`.
const fn robot_file(name: &'static str) -> Touch {
    Touch::writes(name)
        .role(Role::Report)
        .moved_by(&[Mover::Flag("--outputdir"), Mover::Flag("-d"), Mover::Setting(|it| it.robot_output.as_deref())])
        .cure("`--outputdir FOLDER`")
}

pub(super) const TOOLS: &[Tool] = &[
    // Writes nothing (measured).
    Tool::new("unittest", &["unittest", "doctest", "xdoctest", "trial", "stestr", "nose2", "green", "virtue"])
        .kind(SessionKind::Test)
        .touches(&[Touch::sources()]),
    // Two processes disturb each other in `.tox/.pkg` (tox#3473); `tox -p` in one is fine. Measured with 4.67.15.
    Tool::new("tox", &["tox"]).kind(SessionKind::Test).touches(&[
        Touch::sources(),
        Touch::writes(".tox").role(Role::Environment).moved_by(&[Mover::Flag("--workdir")]).cure("`--workdir FOLDER`"),
    ]),
    Tool::new("nox --list", &["nox"]).with(&["--list", "-l", "--version", "--help"]),
    // A session twice at once builds one environment twice (nox 2026.10.20: 4 of 8 trials failed).
    Tool::new("nox", &["nox"]).touches(&[Touch::writes(".nox")
        .role(Role::Environment)
        .moved_by(&[Mover::Flag("--envdir"), Mover::Env("NOX_ENVDIR")])
        .cure("`--envdir FOLDER`")]),
    // `reports/TESTS-*.xml` (measured with 1.3.3).
    Tool::new("behave --junit", &["behave"]).with(&["--junit"]).kind(SessionKind::IntegrationTest).touches(&[
        Touch::sources(),
        Touch::writes("reports")
            .role(Role::Report)
            .moved_by(&[Mover::Flag("--junit-directory")])
            .cure("`--junit-directory FOLDER`"),
    ]),
    Tool::new("behave", &["behave"]).when(|it| it.behave_junit.is_some()).kind(SessionKind::IntegrationTest).touches(
        &[
            Touch::sources(),
            Touch::writes_to(&[Mover::Flag("--junit-directory"), Mover::Setting(|it| it.behave_junit.as_deref())])
                .role(Role::Report)
                .cure("`--junit-directory FOLDER`"),
        ],
    ),
    Tool::new("behave", &["behave"]).kind(SessionKind::IntegrationTest).touches(&[Touch::sources()]),
    // `output.xml`, `log.html`, `report.html` in the working directory (measured with 7.5).
    Tool::new("robot", &["robot", "robot.run"]).kind(SessionKind::IntegrationTest).touches(ROBOT),
    // After robot: reads `output.xml`.
    Tool::new("rebot", &["rebot"]).kind(SessionKind::Other).touches(&[
        Touch::reads("output.xml").role(Role::Report).moved_by(&[Mover::Word(0)]),
        robot_file("log.html"),
        robot_file("report.html"),
    ]),
    Tool::new("pabot", &["pabot"]).kind(SessionKind::IntegrationTest).touches(PABOT),
    // Newer versions copy the tree to `mutants/`, older ones change sources in place.
    Tool::new("mutmut", &["mutmut", "cosmic-ray"]).kind(SessionKind::Bench).touches(&[
        Touch::sources(),
        Touch::writes("mutants"),
        Touch::cache(".mutmut-cache", Sharing::Exclusive),
    ]),
    Tool::new("locust", &["locust"]).kind(SessionKind::Bench),
    Tool::new("playwright install", &["playwright"]).sub(&["install", "install-deps"]),
];
