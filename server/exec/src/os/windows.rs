//! Windows: a job object holds a task with all that it starts, and ends it when its last handle is closed, ours included.

use std::io::Read;
use std::process::Stdio;

use process_wrap::tokio::{ChildWrapper, CommandWrap, JobObject, KillOnDrop};
use tokio::sync::mpsc::{Receiver, channel};

use super::Exit;
use crate::{CommandSpec, TASK_VARIABLE};

/// A task's process in a job object of its own.
#[derive(Debug)]
pub(crate) struct Process {
    child: std::sync::Mutex<Box<dyn ChildWrapper>>,
    pid: u32,
}

impl Process {
    /// Starts it.
    pub(crate) fn start(spec: &CommandSpec, marker: &str) -> std::io::Result<(Self, Output)> {
        let (mut reader, writer) = std::io::pipe()?;
        let second = writer.try_clone()?;
        let mut command = CommandWrap::with_new(&spec.program, |command| {
            command.args(&spec.args).stdin(Stdio::null()).stdout(writer).stderr(second);
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
        });
        command.wrap(KillOnDrop).wrap(JobObject);
        let child = command.spawn()?;
        drop(command);
        let (sender, chunks) = channel(4);
        // Anonymous pipes cannot be waited for together with other things here; a thread that reads can.
        std::thread::Builder::new().name("task output".into()).spawn(move || {
            let mut buffer = vec![0; 64 * 1024];
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                if sender.blocking_send(buffer[..count].to_vec()).is_err() {
                    break;
                }
            }
        })?;
        let pid = child.id().unwrap_or_default();
        Ok((Self { child: std::sync::Mutex::new(child), pid }, Output { chunks, left: Vec::new() }))
    }

    pub(crate) fn id(&self) -> u32 {
        self.pid
    }

    /// Its end, with that of all in its job object.
    pub(crate) async fn wait(&mut self) -> std::io::Result<Exit> {
        let child =
            self.child.get_mut().map_err(|_| std::io::Error::other("a thread that held the process panicked"))?;
        let status = child.wait().await?;
        Ok(Exit::Code(status.code().unwrap_or(1)))
    }

    /// There is no signal that all programs know; see [`Process::kill`].
    pub(crate) fn interrupt(&self) {}

    /// The same.
    pub(crate) fn terminate(&self) {}

    /// Ends the job object with all in it.
    pub(crate) fn kill(&self) {
        if let Ok(mut child) = self.child.lock() {
            let _ = child.start_kill();
        }
    }

    /// A job object that has been waited for is empty.
    pub(crate) fn is_gone(&self) -> bool {
        true
    }

    /// The same.
    pub(crate) fn is_group_gone(&self) -> bool {
        true
    }
}

/// Both outputs of a process, in order.
#[derive(Debug)]
pub(crate) struct Output {
    chunks: Receiver<Vec<u8>>,
    left: Vec<u8>,
}

impl Output {
    /// The next bytes; 0: all who could write are gone.
    pub(crate) async fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.left.is_empty() {
            self.left = self.chunks.recv().await.unwrap_or_default();
        }
        Ok(self.take(buffer))
    }

    /// Bytes that are there without waiting; 0: none.
    pub(crate) fn rest(&mut self, buffer: &mut [u8]) -> usize {
        if self.left.is_empty() {
            self.left = self.chunks.try_recv().unwrap_or_default();
        }
        self.take(buffer)
    }

    fn take(&mut self, buffer: &mut [u8]) -> usize {
        let count = self.left.len().min(buffer.len());
        buffer[..count].copy_from_slice(&self.left[..count]);
        self.left.drain(..count);
        count
    }
}

/// The job objects are guard enough: they end with our last handle.
#[derive(Debug)]
pub(crate) struct Guard;

impl Guard {
    pub(crate) fn new(_run: &str) -> Self {
        Self
    }

    pub(crate) fn add(&self, _group: u32) {}

    pub(crate) fn drop_group(&self, _group: u32) {}

    pub(crate) fn end(self) {}
}

/// Interrupts are not inherited as ignored here.
pub(crate) fn let_tasks_be_interrupted() {}
