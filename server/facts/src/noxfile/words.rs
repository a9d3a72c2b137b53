//! Words of commands and paths as they are recorded, seen from the folder that the session is in. Neighbour: `body`.

use std::sync::Arc;

use super::{
    Arg,
    library::join_path,
    machine::Machine,
    value::{Args, How, V, Val},
};

impl<'a> Machine<'a> {
    /// The words of a command; what is spread into it unknown comes last.
    pub(super) fn words(&self, args: &Args<'a>, command: &[Val<'a>]) -> Vec<Arg> {
        let mut out: Vec<Arg> = command.iter().map(|value| self.word(value)).collect();
        out.extend(args.rest.iter().map(|unknown| Arg::Unknown(unknown.span)));
        out
    }

    /// `env=`
    pub(super) fn environment(&self, args: &Args<'a>) -> Vec<(String, Arg)> {
        match args.keyword("env").map(|env| &env.v) {
            Some(V::Dict(entries)) => {
                let entries = entries.iter();
                entries.filter_map(|(key, value)| Some((key.text()?.0.to_string(), self.word(value)))).collect()
            }
            _ => Vec::new(),
        }
    }

    pub(super) fn word(&self, value: &Val<'a>) -> Arg {
        match &value.v {
            V::Str(text, how) | V::Path(text, how) => {
                let from = self.body.as_ref().map_or("", |body| &*body.directory);
                let text = if how.is_rooted() { from_folder(from, text) } else { text.to_string() };
                if how.is_template() { Arg::Template(text, value.span) } else { Arg::Word(text, value.span) }
            }
            V::Int(n) => Arg::Word(n.to_string(), value.span),
            V::Float(text) => Arg::Word(text.to_string(), value.span),
            _ => Arg::Unknown(value.span),
        }
    }

    /// `path` as it is from everywhere: the folder that the session is in now counts, not that of its use.
    pub(super) fn absolute_path(&self, path: &Val<'a>) -> Val<'a> {
        let from = self.body.as_ref().map_or("", |body| &*body.directory);
        let placed = |text: &str, how: How| -> (Arc<str>, How) {
            if how.is_rooted() || text.starts_with('/') {
                return (text.into(), how);
            }
            let how = if from.contains('{') { How::RootedTemplate } else { how.rooted() };
            (join_path(from, text).into(), how)
        };
        let v = match &path.v {
            V::Str(text, how) => {
                let (text, how) = placed(text, *how);
                V::Str(text, how)
            }
            V::Path(text, how) => {
                let (text, how) = placed(text, *how);
                V::Path(text, how)
            }
            other => other.clone(),
        };
        Val::new(v, path.span)
    }
}

/// `text`, which counts from the noxfile's folder, as it counts from `folder`. An option keeps what stands before its `=`.
fn from_folder(folder: &str, text: &str) -> String {
    if let Some((option, path)) = text.split_once('=').filter(|(option, _)| option.starts_with('-')) {
        return format!("{option}={}", from_folder(folder, path));
    }
    let mut depth = 0_usize;
    for part in folder.split('/').filter(|part| !matches!(*part, "" | ".")) {
        match part {
            ".." if depth == 0 => return text.to_owned(),
            ".." => depth -= 1,
            _ => depth += 1,
        }
    }
    if depth == 0 || folder.starts_with('/') || text.starts_with(['/', '-']) {
        return text.to_owned();
    }
    let up = vec![".."; depth].join("/");
    if text == "." { up } else { format!("{up}/{text}") }
}

pub(super) fn may_fail(args: &Args<'_>) -> bool {
    match args.keyword("success_codes") {
        None => args.keyword("check").is_some_and(|check| check.truth() == Some(false)),
        Some(codes) => codes.items().is_none_or(|codes| codes.iter().any(|code| !matches!(code.v, V::Int(0)))),
    }
}

#[cfg(test)]
mod tests {
    use super::from_folder;

    #[test]
    fn paths_count_from_the_folder_that_a_session_is_in() {
        let cases = [
            ("", ".nox/x", ".nox/x"),
            ("docs", ".nox/x", "../.nox/x"),
            ("docs/./api", ".", "../.."),
            ("docs/..", "x", "x"),
            ("docs", "--out=site", "--out=../site"),
            ("docs", "/tmp/x", "/tmp/x"),
            ("../other", "x", "x"),
        ];
        for (folder, text, expected) in cases {
            assert_eq!(from_folder(folder, text), expected, "{text} from {folder}");
        }
    }
}
