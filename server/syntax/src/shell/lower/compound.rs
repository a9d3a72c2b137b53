//! Statements that hold statements: `&&`, `if`, loops, `case`, functions.

use std::rc::Rc;

use tree_sitter::Node;

use super::{Lowering, joined, span};
use crate::shell::{Kind, Statement, Statements};

impl Lowering<'_> {
    /// `a && b`, `a || b`; a `&` or `;` within keeps its place.
    pub(super) fn list(&self, node: Node<'_>, depth: u32) -> Option<Statement> {
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

    pub(super) fn branches(&self, node: Node<'_>, depth: u32) -> Kind {
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

    pub(super) fn turns(&self, node: Node<'_>, depth: u32) -> Kind {
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

    pub(super) fn for_each(&self, node: Node<'_>, depth: u32) -> Kind {
        let variable = node.child_by_field_name("variable").map(span).unwrap_or_default();
        let body = node.child_by_field_name("body").map(|body| self.statements(body, depth)).unwrap_or_default();
        let mut cursor = node.walk();
        let values = node.children_by_field_name("value", &mut cursor);
        let values = values.map(|value| self.word_of(span(value), &[value], depth)).collect();
        Kind::For { variable: variable.of(self.script).to_owned(), values, body }
    }

    pub(super) fn arms(&self, node: Node<'_>, depth: u32) -> Vec<Statements> {
        let mut cursor = node.walk();
        let items = node.named_children(&mut cursor).filter(|item| item.kind() == "case_item");
        items.map(|item| self.statements(item, depth)).collect()
    }

    pub(super) fn function(&self, node: Node<'_>, depth: u32) -> Option<Kind> {
        let name = span(node.child_by_field_name("name")?).of(self.script).to_owned();
        let body = self.statement(node.child_by_field_name("body")?, depth + 1);
        Some(Kind::Function { name, body: Rc::new(body.into_iter().collect()) })
    }
}
