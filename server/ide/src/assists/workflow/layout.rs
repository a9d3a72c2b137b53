//! Text of steps: what a file's own style is, what must be carried over, how new steps are laid out in it.

use facts::workflow::{Job, Step};
use syntax::yaml::{Entry, Node, Sequence};
use syntax::{Document, Span, TextEdit};

use crate::anchors::{self, ALIASED};
use crate::assists::GroupCx;
use crate::assists::workflow::group::{Group, Item, Part, Unit, items_of};
use crate::assists::workflow::style::Style;

/// The name of a step that stands for several.
pub(crate) const IN_PARALLEL: &str = "Sessions in parallel";

/// A step to be written: its lines from its keys' column on, the first behind the dash.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct StepText {
    pub(crate) lines: Vec<String>,
}

impl StepText {
    /// A step that runs `command`, with a name if it has one and the entries it must carry.
    pub(crate) fn run(style: &Style<'_>, name: Option<&str>, carried: &[String], command: &str) -> Self {
        let mut lines = Vec::new();
        if let Some(name) = name {
            lines.push(format!("name: {}", scalar(name)));
        }
        for entry in carried {
            lines.extend(entry.lines().map(str::to_owned));
        }
        if command.contains('\n') || command.contains(": ") || command.contains(" #") {
            lines.extend(style.below("run: |", command.lines().map(str::to_owned)));
        } else {
            lines.push(format!("run: {command}"));
        }
        Self { lines }
    }

    /// Whether the comment is there, on a line of its own or behind something.
    pub(crate) fn has(&self, comment: &str) -> bool {
        let before =
            |line: &String| line.trim_end().strip_suffix(comment).map(|before| before.trim_end_matches(' ') != before);
        self.lines.iter().any(|line| line.trim() == comment || before(line) == Some(true))
    }

    /// A step that uses `action`, with `inputs` a line each.
    pub(crate) fn uses(style: &Style<'_>, action: &str, inputs: Vec<String>) -> Self {
        let mut lines = vec![format!("uses: {action}")];
        lines.extend(style.below("with:", inputs));
        Self { lines }
    }
}

/// The line break that `text` uses.
pub(crate) fn newline(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

/// What stands between the start of the line and `offset`, if that is white space only.
pub(crate) fn indent(text: &str, offset: u32) -> Option<&str> {
    let before = text.get(..offset as usize)?;
    let line = before.get(before.rfind('\n').map_or(0, |at| at + 1)..)?;
    line.chars().all(|c| c == ' ').then_some(line)
}

/// The end of the line that `offset` is in, without its line break.
pub(crate) fn line_end(text: &str, offset: u32) -> u32 {
    let rest = text.get(offset as usize..).unwrap_or_default();
    let line = rest.find('\n').map_or(rest, |at| &rest[..at]);
    offset + u32::try_from(line.trim_end_matches('\r').len()).unwrap_or(0)
}

/// Where the job has the step, from its dash on. What an alias stands for is elsewhere.
pub(crate) fn step_span(document: &Document, job: &str, step: usize) -> Option<Span> {
    let steps = job_entry(document, job)?.value.get("steps")?.sequence().filter(|steps| !steps.flow)?;
    Some(steps.items.get(step)?.span)
}

/// The step's node in the tree.
pub(crate) fn step_node<'a>(document: &'a Document, job: &str, step: usize) -> Option<&'a Node> {
    let steps = job_entry(document, job)?.value.get("steps")?.sequence()?;
    (!steps.flow).then_some(&steps.items.get(step)?.value)
}

/// The job's entry in the tree.
pub(crate) fn job_entry<'a>(document: &'a Document, job: &str) -> Option<&'a Entry> {
    let jobs = document.yaml().roots.first()?.get("jobs")?;
    if jobs.mapping()?.flow {
        return None;
    }
    jobs.entry(job).filter(|entry| entry.value.mapping().is_some_and(|mapping| !mapping.flow))
}

/// The same of a job that can be edited; the error says how else it is written.
pub(crate) fn block_job<'a>(document: &'a Document, job: &str) -> Result<&'a Entry, String> {
    job_entry(document, job).ok_or_else(|| {
        let jobs = document.yaml().roots.first().and_then(|root| root.get("jobs"));
        match jobs.and_then(|jobs| Some((jobs, jobs.entry(job)?))) {
            Some((jobs, _)) if jobs.mapping().is_some_and(|jobs| jobs.flow) => IN_BRACES.to_owned(),
            Some((_, entry)) if entry.value.mapping().is_some() => {
                format!("`{job}` is written in braces, which are not taken apart: give each of its keys a line")
            }
            _ => ALIASED.to_owned(),
        }
    })
}

