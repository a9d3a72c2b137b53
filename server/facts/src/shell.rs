//! What a shell script does: its commands with their words, and the nox calls among them.
//!
//! Neighbours: `syntax::shell` has what stands in the text, `run` goes through it as the shell would, `launch` knows
//! what starts nox, `nox` reads nox's own arguments, `targets` looks into the files that other commands lead to.

use syntax::Span;

use crate::Unknown;
use crate::repository::Repository;

mod expand;
mod launch;
mod nox;
mod run;
mod substitute;
mod targets;

pub use nox::FLAGS;
pub(crate) use targets::File;

/// One script: of a `run:` step, or a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Script {
    /// Commands in the order of the text, those of functions at their call, of loops once per known value.
    pub commands: Vec<Command>,
    /// Nox calls among them, in order, with those in files of the repository that they lead to.
    pub nox_calls: Vec<NoxCall>,
    /// Commands that lead to files of the repository which do not say what runs.
    pub unread: Vec<Unknown>,
    /// It is not a POSIX shell's (PowerShell, cmd, Python): nothing was read.
    pub foreign: bool,
}

/// One simple command. Spans are of the file that holds the script, not of the script's own text.
#[derive(Clone, Debug, PartialEq)]
pub struct Command {
    /// All of it, with its redirections.
    pub span: Span,
    /// Program and arguments.
    pub argv: Vec<Word>,
    /// `KEY=value` in front of it, and `export`s before it in the same script.
    pub env: Vec<(String, Word)>,
    /// Files that `>`/`>>`/`tee` write.
    pub writes: Vec<Word>,
    /// Ends with `&`.
    pub background: bool,
    /// May not happen although nothing failed the script: under `if`, behind `||`, behind `&&` whose left side may
    /// fail, in a loop whose list is unknown. `a && b` as the last statement fails the script when `a` fails, like two
    /// lines do: there `b` is not conditional.
    pub conditional: bool,
    /// Its failure does not fail the script: `|| true`, `if` conditions, all but the last of a pipe without `pipefail`.
    pub may_fail: bool,
    /// Folder it runs in, relative to the script's start, as far as it is known; empty: where the script starts.
    pub directory: String,
}

/// A word with quotes undone. A variable whose value the script or its environment says is replaced by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Its text; expansions stand in it as they are written (`$X`, `${{ matrix.session }}`).
    pub text: String,
    /// Where it stands, quotes included.
    pub span: Span,
    /// Whether nothing in it is unknown: the text is what the command gets.
    pub literal: bool,
    /// Whether what is unknown stands in quotes: whatever it is, it is no more than one word.
    pub quoted: bool,
}

/// A command that runs nox.
#[derive(Clone, Debug, PartialEq)]
pub struct NoxCall {
    /// From the first word (`uvx`) to the end of the last.
    pub span: Span,
    /// What starts nox: the words up to and including it, e.g. `["uvx", "nox"]`.
    pub launcher: Vec<String>,
    /// Where nox's own arguments go: behind the launcher's last word.
    pub arguments: Span,
    /// What it selects.
    pub selection: Selection,
    /// `-f`/`--noxfile`, and the folder the call runs in.
    pub noxfile: Option<Word>,
    /// Folder of the call, relative to the script's start.
    pub directory: String,
    /// `-j`/`--parallel` or `NOX_PARALLEL`.
    pub parallel: Option<Word>,
    /// `--no-dependencies`.
    pub no_dependencies: bool,
    /// Lists or prints only (`--list`, `--version`, `--help`): runs nothing.
    pub lists_only: bool,
    /// Words behind `--`.
    pub posargs: Vec<Word>,
    /// Variables that the script sets for it: its `export`s, `KEY=value` and `env KEY=value` in front; the last of a
    /// name counts. Those of `env:` around the script are not among them.
    pub env: Vec<(String, Word)>,
    /// Ends with `&`.
    pub background: bool,
    /// See [`Command::conditional`].
    pub conditional: bool,
    /// See [`Command::may_fail`].
    pub may_fail: bool,
    /// Flags that are none of the above, in order (`--error-on-missing-interpreters`).
    pub other_flags: Vec<Word>,
    /// Words that nox stops at: options that it does not have, and the first argument that belongs to none.
    pub refused: Vec<Word>,
    /// How the script leads to it, when it stands in another file: its spans are then those of the script's command.
    pub through: Option<Box<Through>>,
}

