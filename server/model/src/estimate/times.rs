//! What the sessions of a noxfile take in one place, instance by instance.

use facts::noxfile::{NoxfileFacts, Session};

use super::point::{estimate, of_siblings};
use super::{Estimate, Query, Timings};
use crate::workspace::SessionId;

/// An estimate for every instance of every session.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Times {
    all: Vec<Estimate>,
    /// By session: where its instances begin in `all`; one more for the end.
    starts: Vec<usize>,
}

impl Times {
    /// Of all sessions of a noxfile in `folder`; `query`: what is asked for of each.
    pub(crate) fn new<'a>(
        facts: &NoxfileFacts,
        (folder, timings): (&str, &Timings),
        query: impl Fn(usize) -> Query<'a>,
    ) -> Self {
        let mut times = Self { all: Vec::with_capacity(facts.sessions.len()), starts: vec![0] };
        for (at, session) in facts.sessions.iter().enumerate() {
            of_session(session, (folder, timings), &query(at), &mut times.all);
            times.starts.push(times.all.len());
        }
        times
    }

    /// The same for all sessions, of one instance each.
    #[cfg(test)]
    pub(crate) fn alike(one: Estimate, sessions: usize) -> Self {
        Self { all: vec![one; sessions], starts: (0..=sessions).collect() }
    }

    /// By instance of `session`; of one whose instances are not known, what one of them takes.
    pub fn of(&self, session: SessionId) -> &[Estimate] {
        let range = self.starts.get(session.0).zip(self.starts.get(session.0 + 1));
        range.and_then(|(start, end)| self.all.get(*start..*end)).unwrap_or_default()
    }

    /// One instance; one that is not known takes what the first does.
    pub fn instance(&self, session: SessionId, instance: usize) -> Option<&Estimate> {
        let own = self.of(session);
        own.get(instance).or(own.first())
    }

    /// Some instances of a session one after another. `None`: there is no such session, or none of its instances.
    pub fn sum(&self, session: SessionId, instances: &[usize]) -> Option<Estimate> {
        let all = instances.iter().filter_map(|&instance| self.instance(session, instance)).copied();
        all.reduce(|sum, one| sum.then(&one))
    }

    /// All instances of a session one after another.
    pub fn total(&self, session: SessionId) -> Option<Estimate> {
        self.of(session).iter().copied().reduce(|sum, one| sum.then(&one))
    }

    /// The longest instance of a session: what all take at once where there is room.
    pub fn longest(&self, session: SessionId) -> Option<Estimate> {
        self.of(session).iter().copied().max_by(|a, b| a.seconds.total_cmp(&b.seconds))
    }
}

/// Estimates by instance: from its own samples, else its siblings', else those of the session by its bare name (it had no
/// instances then), else the kind's usual time.
fn of_session(session: &Session, (folder, timings): (&str, &Timings), query: &Query<'_>, out: &mut Vec<Estimate>) {
    if timings.is_empty(folder) {
        let guess = estimate(&[], query);
        return out.extend(std::iter::repeat_n(guess, session.instances.len().max(1)));
    }
    let own: Vec<Option<Estimate>> = session
        .instances
        .iter()
        .map(|instance| {
            let names = std::iter::once(&instance.signature).chain(&instance.aliases);
            // Another name of an instance may be the session's, or that of several instances.
            let names = names.filter(|name| **name == instance.signature || **name != session.name);
            names.filter_map(|name| timings.of(folder, name)).next().map(|samples| estimate(samples, query))
        })
        .collect();
    let siblings: Vec<Estimate> = own.iter().flatten().copied().collect();
    let mut others = None;
    let mut of_others = || {
        *others.get_or_insert_with(|| {
            let bare = || estimate(timings.of(folder, &session.name).unwrap_or_default(), query);
            of_siblings(&siblings).unwrap_or_else(bare)
        })
    };
    if own.is_empty() {
        return out.push(of_others());
    }
    out.extend(own.into_iter().map(|own| own.unwrap_or_else(&mut of_others)));
}
