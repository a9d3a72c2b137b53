//! Workflows as we read them against GitHub's own parser and evaluator (`tools/gh_parser.mjs`).
//!
//! `kept` holds workflows of our own, always compared. `NOXFLOW_CORPUS` names a folder with a folder for each real
//! project: every file in their `.github/workflows` is compared too, and nothing of theirs is stored here. To see the
//! table: `cargo test -p noxflow-tests --test workflows -- --nocapture`.

mod expressions;
mod github;
