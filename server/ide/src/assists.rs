//! Assists of both kinds of file: what one looks like, and how its draft becomes an offer.
//!
//! A new one is a file in `assists/workflow/` or `assists/noxfile/` and a word in the list of that folder. It asks the
//! context for what it needs at the cursor (`context`), answers `None` where it does not apply, and otherwise a
//! [`Draft`]: what it does, what it gains, what stands in the way of a proof, and its edits or the reason why there are
//! none. Times, order and proof are added here.

use std::sync::Arc;

use model::FileId;
use syntax::Span;

use crate::assist::{FileEdit, Offer, OfferKind};
use crate::lint::Fix;
use crate::snapshot::{FileState, Snapshot};

pub(crate) use noxfile::script::{FIRST_PARALLEL, FIRST_REQUIRES, is_older};
pub(crate) use noxfile::style::comments as python_comments;
pub(crate) use noxfile::{newest_argument, only_queues};

/// An assist as plain data.
pub(crate) struct Assist {
    /// Kebab-case id, what it does in the imperative.
    pub(crate) id: &'static str,
    /// What sort of edit it offers.
    pub(crate) kind: OfferKind,
    /// Where editors show it: at what it speaks of.
    pub(crate) at: &'static [Spot],
    /// Makes its offer at the cursor; `None` where it does not apply.
    pub(crate) run: fn(&AssistCx<'_>) -> Option<Draft>,
}

macro_rules! assists {
    ($($name:ident),* $(,)?) => {
        $(mod $name;)*

        /// Every assist of this folder, in the order in which equals are shown.
        pub(crate) const ASSISTS: &[crate::assists::Assist] = &[$($name::ASSIST),*];
    };
}

pub(crate) mod context;
mod fix_all;
mod gain;
mod noxfile;
mod noxfile_edits;
mod proof;
mod spot;
mod workflow;

pub(crate) use context::{AssistCx, GroupCx};
pub(crate) use gain::{Gain, Machines};
pub(crate) use spot::Spot;
pub(crate) use workflow::ways;

/// An offer before it is proved and compared with the others.
pub(crate) struct Draft {
    /// What it does, without the times: "Run 9 sessions with nox -j 4".
    pub(crate) title: String,
    /// What it saves, where that is known. An edit that saves nothing is then not possible.
    pub(crate) gain: Option<Gain>,
    /// What stands in the way of a proof, as the end of a sentence; such an offer is never preferred.
    pub(crate) caveat: Option<String>,
    /// Its edits, or why there are none.
    pub(crate) edits: Result<Vec<FileEdit>, String>,
}

/// More at a place is a list to read, no choice to make; what is left out is offered where it is more at home.
const MOST: usize = 6;

/// All that could be done to what the selection `span` of `file` is part of: for lists and reports.
pub(crate) fn all(snapshot: &Snapshot, file: FileId, span: Span) -> Vec<Offer> {
    let mut offers: Vec<Offer> = at(snapshot, file, span, |_| true).into_iter().map(|(offer, _)| offer).collect();
    if let Some(file) = snapshot.file(file)
        && AssistCx::new(snapshot, file, span).is_whole_file()
        && let Some(all) = fix_all::offer(snapshot, file)
    {
        offers.insert(0, all);
    }
    offers
}

/// What is offered at the selection `span` of `file`: what speaks of the very place, a handful, the best first.
pub(crate) fn offers(snapshot: &Snapshot, file: FileId, span: Span) -> Vec<Offer> {
    let Some(state) = snapshot.file(file) else { return Vec::new() };
    let spot = Spot::of(&AssistCx::new(snapshot, state, span));
    let is_here = |assist: &Assist| spot.is_some_and(|spot| assist.at.contains(&spot));
    let mut offers: Vec<Offer> = at(snapshot, file, span, is_here).into_iter().map(|(offer, _)| offer).collect();
    offers.truncate(MOST);
    offers
}

/// Whether the selection `span` of `file` means the file as a whole.
pub(crate) fn is_whole_file(snapshot: &Snapshot, file: FileId, span: Span) -> bool {
    snapshot.file(file).is_some_and(|file| AssistCx::new(snapshot, file, span).is_whole_file())
}

/// All that is safe in `file` at once.
pub(crate) fn all_safe(snapshot: &Snapshot, file: FileId) -> Option<Offer> {
    fix_all::offer(snapshot, snapshot.file(file)?)
}

/// Asks assists about the selection `span` of `file`: the offers, and what those save that save time.
fn at(snapshot: &Snapshot, file: FileId, span: Span, is_asked: impl Fn(&Assist) -> bool) -> Vec<(Offer, Option<Gain>)> {
    let Some(file) = snapshot.file(file) else { return Vec::new() };
    let cx = AssistCx::new(snapshot, file, span);
    let assists = every().filter(|assist| is_asked(assist));
    let drafts = assists.filter_map(|assist| Some((assist, (assist.run)(&cx)?)));
    let mut offers: Vec<(Offer, Option<Gain>)> = drafts.map(|(assist, draft)| finish(&cx, assist, draft)).collect();
    prefer_best(&mut offers);
    offers
}

/// The safe offer at the selection `span` of `file` that saves most, of those whose edits are meant. They are proved one
/// after another, the best first, until one holds: a proof reads whole files.
fn best(
    snapshot: &Snapshot,
    file: FileId,
    span: Span,
    is_meant: impl Fn(&[FileEdit]) -> bool,
) -> Option<(Offer, Option<Gain>)> {
    let file = snapshot.file(file)?;
    let cx = AssistCx::new(snapshot, file, span);
    let worth = |draft: &Draft| {
        let edits = draft.edits.as_ref().ok().filter(|_| draft.caveat.is_none())?;
        draft.gain.as_ref().filter(|gain| gain.is_worth_it() && is_meant(edits)).map(Gain::saved)
    };
    let drafts = every().filter_map(|assist| Some((assist, (assist.run)(&cx)?)));
    let mut drafts: Vec<(f64, &Assist, Draft)> =
        drafts.filter_map(|(assist, draft)| Some((worth(&draft)?, assist, draft))).collect();
    // The first of equals changes least.
    drafts.sort_by(|(a, ..), (b, ..)| b.total_cmp(a));
    drafts.into_iter().map(|(_, assist, draft)| finish(&cx, assist, draft)).find(|(offer, _)| offer.is_safe)
}

/// The assist called `id` as the fix of a finding at `span`: where it is possible there and changes that file alone.
pub(crate) fn fix(snapshot: &Snapshot, file: &Arc<FileState>, span: Span, id: &str) -> Option<Fix> {
    let cx = AssistCx::new(snapshot, file, span);
    let assist = every().find(|assist| assist.id == id)?;
    let (offer, _) = finish(&cx, assist, (assist.run)(&cx)?);
    match offer.edits.as_slice() {
        [only] if only.file == file.id => {
            Some(Fix { title: offer.title, is_safe: offer.is_safe, edits: only.edits.clone() })
        }
        _ => None,
    }
}

/// Every assist, those of workflows first.
pub(crate) fn every() -> impl Iterator<Item = &'static Assist> {
    workflow::ASSISTS.iter().chain(noxfile::ASSISTS)
}

