//! Addresses of our documentation: of the pages that findings point to.

/// The page of a lint.
pub(crate) fn lint(id: &str) -> String {
    format!("{}/blob/main/docs/lints/{id}.md", env!("CARGO_PKG_REPOSITORY"))
}