/// The job's steps, where they can be edited; the error says how else they are written.
pub(crate) fn block_steps<'a>(document: &'a Document, job: &str) -> Result<&'a Sequence, String> {
    let steps = block_job(document, job)?.value.get("steps").ok_or(UNUSUAL)?;
    match steps.sequence() {
        Some(list) if list.flow => {
            Err(format!("the steps of `{job}` are written in brackets, which are not taken apart: give each a line"))
        }
        Some(list) => Ok(list),
        None => Err(ALIASED.to_owned()),
    }
}

/// Puts lines, without indentation, before a job's `steps:`, behind what stands there: a blank line before the steps stays
/// before the steps.
pub(crate) fn before_steps(text: &str, job: &Entry, lines: &[String]) -> Option<TextEdit> {
    let newline = newline(text);
    let entries = &job.value.mapping()?.entries;
    let at = entries.iter().position(|entry| entry.key.str() == Some("steps"))?;
    let steps = entries.get(at)?.key.span.start;
    let keys = indent(text, steps)?;
    Some(match at.checked_sub(1).and_then(|before| entries.get(before)) {
        Some(before) => {
            let lines: String = lines.iter().map(|line| format!("{newline}{keys}{line}")).collect();
            TextEdit::insert(line_end(text, before.span().end), lines)
        }
        None => TextEdit::insert(steps, lines.iter().map(|line| format!("{line}{newline}{keys}")).collect::<String>()),
    })
}

