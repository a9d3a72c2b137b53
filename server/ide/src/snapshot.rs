//! One immutable view of all files: what every question is answered from.

use std::sync::Arc;

use facts::noxfile::{self, Memory, NoxfileFacts, Surroundings};
use facts::project::ProjectFacts;
use facts::workflow::WorkflowFacts;
use facts::{FileKind, Forge};
use model::{FileId, Input, InputFile, Settings, Timings, Workspace};
use syntax::{Document, Language};

/// One file: its text, tree and facts, made together and never changed.
#[derive(Clone, Debug)]
pub struct FileState {
    /// Its number, the same for all its versions.
    pub id: FileId,
    /// Path relative to the workspace's root, `/` between folders.
    pub path: String,
    /// The editor's version; `None` for text from disk.
    pub version: Option<i32>,
    /// What it is.
    pub kind: FileKind,
    /// Its text, parsed. Of a settings file: the text alone.
    pub document: Document,
    /// What it says.
    pub facts: FileFacts,
    /// What makes reading it after an edit cheap; of noxfiles that an editor has open.
    memory: Option<Arc<Memory>>,
}

/// What a file says, by kind.
#[derive(Clone, Debug)]
pub enum FileFacts {
    /// A noxfile.
    Noxfile(Arc<NoxfileFacts>),
    /// A workflow.
    Workflow(Arc<WorkflowFacts>),
    /// Settings of a project.
    Project(Arc<ProjectFacts>),
    /// A composite action, as a workflow of one job.
    Action(Arc<WorkflowFacts>),
}

/// A place in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FilePos {
    /// The file.
    pub file: FileId,
    /// Byte offset in its text.
    pub offset: u32,
}

/// All files at one moment and what they mean together.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// Files, sorted by path.
    pub files: Vec<Arc<FileState>>,
    /// What they mean together.
    pub workspace: Arc<Workspace>,
}

impl FileState {
    /// Reads a file's text. `surroundings` gives files beside it: to a noxfile by paths from its folder, to a workflow by
    /// paths from the repository's. `forge` overrides the folder's.
    pub fn new(
        id: FileId,
        path: &str,
        kind: FileKind,
        text: impl Into<Arc<str>>,
        surroundings: &dyn Surroundings,
        forge: Option<Forge>,
    ) -> Self {
        let language = match kind {
            FileKind::Noxfile => Language::Python,
            FileKind::Workflow(_) | FileKind::Action => Language::Yaml,
            FileKind::Project => Language::Plain, // read by `facts::project`
        };
        let text = text.into();
        let document = Document::resting(language, Arc::clone(&text));
        let (facts, _) = read_facts(path, kind, (&document, None), &text, surroundings, forge);
        Self { id, path: path.to_owned(), version: None, kind, document, facts, memory: None }
    }

    /// The file after an edit: reparsed where it changed, facts read anew.
    #[must_use]
    pub fn edited(
        &self,
        version: i32,
        changes: &[syntax::Change],
        surroundings: &dyn Surroundings,
        forge: Option<Forge>,
    ) -> Self {
        let document = self.document.edited(changes);
        let before = self.memory.as_deref().map(|memory| (&self.document, memory));
        let (facts, memory) =
            read_facts(&self.path, self.kind, (&document, before), document.text(), surroundings, forge);
        let (id, path, kind) = (self.id, self.path.clone(), self.kind);
        Self { id, path, version: Some(version), kind, document, facts, memory }
    }

    /// The same with what makes the next edit cheap: for the file that is likely to be edited.
    #[must_use]
    pub fn awake(&self, surroundings: &dyn Surroundings) -> Self {
        let document = Document::new(self.document.language(), self.document.shared_text());
        let is_noxfile = self.kind == FileKind::Noxfile;
        let memory = is_noxfile.then(|| Arc::new(noxfile::read_fresh(&document, surroundings).1));
        Self { document, memory, ..self.clone() }
    }

    /// The same without what makes the next edit cheap: for files that nobody edits just now.
    #[must_use]
    pub fn at_rest(self) -> Self {
        Self { document: self.document.at_rest(), memory: None, ..self }
    }

    /// The noxfile it is.
    pub fn noxfile(&self) -> Option<&Arc<NoxfileFacts>> {
        match &self.facts {
            FileFacts::Noxfile(facts) => Some(facts),
            _ => None,
        }
    }

