//! The parsers of the languages noxflow reads, behind one function each.
//!
//! Neighbour: `syntax`, the only caller. Whoever parses must guard the text first: the scanners of `python` and `yaml`
//! end the whole process on input that is nested too deeply (`syntax::Document` holds the guards and says how deep).

use tree_sitter::{Language, Parser};

mod allocator;

/// Python, for noxfiles and the modules that they import.
pub fn python() -> Parser {
    parser(&tree_sitter_python::LANGUAGE.into())
}

/// YAML 1.2, for workflows and actions.
pub fn yaml() -> Parser {
    parser(&tree_sitter_yaml::LANGUAGE.into())
}

/// Bash, for `run:` scripts of every POSIX shell.
pub fn bash() -> Parser {
    parser(&tree_sitter_bash::LANGUAGE.into())
}

/// The only place where parsers are made: all that tree-sitter makes must come from one allocator.
fn parser(grammar: &Language) -> Parser {
    allocator::set();
    let mut parser = Parser::new();
    // Fails on a grammar that is made for another tree-sitter alone, which the test below would show.
    let _ = parser.set_language(grammar);
    parser
}

#[cfg(test)]
mod tests {
    use tree_sitter::Parser;

    #[track_caller]
    fn check_reads(mut parser: Parser, text: &str) {
        assert!(parser.language().is_some(), "the grammar's ABI is one that the library reads");
        let tree = parser.parse(text, None).expect("no deadline was set");
        assert!(!tree.root_node().has_error(), "{}", tree.root_node().to_sexp());
    }

    #[test]
    fn every_grammar_reads_its_language() {
        check_reads(super::python(), "@nox.session\ndef lint(session):\n    session.run('ruff')\n");
        check_reads(super::yaml(), "jobs:\n  lint: { steps: [{ run: nox -s lint }] }\n");
        check_reads(super::bash(), "set -e\nnox -s lint && nox -s tests\n");
    }
}
