//! A workflow, read job by job: each is parsed on its own, so that an edit costs what its job costs, and a long file is
//! read on all processors at once. Neighbours: `parts`, which spreads work over threads, `mend`, which mends one job.
//!
//! tree-sitter's own incremental parsing would not do: its scanner of YAML keeps rows, so that all behind a new line is
//! parsed again, and a tree made from an older one can lack an error that a fresh one has (`proptest-regressions`).
//!
//! Text is cut at lines as far in as the first job. Within a quoted text or brackets such a line is no job: the part
//! before it is broken then, and the file is read as a whole.

use std::sync::Arc;

use super::{Difference, Issue, Language, mend, parts, tree};
use crate::{Span, yaml};

/// Texts below this are read as a whole in less than a millisecond.
const LEAST: usize = 8 << 10;

/// How a text was read in parts.
#[derive(Clone, Debug)]
pub(super) struct Jobs(Vec<Part>);

/// The head of the file with its first job, or another job.
#[derive(Clone, Debug)]
struct Part {
    span: Span,
    /// How many jobs were found in it: one, of a healthy part.
    n_jobs: usize,
    /// What was mended in it or could not be read.
    broken: Option<Arc<mend::State>>,
}

/// Reads `text`. `None`: it is no large workflow, there is more behind its jobs, or not all of it is healthy.
pub(super) fn read(text: &str) -> Option<(yaml::Stream, Jobs)> {
    let spans = cut(text)?;
    let runs = parts::of_a_share(&spans);
    let streams =
        parts::side_by_side(&runs, |runs| runs.iter().map(|run| healthy(text, *run)).collect::<Option<Vec<_>>>())?;
    let mut streams = streams.into_iter().flatten();
    let mut whole = streams.next()?;
    let mut jobs = whole.take_last_entries()?;
    for mut stream in streams {
        whole.comments.append(&mut stream.comments);
        jobs.append(&mut stream.into_entries()?);
    }
    let are_as_cut =
        jobs.len() == spans.len() && spans.iter().zip(&jobs).skip(1).all(|(span, job)| span.covers(job.span()));
    let parts = spans.into_iter().map(|span| Part { span, n_jobs: 1, broken: None }).collect();
    Some((whole.with_last_entries(jobs).filter(|_| are_as_cut)?, Jobs(parts)))
}

/// Reads `text`, which an edit made of the one that gave `before`. `None`: more than one part changed, or what changed
/// cannot be told from it alone.
pub(super) fn read_again(
    text: &str,
    edit: Difference,
    old_text: &str,
    before: (&yaml::Stream, &Jobs),
) -> Option<(yaml::Stream, Jobs)> {
    let (old_stream, Jobs(old)) = before;
    let by = i64::from(edit.new.end) - i64::from(edit.old.end);
    let spans = cut(text)?;
    let at = only_changed(&spans, old, edit, by)?;
    let span = *spans.get(at)?;
    let (mut piece, broken) = match healthy(text, span) {
        Some(piece) => (piece, None),
        // It may go on in the next one: then the parts are none.
        None if spans.get(at + 1).is_some_and(|next| healthy(text, span.join(*next)).is_some()) => return None,
        None => mended(text, span, edit, (old_text, old.get(at)?))?,
    };
    let piece_comments = std::mem::take(&mut piece.comments);
    let (head, piece_jobs) = if at == 0 {
        let jobs = piece.take_last_entries();
        (piece, jobs)
    } else {
        (old_stream.head(), piece.into_entries())
    };
    // One alone can be healthy and yet be no job: what it is among the others is to be seen in all of the text.
    let piece_jobs = match broken {
        None => piece_jobs.filter(|jobs| jobs.len() == 1)?,
        Some(_) if at == 0 => piece_jobs?,
        Some(_) => piece_jobs.unwrap_or_default(),
    };
    let n_before = old.iter().take(at).map(|part| part.n_jobs).sum();
    let n_after = n_before + old.get(at)?.n_jobs;
    let old_jobs = old_stream.last_entries()?;
    let n_jobs = piece_jobs.len();
    let jobs: Vec<_> = (old_jobs.get(..n_before)?.iter().cloned())
        .chain(piece_jobs)
        .chain(old_jobs.get(n_after..)?.iter().map(|job| job.shifted(by)))
        .collect();
    let comments: Vec<Span> = (old_stream.comments.iter().copied().filter(|comment| comment.end <= span.start))
        .chain(piece_comments)
        .chain(old_stream.comments.iter().map(|comment| yaml::shift(*comment, by)).filter(|it| it.start >= span.end))
        .collect();
    let stream = yaml::Stream { comments, ..head.with_last_entries(jobs)? };
    let part = |(n, (span, old)): (usize, (Span, &Part))| {
        if n == at { Part { span, n_jobs, broken: broken.clone() } } else { Part { span, ..old.clone() } }
    };
    Some((stream, Jobs(spans.into_iter().zip(old).enumerate().map(part).collect())))
}

