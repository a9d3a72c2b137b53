//! Lets nox list the sessions of a matrix at run time, so that a new session needs no second place.
//!
//! ```yaml
//! checks:
//!   strategy:
//!     matrix:
//!       session: [lint, docs]
//! ```
//! ->
//! ```yaml
//! checks-list:
//!   outputs:
//!     session: ${{ steps.list.outputs.session }}
//!   steps:
//!     - id: list
//!       run: |
//!         session=$(nox --list --json -t ci | jq -c '[.[].name] | unique')
//!         echo "session=$session" >> "$GITHUB_OUTPUT"
//! checks:
//!   needs: checks-list
//!   strategy:
//!     matrix:
//!       session: ${{ fromJSON(needs.checks-list.outputs.session) }}
//! ```
//! Only where a tag, or what nox runs by default, selects just these sessions: then the matrix stays what it is until the
//! noxfile changes. `nox --list --json` tells neither `requires` nor order (nox 2026.10.20), so no session of the list may
//! need another.

use facts::Forge;
use facts::shell::NoxCall;
use facts::workflow::{Strategy, StepKind};
use model::NoxfileId;
use model::links::Link;
use model::links::asked::Asked;
use syntax::{Span, TextEdit};

use super::job_text::{JobText, NewJob, free_id};
use super::layout::{self, StepText, UNUSUAL};
use super::style::Style;
use super::needs_list;
use crate::anchors;
use crate::assist::{FileEdit, OfferKind};
use crate::assists::context::JobCx;
use crate::assists::proof::listing::{self, Field};
use crate::assists::{Assist, AssistCx, Draft, Spot};
use crate::{subject, words};

pub(super) const ASSIST: Assist = Assist { id: "use-dynamic-matrix", kind: OfferKind::Rewrite, at: &[Spot::Job, Spot::Matrix, Spot::Step], run };

fn run(cx: &AssistCx<'_>) -> Option<Draft> {
    let cx = cx.job()?;
    let matrix = Matrix::of(cx)?;
    let overhead = words::duration(cx.snapshot.workspace.settings.job_overhead_seconds);
    Some(Draft {
        title: format!("Let nox list the {} sessions of the matrix (one more job, {overhead})", matrix.values.len()),
        gain: None,
        caveat: None,
        edits: edits(cx, &matrix),
    })
}

/// A matrix over sessions.
struct Matrix<'a> {
    key: &'a str,
    values: &'a [String],
    /// The list as it is written.
    span: Span,
    noxfile: NoxfileId,
    call: &'a NoxCall,
    /// The step that runs them.
    step: usize,
}

impl<'a> Matrix<'a> {
    /// The vector of the job's matrix whose values are the sessions that the job runs.
    fn of(cx: JobCx<'a>) -> Option<Self> {
        let strategy: &'a Strategy = cx.job.strategy.as_ref()?;
        let text = cx.file.document.text();
        let links = cx.workflow.links.iter().filter(|link| link.site.job == cx.at);
        let mut links = links.filter(|link| !link.cells.is_empty() && !link.is_partial);
        let (link, None) = (links.next()?, links.next()) else { return None };
        let call = subject::call(cx.job, link.site)?;
        let noxfile = link.noxfile?;
        let node = layout::job_entry(&cx.file.document, &cx.job.id)?.value.get("strategy")?.get("matrix")?;
        let is_session = |(key, _, values): &&'a (String, Span, facts::Known<Vec<String>>)| {
            let is_read = text.get(cx.job.span.range()).is_some_and(|text| text.contains(&format!("matrix.{key}")));
            is_read && values.value().is_some_and(|values| values.len() > 1 && runs_just(cx, link, noxfile, values))
        };
        let (key, _, values) = strategy.vectors.iter().find(is_session)?;
        Some(Self { key, values: values.value()?, span: node.get(key)?.span, noxfile, call, step: link.site.step })
    }
}

/// Whether the cells run the sessions that the values name, and no others.
fn runs_just(cx: JobCx<'_>, link: &Link, noxfile: NoxfileId, values: &[String]) -> bool {
    let Some(model) = cx.snapshot.workspace.noxfiles.get(noxfile.0) else { return false };
    let mut named: Vec<_> = values.iter().map(|value| model.by_name.get(value).copied()).collect();
    let mut run: Vec<_> = link.runs.iter().filter(|run| !run.is_prerequisite).map(|run| Some(run.session)).collect();
    named.sort_unstable();
    named.dedup();
    run.sort_unstable();
    run.dedup();
    named == run
}

