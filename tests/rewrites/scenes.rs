//! The projects on which rewrites are executed: small, each with what makes its rewrite worth offering. Their sessions
//! take milliseconds, as `play/tool.sh` plays the tools that they call.

use std::fmt::Write;

/// What is tried of a rewrite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Case {
    /// Every session passes; one of them has two instances.
    Pass,
    /// The same with a failure in the middle.
    Fails,
    /// Two sessions leave data for a third.
    Dependent,
    /// One of the two fails.
    DependentFails,
    /// The job runs for each cell of a matrix.
    Matrix,
}

impl Case {
    pub(super) const ALL: [Self; 5] = [Self::Pass, Self::Fails, Self::Dependent, Self::DependentFails, Self::Matrix];

    fn is_dependent(self) -> bool {
        matches!(self, Self::Dependent | Self::DependentFails)
    }

    /// The session that fails.
    pub(super) fn failing(self) -> Option<&'static str> {
        match self {
            Self::Fails => Some("typecheck"),
            Self::DependentFails => Some("unit"),
            _ => None,
        }
    }
}

/// A project before its rewrite.
pub(super) struct Scene {
    pub(super) noxfile: String,
    pub(super) workflow: String,
    /// The job to rewrite; `None`: what is offered for a whole file.
    pub(super) job: Option<&'static str>,
}

const HEAD: &str = "import nox\n\nnox.options.default_venv_backend = \"none\"\n";

