//! nox's own word on noxfiles: asked by a command, or by a thread of its own where the setting `confirmWithNox` says so.
//! The answer is a message to the state; it holds as long as the texts stay what they were. Neighbour: `launch::list`.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use anyhow::bail;
use facts::noxfile::NoxfileFacts;
use ide::FileState;
use rustc_hash::FxHashMap;
use tokio::runtime::Handle;

use super::ext::ConfirmResult;
use super::root::Root;
use super::state::Message;
use super::uri;
use crate::config::Config;
use crate::disk::{Beside, Confirmation, Shelf, Texts};
use crate::launch::{self, Nox};

/// How long nox may take. Its slowest noxfile of a hundred real ones takes 1 s; fetching nox first may take longer.
const LIMIT: Duration = Duration::from_secs(60);

/// What nox is to be asked.
#[derive(Clone, Debug)]
pub(super) struct Question {
    workspace: PathBuf,
    noxfile: PathBuf,
    /// As the editor shows it.
    document: Arc<str>,
    facts: Arc<NoxfileFacts>,
    nox_command: Option<Vec<String>>,
}

/// What nox said, and of which texts.
pub(super) struct Answer {
    /// The noxfile.
    pub(super) noxfile: PathBuf,
    /// What it said.
    pub(super) confirmation: Confirmation,
}

impl Question {
    /// `None`: the file is no noxfile.
    pub(super) fn new(workspace: &Path, file: &FileState, config: &Config) -> Option<Self> {
        Some(Self {
            workspace: workspace.to_path_buf(),
            noxfile: workspace.join(&file.path),
            document: file.document.shared_text(),
            facts: Arc::clone(file.noxfile()?),
            nox_command: config.nox_command.clone(),
        })
    }

    /// Asks. Dropping the future ends nox.
    ///
    /// # Errors
    ///
    /// When there is no answer. The message is for people.
    pub(super) async fn ask(self) -> anyhow::Result<Answer> {
        let this = self.clone();
        let (texts, nox) = tokio::task::spawn_blocking(move || {
            let Some(texts) = this.texts() else {
                bail!("`noxfile.py` has changes that are not saved, and nox reads the disk; save it first");
            };
            Ok((texts, Nox::find(&this.workspace, this.nox_command.as_deref())?))
        })
        .await??;
        self.ask_of(&nox, texts).await
    }

    async fn ask_of(self, nox: &Nox, texts: Texts) -> anyhow::Result<Answer> {
        let listed = launch::list(nox, self.noxfile.parent().unwrap_or(&self.noxfile), LIMIT).await?;
        Ok(Answer { noxfile: self.noxfile, confirmation: Confirmation { texts, listed: Arc::new(listed) } })
    }

    /// What nox will see. `None`: not what the editor shows.
    fn texts(&self) -> Option<Texts> {
        // A shelf of its own: what editors have open does not count.
        let beside = Beside { shelf: &Shelf::default(), root: &self.workspace, folder: self.noxfile.parent()? };
        beside.texts(&self.facts).filter(|texts| texts.noxfile() == &*self.document)
    }
}

impl Answer {
    /// In the words of the command's result.
    pub(super) fn result(&self) -> ConfirmResult {
        ConfirmResult { uri: uri::of(&self.noxfile), sessions: self.confirmation.listed.len() }
    }
}

/// Asks in the background, one noxfile after the other, each text once.
pub(super) struct Confirmer {
    questions: Sender<Question>,
    is_trusted: bool,
}

impl Confirmer {
    /// Starts the thread; what nox says goes to `state`.
    pub(super) fn start(runtime: Handle, state: Sender<Message>) -> std::io::Result<Self> {
        let (questions, asked) = channel();
        std::thread::Builder::new().name("confirmer".to_owned()).spawn(move || run(&asked, &runtime, &state))?;
        Ok(Self { questions, is_trusted: true })
    }

    /// Whether code of the workspace may be run.
    pub(super) fn set_trusted(&mut self, is_trusted: bool) {
        self.is_trusted = is_trusted;
    }

    /// Asks about the noxfiles that nox has not confirmed, where the user wants that and trusts the workspace.
    pub(super) fn look_at(&self, root: &Root) {
        if !self.is_trusted || root.config.confirm_with_nox != Some(true) {
            return;
        }
        let states = root.files.values().map(|entry| &entry.state);
        for state in states.filter(|state| state.noxfile().is_some_and(|facts| !facts.is_confirmed)) {
            if let Some(question) = Question::new(&root.folder, state, &root.config) {
                drop(self.questions.send(question)); // no thread any more: the server is ending
            }
        }
    }
}

fn run(questions: &Receiver<Question>, runtime: &Handle, state: &Sender<Message>) {
    let mut asked: FxHashMap<PathBuf, Texts> = FxHashMap::default();
    while let Ok(question) = questions.recv() {
        let Some(texts) = question.texts() else { continue };
        if asked.get(&question.noxfile) == Some(&texts) {
            continue;
        }
        let noxfile = question.noxfile.clone();
        asked.insert(noxfile.clone(), texts.clone());
        let answer = Nox::find(&question.workspace, question.nox_command.as_deref())
            .and_then(|nox| runtime.block_on(question.ask_of(&nox, texts)));
        match answer {
            Ok(answer) => drop(state.send(Message::Confirmed(answer))), // no state any more: the server is ending
            Err(error) => tracing::warn!("{} is not confirmed: {error:#}", noxfile.display()),
        }
    }
}
