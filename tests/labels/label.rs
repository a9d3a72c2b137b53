//! A label file.
//!
//! ```toml
//! project = "owner/name"
//! commit = "0123456789"
//! noxfile = "noxfile.py"
//!
//! needed = [{ from = "tests", to = "coverage", why = "…" }]                        # `to` must come after `from`
//! unsafe = [{ a = "docs", b = ["clean", "live"], how = "loses data", why = "…" }]  # must never be judged safe
//! safe = [{ among = ["lint", "typing", "tests"], why = "…" }]                      # may overlap as they are
//! ```
//!
//! A name may be a list of names, which stands for all combinations. A session with itself is two of its instances, or
//! two runs of its only one.

use toml::{Table, Value};

/// What a maintainer says of one project.
pub(crate) struct Label {
    /// `owner/name`; empty for our own.
    pub(crate) project: String,
    /// The first letters of the commit that was read.
    pub(crate) commit: String,
    /// The noxfile, in the project's folder.
    pub(crate) noxfile: String,
    /// Pairs of which the second must come after the first.
    pub(crate) needed: Vec<(String, String, String)>,
    /// Pairs that lose data or fail when they overlap.
    pub(crate) unsafe_pairs: Vec<(String, String, String)>,
    /// Pairs that fail sometimes.
    pub(crate) flaky_pairs: Vec<(String, String, String)>,
    /// Pairs that may overlap as they are.
    pub(crate) safe_pairs: Vec<(String, String, String)>,
}

impl Label {
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let root: Table = text.parse().map_err(|error: toml::de::Error| error.to_string())?;
        let text = |key: &str| root.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let known = ["project", "commit", "noxfile", "needed", "unsafe", "safe"];
        if let Some(key) = root.keys().find(|key| !known.contains(&key.as_str())) {
            return Err(format!("`{key}` means nothing"));
        }
        Ok(Self {
            project: text("project"),
            commit: text("commit"),
            noxfile: if root.contains_key("noxfile") { text("noxfile") } else { "noxfile.py".to_owned() },
            needed: pairs(&root, "needed", ("from", "to"), |_| true)?,
            unsafe_pairs: pairs(&root, "unsafe", ("a", "b"), |how| matches!(how, "loses data" | "fails"))?,
            flaky_pairs: pairs(&root, "unsafe", ("a", "b"), |how| how == "flaky")?,
            safe_pairs: pairs(&root, "safe", ("a", "b"), |_| true)?,
        })
    }

    /// Why, of everything it says.
    pub(crate) fn reasons(&self) -> impl Iterator<Item = &str> {
        let all = self.needed.iter().chain(&self.unsafe_pairs).chain(&self.flaky_pairs).chain(&self.safe_pairs);
        all.map(|(.., why)| why.as_str())
    }
}

/// The entries of a list whose `how` is meant, every combination of names.
fn pairs(
    root: &Table,
    key: &str,
    (a, b): (&str, &str),
    is_meant: fn(&str) -> bool,
) -> Result<Vec<(String, String, String)>, String> {
    let mut found = Vec::new();
    for entry in root.get(key).and_then(Value::as_array).into_iter().flatten() {
        let Some(entry) = entry.as_table() else { return Err(format!("an entry of `{key}` is no table")) };
        let why = entry.get("why").and_then(Value::as_str).unwrap_or_default();
        let how = entry.get("how").and_then(Value::as_str);
        if key == "unsafe" && !matches!(how, Some("loses data" | "fails" | "flaky")) {
            return Err(format!("`how` is {how:?}"));
        }
        if !is_meant(how.unwrap_or_default()) {
            continue;
        }
        let among = names(entry, "among");
        for (at, first) in among.iter().enumerate() {
            found.extend(among[at + 1..].iter().map(|second| (first.clone(), second.clone(), why.to_owned())));
        }
        for first in names(entry, a) {
            found.extend(names(entry, b).into_iter().map(|second| (first.clone(), second, why.to_owned())));
        }
    }
    Ok(found)
}

fn names(entry: &Table, key: &str) -> Vec<String> {
    match entry.get(key) {
        Some(Value::String(name)) => vec![name.clone()],
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}
