//! What a session touches: files, ports, the world, from the commands it runs and a catalogue of tools.
//!
//! Neighbours: [`tools`] is the catalogue (one file a family of tools), `session` walks a session's actions, `paths`
//! knows when two paths are the same place, [`table`] shows the catalogue to people. `graph` and `hazards` compare the
//! effects of two sessions.

mod call;
mod catalogue;
mod install;
mod kind;
pub(crate) mod paths;
mod session;
pub mod table;
mod tools;
mod wrappers;

pub(crate) use session::{Around, are_of_other_pythons, effects_of};
pub(crate) use tools::variables;

/// What one session touches.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Effects {
    /// The touches, in the order of the session's actions.
    pub items: Vec<Effect>,
    /// Commands that the catalogue does not know or that cannot be read: what they touch is not known.
    pub unknown: Vec<UnknownCommand>,
    /// What sort of work it is.
    pub kind: SessionKind,
    /// Processes it keeps busy at once where that is known (`pytest -n 8`); 0 for "all cores" (`-n auto`).
    pub width: Option<usize>,
}

/// One touch.
#[derive(Clone, Debug, PartialEq)]
pub struct Effect {
    /// What.
    pub resource: Resource,
    /// How.
    pub access: Access,
    /// Whether two of these at once are harmless.
    pub sharing: Sharing,
    /// The session's action, by its place among them: a session that only moves keeps its effects.
    pub action: usize,
    /// The catalogue's row: `coverage report`.
    pub tool: String,
    /// Whether the path is written in the noxfile or is the tool's default.
    pub is_explicit: bool,
    /// How to move it elsewhere: "set COVERAGE_FILE". Empty when there is no way.
    pub cure: String,
    /// What it is to the tools that use it.
    pub role: Role,
    /// Whether the action stands under a condition: it may not happen.
    pub is_conditional: bool,
}

impl Role {
    /// Whether who reads this takes what is written as `written`.
    pub(crate) fn takes(self, written: Self) -> bool {
        match self {
            Self::Source => matches!(written, Self::Other | Self::Source | Self::Fetched),
            // A pattern (`**/.cov.*`) may match anything, but nobody combines wheels or pages.
            Self::CoverageData => matches!(written, Self::Other | Self::CoverageData | Self::Fetched),
            _ => true,
        }
    }
}

/// What a touched thing is to the tools that use it. Decides which hazard two touches make and whether a writer and a
/// reader give an edge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Coverage data: `.coverage`, `.coverage.*`.
    CoverageData,
    /// Wheels, archives: `dist/`.
    Package,
    /// A report for people or for CI: `coverage.xml`, `htmlcov/`, `junit.xml`.
    Report,
    /// Built documentation.
    Docs,
    /// Sphinx's doctrees.
    Doctrees,
    /// A folder of sources that a tool is given: `docs` of `sphinx-build`, `tests` of `pytest`. What other tools put out in
    /// it (`docs/_build`) is none of its business.
    Source,
    /// A folder that is wiped at the start (`--basetemp`).
    Scratch,
    /// A cache: nothing but speed depends on it.
    Cache,
    /// What a build backend leaves in the source tree: `build/`, `*.egg-info`.
    BuildTree,
    /// A virtual environment or `node_modules`.
    Environment,
    /// A lock file or pinned requirements, tracked in git.
    Lock,
    /// Downloaded from elsewhere, for others to read: it belongs before them wherever it stands.
    Fetched,
    /// None of these.
    #[default]
    Other,
}

/// What can be touched.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Resource {
    /// A file or a folder with all in it, relative to the noxfile's folder, `/` between folders. May end in a `*`
    /// pattern (`.coverage.*`). `{…}` parts differ per session instance.
    Path(String),
    /// The project's sources, as a whole.
    Sources,
    /// git's index, branches and tags.
    Git,
    /// A TCP port of this machine.
    Port(u16),
    /// A database, a compose project, a browser profile: something with a name outside the tree.
    Service(String),
    /// A variable of the process that nox is: a module global, one of `os.environ`. Each process has its own.
    Variable(String),
    /// A package index, a forge, a web site: never to be repeated or reordered.
    World,
}

/// How something is touched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Access {
    /// Reads.
    Read,
    /// Creates or overwrites.
    Write,
    /// Reads and changes what is there (`--append`, `--cov-append`).
    Update,
    /// Rewrites in place what others read (`ruff format .`).
    Mutate,
    /// Removes.
    Delete,
}

/// Whether two sessions may do it at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sharing {
    /// Harmless: written atomically, or under names of its own.
    Safe,
    /// Only speed or the content of a cache suffers.
    Benign,
    /// One of them loses data or fails.
    Exclusive,
}

/// A command whose effects are not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownCommand {
    /// The command's first words, or why it cannot be read.
    pub what: String,
    /// The session's action, by its place among them.
    pub action: usize,
    /// The catalogue knows the command, and that another file says what it does (`tox`): only that is not known.
    pub is_elsewhere: bool,
}

/// What sort of work a session does; gives the first guess of its time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SessionKind {
    /// Formatter.
    Format,
    /// Linter.
    Lint,
    /// Type checker.
    Typecheck,
    /// Security scanner.
    Security,
    /// Dead-code finder.
    DeadCode,
    /// Tests.
    Test,
    /// Tests that talk to services or run long.
    IntegrationTest,
    /// Coverage report.
    Coverage,
    /// Documentation.
    Docs,
    /// Wheels and archives.
    Build,
    /// Benchmarks.
    Bench,
    /// Publishing.
    Release,
    /// Lock files.
    Lock,
    /// Serves until stopped.
    Serve,
    /// None of these.
    #[default]
    Other,
}

/// Whether two paths may be the same place, or one may lie inside the other.
pub fn meet(a: &str, b: &str) -> bool {
    paths::overlap(a, b)
}

#[cfg(test)]
mod tests;
