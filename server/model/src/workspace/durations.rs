//! How long the sessions of a noxfile take, here and on each kind of runner.

use facts::noxfile::{NoxfileFacts, Session};
use facts::shell::NoxCall;
use facts::workflow::{Job, StepKind};

use super::{NoxfileId, NoxfileModel, SessionId, Workspace};
use crate::effects::Effects;
use crate::estimate::{self, Estimate, Place, Query, Sample, Times, Timings, Trend};

/// Estimates of one noxfile's sessions.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Durations {
    pub(super) local: Times,
    pub(super) ci: Times,
    pub(super) runners: Vec<OnRunner>,
}

/// The same on runners that something is known of.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct OnRunner {
    /// Their label; `None`: any.
    label: Option<String>,
    /// Environments are there, from a cache.
    is_warm: bool,
    times: Times,
}

impl Durations {
    pub(super) fn of(facts: &NoxfileFacts, effects: &[impl AsRef<Effects>], known: (&str, &Timings)) -> Self {
        let times = |place: &dyn Fn(&Session) -> Place<'static>| {
            Times::new(facts, known, |at| query(facts, effects, at, place))
        };
        let on = |label: Option<&str>, is_warm: bool| {
            let place = Place::Runner { label, is_cold: !is_warm };
            let times = Times::new(facts, known, |at| Query {
                place,
                ..query(facts, effects, at, &|session| here(facts, session))
            });
            OnRunner { label: label.map(str::to_owned), is_warm, times }
        };
        let labels = known.1.labels(known.0);
        let mut runners = vec![on(None, true)];
        runners.extend(labels.into_iter().flat_map(|label| [on(Some(label), false), on(Some(label), true)]));
        Self { local: times(&|session| here(facts, session)), ci: times(&|_| RUNNER), runners }
    }
}

/// A runner of which nothing is known.
const RUNNER: Place<'static> = Place::Runner { label: None, is_cold: true };

fn here(facts: &NoxfileFacts, session: &Session) -> Place<'static> {
    Place::Here { is_remade: !facts.keeps_venv(session) }
}

fn query<'a>(
    facts: &'a NoxfileFacts,
    effects: &[impl AsRef<Effects>],
    at: usize,
    place: &dyn Fn(&Session) -> Place<'static>,
) -> Query<'a> {
    let kind = effects.get(at).map(|effects| effects.as_ref().kind).unwrap_or_default();
    let session = facts.sessions.get(at);
    Query {
        kind,
        backend: session.and_then(|session| facts.venv_backend(session)),
        place: session.map_or(RUNNER, |session| place(session)),
    }
}

impl NoxfileModel {
    /// What sessions take on a runner with that label, environments there or not.
    pub fn on(&self, label: Option<&str>, is_warm: bool) -> &Times {
        let known = |label: Option<&str>| {
            let is_it = |it: &&OnRunner| it.label.as_deref() == label && it.is_warm == is_warm;
            self.runners.iter().find(is_it).map(|it| &it.times)
        };
        known(label).or_else(|| if is_warm { known(None) } else { None }).unwrap_or(&self.ci)
    }

    /// Whether a session's environment that is there is used again.
    pub(crate) fn keeps_venv(&self, session: SessionId) -> bool {
        self.facts.sessions.get(session.0).is_some_and(|session| self.facts.keeps_venv(session))
    }
}

impl Workspace {
    /// Whether a session has become slower or faster of late, here or (`ci`) on runners: the instance that has changed most,
    /// with its signature.
    pub fn trend(&self, noxfile: NoxfileId, session: SessionId, ci: bool) -> Option<(String, Trend)> {
        let model = self.noxfile(noxfile)?;
        let facts = model.facts.sessions.get(session.0)?;
        let place = |session: &Session| if ci { RUNNER } else { here(&model.facts, session) };
        let query = query(&model.facts, &model.effects, session.0, &place);
        let of = |signature: &String| {
            let samples: &[Sample] = self.timings.of(&model.folder, signature)?;
            Some((signature.clone(), estimate::trend(&estimate::seconds_of(samples, &query))?))
        };
        let all = facts.instances.iter().filter_map(|instance| of(&instance.signature));
        let change = |trend: &Trend| (trend.now - trend.before).abs();
        all.max_by(|a, b| change(&a.1).total_cmp(&change(&b.1)))
    }
}

/// The label of the runner that a job runs on, in one cell of its matrix.
pub fn label(job: &Job, cell: Option<usize>) -> Option<&str> {
    let of_cell = || job.strategy.as_ref()?.cells.value()?.get(cell?)?.runs_on.as_ref();
    let labels = job.runs_on.value().or_else(of_cell)?;
    labels.iter().find(|label| *label != "self-hosted").map(String::as_str)
}

/// Where a nox call runs its sessions.
#[derive(Clone, Copy, Default)]
pub(crate) struct Site<'a> {
    job: Option<&'a Job>,
    /// A cache brings environments.
    is_restored: bool,
    /// nox is told to use them.
    is_told_to_keep: bool,
}

impl<'a> Site<'a> {
    /// Of a call in that step of `job`.
    pub(crate) fn of(job: Option<&'a Job>, step: usize, call: Option<&NoxCall>) -> Self {
        let is_restored = job.is_some_and(|job| restores(job, step));
        Self { job, is_restored, is_told_to_keep: call.is_some_and(is_told_to_keep) }
    }

    /// What an instance takes there, in one cell of the job's matrix.
    pub(crate) fn estimate(
        &self,
        noxfile: &NoxfileModel,
        (session, instance): (SessionId, usize),
        cell: usize,
    ) -> Option<Estimate> {
        let is_kept = self.is_restored && (self.is_told_to_keep || noxfile.keeps_venv(session));
        let label = self.job.and_then(|job| label(job, Some(cell)));
        noxfile.on(label, is_kept).instance(session, instance).copied()
    }
}

/// Whether a step before `step` restores nox's environments from a cache.
fn restores(job: &Job, step: usize) -> bool {
    job.steps.iter().take(step).any(|step| match &step.kind {
        StepKind::Uses { action, with, .. } => {
            let name = action.split('@').next().unwrap_or_default();
            let is_cache = name.ends_with("actions/cache") || name.ends_with("actions/cache/restore");
            let is_nox = |path: &str| path.split(['\n', '/', ' ']).any(|part| part.trim() == ".nox");
            is_cache && with.iter().any(|(key, value, _)| key == "path" && is_nox(value))
        }
        _ => false,
    })
}

/// Whether a call tells nox to use environments again.
fn is_told_to_keep(call: &NoxCall) -> bool {
    let has = |word: &str| {
        matches!(word, "-r" | "-R" | "--reuse-existing-virtualenvs" | "--reuse-venv=yes" | "--reuse-venv=always")
    };
    call.other_flags.iter().any(|word| has(&word.text))
        || call
            .other_flags
            .windows(2)
            .any(|pair| pair[0].text == "--reuse-venv" && matches!(pair[1].text.as_str(), "yes" | "always"))
}