/// The sessions of the scenes: name, arguments of the decorator and of the function, commands.
const SESSIONS: [(&str, &str, &str); 7] = [
    ("lint", "", r#"session.run("ruff", "check", ".")"#),
    ("typecheck", "", r#"session.run("mypy", "src")"#),
    ("style", "", r#"session.run("flake8", "src")"#),
    ("docs", "", r#"session.run("mkdocs", "build")"#),
    ("unit", "", r#"session.run("coverage", "run", "-p", "-m", "pytest", "tests/unit")"#),
    ("integration", "", r#"session.run("coverage", "run", "-p", "-m", "pytest", "tests/integration")"#),
    ("report", "", "session.run(\"coverage\", \"combine\")\n    session.run(\"coverage\", \"report\")"),
];

fn noxfile(names: &[&str], arguments: &str) -> String {
    let mut out = HEAD.to_owned();
    for (name, _, body) in SESSIONS.iter().filter(|(name, ..)| names.contains(name)) {
        if *name == "style" {
            let _ = write!(
                out,
                "\n\n@nox.session{arguments}\n@nox.parametrize(\"level\", [1, 2])\ndef style(session, level):\n    {body}\n"
            );
        } else {
            let _ = write!(out, "\n\n@nox.session{arguments}\ndef {name}(session):\n    {body}\n");
        }
    }
    out
}

fn sessions(case: Case) -> &'static [&'static str] {
    if case.is_dependent() {
        &["lint", "unit", "integration", "report"]
    } else {
        &["lint", "typecheck", "style", "docs"]
    }
}

const LETTERS: &str = "    strategy:\n      fail-fast: false\n      matrix:\n        letter: [a, b]\n";

fn strategy(case: Case) -> &'static str {
    if case == Case::Matrix { LETTERS } else { "" }
}

fn job(id: &str, head: &str, steps: &str) -> String {
    // The shell is named, as act mixes up the default ones in a matrix.
    format!(
        "  {id}:\n{head}    runs-on: LABEL\n    defaults: {{ run: {{ shell: bash }} }}\n    steps:\n      - uses: actions/checkout@v7\n{steps}"
    )
}

fn nox(call: &str) -> String {
    format!("      - run: nox {call}\n")
}

fn upload(name: &str, path: &str) -> String {
    let hidden = if path.starts_with('.') { "          include-hidden-files: true\n" } else { "" };
    format!(
        "      - uses: actions/upload-artifact@v7\n        with:\n          name: {name}\n          path: {path}\n{hidden}"
    )
}

fn download(pattern: &str) -> String {
    format!(
        "      - uses: actions/download-artifact@v8\n        with: {{ pattern: {pattern}, merge-multiple: true }}\n"
    )
}

const ON: &str = "on: [push, pull_request]\njobs:\n";

/// One job that runs a session a step.
pub(super) fn steps_alone(case: Case) -> Scene {
    let names = sessions(case);
    let steps: String = names.iter().map(|name| nox(&format!("-s {name}"))).collect();
    let workflow = format!("{ON}{}", job("checks", strategy(case), &steps));
    Scene { noxfile: noxfile(names, ""), workflow, job: Some("checks") }
}

/// The same with a file that is kept.
pub(super) fn steps(case: Case) -> Scene {
    let mut scene = steps_alone(case);
    if !case.is_dependent() {
        let name = if case == Case::Matrix { "manual-${{ matrix.letter }}" } else { "manual" };
        scene.workflow.push_str(&upload(name, "site"));
    }
    scene
}

/// The same with other sessions behind the step that keeps it.
pub(super) fn steps_with_uploads_between(case: Case) -> Scene {
    let mut scene = steps_alone(case);
    let (name, path) = if case.is_dependent() { ("unit", ".coverage.*") } else { ("docs", "site") };
    let step = nox(&format!("-s {name}"));
    let others = scene.workflow.replace(&step, "");
    let first = nox("-s lint");
    scene.workflow = others.replace(&first, &format!("{step}{}{first}", upload("kept", path)));
    scene
}

/// Steps with limits of their own, of which the one with the failing session may fail.
pub(super) fn steps_of_their_own(case: Case) -> Scene {
    let mut scene = steps_alone(case);
    for (name, minutes) in [("lint", 7), ("typecheck", 8), ("docs", 9)] {
        let step = nox(&format!("-s {name}"));
        scene.workflow = scene.workflow.replace(&step, &format!("{step}        timeout-minutes: {minutes}\n"));
    }
    let may_fail = nox(&format!("-s {}", case.failing().unwrap_or("lint")));
    scene.workflow = scene.workflow.replace(&may_fail, &format!("{may_fail}        continue-on-error: true\n"));
    scene
}

/// Steps whose variables name the data that their sessions leave.
pub(super) fn data_named_by_steps(case: Case) -> Scene {
    let mut scene = steps_alone(case);
    scene.noxfile = scene.noxfile.replace("\"run\", \"-p\",", "\"run\",");
    for name in ["unit", "integration"] {
        let step = nox(&format!("-s {name}"));
        let named = format!("{step}        env: {{ COVERAGE_FILE: .coverage.{name} }}\n");
        scene.workflow = scene.workflow.replace(&step, &named);
    }
    scene
}

/// Steps of which one runs whatever happened before it, and one when the event is the one that it names.
pub(super) fn steps_under_conditions(case: Case) -> Scene {
    let mut scene = steps_alone(case);
    let (always, never) = if case.is_dependent() { ("lint", "none") } else { ("typecheck", "docs") };
    for (name, condition) in [
        (always, "always()"),
        (never, "github.event_name == 'schedule'"),
        ("report", "github.event_name != 'schedule'"),
    ] {
        let step = nox(&format!("-s {name}"));
        scene.workflow = scene.workflow.replace(&step, &format!("{step}        if: {condition}\n"));
    }
    scene
}

/// Steps that all have the same limit and all may fail.
pub(super) fn steps_that_may_fail(case: Case) -> Scene {
    let mut scene = steps_alone(case);
    for name in sessions(case) {
        let step = nox(&format!("-s {name}"));
        let terms = "        timeout-minutes: 9\n        continue-on-error: true\n";
        scene.workflow = scene.workflow.replace(&step, &format!("{step}{terms}"));
    }
    scene
}

/// One job whose steps run an instance of one session each.
pub(super) fn steps_of_instances(case: Case) -> Scene {
    let name = if case.is_dependent() { "unit" } else { "typecheck" };
    let steps: String = ["a", "b", "c"].iter().map(|id| nox(&format!("-s '{name}({id})'"))).collect();
    let parametrized = "\n@nox.parametrize(\"x\", [1, 2, 3], ids=[\"a\", \"b\", \"c\"])";
    let noxfile = noxfile(&[name], parametrized).replace("(session):", "(session, x):");
    Scene { noxfile, workflow: format!("{ON}{}", job("checks", strategy(case), &steps)), job: Some("checks") }
}

/// The same with the names that nox gives to strings: quotes of both kinds in them, blanks.
pub(super) fn steps_of_quoted_instances(case: Case) -> Scene {
    let name = if case.is_dependent() { "unit" } else { "typecheck" };
    let values = ["'4.2'", "'a b'", "\\\"it's\\\""];
    let steps: String = values.iter().map(|value| nox(&format!("-s \"{name}(x={value})\""))).collect();
    let parametrized = "\n@nox.parametrize(\"x\", [\"4.2\", \"a b\", \"it's\"])";
    let noxfile = noxfile(&[name], parametrized).replace("(session):", "(session, x):");
    Scene { noxfile, workflow: format!("{ON}{}", job("checks", strategy(case), &steps)), job: Some("checks") }
}

/// One job whose steps run sessions that require the same one.
pub(super) fn steps_with_one_requirement(case: Case) -> Scene {
    let names = if case.is_dependent() { ["unit", "integration"] } else { ["typecheck", "docs"] };
    let steps: String = names.iter().map(|name| nox(&format!("-s {name}"))).collect();
    let mut noxfile = noxfile(&["lint", names[0], names[1]], "");
    for name in names {
        let plain = format!("@nox.session\ndef {name}(");
        noxfile = noxfile.replace(&plain, &plain.replace("session\n", "session(requires=[\"lint\"])\n"));
    }
    Scene { noxfile, workflow: format!("{ON}{}", job("checks", strategy(case), &steps)), job: Some("checks") }
}

/// A matrix whose cells all run the same.
pub(super) fn matrix_of_repeats(case: Case) -> Scene {
    let mut scene = steps_alone(case);
    if case != Case::Matrix {
        scene.workflow = scene.workflow.replace("  checks:\n", &format!("  checks:\n{LETTERS}"));
    }
    scene
}

/// A matrix that has one of its cells by `include`.
pub(super) fn matrix_with_an_include(case: Case) -> Scene {
    let mut scene = steps_alone(case);
    let letters = LETTERS.replace("[a, b]", "[a]\n        include:\n          - letter: b\n            number: 2");
    scene.workflow =
        scene.workflow.replace(strategy(case), "").replace("  checks:\n", &format!("  checks:\n{letters}"));
    scene
}

/// A matrix of which one cell alone runs one of the sessions.
pub(super) fn matrix_with_one_cell(case: Case) -> Scene {
    let alone = "      - if: ${{ matrix.letter == 'b' && github.event_name == 'push' }}\n        run: nox -s lint\n";
    // The others differ from cell to cell.
    let each = |name: &&str| {
        format!("{}        env: {{ LETTER: \"${{{{ matrix.letter }}}}\" }}\n", nox(&format!("-s {name}")))
    };
    let others: String = sessions(case).iter().filter(|name| **name != "lint").map(each).collect();
    let steps = if case == Case::Matrix { format!("{alone}{others}") } else { format!("{others}{alone}") };
    let workflow = format!("{ON}{}", job("checks", LETTERS, &steps));
    Scene { noxfile: noxfile(sessions(case), ""), workflow, job: Some("checks") }
}

/// One call whose sessions each have two Pythons.
pub(super) fn pythons_call(case: Case) -> Scene {
    let names = sessions(case);
    let workflow = format!("{ON}{}", job("checks", strategy(case), &nox(&format!("-s {}", names.join(" ")))));
    // Two names of the interpreter that is surely there; without environments nox forgets about Pythons.
    let noxfile = noxfile(names, "(python=[\"3\", \"python3\"])").replace("= \"none\"", "= \"uv\"");
    Scene { noxfile, workflow, job: Some("checks") }
}

/// A matrix of all sessions, by their names.
pub(super) fn session_matrix(case: Case) -> Scene {
    let names = sessions(case);
    let letters = if case == Case::Matrix { ", letter: [a, b]" } else { "" };
    let strategy =
        format!("    strategy: {{ fail-fast: false, matrix: {{ session: [{}]{letters} }} }}\n", names.join(", "));
    let workflow = format!("{ON}{}", job("checks", &strategy, &nox("-s ${{ matrix.session }}")));
    Scene { noxfile: noxfile(names, ""), workflow, job: Some("checks") }
}

/// A job a session, one after the other.
pub(super) fn chain_of_jobs(case: Case) -> Scene {
    let chain = |at: usize| if at == 0 { String::new() } else { format!("    needs: {}\n", sessions(case)[at - 1]) };
    let mut scene = jobs(case, chain);
    if case.is_dependent() {
        scene.workflow = scene.workflow.replace("needs: integration", "needs: [lint, unit, integration]");
    }
    scene
}

/// A job a session, side by side.
pub(super) fn jobs_side_by_side(case: Case) -> Scene {
    let mut scene = jobs(case, |_| String::new());
    if case.is_dependent() {
        scene.workflow = scene.workflow.replace("  report:\n", "  report:\n    needs: [unit, integration]\n");
    }
    scene
}

fn jobs(case: Case, needs: impl Fn(usize) -> String) -> Scene {
    let mut workflow = ON.to_owned();
    for (at, name) in sessions(case).iter().enumerate() {
        let data = format!("data-{name}");
        let (before, after) = match *name {
            "docs" if case != Case::Matrix => (String::new(), upload("manual", "site")),
            "unit" | "integration" => (String::new(), upload(&data, ".coverage.*")),
            "report" => (download("data-*"), String::new()),
            _ => Default::default(),
        };
        let head = format!("{}{}", needs(at), strategy(case));
        workflow += &job(name, &head, &format!("{before}{}{after}", nox(&format!("-s {name}"))));
    }
    Scene { noxfile: noxfile(sessions(case), ""), workflow, job: None }
}

/// A job a session, alike but for its name.
pub(super) fn jobs_alike(case: Case) -> Scene {
    let names: &[&str] = if case.is_dependent() { sessions(case) } else { &["lint", "typecheck", "docs"] };
    let one = |name: &&str| job(name, strategy(case), &nox(&format!("-s {name}")));
    let mut workflow = ON.to_owned() + &names.iter().map(one).collect::<String>();
    if case.is_dependent() {
        workflow = workflow.replace("  report:\n", "  report:\n    needs: [unit, integration]\n");
    }
    Scene { noxfile: noxfile(names, ""), workflow, job: Some(names[0]) }
}

/// Two jobs that measure, and one that reports on nothing.
pub(super) fn coverage_jobs(case: Case) -> Scene {
    let mut workflow = ON.to_owned();
    for name in ["typecheck", "unit", "integration", "report"] {
        let strategy = if name == "report" { "" } else { strategy(case) };
        workflow += &job(name, strategy, &nox(&format!("-s {name}")));
    }
    Scene { noxfile: noxfile(&["typecheck", "unit", "integration", "report"], ""), workflow, job: None }
}

/// The same where no job reports.
pub(super) fn coverage_jobs_without_report(case: Case) -> Scene {
    let mut scene = coverage_jobs(case);
    scene.workflow.truncate(scene.workflow.find("  report:\n").expect("the job that reports"));
    scene
}

/// One step that runs the sessions that make data and the one that reads it.
pub(super) fn coverage_call(case: Case) -> Scene {
    let names = ["lint", "typecheck", "unit", "integration", "report"];
    let workflow = format!("{ON}{}", job("checks", strategy(case), &nox(&format!("-s {}", names.join(" ")))));
    Scene { noxfile: noxfile(&names, ""), workflow, job: None }
}

/// The same with one data file for all.
pub(super) fn shared_data(case: Case) -> Scene {
    let mut scene = coverage_call(case);
    scene.noxfile = scene.noxfile.replace("\"-p\", ", "").replace("session.run(\"coverage\", \"combine\")\n    ", "");
    scene
}

/// Two sessions with one report file.
pub(super) fn shared_report(case: Case) -> Scene {
    let mut scene = coverage_call(case);
    scene.noxfile = scene
        .noxfile
        .replace(r#""mypy", "src""#, r#""pytest", "--junitxml=report.xml", "tests/types""#)
        .replace(r#""ruff", "check", ".""#, r#""pytest", "--junitxml=report.xml", "tests/lint""#);
    scene
}

/// `nox -j` over sessions of which none is let in yet.
pub(super) fn side_by_side_call(case: Case) -> Scene {
    let names = sessions(case);
    let workflow = format!("{ON}{}", job("checks", strategy(case), &nox(&format!("-j 4 -s {}", names.join(" ")))));
    let mut scene = Scene { noxfile: noxfile(names, ""), workflow, job: None };
    scene.noxfile = scene
        .noxfile
        .replace("@nox.session\ndef report", "@nox.session(requires=[\"unit\", \"integration\"])\ndef report");
    scene
}

/// `nox -j` over sessions that are let in, the chain last.
pub(super) fn short_ones_first(case: Case) -> Scene {
    let names = ["lint", "typecheck", "docs", "unit", "integration", "report"];
    let mut noxfile = noxfile(&names, "(allow_parallel=True)").replace(
        "@nox.session(allow_parallel=True)\ndef report",
        "@nox.session(allow_parallel=True, requires=[\"unit\", \"integration\"])\ndef report",
    );
    let list = format!("nox.options.sessions = [\"{}\"]\n", names.join("\", \""));
    noxfile.insert_str(HEAD.len(), &list);
    let workflow = format!("{ON}{}", job("checks", strategy(case), &nox("-j 2")));
    Scene { noxfile, workflow, job: None }
}

/// The same with the names in the call.
pub(super) fn short_ones_named_first(case: Case) -> Scene {
    let mut scene = short_ones_first(case);
    let list = scene.noxfile.lines().find(|line| line.starts_with("nox.options.sessions")).map(str::to_owned);
    scene.noxfile = scene.noxfile.replace(&format!("{}\n", list.unwrap_or_default()), "");
    scene.workflow = scene.workflow.replace("-j 2", "-j 2 -s lint typecheck docs unit integration report");
    scene.job = Some("checks");
    scene
}

/// Sessions that queue the report.
pub(super) fn queued(case: Case) -> Scene {
    let mut scene = coverage_call(case);
    scene.noxfile =
        scene.noxfile.replace("\"tests/integration\")\n", "\"tests/integration\")\n    session.notify(\"report\")\n");
    scene.workflow = scene.workflow.replace(" integration report", " integration");
    scene
}

/// Arguments that an older nox does not know.
pub(super) fn newer_arguments(case: Case) -> Scene {
    let mut scene = side_by_side_call(case);
    scene.noxfile = scene.noxfile.replace("@nox.session\n", "@nox.session(allow_parallel=True)\n");
    scene
}

/// Two sessions that install the package, which setuptools builds inside the tree.
pub(super) fn built_in_each(case: Case) -> Scene {
    let names = sessions(case);
    let workflow = format!("{ON}{}", job("checks", strategy(case), &nox(&format!("-s {}", names.join(" ")))));
    let mut noxfile = noxfile(names, "");
    for name in [names[1], names[2]] {
        let head = format!("def {name}(session");
        let at = noxfile.find(&head).expect("the session is there");
        let decorator = noxfile[..at].rfind("@nox.session").expect("it has a decorator") + "@nox.session".len();
        let body = at + noxfile[at..].find("    session").expect("it has a body");
        noxfile.insert_str(body, "    session.install(\".\")\n");
        noxfile.insert_str(decorator, "(venv_backend=\"uv\")");
    }
    Scene { noxfile, workflow, job: None }
}

/// Two sessions that build the package themselves and look at it.
pub(super) fn built_by_each(case: Case) -> Scene {
    let names = sessions(case);
    let mut scene = built_in_each(case);
    scene.noxfile = noxfile(names, "");
    for name in [names[1], names[2]] {
        let at = scene.noxfile.find(&format!("def {name}(session")).expect("the session is there");
        let body = at + scene.noxfile[at..].find("    session").expect("it has a body");
        scene.noxfile.insert_str(
            body,
            "    session.run(\"pyproject-build\")\n    session.run(\"twine\", \"check\", \"dist/*\")\n",
        );
    }
    scene
}
