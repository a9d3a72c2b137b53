//! Writes a workflow in another style, with the same meaning: the tree of the one is written anew.

use std::collections::BTreeMap;

use syntax::yaml::{Node, Style as Written, Value};
use syntax::{Document, Language};

/// How a workflow is written.
#[derive(Clone, Copy)]
pub(super) struct Style {
    /// Spaces of what stands in a mapping.
    pub(super) indent: usize,
    /// Spaces before the `-` of a list in a mapping.
    pub(super) dash: usize,
    /// Blanks behind it.
    pub(super) gap: usize,
    /// What is written in braces, by its path: `["jobs", "checks", "steps", "0"]`.
    pub(super) is_flow: fn(&[String], &Node) -> bool,
    /// Keys and commands in quotes, by this one.
    pub(super) quote: Option<char>,
    /// Commands as blocks with this head: `|`.
    pub(super) block: Option<&'static str>,
    /// A comment above everything and behind every value.
    pub(super) has_comments: bool,
    /// A blank line between the parts of each list and mapping below `jobs`.
    pub(super) has_gaps: bool,
    /// Names for what nobody asks for by them.
    pub(super) has_anchors: bool,
    /// What is there twice is written once.
    pub(super) has_aliases: bool,
}

/// As most write it.
pub(super) const PLAIN: Style = Style {
    indent: 2,
    dash: 2,
    gap: 1,
    is_flow: |_, _| false,
    quote: None,
    block: None,
    has_comments: false,
    has_gaps: false,
    has_anchors: false,
    has_aliases: false,
};

/// `text` in the style.
pub(super) fn restyled(text: &str, style: Style) -> String {
    let document = Document::new(Language::Yaml, text);
    let root = document.yaml().roots.first().expect("a workflow").clone();
    let mut writer = Writer { style, out: String::new(), path: Vec::new(), shared: BTreeMap::new(), known: 0 };
    writer.count(&root);
    writer.shared.retain(|_, place| place.0 > 1);
    writer.node(&root, 0);
    writer.out
}

/// What the tree means: aliases followed, styles forgotten.
pub(super) fn meaning(text: &str) -> String {
    fn anchors<'a>(node: &'a Node, found: &mut BTreeMap<&'a str, &'a Node>) {
        if let Some(name) = &node.anchor {
            found.insert(name, node);
        }
        children(node).for_each(|child| anchors(child, found));
    }
    fn write(node: &Node, known: &BTreeMap<&str, &Node>, indent: usize, out: &mut String) {
        let pad = "  ".repeat(indent);
        match &node.value {
            Value::Null => out.push_str(&format!("{pad}null\n")),
            Value::Scalar(scalar) => {
                let text = scalar.content.replace("\r\n", "\n");
                for line in text.trim_end().lines() {
                    out.push_str(&format!("{pad}{line}\n"));
                }
            }
            Value::Alias(name) => match known.get(&**name) {
                Some(node) => write(node, known, indent, out),
                None => out.push_str(&format!("{pad}*{name}, which is nothing\n")),
            },
            Value::Mapping(mapping) => {
                for entry in &mapping.entries {
                    out.push_str(&format!("{pad}{}:\n", entry.key.str().unwrap_or_default()));
                    write(&entry.value, known, indent + 1, out);
                }
            }
            Value::Sequence(sequence) => {
                for item in &sequence.items {
                    out.push_str(&format!("{pad}-\n"));
                    write(&item.value, known, indent + 1, out);
                }
            }
        }
    }
    let document = Document::new(Language::Yaml, text);
    let mut out = String::new();
    for root in &document.yaml().roots {
        let mut known = BTreeMap::new();
        anchors(root, &mut known);
        write(root, &known, 0, &mut out);
    }
    out
}

/// A key of `after` whose mapping, list or block of text is indented as none of `before` is.
pub(super) fn odd_indent(before: &str, after: &str) -> Option<String> {
    let (was, is) = (indents(before), indents(after));
    let is_known = |(kind, indent, _): &&(Kind, u32, String)| {
        let mut alike = was.iter().filter(|it| it.0 == *kind).peekable();
        alike.peek().is_none() || alike.any(|it| it.1 == *indent)
    };
    is.iter().find(|it| !is_known(it)).map(|(.., key)| key.clone())
}

/// What is indented.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// Keys or text, by the key that holds them.
    Inner,
    /// Dashes, by the key that holds the list.
    Dash,
    /// What stands behind a dash.
    Item,
}

