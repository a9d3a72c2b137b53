//! The list of lints. A new one is a file in `lints/` and a line here; the file's head is its documentation: `manual`
//! makes its page from it and runs it as a test.

use std::sync::Arc;

use facts::Forge;
use facts::shell::NoxCall;
use facts::workflow::{Job, Runs, Step};
use model::links::Link;
use model::{FileId, NoxfileId, NoxfileModel, WorkflowId, WorkflowModel};
use syntax::Span;

use crate::ignore;
use crate::lint::{Finding, Fix, Level, Related};
use crate::snapshot::{FileState, Snapshot};
use crate::{subject, words};

/// A lint as plain data.
pub(crate) struct Lint {
    /// Kebab-case id: names the bad thing, reads well after "allow".
    pub(crate) id: &'static str,
    /// How loud it is unless somebody sets it.
    pub(crate) level: Level,
    /// Looks at one file.
    pub(crate) check: fn(&LintCx<'_>, &mut Findings),
}

macro_rules! lints {
    ($($about:literal: $($name:ident),* ;)*) => {
        $($(mod $name;)*)*

        /// Every lint, in the order of its documentation.
        pub(crate) const LINTS: &[Lint] = &[$($($name::LINT),*),*];

        /// What the lints are about, with the names of the files of each part, for the index.
        #[cfg(test)]
        pub(crate) const PARTS: &[(&str, &[&str])] = &[$(($about, &[$(stringify!($name)),*])),*];

        /// The file of each lint: its head is its documentation.
        pub(crate) const SOURCES: &[(&str, &str)] =
            &[$($((stringify!($name), include_str!(concat!("lints/", stringify!($name), ".rs")))),*),*];
    };
}

lints![
    "Calls of nox":
        unknown_session,
        unknown_tag,
        unknown_interpreter,
        empty_selection,
        refused_argument,
        refused_nox,
        overridden_selection,
        ignored_selection,
        constant_keyword,
        unread_variable,
        idle_parallel,
        session_twice_at_once,
        unseen_failure,
        sequential_sessions,
        repeated_requirement,
        repeated_in_matrix;
    "Noxfiles":
        bad_option,
        text_for_list,
        unknown_default,
        unknown_requirement,
        requirement_by_object,
        requirement_cycle,
        unfilled_python,
        python_given_twice,
        dropped_pythons,
        repeated_session,
        shared_environment_folder,
        shared_coverage_data,
        undeclared_requirement,
        notify_in_parallel,
        unstated_nox_version;
    "Workflows":
        unknown_need,
        needs_cycle,
        unlisted_need,
        needless_needs,
        skipped_gate,
        never_runs,
        always_true,
        empty_matrix,
        oversized_matrix,
        unknown_matrix_key,
        unmade_artifact,
        early_download,
        repeated_artifact_name,
        hidden_files_left_out,
        refused_artifact_action,
        unsupported_parallel_steps,
        unsupported_merge_key,
        ignored_job_key,
        repeated_key;
    "Any file":
        unreadable,
        needless_ignore;
];

/// What a lint looks at.
pub(crate) struct LintCx<'a> {
    /// All files.
    pub(crate) snapshot: &'a Snapshot,
    /// The file in question.
    pub(crate) file: &'a Arc<FileState>,
}

impl<'a> LintCx<'a> {
    /// The file as a noxfile.
    pub(crate) fn noxfile(&self) -> Option<(NoxfileId, &'a NoxfileModel)> {
        let id = self.snapshot.workspace.noxfile_of(self.file.id)?;
        Some((id, self.snapshot.workspace.noxfiles.get(id.0)?))
    }

    /// The nox calls of the file, a workflow or a composite action, with their jobs.
    pub(crate) fn calls(&self) -> Vec<(&'a Job, &'a Link)> {
        let action = self.snapshot.workspace.action_of(self.file.id);
        let (facts, links) = match (self.workflow(), action) {
            (Some((_, workflow)), _) => (&workflow.facts, &workflow.links),
            (None, Some(action)) => (&action.facts, &action.links),
            (None, None) => return Vec::new(),
        };
        links.iter().filter_map(|link| Some((facts.jobs.get(link.site.job)?, link))).collect()
    }