/// Turns a draft into an offer: times and what they rest on in the title, refused when it saves nothing or cannot be
/// proved.
fn finish(cx: &AssistCx<'_>, assist: &Assist, draft: Draft) -> (Offer, Option<Gain>) {
    let Draft { title, gain, caveat, edits } = draft;
    // What is not done to save time may cost some.
    let mut effect = None;
    let checked = edits.and_then(|edits| match &gain {
        Some(gain) if gain.saved() <= 0.0 => Err(gain.refusal()),
        _ => {
            let prove = if assist.kind == OfferKind::Fewer { proof::check_fewer } else { proof::check };
            let proved = prove(cx.snapshot, &edits)?;
            let of_workflow = || Gain::of_workflow(&proved.before, &proved.after, cx.workflow()?.id);
            let of_noxfile = || Gain::of_noxfile(&proved.before, &proved.after, cx.noxfile()?.0);
            // Who is told that jobs start earlier asks what that brings, be it nothing. What `nox -j` makes of a noxfile stands
            // in the title of what is about that.
            effect = match (cx.noxfile().is_some(), assist.kind) {
                (true, OfferKind::Rewrite) => of_noxfile().filter(Gain::is_told),
                (true, _) => None,
                (false, OfferKind::Rewrite) => of_workflow().filter(Gain::is_told),
                (false, _) => of_workflow(),
            };
            // What is done for the sake of time alone is not done for nothing.
            let costs = |it: &Gain| assist.kind == OfferKind::Parallel && gain.is_none() && it.saved() < 0.0;
            effect.as_ref().filter(|effect| costs(effect)).map_or(Ok(edits), |effect| Err(effect.refusal()))
        }
    });
    let told = gain.as_ref().or(effect.as_ref());
    let is_faster = told.is_some_and(|gain| gain.saved() > 0.0 && gain.is_told());
    let title = titled(title, told, caveat.as_deref());
    let (edits, disabled) = match checked {
        Ok(edits) => (edits, None),
        Err(why) => (Vec::new(), Some(why)),
    };
    let is_safe = caveat.is_none() && disabled.is_none();
    let (assist, kind) = (assist.id, assist.kind);
    (Offer { assist, kind, title, is_safe, is_preferred: false, is_faster, disabled, edits }, gain)
}

/// "Run 5 sessions in parallel steps: ~15 m 20 s → ~5 m 40 s (guessed times, 4 cores; unverified: …)".
fn titled(mut title: String, gain: Option<&Gain>, caveat: Option<&str>) -> String {
    if let Some(gain) = gain {
        title.push_str(&format!(": {}", gain.times()));
    }
    let basis = gain.map(Gain::basis);
    let notes: Vec<&str> = basis.as_deref().into_iter().chain(caveat).collect();
    if !notes.is_empty() {
        title.push_str(&format!(" ({})", notes.join("; ")));
    }
    title
}

/// Marks the safe offer that saves most, if that is worth it, and puts it first; what cannot be applied goes last.
fn prefer_best(offers: &mut [(Offer, Option<Gain>)]) {
    let mut best: Option<(usize, f64)> = None;
    for (at, (offer, gain)) in offers.iter().enumerate() {
        let Some(gain) = gain.as_ref().filter(|gain| offer.is_safe && gain.is_worth_it()) else { continue };
        // The first of equals changes least.
        if best.is_none_or(|(_, most)| gain.saved() > most) {
            best = Some((at, gain.saved()));
        }
    }
    if let Some((offer, _)) = best.and_then(|(at, _)| offers.get_mut(at)) {
        offer.is_preferred = true;
    }
    offers.sort_by_key(|(offer, _)| (!offer.is_preferred, offer.disabled.is_some()));
}

#[cfg(test)]
mod tests;
