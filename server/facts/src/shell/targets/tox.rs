//! `tox -e lint`: the commands of environments, in `tox.ini`, `setup.cfg`, `tox.toml` or `pyproject.toml` (tox 4).

use std::rc::Rc;

use syntax::Span;

use super::tree::{self, Node, Tree};
use super::{Asking, At, File, Lead, Piece, Task, option_of, options, with_words};
use crate::shell::Word;

/// Options that take a value.
const VALUES: [&str; 12] =
    ["-e", "-c", "--conf", "--root", "--workdir", "-x", "--override", "--result-json", "-f", "-m", "-p", "--parallel"];
/// Lists of commands of an environment, in the order in which they run.
const LISTS: [&str; 3] = ["commands_pre", "commands", "commands_post"];

pub(super) fn find(words: &[Word], cx: &Asking<'_>) -> Option<Lead> {
    let split = words.iter().position(|word| word.text == "--").unwrap_or(words.len());
    let (own, posargs) = words.split_at(split);
    let own = match own.split_first() {
        Some((first, rest)) if matches!(first.text.as_str(), "run" | "r" | "run-parallel" | "p") => rest,
        Some((first, _)) if !first.text.starts_with('-') => return None,
        _ => own,
    };
    let (found, _) = options(own, &VALUES);
    if found.iter().any(|(flag, _)| matches!(*flag, "-l" | "--listenvs" | "-a" | "--version" | "--notest" | "-n")) {
        return Some(Lead::To(Task::default()));
    }
    let config = Config::find(option_of(&found, &["-c", "--conf"]).as_ref(), cx)?;
    let attached = found.iter().find_map(|(flag, _)| flag.strip_prefix("-e").filter(|rest| !rest.is_empty()));
    let envs = match (option_of(&found, &["-e"]), attached) {
        (Some(word), _) if !word.literal => {
            return Some(Lead::Unread(format!("runs the tox environments `{}`, which are not known", word.text)));
        }
        (Some(word), _) => word.text,
        (None, Some(text)) => text.to_owned(),
        (None, None) => config.listed(),
    };
    let mut pieces = Vec::new();
    for env in envs.split([',', ' ', '\n']).map(str::trim).filter(|env| !env.is_empty()).take(64) {
        config.pieces(env, posargs.get(1..).unwrap_or_default(), &mut pieces);
    }
    let key = format!("{} {}", config.file.path, with_words("", words));
    Some(Lead::To(Task { key, pieces }))
}

struct Config {
    file: Rc<File>,
    /// Sections with their keys, those of TOML under the names that they have in an INI file.
    sections: Vec<Section>,
}

/// Its name, and its keys with the lines of each.
type Section = (String, Vec<(String, Vec<Line>)>);

#[derive(Clone)]
struct Line {
    text: String,
    span: Span,
}

impl Config {
    fn find(named: Option<&Word>, cx: &Asking<'_>) -> Option<Self> {
        if let Some(name) = named {
            let file = cx.file(None, &name.text)?;
            return if file.path.ends_with(".toml") { Self::toml(file) } else { Self::ini(file) };
        }
        let ini = |name: &str| Self::ini(cx.file(None, name)?);
        let toml = |name: &str| Self::toml(cx.file(None, name)?);
        let has_envs = |config: &Self| config.sections.iter().any(|(name, _)| name.contains("testenv"));
        ini("tox.ini")
            .or_else(|| ini("setup.cfg").filter(has_envs))
            .or_else(|| toml("pyproject.toml"))
            .or_else(|| toml("tox.toml"))
    }

    fn ini(file: Rc<File>) -> Option<Self> {
        let sections = sections(&file.text);
        Some(Self { file, sections })
    }

    fn toml(file: Rc<File>) -> Option<Self> {
        let is_own = file.path.ends_with("tox.toml");
        let find =
            |key: &str| if is_own { tree::toml(&file, &[key]) } else { tree::toml(&file, &["tool", "tox", key]) };
        let section = |name: &str, node: &Node| {
            let keys = node.entries().iter().map(|(key, value)| (key.clone(), lines(value))).collect::<Vec<_>>();
            (name.to_owned(), keys)
        };
        let mut found = Vec::new();
        let list = |key: &str| find(key).map(|node| (key.to_owned(), lines(&node)));
        found.push(("tox".to_owned(), ["env_list", "envlist"].iter().filter_map(|key| list(key)).collect()));
        found.extend(find("env_run_base").map(|node| section("testenv", &node)));
        for (name, node) in find("env").iter().flat_map(|envs| envs.entries().to_vec()) {
            found.push(section(&format!("testenv:{name}"), &node));
        }
        if let Some(text) = find("legacy_tox_ini") {
            let at = text.span.start;
            let text = text.text().unwrap_or_default().to_owned();
            for (name, keys) in sections(&text) {
                let shift = |(key, lines): (String, Vec<Line>)| {
                    let line = |line: Line| Line { span: Span::empty(at), ..line };
                    (key, lines.into_iter().map(line).collect())
                };
                found.push((name, keys.into_iter().map(shift).collect()));
            }
        }
        (found.len() > 1).then_some(Self { file, sections: found })
    }

