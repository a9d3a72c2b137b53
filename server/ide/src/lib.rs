//! Questions of an editor or a terminal, answered from a snapshot: hover, lints, assists, definition, audit.
//!
//! Neighbours: below it `model` (what all files mean) and `facts`; above it `app`, which turns spans into positions and
//! strings into JSON. It takes and returns plain data in an editor's words, knows no protocol, no disk, no clock, and
//! cannot fail.

mod about;
mod anchors;
mod assist;
mod assists;
mod audit;
mod completion;
mod definition;
mod explain;
mod fixture;
mod graph;
mod healthy;
mod hierarchy;
mod hints;
mod hover;
mod ignore;
mod lens;
mod links;
mod lint;
mod lints;
mod manual;
mod matrix;
mod needs;
mod outputs;
mod references;
mod rename;
mod snapshot;
mod subject;
mod symbols;
pub mod table;
mod times;
pub mod words;

pub use about::{About, lints};
pub use assist::{FIX_ALL_KIND, FileEdit, Offer, OfferKind, assist_ids, assists, fix_all, is_whole_file, offers};
pub use audit::{Audit, Collision, Needed, NeedlessNeeds, NoxfileAudit, SequenceAudit, SessionAudit, audit};
pub use completion::{Completion, CompletionKind, completions};
pub use definition::{Target, definition};
pub use explain::{Explanation, Reason, explain};
pub use graph::{Graph, GraphEdge, GraphHazard, GraphJob, JobGraph, SessionGraph, graph};
pub use hierarchy::{Neighbour, Node, needed, needing, node_at};
pub use hints::{Hint, hints};
pub use hover::{Hover, hover};
pub use ignore::ignore_fix;
pub use lens::{Lens, Unfinished, lenses};
pub use links::{FileLink, file_links};
pub use lint::{Finding, Fix, Level, Related, check, fixes};
pub use outputs::{Place, places};
pub use references::{Mention, references};
pub use rename::{rename, renameable};
pub use snapshot::{FileFacts, FilePos, FileState, Snapshot};
pub use symbols::{Symbol, SymbolKind, symbols, workspace_symbols};
