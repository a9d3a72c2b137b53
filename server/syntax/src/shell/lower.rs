//! From tree-sitter-bash's tree to ours.

mod compound;
mod known;
mod redirect;
mod tree;

use std::rc::Rc;

use tree_sitter::Node;

use redirect::behind_target;
use tree::{mask, tree};

use super::plain;
use super::word::{Nested, word};
use super::{Assigned, Assignment, Kind, Statement, Statements, Word};
use crate::Span;

/// Longer scripts are not read: 100 times what people write into a workflow.
const MAX_BYTES: usize = 1 << 18;
/// Statements within statements that are read.
const MAX_DEPTH: u32 = 60;

/// Parses `script`; never fails, what cannot be read is left out.
pub fn parse(script: &str) -> Rc<Statements> {
    if script.len() > MAX_BYTES {
        return Rc::default();
    }
    plain::parse(script).map_or_else(|| known::get(script, || by_grammar(script)), Rc::new)
}

pub(super) fn by_grammar(script: &str) -> Statements {
    let masked = mask(script);
    let Some(tree) = tree(&masked) else { return Vec::new() };
    Lowering { script }.statements(tree.root_node(), 0)
}

/// Whether the grammar reads all of it.
#[cfg(test)]
pub(super) fn is_accepted(script: &str) -> bool {
    tree(&mask(script)).is_some_and(|tree| !tree.root_node().has_error())
}

struct Lowering<'t> {
    script: &'t str,
}

