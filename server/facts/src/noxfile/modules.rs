//! Other Python files of the workspace that a noxfile imports or runs, and may have its sessions from.
//!
//! A module is asked for while the noxfile runs; when one was missing, it is loaded and the noxfile is run again: the
//! machine borrows every tree that it runs. Everything in another file has the place of the statement that leads there.
//! Neighbours: `machine` runs the statements.

use std::sync::Arc;

use syntax::{
    Document, Language, Span,
    python::{Alias, Module as Tree},
};

use super::{
    library::join_path,
    machine::Machine,
    value::{Func, How, Scope, V, Val},
};
use crate::Unknown;

/// Files of one reading, and their bytes together.
const MAX_MODULES: usize = 32;
const MAX_BYTES: usize = 1 << 20;
/// A file without a word of nox is not looked through further, unless it is as small as one that only collects names.
const SMALL: usize = 4 << 10;

/// The files that were loaded so far.
#[derive(Default)]
pub(super) struct Modules {
    loaded: Vec<Module>,
    bytes: usize,
}

/// One file; its path is relative to the noxfile's folder.
struct Module {
    path: String,
    document: Document,
    /// Whether its own imports are followed.
    is_ours: bool,
}

/// What running code belongs to, to be put back.
pub(super) struct Outer<'a> {
    module: usize,
    base: u32,
    site: Option<Span>,
    text: &'a str,
}

/// What is known of the modules in one run. Number 0 is the noxfile itself.
pub(super) struct Imports<'a> {
    modules: &'a Modules,
    /// Variables of each module that is not running at the moment.
    scopes: Vec<Scope<'a>>,
    started: Vec<bool>,
    /// Dotted names, as `import a.b` makes them known.
    named: Vec<(Box<str>, usize)>,
    /// Folders that were put on `sys.path`.
    roots: Vec<String>,
    /// What was asked for and is not loaded yet.
    wanted: Vec<(String, Arc<str>)>,
}

enum Found {
    Module(usize),
    /// It is there, and not loaded yet: its place in `wanted`.
    Later(usize),
    Nowhere,
}

impl Modules {
    /// Whether any of these can be loaded; if not, the run that asked for them stands as it is.
    pub(super) fn has_room(&self, wanted: &[(String, Arc<str>)]) -> bool {
        wanted.iter().any(|(_, text)| self.has_room_for(text))
    }

    fn has_room_for(&self, text: &str) -> bool {
        self.loaded.len() < MAX_MODULES && self.bytes + text.len() <= MAX_BYTES
    }

    /// Loads what a run asked for, as far as there is room.
    pub(super) fn load(&mut self, wanted: Vec<(String, Arc<str>)>) {
        for (path, text) in wanted {
            if self.has_room_for(&text) {
                self.bytes += text.len();
                let is_ours = text.contains("nox") || text.len() <= SMALL;
                let document = Document::new(Language::Python, &*text);
                self.loaded.push(Module { path, document, is_ours });
            }
        }
    }

    /// Where a function of a module stands: file and line, counted from 1.
    pub(super) fn place(&self, func: &Func<'_>) -> Option<(String, u32)> {
        let module = self.loaded.get(func.module.checked_sub(1)?)?;
        Some((module.path.clone(), module.document.lines().line(func.start) + 1))
    }

    fn tree(&self, module: usize) -> Option<(&Tree, &str)> {
        let module = self.loaded.get(module.checked_sub(1)?)?;
        Some((module.document.python(), module.document.text()))
    }

    fn path(&self, module: usize) -> &str {
        module.checked_sub(1).and_then(|at| self.loaded.get(at)).map_or("noxfile.py", |module| &module.path)
    }
}

impl<'a> Imports<'a> {
    pub(super) fn new(modules: &'a Modules) -> Self {
        let n = modules.loaded.len() + 1;
        Self {
            modules,
            scopes: vec![Scope::default(); n],
            started: vec![false; n],
            named: Vec::new(),
            roots: vec![String::new()],
            wanted: Vec::new(),
        }
    }

    /// The variables of every module that is not running.
    pub(super) fn each_scope(&mut self, visit: impl FnMut(&mut Scope<'a>)) {
        self.scopes.iter_mut().for_each(visit);
    }

    pub(super) fn modules(&self) -> &'a Modules {
        self.modules
    }

    pub(super) fn take_wanted(&mut self) -> Vec<(String, Arc<str>)> {
        std::mem::take(&mut self.wanted)
    }

    /// The module that `import` made known by a dotted name.
    pub(super) fn named(&self, dotted: &str) -> Option<usize> {
        self.named.iter().find(|(name, _)| &**name == dotted).map(|(_, module)| *module)
    }
}

