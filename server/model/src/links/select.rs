//! Selects sessions as nox does (2026.10.20): `-t` and `-k` take the place of `-s` and of the defaults, `-p` filters what
//! is left, prerequisites come first.

use std::rc::Rc;
use std::sync::Arc;

use facts::Known;
use facts::noxfile::{Instance, NoxfileFacts, Session};
use rustc_hash::FxHashMap;
use syntax::Span;

use super::keywords::Keywords;
use super::words::Selected;
use super::{LinkedSession, UnknownName};
use crate::nearest::nearest;
use crate::workspace::{NoxfileModel, SessionId};

/// Selects from one noxfile; remembers what it was asked, as workflows ask the same again and again.
pub(crate) struct Selector<'a> {
    facts: &'a NoxfileFacts,
    by_name: &'a FxHashMap<String, SessionId>,
    /// Names with blanks taken out, for `tests(django = '4.2')`. Made when first needed.
    folded: Option<FxHashMap<String, String>>,
    known: FxHashMap<(Selected, bool), Rc<Answer>>,
}

struct Answer {
    runs: Arc<[LinkedSession]>,
    unknown: Vec<UnknownName>,
    is_partial: bool,
}

/// A session with those of its instances that are selected.
type Picked = (usize, Vec<usize>, Option<Span>);

impl<'a> Selector<'a> {
    pub(super) fn new(model: &'a NoxfileModel) -> Self {
        Self { facts: &model.facts, by_name: &model.by_name, folded: None, known: FxHashMap::default() }
    }

    /// What nox runs for `selection`, prerequisites first unless they are turned off.
    pub(super) fn run(
        &mut self,
        selection: &Selected,
        without_prerequisites: bool,
        unknown: &mut Vec<UnknownName>,
        is_partial: &mut bool,
    ) -> Arc<[LinkedSession]> {
        // Names carry their place, so only selections without any come twice.
        let key = selection.sessions.is_none().then(|| (selection.clone(), without_prerequisites));
        let known = key.as_ref().and_then(|key| self.known.get(key)).map(Rc::clone);
        let answer = known.unwrap_or_else(|| Rc::new(self.answer(selection, without_prerequisites)));
        if let Some(key) = key {
            self.known.insert(key, Rc::clone(&answer));
        }
        for name in &answer.unknown {
            if !unknown.contains(name) {
                unknown.push(name.clone());
            }
        }
        *is_partial |= answer.is_partial;
        Arc::clone(&answer.runs)
    }

    fn answer(&mut self, selection: &Selected, without_prerequisites: bool) -> Answer {
        // Whoever names sessions gets these, however many more a file has that is not read to its end.
        let is_named = selection.sessions.is_some() && selection.tags.is_none() && selection.keywords.is_none();
        let is_partial = !self.is_complete() && !is_named;
        let mut answer = Answer { runs: Arc::default(), unknown: Vec::new(), is_partial };
        let mut picked = self.pick(selection, &mut answer);
        let is_whole = |(at, ..): &Picked| self.facts.sessions.get(*at).is_some_and(|session| session.complete);
        answer.is_partial |= !self.is_complete() && !picked.iter().all(is_whole);
        let options = &self.facts.options;
        let of_options: Option<Vec<String>> = match (&selection.sessions, &selection.tags, &selection.keywords) {
            (None, None, None) => match &options.pythons {
                Some(Known::Literal(list, _)) => Some(list.iter().map(|(text, _)| text.clone()).collect()),
                _ => None,
            },
            _ => None,
        };
        if let Some(pythons) = selection.forced.as_ref().filter(|list| !list.is_empty()) {
            self.force(pythons, &mut picked, &mut answer);
        } else if let Some(pythons) = selection.pythons.as_ref().or(of_options.as_ref()).filter(|list| !list.is_empty())
        {
            for (session, instances, _) in &mut picked {
                instances.retain(|at| self.python_of(*session, *at).is_some_and(|it| pythons.contains(it)));
            }
            picked.retain(|(_, instances, _)| !instances.is_empty());
        }
        if without_prerequisites {
            answer.runs = picked.into_iter().map(|it| linked(it, false)).collect();
        } else {
            answer.runs = self.with_prerequisites(&picked).into();
        }
        answer
    }

