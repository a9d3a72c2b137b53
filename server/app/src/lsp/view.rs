//! One state of one workspace, as requests see it: the files, and what is derived from them, derived once by whoever
//! needs it first and kept for all others.

use std::hash::Hash;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use dashmap::DashMap;
use ide::{FileState, Finding, Offer, Snapshot, Unfinished};
use model::{FileId, Settings, Timings};
use rustc_hash::{FxBuildHasher, FxHashMap};
use syntax::Span;

use super::failures::Failures;
use crate::config::Config;

/// The newest snapshot of a workspace: what the next one is built from.
pub(super) type Latest = Arc<Mutex<Option<(u64, Arc<Snapshot>)>>>;

/// URIs of files, as the editor spells them.
pub(super) type Uris = FxHashMap<FileId, Arc<str>>;

/// What is known of runs in a workspace. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(super) struct Past {
    /// Measured durations.
    pub(super) timings: Arc<Timings>,
    /// What did not pass in the last run of each noxfile.
    pub(super) unfinished: Arc<Unfinished>,
    /// What failed in runs of this server.
    pub(super) failures: Arc<Failures>,
}

/// Immutable but for what it remembers.
#[derive(Debug)]
pub(super) struct View {
    /// Grows with every change of the workspace.
    pub(super) revision: u64,
    /// The files, sorted by path. Those that are open carry a version.
    pub(super) files: Vec<Arc<FileState>>,
    /// Their URIs.
    pub(super) uris: Arc<Uris>,
    /// Settings in force.
    pub(super) config: Arc<Config>,
    /// What is known of runs.
    pub(super) past: Past,
    settings: Settings,
    latest: Latest,
    snapshot: OnceLock<Arc<Snapshot>>,
    findings: Once<FileId, Vec<Finding>>,
    offers: Once<(FileId, Span), Vec<Offer>>,
    all_safe: Once<FileId, Option<Offer>>,
}

impl View {
    /// Puts a view together; costs nothing until it is asked.
    pub(super) fn new(
        revision: u64,
        mut files: Vec<Arc<FileState>>,
        uris: Arc<Uris>,
        config: Arc<Config>,
        past: Past,
        latest: Latest,
    ) -> Self {
        files.sort_by(|a, b| a.path.cmp(&b.path));
        let settings = config.to_model();
        Self {
            revision,
            files,
            uris,
            config,
            past,
            settings,
            latest,
            snapshot: OnceLock::new(),
            findings: Once::default(),
            offers: Once::default(),
            all_safe: Once::default(),
        }
    }

    /// The file with this number.
    pub(super) fn file(&self, id: FileId) -> Option<&Arc<FileState>> {
        self.files.iter().find(|file| file.id == id)
    }

    /// All files and what they mean together.
    pub(super) fn snapshot(&self) -> &Arc<Snapshot> {
        self.snapshot.get_or_init(|| {
            let previous = self.latest.lock().unwrap_or_else(PoisonError::into_inner).clone();
            let previous = previous.as_ref().map(|(_, snapshot)| &**snapshot);
            let timings = Arc::clone(&self.past.timings);
            let snapshot = Arc::new(Snapshot::new(self.files.clone(), timings, self.settings.clone(), previous));
            let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
            if latest.as_ref().is_none_or(|(revision, _)| *revision < self.revision) {
                *latest = Some((self.revision, Arc::clone(&snapshot)));
            }
            snapshot
        })
    }

    /// What is wrong in a file, but for what GitHub's own language server tells.
    pub(super) fn findings(&self, file: FileId) -> Arc<Vec<Finding>> {
        self.findings.get(file, || {
            let mut found = ide::check(self.snapshot(), file);
            found.retain(|finding| !finding.is_told_by_github);
            found
        })
    }

    /// What is offered for a selection.
    pub(super) fn offers(&self, file: FileId, span: Span) -> Arc<Vec<Offer>> {
        self.offers.get((file, span), || ide::offers(self.snapshot(), file, span))
    }

    /// All that is safe in a file at once.
    pub(super) fn all_safe(&self, file: FileId) -> Arc<Option<Offer>> {
        self.all_safe.get(file, || ide::fix_all(self.snapshot(), file))
    }
}

/// Values that are computed once for each key; those who come meanwhile wait for the one who computes.
#[derive(Debug)]
struct Once<K, V>(DashMap<K, Arc<OnceLock<Arc<V>>>, FxBuildHasher>)
where
    K: Eq + Hash;

impl<K: Eq + Hash, V> Default for Once<K, V> {
    fn default() -> Self {
        // A view is made for every revision: two shards are enough for the few who ask one at the same time.
        Self(DashMap::with_capacity_and_hasher_and_shard_amount(0, FxBuildHasher, 2))
    }
}

impl<K: Eq + Hash, V> Once<K, V> {
    fn get(&self, key: K, compute: impl FnOnce() -> V) -> Arc<V> {
        // The map's guard ends with this line: the computation holds the cell alone.
        let cell = Arc::clone(&self.0.entry(key).or_default());
        Arc::clone(cell.get_or_init(|| Arc::new(compute())))
    }
}
