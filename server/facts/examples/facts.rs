//! Prints what is read of noxfiles, one line per instance, and how long reading takes. For comparing with nox by hand:
//! `cargo run --release -p facts --example facts -- PATH/noxfile.py…`
#![expect(clippy::print_stdout, reason = "it is a program")]

use std::{path::Path, sync::Arc, time::Instant};

use facts::noxfile::{self, Surroundings};
use syntax::{Change, Document, Language, Span};

struct Folder<'a>(&'a Path);

impl Surroundings for Folder<'_> {
    fn read(&self, path: &str) -> Option<Arc<str>> {
        std::fs::read_to_string(self.0.join(path)).ok().map(Arc::from)
    }
}

fn main() {
    let verbose = std::env::var_os("ACTIONS").is_some();
    for path in std::env::args().skip(1) {
        let path = Path::new(&path);
        let bytes = std::fs::read(path).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let folder = Folder(path.parent().unwrap_or(Path::new(".")));
        let start = Instant::now();
        let document = Document::new(Language::Python, text);
        let parsed = start.elapsed();
        let start = Instant::now();
        let read = noxfile::read(&document, &folder);
        println!("FILE {} parse {parsed:?} read {:?}", path.display(), start.elapsed());
        let (mut edits, mut reads, mut edited) = (Vec::new(), Vec::new(), document.clone());
        for n in 0..21_usize {
            let at = edited.text().len() * (n + 1) / 23;
            let at = edited.text().get(at..).and_then(|rest| rest.find("\"\"\"")).map_or(at, |n| at + n + 3);
            let change = Change { span: Span::from(at..at), text: "x".to_owned() };
            let start = Instant::now();
            edited = edited.edited(&[change]);
            edits.push(start.elapsed());
            let start = Instant::now();
            noxfile::read(&edited, &folder);
            reads.push(start.elapsed());
        }
        edits.sort();
        reads.sort();
        println!("EDIT median {:?} max {:?}; read median {:?}", edits.get(10), edits.last(), reads.get(10));
        for session in &read.sessions {
            for instance in session.instances.iter() {
                println!(
                    "I\t{}\t{}\t{:?}\t{:?}\t{:?}\t{}\t{}\t{}",
                    instance.signature,
                    session.name,
                    instance.python,
                    instance.tags,
                    instance.requires,
                    session.default,
                    session.function,
                    document.lines().line(session.span.start) + 1,
                );
            }
            if !session.complete {
                println!("P\t{}", session.name);
            }
            if verbose {
                session.actions.iter().for_each(|action| println!("  A {action:?}"));
            }
            session.unknown.iter().for_each(|unknown| println!("  u {}: {}", session.name, unknown.reason));
        }
        read.unknown.iter().for_each(|unknown| {
            println!("U\t{}\t{}", document.lines().line(unknown.span.start) + 1, unknown.reason);
        });
        println!("O\t{:?}\t{:?}\treads {:?}", read.options.sessions, read.options.bad_names, read.reads);
    }
}
