//! The command line: one file a verb in `cli/`.

use clap::{Parser, Subcommand};

mod lsp;

/// See what bounds your CI time, and run your nox sessions side by side.
#[derive(Debug, Parser)]
#[command(name = "noxflow", version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Lsp(lsp::Arguments),
}

/// Reads the arguments and does what they say; returns the exit code.
pub fn main() -> i32 {
    crate::log::start();
    match Arguments::parse().verb {
        Verb::Lsp(arguments) => lsp::main(&arguments),
    }
}
