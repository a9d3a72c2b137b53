//! Files that a noxfile reads while it is loaded.

use std::sync::Arc;

use syntax::Span;

use super::json;

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
        if path.ends_with(".py") {
            let text = if *path == *self.own_path() { Some(self.text.into()) } else { self.read_file(&path) };
            let table = text.and_then(|text| project::table(&Self::script_block(&text)?, args.call));
            return table.unwrap_or_else(|| Val::unknown(args.call, format!("reads the script block of `{path}`")));
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

    /// `json.load(file)`, `json.loads(text)`.
    pub(super) fn parse_json(&mut self, args: &Args<'a>) -> Val<'a> {
        let span = args.call;
        let text = match args.positional.first().map(|value| &value.v) {
            Some(V::Method(file)) if file.1 == "<file>" => self.file_method(&file.0.clone(), "read", span),
            Some(_) => args.positional.first().cloned().unwrap_or_else(|| Val::unknown(span, "reads nothing")),
            None => Val::unknown(span, "reads nothing"),
        };
        match text.exact() {
            Some(text) => json::value(text, span).unwrap_or_else(|| Val::unknown(span, "reads JSON that is not valid")),
            None => self.carry(&text, span, "reads a text that is not known"),
        }
    }

    /// The block of a script (PEP 723) in the text of a Python file, as TOML.
    fn script_block(text: &str) -> Option<String> {
        let mut lines = text.lines().skip_while(|line| line.trim_end() != "# /// script").skip(1);
        let mut out = String::new();
        loop {
            let line = lines.next()?.trim_end();
            if line == "# ///" {
                return Some(out);
            }
            out.push_str(line.strip_prefix("# ").or_else(|| line.strip_prefix('#'))?);
            out.push('\n');
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
