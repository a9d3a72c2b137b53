//! C3: neither hands something on: `steps.ID` of the one in the other or later, `$GITHUB_ENV`, `$GITHUB_PATH`,
//! `$GITHUB_OUTPUT`. Background steps hand these on only when they are waited for.

use facts::workflow::{Step, StepKind};

use super::{OfSteps, Steps};

pub(super) const PRECONDITION: OfSteps = OfSteps { id: "C3", look };

fn look(pair: &Steps<'_>) -> Option<String> {
    let both = [pair.job.steps.get(pair.first)?, pair.job.steps.get(pair.second)?];
    for step in both {
        if let Some((id, _)) = step.reads_steps.first() {
            return Some(format!("one reads what the step `{id}` puts out"));
        }
        if let Some((id, _)) = &step.id
            && is_read(pair, id)
        {
            return Some(format!("other steps read what the step `{id}` puts out"));
        }
        if let Some(file) = hands_on(step) {
            return Some(format!("one writes to `{file}` for the steps behind it"));
        }
    }
    None
}

/// Whether anything in the job reads the step's id. Outputs of the job may.
fn is_read(pair: &Steps<'_>, id: &str) -> bool {
    let reads = |step: &Step| step.reads_steps.iter().any(|(other, _)| other == id);
    !pair.job.outputs.is_empty() || pair.job.steps.iter().any(reads)
}

/// The forge's file that a script writes to.
fn hands_on(step: &Step) -> Option<&'static str> {
    const FILES: [&str; 3] = ["GITHUB_ENV", "GITHUB_PATH", "GITHUB_OUTPUT"];
    let StepKind::Run { script, .. } = &step.kind else { return None };
    let written = || script.commands.iter().flat_map(|command| command.writes.iter().map(|word| word.text.as_str()));
    FILES.into_iter().find(|file| {
        let own = file.trim_start_matches("GITHUB_");
        written().any(|text| {
            text.contains(file) || text.contains(&format!("FORGEJO_{own}")) || text.contains(&format!("GITEA_{own}"))
        })
    })
}
