//! Redirections and here-documents, and what goes on behind them.

use tree_sitter::Node;

use super::{Lowering, joined, span};
use crate::Span;
use crate::shell::{Kind, Redirect, Statement};

impl Lowering<'_> {
    /// A statement with redirections. Behind a here-document's `<<EOF` the line may go on with a pipe or `&&`.
    pub(super) fn redirected(&self, node: Node<'_>, depth: u32) -> Option<Statement> {
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

    pub(super) fn redirect(&self, node: Node<'_>, depth: u32) -> Option<Redirect> {
        let target = node.child_by_field_name("destination")?;
        let mut cursor = node.walk();
        let writes = node.children(&mut cursor).any(|child| matches!(child.kind(), ">" | ">>" | "&>" | "&>>" | ">|"));
        Some(Redirect { writes, target: self.word_of(span(target), &[target], depth) })
    }
}

/// `echo > file word`: the grammar has the words behind the file as more files.
pub(super) fn behind_target(redirect: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = redirect.walk();
    redirect.children_by_field_name("destination", &mut cursor).skip(1).collect()
}