impl Lowering<'_> {
    /// The statements among the children of `node`.
    fn statements(&self, node: Node<'_>, depth: u32) -> Statements {
        let mut list: Statements = Vec::new();
        if depth < MAX_DEPTH {
            let mut cursor = node.walk();
            for child in node.children(&mut cursor) {
                self.child(child, depth, &mut list);
            }
        }
        list
    }

    fn child(&self, child: Node<'_>, depth: u32, list: &mut Statements) {
        match child.kind() {
            "&" => {
                if let Some(last) = list.last_mut() {
                    last.background = true;
                }
            }
            "ERROR" => list.extend(self.statements(child, depth + 1)),
            _ if child.is_named() => {
                let Some(statement) = self.statement(child, depth + 1) else { return };
                self.apart(statement, list);
            }
            _ => {}
        }
    }

    /// Two assignments on a line and more on the next: the grammar has them as one command.
    fn apart(&self, mut statement: Statement, list: &mut Statements) {
        if let Kind::Simple { assignments, words } = &mut statement.kind
            && !assignments.is_empty()
        {
            let mut line: Vec<Assignment> = Vec::new();
            let ends_line = |end: u32, next: u32| {
                let between = Span::new(end, next).of(self.script);
                between.contains('\n') && !between.contains('\\')
            };
            let command = words.first().map(|word| word.span.start);
            let starts: Vec<u32> = assignments.iter().skip(1).map(|next| next.span.start).chain(command).collect();
            let mut next = starts.into_iter();
            for assignment in std::mem::take(assignments) {
                let end = assignment.span.end;
                line.push(assignment);
                if let Some(next) = next.next().filter(|next| ends_line(end, *next)) {
                    let span = Span::new(statement.span.start, end);
                    let kind = Kind::Simple { assignments: std::mem::take(&mut line), words: Vec::new() };
                    list.push(Statement { span, kind, redirects: Vec::new(), background: false });
                    statement.span.start = next;
                }
            }
            *assignments = line;
        }
        list.push(statement);
    }

    fn statement(&self, node: Node<'_>, depth: u32) -> Option<Statement> {
        if depth > MAX_DEPTH {
            return None;
        }
        let kind = match node.kind() {
            "command" | "variable_assignment" | "variable_assignments" => return Some(self.simple(node, depth)),
            "declaration_command" | "unset_command" => self.declare(node, depth),
            "list" => return self.list(node, depth),
            "pipeline" => Kind::Pipe(self.statements(node, depth)),
            "negated_command" => Kind::Not(Box::new(self.statements(node, depth).pop()?)),
            "compound_statement" => Kind::Group(self.statements(node, depth)),
            "subshell" => Kind::Subshell(self.statements(node, depth)),
            "if_statement" => self.branches(node, depth),
            "while_statement" => self.turns(node, depth),
            "c_style_for_statement" => {
                let body = node.child_by_field_name("body").map(|body| self.statements(body, depth));
                Kind::Loop { condition: Vec::new(), body: body.unwrap_or_default() }
            }
            "for_statement" => self.for_each(node, depth),
            "case_statement" => Kind::Case(self.arms(node, depth)),
            "function_definition" => self.function(node, depth)?,
            "redirected_statement" => return self.redirected(node, depth),
            "test_command" => Kind::Test,
            _ => return None,
        };
        Some(Statement { span: span(node), kind, redirects: Vec::new(), background: false })
    }

    /// A command, or assignments without one.
    fn simple(&self, node: Node<'_>, depth: u32) -> Statement {
        let (mut assignments, mut words, mut redirects) = (Vec::new(), Vec::new(), Vec::new());
        if node.kind() == "variable_assignment" {
            assignments.push(self.assignment(node, depth));
        }
        let mut spans: Vec<(Span, Vec<Node<'_>>)> = Vec::new();
        let mut cursor = node.walk();
        let children: Vec<_> =
            if node.kind() == "variable_assignment" { Vec::new() } else { node.children(&mut cursor).collect() };
        for child in children {
            match child.kind() {
                "variable_assignment" => assignments.push(self.assignment(child, depth)),
                "file_redirect" => {
                    redirects.extend(self.redirect(child, depth));
                    spans.extend(behind_target(child).into_iter().map(|word| (span(word), vec![word])));
                }
                "herestring_redirect" | "heredoc_redirect" | "comment" | "ERROR" => {}
                _ => match spans.last_mut() {
                    // What touches is one word, even where the grammar sees two.
                    Some((last, nodes)) if last.end == span(child).start => {
                        last.end = span(child).end;
                        nodes.push(child);
                    }
                    _ => spans.push((span(child), vec![child])),
                },
            }
        }
        for (span, nodes) in spans {
            words.push(self.word_of(span, &nodes, depth));
        }
        Statement { span: span(node), kind: Kind::Simple { assignments, words }, redirects, background: false }
    }

    fn declare(&self, node: Node<'_>, depth: u32) -> Kind {
        let (mut keyword, mut assignments, mut names) = (String::new(), Vec::new(), Vec::new());
        let mut cursor = node.walk();
        for child in node.children(&mut cursor) {
            let text = || span(child).of(self.script).to_owned();
            match child.kind() {
                "variable_assignment" => assignments.push(self.assignment(child, depth)),
                _ if keyword.is_empty() => keyword = text(),
                _ => names.push(text()),
            }
        }
        Kind::Declare { keyword, assignments, names }
    }

    fn assignment(&self, node: Node<'_>, depth: u32) -> Assignment {
        let name = node.child_by_field_name("name").filter(|name| name.kind() == "variable_name");
        let value = node.child_by_field_name("value");
        let mut cursor = node.walk();
        let append = node.children(&mut cursor).any(|child| child.kind() == "+=");
        let value = match value {
            Some(array) if array.kind() == "array" => {
                let mut cursor = array.walk();
                let items = array.named_children(&mut cursor).filter(|item| item.kind() != "comment");
                Assigned::Array(items.map(|item| self.word_of(span(item), &[item], depth)).collect())
            }
            Some(value) => Assigned::Word(self.word_of(span(value), &[value], depth)),
            None => Assigned::Word(Word { span: Span::empty(span(node).end), parts: Vec::new() }),
        };
        let name = name.map(|name| span(name).of(self.script).to_owned()).unwrap_or_default();
        Assignment { span: span(node), name, append, value }
    }

    /// The word at `span`, which the parser has as `nodes`.
    fn word_of(&self, span: Span, nodes: &[Node<'_>], depth: u32) -> Word {
        let mut nested = Vec::new();
        nodes.iter().for_each(|node| self.nested(*node, depth, &mut nested));
        word(self.script, span, nested)
    }

    /// Substitutions and expansions in a word, the outermost ones.
    fn nested(&self, node: Node<'_>, depth: u32, into: &mut Nested) {
        match node.kind() {
            "command_substitution" | "process_substitution" | "subshell" => {
                into.push((span(node), Some(self.statements(node, depth + 1))));
            }
            "expansion" | "arithmetic_expansion" => into.push((span(node), None)),
            _ if node.child_count() > 0 && depth < MAX_DEPTH => {
                let mut cursor = node.walk();
                node.children(&mut cursor).for_each(|child| self.nested(child, depth + 1, into));
            }
            _ => {}
        }
    }
}

fn joined(left: Statement, operator: &str, right: Statement) -> Statement {
    let span = left.span.join(right.span);
    let (left, right) = (Box::new(left), Box::new(right));
    let kind = if operator == "||" { Kind::Or(left, right) } else { Kind::And(left, right) };
    Statement { span, kind, redirects: Vec::new(), background: false }
}

fn span(node: Node<'_>) -> Span {
    Span::from(node.byte_range())
}
