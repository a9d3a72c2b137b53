//! One run of a noxfile at a time on this machine: two would work in the same environments and write the same files.
//! A lock on a file in the user's state folder; the system frees it however its holder ends.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;

use crate::disk;

/// The right to run a noxfile's sessions, given back when dropped.
#[derive(Debug)]
pub struct Turn {
    _file: Option<File>,
}

/// Somebody else runs this noxfile's sessions.
#[derive(Debug, thiserror::Error)]
#[error("sessions of this project are run by another noxflow{}", .0.map(|id| format!(" (process {id})")).unwrap_or_default())]
pub struct Busy(Option<u32>);

impl Turn {
    /// Takes it without waiting. Where no lock can be had (no state folder, a file system without locks) the run goes on
    /// without; so does a run inside a session of another, whose turn it already is.
    ///
    /// # Errors
    ///
    /// When it is somebody else's.
    pub fn take(noxfile: &Path) -> Result<Self, Busy> {
        if std::env::var_os(exec::TASK_VARIABLE).is_some() {
            return Ok(Self { _file: None });
        }
        let Some(mut file) = noxfile.parent().and_then(open) else { return Ok(Self { _file: None }) };
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => {
                let mut text = String::new();
                // Where a lock also keeps readers out (Windows) the process stays unnamed.
                let _ = file.read_to_string(&mut text);
                return Err(Busy(text.trim().parse().ok()));
            }
            Err(TryLockError::Error(error)) => tracing::debug!("no lock for the run: {error}"),
            Ok(()) => {
                let written = file
                    .set_len(0)
                    .and_then(|()| file.rewind())
                    .and_then(|()| file.write_all(std::process::id().to_string().as_bytes()));
                if let Err(error) = written {
                    tracing::debug!("the lock does not say whose it is: {error}");
                }
            }
        }
        Ok(Self { _file: Some(file) })
    }
}

fn open(folder: &Path) -> Option<File> {
    let state = disk::state_of(folder)?;
    fs::create_dir_all(&state).ok()?;
    OpenOptions::new().create(true).truncate(false).read(true).write(true).open(state.join("run.lock")).ok()
}
