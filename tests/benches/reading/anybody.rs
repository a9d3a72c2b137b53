//! The bare parse as anybody gets it, with the system's allocator: in a process of its own, as tree-sitter has one
//! allocator for the whole of a process. It parses when it is told to, so that it takes turns with what it is compared with.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use syntax::Language;

use super::{Sample, time};

/// The argument that makes the benchmark such a process; behind it stands the language.
const ARGUMENT: &str = "--anybody";

/// A process that parses one text.
pub(crate) struct Anybody {
    child: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Anybody {
    /// Starts it; the first parse is not measured.
    pub(crate) fn start(language: Language, text: &str) -> Self {
        let mut child = Command::new(std::env::current_exe().expect("this benchmark"))
            .args([ARGUMENT, if language == Language::Python { "python" } else { "yaml" }])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts once more");
        let mut orders = child.stdin.take().expect("piped");
        let answers = BufReader::new(child.stdout.take().expect("piped"));
        write!(orders, "{}\n{text}", text.len()).expect("it listens");
        let mut anybody = Self { child, orders, answers };
        anybody.sample();
        anybody
    }

    /// What a parse takes now.
    pub(crate) fn sample(&mut self) -> Sample {
        self.orders.write_all(b"\n").expect("it listens");
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("it answers");
        let mut numbers = line.split_whitespace().map(|number| number.parse().expect("a number"));
        let mut next = || numbers.next().expect("two numbers");
        Sample { wall: next(), used: next() }
    }
}

impl Drop for Anybody {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The other side: parses for as long as it is asked to, if the arguments say that this is what it is for.
pub(crate) fn serve(arguments: &[String]) -> bool {
    let Some(language) = arguments.iter().skip_while(|it| *it != ARGUMENT).nth(1) else { return false };
    let grammar = if language == "python" { tree_sitter_python::LANGUAGE } else { tree_sitter_yaml::LANGUAGE }.into();
    let (mut input, mut output) = (std::io::stdin().lock(), std::io::stdout());
    let mut length = String::new();
    input.read_line(&mut length).expect("a length");
    let mut text = vec![0; length.trim().parse().expect("a number")];
    input.read_exact(&mut text).expect("a text");
    let mut parse = || {
        let mut parser = tree_sitter::Parser::new();
        parser.set_language(&grammar).expect("the grammar is of this version");
        drop(parser.parse(&text, None));
    };
    while matches!(input.read_line(&mut String::new()), Ok(1..)) {
        let sample = time(&mut parse);
        writeln!(output, "{} {}", sample.wall, sample.used).expect("it is waited for");
    }
    true
}
