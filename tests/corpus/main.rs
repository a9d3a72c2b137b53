//! Real projects, read by us and by the tools that run them. No file of theirs is stored here: `NOXFLOW_CORPUS` names a
//! folder with a folder for each project, `NOXFLOW_TRUTH` one with `ID.json` for each, what nox itself says (`probe.py`
//! makes them). Without them only the noxfiles in `own` are compared. To see the tables:
//! `cargo test -p noxflow-tests --test corpus -- --nocapture`.

use std::path::PathBuf;

mod accepted;
mod noxfiles;
mod selection;
mod truth;

/// The corpus and the truth, where they are at hand.
fn folders() -> Option<(PathBuf, PathBuf)> {
    Some((std::env::var_os("NOXFLOW_CORPUS")?.into(), std::env::var_os("NOXFLOW_TRUTH")?.into()))
}