/// How far blocks are indented: spaces, and the key.
fn indents(text: &str) -> Vec<(Kind, u32, String)> {
    fn walk(node: &Node, text: &str, key: &str, found: &mut Vec<(Kind, u32, String)>) {
        let column =
            |at: u32| at - u32::try_from(text[..at as usize].rfind('\n').map_or(0, |end| end + 1)).unwrap_or(0);
        for entry in node.mapping().into_iter().filter(|it| !it.flow).flat_map(|it| &it.entries) {
            let key = entry.key.str().unwrap_or_default();
            let own = column(entry.key.span.start);
            match &entry.value.value {
                Value::Mapping(inner) if !inner.flow => {
                    let first = inner.entries.first().expect("an entry");
                    found.push((Kind::Inner, column(first.key.span.start) - own, key.to_owned()));
                }
                Value::Sequence(inner) if !inner.flow => {
                    found.push((
                        Kind::Dash,
                        column(inner.items.first().expect("an item").span.start) - own,
                        key.to_owned(),
                    ));
                }
                Value::Scalar(inner) if matches!(inner.style, Written::Literal | Written::Folded) => {
                    let first = inner.runs.first().expect("text").1;
                    found.push((Kind::Inner, column(first) - own, key.to_owned()));
                }
                _ => {}
            }
            walk(&entry.value, text, key, found);
        }
        for item in node.sequence().into_iter().filter(|it| !it.flow).flat_map(|it| &it.items) {
            found.push((Kind::Item, column(item.value.span.start) - column(item.span.start), key.to_owned()));
            walk(&item.value, text, key, found);
        }
    }
    let mut found = Vec::new();
    for root in &Document::new(Language::Yaml, text).yaml().roots {
        walk(root, text, "", &mut found);
    }
    found
}

/// Every comment, without the blanks around it.
pub(super) fn comments(text: &str) -> Vec<String> {
    let document = Document::new(Language::Yaml, text);
    let spans = document.yaml().comments.iter();
    spans.map(|span| span.of(text).trim().to_owned()).collect()
}

/// Every name that an alias could ask for.
pub(super) fn anchors(text: &str) -> Vec<String> {
    fn walk(node: &Node, found: &mut Vec<String>) {
        found.extend(node.anchor.as_deref().map(str::to_owned));
        children(node).for_each(|child| walk(child, found));
    }
    let mut found = Vec::new();
    Document::new(Language::Yaml, text).yaml().roots.iter().for_each(|root| walk(root, &mut found));
    found
}

fn children(node: &Node) -> Box<dyn Iterator<Item = &Node> + '_> {
    match &node.value {
        Value::Mapping(mapping) => Box::new(mapping.entries.iter().map(|entry| &entry.value)),
        Value::Sequence(sequence) => Box::new(sequence.items.iter().map(|item| &item.value)),
        _ => Box::new(std::iter::empty()),
    }
}

struct Writer {
    style: Style,
    out: String,
    path: Vec<String>,
    /// What is there, how often, and its name once it has been written.
    shared: BTreeMap<String, (usize, Option<String>)>,
    known: usize,
}

impl Writer {
    /// A node in one line, as it can stand in braces.
    fn flow(&self, node: &Node) -> String {
        match &node.value {
            Value::Null => String::new(),
            Value::Alias(name) => format!("*{name}"),
            Value::Scalar(scalar) => {
                let text = scalar.content.trim_end();
                let is_plain = !text.contains([',', '[', ']', '{', '}', '#', '\n', '\'', '"', ':', '!', '&', '*', '|']);
                if is_plain && scalar.style == Written::Plain { text.to_owned() } else { quoted(text, '"') }
            }
            Value::Mapping(mapping) => {
                let entry = |it: &syntax::yaml::Entry| format!("{}: {}", self.key(&it.key), self.flow(&it.value));
                format!("{{ {} }}", mapping.entries.iter().map(entry).collect::<Vec<_>>().join(", "))
            }
            Value::Sequence(sequence) => {
                let items: Vec<String> = sequence.items.iter().map(|item| self.flow(&item.value)).collect();
                format!("[{}]", items.join(", "))
            }
        }
    }

    fn key(&self, key: &Node) -> String {
        let text = key.str().unwrap_or_default();
        self.style.quote.map_or(text.to_owned(), |quote| quoted(text, quote))
    }

    fn scalar(&self, node: &Node, pad: usize) -> String {
        let scalar = node.scalar().expect("a scalar");
        let text = scalar.content.trim_end();
        let is_command = self.path.last().is_some_and(|key| key == "run");
        let head = self.style.block.filter(|_| is_command);
        if text.contains('\n') || head.is_some() {
            let pad = " ".repeat(pad);
            let lines: Vec<String> = text.lines().map(|line| format!("{pad}{line}").trim_end().to_owned()).collect();
            return format!("{}\n{}", head.unwrap_or("|"), lines.join("\n"));
        }
        match self.style.quote.filter(|_| is_command) {
            Some(quote) => quoted(text, quote),
            None if scalar.style == Written::Plain => text.to_owned(),
            None => quoted(text, '"'),
        }
    }

