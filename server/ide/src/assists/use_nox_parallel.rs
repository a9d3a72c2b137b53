//! Runs a job's sessions by one `nox -j N`, and makes the noxfile safe for it.
//!
//! ```yaml
//! steps:
//!   - run: nox -s lint
//!   - run: nox -s typecheck
//! ```
//! ->
//! ```yaml
//! steps:
//!   - run: nox -j 4 -s lint typecheck
//! ```
//! nox has `-j` since 2026.08.10, starts only sessions that say `allow_parallel=True` beside others, and knows no order but
//! `requires=`: so the noxfile gets both, where they are missing, and the version it needs.

use model::forecast::Way;

use super::{Assist, AssistCx, Draft, layout, noxfile_edits};
use crate::assist::FileEdit;
use crate::assists::layout::StepText;

pub(super) const ASSIST: Assist = Assist { id: "use-nox-parallel", run };

fn run(cx: &AssistCx<'_>) -> Option<Draft> {
    let lanes = cx.snapshot.workspace.settings.runner_cores.max(2);
    Some(Draft {
        title: format!("Run {} sessions with nox -j {lanes}", cx.group.parallel_items()),
        way: Way::NoxParallel { lanes },
        caveat: cx.group.caveat(),
        edits: edits(cx, lanes),
    })
}

fn edits(cx: &AssistCx<'_>, lanes: usize) -> Result<Vec<FileEdit>, String> {
    if let Some(version) = pinned_version(cx).filter(|version| noxfile_edits::is_older(version, noxfile_edits::FIRST_PARALLEL)) {
        return Err(format!("nox -j needs nox {} and the job uses {version}", noxfile_edits::FIRST_PARALLEL));
    }
    let workflow = layout::rewrite_steps(cx, &|units, carried| {
        let items: Vec<usize> = units.iter().flat_map(|unit| unit.items.iter().copied()).collect();
        let command = cx.group.command(&items, &format!(" -j {lanes}")).ok_or("the sessions take different arguments")?;
        Ok(vec![StepText::run(Some("Sessions in parallel"), carried, &command)])
    })?;
    let mut edits = vec![FileEdit { file: cx.file.id, edits: workflow }];
    let noxfile = noxfile_edits::allow_parallel(cx)?;
    if !noxfile.is_empty() {
        edits.push(FileEdit { file: cx.group.noxfile.file, edits: noxfile });
    }
    Ok(edits)
}

/// nox's version where the job runs: the setting, else what the job installs.
fn pinned_version(cx: &AssistCx<'_>) -> Option<String> {
    if let Some(version) = &cx.snapshot.workspace.settings.nox_version {
        return Some(version.clone());
    }
    let scripts = cx.job.steps.iter().filter_map(|step| match &step.kind {
        facts::workflow::StepKind::Run { script, .. } => Some(script),
        _ => None,
    });
    let mut words = scripts.flat_map(|script| &script.commands).flat_map(|command| &command.argv);
    words.find_map(|word| word.text.trim_matches(['"', '\'']).strip_prefix("nox==").map(str::to_owned))
}
