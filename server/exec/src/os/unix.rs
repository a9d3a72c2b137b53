//! Linux, macOS and the like: process groups, signals, and on Linux a look through `/proc` for what left its group.

use std::io::Write;
use std::os::fd::OwnedFd;
use std::os::unix::process::ExitStatusExt;
use std::process::Stdio;
use std::sync::Mutex;

use tokio::io::AsyncReadExt;
use tokio::net::unix::pipe::Receiver;
use tokio::process::{Child, Command};

use super::Exit;
use crate::{CommandSpec, TASK_VARIABLE};

/// Makes sure that a task can be interrupted. A shell that starts us behind `&` lets us ignore SIGINT, tasks would inherit
/// that, and no `trap` of theirs could undo it (POSIX: a signal ignored on entry cannot be trapped). A signal that is
/// *heard* is reset in children instead, so we hear it, and go on as before. To be called inside the runtime.
pub(crate) fn let_tasks_be_interrupted() {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or_default();
    if mask & (1 << (libc::SIGINT - 1)) != 0 {
        // The handler stays when the listener is gone. If it cannot be had, tasks end by SIGTERM after the grace.
        drop(tokio::signal::unix::signal(tokio::signal::unix::SignalKind::interrupt()));
    }
}

/// A task's process, leader of a session and a group of its own.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    pid: u32,
    marker: String,
}

impl Process {
    /// Starts it. `marker` names the task; whatever carries it in its environment belongs to it.
    pub(crate) fn start(spec: &CommandSpec, marker: &str) -> std::io::Result<(Self, Output)> {
        // One pipe for both, so that lines come in the order in which they were written.
        let (reader, writer) = std::io::pipe()?;
        let mut command = Command::new(&spec.program);
        command.args(&spec.args).stdin(Stdio::null()).stdout(writer.try_clone()?).stderr(writer);
        for (key, value) in &spec.env {
            match value {
                Some(value) => command.env(key, value),
                None => command.env_remove(key),
            };
        }
        command.env(TASK_VARIABLE, marker);
        if let Some(folder) = &spec.cwd {
            command.current_dir(folder);
        }
        lead_a_session(&mut command);
        command.kill_on_drop(true);
        let child = command.spawn()?;
        // `command` still holds our ends for writing; with them the pipe would never end.
        drop(command);
        let pid = child.id().unwrap_or_default();
        let output = Output { pipe: Receiver::from_owned_fd(OwnedFd::from(reader))? };
        Ok((Self { child, pid, marker: marker.to_owned() }, output))
    }

    pub(crate) fn id(&self) -> u32 {
        self.pid
    }

    /// Its end. May be asked again after a cancelled wait.
    pub(crate) async fn wait(&mut self) -> std::io::Result<Exit> {
        let status = self.child.wait().await?;
        Ok(match (status.code(), status.signal()) {
            (Some(code), _) => Exit::Code(code),
            (None, signal) => Exit::Signal(signal.unwrap_or_default()),
        })
    }

    /// As Ctrl-C would: the whole group hears it.
    pub(crate) fn interrupt(&self) {
        signal_group(self.pid, libc::SIGINT);
    }

    /// Asks all that it has started to end.
    pub(crate) fn terminate(&self) {
        self.signal_all(libc::SIGTERM);
    }

    /// Ends all that it has started.
    pub(crate) fn kill(&self) {
        self.signal_all(libc::SIGKILL);
    }

    /// Whether nothing of it is left. Call it after its end only.
    pub(crate) fn is_gone(&self) -> bool {
        // Where `/proc` can be read it knows better: a zombie that a container's first process never waits for is dead.
        match members(self.pid, &self.marker) {
            Some(members) => members.is_empty(),
            None => self.is_group_gone(),
        }
    }

    /// The same for its group only: one call instead of a walk.
    pub(crate) fn is_group_gone(&self) -> bool {
        !group_exists(self.pid)
    }

    fn signal_all(&self, signal: i32) {
        // Looked up first: once a parent is gone, the way to its children is lost.
        let members = members(self.pid, &self.marker);
        signal_group(self.pid, signal);
        for pid in members.into_iter().flatten() {
            send(pid, signal);
        }
    }
}

/// Both outputs of a process, in order.
#[derive(Debug)]
pub(crate) struct Output {
    pipe: Receiver,
}

impl Output {
    /// The next bytes; 0: all who could write are gone.
    pub(crate) async fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.pipe.read(buffer).await
    }

    /// Bytes that are there without waiting; 0: none.
    pub(crate) fn rest(&mut self, buffer: &mut [u8]) -> usize {
        self.pipe.try_read(buffer).unwrap_or(0)
    }
}

/// A small process that outlives us for a moment: when we die without a word, it ends the tasks of a run. It waits for the
/// end of a pipe that only we hold open.
#[derive(Debug)]
pub(crate) struct Guard {
    pipe: Option<Mutex<std::process::ChildStdin>>,
    child: Option<std::process::Child>,
}

/// Plain POSIX shell, found on every Unix. `$1`: the run's marker.
const GUARD: &str = r#"
trap '' INT TERM HUP
groups=
while read -r word group; do
  case $word in
    add) groups="$groups $group" ;;
    drop) kept=; for g in $groups; do [ "$g" = "$group" ] || kept="$kept $g"; done; groups=$kept ;;
    end) exit 0 ;;
  esac