    /// The node behind a key or a dash, which stands already; `pad` is the column of what is in it.
    fn node(&mut self, node: &Node, pad: usize) {
        if let Some(name) = self.alias(node) {
            self.out.push_str(&format!(" {name}\n"));
            return;
        }
        let mut anchor = self.anchor(node);
        if !anchor.is_empty() {
            anchor.insert(0, ' ');
        }
        let is_flow = (self.style.is_flow)(&self.path, node);
        let is_block = matches!(node.value, Value::Mapping(_) | Value::Sequence(_)) && !is_flow;
        if !is_block {
            let text = if node.scalar().is_some() && !is_flow { self.scalar(node, pad) } else { self.flow(node) };
            let blank = if self.path.is_empty() || text.is_empty() { "" } else { " " };
            self.out.push_str(&format!("{anchor}{blank}{text}"));
            if self.style.has_comments && !text.contains('\n') {
                let place = self.path.join(".");
                self.out.push_str(&format!("  # behind {place}"));
            }
            self.out.push('\n');
            return;
        }
        if !self.path.is_empty() {
            self.out.push_str(&format!("{anchor}\n"));
        }
        self.block(node, pad);
    }

    /// Lines of a mapping or a list, from the beginning of a line.
    fn block(&mut self, node: &Node, pad: usize) {
        match &node.value {
            Value::Mapping(mapping) => {
                for (at, entry) in mapping.entries.iter().enumerate() {
                    self.path.push(entry.key.str().unwrap_or_default().to_owned());
                    self.before(at, pad);
                    self.out.push_str(&format!("{}{}:", " ".repeat(pad), self.key(&entry.key)));
                    self.node(&entry.value, pad + self.inner(&entry.value));
                    self.path.pop();
                }
            }
            Value::Sequence(sequence) => {
                for (at, item) in sequence.items.iter().enumerate() {
                    self.path.push(at.to_string());
                    self.before(at, pad);
                    self.out.push_str(&format!("{}-", " ".repeat(pad)));
                    let start = self.out.len();
                    let comments = self.style.has_comments;
                    let inner = pad + 1 + self.style.gap;
                    self.node(&item.value, inner);
                    // What is in it begins on the line of the dash, unless it has a name.
                    let gap = " ".repeat(self.style.gap);
                    if self.out[start..].starts_with('\n') && !comments {
                        self.out.replace_range(start..start + 1 + inner, &gap);
                    } else if self.out[start..].starts_with(' ') {
                        self.out.replace_range(start..=start, &gap);
                    }
                    self.path.pop();
                }
            }
            _ => {}
        }
    }

    fn inner(&self, node: &Node) -> usize {
        if matches!(node.value, Value::Sequence(_)) { self.style.dash } else { self.style.indent }
    }

    fn before(&mut self, at: usize, pad: usize) {
        if self.style.has_gaps && at > 0 && self.path.len() > 1 {
            self.out.push('\n');
        }
        if self.style.has_comments {
            let place = self.path.join(".");
            self.out.push_str(&format!("{}# above {place}\n", " ".repeat(pad)));
        }
    }

    /// What may be written once: machines, variables, steps that use an action.
    fn is_sharable(&self, node: &Node) -> bool {
        let key = self.path.last().map_or("", String::as_str);
        ["runs-on", "env"].contains(&key) || node.get("uses").is_some()
    }

    fn count(&mut self, node: &Node) {
        if self.style.has_aliases && self.is_sharable(node) {
            self.shared.entry(self.flow(node)).or_default().0 += 1;
        }
        let keys: Vec<String> = match &node.value {
            Value::Mapping(it) => it.entries.iter().map(|it| it.key.str().unwrap_or_default().to_owned()).collect(),
            Value::Sequence(it) => (0..it.items.len()).map(|at| at.to_string()).collect(),
            _ => Vec::new(),
        };
        for (key, child) in keys.into_iter().zip(children(node)) {
            self.path.push(key);
            self.count(child);
            self.path.pop();
        }
    }

    fn alias(&self, node: &Node) -> Option<String> {
        let known = self.shared.get(&self.flow(node)).filter(|_| self.is_sharable(node))?;
        known.1.as_ref().map(|name| format!("*{name}"))
    }

    fn anchor(&mut self, node: &Node) -> String {
        let is_shared = self.is_sharable(node) && self.shared.contains_key(&self.flow(node));
        let is_own = self.style.has_anchors && self.path.len() > 1 && !matches!(node.value, Value::Null);
        if !is_shared && !is_own {
            return String::new();
        }
        self.known += 1;
        let name = format!("a{}", self.known);
        let text = self.flow(node);
        if let Some(known) = self.shared.get_mut(&text).filter(|_| is_shared) {
            known.1 = Some(name.clone());
        }
        format!("&{name}")
    }
}

fn quoted(text: &str, quote: char) -> String {
    match quote {
        '\'' => format!("'{}'", text.replace('\'', "''")),
        _ => format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")),
    }
}