/// `scalar` as YAML in block context: plain where that means the same, else double-quoted.
pub(crate) fn scalar(text: &str) -> String {
    // `.coverage` is a string, `.5`, `.inf` and `.nan` are numbers.
    let bare = text.strip_prefix('.').filter(|rest| !["inf", "nan"].contains(&rest.to_ascii_lowercase().as_str()));
    let starts_plain = bare.unwrap_or(text).starts_with(|c: char| c.is_ascii_alphabetic() || c == '_' || c == '/');
    let is_plain = starts_plain
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.contains(['\n', '\t'])
        && !["true", "false", "yes", "no", "on", "off", "null"].contains(&text.to_ascii_lowercase().as_str());
    if is_plain { text.to_owned() } else { format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")) }
}

/// Comments that `span` holds: YAML's own and lines of scripts that are nothing else. Their text from the `#` on.
pub(crate) fn comments(document: &Document, steps: &[Step], span: Span) -> Vec<(u32, String)> {
    let text = document.text();
    let own = document.yaml().comments.iter().filter(|comment| span.covers(**comment));
    let mut out: Vec<(u32, String)> =
        own.map(|comment| (comment.start, comment.of(text).trim_end().to_owned())).collect();
    for step in steps {
        let facts::workflow::StepKind::Run { span: run, .. } = &step.kind else { continue };
        let run_text = run.of(text);
        if !run_text.contains('\n') {
            continue;
        }
        let mut at = run.start;
        for line in run_text.split_inclusive('\n') {
            let trimmed = line.trim();
            if trimmed.starts_with('#') {
                out.push((at, trimmed.to_owned()));
            }
            at += u32::try_from(line.len()).unwrap_or(0);
        }
    }
    out.sort();
    out
}

/// Comments that belong to a step of the group: within it, behind it on its last line, and above it but for the first,
/// whose comment above speaks of the group as a whole and stays where it is.
pub(crate) fn step_comments(cx: &GroupCx<'_>, at: usize) -> Vec<String> {
    let document = &cx.file.document;
    let (Some(step), Some(span)) = (cx.job.steps.get(at), step_span(document, &cx.job.id, at)) else {
        return Vec::new();
    };
    let end = line_end(document.text(), span.end);
    let own = comments(document, std::slice::from_ref(step), Span::new(span.start, end));
    comments_above(cx, at).into_iter().chain(own.into_iter().map(|(_, comment)| comment)).collect()
}

/// Those above a step of the group but for the first.
fn comments_above(cx: &GroupCx<'_>, at: usize) -> Vec<String> {
    let document = &cx.file.document;
    let place = |at: usize| step_span(document, &cx.job.id, at).filter(|_| at >= cx.group.steps.start);
    let (Some(step), Some(before)) = (place(at), at.checked_sub(1).and_then(place)) else { return Vec::new() };
    let found = comments(document, &[], Span::new(line_end(document.text(), before.end), step.start));
    found.into_iter().map(|(_, comment)| comment).collect()
}

/// What a step is called with as it is written, an entry each, the first line without indentation.
pub(crate) fn carried(cx: &GroupCx<'_>, step: usize) -> Option<Vec<String>> {
    const KEYS: [&str; 6] = ["if", "env", "shell", "working-directory", "continue-on-error", LIMIT];
    entries_of(&cx.file.document, cx.job, step, &KEYS)
}

/// What one step must be called with that stands for those of `items`, an entry each. It may take as long as they
/// together; the error says why none can stand for them.
pub(crate) fn carried_by(cx: &GroupCx<'_>, items: &[usize]) -> Result<Vec<String>, String> {
    let mut steps: Vec<usize> = items.iter().filter_map(|at| cx.group.items.get(*at)).map(|item| item.step).collect();
    steps.dedup();
    for pair in steps.windows(2) {
        if let [a, b] = pair
            && let Some(why) = model::verdict::differ(cx.job, *a, *b)
        {
            return Err(format!("one step would stand for several, but {why}"));
        }
    }
    block_steps(&cx.file.document, &cx.job.id)?;
    let first = *steps.first().ok_or(UNUSUAL)?;
    let mut entries = carried(cx, first).ok_or(UNUSUAL)?;
    let limit = cx.job.steps.get(first).and_then(|step| step.timeout_minutes.as_ref());
    if let Some((minutes, _)) = limit
        && steps.len() > 1
    {
        let all = minutes.parse::<f64>().map_err(|_| "one step would stand for several, whose limits are not known")?;
        let all = all * steps.len() as f64;
        entries.retain(|entry| !entry.trim_start_matches(['"', '\'']).starts_with(LIMIT));
        entries.push(format!("{LIMIT}: {all}"));
    }
    Ok(entries)
}

const LIMIT: &str = "timeout-minutes";

/// The same for a step of any job, but for its condition.
pub(crate) fn carried_of(document: &Document, job: &Job, step: usize) -> Option<Vec<String>> {
    entries_of(document, job, step, &["env", "shell", "working-directory"])
}

fn entries_of(document: &Document, job: &Job, step: usize, keys: &[&str]) -> Option<Vec<String>> {
    let node = step_node(document, &job.id, step).filter(|node| node.mapping().is_some())?;
    let entries = keys.iter().filter_map(|key| node.entry(key));
    entries.map(|entry| unindented(document.text(), entry.span())).collect()
}

/// The text of a block node with the indentation of its first line taken off the others.
fn unindented(text: &str, span: Span) -> Option<String> {
    let line = text.get(..span.start as usize)?.rfind('\n').map_or(0, |at| at + 1);
    let column = span.start as usize - line;
    let mut out = String::new();
    for (at, line) in span.of(text).lines().enumerate() {
        // A comment may stand further left than what it is in.
        let is_inner = |line: &str| line.get(..column).is_some_and(|head| head.trim_matches(' ').is_empty());
        let line = if at > 0 && is_inner(line) { line.get(column..)? } else { line.trim_start() };
        if at > 0 {
            out.push('\n');
        }
        out.push_str(line.trim_end());
    }
    Some(out)
}

/// A step as it is written, with the comments above it: its lines from its keys' column on. `None` where something in it
/// stands further left.
pub(crate) fn as_written(cx: &GroupCx<'_>, at: usize) -> Option<StepText> {
    let document = &cx.file.document;
    let text = document.text();
    let item = job_entry(document, &cx.job.id)?.value.get("steps")?.sequence()?.items.get(at)?;
    let column = indent(text, item.span.start)?.len();
    let width = indent(text, item.value.span.start).map_or_else(
        || Some(text.get(item.span.start as usize + 1..)?.bytes().take_while(|byte| *byte == b' ').count() + 1),
        |keys| keys.len().checked_sub(column),
    )?;
    let mut lines: Vec<String> = comments_above(cx, at);
    for (at, line) in Span::new(item.span.start, line_end(text, item.span.end)).of(text).lines().enumerate() {
        let blank = if at == 0 { line.strip_prefix('-')?.trim_start() } else { "" };
        match at {
            // `-` alone, with the step on the lines below.
            0 if blank.is_empty() => {}
            0 => lines.push(blank.trim_end().to_owned()),
            _ if line.trim().is_empty() => lines.push(String::new()),
            _ if line.get(..column + width)?.trim_matches(' ').is_empty() => {
                lines.push(line.get(column + width..)?.trim_end().to_owned());
            }
            // A comment may stand further left than what it is in.
            _ if line.trim_start().starts_with('#') => lines.push(line.trim().to_owned()),
            _ => return None,
        }
    }
    Some(StepText { lines })
}

/// Writes the steps for units that run at the same time. The error says why they cannot be written.
pub(crate) type WriteParallel<'a> = dyn Fn(&[Unit]) -> Result<Vec<StepText>, String> + 'a;

/// Replaces the steps of a group part by part: `parallel` writes the steps for units that run at the same time, what
/// runs alone stays as it is. Comments of replaced steps stand above what takes their place.
pub(crate) fn rewrite_steps(cx: &GroupCx<'_>, parallel: &WriteParallel<'_>) -> Result<Vec<TextEdit>, String> {
    let mut edits = Vec::new();
    for region in regions(&cx.group) {
        if !region.parts.iter().any(|part| matches!(part, Part::Parallel(_))) {
            continue;
        }
        let mut steps = Vec::new();
        for part in &region.parts {
            match part {
                Part::Alone(item) => {
                    let command = cx.group.command(&[*item], "").ok_or(UNUSUAL)?;
                    let (name, carried) = (name_of(cx, &[*item]), carried_by(cx, &[*item])?);
                    steps.push(StepText::run(&cx.style()?, name.as_deref(), &carried, &command));
                }
                Part::Parallel(units) => steps.extend(parallel(units)?),
            }
        }
        edits.push(replace_steps(cx, region.steps, &steps)?);
    }
    Ok(edits)
}

/// The items of each call that [`rewrite_steps`] writes; `is_one`: one call is written for the units of a part.
pub(crate) fn calls_of(group: &Group<'_>, is_one: bool) -> Vec<Vec<usize>> {
    let regions = regions(group);
    let written = regions.iter().filter(|it| it.parts.iter().any(|part| matches!(part, Part::Parallel(_))));
    let calls = written.flat_map(|region| &region.parts).flat_map(|part| match part {
        Part::Alone(item) => vec![vec![*item]],
        Part::Parallel(units) if is_one => vec![items_of(units)],
        Part::Parallel(units) => units.iter().map(|unit| unit.items.clone()).collect(),
    });
    calls.collect()
}

/// The name for a step that runs `items`: that of the step which ran them, with what is left of it where others run the
/// rest.
pub(crate) fn name_of(cx: &GroupCx<'_>, items: &[usize]) -> Option<String> {
    let items: Vec<&Item> = items.iter().filter_map(|at| cx.group.items.get(*at)).collect();
    let at = items.first()?.step;
    let (name, _) = cx.job.steps.get(at)?.name.as_ref().filter(|_| items.iter().all(|item| item.step == at))?;
    if cx.group.items.iter().filter(|item| item.step == at).count() == items.len() {
        return Some(name.clone());
    }
    let own: Vec<&str> = items.iter().map(|item| item.text.trim_matches(['"', '\''])).collect();
    Some(format!("{name} ({})", own.join(", ")))
}

/// Whether a blank line stands between any two steps of the job.
fn are_apart(cx: &GroupCx<'_>) -> bool {
    let text = cx.file.document.text();
    let is_apart = |pair: &[Step]| match pair {
        [a, b] if a.span.end <= b.span.start => {
            // The first and the last are what is left of the steps' own lines.
            let between = Span::new(line_end(text, a.span.end), b.span.start).of(text);
            let lines: Vec<&str> = between.split('\n').collect();
            lines.get(1..lines.len() - 1).is_some_and(|lines| lines.iter().any(|line| line.trim().is_empty()))
        }
        _ => false,
    };
    cx.job.steps.len() > 1 && cx.job.steps.windows(2).all(is_apart)
}

/// Puts `new` in the place of the steps `first..=last`, with their comments above.
pub(crate) fn replace_steps(cx: &GroupCx<'_>, steps: (usize, usize), new: &[StepText]) -> Result<TextEdit, String> {
    let document = &cx.file.document;
    block_steps(document, &cx.job.id)?;
    let text = document.text();
    let old = cx.job.steps.get(steps.0..=steps.1).ok_or(UNUSUAL)?;
    let (first, last) = (old.first().ok_or(UNUSUAL)?, old.last().ok_or(UNUSUAL)?);
    if !cx.job.span.covers(first.span) || !cx.job.span.covers(last.span) {
        return Err(ALIASED.to_owned());
    }
    let indent = indent(text, first.span.start).ok_or(UNUSUAL)?;
    let span = Span::new(first.span.start, line_end(text, last.span.end));
    let (style, newline) = (cx.style()?, newline(text));
    let mut out = String::new();
    let placed = |comment: &str| new.iter().any(|step| step.has(comment));
    for (_, comment) in comments(document, old, span).into_iter().filter(|(_, comment)| !placed(comment)) {
        out.push_str(&format!("{comment}{newline}{indent}"));
    }
    let apart: String = if are_apart(cx) { newline.to_owned() } else { String::new() };
    let between = format!("{newline}{apart}{indent}");
    let new: Vec<String> = new.iter().map(|step| render(std::slice::from_ref(step), &style, indent)).collect();
    out.push_str(&new.join(&between));
    steps_stay(cx, steps.0..=steps.1, &format!("{indent}{out}"))?;
    Ok(TextEdit::replace(span, out))
}

/// That `new`, from the beginning of a line on, may stand in the place of some of the job's steps: no alias means them.
pub(crate) fn steps_stay(cx: &GroupCx<'_>, steps: impl Iterator<Item = usize>, new: &str) -> Result<(), String> {
    let document = &cx.file.document;
    let nodes = steps.map(|at| step_node(document, &cx.job.id, at)).collect::<Option<Vec<_>>>().ok_or(UNUSUAL)?;
    anchors::is_own(document, block_job(document, &cx.job.id)?)?;
    anchors::stay(document, nodes, new)
}

/// Steps as text; the first line without indentation.
pub(crate) fn render(steps: &[StepText], style: &Style<'_>, indent: &str) -> String {
    let lines: Vec<String> = steps.iter().flat_map(|step| style.item(step.lines.clone())).collect();
    let mut out = String::new();
    for (at, line) in lines.iter().enumerate() {
        match at {
            0 => {}
            _ if line.is_empty() => out.push_str(style.newline),
            _ => out.push_str(&format!("{}{indent}", style.newline)),
        }
        out.push_str(line);
    }
    out
}

/// Reasons to offer nothing, for people.
pub(crate) const UNUSUAL: &str = "the steps are written in a way that is not taken apart";
const IN_BRACES: &str = "the jobs are written in braces, which are not taken apart: give each of them a line";

/// Steps `first..=last` and the parts that lie in them.
struct Region<'a> {
    steps: (usize, usize),
    parts: Vec<&'a Part>,
}