fn edits(cx: JobCx<'_>, matrix: &Matrix<'_>) -> Result<Vec<FileEdit>, String> {
    refuse(cx, matrix)?;
    let (flags, field) = selection(cx, matrix)?;
    let job = JobText::of(&cx.file.document, cx.job)?;
    let taken: Vec<String> = cx.workflow.facts.jobs.iter().map(|job| job.id.clone()).collect();
    let dash = if cx.job.id.contains('_') { '_' } else { '-' };
    let id = free_id(&taken, &format!("{}{dash}list", cx.job.id), dash);
    let key = matrix.key;
    let mut steps: String = (0..matrix.step).map(|step| job.step(step)).collect::<Option<_>>().ok_or(UNUSUAL)?;
    steps.push_str(&job.new_step(&list_step(cx, &job.style, matrix, &flags, field)?));
    let reads_needs = !cx.job.reads_needs.is_empty();
    let new = NewJob {
        id: id.clone(),
        suffix: String::new(),
        needs: if reads_needs { None } else { Some(Vec::new()) },
        without: &["name", "strategy", "outputs", "services", "timeout-minutes"],
        extra: job.style.below("outputs:", [format!("{key}: ${{{{ steps.list.outputs.{key} }}}}")]),
        steps,
        is_first: false,
    };
    let list = job.beside(&new, &[]).ok_or(UNUSUAL)?;
    if anchors::asks_for(&list, &job.entry().value) {
        return Err(anchors::ALIASED.to_owned()); // which comes first, and has no names
    }
    let expression = format!("${{{{ fromJSON(needs.{id}.outputs.{key}) }}}}");
    let comment = "# What the matrix below runs, as nox lists it.";
    let (newline, indent) = (job.style.newline, job.style.id_indent);
    let before = format!("{comment}{newline}{indent}{list}{}", job.style.between());
    let edits = vec![
        TextEdit::insert(job.span().start, before),
        needs_list::add(&cx.file.document, cx.job, &id)?,
        value_edit(cx, matrix, &expression)?,
    ];
    Ok(vec![FileEdit::new(cx.file.id, edits)])
}

/// Puts an expression in the place of a list; of a block list it comes up to the key's line.
fn value_edit(cx: JobCx<'_>, matrix: &Matrix<'_>, expression: &str) -> Result<TextEdit, String> {
    let node = layout::job_entry(&cx.file.document, &cx.job.id).and_then(|job| job.value.get("strategy")?.get("matrix"));
    let node = node.ok_or(UNUSUAL)?;
    let entry = node.entry(matrix.key).ok_or(UNUSUAL)?;
    // Between `{` and `}` the braces of an expression would be read as YAML's.
    let is_flow = node.mapping().is_some_and(|mapping| mapping.flow);
    let expression = if is_flow { format!("\"{expression}\"") } else { expression.to_owned() };
    let text = cx.file.document.text();
    let from = text.get(entry.key.span.end as usize..matrix.span.start as usize).and_then(|gap| gap.find(':')).ok_or(UNUSUAL)?;
    let from = entry.key.span.end + u32::try_from(from).unwrap_or(0) + 1;
    if text.get(from as usize..matrix.span.start as usize).is_some_and(|gap| gap.contains('#')) {
        return Err("a comment stands between the key and its list".to_owned());
    }
    let name = entry.value.anchor.as_deref().map(|name| format!(" &{name}")).unwrap_or_default();
    let new = format!("{name} {expression}");
    anchors::stay(&cx.file.document, [&entry.value], &format!("{}:{new}", matrix.key))?;
    Ok(TextEdit::replace(Span::new(from, matrix.span.end), new))
}

