//! Files that a noxfile reads while it is loaded.

use std::sync::Arc;

use syntax::Span;

use crate::noxfile::{
    machine::Machine,
    project,
    value::{Args, How, V, Val},
};

impl<'a> Machine<'a> {
    pub(super) fn load_toml(&mut self, args: &Args<'a>) -> Val<'a> {
        let path = match args.get(0, "filename") {
            None => "pyproject.toml".into(),
            Some(value) => match value.text() {
                Some((text, How::Exact | How::Rooted)) => text,
                _ => return self.carry(value, args.call, "reads a file whose name is not known"),
            },
        };
        if !path.ends_with(".toml") {
            return Val::unknown(args.call, format!("reads the script block of `{path}`"));
        }
        self.read_toml(&path, args.call)
    }

    /// `tomllib.load(file)`, `tomllib.loads(text)`.
    pub(super) fn parse_toml(&mut self, args: &Args<'a>) -> Val<'a> {
        match args.positional.first().map(|value| &value.v) {
            Some(V::Str(text, How::Exact)) => project::table(text, args.call)
                .unwrap_or_else(|| Val::unknown(args.call, "reads TOML that is not valid")),
            Some(V::Method(file)) if file.1 == "<file>" => match file.0.text() {
                Some((path, How::Exact | How::Rooted)) => self.read_toml(&path, args.call),
                _ => Val::unknown(args.call, "reads a file whose name is not known"),
            },
            Some(V::Unknown(unknown)) => Val::new(V::Unknown(Arc::clone(unknown)), args.call),
            _ => Val::unknown(args.call, "reads a file that is not known"),
        }
    }

    fn read_toml(&mut self, path: &str, span: Span) -> Val<'a> {
        match self.read_file(path) {
            Some(text) => project::table(&text, span)
                .unwrap_or_else(|| Val::unknown(span, format!("reads `{path}`, which is not valid TOML"))),
            None => Val::unknown(span, format!("reads `{path}`, which is not there")),
        }
    }

    pub(in crate::noxfile) fn read_file(&mut self, path: &str) -> Option<Arc<str>> {
        let path = path.strip_prefix("./").unwrap_or(path);
        if !self.registry.reads.iter().any(|read| read == path) {
            self.registry.reads.push(path.to_owned());
        }
        let text = self.surroundings.read(path);
        self.trace.reads(path, text.as_ref());
        text
    }
}
