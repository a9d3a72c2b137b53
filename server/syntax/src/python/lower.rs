//! From tree-sitter's tree to ours, one top-level statement at a time. Neighbours: `document` parses and mends,
//! `expression` lowers what stands inside statements.

use std::{
    collections::hash_map::Entry,
    sync::{Arc, OnceLock},
};

use rustc_hash::FxHashMap;
use smallvec::SmallVec;
use tree_sitter::{Node, Tree, TreeCursor};

use super::{Alias, Class, Expr, Function, Module, Name, Stmt, StmtKind, Top};
use crate::{
    Span,
    document::{Difference, Mends, Parsed},
};

mod expression;
mod kinds;

use kinds::{Fields, Kind, kind};

/// Levels of nesting that are read. tree-sitter reads any number of brackets; this recursion and the drop of its result
/// must not. Noxfiles have about ten.
const MAX_DEPTH: u32 = 120;

/// Lowers a parsed text, taking over the statements of `old` that the edit did not touch.
pub(crate) fn lower(parsed: &Parsed, mends: &Mends, old: Option<(&Module, Difference)>) -> Module {
    let reuse = old.map(|(module, edit)| Reuse::new(module, edit)).unwrap_or_default();
    let root = parsed.tree.root_node();
    let mut statements = Vec::with_capacity(root.named_child_count());
    let mut lowering = Lowering::new(&parsed.tree, &parsed.source, mends);
    let mut cursor = root.walk();
    for node in root.named_children(&mut cursor) {
        if matches!(kind(node), Kind::Comment | Kind::Error | Kind::Other) {
            continue;
        }
        let span = lowering.outer_span(node);
        let is_broken = node.has_error() || mends.repair(span);
        let statement = match reuse.find(span) {
            Some(statement) if !is_broken => statement,
            _ => {
                lowering.base = span.start;
                Arc::new(lowering.statement(node))
            }
        };
        statements.push(Top { start: span.start, statement, is_broken });
    }
    Module { statements }
}

/// Lowers a healthy part of a text that begins at `start` of it, behind the statements that `module` has.
pub(crate) fn lower_part(tree: &Tree, part: &str, start: u32, module: &mut Module) {
    let root = tree.root_node();
    let mends = Mends::default();
    let mut lowering = Lowering::new(tree, part, &mends);
    let mut cursor = root.walk();
    for node in root.named_children(&mut cursor) {
        if matches!(kind(node), Kind::Comment | Kind::Other) {
            continue;
        }
        lowering.base = Span::from(node.byte_range()).start;
        let statement = Arc::new(lowering.statement(node));
        module.statements.push(Top { start: start + lowering.base, statement, is_broken: false });
    }
}

/// Statements of the text before an edit, by where they are after it.
#[derive(Default)]
struct Reuse(FxHashMap<Span, Arc<Stmt>>);

impl Reuse {
    fn new(module: &Module, edit: Difference) -> Self {
        let mut by_span = FxHashMap::default();
        for top in module.statements.iter().filter(|top| !top.is_broken) {
            let span = top.statement.span.shifted(top.start);
            let moved = if span.end < edit.old.start {
                span
            } else if span.start > edit.old.end {
                let moved = |at: u32| at - edit.old.end + edit.new.end;
                Span::new(moved(span.start), moved(span.end))
            } else {
                continue;
            };
            if let Entry::Vacant(entry) = by_span.entry(moved) {
                entry.insert(Arc::clone(&top.statement));
            }
        }
        Self(by_span)
    }

    fn find(&self, span: Span) -> Option<Arc<Stmt>> {
        self.0.get(&span).cloned()
    }
}

/// The lowering of one top-level statement after the other.
struct Lowering<'t> {
    source: &'t str,
    mends: &'t Mends,
    base: u32,
    depth: u32,
    fields: &'static Fields,
    /// For the children of any node: a cursor of its own for each would cost an allocation each.
    cursor: TreeCursor<'t>,
}

/// The children of a node; most have no more than these.
type Children<'t> = SmallVec<[Node<'t>; 6]>;

impl<'t> Lowering<'t> {
    fn new(tree: &'t Tree, source: &'t str, mends: &'t Mends) -> Self {
        Self { source, mends, base: 0, depth: 0, fields: Fields::of(tree), cursor: tree.walk() }
    }