    /// The workflow it is.
    pub fn workflow(&self) -> Option<&Arc<WorkflowFacts>> {
        match &self.facts {
            FileFacts::Workflow(facts) => Some(facts),
            _ => None,
        }
    }
}

impl Snapshot {
    /// Puts files together. `previous` lends what it derived from files that did not change.
    pub fn new(
        mut files: Vec<Arc<FileState>>,
        timings: Arc<Timings>,
        settings: Settings,
        previous: Option<&Snapshot>,
    ) -> Self {
        files.sort_by(|a, b| a.path.cmp(&b.path));
        let input =
            |file: &Arc<FileState>| InputFile { id: file.id, path: file.path.clone(), facts: file.facts.input() };
        let inputs = files.iter().map(input);
        let input = Input { files: inputs.collect(), timings, settings };
        let workspace = Arc::new(Workspace::build(&input, previous.map(|snapshot| &*snapshot.workspace)));
        Self { files, workspace }
    }

    /// The file with this number.
    pub fn file(&self, id: FileId) -> Option<&Arc<FileState>> {
        self.files.iter().find(|file| file.id == id)
    }

    /// The file at `path`.
    pub fn file_at(&self, path: &str) -> Option<&Arc<FileState>> {
        self.files.binary_search_by(|file| file.path.as_str().cmp(path)).ok().and_then(|at| self.files.get(at))
    }
}

impl FileFacts {
    /// Files beside it that it says something of: a change of one changes these facts.
    pub fn reads(&self) -> impl Iterator<Item = &str> {
        let (noxfile, workflow) = match self {
            Self::Noxfile(facts) => (facts.reads.as_slice(), &[][..]),
            Self::Workflow(facts) | Self::Action(facts) => (&[][..], facts.reads.as_slice()),
            Self::Project(_) => (&[][..], &[][..]),
        };
        noxfile.iter().map(String::as_str).chain(workflow.iter().map(|(path, _)| path.as_str()))
    }

    /// Folders beside it that it lists: what appears or goes there changes these facts.
    pub fn lists(&self) -> impl Iterator<Item = &str> {
        let noxfile = match self {
            Self::Noxfile(facts) => facts.lists.as_slice(),
            Self::Workflow(_) | Self::Action(_) | Self::Project(_) => &[],
        };
        noxfile.iter().map(String::as_str)
    }

    /// As the model takes it.
    pub(crate) fn input(&self) -> model::InputFacts {
        match self {
            Self::Noxfile(facts) => model::InputFacts::Noxfile(Arc::clone(facts)),
            Self::Workflow(facts) => model::InputFacts::Workflow(Arc::clone(facts)),
            Self::Project(facts) => model::InputFacts::Project(Arc::clone(facts)),
            Self::Action(facts) => model::InputFacts::Action(Arc::clone(facts)),
        }
    }
}

/// What a text says. `document` comes with the text before an edit and what was kept of reading that.
fn read_facts(
    path: &str,
    kind: FileKind,
    (document, before): (&Document, Option<(&Document, &Memory)>),
    text: &str,
    surroundings: &dyn Surroundings,
    forge: Option<Forge>,
) -> (FileFacts, Option<Arc<Memory>>) {
    let facts = match kind {
        FileKind::Noxfile => {
            let (facts, memory) = match before {
                Some(before) => noxfile::read_again(document, surroundings, before),
                None => noxfile::read_fresh(document, surroundings),
            };
            return (FileFacts::Noxfile(Arc::new(facts)), Some(Arc::new(memory)));
        }
        FileKind::Workflow(by_folder) => {
            let forge = forge.unwrap_or(by_folder);
            FileFacts::Workflow(Arc::new(facts::workflow::read_in(document, forge, surroundings)))
        }
        FileKind::Project => {
            let name = path.rsplit('/').next().unwrap_or(path);
            FileFacts::Project(Arc::new(facts::project::read(name, text)))
        }
        FileKind::Action => {
            let forge = forge.unwrap_or(Forge::GitHub);
            FileFacts::Action(Arc::new(facts::workflow::read_action(document, forge, surroundings)))
        }
    };
    (facts, None)
}
