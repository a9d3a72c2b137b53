//! `${{ … }}` as far as facts need it: which contexts a text reads, and the literals that `fromJSON` holds.

use syntax::Span;
use syntax::yaml::{Node, Scalar};

/// What the expressions of some scalars read.
#[derive(Default)]
pub(super) struct Reads {
    /// `needs.<id>`.
    pub(super) needs: Vec<(String, Span)>,
    /// `steps.<id>`.
    pub(super) steps: Vec<(String, Span)>,
    /// `secrets.…` or the forge's token.
    pub(super) secrets: bool,
}

impl Reads {
    /// Adds what the expressions in `node`, a scalar, read. All of it is one expression when `bare`, as `if:` may be.
    pub(super) fn add(&mut self, node: &Node, bare: bool) {
        let Some(scalar) = node.scalar() else { return };
        let content = &*scalar.content;
        let mut expressions = expressions(content);
        if bare && expressions.is_empty() {
            expressions.push(Span::from(0..content.len()));
        }
        for span in expressions {
            self.expression(scalar, span);
        }
    }

    fn expression(&mut self, scalar: &Scalar, span: Span) {
        for path in paths(span.of(&scalar.content), span.start) {
            let place = |at: usize| path.get(at).map(|(name, span)| (name.clone(), scalar.source_span(*span)));
            let Some((context, _)) = path.first() else { continue };
            match context.to_ascii_lowercase().as_str() {
                "needs" => self.needs.extend(place(1)),
                "steps" => self.steps.extend(place(1)),
                "secrets" => self.secrets = true,
                "github" | "forgejo" | "gitea" => {
                    self.secrets |= path.get(1).is_some_and(|(name, _)| name.eq_ignore_ascii_case("token"));
                }
                _ => {}
            }
        }
    }
}

/// The insides of every `${{ … }}` in `text`. A string in it may hold `}}`.
pub(super) fn expressions(text: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut at = 0;
    let mut open = 0;
    while let Some(start) = text.get(at..).and_then(|rest| rest.find("${{")).map(|found| at + found + 3) {
        // An open string hides the end: then the first `}}` is it. Looked for a few times only, it may be far.
        let end = expression_end(text, start).unwrap_or_else(|| {
            open += 1;
            let rest = text.get(start..).filter(|_| open < 16);
            rest.and_then(|rest| rest.find("}}")).map_or(text.len(), |found| start + found)
        });
        spans.push(Span::from(start..end));
        at = (end + 2).min(text.len());
    }
    spans
}

/// The content of a text that is one expression and nothing else.
pub(super) fn sole(text: &str) -> Option<&str> {
    let text = text.trim();
    let span = *expressions(text).first()?;
    (span.start == 3 && span.end as usize + 2 == text.len()).then(|| span.of(text).trim())
}

/// The text that `fromJSON('…')` is called with, when the expression is nothing else.
pub(super) fn json_literal(expression: &str) -> Option<String> {
    let name = "fromjson";
    let head = expression.get(..name.len())?;
    let call = head.eq_ignore_ascii_case(name).then(|| expression.get(name.len()..))??.trim_start();
    let argument = call.strip_prefix('(')?.strip_suffix(')')?.trim();
    let inner = argument.strip_prefix('\'')?.strip_suffix('\'')?;
    // A quote in a string is written twice; one alone ends it, and then this is no sole literal.
    let halves = inner.replace("''", "");
    (!halves.contains('\'')).then(|| inner.replace("''", "'"))
}

/// Paths such as `needs.build.outputs['x']` in an expression: their names with spans from `base` on.
pub(super) fn paths(expression: &str, base: u32) -> Vec<Vec<(String, Span)>> {
    let bytes = expression.as_bytes();
    let mut paths = Vec::new();
    let mut at = 0;
    while let Some(byte) = bytes.get(at).copied() {
        match byte {
            b'\'' => at = string_end(bytes, at),
            _ if starts_name(byte) => {
                let (path, end) = path_at(expression, at, base);
                paths.push(path);
                at = end;
            }
            // A number's letters (`0xff`) are no name.
            b'0'..=b'9' => at = name_end(bytes, at),
            _ => at += 1,
        }
    }
    paths
}

fn path_at(expression: &str, at: usize, base: u32) -> (Vec<(String, Span)>, usize) {
    let bytes = expression.as_bytes();
    let name = |start: usize, end: usize| {
        let text = expression.get(start..end).unwrap_or_default().to_owned();
        (text, Span::from(start..end).shifted(base))
    };
    let mut end = name_end(bytes, at);
    let mut path = vec![name(at, end)];
    loop {
        let next = skip_space(bytes, end);
        match bytes.get(next) {
            Some(b'.') => {
                let start = skip_space(bytes, next + 1);
                let stop = name_end(bytes, start);
                if stop == start {
                    break;
                }
                path.push(name(start, stop));
                end = stop;
            }
            Some(b'[') => {
                let start = skip_space(bytes, next + 1);
                if bytes.get(start) != Some(&b'\'') {
                    break;
                }
                let stop = string_end(bytes, start);
                path.push(name(start + 1, stop.saturating_sub(1).max(start + 1)));
                end = skip_space(bytes, stop);
                end += usize::from(bytes.get(end) == Some(&b']'));
            }
            _ => break,
        }
    }
    (path, end)
}

fn expression_end(text: &str, start: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = start;
    while let Some(byte) = bytes.get(at).copied() {
        match byte {
            b'\'' => at = string_end(bytes, at),
            b'}' if bytes.get(at + 1) == Some(&b'}') => return Some(at),
            _ => at += 1,
        }
    }
    None
}

fn string_end(bytes: &[u8], start: usize) -> usize {
    let rest = bytes.get(start + 1..).unwrap_or_default();
    rest.iter().position(|byte| *byte == b'\'').map_or(bytes.len(), |found| start + found + 2)
}

fn starts_name(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_'
}

fn name_end(bytes: &[u8], start: usize) -> usize {
    let rest = bytes.get(start..).unwrap_or_default();
    let length = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')).count();
    start + length
}

fn skip_space(bytes: &[u8], start: usize) -> usize {
    let rest = bytes.get(start..).unwrap_or_default();
    start + rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count()
}
