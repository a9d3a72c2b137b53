//! Rename of a session over noxfile and workflows, and of a job within its workflow. It is refused where a name is not
//! written out, for then nobody can say that nothing was missed.

use facts::noxfile::Session;
use model::NoxfileModel;
use syntax::{Span, TextEdit};

use crate::assist::FileEdit;
use crate::references::{Mention, mentions};
use crate::snapshot::{FilePos, Snapshot};
use crate::subject::{self, Subject};

/// What may be renamed at `pos`: the name's place there and the name. `None`: nothing of ours.
///
/// # Errors
///
/// Why it cannot be renamed, as a sentence.
pub fn renameable(snapshot: &Snapshot, pos: FilePos) -> Result<Option<(Span, String)>, String> {
    let Some(rename) = Rename::at(snapshot, pos) else { return Ok(None) };
    let places = rename.places()?;
    let here = places.iter().find(|(mention, span)| mention.file == pos.file && span.touches(pos.offset));
    Ok(here.map(|(_, span)| (*span, rename.name.clone())))
}

/// The edits that give what stands at `pos` the name `new`.
///
/// # Errors
///
/// Why not, as a sentence.
pub fn rename(snapshot: &Snapshot, pos: FilePos, new: &str) -> Result<Vec<FileEdit>, String> {
    let rename = Rename::at(snapshot, pos).ok_or("there is no session and no job here")?;
    rename.may_be(new)?;
    let mut out: Vec<FileEdit> = Vec::new();
    for (mention, span) in rename.places()? {
        let edit = TextEdit { span, insert: new.to_owned() };
        match out.last_mut().filter(|last| last.file == mention.file) {
            Some(last) => last.edits.push(edit),
            None => out.push(FileEdit::new(mention.file, vec![edit])),
        }
    }
    Ok(out)
}

struct Rename<'a> {
    snapshot: &'a Snapshot,
    subject: Subject,
    name: String,
}

impl<'a> Rename<'a> {
    fn at(snapshot: &'a Snapshot, pos: FilePos) -> Option<Self> {
        let subject = subject::at(snapshot, pos)?.subject;
        let workspace = &snapshot.workspace;
        let name = match subject {
            Subject::Session(noxfile, session, _) => {
                workspace.noxfiles.get(noxfile.0)?.facts.sessions.get(session.0)?.name.clone()
            }
            Subject::Job(workflow, job) | Subject::Need(workflow, _, job) => {
                workspace.workflows.get(workflow.0)?.facts.jobs.get(job)?.id.clone()
            }
            Subject::Call(..) | Subject::Use(..) | Subject::Step(..) | Subject::Matrix(..) | Subject::Workflow(_) => {
                return None;
            }
        };
        Some(Self { snapshot, subject, name })
    }

    /// The bytes to change, by mention: of `tests-3.12` the name alone.
    fn places(&self) -> Result<Vec<(Mention, Span)>, String> {
        if let Some((model, session)) = self.session() {
            self.must_stand_here(model, session)?;
        }
        let mut out = Vec::new();
        for mention in mentions(self.snapshot, self.subject) {
            let Some(file) = self.snapshot.file(mention.file) else { continue };
            let text = mention.span.of(file.document.text());
            let quote = text.len() - text.trim_start_matches(['"', '\'']).len();
            let bare = text.get(quote..).unwrap_or_default();
            // Of a job `needs.first`, of a session `tests-3.12` and `tests(django='5')`.
            let prefix = if bare.starts_with("needs.") { "needs.".len() } else { 0 };
            let rest = bare.get(prefix..).filter(|rest| starts_with_name(rest, &self.name));
            if rest.is_none() {
                let line = file.document.lines().line(mention.span.start) + 1;
                return Err(format!("`{}` is not written out in `{}`, line {line}: `{text}`", self.name, file.path));
            }
            let start = mention.span.start + u32::try_from(quote + prefix).unwrap_or_default();
            let end = start + u32::try_from(self.name.len()).unwrap_or_default();
            out.push((mention, Span::new(start, end)));
        }
        Ok(out)
    }

    fn session(&self) -> Option<(&'a NoxfileModel, &'a Session)> {
        let Subject::Session(noxfile, id, _) = self.subject else { return None };
        let model = self.snapshot.workspace.noxfiles.get(noxfile.0)?;
        Some((model, model.facts.sessions.get(id.0)?))
    }

    fn must_stand_here(&self, model: &NoxfileModel, session: &Session) -> Result<(), String> {
        if let Some((path, _)) = &session.elsewhere {
            return Err(format!("`{}` is defined in `{path}`", self.name));
        }
        let Some(file) = self.snapshot.file(model.file) else { return Ok(()) };
        let text = file.document.text();
        if session.name_span != session.function_span {
            return Ok(()); // `name="…"`: the function keeps its own
        }
        let call = format!("{}(", self.name);
        let calls = text.match_indices(&call).map(|(at, _)| at);
        for at in calls {
            let before = text.get(..at).unwrap_or_default();
            let is_word = before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '"' | '\''));
            if !is_word && !before.trim_end_matches([' ', '\t']).ends_with("def") {
                let line = before.matches('\n').count() + 1;
                return Err(format!("the function `{}` is called in line {line}", self.name));
            }
        }
        Ok(())
    }

    fn may_be(&self, new: &str) -> Result<(), String> {
        let is_word = |text: &str| {
            !text.is_empty()
                && !text.starts_with(|c: char| c.is_ascii_digit())
                && text.chars().all(|c| c.is_alphanumeric() || c == '_')
        };
        let is_dashed = |text: &str| is_word(&text.replace('-', "_")) && !text.starts_with('-');
        if let Some((model, session)) = self.session() {
            if model.by_name.contains_key(new) {
                return Err(format!("there is a session `{new}` already"));
            }
            let is_function = session.name_span == session.function_span;
            if is_function && (!is_word(new) || KEYWORDS.contains(&new)) {
                return Err(format!("`{new}` cannot be the name of a function"));
            }
            if !is_dashed(new) {
                return Err(format!("`{new}` cannot be the name of a session"));
            }
            return Ok(());
        }
        let workflow = match self.subject {
            Subject::Job(workflow, _) | Subject::Need(workflow, ..) => workflow,
            _ => return Ok(()),
        };
        let jobs = self.snapshot.workspace.workflows.get(workflow.0).map(|model| &model.facts.jobs);
        if jobs.is_some_and(|jobs| subject::job_named(jobs, new).is_some()) && !new.eq_ignore_ascii_case(&self.name) {
            return Err(format!("there is a job `{new}` already"));
        }
        if !is_dashed(new) || !new.is_ascii() {
            return Err(format!("`{new}` cannot be the id of a job"));
        }
        Ok(())
    }
}