    /// Named children without comments.
    fn children(&mut self, node: Node<'t>) -> Children<'t> {
        let mut out = Children::new();
        self.cursor.reset(node);
        let mut is_there = self.cursor.goto_first_child();
        while is_there {
            let child = self.cursor.node();
            if child.is_named() && (!child.is_extra() || child.is_error()) {
                out.push(child);
            }
            is_there = self.cursor.goto_next_sibling();
        }
        out
    }

    /// The children in two fields. A healthy node that has just two children has them in this order: asking by field
    /// walks over all children each time.
    fn both(&mut self, node: Node<'t>, fields: [u16; 2]) -> Option<[Node<'t>; 2]> {
        if !node.has_error()
            && let Ok(both) = <[Node<'t>; 2]>::try_from(&*self.children(node))
        {
            return Some(both);
        }
        let [first, second] = fields;
        Some([node.child_by_field_id(first)?, node.child_by_field_id(second)?])
    }

    /// The span in the document, of the statement that is about to be lowered.
    fn outer_span(&mut self, node: Node<'t>) -> Span {
        self.base = 0;
        self.span(node)
    }

    fn span(&self, node: Node<'t>) -> Span {
        self.between(node.start_byte(), node.end_byte())
    }

    fn between(&self, start: usize, end: usize) -> Span {
        let at = |at: usize| self.mends.to_document(u32::try_from(at).unwrap_or(u32::MAX)).saturating_sub(self.base);
        Span::new(at(start), at(end))
    }

    fn text(&self, node: Node<'t>) -> &'t str {
        self.source.get(node.byte_range()).unwrap_or_default()
    }

    fn name(&self, node: Node<'t>) -> Name {
        Name { text: self.text(node).into(), span: self.span(node) }
    }

    /// Runs `read` one level deeper, unless that is too deep.
    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth >= MAX_DEPTH {
            return None;
        }
        self.depth += 1;
        let out = read(self);
        self.depth -= 1;
        Some(out)
    }

    fn statement(&mut self, node: Node<'t>) -> Stmt {
        let span = self.span(node);
        let kind = self.deeper(|this| this.statement_kind(node)).flatten().unwrap_or(StmtKind::Opaque);
        Stmt { span, kind }
    }

    fn statement_kind(&mut self, node: Node<'t>) -> Option<StmtKind> {
        let fields = self.fields;
        Some(match kind(node) {
            Kind::ExpressionStatement => self.expression_statement(node)?,
            Kind::FunctionDefinition | Kind::DecoratedDefinition | Kind::ClassDefinition => self.definition(node)?,
            Kind::ImportStatement => StmtKind::Import(self.aliases(node)),
            Kind::ImportFromStatement => self.import_from(node)?,
            Kind::IfStatement => self.if_statement(node)?,
            Kind::ForStatement => StmtKind::For {
                target: self.field(node, fields.left)?,
                iter: self.field(node, fields.right)?,
                body: self.block(node.child_by_field_id(fields.body)),
                orelse: self.else_of(node),
            },
            Kind::WhileStatement => StmtKind::While {
                test: self.field(node, fields.condition)?,
                body: [self.block(node.child_by_field_id(fields.body)), self.else_of(node)].concat(),
            },
            Kind::WithStatement => {
                let body = self.block(node.child_by_field_id(fields.body));
                StmtKind::With { items: self.with_items(node), body }
            }
            Kind::TryStatement => self.try_statement(node),
            Kind::ReturnStatement => StmtKind::Return(self.children(node).first().map(|value| self.expression(*value))),
            Kind::RaiseStatement => StmtKind::Raise,
            Kind::GlobalStatement => {
                StmtKind::Global(self.children(node).into_iter().map(|it| self.name(it)).collect())
            }
            Kind::PassStatement | Kind::NonlocalStatement | Kind::AssertStatement => StmtKind::Pass,
            Kind::FutureImportStatement => StmtKind::Pass,
            Kind::BreakStatement => StmtKind::Break,
            Kind::ContinueStatement => StmtKind::Continue,
            Kind::DeleteStatement => {
                StmtKind::Delete(self.children(node).into_iter().map(|it| self.expression(it)).collect())
            }
            _ => return None,
        })
    }

    fn field(&mut self, node: Node<'t>, field: u16) -> Option<Expr> {
        Some(self.expression(node.child_by_field_id(field)?))
    }

    /// The statements of a block; none when there is none. What could not be read is opaque.
    fn block(&mut self, block: Option<Node<'t>>) -> Vec<Stmt> {
        block
            .map(|block| self.children(block).into_iter().map(|node| self.statement(node)).collect())
            .unwrap_or_default()
    }

    fn else_of(&mut self, node: Node<'t>) -> Vec<Stmt> {
        let orelse = node.child_by_field_id(self.fields.alternative);
        self.block(orelse.and_then(|orelse| orelse.child_by_field_id(self.fields.body)))
    }

    fn expression_statement(&mut self, node: Node<'t>) -> Option<StmtKind> {
        let inner = self.children(node);
        let [only] = inner.as_slice() else {
            let items = inner.iter().map(|item| self.expression(*item)).collect();
            return Some(StmtKind::Expr(Expr { span: self.span(node), kind: super::ExprKind::Tuple(items) }));
        };
        match kind(*only) {
            Kind::Assignment => self.assignment(*only),
            Kind::AugmentedAssignment => {
                let op = self.text(only.child_by_field_id(self.fields.operator)?).trim_end_matches('=').into();
                let (target, value) = (self.field(*only, self.fields.left)?, self.field(*only, self.fields.right)?);
                Some(StmtKind::AugAssign { target, op, value })
            }
            _ => Some(StmtKind::Expr(self.expression(*only))),
        }
    }

    fn assignment(&mut self, node: Node<'t>) -> Option<StmtKind> {
        let (mut targets, mut at) = (Vec::new(), node);
        loop {
            targets.push(self.field(at, self.fields.left)?);
            let Some(right) = at.child_by_field_id(self.fields.right) else { return Some(StmtKind::Pass) };
            if kind(right) != Kind::Assignment {
                return Some(StmtKind::Assign { targets, value: self.expression(right) });
            }
            at = right;
        }
    }

    fn definition(&mut self, node: Node<'t>) -> Option<StmtKind> {
        let mut decorators = Vec::new();
        let mut definition = node;
        if kind(node) == Kind::DecoratedDefinition {
            for child in self.children(node) {
                if kind(child) == Kind::Decorator {
                    let value = self.children(child).first().map(|value| self.expression(*value));
                    decorators.extend(value.map(|value| (self.span(child), value)));
                }
            }
            definition = node.child_by_field_id(self.fields.definition)?;
        }
        if kind(definition) != Kind::FunctionDefinition {
            let name = self.name(definition.child_by_field_id(self.fields.name)?);
            return Some(self.class(definition, name, decorators));
        }
        let [name, parameters, body] = self.function(definition);
        let name = self.name(name?);
        let parameters = parameters.map(|node| self.parameters(node)).unwrap_or_default();
        let body = self.block(body);
        Some(StmtKind::Function(Box::new(Function { name, decorators, parameters, body })))
    }

    /// Name, parameters and body of a function; of a healthy one without type hints these are its children.
    fn function(&mut self, node: Node<'t>) -> [Option<Node<'t>>; 3] {
        if !node.has_error()
            && let Ok(all) = <[Node<'t>; 3]>::try_from(&*self.children(node))
        {
            return all.map(Some);
        }
        [self.fields.name, self.fields.parameters, self.fields.body].map(|field| node.child_by_field_id(field))
    }

    fn class(&mut self, node: Node<'t>, name: Name, decorators: Vec<(Span, Expr)>) -> StmtKind {
        let written = node.child_by_field_name("superclasses").map(|node| self.children(node)).unwrap_or_default();
        let bases = written.into_iter().filter(|base| kind(*base) != Kind::KeywordArgument);
        let bases = bases.map(|base| self.expression(base)).collect();
        let mut fields = Vec::new();
        let block = node.child_by_field_id(self.fields.body);
        for statement in block.map(|node| self.children(node)).unwrap_or_default() {
            let inner = self.children(statement).first().copied().filter(|inner| kind(*inner) == Kind::Assignment);
            let Some(inner) = inner.filter(|inner| inner.child_by_field_name("type").is_some()) else { continue };
            let Some(left) = inner.child_by_field_id(self.fields.left) else { continue };
            let default = inner.child_by_field_id(self.fields.right).map(|right| self.expression(right));
            fields.push((self.name(left), default));
        }
        let body = self.block(block);
        StmtKind::Class(Box::new(Class { name, decorators, bases, fields, body }))
    }

    /// Everything that an import names (`name` fields).
    fn aliases(&mut self, node: Node<'t>) -> Vec<Alias> {
        let mut cursor = node.walk();
        let names: Vec<_> = node.children_by_field_id(self.fields.id(self.fields.name), &mut cursor).collect();
        names
            .into_iter()
            .map(|name| {
                let inner = name.child_by_field_id(self.fields.name).unwrap_or(name);
                let alias = name.child_by_field_id(self.fields.alias).map(|alias| self.name(alias));
                Alias { name: self.name(inner), alias }
            })
            .collect()
    }

    fn import_from(&mut self, node: Node<'t>) -> Option<StmtKind> {
        let written = self.text(node.child_by_field_id(self.fields.module_name)?);
        let module = written.trim_start_matches(['.', ' ']);
        let level = u32::try_from(written.len() - module.len()).unwrap_or(0);
        let mut names = self.aliases(node);
        for star in self.children(node).into_iter().filter(|child| kind(*child) == Kind::WildcardImport) {
            names.push(Alias { name: self.name(star), alias: None });
        }
        Some(StmtKind::ImportFrom { module: module.into(), level, names })
    }

    fn if_statement(&mut self, node: Node<'t>) -> Option<StmtKind> {
        let fields = self.fields;
        let mut branches = Vec::new();
        let mut orelse = Vec::new();
        branches.push((self.field(node, fields.condition)?, self.block(node.child_by_field_id(fields.consequence))));
        for child in self.children(node) {
            match kind(child) {
                Kind::ElifClause => {
                    let body = self.block(child.child_by_field_id(fields.consequence));
                    branches.push((self.field(child, fields.condition)?, body));
                }
                Kind::ElseClause => orelse = self.block(child.child_by_field_id(fields.body)),
                _ => {}
            }
        }
        Some(StmtKind::If { branches, orelse })
    }

    fn with_items(&mut self, node: Node<'t>) -> Vec<(Expr, Option<Expr>)> {
        let clause = self.children(node).into_iter().find(|child| kind(*child) == Kind::WithClause);
        let mut out = Vec::new();
        for item in clause.map(|node| self.children(node)).unwrap_or_default() {
            let Some(value) = item.child_by_field_id(self.fields.value) else { continue };
            if kind(value) != Kind::AsPattern {
                out.push((self.expression(value), None));
                continue;
            }
            let alias =
                value.child_by_field_id(self.fields.alias).and_then(|alias| self.children(alias).first().copied());
            let alias = alias.map(|alias| self.expression(alias));
            if let Some(manager) = self.children(value).first() {
                out.push((self.expression(*manager), alias));
            }
        }
        out
    }

    fn try_statement(&mut self, node: Node<'t>) -> StmtKind {
        let body = self.block(node.child_by_field_id(self.fields.body));
        let (mut handlers, mut orelse, mut finally) = (Vec::new(), Vec::new(), Vec::new());
        for child in self.children(node) {
            let block = self.children(child).into_iter().find(|inner| kind(*inner) == Kind::Block);
            match kind(child) {
                Kind::ExceptClause => handlers.push(self.block(block)),
                Kind::ElseClause => orelse = self.block(block),
                Kind::FinallyClause => finally = self.block(block),
                _ => {}
            }
        }
        StmtKind::Try { body, handlers, orelse, finally }
    }
}

/// Named children without comments, of a node that is rarely met.
fn children(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).filter(|child| !child.is_extra() || child.is_error()).collect()
}

/// Read once: the grammar does not change.
fn once<T>(
    cell: &'static OnceLock<T>,
    tree: &Tree,
    read: impl FnOnce(&tree_sitter::LanguageRef<'_>) -> T,
) -> &'static T {
    cell.get_or_init(|| read(&tree.language()))
}