fn refuse(cx: JobCx<'_>, matrix: &Matrix<'_>) -> Result<(), String> {
    let text = cx.file.document.text();
    let strategy = cx.job.strategy.as_ref().map_or("", |strategy| strategy.span.of(text));
    let reads_matrix = |span: Span| span.of(text).contains("matrix.");
    let setup = cx.job.steps.get(..matrix.step).unwrap_or_default();
    let node = layout::block_job(&cx.file.document, &cx.job.id)?;
    let copied = node.value.mapping().into_iter().flat_map(|mapping| &mapping.entries);
    let copied = copied.filter(|entry| !matches!(entry.key.str(), Some("name" | "strategy" | "steps" | "outputs" | "services")));
    let is_from_matrix = copied.into_iter().any(|entry| reads_matrix(entry.span()));
    let noxfile = cx.snapshot.workspace.noxfiles.get(matrix.noxfile.0).ok_or(UNUSUAL)?;
    let listed: Vec<_> = matrix.values.iter().filter_map(|value| noxfile.by_name.get(value).copied()).collect();
    let needed = noxfile.edges.iter().find(|edge| edge.is_needed() && listed.contains(&edge.to));
    let why = if cx.workflow.facts.forge == Forge::Gitea {
        "Gitea fills a matrix from another job's outputs only since 1.28"
    } else if ["include:", "exclude:"].iter().any(|key| strategy.contains(key)) {
        "the matrix has `include` or `exclude`, which speak of the sessions by name"
    } else if setup.iter().any(|step| reads_matrix(step.span)) || is_from_matrix {
        "the machine or its set-up depends on the matrix"
    } else if setup.iter().any(|step| matches!(&step.kind, StepKind::Run { script, .. } if !script.nox_calls.is_empty())) {
        "sessions run before those of the matrix"
    } else if matrix.call.noxfile.is_some() || !matrix.call.directory.is_empty() {
        "the call names a noxfile or changes the folder"
    } else if super::use_background_processes::may_be_windows(cx.workflow, cx.job, matrix.step) {
        super::use_background_processes::WINDOWS
    } else if let Some(edge) = needed {
        return Err(format!("{}, and a list of nox knows no order", edge.reason));
    } else {
        return Ok(());
    };
    Err(why.to_owned())
}

/// Flags with which nox lists just these sessions, and what of each entry the matrix holds.
fn selection(cx: JobCx<'_>, matrix: &Matrix<'_>) -> Result<(String, Field), String> {
    let workspace = &cx.snapshot.workspace;
    let noxfile = workspace.noxfiles.get(matrix.noxfile.0).ok_or(UNUSUAL)?;
    let mut tags: Vec<&str> = Vec::new();
    for (tag, _) in noxfile.facts.sessions.iter().flat_map(|session| &session.tags) {
        if !tags.contains(&tag.as_str()) {
            tags.push(tag);
        }
    }
    let mut wanted: Vec<&String> = matrix.values.iter().collect();
    wanted.sort_unstable();
    let selections = std::iter::once(None).chain(tags.into_iter().map(Some));
    for tag in selections {
        let tags: Vec<String> = tag.iter().map(|tag| (*tag).to_owned()).collect();
        let asked = Asked { tags, without_prerequisites: true, ..Asked::default() };
        for field in [Field::Name, Field::Session] {
            let Some(listed) = listing::listed(workspace, matrix.noxfile, &asked, field) else { continue };
            let mut listed: Vec<&String> = listed.iter().collect();
            listed.sort_unstable();
            if listed == wanted {
                return Ok((tag.map(|tag| format!(" -t {}", super::group::quoted(tag))).unwrap_or_default(), field));
            }
        }
    }
    Err("no tag selects just these sessions, and they are not what nox runs by default".to_owned())
}

/// The step that lists. GitHub's machines have jq; elsewhere only the Python that nox needs is sure.
fn list_step(cx: JobCx<'_>, style: &Style<'_>, matrix: &Matrix<'_>, flags: &str, field: Field) -> Result<StepText, String> {
    let key = matrix.key;
    let field = if field == Field::Name { "name" } else { "session" };
    let variable: String = key.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    let has_container = cx.job.other_keys.iter().any(|(key, _)| key == "container");
    let filter = if cx.workflow.facts.forge == Forge::GitHub && !has_container {
        format!("jq -c '[.[].{field}] | unique'")
    } else {
        let set = format!("{{entry[\"{field}\"] for entry in json.load(sys.stdin)}}");
        format!("python3 -c 'import json, sys; print(json.dumps(sorted({set})))'")
    };
    let launcher = matrix.call.launcher.join(" ");
    let script = format!(
        "{variable}=$({launcher} --list --json{flags} | {filter})\necho \"{key}=${variable}\" >> \"$GITHUB_OUTPUT\"\n"
    );
    let mut carried = vec!["id: list".to_owned()];
    carried.extend(layout::carried_of(&cx.file.document, cx.job, matrix.step).ok_or(UNUSUAL)?);
    if carried.iter().any(|entry| entry.contains("matrix.")) {
        carried.retain(|entry| !entry.contains("matrix."));
    }
    Ok(StepText::run(style, None, &carried, &script))
}