    /// `-P`: every session runs on these interpreters, whatever the noxfile says. Instances that it does not speak of are
    /// not known by name: the session's own stand for them.
    fn force(&self, pythons: &[String], picked: &mut [Picked], answer: &mut Answer) {
        for (session, instances, _) in picked {
            let is_on = |python: &String, at: usize| self.python_of(*session, at) == Some(python);
            answer.is_partial |= !pythons.iter().all(|python| instances.iter().any(|at| is_on(python, *at)));
            let kept: Vec<usize> =
                instances.iter().copied().filter(|at| pythons.iter().any(|python| is_on(python, *at))).collect();
            if !kept.is_empty() {
                *instances = kept;
            }
        }
    }

    fn python_of(&self, session: usize, instance: usize) -> Option<&String> {
        self.facts.sessions.get(session)?.instances.get(instance)?.python.as_ref()
    }

    fn is_complete(&self) -> bool {
        self.facts.unknown.is_empty()
    }

    fn pick(&mut self, selection: &Selected, answer: &mut Answer) -> Vec<Picked> {
        if selection.tags.is_some() || selection.keywords.is_some() {
            return self.by_tags_and_keywords(selection.tags.as_deref(), selection.keywords.as_deref(), answer);
        }
        if let Some(names) = &selection.sessions {
            let mut picked = Vec::new();
            for (name, span) in names {
                if !self.add_named(name, Some(*span), &mut picked) {
                    self.note_unknown(name, *span, answer);
                }
            }
            return picked;
        }
        self.defaults(answer)
    }

    fn defaults(&mut self, answer: &mut Answer) -> Vec<Picked> {
        let options = &self.facts.options;
        let mut list = |option: &Option<Known<Vec<(String, Span)>>>| match option {
            Some(Known::Literal(list, _)) => Some(list.iter().map(|(text, _)| text.clone()).collect::<Vec<_>>()),
            Some(Known::Dynamic(_)) => {
                answer.is_partial = true;
                None
            }
            None => None,
        };
        let (sessions, tags) = (list(&options.sessions), list(&options.tags));
        let keywords = match &options.keywords {
            Some(Known::Literal(text, _)) => Some(text.clone()),
            _ => None,
        };
        if tags.is_some() || keywords.is_some() {
            return self.by_tags_and_keywords(tags.as_deref(), keywords.as_deref(), answer);
        }
        let mut picked = Vec::new();
        match sessions {
            // A name there that does not exist is the noxfile's affair.
            Some(names) => {
                for name in names {
                    self.add_named(&name, None, &mut picked);
                }
            }
            None => {
                let is_default = |(at, session): (usize, &Arc<Session>)| session.default.then(|| all_of(at, session));
                picked.extend(self.facts.sessions.iter().enumerate().filter_map(is_default));
            }
        }
        picked
    }

    fn by_tags_and_keywords(
        &self,
        tags: Option<&[String]>,
        keywords: Option<&str>,
        answer: &mut Answer,
    ) -> Vec<Picked> {
        let read = keywords.map(Keywords::read);
        if matches!(read, Some(None)) {
            answer.is_partial = true;
        }
        let keywords = read.flatten();
        let is_meant = |session: &Session, instance: &Instance| {
            tags.is_none_or(|tags| instance.tags.iter().any(|tag| tags.contains(tag)))
                && keywords.as_ref().is_none_or(|it| {
                    let own = [session.name.as_str(), instance.signature.as_str()];
                    let texts: Vec<&str> = own
                        .into_iter()
                        .chain(instance.tags.iter().chain(&instance.aliases).map(String::as_str))
                        .collect();
                    it.holds(&texts)
                })
        };
        let of_session = |(at, session): (usize, &Arc<Session>)| {
            let found: Vec<usize> =
                (0..session.instances.len()).filter(|it| is_meant(session, &session.instances[*it])).collect();
            (!found.is_empty()).then_some((at, found, None))
        };
        self.facts.sessions.iter().enumerate().filter_map(of_session).collect()
    }

