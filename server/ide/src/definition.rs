//! Go to definition: from a name in a workflow to the session in the noxfile, from `needs` to the job, and within the
//! noxfile from `requires=` and `notify` to the session.

use model::FileId;
use syntax::Span;

use crate::snapshot::{FilePos, Snapshot};

/// Where a definition stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The word under the cursor.
    pub origin: Span,
    /// The file it leads to.
    pub file: FileId,
    /// All of the definition.
    pub span: Span,
    /// Its name.
    pub name_span: Span,
}

/// Where the word at `pos` is defined.
pub fn definition(_snapshot: &Snapshot, _pos: FilePos) -> Vec<Target> {
    Vec::new()
}