/// Parts by the steps they come from; parts that share a step are together.
fn regions<'a>(group: &'a Group<'_>) -> Vec<Region<'a>> {
    let mut out: Vec<Region<'a>> = Vec::new();
    for part in &group.parts {
        let items: Vec<usize> = match part {
            Part::Alone(item) => vec![*item],
            Part::Parallel(units) => units.iter().flat_map(|unit| unit.items.iter().copied()).collect(),
        };
        let steps = items.iter().filter_map(|at| group.items.get(*at)).map(|item| item.step);
        let (first, last) = steps.fold((usize::MAX, 0), |(low, high), step| (low.min(step), high.max(step)));
        match out.last_mut() {
            Some(region) if region.steps.1 >= first => {
                region.steps.1 = region.steps.1.max(last);
                region.parts.push(part);
            }
            _ => out.push(Region { steps: (first, last), parts: vec![part] }),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalars_are_quoted_where_yaml_would_read_them_otherwise() {
        for (text, yaml) in [
            ("lint", "lint"),
            ("unit tests", "unit tests"),
            ("tests(django='5.0')", "tests(django='5.0')"),
            ("3.12", "\"3.12\""),
            (".coverage.*", ".coverage.*"),
            (".5", "\".5\""),
            (".inf", "\".inf\""),
            ("on", "\"on\""),
            ("a: b", "\"a: b\""),
            ("say \"x\" #1", "\"say \\\"x\\\" #1\""),
        ] {
            assert_eq!(scalar(text), yaml);
        }
    }
}
