//! The binary: see the library.

fn main() {
    // Not a return: threads that wait for input must not keep the process.
    std::process::exit(noxflow::cli::main())
}
