//! `noxflow run` with real nox: what happens when things go wrong. Nothing here depends on how long anything takes:
//! tests wait for what sessions write, never for a time.
#![cfg(unix)]

mod faults;
mod interrupts;
mod outputs;
mod project;
mod sharding;
mod volume;
mod which_nox;