impl<'a> Machine<'a> {
    /// Makes `module` the one whose variables are looked up.
    pub(super) fn enter(&mut self, module: usize, base: u32, site: Option<Span>) -> Outer<'a> {
        let outer = Outer { module: self.module, base: self.base, site: self.site, text: self.text };
        self.change_scope(module);
        (self.base, self.site) = (base, site);
        self.text = self.imports.modules.tree(module).map_or(self.home, |(_, text)| text);
        outer
    }

    pub(super) fn leave(&mut self, outer: Outer<'a>) {
        self.change_scope(outer.module);
        (self.base, self.site, self.text) = (outer.base, outer.site, outer.text);
    }

    fn change_scope(&mut self, module: usize) {
        if module != self.module {
            if let Some(place) = self.imports.scopes.get_mut(self.module) {
                *place = std::mem::take(&mut self.globals);
            }
            self.globals = self.imports.scopes.get_mut(module).map(std::mem::take).unwrap_or_default();
            self.module = module;
        }
    }

    /// `__file__` of the running module.
    pub(super) fn own_path(&self) -> &'a str {
        self.imports.modules.path(self.module)
    }

    /// `sys.path.insert(0, folder)`, `sys.path.append(folder)`.
    pub(super) fn add_root(&mut self, folder: Option<&Val<'a>>) {
        if let Some((folder, How::Exact | How::Rooted)) = folder.and_then(Val::text)
            && self.imports.roots.len() < 8
        {
            let folder = if &*folder == "." { String::new() } else { folder.to_string() };
            if !self.imports.roots.contains(&folder) {
                self.imports.roots.push(folder);
            }
        }
    }

    pub(super) fn import(&mut self, names: &'a [Alias]) {
        for import in names {
            let span = self.at(import.name.span);
            let dotted = &*import.name.text;
            let root = dotted.split('.').next().unwrap_or_default();
            let found = self.module_named(dotted, span);
            if let (Some(module), true) = (found, dotted.contains('.')) {
                self.imports.named.push((dotted.into(), module));
            }
            let (bound, value) = match &import.alias {
                Some(alias) => (&*alias.text, found.map_or(V::Api(dotted.into()), V::Module)),
                None if root.len() == dotted.len() => (root, found.map_or(V::Api(root.into()), V::Module)),
                None => (root, self.module_named(root, span).map_or(V::Api(root.into()), V::Module)),
            };
            self.set(bound, Val::new(value, span));
        }
    }

    pub(super) fn import_from(&mut self, module: &'a str, level: u32, names: &'a [Alias], span: Span) {
        let span = self.at(span);
        if level > 0 && self.module == 0 {
            self.note(Arc::new(Unknown { span, reason: "imports from a package of its own".to_owned() }));
        }
        let dotted = if level == 0 { module.to_owned() } else { self.absolute(module, level) };
        let found = self.module_named(&dotted, span);
        for import in names {
            if import.name.is("*") {
                match found {
                    Some(module) => self.take_all(module),
                    None => {
                        let reason = format!("imports everything from `{module}`");
                        self.note(Arc::new(Unknown { span, reason }));
                    }
                }
                continue;
            }
            let bound = import.alias.as_ref().unwrap_or(&import.name);
            let place = self.at(bound.span);
            let name = &*import.name.text;
            let own = found.and_then(|module| self.module_variable(module, name));
            let value = own.unwrap_or_else(|| {
                let inner = format!("{dotted}.{name}");
                match (self.module_named(&inner, span), found) {
                    (Some(module), _) => Val::new(V::Module(module), place),
                    (None, Some(_)) => Val::unread(place, format!("is not found in `{dotted}`")),
                    (None, None) => Val::new(V::Api(inner.into()), place),
                }
            });
            self.set(&bound.text, value);
        }
    }

    /// A variable of a module, or a module of a package.
    pub(super) fn module_attribute(&mut self, module: usize, name: &str, span: Span) -> Val<'a> {
        if let Some(value) = self.module_variable(module, name) {
            return value;
        }
        let path = self.imports.modules.path(module);
        if let Some(folder) = path.strip_suffix("__init__.py") {
            let inner = format!("{folder}{name}");
            if let Some(module) = self.module_at(&inner, span) {
                return Val::new(V::Module(module), span);
            }
        }
        Val::unread(span, format!("`{name}` is not found in `{path}`"))
    }

    /// `runpy.run_path`, `importlib.import_module`.
    pub(super) fn run_elsewhere(&mut self, api: &str, what: Option<&Val<'a>>, span: Span) -> Option<Val<'a>> {
        let module = match (api, what?.text()?) {
            ("runpy.run_path", (path, How::Exact | How::Rooted)) => {
                let found = self.look(&path);
                self.run_found(found, span)?
            }
            (_, (name, How::Exact)) => self.module_named(&name, span)?,
            _ => return None,
        };
        if api == "importlib.import_module" {
            return Some(Val::new(V::Module(module), span));
        }
        let scope = self.imports.scopes.get(module)?;
        let mut names: Vec<&'a str> = scope.keys().copied().collect();
        names.sort_unstable();
        let entries = names.into_iter().filter_map(|name| Some((Val::str(name, span), scope.get(name)?.clone())));
        Some(Val::new(V::Dict(Arc::new(entries.collect())), span))
    }

    fn module_variable(&self, module: usize, name: &str) -> Option<Val<'a>> {
        let scope = if module == self.module { &self.globals } else { self.imports.scopes.get(module)? };
        scope.get(name).cloned()
    }

    fn take_all(&mut self, module: usize) {
        let Some(scope) = self.imports.scopes.get(module).filter(|_| module != self.module) else { return };
        let listed = scope.get("__all__").and_then(Val::items);
        let listed: Option<Vec<Arc<str>>> = listed.map(|all| all.iter().filter_map(|it| it.exact().cloned()).collect());
        let is_public = |name: &str| match &listed {
            Some(listed) => listed.iter().any(|other| &**other == name),
            None => !name.starts_with('_'),
        };
        let mut taken: Vec<_> = scope.iter().filter(|(name, _)| is_public(name)).collect();
        taken.sort_unstable_by_key(|(name, _)| **name);
        let taken: Vec<(&'a str, Val<'a>)> = taken.into_iter().map(|(name, value)| (*name, value.clone())).collect();
        for (name, value) in taken {
            self.set(name, value);
        }
    }

    /// `from ..a import b` in a package: what it means from the noxfile's folder.
    fn absolute(&self, module: &str, level: u32) -> String {
        let mut parts: Vec<&str> = self.own_path().split('/').collect();
        for _ in 0..level {
            parts.pop();
        }
        parts.extend(module.split('.').filter(|part| !part.is_empty()));
        parts.join(".")
    }

    fn module_named(&mut self, dotted: &str, span: Span) -> Option<usize> {
        if self.body.is_some() || dotted.is_empty() || is_known(dotted) {
            return None;
        }
        self.module_at(&dotted.replace('.', "/"), span)
    }

    fn module_at(&mut self, path: &str, span: Span) -> Option<usize> {
        let is_ours = self.module.checked_sub(1).and_then(|at| self.imports.modules.loaded.get(at));
        if is_ours.is_some_and(|module| !module.is_ours) {
            return None;
        }
        for root in self.imports.roots.clone() {
            let root = if root.is_empty() { "." } else { &root };
            for end in [".py", "/__init__.py"] {
                match self.look(&join_path(root, &format!("{path}{end}"))) {
                    Found::Nowhere => {}
                    found => return self.run_found(found, span),
                }
            }
        }
        None
    }

    fn look(&mut self, path: &str) -> Found {
        let path = path.strip_prefix("./").unwrap_or(path);
        if let Some(at) = self.imports.modules.loaded.iter().position(|module| module.path == path) {
            return Found::Module(at + 1);
        }
        let text = self.surroundings.read(path);
        self.trace.reads(path, text.as_ref());
        let Some(text) = text.filter(|_| path != "noxfile.py") else { return Found::Nowhere };
        if !self.registry.reads.iter().any(|read| read == path) {
            self.registry.reads.push(path.to_owned());
        }
        self.trace.give_up();
        let wanted = &mut self.imports.wanted;
        let at = wanted.iter().position(|(wanted, _)| wanted == path);
        Found::Later(at.unwrap_or_else(|| {
            wanted.push((path.to_owned(), text));
            wanted.len() - 1
        }))
    }

    /// Runs a module that was not run before. One that is still to be loaded may define anything.
    fn run_found(&mut self, found: Found, span: Span) -> Option<usize> {
        let module = match found {
            Found::Module(module) => module,
            Found::Later(at) => {
                let (path, text) = self.imports.wanted.get(at)?;
                if text.contains("nox") && text.contains("session") {
                    let reason = format!("leads to `{path}`, which may define sessions");
                    self.note(Arc::new(Unknown { span, reason }));
                }
                return None;
            }
            Found::Nowhere => return None,
        };
        let (tree, _) = self.imports.modules.tree(module)?;
        if std::mem::replace(self.imports.started.get_mut(module)?, true) {
            return Some(module);
        }
        // What another file says is not followed by the memory of this one.
        self.trace.give_up();
        let frames = std::mem::take(&mut self.frames);
        let outer = self.enter(module, 0, Some(self.site.unwrap_or(span)));
        self.deeper(|this| {
            for top in &tree.statements {
                this.base = top.start;
                if top.is_broken {
                    this.note(Arc::new(Unknown { span, reason: "leads to a file that is not complete".to_owned() }));
                }
                this.statement(&top.statement);
            }
        });
        self.leave(outer);
        self.frames = frames;
        Some(module)
    }
}

/// Modules of Python and of nox that nobody has beside the noxfile: not worth a look at the disk.
fn is_known(dotted: &str) -> bool {
    let root = dotted.split('.').next().unwrap_or_default();
    matches!(root, "nox" | "os" | "sys" | "pathlib" | "shutil" | "re" | "json" | "typing" | "functools" | "itertools")
        || matches!(root, "subprocess" | "contextlib" | "tempfile" | "glob" | "argparse" | "platform" | "textwrap")
        || matches!(
            root,
            "collections" | "dataclasses" | "enum" | "tomllib" | "tomli" | "importlib" | "urllib" | "time"
        )
        || matches!(root, "__future__" | "typing_extensions" | "packaging" | "warnings" | "hashlib" | "datetime")
}
