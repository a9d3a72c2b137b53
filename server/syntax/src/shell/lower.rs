//! From tree-sitter-bash's tree to ours.

use std::cell::RefCell;
use std::ops::ControlFlow;
use std::rc::Rc;

use tree_sitter::{Node, ParseOptions, Parser, Tree};

use super::plain;
use super::word::{Nested, word};
use super::{Assigned, Assignment, Kind, Redirect, Statement, Statements, Word};
use crate::Span;

/// Longer scripts are not read: 100 times what people write into a workflow.
const MAX_BYTES: usize = 1 << 18;
/// Statements within statements that are read.
const MAX_DEPTH: u32 = 60;

/// Parses `script`; never fails, what cannot be read is left out.
pub fn parse(script: &str) -> Statements {
    if script.len() > MAX_BYTES {
        return Vec::new();
    }
    plain::parse(script).unwrap_or_else(|| by_grammar(script))
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

thread_local! {
    /// A workflow has hundreds of scripts of one line.
    static PARSER: RefCell<Parser> = RefCell::new(Parser::new());
}

/// Bounded as `document` bounds its own parses: by the parser's progress reports, one per about 100 steps.
fn tree(text: &str) -> Option<Tree> {
    PARSER.with_borrow_mut(|parser| {
        if parser.language().is_none() {
            parser.set_language(&grammars::bash()).ok()?;
        }
        let mut left = 1_000 + text.len() / 50;
        let mut count = |_: &tree_sitter::ParseState| {
            left = left.saturating_sub(1);
            if left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let options = ParseOptions::new().progress_callback(&mut count);
        let bytes = text.as_bytes();
        let tree = parser.parse_with_options(&mut |at, _| bytes.get(at..).unwrap_or_default(), None, Some(options));
        parser.reset();
        tree
    })
}

/// Every `${{ … }}` as a name of the same length, which is what it will be a part of: raw it is an error. A carriage
/// return before a line feed is a space to the parser: a shell on Windows reads past it.
fn mask(script: &str) -> String {
    let mut out = String::with_capacity(script.len());
    let mut rest = script;
    while let Some(at) = rest.find("${{") {
        let (before, expression) = rest.split_at(at);
        out.push_str(before);
        let line = expression.find("}}").map_or(expression.len(), |end| end + 2);
        let (expression, after) = expression.split_at(line);
        out.extend(std::iter::repeat_n('x', expression.len()));
        rest = after;
    }
    out.push_str(rest);
    if out.contains('\r') { out.replace("\\\r\n", " \\\n").replace("\r\n", " \n") } else { out }
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

    /// `a && b`, `a || b`; a `&` or `;` within keeps its place.
    fn list(&self, node: Node<'_>, depth: u32) -> Option<Statement> {
        let (mut left, mut operator): (Option<Statement>, &str) = (None, "");
        let mut cursor = node.walk();
        for child in node.children(&mut cursor) {
            match child.kind() {
                "&&" | "||" => operator = child.kind(),
                "&" => {
                    if let Some(left) = &mut left {
                        left.background = true;
                    }
                }
                _ if child.is_named() => {
                    let Some(right) = self.statement(child, depth + 1) else { continue };
                    left = Some(match left.take() {
                        Some(left) => joined(left, operator, right),
                        None => right,
                    });
                }
                _ => {}
            }
        }
        left
    }

    fn branches(&self, node: Node<'_>, depth: u32) -> Kind {
        let mut arms = vec![self.arm(node, depth)];
        let mut otherwise = Vec::new();
        let mut cursor = node.walk();
        for child in node.children(&mut cursor) {
            match child.kind() {
                "elif_clause" => arms.push(self.arm(child, depth)),
                "else_clause" => otherwise = self.statements(child, depth),
                _ => {}
            }
        }
        Kind::If { arms, otherwise }
    }

    /// What stands before `then` and behind it.
    fn arm(&self, node: Node<'_>, depth: u32) -> (Statements, Statements) {
        let (mut condition, mut body, mut behind) = (Vec::new(), Vec::new(), false);
        let mut cursor = node.walk();
        for child in node.children(&mut cursor) {
            match child.kind() {
                "then" => behind = true,
                "elif_clause" | "else_clause" => {}
                _ => self.child(child, depth, if behind { &mut body } else { &mut condition }),
            }
        }
        (condition, body)
    }

    fn turns(&self, node: Node<'_>, depth: u32) -> Kind {
        let (mut condition, mut body) = (Vec::new(), Vec::new());
        let mut cursor = node.walk();
        for child in node.children(&mut cursor) {
            match child.kind() {
                "do_group" => body = self.statements(child, depth),
                _ => self.child(child, depth, &mut condition),
            }
        }
        Kind::Loop { condition, body }
    }

    fn for_each(&self, node: Node<'_>, depth: u32) -> Kind {
        let variable = node.child_by_field_name("variable").map(span).unwrap_or_default();
        let body = node.child_by_field_name("body").map(|body| self.statements(body, depth)).unwrap_or_default();
        let mut cursor = node.walk();
        let values = node.children_by_field_name("value", &mut cursor);
        let values = values.map(|value| self.word_of(span(value), &[value], depth)).collect();
        Kind::For { variable: variable.of(self.script).to_owned(), values, body }
    }

    fn arms(&self, node: Node<'_>, depth: u32) -> Vec<Statements> {
        let mut cursor = node.walk();
        let items = node.named_children(&mut cursor).filter(|item| item.kind() == "case_item");
        items.map(|item| self.statements(item, depth)).collect()
    }

    fn function(&self, node: Node<'_>, depth: u32) -> Option<Kind> {
        let name = span(node.child_by_field_name("name")?).of(self.script).to_owned();
        let body = self.statement(node.child_by_field_name("body")?, depth + 1);
        Some(Kind::Function { name, body: Rc::new(body.into_iter().collect()) })
    }

    /// A statement with redirections. Behind a here-document's `<<EOF` the line may go on with a pipe or `&&`.
    fn redirected(&self, node: Node<'_>, depth: u32) -> Option<Statement> {
        let body = node.child_by_field_name("body").and_then(|body| self.statement(body, depth + 1));
        let nothing = Statement { span: span(node), kind: Kind::Test, redirects: Vec::new(), background: false };
        let mut statement = body.unwrap_or(nothing);
        let mut cursor = node.walk();
        for child in node.children(&mut cursor) {
            match child.kind() {
                "file_redirect" => {
                    statement.redirects.extend(self.redirect(child, depth));
                    if let Kind::Simple { words, .. } = &mut statement.kind {
                        let behind = behind_target(child).into_iter();
                        words.extend(behind.map(|word| self.word_of(span(word), &[word], depth)));
                    }
                }
                "heredoc_redirect" => statement = self.heredoc(child, statement, depth),
                _ => {}
            }
        }
        if node.child_by_field_name("redirect").is_none_or(|redirect| redirect.kind() != "heredoc_redirect") {
            statement.span = span(node);
        }
        Some(statement)
    }

    fn heredoc(&self, node: Node<'_>, mut statement: Statement, depth: u32) -> Statement {
        let mut operator = "";
        let mut cursor = node.walk();
        for child in node.children(&mut cursor) {
            match child.kind() {
                "file_redirect" => statement.redirects.extend(self.redirect(child, depth)),
                "&&" | "||" => operator = child.kind(),
                "pipeline" => {
                    let all = Span::new(statement.span.start, span(child).end);
                    let mut parts = vec![statement];
                    parts.extend(self.statements(child, depth + 1));
                    statement =
                        Statement { span: all, kind: Kind::Pipe(parts), redirects: Vec::new(), background: false };
                }
                // The document itself, also where it is read as commands by mistake.
                "heredoc_body" | "heredoc_start" | "heredoc_end" | "heredoc_content" => {}
                _ if child.is_named() && !operator.is_empty() => {
                    if let Some(right) = self.statement(child, depth + 1) {
                        statement = joined(statement, operator, right);
                    }
                }
                _ => {}
            }
        }
        statement
    }

    fn redirect(&self, node: Node<'_>, depth: u32) -> Option<Redirect> {
        let target = node.child_by_field_name("destination")?;
        let mut cursor = node.walk();
        let writes = node.children(&mut cursor).any(|child| matches!(child.kind(), ">" | ">>" | "&>" | "&>>" | ">|"));
        Some(Redirect { writes, target: self.word_of(span(target), &[target], depth) })
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

/// `echo > file word`: the grammar has the words behind the file as more files.
fn behind_target(redirect: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = redirect.walk();
    redirect.children_by_field_name("destination", &mut cursor).skip(1).collect()
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