    /// Adds the instances that `name` selects; `false` when there are none.
    fn add_named(&mut self, name: &str, span: Option<Span>, picked: &mut Vec<Picked>) -> bool {
        let by_name = self.by_name;
        let (name, session) = match by_name.get_key_value(name) {
            Some((name, id)) => (name.as_str(), *id),
            None => {
                let folded =
                    self.folded.get_or_insert_with(|| by_name.keys().map(|it| (fold(it), it.clone())).collect());
                let Some((name, id)) = folded.get(&fold(name)).and_then(|it| by_name.get_key_value(it)) else {
                    return false;
                };
                (name.as_str(), *id)
            }
        };
        let Some(said) = self.facts.sessions.get(session.0) else { return false };
        let instances = instances_named(said, name);
        match picked.iter_mut().find(|(at, _, _)| *at == session.0) {
            Some((_, before, _)) => add_new(before, &instances),
            None => picked.push((session.0, instances, span)),
        }
        true
    }

    fn note_unknown(&self, name: &str, span: Span, answer: &mut Answer) {
        // A session whose instances are not all known may well have this one.
        let may_be = |session: &Arc<Session>| {
            !session.complete && name.strip_prefix(&session.name).is_some_and(|rest| rest.starts_with(['-', '(']))
        };
        if !self.is_complete() || self.facts.sessions.iter().any(may_be) || name.is_empty() {
            answer.is_partial = true;
            return;
        }
        let names = self.facts.sessions.iter().flat_map(|session| {
            let of_instances =
                session.instances.iter().flat_map(|it| std::iter::once(&it.signature).chain(&it.aliases));
            std::iter::once(&session.name).chain(of_instances).map(String::as_str)
        });
        let suggestion = nearest(name, names).map(str::to_owned);
        answer.unknown.push(UnknownName { name: name.to_owned(), span, suggestion });
    }

    /// nox's queue: each session behind what it requires (a stable topological order).
    fn with_prerequisites(&self, picked: &[Picked]) -> Vec<LinkedSession> {
        let mut queue =
            Queue { facts: self.facts, by_name: self.by_name, runs: Vec::new(), place: FxHashMap::default() };
        for (session, instances, word) in picked {
            queue.add(*session, instances, *word, false);
        }
        // What was picked is no prerequisite, even if another one pulled it in first.
        for (session, _, word) in picked {
            if let Some(place) = queue.place.get(session) {
                let run = &mut queue.runs[*place];
                run.is_prerequisite = false;
                run.word = run.word.or(*word);
            }
        }
        queue.runs
    }
}

struct Queue<'a> {
    facts: &'a NoxfileFacts,
    by_name: &'a FxHashMap<String, SessionId>,
    runs: Vec<LinkedSession>,
    /// Where a session stands in `runs`.
    place: FxHashMap<usize, usize>,
}