impl Jobs {
    /// What to tell the person of each part that is not as it should be.
    pub(super) fn issues(&self, text: &str) -> Vec<Issue> {
        let issue = |part: &Part| {
            let issue = part.broken.as_ref()?.issue(part.span.of(text))?;
            Some(Issue { span: issue.span.shifted(part.span.start), ..issue })
        };
        self.0.iter().filter_map(issue).collect()
    }
}

/// The one part that an edit changed, if it is one.
fn only_changed(spans: &[Span], old: &[Part], edit: Difference, by: i64) -> Option<usize> {
    if spans.len() != old.len() {
        return None;
    }
    let at = spans.iter().zip(old).position(|(new, old)| new.covers(edit.new) && old.span.covers(edit.old))?;
    let is_as_before = |(n, (new, old)): (usize, (&Span, &Part))| match n.cmp(&at) {
        std::cmp::Ordering::Less => *new == old.span,
        std::cmp::Ordering::Equal => new.start == old.span.start,
        std::cmp::Ordering::Greater => *new == yaml::shift(old.span, by),
    };
    spans.iter().zip(old).enumerate().all(is_as_before).then_some(at)
}

/// What stands in `span`, if all of it is healthy.
fn healthy(text: &str, span: Span) -> Option<yaml::Stream> {
    let tree = tree::parse_part(Language::Yaml, text, span)?;
    (!tree.root_node().has_error()).then(|| yaml::lower(&tree, text))
}

/// What can be read of a part that is broken since `edit`, or was before.
fn mended(
    text: &str,
    span: Span,
    edit: Difference,
    before: (&str, &Part),
) -> Option<(yaml::Stream, Option<Arc<mend::State>>)> {
    let (old_text, old) = before;
    let source: Arc<str> = span.of(text).into();
    let old_state = match &old.broken {
        Some(state) => Arc::clone(state),
        None => Arc::new(mend::read(Language::Yaml, &old.span.of(old_text).into(), None)?),
    };
    let back = -i64::from(span.start);
    let edit = Difference { old: yaml::shift(edit.old, back), new: yaml::shift(edit.new, back) };
    let state = mend::read(Language::Yaml, &source, Some((&old_state, edit)))?;
    let stream = yaml::lower(&state.parsed.tree, &source).shifted(i64::from(span.start));
    Some((stream, Some(Arc::new(state))))
}

/// The text of a workflow, cut in front of each job but the first. `None`: it is small, or there is more behind the
/// jobs.
fn cut(text: &str) -> Option<Vec<Span>> {
    if text.len() < LEAST {
        return None;
    }
    let mut lines = text.split_inclusive('\n').scan(0, |at, line| {
        let start = *at;
        *at += line.len();
        Some((start, line))
    });
    lines.find(|(_, line)| is_key(line, "jobs:"))?;
    let (mut out, mut begin, mut indent) = (Vec::new(), 0, None);
    for (start, line) in lines {
        let content = line.trim_start_matches(' ');
        let column = line.len() - content.len();
        if content.trim_end().is_empty() || content.starts_with('#') {
            continue;
        }
        match indent {
            None if column == 0 => return None,
            None => indent = Some(column),
            Some(first) if column < first => return None,
            Some(first) if column == first => {
                out.push(Span::from(begin..start));
                begin = start;
            }
            Some(_) => {}
        }
    }
    out.push(Span::from(begin..text.len()));
    (out.len() > 1).then_some(out)
}

/// Whether a line holds `key` and no value.
fn is_key(line: &str, key: &str) -> bool {
    line.strip_prefix(key).map(str::trim).is_some_and(|rest| rest.is_empty() || rest.starts_with('#'))
}
