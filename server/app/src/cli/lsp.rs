//! `noxflow lsp`: the language server, over standard input and output.

use clap::Args;

/// Run the language server; editors start it, people need not.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Speak over standard input and output. The only way there is; accepted because editors say it.
    #[arg(long)]
    stdio: bool,
}

pub(super) fn main(Arguments { stdio: _ }: &Arguments) -> i32 {
    match crate::lsp::serve(std::io::stdin(), std::io::stdout()) {
        Ok(code) => code,
        Err(error) => {
            anstream::eprintln!("noxflow: the server cannot start: {error}");
            1
        }
    }
}
