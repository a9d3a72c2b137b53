//! Finds what two sessions have in common and asks the kinds about it.

use facts::noxfile::Session;
use syntax::Span;

use super::{Hazard, KINDS, Severity, same_session_twice};
use crate::effects::{Access, Effect, Effects, Resource, are_of_other_pythons, paths};
use crate::workspace::{NoxfileModel, SessionId};

/// A kind of hazard: its name and how it is recognised.
pub(super) struct Kind {
    /// See [`Hazard::kind`].
    pub(super) id: &'static str,
    /// What two touches of one thing, of which at least one changes it, lead to.
    pub(super) look: fn(&Pair<'_>) -> Option<Found>,
}

/// Two touches of one thing by two sessions.
pub(super) struct Pair<'a> {
    pub(super) a: Side<'a>,
    pub(super) b: Side<'a>,
}

/// One touch with whose it is.
#[derive(Clone, Copy)]
pub(super) struct Side<'a> {
    pub(super) session: &'a str,
    pub(super) effect: &'a Effect,
}

/// What a kind says.
pub(super) struct Found {
    pub(super) severity: Severity,
    pub(super) reason: String,
    pub(super) cure: String,
}

impl<'a> Pair<'a> {
    /// The side for which `is_meant` holds, and the other one.
    pub(super) fn where_one(&self, is_meant: impl Fn(&Effect) -> bool) -> Option<(Side<'a>, Side<'a>)> {
        if is_meant(self.a.effect) {
            Some((self.a, self.b))
        } else if is_meant(self.b.effect) {
            Some((self.b, self.a))
        } else {
            None
        }
    }

    /// Whether it holds for both.
    pub(super) fn both(&self, is_meant: impl Fn(&Effect) -> bool) -> bool {
        is_meant(self.a.effect) && is_meant(self.b.effect)
    }

    /// What the two share, for people.
    pub(super) fn what(&self) -> String {
        describe(shared(self))
    }

    /// The two names, or "two instances of" the one.
    pub(super) fn who(&self) -> String {
        if self.a.session == self.b.session {
            format!("two instances of `{}`", self.a.session)
        } else {
            format!("`{}` and `{}`", self.a.session, self.b.session)
        }
    }

    /// The cure of the side that has one.
    pub(super) fn cure(&self) -> String {
        let cures = [&self.a.effect.cure, &self.b.effect.cure];
        cures.into_iter().find(|cure| !cure.is_empty()).cloned().unwrap_or_default()
    }
}

impl Effect {
    /// Creates, overwrites or adds.
    pub(super) fn is_write(&self) -> bool {
        matches!(self.access, Access::Write | Access::Update)
    }
}

/// All hazards between two sessions, worst first; `a` stands before `b` or is the same.
pub(super) fn hazards(model: &NoxfileModel, a: SessionId, b: SessionId) -> Vec<Hazard> {
    let (Some(left), Some(right)) = (model.effects.get(a.0), model.effects.get(b.0)) else { return Vec::new() };
    let (Some(first), Some(second)) = (model.facts.sessions.get(a.0), model.facts.sessions.get(b.0)) else {
        return Vec::new();
    };
    if a == b && first.instances.len() < 2 {
        return vec![same_session_twice::hazard(a, first)];
    }
    let mut found: Vec<Hazard> = Vec::new();
    for (a_effect, b_effect) in touching(left, right) {
        if let (Resource::Path(x), Resource::Path(y)) = (&a_effect.resource, &b_effect.resource)
            && are_of_other_pythons((first, x), (second, y))
        {
            continue;
        }
        if a == b && is_per_instance(&a_effect.resource) && is_per_instance(&b_effect.resource) {
            continue;
        }
        let pair = Pair {
            a: Side { session: &first.name, effect: a_effect },
            b: Side { session: &second.name, effect: b_effect },
        };
        let answer = KINDS.iter().find_map(|kind| Some((kind.id, (kind.look)(&pair)?)));
        let Some((kind, answer)) = answer else { continue };
        let resource = shared(&pair);
        let place = |session: &Session, effect: &Effect| {
            session.actions.get(effect.action).map_or(session.name_span, |action| action.span)
        };
        let places = (place(first, a_effect), place(second, b_effect));
        note(
            &mut found,
            Hazard {
                between: (a, b),
                kind,
                severity: answer.severity,
                resource: resource.clone(),
                reason: answer.reason,
                cure: answer.cure,
                places,
            },
        );
    }
    found.sort_by(|x, y| (x.severity, x.kind, &x.resource).cmp(&(y.severity, y.kind, &y.resource)));
    found
}

/// Of one kind and resource the worst is told, of equals the first. `.coverage` and `.coverage.*` are one matter.
fn note(found: &mut Vec<Hazard>, hazard: Hazard) {
    let name = |resource: &Resource| match resource {
        Resource::Path(path) => path.trim_end_matches(".*").to_owned(),
        other => describe(other),
    };
    // All that one backend leaves in the tree is one matter, too.
    let is_same = |it: &Hazard| {
        it.kind == hazard.kind
            && (name(&it.resource) == name(&hazard.resource) || hazard.kind == super::in_tree_build::KIND.id)
    };
    match found.iter_mut().find(|it| is_same(it)) {
        Some(before) if hazard.severity < before.severity => *before = hazard,
        Some(_) => {}
        None => found.push(hazard),
    }
}

/// Pairs of touches of one thing, at least one of which changes it.
fn touching<'a>(a: &'a Effects, b: &'a Effects) -> impl Iterator<Item = (&'a Effect, &'a Effect)> {
    a.items.iter().flat_map(move |x| {
        let is_pair = move |y: &&'a Effect| {
            (x.access != Access::Read || y.access != Access::Read) && meet(&x.resource, &y.resource)
        };
        b.items.iter().filter(is_pair).map(move |y| (x, y))
    })
}

/// Whether instances of one session have each their own (`.coverage.{session.python}`).
fn is_per_instance(resource: &Resource) -> bool {
    matches!(resource, Resource::Path(path) if path.contains('{') && !path.contains("{?}"))
}

fn meet(a: &Resource, b: &Resource) -> bool {
    match (a, b) {
        (Resource::Path(a), Resource::Path(b)) => paths::overlap(a, b),
        // Publishing stands in relation to everything.
        (Resource::World, _) | (_, Resource::World) => true,
        (a, b) => a == b,
    }
}

/// The thing that both touch: of a folder and a file in it the file.
fn shared<'a>(pair: &Pair<'a>) -> &'a Resource {
    let (a, b) = (&pair.a.effect.resource, &pair.b.effect.resource);
    match (a, b) {
        (Resource::World, _) => a,
        (_, Resource::World) => b,
        (Resource::Path(x), Resource::Path(y))
            if paths::is_wild(x) && !paths::is_wild(y) || y.len() > x.len() && !paths::is_wild(y) =>
        {
            b
        }
        _ => a,
    }
}

pub(super) fn describe(resource: &Resource) -> String {
    match resource {
        Resource::Path(path) => format!("`{path}`"),
        Resource::Sources => "the sources".to_owned(),
        Resource::Git => "git's index".to_owned(),
        Resource::Port(port) => format!("port {port}"),
        Resource::Service(name) => name.clone(),
        Resource::Variable(name) => format!("the variable `{name}`"),
        Resource::World => "the world outside".to_owned(),
    }
}

/// The place of nothing in particular.
pub(super) fn place_of(session: &facts::noxfile::Session) -> Span {
    session.name_span
}
