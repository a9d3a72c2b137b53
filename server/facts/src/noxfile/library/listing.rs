//! What the disk lists: `glob`, `Path.glob`, `Path.rglob`, `Path.iterdir`, `os.listdir`, `os.walk`. The order of a listing
//! is the file system's own, so it is known only behind `sorted`. A listing without a result is not believed: what it
//! looks for may be made later, or not be checked out.

use std::sync::Arc;

use syntax::Span;

use super::join_path;
use crate::Unknown;
use crate::noxfile::{
    Entry,
    machine::Machine,
    value::{Args, How, V, Val},
};

/// Folders that one reading lists, and how deep `**` goes.
const MAX_LISTED: usize = 200;
const MAX_DEPTH: usize = 12;
/// Results of one listing.
const MAX_FOUND: usize = 5_000;

/// A file or folder that was found, by its path.
type Found = (String, Entry);

/// One listing at work.
struct Walk<'m, 'a> {
    machine: &'m mut Machine<'a>,
    /// `glob.glob` leaves hidden files out.
    skips_hidden: bool,
    found: Vec<Found>,
    left: usize,
}

impl<'a> Machine<'a> {
    /// `glob.glob(pattern)`.
    pub(super) fn glob(&mut self, args: &Args<'a>) -> Val<'a> {
        let span = args.call;
        let (Some((pattern, how)), None) = (args.positional.first().and_then(Val::text), args.keyword("root_dir"))
        else {
            return Val::unknown(span, "lists files by a pattern that is not known");
        };
        let is_recursive = args.keyword("recursive").and_then(Val::truth) == Some(true);
        let pattern = if is_recursive { pattern.to_string() } else { pattern.replace("**", "*") };
        let found = self.listing(".", &pattern, how, true, span);
        self.bag(found, span, |path| V::Str(path.into(), how))
    }

    /// `path.glob(pattern)`, `path.rglob(pattern)`, `path.iterdir()`. `None`: it is none of them.
    pub(in crate::noxfile) fn list_path(
        &mut self,
        path: &Arc<str>,
        how: How,
        name: &str,
        args: &Args<'a>,
    ) -> Option<Val<'a>> {
        let span = args.call;
        let pattern = || args.get(0, "pattern").and_then(Val::exact);
        let pattern = match name {
            "iterdir" => "*".to_owned(),
            "glob" => pattern()?.to_string(),
            "rglob" => format!("**/{}", pattern()?),
            _ => return None,
        };
        let found = self.listing(path, &pattern, how, false, span);
        Some(self.bag(found, span, |path| V::Path(path.into(), how)))
    }

