//! Each rewrite in a workflow of each style: it has to mean what it means in the plain one, keep every comment, and be
//! indented as the rest of the file is. `restyle` writes the workflow in the styles.

use restyle::{PLAIN, Style, restyled};
use syntax::yaml::{Node, Value};

use super::*;

mod jobs;
mod matrices;
mod one_job;
mod restyle;

/// Where braces begin: below so many keys.
fn is_below<const DEPTH: usize>(path: &[String], _: &Node) -> bool {
    path.len() >= DEPTH
}

/// What holds nothing but scalars.
fn is_leaf(_: &[String], node: &Node) -> bool {
    match &node.value {
        Value::Mapping(mapping) => mapping.entries.iter().all(|entry| entry.value.scalar().is_some()),
        Value::Sequence(sequence) => sequence.items.iter().all(|item| item.value.scalar().is_some()),
        _ => false,
    }
}

fn is_list_of_scalars(path: &[String], node: &Node) -> bool {
    matches!(node.value, Value::Sequence(_)) && is_leaf(path, node)
}

/// Adds to the lines that a style has written.
type Touch = fn(String) -> String;

const AS_IT_IS: Touch = |text| text;

const STYLES: [(&str, Style, Touch); 26] = [
    ("crlf", PLAIN, |text| text.replace('\n', "\r\n")),
    ("4 spaces", Style { indent: 4, dash: 4, ..PLAIN }, AS_IT_IS),
    ("4 spaces, dashes below their key", Style { indent: 4, dash: 0, ..PLAIN }, AS_IT_IS),
    ("4 spaces, wide dashes", Style { indent: 4, dash: 4, gap: 3, block: Some("|"), ..PLAIN }, AS_IT_IS),
    ("4 spaces, wide dashes below their key", Style { indent: 4, dash: 0, gap: 3, ..PLAIN }, AS_IT_IS),
    ("dashes below their key", Style { dash: 0, ..PLAIN }, AS_IT_IS),
    ("lists in brackets", Style { is_flow: is_list_of_scalars, ..PLAIN }, AS_IT_IS),
    ("leaves in braces", Style { is_flow: is_leaf, ..PLAIN }, AS_IT_IS),
    ("each step in braces", Style { is_flow: is_below::<4>, ..PLAIN }, AS_IT_IS),
    ("steps in brackets", Style { is_flow: is_below::<3>, ..PLAIN }, AS_IT_IS),
    ("each job in braces", Style { is_flow: is_below::<2>, ..PLAIN }, AS_IT_IS),
    ("jobs in braces", Style { is_flow: is_below::<1>, ..PLAIN }, AS_IT_IS),
    ("json", Style { is_flow: is_below::<0>, quote: Some('"'), ..PLAIN }, AS_IT_IS),
    ("single quotes", Style { quote: Some('\''), ..PLAIN }, AS_IT_IS),
    ("double quotes", Style { quote: Some('"'), ..PLAIN }, AS_IT_IS),
    ("`run: |`", Style { block: Some("|"), ..PLAIN }, AS_IT_IS),
    ("`run: >-`", Style { block: Some(">-"), ..PLAIN }, AS_IT_IS),
    ("`run: |+`, with tail", Style { block: Some("|+"), has_gaps: true, ..PLAIN }, AS_IT_IS),
    ("comments everywhere", Style { has_comments: true, ..PLAIN }, AS_IT_IS),
    ("comments, crlf, dashes below", Style { has_comments: true, dash: 0, ..PLAIN }, |text| text.replace('\n', "\r\n")),
    ("blank lines everywhere", Style { has_gaps: true, ..PLAIN }, AS_IT_IS),
    ("anchors that nobody uses", Style { has_anchors: true, ..PLAIN }, AS_IT_IS),
    ("anchors and aliases", Style { has_aliases: true, ..PLAIN }, AS_IT_IS),
    ("without a last line break", PLAIN, |text| text.trim_end().to_owned()),
    ("between `---` and `...`", PLAIN, |text| format!("# Ours.\n---\n{text}...\n")),
    ("blanks at the ends of lines", PLAIN, |text| text.replace('\n', "  \n")),
];

