//! The catalogue for people: every row in words, and which rows speak for a command. `docs/tools.md` is made of it.

use facts::project::ProjectFacts;

use super::catalogue::{Mover, Target, Tool, Touch};
use super::tools::{self, FAMILIES};
use super::{Access, Sharing, install, wrappers};

/// One row. Its texts are Markdown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its number among all rows, from 0.
    pub id: usize,
    /// The family's title.
    pub family: &'static str,
    /// What people call it. Not unique: two rows may speak for two ways of writing one command.
    pub name: &'static str,
    /// How it is recognised: programs, subcommands, options.
    pub command: String,
    /// What it only reads.
    pub reads: Vec<String>,
    /// What it writes, rewrites, deletes or occupies.
    pub writes: Vec<String>,
    /// What depends on more than data can say; may be empty.
    pub also: &'static str,
    /// What moves a path, without repetition.
    pub moved_by: Vec<String>,
}

/// All rows, in the order in which they are asked.
pub fn rows() -> Vec<Row> {
    let all = FAMILIES.iter().flat_map(|(title, family)| family.iter().map(move |tool| (*title, tool)));
    all.enumerate().map(|(id, (family, tool))| row(id, family, tool)).collect()
}

/// The rows that speak for the command in `words`, in a project with these settings: that of the command itself, and
/// those of what it runs in turn (`coverage run -m pytest`). Empty for a command that no row knows.
pub fn rows_of(words: &[&str], project: &ProjectFacts) -> Vec<usize> {
    let mut found = Vec::new();
    let mut words = words.to_vec();
    // As deep as a session's commands are followed.
    for _ in 0..4 {
        let Some(call) = wrappers::peel(&words) else { break };
        let Some(tool) = tools::find(&call, project) else { break };
        let all = FAMILIES.iter().flat_map(|(_, family)| family.iter());
        found.extend(all.enumerate().find(|(_, it)| std::ptr::eq(*it, tool)).map(|(id, _)| id));
        match tool.inner {
            Some(inner) => words = inner(&call),
            None => break,
        }
    }
    found
}

/// Build backends: their names, what `pip install .` leaves in the tree, what `pip install -e .` does. Markdown.
pub fn backends() -> Vec<[String; 3]> {
    let paths = |list: &[(&'static str, Sharing)]| {
        if list.is_empty() {
            "nothing".to_owned()
        } else {
            listed(&list.iter().map(|(path, _)| *path).collect::<Vec<_>>())
        }
    };
    install::BACKENDS.iter().map(|it| [listed(it.names), paths(it.plain), paths(it.editable)]).collect()
}

fn row(id: usize, family: &'static str, tool: &'static Tool) -> Row {
    let is_read = |touch: &&Touch| touch.access == Access::Read;
    let mut moved_by: Vec<String> = Vec::new();
    for mover in tool.touches.iter().flat_map(|touch| touch.moved_by) {
        let text = describe_mover(*mover);
        if !moved_by.contains(&text) {
            moved_by.push(text);
        }
    }
    Row {
        id,
        family,
        name: tool.name,
        command: command(tool),
        reads: tool.touches.iter().filter(is_read).map(describe).collect(),
        writes: tool.touches.iter().filter(|it| !is_read(it)).map(describe).collect(),
        also: tool.more.map_or("", |(words, _)| words),
        moved_by,
    }
}

fn command(tool: &Tool) -> String {
    let mut text = listed(tool.programs);
    if !tool.subcommands.is_empty() {
        text = format!("{text} {}", listed(tool.subcommands));
    }
    if !tool.with.is_empty() {
        text = format!("{text} with {}", listed(tool.with));
    }
    if !tool.without.is_empty() {
        text = format!("{text} without {}", listed(tool.without));
    }
    if let Some((setting, _)) = tool.when {
        text = format!("{text}, where `{setting}` is set");
    }
    text
}

fn listed(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

fn describe(touch: &Touch) -> String {
    let what = match touch.target {
        Target::Path(path) => format!("`{path}{}`", touch.suffix),
        Target::Moved => {
            format!("{} of {}", if touch.access == Access::Read { "the path" } else { "what" }, movers(touch))
        }
        Target::Sources => "sources".to_owned(),
        Target::Git => "git".to_owned(),
        Target::Port(port) => format!("port {port}"),
        Target::Service(name) => name.to_owned(),
        Target::World => "the world outside".to_owned(),
    };
    let how = match (touch.access, touch.sharing) {
        (Access::Read | Access::Write, _) => "",
        (Access::Update, _) => "adds to ",
        (Access::Mutate, _) => "**rewrites** ",
        (Access::Delete, _) => "deletes ",
    };
    let sharing = match (touch.access, touch.sharing) {
        (Access::Read, _) | (_, Sharing::Exclusive) => "",
        (_, Sharing::Safe) => " (may be shared)",
        (_, Sharing::Benign) => " (shared at a cost)",
    };
    let unless = if touch.not_with.is_empty() { String::new() } else { format!(" unless {}", listed(touch.not_with)) };
    format!("{how}{what}{sharing}{unless}")
}

fn movers(touch: &Touch) -> String {
    touch.moved_by.iter().map(|mover| describe_mover(*mover)).collect::<Vec<_>>().join(", ")
}

fn describe_mover(mover: Mover) -> String {
    match mover {
        Mover::Flag(flag) => format!("`{flag}`"),
        Mover::Env(key) => format!("`{key}`"),
        Mover::Word(_) => "an argument".to_owned(),
        Mover::Setting(name, _) => format!("`{name}`"),
    }
}
