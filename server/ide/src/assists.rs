//! The list of assists. A new one is a file in `assists/` and a line here.

use std::sync::Arc;

use model::forecast::{Forecast, Way};
use model::{FileId, WorkflowModel};
use syntax::Span;

use crate::assist::{FileEdit, Offer};
use crate::snapshot::{FileState, Snapshot};
use crate::words;

mod background_script;
mod group;
mod layout;
mod noxfile_edits;
mod proof;

/// An assist as plain data.
pub(crate) struct Assist {
    /// Kebab-case id, what it does in the imperative.
    pub(crate) id: &'static str,
    /// Makes its offer at the cursor; `None` where it does not apply.
    pub(crate) run: fn(&AssistCx<'_>) -> Option<Draft>,
}

macro_rules! assists {
    ($($name:ident),* $(,)?) => {
        $(mod $name;)*

        /// Every assist, in the order in which equals are shown.
        pub(crate) const ASSISTS: &[Assist] = &[$($name::ASSIST),*];
    };
}

assists![use_parallel_steps, use_nox_parallel, use_background_processes, split_into_matrix];

/// What an assist looks at: the job at the cursor.
pub(crate) struct AssistCx<'a> {
    pub(crate) snapshot: &'a Snapshot,
    pub(crate) file: &'a Arc<FileState>,
    pub(crate) workflow: &'a WorkflowModel,
    pub(crate) job: &'a facts::workflow::Job,
    /// The steps that run sessions one after another, if there are at least two sessions.
    pub(crate) group: &'a group::Group<'a>,
    forecasts: &'a [Forecast],
}

/// An offer before it is compared with the others.
pub(crate) struct Draft {
    /// What it does, without the times: "Run 9 sessions with nox -j 4".
    pub(crate) title: String,
    /// What it turns the job into, for the forecast.
    pub(crate) way: Way,
    /// What stands in the way of a proof, as the end of a sentence; such an offer is never preferred.
    pub(crate) caveat: Option<String>,
    /// Its edits, or why there are none.
    pub(crate) edits: Result<Vec<FileEdit>, String>,
}

/// A gain below both of these is no reason to prefer an offer.
const MIN_GAIN_SECONDS: f64 = 20.0;
const MIN_GAIN_SHARE: f64 = 0.1;

/// Asks every assist for the job that `span` of `file` lies in.
pub(crate) fn offers(snapshot: &Snapshot, file: FileId, span: Span) -> Vec<Offer> {
    offers_in_job(snapshot, file, span).unwrap_or_default()
}

fn offers_in_job(snapshot: &Snapshot, file: FileId, span: Span) -> Option<Vec<Offer>> {
    let workspace = &snapshot.workspace;
    let workflow_id = workspace.workflow_of(file)?;
    let workflow = workspace.workflows.get(workflow_id.0)?;
    let job_at = workflow.facts.jobs.iter().position(|job| job.span.meets(span))?;
    let job = workflow.facts.jobs.get(job_at)?;
    let file = snapshot.file(file)?;
    let group = group::find(snapshot, file, workflow, job_at, span)?;
    let forecasts = workspace.sequence(workflow_id, job_at).map(|sequence| workspace.forecasts(&sequence));
    let forecasts = forecasts.unwrap_or_default();
    let cx = AssistCx { snapshot, file, workflow, job, group: &group, forecasts: &forecasts };
    let drafts = ASSISTS.iter().filter_map(|assist| Some((assist.id, (assist.run)(&cx)?)));
    let mut offers: Vec<(Offer, f64)> = drafts.map(|(id, draft)| cx.finish(id, draft)).collect();
    prefer_best(&mut offers, cx.seconds(Way::Now));
    Some(offers.into_iter().map(|(offer, _)| offer).collect())
}

/// Marks the fastest safe offer, if its gain is worth it, and puts it first.
fn prefer_best(offers: &mut [(Offer, f64)], now: Option<f64>) {
    let Some(now) = now else { return };
    let usable = offers.iter_mut().filter(|(offer, _)| offer.is_safe && offer.disabled.is_none());
    let best = usable.min_by(|(_, a), (_, b)| a.total_cmp(b));
    if let Some((offer, seconds)) = best
        && now - *seconds > MIN_GAIN_SECONDS.min(now * MIN_GAIN_SHARE)
    {
        offer.is_preferred = true;
    }
    offers.sort_by_key(|(offer, _)| (!offer.is_preferred, offer.disabled.is_some()));
}

impl AssistCx<'_> {
    /// Predicted time of the job run in `way`, seconds.
    pub(crate) fn seconds(&self, way: Way) -> Option<f64> {
        let same = |forecast: &&Forecast| std::mem::discriminant(&forecast.way) == std::mem::discriminant(&way);
        self.forecasts.iter().find(same).map(|forecast| forecast.makespan.seconds)
    }

    /// Turns a draft into an offer: times in the title, refused when it is slower or cannot be proved.
    fn finish(&self, id: &'static str, draft: Draft) -> (Offer, f64) {
        let (now, after) = (self.seconds(Way::Now), self.seconds(draft.way));
        let mut title = draft.title;
        if let (Some(now), Some(after)) = (now, after) {
            title.push_str(&format!(": {} → {}", words::duration(now), words::duration(after)));
        }
        if let Some(caveat) = &draft.caveat {
            title.push_str(&format!(" ({caveat})"));
        }
        let slower = now.zip(after).filter(|(now, after)| after >= now).map(|_| self.why_slower());
        let (edits, disabled) = match (draft.edits, slower) {
            (Err(why), _) => (Vec::new(), Some(why)),
            (Ok(_), Some(why)) => (Vec::new(), Some(why)),
            (Ok(edits), None) => match proof::check(self, &edits) {
                Ok(()) => (edits, None),
                Err(why) => (Vec::new(), Some(why)),
            },
        };
        let is_safe = draft.caveat.is_none() && disabled.is_none();
        (Offer { assist: id, title, is_safe, is_preferred: false, disabled, edits }, after.unwrap_or(f64::INFINITY))
    }

    fn why_slower(&self) -> String {
        let forge = self.workflow.facts.forge;
        let slots = self.snapshot.workspace.settings.slots(forge);
        let runners = if slots == 1 { "1 runner".to_owned() } else { format!("{slots} runners") };
        format!("it would not be faster with {runners} on {}; set `runnerSlots` if there are more", forge.name())
    }
}

#[cfg(test)]
mod tests;
