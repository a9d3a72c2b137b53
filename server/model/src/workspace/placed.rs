//! A noxfile as one job runs it: variables of the job (`COVERAGE_FILE`) move what its sessions touch, so that two which
//! collide elsewhere do not here, or the other way round; words behind `--` (`--fix`) make them do something else. Made only
//! where it makes a difference.

use std::sync::Arc;

use super::{NoxfileId, NoxfileModel, SessionId};
use crate::effects::{Around, effects_of};
use crate::graph;
use crate::links::Link;
use crate::links::called::Called;

/// Variables by name; `None`: not known.
type Variables = Vec<(&'static str, Option<String>)>;

/// What a job gives to one session.
struct Given {
    session: SessionId,
    /// Those that it is run with; a value that differs from call to call is not known.
    variables: Variables,
    /// Words behind `--`, once for each call that differs; none for a call without.
    posargs: Vec<Vec<Option<String>>>,
}

/// A noxfile as a job runs it.
#[derive(Clone, Debug)]
pub(crate) struct Placed {
    /// The job.
    pub(crate) job: usize,
    /// The noxfile.
    pub(crate) noxfile: NoxfileId,
    /// It, judged under the job's variables.
    pub(crate) model: Arc<NoxfileModel>,
}

/// Those of all jobs of a workflow.
pub(super) fn of_jobs(jobs: usize, links: &[Link], called: &[Called], noxfiles: &[Arc<NoxfileModel>]) -> Vec<Placed> {
    let all = || {
        let own = links.iter().map(|link| (link.site.job, link));
        own.chain(called.iter().map(|called| (called.job, &called.link)))
    };
    if all().all(|(_, link)| link.variables.is_empty() && link.posargs.is_empty()) {
        return Vec::new();
    }
    let mut out = Vec::new();
    for job in 0..jobs {
        let mut meant: Vec<NoxfileId> = all().filter(|(at, _)| *at == job).filter_map(|(_, it)| it.noxfile).collect();
        meant.sort_unstable();
        meant.dedup();
        for noxfile in meant {
            let own = all().filter(|(at, link)| *at == job && link.noxfile == Some(noxfile)).map(|(_, link)| link);
            let model = noxfiles.get(noxfile.0).and_then(|base| placed(base, &given(own)));
            out.extend(model.map(|model| Placed { job, noxfile, model: Arc::new(model) }));
        }
    }
    out
}

/// What the calls give to each of their sessions.
fn given<'a>(links: impl Iterator<Item = &'a Link>) -> Vec<Given> {
    let mut found: Vec<Given> = Vec::new();
    for link in links {
        for run in link.runs.iter() {
            let Some(known) = found.iter_mut().find(|known| known.session == run.session) else {
                let (variables, posargs) = (link.variables.clone(), vec![link.posargs.clone()]);
                found.push(Given { session: run.session, variables, posargs });
                continue;
            };
            if !known.posargs.contains(&link.posargs) {
                known.posargs.push(link.posargs.clone());
            }
            let known = &mut known.variables;
            for (name, value) in known.iter_mut() {
                let other =
                    link.variables.iter().find(|(other, _)| other == name).and_then(|(_, value)| value.as_ref());
                if other != value.as_ref() {
                    *value = None;
                }
            }
            let more = link.variables.iter().filter(|(name, _)| !known.iter().any(|(other, _)| other == name));
            let more: Variables = more.map(|(name, _)| (*name, None)).collect();
            known.extend(more);
        }
    }
    found
}

/// The noxfile with the sessions' effects under what they are given. `None`: nothing differs, or a single session is run,
/// which has nobody to collide with.
fn placed(base: &NoxfileModel, given: &[Given]) -> Option<NoxfileModel> {
    if given.len() < 2 {
        return None;
    }
    let mut effects = base.effects.clone();
    let mut differs = false;
    let is_given = |given: &&Given| !given.variables.is_empty() || given.posargs.iter().any(|words| !words.is_empty());
    for Given { session: id, variables, posargs } in given.iter().filter(is_given) {
        let (Some(session), Some(slot)) = (base.facts.sessions.get(id.0), effects.get_mut(id.0)) else { continue };
        let own = effects_of(session, &base.project, Around { variables, posargs });
        if own != **slot {
            *slot = Arc::new(own);
            differs = true;
        }
    }
    if !differs {
        return None;
    }
    let sources = graph::Sources { file: base.file, facts: &base.facts, effects: &effects, by_name: &base.by_name };
    let edges = graph::edges_of(&sources);
    Some(NoxfileModel { effects, edges, ..base.clone() })
}