    fn get(&self, section: &str, key: &str) -> Option<&[Line]> {
        let (_, keys) = self.sections.iter().find(|(name, _)| name == section || *name == format!("tox:{section}"))?;
        keys.iter().find(|(name, _)| name == key).map(|(_, lines)| lines.as_slice())
    }

    fn listed(&self) -> String {
        let lines = self.get("tox", "env_list").or_else(|| self.get("tox", "envlist")).unwrap_or_default();
        lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join(",")
    }

    fn pieces(&self, env: &str, posargs: &[Word], out: &mut Vec<Piece>) {
        let own = format!("testenv:{env}");
        for key in LISTS {
            let lines = self.get(&own, key).or_else(|| self.get("testenv", key)).unwrap_or_default();
            for line in lines {
                let Some(text) = of_env(&line.text, env) else { continue };
                let script = text.trim_start_matches(['-', '!', ' ']);
                let may_fail = text.starts_with('-');
                let source = filled(script, env, posargs);
                let folder = Some(self.file.folder().to_owned());
                out.push(Piece { may_fail, folder, ..Piece::new(&self.file, source, At::Span(line.span)) });
            }
        }
    }
}

/// A line without the condition on the environment's factors in front of it (`py312,docs: …`); `None`: it is for others.
fn of_env<'t>(line: &'t str, env: &str) -> Option<&'t str> {
    let Some((condition, rest)) = line.split_once(": ") else { return Some(line) };
    let is_condition = |c: char| c.is_ascii_alphanumeric() || "-_.,!{} ".contains(c);
    if condition.contains(' ') && !condition.contains(',') || !condition.chars().all(is_condition) {
        return Some(line);
    }
    let factors: Vec<&str> = env.split('-').collect();
    let holds = |factor: &str| match factor.strip_prefix('!') {
        Some(factor) => !factors.contains(&factor),
        None => factors.contains(&factor),
    };
    condition.split(',').any(|all| all.trim().split('-').all(holds)).then_some(rest.trim_start())
}

/// `{posargs:default}`, `{envname}` and the folders; anything else is not known.
fn filled(text: &str, env: &str, posargs: &[Word]) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, inside)) = rest.split_once('{') {
        out.push_str(before);
        let Some((name, behind)) = inside.split_once('}') else { break };
        rest = behind;
        let (name, default) = name.split_once(':').unwrap_or((name, ""));
        match name {
            "posargs" if posargs.is_empty() => out.push_str(default),
            "posargs" => out.push_str(with_words("", posargs).trim()),
            "envname" | "env_name" => out.push_str(env),
            "envpython" | "env_python" => out.push_str("python"),
            "toxinidir" | "tox_root" => out.push('.'),
            _ => out.push_str("${_tox}"),
        }
    }
    out + rest
}

fn lines(node: &Node) -> Vec<Line> {
    let words = |items: &[Node]| {
        let word = |node: &Node| {
            let text = match node.text() {
                Some(text) => text.to_owned(),
                // `{ replace = "posargs", default = [...], extend = true }`
                None => "{posargs}".to_owned(),
            };
            Word { literal: !text.contains(['$', '{']), text, span: Span::default(), quoted: false }
        };
        with_words("", &items.iter().map(word).collect::<Vec<_>>()).trim().to_owned()
    };
    let line = |node: &Node| match &node.value {
        Tree::List(items) => Some(Line { text: words(items), span: node.span }),
        Tree::Text(text) => Some(Line { text: text.clone(), span: node.span }),
        _ => None,
    };
    match &node.value {
        Tree::Text(text) => vec![Line { text: text.clone(), span: node.span }],
        Tree::List(items) => items.iter().filter_map(line).collect(),
        _ => Vec::new(),
    }
}

/// The sections of an INI file; a value that goes on over indented lines has a line for each.
fn sections(text: &str) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    let (mut at, mut goes_on) = (0, false);
    for raw in text.split_inclusive('\n') {
        let start = at;
        at += raw.len();
        let line = raw.trim();
        let from = start + raw.len() - raw.trim_start().len();
        let span = Span::from(from..from + line.len());
        if line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        let name = line.strip_prefix('[').and_then(|line| line.strip_suffix(']'));
        if let Some(name) = name.filter(|_| !raw.starts_with([' ', '\t'])) {
            sections.push((name.trim().to_owned(), Vec::new()));
            goes_on = false;
            continue;
        }
        let Some((_, keys)) = sections.last_mut() else { continue };
        if raw.starts_with([' ', '\t']) {
            if let Some((_, lines)) = keys.last_mut() {
                match lines.last_mut().filter(|_| goes_on) {
                    Some(last) => {
                        last.text.truncate(last.text.trim_end_matches('\\').len());
                        last.text.push_str(line);
                        last.span = last.span.join(span);
                    }
                    None => lines.push(Line { text: line.to_owned(), span }),
                }
            }
        } else if let Some((key, value)) = line.split_once('=') {
            let value = value.trim();
            let first = Line { text: value.to_owned(), span };
            keys.push((key.trim().to_owned(), if value.is_empty() { Vec::new() } else { vec![first] }));
        }
        goes_on = line.ends_with('\\');
    }
    sections
}
