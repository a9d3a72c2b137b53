//! Words of a workflow that lead to another file: `uses:` of an action or a workflow of the repository, `nox` of a call to
//! the noxfile that it reads. Editors underline them.

use model::FileId;
use model::links::Link;
use syntax::Span;

use crate::snapshot::Snapshot;
use crate::subject;

/// A word that leads to a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileLink {
    /// The word.
    pub span: Span,
    /// Where it leads.
    pub file: FileId,
    /// The same for people.
    pub tooltip: String,
}

/// The links of `file`, in its order.
pub fn file_links(snapshot: &Snapshot, file: FileId) -> Vec<FileLink> {
    let workspace = &snapshot.workspace;
    let Some(model) = workspace.workflow_of(file).and_then(|id| workspace.workflows.get(id.0)) else {
        return Vec::new();
    };
    let link = |span: Span, to: FileId| {
        let path = snapshot.file(to)?.path.clone();
        Some(FileLink { span, file: to, tooltip: path })
    };
    let uses = model.uses.iter().filter_map(|used| {
        let job = model.facts.jobs.get(used.job)?;
        link(subject::uses_span(job, used)?, used.file)
    });
    let text = snapshot.file(file).map(|file| file.document.text()).unwrap_or_default();
    let call = |it: &Link| {
        let call = subject::call(model.facts.jobs.get(it.site.job)?, it.site)?;
        let noxfile = workspace.noxfiles.get(it.noxfile?.0)?;
        // `-f other.py` names it, else the word `nox` stands for it. A call in another file has no word here.
        let span = match &call.noxfile {
            Some(word) => word.span,
            None => Span::new(call.arguments.start.checked_sub(3)?, call.arguments.start),
        };
        let is_here = call.through.is_none() && (call.noxfile.is_some() || span.of(text) == "nox");
        link(span, noxfile.file).filter(|_| is_here)
    };
    let mut links: Vec<FileLink> = uses.chain(model.links.iter().filter_map(call)).collect();
    links.sort_by_key(|link| link.span);
    links.dedup();
    links
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::fixture::Fixture;

    #[test]
    fn files_of_the_repository_and_noxfiles_are_linked() {
        let fixture = Fixture::new(
            "
            #- noxfile.py
            import nox
            @nox.session
            def lint(session): ...
            #- other/noxfile.py
            import nox
            @nox.session
            def docs(session): ...
            #- .github/actions/x/action.yml
            runs: {using: composite, steps: []}
            #- .github/workflows/ci.yml
            # <|>
            on: push
            jobs:
              a:
                runs-on: x
                steps:
                  - uses: actions/checkout@v6
                  - uses: ./.github/actions/x
                  - run: |
                      pip install nox
                      uvx nox -s lint
                      nox -f other/noxfile.py -s docs
                  - run: make lint
            ",
        );
        let text = fixture.snapshot.file(fixture.file).expect("the workflow").document.text();
        let links = file_links(&fixture.snapshot, fixture.file).into_iter();
        let lines: String = links.map(|link| format!("{} -> {}\n", link.span.of(text), link.tooltip)).collect();
        expect![[r#"
            ./.github/actions/x -> .github/actions/x/action.yml
            nox -> noxfile.py
            other/noxfile.py -> other/noxfile.py
        "#]]
        .assert_eq(&lines);
    }
}