done
for round in 1 2 3; do
  for g in $groups; do kill -KILL "-$g"; done
  for e in /proc/[0-9]*/environ; do
    if grep -qF "$1" "$e"; then e=${e#/proc/}; kill -KILL "${e%/environ}"; fi
  done
done
"#;

impl Guard {
    /// Starts it. Where it cannot start, the run goes on without.
    pub(crate) fn new(run: &str) -> Self {
        use std::os::unix::process::CommandExt;
        let started = std::process::Command::new("/bin/sh")
            .args(["-c", GUARD, "noxflow-guard", &format!("{TASK_VARIABLE}={run}.")])
            .current_dir("/")
            .env_remove(TASK_VARIABLE)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn();
        let mut child = started.ok();
        Self { pipe: child.as_mut().and_then(|child| child.stdin.take()).map(Mutex::new), child }
    }

    /// A group to end.
    pub(crate) fn add(&self, group: u32) {
        self.tell(&format!("add {group}\n"));
    }

    /// A group that has ended: its number may soon be somebody else's.
    pub(crate) fn drop_group(&self, group: u32) {
        self.tell(&format!("drop {group}\n"));
    }

    /// All is done.
    pub(crate) fn end(mut self) {
        self.tell("end\n");
        self.pipe = None;
        if let Some(mut child) = self.child.take() {
            // It ends at once; a wait keeps it from staying as a zombie.
            let _ = child.wait();
        }
    }

    fn tell(&self, line: &str) {
        if let Some(pipe) = &self.pipe
            && let Ok(mut pipe) = pipe.lock()
        {
            // A guard that is gone is no reason to stop.
            let _ = pipe.write_all(line.as_bytes());
        }
    }
}

/// Makes the process the leader of a session, and so of a group. Without a terminal to ask at, a program that would ask for
/// a password fails and says so; in a mere group it would be stopped for ever. And where Linux shares processors between
/// sessions (autogroup) each task gets a share, as tasks of `nox -j` do, not all of them one.
#[expect(
    unsafe_code,
    reason = "std has no stable call for it; between fork and exec only what is safe in signal handlers is"
)]
fn lead_a_session(command: &mut Command) {
    let lead = || {
        // SAFETY: it takes nothing and touches no memory of ours.
        let session = unsafe { libc::setsid() };
        if session == -1 { Err(std::io::Error::last_os_error()) } else { Ok(()) }
    };
    // SAFETY: `lead` makes one system call that is allowed there; `last_os_error` allocates nothing.
    unsafe { command.pre_exec(lead) };
}

fn signal_group(group: u32, signal: i32) {
    if let Ok(group) = i32::try_from(group)
        && group > 1
    {
        send(-group, signal);
    }
}

/// Whether a process of the group is left (a zombie that nobody has waited for counts, too).
fn group_exists(group: u32) -> bool {
    i32::try_from(group).is_ok_and(|group| group > 1 && send(-group, 0))
}

/// Whether there was somebody to hear it.
#[expect(
    unsafe_code,
    reason = "std has no call for signals other than SIGKILL; `kill` takes two numbers and cannot harm our memory"
)]
fn send(pid: i32, signal: i32) -> bool {
    // SAFETY: no pointers are passed, and every caller has made sure that `pid` is neither 0 nor -1.
    unsafe { libc::kill(pid, signal) == 0 }
}

/// Processes that belong to a task: of its group, started by one of its processes, or with its marker in their environment
/// (this finds those that forked twice into a session of their own). Zombies are left out: they are dead already.
/// `None`: the system does not say.
#[cfg(target_os = "linux")]
fn members(leader: u32, marker: &str) -> Option<Vec<i32>> {
    let leader = i32::try_from(leader).ok()?;
    let own = i32::try_from(std::process::id()).unwrap_or_default();
    let wanted = format!("{TASK_VARIABLE}={marker}");
    let mut all: Vec<(i32, i32, bool)> = Vec::new();
    for entry in std::fs::read_dir("/proc").ok()?.flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse::<i32>().ok()) else { continue };
        let Ok(stat) = std::fs::read_to_string(entry.path().join("stat")) else { continue };
        // The name in parentheses may hold anything; fields start behind the last one: state, parent, group.
        let mut fields = stat.rsplit(')').next().unwrap_or_default().split_ascii_whitespace();
        let (state, parent, group) = (fields.next(), fields.next(), fields.next());
        if matches!(state, Some("Z" | "X")) || pid == own || pid <= 1 {
            continue;
        }
        let number = |field: Option<&str>| field.and_then(|field| field.parse::<i32>().ok()).unwrap_or_default();
        let is_marked = || {
            let environment = std::fs::read(entry.path().join("environ")).unwrap_or_default();
            environment.split(|byte| *byte == 0).any(|variable| variable == wanted.as_bytes())
        };
        let is_member = pid == leader || number(group) == leader || is_marked();
        all.push((pid, number(parent), is_member));
    }
    loop {
        let known: std::collections::BTreeSet<i32> =
            all.iter().filter(|process| process.2).map(|process| process.0).collect();
        let mut has_grown = false;
        for process in &mut all {
            if !process.2 && known.contains(&process.1) {
                process.2 = true;
                has_grown = true;
            }
        }
        if !has_grown {
            // Without a proc file system mounted there the folder is empty.
            return if all.is_empty() { None } else { Some(known.into_iter().collect()) };
        }
    }
}

/// Elsewhere the group is all there is.
#[cfg(not(target_os = "linux"))]
fn members(_leader: u32, _marker: &str) -> Option<Vec<i32>> {
    None
}