    /// `os.listdir(path)`.
    pub(super) fn list_names(&mut self, args: &Args<'a>) -> Val<'a> {
        let span = args.call;
        let (path, how) = args.get(0, "path").map_or_else(|| Some((".".into(), How::Exact)), Val::text).unzip();
        let (Some(path), Some(how)) = (path, how) else {
            return Val::unknown(span, "lists a folder that is not known");
        };
        let found = self.listing(&path, "*", how, false, span);
        self.bag(found, span, |path| V::Str(path.rsplit('/').next().unwrap_or_default().into(), How::Exact))
    }

    /// `os.walk(path)`: of each folder its path, its folders, its files.
    pub(super) fn walk(&mut self, args: &Args<'a>) -> Val<'a> {
        let span = args.call;
        let Some((top, how)) = args.get(0, "top").and_then(Val::text) else {
            return Val::unknown(span, "lists a folder that is not known");
        };
        let folders = self.listing(&top, "**", how, false, span);
        let rows = folders.and_then(|mut folders| {
            folders.insert(0, (top.to_string(), Entry { name: String::new(), is_folder: true }));
            folders
                .into_iter()
                .filter(|(_, entry)| entry.is_folder)
                .map(|(folder, _)| {
                    let entries = self.entries(&folder).ok_or_else(|| gone(&folder, span))?;
                    let names = |is_folder: bool| {
                        let names = entries.iter().filter(|entry| entry.is_folder == is_folder);
                        let names = names.map(|entry| Val::str(entry.name.as_str(), span)).collect();
                        Val::new(V::Bag(Arc::new(names), disorder(span)), span)
                    };
                    let row = vec![Val::new(V::Str(folder.into(), how), span), names(true), names(false)];
                    Ok(Val::new(V::Tuple(Arc::new(row)), span))
                })
                .collect::<Result<Vec<_>, _>>()
        });
        match rows {
            Ok(rows) => Val::new(V::Bag(Arc::new(rows), disorder(span)), span),
            Err(unknown) => Val::new(V::Unknown(unknown), span),
        }
    }

    fn bag(&self, found: Result<Vec<Found>, Arc<Unknown>>, span: Span, make: impl Fn(String) -> V<'a>) -> Val<'a> {
        match found {
            Ok(found) => {
                let items = found.into_iter().map(|(path, _)| Val::new(make(path), span)).collect();
                Val::new(V::Bag(Arc::new(items), disorder(span)), span)
            }
            Err(unknown) => Val::new(V::Unknown(unknown), span),
        }
    }

    fn listing(
        &mut self,
        base: &str,
        pattern: &str,
        how: How,
        skips_hidden: bool,
        span: Span,
    ) -> Result<Vec<Found>, Arc<Unknown>> {
        let unknown = |reason: String| Arc::new(Unknown { span, reason });
        if self.body.is_some() || how.is_template() {
            return Err(unknown("lists files while the session runs".to_owned()));
        }
        let shown = join_path(base, pattern);
        let parts: Vec<&str> = pattern.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
        let mut walk = Walk { machine: self, skips_hidden, found: Vec::new(), left: MAX_LISTED };
        if parts.contains(&"..") || pattern.starts_with('/') || walk.expand(base, &parts, 0).is_none() {
            return Err(unknown(format!("lists `{shown}`, which is too much or lies elsewhere")));
        }
        let mut found = walk.found;
        found.sort_by(|a, b| a.0.cmp(&b.0));
        found.dedup_by(|a, b| a.0 == b.0);
        if found.is_empty() {
            return Err(unknown(format!("lists `{shown}`, where nothing is found now")));
        }
        Ok(found)
    }

    fn entries(&mut self, folder: &str) -> Option<Arc<Vec<Entry>>> {
        let folder = folder.strip_prefix("./").unwrap_or(folder);
        if !self.registry.lists.iter().any(|listed| listed == folder) {
            self.registry.lists.push(folder.to_owned());
        }
        let entries = self.surroundings.list(folder);
        self.trace.lists(folder, entries.as_ref());
        entries
    }
}

impl Walk<'_, '_> {
    /// Everything below `folder` that the rest of the pattern fits. `None`: it is too much.
    fn expand(&mut self, folder: &str, parts: &[&str], depth: usize) -> Option<()> {
        let Some((part, rest)) = parts.split_first() else { return Some(()) };
        self.left = self.left.checked_sub(1)?;
        if depth > MAX_DEPTH || !self.machine.step() {
            return None;
        }
        if *part == "**" && !rest.is_empty() {
            self.expand(folder, rest, depth + 1)?;
        }
        let Some(entries) = self.machine.entries(folder) else { return Some(()) };
        for entry in entries.iter() {
            let is_hidden = entry.name.starts_with('.');
            let path = join_path(folder, &entry.name);
            if *part == "**" {
                if !entry.is_folder || (self.skips_hidden && is_hidden) {
                    continue;
                }
                if rest.is_empty() {
                    self.keep(&path, entry)?;
                }
                self.expand(&path, parts, depth + 1)?;
            } else if fits(part, &entry.name) && !(self.skips_hidden && is_hidden && !part.starts_with('.')) {
                match rest {
                    [] => self.keep(&path, entry)?,
                    _ if entry.is_folder => self.expand(&path, rest, depth + 1)?,
                    _ => {}
                }
            }
        }
        Some(())
    }

    fn keep(&mut self, path: &str, entry: &Entry) -> Option<()> {
        self.found.push((path.to_owned(), entry.clone()));
        (self.found.len() <= MAX_FOUND).then_some(())
    }
}

fn disorder(span: Span) -> Arc<Unknown> {
    Arc::new(Unknown { span, reason: "lists files in an order that only the disk knows".to_owned() })
}

fn gone(folder: &str, span: Span) -> Arc<Unknown> {
    Arc::new(Unknown { span, reason: format!("lists `{folder}`, which is not there") })
}

/// Whether `name` fits one part of a pattern: `*`, `?`, `[abc]`, `[!abc]`, as `fnmatch` has them.
fn fits(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    // Where to go on when what follows the last `*` does not fit.
    let (mut at, mut here, mut retry) = (0, 0, None);
    while here < name.len() {
        let one = pattern.get(at).zip(name.get(here)).and_then(|(p, c)| match p {
            '*' => None,
            '?' => Some(at + 1),
            '[' => set(&pattern, at).and_then(|(end, has)| has(*c).then_some(end)),
            p => (p == c).then_some(at + 1),
        });
        match (one, pattern.get(at)) {
            (Some(next), _) => (at, here) = (next, here + 1),
            (None, Some('*')) => (retry, at) = (Some((at, here)), at + 1),
            (None, _) => match retry {
                Some((star, from)) => (retry, at, here) = (Some((star, from + 1)), star + 1, from + 1),
                None => return false,
            },
        }
    }
    pattern.iter().skip(at).all(|p| *p == '*')
}

/// The set of characters that begins at `at`: where it ends, and what it has.
fn set(pattern: &[char], at: usize) -> Option<(usize, impl Fn(char) -> bool)> {
    let is_negated = pattern.get(at + 1) == Some(&'!');
    let from = at + 1 + usize::from(is_negated);
    let end = (from + 1..pattern.len()).find(|end| pattern.get(*end) == Some(&']'))?;
    let inside = pattern.get(from..end)?.to_vec();
    let has = move |c: char| {
        let mut is_in = false;
        let mut at = 0;
        while let Some(&low) = inside.get(at) {
            match (inside.get(at + 1), inside.get(at + 2)) {
                (Some('-'), Some(&high)) => (is_in, at) = (is_in | (low..=high).contains(&c), at + 3),
                _ => (is_in, at) = (is_in | (low == c), at + 1),
            }
        }
        is_in != is_negated
    };
    Some((end + 1, has))
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn patterns_fit_as_in_fnmatch() {
        for (pattern, name, expected) in [
            ("*.py", "a.py", true),
            ("*.py", "a.pyc", false),
            ("[!_]*.py", "_a.py", false),
            ("[!_]*.py", "a.py", true),
            ("a*b*c", "axxbyybzzc", true),
            ("a*b*c", "axxbyy", false),
            ("[a-c]?", "bz", true),
            ("[a-c]?", "dz", false),
            ("*", "", true),
            ("[", "x", false),
        ] {
            assert_eq!(fits(pattern, name), expected, "{pattern} {name}");
        }
    }
}
