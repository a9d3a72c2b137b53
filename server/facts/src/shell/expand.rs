//! Words as a command gets them: known variables put in, lists and braces spread out.

use std::rc::Rc;

use syntax::Span;
use syntax::shell as tree;
use syntax::shell::Part;

use super::{Environment, Word, substitute};

/// Words that one word may become.
const MAX_WORDS: usize = 256;
/// Variables of one script; those beyond are unknown.
const MAX_VARIABLES: usize = 256;
/// Bytes that a word may grow to.
const MAX_LENGTH: usize = 1 << 14;

/// Values of a variable; `None`: unknown. Shared, for subshells copy them all.
pub(super) type Value = Option<Rc<[Word]>>;

/// Variables of a shell at one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Variables {
    /// Values by name, one for a plain variable; `None`: set to something unknown. Few enough to be searched.
    values: Vec<(Rc<str>, Value)>,
    /// `$1` and on; `None` where they are unknown.
    pub(super) arguments: Option<Rc<[Word]>>,
    /// `$0` and `$BASH_SOURCE`: the file that the script is.
    pub(super) script: Option<Rc<str>>,
}

/// What words are expanded with.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    pub(super) variables: &'a Variables,
    pub(super) environment: Environment<'a>,
    /// Where the shell is, relative to where it started.
    pub(super) directory: &'a str,
}

impl Variables {
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.values.iter().find(|(known, _)| **known == *name).map(|(_, value)| value)
    }

    pub(super) fn set(&mut self, name: &str, value: Option<Vec<Word>>) {
        let size = value.iter().flatten().map(|word| word.text.len()).sum::<usize>();
        self.put(name, value.filter(|_| size <= MAX_LENGTH).map(Rc::from));
    }

    fn put(&mut self, name: &str, value: Value) {
        let has_room = self.values.len() < MAX_VARIABLES;
        match self.values.iter_mut().find(|(known, _)| **known == *name) {
            Some((_, old)) => *old = value,
            None if has_room => self.values.push((name.into(), value)),
            None => {}
        }
    }

    /// After a part that may or may not have run: what differs from `other` is unknown.
    pub(super) fn blur(&mut self, other: &Self) {
        for (name, value) in &other.values {
            if self.get(name) != Some(value) {
                self.put(name, None);
            }
        }
    }

    pub(super) fn value(&self, name: &str, environment: Environment<'_>) -> Value {
        if matches!(name, "@" | "*") {
            return self.arguments.clone();
        }
        if matches!(name, "0" | "BASH_SOURCE") {
            let text = self.script.as_ref()?.to_string();
            return Some(Rc::from([Word { text, span: Span::default(), literal: true, quoted: false }]));
        }
        if name.starts_with(|first: char| first.is_ascii_digit()) {
            let index = name.parse::<usize>().ok()?.checked_sub(1)?;
            // An argument that is not given is empty.
            let arguments = self.arguments.as_ref()?;
            return Some(arguments.get(index).map_or_else(|| Rc::from([]), |word| Rc::from([word.clone()])));
        }
        match self.get(name) {
            Some(value) => value.clone(),
            None => environment(name).map(|word| Rc::from([word])),
        }
    }
}

/// The words that `word` becomes; `span` is its place in the file.
pub(super) fn expand(word: &tree::Word, span: Span, view: &View<'_>) -> Vec<Word> {
    let is_empty_string = word.parts.is_empty();
    let mut out = Expansion { done: Vec::new(), open: vec![(String::new(), true)], is_word: is_empty_string };
    for part in &word.parts {
        match part {
            Part::Text(text) => out.text(text, true),
            Part::Alternatives(texts) => out.alternatives(texts),
            Part::Commands { written, statements } => match substitute::commands(statements, view) {
                Some(text) => out.text(&text, true),
                None => out.text(written, false),
            },
            Part::Other(written) => match substitute::default(written, view) {
                Some(words) => out.values(&words, false, false, false),
                None => out.text(written, false),
            },
            Part::Variable { name, written, quoted, all } => match view.variables.value(name, view.environment) {
                Some(values) => out.values(&values, *quoted, *all, name == "*"),
                None => out.text(written, false),
            },
        }
    }
    out.end_word();
    out.done.truncate(MAX_WORDS);
    // The span has the quotes, the parts have not.
    let quoted = word.span.len() as usize >= word.parts.iter().map(written_length).sum::<usize>() + 2;
    out.done.into_iter().map(|(text, literal)| Word { text, span, literal, quoted }).collect()
}

/// Bytes of a part as it is written, but for quotes.
fn written_length(part: &Part) -> usize {
    match part {
        Part::Text(text) => text.len(),
        Part::Variable { written, .. } | Part::Commands { written, .. } | Part::Other(written) => written.len(),
        Part::Alternatives(texts) => texts.iter().map(|text| text.len() + 1).sum::<usize>() + 1,
    }
}

struct Expansion {
    done: Vec<(String, bool)>,
    /// The word at hand, once per alternative, and whether it is known.
    open: Vec<(String, bool)>,
    /// It is a word even if it stays empty.
    is_word: bool,
}

impl Expansion {
    fn text(&mut self, text: &str, literal: bool) {
        self.is_word = true;
        for (open, known) in &mut self.open {
            if open.len() + text.len() <= MAX_LENGTH {
                open.push_str(text);
            }
            *known &= literal;
        }
    }

    fn alternatives(&mut self, texts: &[String]) {
        self.is_word = true;
        if self.open.len() * texts.len() > MAX_WORDS {
            return;
        }
        let longer = |(open, known): &(String, bool)| {
            texts.iter().map(|text| (format!("{open}{text}"), *known)).collect::<Vec<_>>()
        };
        self.open = self.open.iter().flat_map(longer).collect();
    }

    fn values(&mut self, values: &[Word], quoted: bool, all: bool, joined: bool) {
        // `$S` of an array is its first element.
        let shown = if all { values } else { values.get(..1).unwrap_or(values) };
        if quoted && (!all || joined) {
            self.is_word = true;
            for (at, value) in shown.iter().enumerate() {
                self.text(if at > 0 { " " } else { "" }, true);
                self.text(&value.text, value.literal);
            }
            return;
        }
        let mut first = true;
        for value in shown.iter().take(MAX_WORDS) {
            // What is unknown is not split: nobody knows into what.
            let whole = quoted || !value.literal;
            let parts: Vec<&str> =
                if whole { vec![&value.text] } else { value.text.split_ascii_whitespace().take(MAX_WORDS).collect() };
            for part in parts {
                if !std::mem::take(&mut first) {
                    self.end_word();
                }
                self.text(part, value.literal);
            }
        }
    }

    fn end_word(&mut self) {
        let open = std::mem::replace(&mut self.open, vec![(String::new(), true)]);
        if self.is_word && self.done.len() < MAX_WORDS {
            self.done.extend(open);
        }
        self.is_word = false;
    }
}