impl Queue<'_> {
    fn add(&mut self, session: usize, instances: &[usize], word: Option<Span>, is_prerequisite: bool) {
        // Depth-first with a stack of our own: chains of `requires` may be long, and may go in circles.
        let mut open = vec![(session, instances.to_vec(), word, is_prerequisite, false)];
        let mut entered: FxHashMap<usize, Vec<usize>> = FxHashMap::default();
        while let Some((session, mut instances, word, is_prerequisite, is_ready)) = open.pop() {
            if is_ready {
                self.put(linked((session, instances, word), is_prerequisite));
                continue;
            }
            let seen = entered.entry(session).or_default();
            instances.retain(|it| !seen.contains(it));
            seen.extend(&instances);
            if instances.is_empty() {
                continue;
            }
            let required = self.required(session, &instances);
            open.push((session, instances, word, is_prerequisite, true));
            open.extend(required.into_iter().rev().map(|(session, instances)| (session, instances, None, true, false)));
        }
    }

    fn required(&self, session: usize, instances: &[usize]) -> Vec<(usize, Vec<usize>)> {
        let Some(said) = self.facts.sessions.get(session) else { return Vec::new() };
        if said.requires.is_empty() {
            return Vec::new();
        }
        let mut found: Vec<(usize, Vec<usize>)> = Vec::new();
        for name in instances.iter().filter_map(|at| said.instances.get(*at)).flat_map(|it| &it.requires) {
            let Some(id) = self.by_name.get(name) else { continue };
            let Some(target) = self.facts.sessions.get(id.0) else { continue };
            let meant = instances_named(target, name);
            match found.iter_mut().find(|(at, _)| *at == id.0) {
                Some((_, before)) => add_new(before, &meant),
                None => found.push((id.0, meant)),
            }
        }
        found
    }

    fn put(&mut self, run: LinkedSession) {
        match self.place.get(&run.session.0) {
            Some(place) => {
                add_new(&mut self.runs[*place].instances, &run.instances);
            }
            None => {
                self.place.insert(run.session.0, self.runs.len());
                self.runs.push(run);
            }
        }
    }
}

/// What the cells of a matrix run, all together, in the order of first sight.
pub(super) fn merged(cells: &[Arc<[LinkedSession]>]) -> Arc<[LinkedSession]> {
    let mut merged: Vec<LinkedSession> = Vec::new();
    let mut places: FxHashMap<SessionId, usize> = FxHashMap::default();
    for run in cells.iter().flat_map(|runs| runs.iter()) {
        match places.get(&run.session) {
            Some(place) => {
                let before = &mut merged[*place];
                before.is_prerequisite &= run.is_prerequisite;
                before.word = before.word.or(run.word);
                add_new(&mut before.instances, &run.instances);
            }
            None => {
                places.insert(run.session, merged.len());
                merged.push(run.clone());
            }
        }
    }
    merged.into()
}

fn add_new(list: &mut Vec<usize>, more: &[usize]) {
    for item in more {
        if !list.contains(item) {
            list.push(*item);
        }
    }
}

fn all_of(at: usize, session: &Session) -> Picked {
    (at, (0..session.instances.len()).collect(), None)
}

fn linked((session, instances, word): Picked, is_prerequisite: bool) -> LinkedSession {
    LinkedSession { session: SessionId(session), instances, word, is_prerequisite }
}

/// The instances of `session` that `name` selects: all for its base name, else those with that signature or alias. A
/// signature without the parameters (`tests-3.12`) selects every parameter of it.
fn instances_named(session: &Session, name: &str) -> Vec<usize> {
    let all = || (0..session.instances.len()).collect();
    if session.name == name {
        return all();
    }
    let is_named = |instance: &Instance| {
        instance.signature == name
            || instance.aliases.iter().any(|alias| alias == name)
            || instance.signature.strip_prefix(name).is_some_and(|rest| rest.starts_with('('))
    };
    let found: Vec<usize> =
        session.instances.iter().enumerate().filter(|(_, it)| is_named(it)).map(|(at, _)| at).collect();
    if found.is_empty() { all() } else { found }
}

/// Blanks outside of quotes taken out, quotes made one kind: nox compares names as parsed Python.
fn fold(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut quote = None;
    for c in name.chars() {
        match quote {
            Some(open) if c == open => {
                quote = None;
                out.push('\'');
            }
            Some(_) => out.push(c),
            None if c == '"' || c == '\'' => {
                quote = Some(c);
                out.push('\'');
            }
            None if c.is_whitespace() => {}
            None => out.push(c),
        }
    }
    out
}
