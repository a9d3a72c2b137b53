//! Runs with real processes: what only the operating system can prove. Nothing here waits for a time to pass; tasks and
//! tests meet through lines of output and files.
#![cfg(unix)]

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use exec::{CommandSpec, Event, Failure, Live, Options, Outcome, Run, RunError, Summary};
use expect_test::expect;
use model::plan::{Plan, Task, TaskId};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

#[tokio::test]
async fn order_is_kept() {
    let scratch = tempfile::tempdir().expect("a folder");
    let mut script = Script::new(scratch.path());
    script.task("report", "test -e unit && test -e integration");
    script.task("unit", "touch unit");
    script.task("integration", "touch integration");
    script.edge("unit", "report");
    script.edge("integration", "report");
    let summary = script.finish().await;
    assert!(summary.is_success(), "{summary:?}");
}

#[tokio::test]
async fn a_failure_skips_only_what_needs_it() {
    let scratch = tempfile::tempdir().expect("a folder");
    let mut script = Script::new(scratch.path());
    script.options.lanes = 1;
    script.task("build", "echo no compiler >&2; exit 3");
    script.task("check", "true");
    script.task("publish", "true");
    script.task("lint", "true");
    script.edge("build", "check");
    script.edge("check", "publish");
    let (mut log, run) = script.start();
    let summary = run.finished().await;

    expect![[r#"
        run started
        build started
        build failed: exit status 3 [no compiler]
        check skipped because of build
        publish skipped because of build
        lint started
        lint passed
        run finished: 1 passed, 1 failed, 2 skipped, 0 cancelled"#]]
    .assert_eq(&log.words().await);
    assert_eq!((summary.passed(), summary.failed(), summary.skipped()), (1, 1, 2));
    assert!(!summary.is_success() && !summary.cancelled);
}

#[tokio::test]
async fn excluded_tasks_never_meet() {
    let scratch = tempfile::tempdir().expect("a folder");
    let mut script = Script::new(scratch.path());
    script.options.lanes = 4;
    for name in ["a", "b", "c", "d"] {
        script.task(name, "mkdir lock && sleep 0.02 && rmdir lock");
    }
    for a in 0..4 {
        for b in 0..a {
            script.plan.exclusions.push((TaskId(a), TaskId(b)));
        }
    }
    assert!(script.finish().await.is_success());
}

#[tokio::test]
async fn tasks_do_run_at_once() {
    let scratch = tempfile::tempdir().expect("a folder");
    let mut script = Script::new(scratch.path());
    script.options.lanes = 2;
    script.task("ping", "mkfifo a b; echo ready; echo ping > a; read -r word < b; test $word = pong");
    script.task("pong", "while ! test -p b; do sleep 0.01; done; read -r word < a; echo pong > b");
    assert!(script.finish().await.is_success());
}

#[tokio::test]
async fn cancel_ends_a_grandchild_that_does_not_want_to() {
    let scratch = tempfile::tempdir().expect("a folder");
    let mut script = Script::new(scratch.path());
    script
        .task("stubborn", "trap '' INT TERM; sh -c 'echo pid $$; while :; do sleep 1; done' & echo pid $$; wait; wait");
    script.task("later", "true");
    script.edge("stubborn", "later");
    let (mut log, run) = script.start();
    let pids = log.pids(2).await;
    run.cancel();
    let summary = run.finished().await;

    assert!(pids.iter().all(|pid| is_gone(*pid)), "{pids:?}");
    assert!(summary.cancelled && summary.cancelled_tasks() == 2, "{summary:?}");
}

#[tokio::test]
async fn cancel_finds_what_has_left_the_group() {
    let scratch = tempfile::tempdir().expect("a folder");
    let mut script = Script::new(scratch.path());
    script.task("parent", "(setsid sh -c 'echo pid $$; exec sleep 1000' &); echo pid $$; exec sleep 1000");
    let (mut log, run) = script.start();
    let pids = log.pids(2).await;
    run.cancel();
    run.finished().await;

    assert!(pids.iter().all(|pid| is_gone(*pid)), "{pids:?}");
}

#[tokio::test]
async fn a_polite_task_may_clean_up() {
    let scratch = tempfile::tempdir().expect("a folder");
    let mut script = Script::new(scratch.path());
    script.options.grace = Duration::from_secs(60);
    script.task("polite", "trap 'touch cleaned; exit 130' INT; echo pid $$; while :; do sleep 0.01; done");
    let (mut log, run) = script.start();
    log.pids(1).await;
    run.cancel();
    run.finished().await;

    assert!(scratch.path().join("cleaned").exists());
}

#[tokio::test]
async fn cancel_at_once_starts_nothing_more() {
    let scratch = tempfile::tempdir().expect("a folder");
    let mut script = Script::new(scratch.path());
    script.options.lanes = 1;
    for name in ["a", "b", "c"] {
        script.task(name, "exec sleep 1000");
    }
    let (mut log, run) = script.start();
    run.cancel();
    let summary = run.finished().await;

    assert_eq!(summary.cancelled_tasks(), 3);
    assert!(log.words().await.ends_with("run finished: 0 passed, 0 failed, 0 skipped, 3 cancelled"));
}

#[tokio::test]
async fn a_dropped_run_is_cancelled() {
    let scratch = tempfile::tempdir().expect("a folder");
    let mut script = Script::new(scratch.path());
    script.task("long", "echo pid $$; exec sleep 1000");
    let (mut log, run) = script.start();
    let pids = log.pids(1).await;
    drop(run);

    assert!(log.words().await.ends_with("run finished: 0 passed, 0 failed, 0 skipped, 1 cancelled"));
    assert!(is_gone(pids[0]));
}

#[tokio::test]
async fn failing_fast_ends_the_others() {
    let scratch = tempfile::tempdir().expect("a folder");
    let mut script = Script::new(scratch.path());
    script.options.fail_fast = true;
    script.options.lanes = 2;
    script.task("long", "echo pid $$; touch up; exec sleep 1000");
    script.task("bad", "while ! test -e up; do sleep 0.01; done; exit 1");
    script.task("never", "touch never");
    let (mut log, run) = script.start();
    let pids = log.pids(1).await;
    let summary = run.finished().await;

    assert!(is_gone(pids[0]));
    assert!(!scratch.path().join("never").exists());
    assert_eq!((summary.failed(), summary.cancelled_tasks(), summary.cancelled), (1, 2, false));
}

#[tokio::test]
async fn a_hundred_megabytes_are_in_the_log_and_not_in_memory() {
    let scratch = tempfile::tempdir().expect("a folder");
    let mut script = Script::new(scratch.path());
    script.options.live = Live::Last;
    script.options.tail_lines = 2;
    script.task("loud", "yes 'some line of output, as long as they are' | head -c 100000000; echo; echo done; exit 1");
    let (mut log, run) = script.start();
    let summary = run.finished().await;

    let path = summary.tasks[0].log.as_ref().expect("a log");
    assert_eq!(std::fs::metadata(path).expect("the log").len(), 100_000_006);
    assert!(log.words().await.contains("failed: exit status 1 ["), "its tail is there");
    #[cfg(target_os = "linux")]
    {
        let status = std::fs::read_to_string("/proc/self/status").expect("of this process");
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a peak");
        let kib: u64 = peak.trim().trim_end_matches(" kB").parse().expect("a number");
        assert!(kib < 64 * 1024, "{kib} KiB at most");
    }
}

#[tokio::test]
async fn every_line_comes_in_order_when_asked_for() {
    let scratch = tempfile::tempdir().expect("a folder");
    let mut script = Script::new(scratch.path());
    script.task("mixed", "for i in 1 2 3 4 5 6 7 8 9; do echo out $i; echo err $i >&2; done; printf end");
    let (mut log, run) = script.start();
    let summary = run.finished().await;

    let text = std::fs::read_to_string(summary.tasks[0].log.as_ref().expect("a log")).expect("text");
    let expected: String = (1..10).map(|i| format!("out {i}\nerr {i}\n")).collect();
    assert_eq!(text, format!("{expected}end"));
    log.words().await;
    assert_eq!(log.lines, expected.lines().collect::<Vec<_>>());
}

#[tokio::test]
async fn a_task_finds_its_input_at_an_end() {
    let scratch = tempfile::tempdir().expect("a folder");
    let mut script = Script::new(scratch.path());
    script.task("asks", "cat; ! read -r answer");
    assert!(script.finish().await.is_success());
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_task_has_no_terminal_to_ask_at() {
    let scratch = tempfile::tempdir().expect("a folder");
    let mut script = Script::new(scratch.path());
    // The sixth field is the session; who leads one of its own has no terminal.
    script.task("asks", "read -r stat < /proc/$$/stat; set -- $stat; test $6 = $$ && ! (: < /dev/tty) 2>/dev/null");
    assert!(script.finish().await.is_success());
}

#[tokio::test]
async fn variables_are_set_and_removed() {
    let scratch = tempfile::tempdir().expect("a folder");
    let mut script = Script::new(scratch.path());
    script.task(
        "env",
        "test \"$ADDED\" = yes && test -z \"${HOME+x}\" && test -n \"$PATH\" && test -n \"$NOXFLOW_TASK\"",
    );
    script.commands[0].env = vec![("ADDED".into(), Some("yes".into())), ("HOME".into(), None)];
    assert!(script.finish().await.is_success());
}

#[tokio::test]
async fn what_cannot_start_says_why() {
    let scratch = tempfile::tempdir().expect("a folder");
    let mut script = Script::new(scratch.path());
    script.options.lanes = 1;
    script.options.log_folder = None;
    for name in ["program", "folder", "rights", "after"] {
        script.task(name, "true");
    }
    script.edge("program", "after");
    script.commands[0].program = "no-such-nox".into();
    script.commands[1].cwd = Some("/no/such/folder".into());
    script.commands[2].program = scratch.path().join("plain.txt").into();
    std::fs::write(scratch.path().join("plain.txt"), "x").expect("a file");
    let (mut log, run) = script.start();
    run.finished().await;

    let words = log.words().await.replace(&scratch.path().display().to_string(), "SCRATCH");
    expect![[r#"
        run started
        program failed: `no-such-nox` was not found []
        after skipped because of program
        folder failed: `sh` cannot be started: there is no folder /no/such/folder []
        rights failed: `SCRATCH/plain.txt` may not be executed []
        run finished: 0 passed, 3 failed, 1 skipped, 0 cancelled"#]]
    .assert_eq(&words);
}

#[tokio::test]
async fn a_task_that_is_killed_says_by_what() {
    let scratch = tempfile::tempdir().expect("a folder");
    let mut script = Script::new(scratch.path());
    script.task("segfault", "kill -SEGV $$");
    script.task("killed", "kill -KILL $$");
    let summary = script.finish().await;

    assert_eq!(summary.tasks[0].outcome, Outcome::Failed(Failure::Signal(11)));
    assert_eq!(summary.tasks[1].outcome, Outcome::Failed(Failure::Signal(9)));
    assert_eq!(Failure::Signal(11).to_string(), "killed by signal 11 (SIGSEGV)");
}

#[tokio::test]
async fn a_task_that_is_killed_leaves_nothing_behind() {
    let scratch = tempfile::tempdir().expect("a folder");
    let mut script = Script::new(scratch.path());
    let start = "(setsid sh -c 'echo pid $$; exec sleep 1000' &); sleep 1000 & echo pid $!";
    script.task("killed", &format!("{start}; while ! test -e go; do sleep 0.01; done; kill -KILL $$"));
    let (mut log, run) = script.start();
    let pids = log.pids(2).await;
    std::fs::write(scratch.path().join("go"), "").expect("written");
    let summary = run.finished().await;

    assert_eq!(summary.tasks[0].outcome, Outcome::Failed(Failure::Signal(9)));
    assert!(pids.iter().all(|pid| is_gone(*pid)), "{pids:?}");
}

#[tokio::test]
async fn who_stays_behind_does_not_hold_up_the_run() {
    let scratch = tempfile::tempdir().expect("a folder");
    let mut script = Script::new(scratch.path());
    script.task("starts", "sleep 1000 & echo pid $!");
    let (mut log, run) = script.start();
    let pids = log.pids(1).await;
    let summary = run.finished().await;

    assert!(summary.is_success());
    assert!(!is_gone(pids[0]), "what a task leaves running on purpose stays, as under nox");
    std::process::Command::new("kill").args(["-9", &pids[0].to_string()]).status().expect("kill");
}

#[tokio::test]
async fn a_full_disk_is_no_reason_to_stop() {
    let scratch = tempfile::tempdir().expect("a folder");
    let logs = scratch.path().join("deep/logs");
    std::fs::create_dir_all(&logs).expect("a folder");
    std::os::unix::fs::symlink("/dev/full", logs.join("000-a.log")).expect("a link");
    let mut script = Script::new(scratch.path());
    script.options.log_folder = Some(logs);
    script.task("a", "echo one; sleep 0.01; echo two");
    let (mut log, run) = script.start();
    let summary = run.finished().await;

    assert!(summary.is_success());
    let words = log.words().await;
    assert_eq!(words.matches("is not complete: No space left on device").count(), 1, "{words}");
}

#[tokio::test]
async fn logs_that_cannot_be_made_are_no_reason_either() {
    let scratch = tempfile::tempdir().expect("a folder");
    std::fs::write(scratch.path().join("file"), "").expect("a file");
    let mut script = Script::new(scratch.path());
    script.options.log_folder = Some(scratch.path().join("file/logs"));
    script.task("a", "true");
    let (mut log, run) = script.start();

    assert!(run.finished().await.is_success());
    assert!(log.words().await.contains("cannot be made"));
}

#[tokio::test]
async fn two_runs_at_once_do_not_know_each_other() {
    let scratch = tempfile::tempdir().expect("a folder");
    let script = |name: &str| {
        let folder = scratch.path().join(name);
        std::fs::create_dir(&folder).expect("a folder");
        let mut script = Script::new(&folder);
        script.task("waits", "echo pid $$; while ! test -e go; do sleep 0.01; done");
        script
    };
    let (mut first_log, first) = script("first").start();
    let (mut second_log, second) = script("second").start();
    let (first_pids, second_pids) = (first_log.pids(1).await, second_log.pids(1).await);
    first.cancel();
    first.finished().await;

    assert!(is_gone(first_pids[0]) && !is_gone(second_pids[0]));
    std::fs::write(scratch.path().join("second/go"), "").expect("a file");
    assert!(second.finished().await.is_success());
}

#[tokio::test]
async fn a_circle_is_refused() {
    let mut script = Script::new(Path::new("/"));
    script.task("a", "true");
    script.task("b", "true");
    script.edge("a", "b");
    script.edge("b", "a");
    let error = exec::run(script.plan, script.commands, script.options, |_| ()).expect_err("a circle");
    assert_eq!(error, RunError::Cycle(vec!["a".into(), "b".into(), "a".into()]));
    assert_eq!(error.to_string(), "these wait for one another in a circle: a -> b -> a");
}

#[tokio::test]
async fn nothing_to_do_is_done() {
    let summary = Script::new(Path::new("/")).finish().await;
    assert!(summary.is_success() && summary.tasks.is_empty());
}

#[tokio::test]
async fn a_sink_that_dies_or_hangs_does_not_hold_up_a_cancel() {
    let scratch = tempfile::tempdir().expect("a folder");
    let mut script = Script::new(scratch.path());
    script.options.live = Live::All;
    script.task("loud", "echo $$ > pid.new; mv pid.new pid; exec yes");
    let (release, hang) = std::sync::mpsc::channel::<()>();
    let run = exec::run(script.plan, script.commands, script.options, move |event| {
        if matches!(event, Event::TaskOutput { .. }) {
            let _ = hang.recv();
        }
    })
    .expect("a run");
    let pid = wait_for_file(&scratch.path().join("pid")).await;
    run.cancel();
    while !is_gone(pid.trim().parse().expect("a number")) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    drop(release);
    assert!(run.finished().await.cancelled);
}

/// A parent for the next test: runs two tasks and never ends by itself.
#[tokio::test]
#[ignore = "started by the next test as a process of its own"]
async fn parent_to_be_killed() {
    let folder = PathBuf::from(std::env::var_os("SCRATCH").expect("set by the test"));
    let mut script = Script::new(&folder);
    script.options.lanes = 2;
    script.task("plain", "echo $$ > new; mv new plain; sleep 1000; true");
    script.task(
        "daemon",
        "(setsid sh -c 'echo $$ > new2; mv new2 daemon; exec sleep 1000' &); trap '' TERM HUP; while :; do sleep 1; done",
    );
    script.finish().await;
}

#[tokio::test]
async fn nothing_outlives_a_parent_that_is_killed() {
    let scratch = tempfile::tempdir().expect("a folder");
    let mut parent = tokio::process::Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", "parent_to_be_killed", "--ignored"])
        .env("SCRATCH", scratch.path())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .expect("a process");
    let mut pids = Vec::new();
    for name in ["plain", "daemon"] {
        pids.push(wait_for_file(&scratch.path().join(name)).await.trim().parse().expect("a number"));
    }
    parent.start_kill().expect("it runs");
    parent.wait().await.expect("it ends");

    for pid in pids {
        while !is_gone(pid) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

/// A plan whose tasks are shell scripts.
struct Script {
    plan: Plan,
    commands: Vec<CommandSpec>,
    options: Options,
    folder: PathBuf,
}

impl Script {
    fn new(folder: &Path) -> Self {
        let options = Options {
            grace: Duration::from_millis(50),
            log_folder: Some(folder.join("logs")),
            live: Live::All,
            ..Options::default()
        };
        Self { plan: Plan::default(), commands: Vec::new(), options, folder: folder.to_owned() }
    }

    fn task(&mut self, label: &str, script: &str) {
        self.plan.tasks.push(Task { label: label.to_owned(), seconds: 1.0, is_exclusive: false, lanes: 1 });
        self.commands.push(CommandSpec {
            program: "sh".into(),
            args: vec!["-c".into(), script.into()],
            env: Vec::new(),
            cwd: Some(self.folder.clone()),
        });
    }

    fn edge(&mut self, from: &str, to: &str) {
        let place = |label: &str| self.plan.tasks.iter().position(|task| task.label == label).expect("a task");
        self.plan.edges.push((TaskId(place(from)), TaskId(place(to))));
    }

    fn start(self) -> (EventLog, Run) {
        let labels = self.plan.tasks.iter().map(|task| task.label.clone()).collect();
        let (sender, events) = unbounded_channel();
        let sink = move |event| {
            let _ = sender.send(event);
        };
        let run = exec::run(self.plan, self.commands, self.options, sink).expect("a run");
        (EventLog { labels, events, seen: Vec::new(), lines: Vec::new() }, run)
    }

    async fn finish(self) -> Summary {
        let (_log, run) = self.start();
        run.finished().await
    }
}

struct EventLog {
    labels: Vec<String>,
    events: UnboundedReceiver<Event>,
    seen: Vec<String>,
    lines: Vec<String>,
}

impl EventLog {
    /// The process numbers that tasks write as `pid N`.
    async fn pids(&mut self, count: usize) -> Vec<u32> {
        let mut pids = Vec::new();
        while pids.len() < count {
            let event = self.events.recv().await.expect("the run goes on");
            if let Event::TaskOutput { line, .. } = &event
                && let Some(pid) = line.strip_prefix("pid ")
            {
                pids.push(pid.parse().expect("a number"));
            }
            self.note(event);
        }
        pids
    }

    /// All that happened until the end, but for output.
    async fn words(&mut self) -> String {
        while let Some(event) = self.events.recv().await {
            self.note(event);
        }
        self.seen.join("\n")
    }

    fn note(&mut self, event: Event) {
        let label = |task: TaskId| self.labels[task.0].as_str();
        self.seen.push(match event {
            Event::RunStarted { .. } => "run started".to_owned(),
            Event::TaskStarted { task, .. } => format!("{} started", label(task)),
            Event::TaskOutput { line, .. } => return self.lines.push(line),
            Event::TaskPassed { task, .. } => format!("{} passed", label(task)),
            Event::TaskFailed { task, failure, tail, .. } => {
                format!("{} failed: {failure} [{}]", label(task), tail.join("|"))
            }
            Event::TaskSkipped { task, because } => format!("{} skipped because of {}", label(task), label(because)),
            Event::TaskCancelled { task, .. } => format!("{} cancelled", label(task)),
            Event::Warned { message, .. } => format!("warned: {message}"),
            Event::RunFinished(summary) => format!(
                "run finished: {} passed, {} failed, {} skipped, {} cancelled",
                summary.passed(),
                summary.failed(),
                summary.skipped(),
                summary.cancelled_tasks()
            ),
        });
    }
}

/// No process, or one that is dead and only not yet waited for.
fn is_gone(pid: u32) -> bool {
    if cfg!(target_os = "linux") {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        return stat.is_empty() || stat.contains(") Z ");
    }
    let output = std::process::Command::new("ps").args(["-o", "stat=", "-p", &pid.to_string()]).output().expect("ps");
    let state = String::from_utf8_lossy(&output.stdout);
    state.trim().is_empty() || state.trim().starts_with('Z')
}

async fn wait_for_file(path: &Path) -> String {
    loop {
        match std::fs::read_to_string(path) {
            Ok(text) => return text,
            Err(_) => tokio::time::sleep(Duration::from_millis(5)).await,
        }
    }
}