/// Where a rewrite is asked for.
#[derive(Clone, Copy)]
enum At<'a> {
    Workflow,
    Job(&'a str),
    /// A session in the noxfile.
    Session(&'a str),
}

/// The workflow before and after `id`, and all else that it edits.
fn rewritten(id: &str, noxfile: &str, workflow: &str, at: At<'_>) -> Result<(String, String, String), String> {
    let path = ".github/workflows/ci.yml";
    let fixture = Fixture::with_settings(&format!("{noxfile}#- {path}\n<|>{workflow}"), with_runners());
    let file = fixture.snapshot.file(fixture.file).expect("the workflow");
    let (asked, span) = match at {
        At::Workflow => (fixture.file, fixture.span),
        At::Job(name) => {
            let jobs = &file.workflow().expect("a workflow").jobs;
            let job = jobs.iter().find(|job| job.id == name).ok_or("the job is not read")?;
            (fixture.file, Span::empty(job.id_span.start))
        }
        At::Session(name) => {
            let noxfile = fixture.snapshot.files.iter().find(|file| file.path == "noxfile.py").expect("a noxfile");
            let place = noxfile.document.text().find(&format!("def {name}(")).expect("the session");
            (noxfile.id, Span::from(place..place))
        }
    };
    let offers = crate::assists(&fixture.snapshot, asked, span);
    let offer = offers.into_iter().find(|offer| offer.assist == id).ok_or("not offered")?;
    if let Some(why) = offer.disabled {
        return Err(format!("refused: {why}"));
    }
    let mut others = String::new();
    let mut own = None;
    for edit in &offer.edits {
        let file = fixture.snapshot.file(edit.file).expect("a file");
        let text = syntax::apply(file.document.text(), &edit.edits).expect("edits that fit");
        if edit.file == fixture.file { own = Some(text) } else { others.push_str(&text) }
    }
    let before = file.document.text().to_owned();
    Ok((before, own.ok_or("it leaves the workflow as it is")?, others))
}

/// What is to be said of `id` in one style, where the plain one gives `plain`.
fn told(id: &str, noxfile: &str, workflow: &str, at: At<'_>, plain: &(String, String, String)) -> Result<(), String> {
    let (before, after, others) = rewritten(id, noxfile, workflow, at)?;
    let lone = |text: &str| text.replace("\r\n", "").contains('\n');
    if before.contains('\r') && lone(&after) {
        return Err(format!("a line break of the other kind: {after:?}"));
    }
    let (wanted, found) = (restyle::meaning(&plain.1), restyle::meaning(&after));
    if wanted != found {
        return Err(format!("it means something else:\n{after}\n{found}"));
    }
    if others != plain.2 {
        return Err(format!("other files become something else: {others}"));
    }
    let left = restyle::comments(&after);
    if let Some(lost) = restyle::comments(&before).iter().find(|comment| !left.contains(comment)) {
        return Err(format!("it loses `{lost}`:\n{after}"));
    }
    let names = restyle::anchors(&after);
    if let Some(name) = restyle::anchors(&before).iter().find(|name| names.iter().filter(|it| it == name).count() != 1)
    {
        return Err(format!("`&{name}` is not there once:\n{after}"));
    }
    if let Some(key) = restyle::odd_indent(&before, &after) {
        return Err(format!("what is in `{key}` is indented otherwise than elsewhere"));
    }
    if let Err(why) = rewritten(id, noxfile, &after, at) {
        // The noxfile is the old one: there is then something left to do, but not here.
        let done = ["not offered", "refused", "the job is not read", "it leaves the workflow as it is"];
        let is_done = done.iter().any(|word| why.starts_with(word));
        return if is_done { Ok(()) } else { Err(why) };
    }
    Err(format!("it is offered twice:\n{after}"))
}

/// Asks `id` in all styles, and lists those in which it is not the same as in the plain one.
#[track_caller]
fn check_styles(id: &str, noxfile: &str, workflow: &str, at: At<'_>, expected: Expect) {
    let workflow = workflow.replace("<|>", "");
    let workflow = workflow.trim_start().trim_start_matches("#- .github/workflows/ci.yml\n");
    let plain = rewritten(id, noxfile, &restyled(workflow, PLAIN), at).expect("it is offered in the plain style");
    let mut others: Vec<(String, Vec<&str>)> = Vec::new();
    for (name, style, touch) in STYLES {
        let Err(why) = told(id, noxfile, &touch(restyled(workflow, style)), at, &plain) else { continue };
        match others.iter_mut().find(|(other, _)| *other == why) {
            Some((_, styles)) => styles.push(name),
            None => others.push((why, vec![name])),
        }
    }
    let lines: String = others.iter().map(|(why, styles)| format!("{}:\n  {why}\n", styles.join("; "))).collect();
    let count: usize = others.iter().map(|(_, styles)| styles.len()).sum();
    expected.assert_eq(&format!("the same in {} styles\n{lines}", STYLES.len() - count));
}
