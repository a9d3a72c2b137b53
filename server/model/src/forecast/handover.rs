//! Files that one session leaves for another: what must go along when the two run in different jobs.

use crate::effects::{Access, Effect, Effects, Resource, Role, paths};
use crate::graph::{EdgeKind, carries_data};
use crate::workspace::{NoxfileId, SessionId, Workspace};

/// A file or folder that goes from one session to another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct HandedOver {
    /// Its path relative to the noxfile's folder, `/` between folders; may hold `*`.
    pub path: String,
    /// Whether it is a folder with all in it.
    pub is_folder: bool,
}

impl HandedOver {
    /// Whether both may bring the same file: names with a `*` are taken to be different ones, as tools make them.
    pub(super) fn meets(&self, other: &Self) -> bool {
        let is_wild = |file: &Self| file.path.contains('*');
        !is_wild(self) && !is_wild(other) && paths::overlap(&self.path, &other.path)
    }
}

impl Workspace {
    /// What `to` needs of what `from` left, when that is files whose names are known and nothing else. `None`: nobody
    /// knows, or it is more than files.
    ///
    /// A command that nobody knows may leave more, except of what coverage measured: `coverage run SCRIPT` writes its data
    /// whatever the script does, and a report that takes nothing but the data gets all it needs.
    pub fn handed_over(&self, noxfile: NoxfileId, from: SessionId, to: SessionId) -> Option<Vec<HandedOver>> {
        let model = self.noxfile(noxfile)?;
        let mut edges =
            model.edges.iter().filter(|edge| (edge.from, edge.to) == (from, to) && edge.is_needed()).peekable();
        edges.peek()?;
        if edges.any(|edge| !matches!(edge.kind, EdgeKind::Data | EdgeKind::Requires)) {
            return None;
        }
        let (first, second) = (model.effects.get(from.0)?, model.effects.get(to.0)?);
        if !second.unknown.is_empty() {
            return None;
        }
        let all = files(first, second, &|_| true)?;
        let data = || files(first, second, &|role| role == Role::CoverageData);
        (first.unknown.is_empty() || data().as_ref() == Some(&all)).then_some(all)
    }

    /// Coverage data that `to` reads and `from` leaves, whatever else they touch.
    pub fn coverage_data(&self, noxfile: NoxfileId, from: SessionId, to: SessionId) -> Option<Vec<HandedOver>> {
        let model = self.noxfile(noxfile)?;
        files(model.effects.get(from.0)?, model.effects.get(to.0)?, &|role| role == Role::CoverageData)
    }

    /// Whether `to` says `requires=` of `from`: nox then runs `from` in the same process, unless it is told not to.
    pub fn requires(&self, noxfile: NoxfileId, from: SessionId, to: SessionId) -> bool {
        let edges = self.noxfile(noxfile).map_or(&[][..], |model| &model.edges);
        edges.iter().any(|edge| (edge.from, edge.to, edge.kind) == (from, to, EdgeKind::Requires))
    }
}

/// What the first writes and the second reads; `None`: nothing, or a place that cannot be named.
fn files(first: &Effects, second: &Effects, is_meant: &dyn Fn(Role) -> bool) -> Option<Vec<HandedOver>> {
    let mut out = Vec::new();
    for (path, role) in written(first).filter(|(path, role)| is_meant(*role) && is_read(second, path, *role)) {
        out.push(handed(path, role)?);
    }
    out.sort();
    out.dedup();
    (!out.is_empty()).then_some(out)
}

fn written(effects: &Effects) -> impl Iterator<Item = (&str, Role)> {
    let writes =
        |effect: &&Effect| matches!(effect.access, Access::Write | Access::Update) && carries_data(effect.role);
    effects.items.iter().filter(writes).filter_map(|effect| match &effect.resource {
        Resource::Path(path) => Some((path.as_str(), effect.role)),
        _ => None,
    })
}

fn is_read(effects: &Effects, written: &str, role: Role) -> bool {
    let reads = |it: &&Effect| matches!(it.access, Access::Read | Access::Update) && it.role.takes(role);
    let is_it = |path: &str| path == written || paths::overlap(path, written);
    effects.items.iter().filter(reads).any(|it| matches!(&it.resource, Resource::Path(path) if is_it(path)))
}

/// The path as an artifact action takes it: parts that differ per instance as `*`. `None`: outside the checkout, or all
/// of it.
fn handed(path: &str, role: Role) -> Option<HandedOver> {
    if path.starts_with('/') || path == "." || path.starts_with("..") || paths::is_anywhere(path) {
        return None;
    }
    let mut open = String::new();
    let mut depth = 0_usize;
    for c in path.chars() {
        match c {
            '{' => {
                depth += 1;
                if depth == 1 && !open.ends_with('*') {
                    open.push('*');
                }
            }
            '}' => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            c => open.push(c),
        }
    }
    let name = open.rsplit('/').next().unwrap_or_default();
    let is_folder = match role {
        Role::CoverageData => false,
        Role::Package | Role::Docs => !name.contains('.') && !name.contains('*'),
        _ => !name.trim_start_matches('.').contains('.') && !name.contains('*'),
    };
    Some(HandedOver { path: open, is_folder })
}