/// Words that Python keeps for itself.
const KEYWORDS: [&str; 35] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del",
    "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal",
    "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
];

fn starts_with_name(text: &str, name: &str) -> bool {
    let rest =
        text.get(..name.len()).filter(|start| start.eq_ignore_ascii_case(name)).and_then(|_| text.get(name.len()..));
    rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::fixture::Fixture;

    const FILES: &str = r#"
        #- .github/workflows/ci.yml
        on: push
        jobs:
          a:
            runs-on: x
            steps:
              - run: nox -s tests-3.12 lint
          b:
            needs: [a]
            if: needs.a.result == 'success'
            runs-on: x
            steps: []
        #- noxfile.py
        import nox
        @nox.session
        def lint(session): session.notify("tests")
        @nox.session(python=["3.12", "3.13"])
        def tests(session): ...
        @nox.session(requires=["tests-{python}"], python=["3.12", "3.13"], name="repo")
        def report(session): helper(session)
        @nox.session
        def helper(session): ...
    "#;

    #[test]
    fn a_session_is_renamed_everywhere() {
        check(
            "def te",
            "unit",
            expect![[r#"
            .github/workflows/ci.yml: - run: nox -s unit-3.12 lint
            noxfile.py: def lint(session): session.notify("unit")
            noxfile.py: def unit(session): ...
            noxfile.py: @nox.session(requires=["unit-{python}"], python=["3.12", "3.13"], name="repo")
        "#]],
        );
    }

    #[test]
    fn a_name_that_is_a_text_is_renamed_and_the_function_is_not() {
        check(
            "name=\"re",
            "combined-report",
            expect![[r#"
            noxfile.py: @nox.session(requires=["tests-{python}"], python=["3.12", "3.13"], name="combined-report")
        "#]],
        );
    }

    #[test]
    fn a_job_is_renamed_with_what_waits_for_it() {
        check(
            "needs: [",
            "first",
            expect![[r#"
            .github/workflows/ci.yml: first:
            .github/workflows/ci.yml: needs: [first]
            .github/workflows/ci.yml: if: needs.first.result == 'success'
        "#]],
        );
    }

    #[test]
    fn what_would_break_is_refused() {
        check("def te", "lint", expect!["there is a session `lint` already"]);
        check("def te", "a b", expect!["`a b` cannot be the name of a function"]);
        check("def te", "class", expect!["`class` cannot be the name of a function"]);
        check("def hel", "other", expect!["the function `helper` is called in line 7"]);
        check("needs: [", "b", expect!["there is a job `b` already"]);
    }

    #[test]
    fn a_computed_name_is_refused() {
        let files = FILES.replace("nox -s tests-3.12 lint", "nox -s ${{ matrix.session }}").replace(
            "            runs-on: x\n            steps:\n",
            "            runs-on: x\n            strategy: {matrix: {session: [tests, lint]}}\n            steps:\n",
        );
        check_in(
            &files,
            "def te",
            "unit",
            expect!["`tests` is not written out in `.github/workflows/ci.yml`, line 7: `${{ matrix.session }}`"],
        );
    }

    #[track_caller]
    fn check(before: &str, new: &str, expected: Expect) {
        check_in(FILES, before, new, expected);
    }

    #[track_caller]
    fn check_in(files: &str, before: &str, new: &str, expected: Expect) {
        let fixture = Fixture::new(&files.replacen(before, &format!("{before}<|>"), 1));
        let pos = FilePos { file: fixture.file, offset: fixture.span.start };
        let shown = match rename(&fixture.snapshot, pos, new) {
            Err(why) => why,
            Ok(files) => {
                let (_, name) = renameable(&fixture.snapshot, pos).expect("it may").expect("a name");
                let lines = files.iter().flat_map(|edit| edit.edits.iter().map(move |it| (edit.file, it)));
                let line = |(file, edit): (model::FileId, &TextEdit)| {
                    let file = fixture.snapshot.file(file).expect("a file of the snapshot");
                    let text = file.document.text();
                    assert!(edit.span.of(text).eq_ignore_ascii_case(&name));
                    let mut new = text.to_owned();
                    new.replace_range(edit.span.range(), &edit.insert);
                    let at = text[..edit.span.start as usize].matches('\n').count();
                    format!("{}: {}\n", file.path, new.lines().nth(at).expect("the line").trim())
                };
                lines.map(line).collect()
            }
        };
        expected.assert_eq(&shown);
    }
}
