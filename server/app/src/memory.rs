//! The allocator: mimalloc, for what it saves in reading (docs/benchmarks.md). tree-sitter's trees are in its memory,
//! too (`grammars`).

use mimalloc::MiMalloc;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;