/// The way from a script to a nox call in a file of the repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Through {
    /// The commands that lead there, the script's own first: `make test`, `./ci/test.sh`.
    pub commands: Vec<String>,
    /// The file, from the repository's root.
    pub path: String,
    /// Where in the file.
    pub span: Span,
    /// The line of that, from 1.
    pub line: u32,
}

/// What a nox call selects, as nox reads its command line: a repeated `-s` replaces the one before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Names of the `-s` that counts, or of `NOXSESSION`. `None`: no `-s` at all, what the noxfile has as default.
    pub sessions: Option<Vec<Word>>,
    /// They are those of `NOXSESSION`, where commas tell names apart, not blanks.
    pub is_from_environment: bool,
    /// `-s` flags that a later one replaces, with their names: nox ignores them, the author did not mean that.
    pub overridden: Vec<Vec<Word>>,
    /// `-t`.
    pub tags: Option<Vec<Word>>,
    /// `-k`.
    pub keywords: Option<Word>,
    /// `-p` and `NOXPYTHON`.
    pub pythons: Option<Vec<Word>>,
    /// `-P`/`--force-python`.
    pub force_pythons: Option<Vec<Word>>,
}

/// The variables that nox reads from its environment, as they are set around a script (workflow, job and step `env:`).
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<Word>;

/// What runs a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shell {
    /// `sh` or `bash`, with `-e` as the forges start it.
    Posix {
        /// A pipe fails when any command of it fails: what `shell: bash` sets and no `shell:` at all does not.
        pipefail: bool,
    },
    /// PowerShell because nothing else was said on a Windows machine: read as far as both mean the same.
    WindowsDefault,
    /// PowerShell, cmd, Python: not read.
    Foreign,
}

impl Shell {
    /// The shell that a `shell:` value names: a name or a command line with `{0}`.
    pub fn of(name: &str) -> Self {
        let mut words = name.split_ascii_whitespace();
        let program = words.next().unwrap_or_default().rsplit(['/', '\\']).next().unwrap_or_default();
        let program = program.strip_suffix(".exe").unwrap_or(program);
        match program {
            "bash" => Self::Posix { pipefail: !name.contains("{0}") || name.contains("pipefail") },
            "sh" | "dash" | "zsh" | "ksh" | "ash" => Self::Posix { pipefail: name.contains("pipefail") },
            _ => Self::Foreign,
        }
    }
}

/// What stands around a script.
#[derive(Clone, Copy)]
pub struct Around<'a> {
    /// Its variables.
    pub environment: Environment<'a>,
    /// The files that it may run; `None`: none are known.
    pub repository: Option<&'a Repository<'a>>,
    /// The folder it starts in, from the repository's root.
    pub folder: &'a str,
}

/// Reads `script`: the text between quotes or of a block scalar. `to_file` gives the file offset of a script offset.
pub fn read(script: &str, to_file: &dyn Fn(Span) -> Span, environment: Environment<'_>) -> Script {
    let around = Around { environment, repository: None, folder: "" };
    read_as(Shell::Posix { pipefail: false }, script, to_file, &around)
}

/// Reads `script` as `shell` would.
pub fn read_as(shell: Shell, script: &str, to_file: &dyn Fn(Span) -> Span, around: &Around<'_>) -> Script {
    match shell {
        Shell::Posix { pipefail } => run::run(script, pipefail, to_file, around),
        // A backslash is no escape there, but part of a path.
        Shell::WindowsDefault if !is_powershell(script) => run::run(&script.replace('\\', "/"), false, to_file, around),
        Shell::WindowsDefault | Shell::Foreign => Script { foreign: true, ..Script::default() },
    }
}

/// Whether a script says what only PowerShell understands. `nox -s tests` means the same in both.
fn is_powershell(script: &str) -> bool {
    let line = |line: &str| {
        let line = line.trim();
        line.ends_with('`')
            || line.starts_with("& ")
            || line.starts_with(". ")
            || line.starts_with("if (")
            || line.starts_with("foreach")
    };
    let anywhere = ["$env:", "Write-", "Get-", "Set-", "New-", "Remove-", "Invoke-", "$LASTEXITCODE", "@'", "@\""];
    anywhere.iter().any(|sign| script.contains(sign)) || script.lines().any(line)
}