    /// The same calls, each with all that belongs to it.
    pub(crate) fn nox_calls(&self) -> impl Iterator<Item = NoxUse<'a>> {
        let snapshot = self.snapshot;
        self.calls().into_iter().filter_map(move |(job, link)| {
            let noxfile = link.noxfile.and_then(|id| snapshot.workspace.noxfiles.get(id.0)).map(|noxfile| &**noxfile);
            let step = subject::step(job, link.site)?;
            Some(NoxUse { job, step, link, call: step.nox_calls().get(link.site.call)?, noxfile })
        })
    }

    /// The file as a workflow.
    pub(crate) fn workflow(&self) -> Option<(WorkflowId, &'a WorkflowModel)> {
        let id = self.snapshot.workspace.workflow_of(self.file.id)?;
        Some((id, self.snapshot.workspace.workflows.get(id.0)?))
    }
}

/// A nox call in a workflow or an action.
pub(crate) struct NoxUse<'a> {
    /// Its job.
    pub(crate) job: &'a Job,
    /// Its step.
    pub(crate) step: &'a Step,
    /// What it runs.
    pub(crate) link: &'a Link,
    /// As it is written.
    pub(crate) call: &'a NoxCall,
    /// Whose sessions it runs.
    pub(crate) noxfile: Option<&'a NoxfileModel>,
}

impl<'a> NoxUse<'a> {
    /// The noxfile, if all of it and all of the call is known.
    pub(crate) fn whole_noxfile(&self) -> Option<&'a NoxfileModel> {
        let noxfile = self.noxfile.filter(|_| !self.link.is_partial && self.step.runs != Runs::Never)?;
        let is_whole =
            noxfile.facts.unknown.is_empty() && noxfile.facts.sessions.iter().all(|session| session.complete);
        is_whole.then_some(noxfile)
    }

    /// `message`, with the way to the call if it stands in another file.
    pub(crate) fn told(&self, message: String) -> String {
        match self.call.through.as_deref() {
            Some(through) => format!("{message} ({})", words::through(&[through])),
            None => message,
        }
    }
}

/// Where lints put what they find.
pub(crate) struct Findings {
    lint: &'static str,
    level: Level,
    found: Vec<Finding>,
}

impl Findings {
    /// Reports `message` at `span`.
    pub(crate) fn push(&mut self, span: Span, message: String) -> &mut Finding {
        let at = self.found.len();
        self.found.push(Finding {
            lint: self.lint,
            level: self.level,
            span,
            message,
            related: Vec::new(),
            fixes: Vec::new(),
            rewrite: None,
            is_told_by_github: false,
        });
        &mut self.found[at]
    }
}

impl Finding {
    /// Adds another place.
    pub(crate) fn related(&mut self, file: FileId, span: Span, message: impl Into<String>) -> &mut Self {
        self.related.push(Related { file, span, message: message.into() });
        self
    }

    /// Marks it as one that GitHub's own language server tells of GitHub's workflows.
    pub(crate) fn told_by_github(&mut self, forge: Forge) -> &mut Self {
        self.is_told_by_github = forge == Forge::GitHub;
        self
    }

    /// Adds a way to mend it.
    pub(crate) fn fix(&mut self, fix: Fix) -> &mut Self {
        self.fixes.push(fix);
        self
    }
}

/// Runs every lint on `file`; findings by place, without those that a comment silences.
pub(crate) fn check(snapshot: &Snapshot, file: FileId) -> Vec<Finding> {
    let Some(file) = snapshot.file(file) else { return Vec::new() };
    let cx = LintCx { snapshot, file };
    let mut findings = Findings { lint: "", level: Level::Hint, found: Vec::new() };
    for lint in LINTS {
        (findings.lint, findings.level) = (lint.id, lint.level);
        (lint.check)(&cx, &mut findings);
    }
    let mut found = findings.found;
    let comments = ignore::read(file.document.text());
    found.retain(|finding| !comments.iter().any(|comment| needless_ignore::is_silenced(comment, finding)));
    found.sort_by_key(|finding| (finding.span, finding.lint));
    found
}
