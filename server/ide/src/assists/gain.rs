//! What an offer is predicted to save, and what the prediction takes for granted: both stand in its title.

use std::collections::BTreeSet;

use facts::Forge;
use model::schedule::{self, Priority};
use model::{Estimate, NoxfileId, Settings, Source, WorkflowId, Workspace};

use crate::times::{self, JobTimes};
use crate::words;

/// A gain below both of these is no reason to prefer an offer.
const MIN_GAIN_SECONDS: f64 = 20.0;
const MIN_GAIN_SHARE: f64 = 0.1;

/// Sessions of a noxfile whose run is simulated for a title; of more, every pair would take too long.
const MAX_SESSIONS: usize = 120;

/// Predicted times, and what they take for granted.
#[derive(Clone)]
pub(crate) struct Gain {
    /// As it is.
    pub(crate) now: Estimate,
    /// As it would be.
    pub(crate) after: Estimate,
    /// On what.
    pub(crate) on: Machines,
}

/// The machines that a prediction is for.
#[derive(Clone, Copy)]
pub(crate) enum Machines {
    /// One, with so many cores.
    One {
        /// Processor cores.
        cores: usize,
    },
    /// One that runs one session after another, however many cores it has.
    InTurn,
    /// One, on which `noxflow run` runs all sessions.
    Launcher {
        /// Processor cores.
        cores: usize,
    },
    /// A runner for each job.
    Several {
        /// Jobs that run at once.
        runners: usize,
        /// Where.
        forge: Forge,
        /// Seconds that every job costs beside its sessions.
        overhead: f64,
    },
}

impl Machines {
    /// A CI runner.
    pub(crate) fn one(settings: &Settings) -> Self {
        Self::One { cores: settings.runner_cores }
    }

    /// The runners of `forge`.
    pub(crate) fn several(settings: &Settings, forge: Forge) -> Self {
        Self::Several { runners: settings.slots(forge), forge, overhead: settings.job_overhead_seconds }
    }

    /// "4 cores", "1 runner, 40 s a job".
    fn words(self) -> String {
        match self {
            Self::One { cores } => format!("{cores} cores"),
            Self::InTurn => "one after another".to_owned(),
            Self::Launcher { cores } => format!("all by `noxflow run` on {cores} cores"),
            Self::Several { runners, overhead, .. } => {
                format!("{}, {} a job", count(runners), words::duration(overhead))
            }
        }
    }
}

fn count(runners: usize) -> String {
    if runners == 1 { "1 runner".to_owned() } else { format!("{runners} runners") }
}

impl Gain {
    /// What becomes of a whole workflow.
    pub(crate) fn of_workflow(before: &Workspace, after: &Workspace, id: WorkflowId) -> Option<Self> {
        let time = |workspace: &Workspace| {
            let workflow = workspace.workflows.get(id.0)?;
            let source = workflow.jobs.iter().map(|estimate| estimate.source).max().unwrap_or(Source::Guess);
            let seconds = JobTimes::of(workspace, workflow).makespan;
            Some(Estimate { seconds, low: seconds, high: seconds, source })
        };
        let (now, after) = (time(before)?, time(after)?);
        let forge = before.workflows.get(id.0)?.facts.forge;
        Some(Self { now, after, on: Machines::several(&before.settings, forge) })
    }

    /// What becomes of a run of all sessions of a noxfile by our launcher; `None` where others run then.
    pub(crate) fn of_noxfile(before: &Workspace, after: &Workspace, id: NoxfileId) -> Option<Self> {
        let cores = before.settings.runner_cores.max(2);
        let names = |workspace: &Workspace| -> Option<BTreeSet<String>> {
            let noxfile = workspace.noxfile(id)?;
            let all = workspace.with_required(id, &times::defaults(noxfile));
            Some(all.iter().map(|id| times::name(noxfile, *id).to_owned()).collect())
        };
        let all = names(before)?;
        if all.len() > MAX_SESSIONS || Some(all) != names(after) {
            return None;
        }
        let time = |workspace: &Workspace| {
            let noxfile = workspace.noxfile(id)?;
            let sessions = workspace.with_required(id, &times::defaults(noxfile));
            let plan = workspace.plan(id, &sessions);
            let seconds = schedule::simulate(&plan, cores, Priority::BottomLevel).makespan;
            let sources = sessions.iter().filter_map(|id| noxfile.local.total(*id)).map(|estimate| estimate.source);
            Some(Estimate { seconds, low: seconds, high: seconds, source: sources.max().unwrap_or(Source::Guess) })
        };
        Some(Self { now: time(before)?, after: time(after)?, on: Machines::Launcher { cores } })
    }

    /// Whether its two times read differently.
    pub(crate) fn is_told(&self) -> bool {
        words::duration(self.now.seconds) != words::duration(self.after.seconds)
    }

    /// Seconds.
    pub(crate) fn saved(&self) -> f64 {
        self.now.seconds - self.after.seconds
    }

    pub(crate) fn is_worth_it(&self) -> bool {
        self.is_told() && self.saved() > MIN_GAIN_SECONDS.min(self.now.seconds * MIN_GAIN_SHARE)
    }

    /// `~15 m 20 s → ~5 m 40 s`, or `~15 m 20 s as before`.
    pub(crate) fn times(&self) -> String {
        if !self.is_told() {
            return format!("{} as before", words::estimate(&self.now));
        }
        format!("{} → {}", words::estimate(&self.now), words::estimate(&self.after))
    }

    /// What the times rest on: "guessed times, 4 cores".
    pub(crate) fn basis(&self) -> String {
        let source = match self.now.source.max(self.after.source) {
            Source::Measured(_) => "measured times",
            Source::Imported(_) => "times from CI",
            Source::Guess => "guessed times",
        };
        format!("{source}, {}", self.on.words())
    }

    /// Why what saves nothing is not done, and what would have to be otherwise.
    pub(crate) fn refusal(&self) -> String {
        match self.on {
            Machines::InTurn => "it would not be faster".to_owned(),
            Machines::One { cores } | Machines::Launcher { cores } => {
                format!("it would not be faster on {cores} cores")
            }
            Machines::Several { runners, forge, .. } => {
                let (runners, forge) = (count(runners), forge.name());
                format!("it would not be faster with {runners} on {forge}; set `runnerSlots` if there are more")
            }
        }
    }
}
