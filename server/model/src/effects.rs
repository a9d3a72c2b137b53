//! What a session touches: files, ports, the world, from the commands it runs and a catalogue of tools.

use syntax::Span;

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
    /// The session's action, in the noxfile.
    pub span: Span,
    /// The catalogue's row: `coverage report`.
    pub tool: String,
    /// Whether the path is written in the noxfile or is the tool's default.
    pub is_explicit: bool,
    /// How to move it elsewhere: "set COVERAGE_FILE". Empty when there is no way.
    pub cure: String,
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
    /// Where.
    pub span: Span,
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
