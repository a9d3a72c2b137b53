//! Which contexts an expression reads. By its words alone: what is half-typed, or no expression at all, reads too.

use syntax::Span;
use syntax::yaml::{Node, Scalar};

use super::{expressions, string_end};

/// What the expressions of some scalars read.
#[derive(Default)]
pub(in crate::workflow) struct Reads {
    /// `needs.<id>`.
    pub(in crate::workflow) needs: Vec<(String, Span)>,
    /// `matrix.<key>`.
    pub(in crate::workflow) matrix: Vec<(String, Span)>,
    /// `steps.<id>`.
    pub(in crate::workflow) steps: Vec<(String, Span)>,
    /// `secrets.…` or the forge's token.
    pub(in crate::workflow) secrets: bool,
    /// Variables that scripts set for the steps behind them.
    pub(in crate::workflow) env_written: Vec<String>,
}

impl Reads {
    /// Adds what the expressions in `node`, a scalar, read. All of it is one expression when `bare`, as `if:` may be.
    pub(in crate::workflow) fn add(&mut self, node: &Node, bare: bool) {
        let Some(scalar) = node.scalar() else { return };
        let content = &*scalar.content;
        if content.contains("_ENV") && ["GITHUB_ENV", "FORGEJO_ENV", "GITEA_ENV"].iter().any(|it| content.contains(it))
        {
            self.env_written.extend(assigned(content));
        }
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
                "matrix" => self.matrix.extend(place(1)),
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

/// Names in front of `=` and `<<`: in a script that names `$GITHUB_ENV`, what may go there.
fn assigned(script: &str) -> impl Iterator<Item = String> + '_ {
    let ends = script.char_indices().filter(|(at, _)| script.get(*at..).is_some_and(|it| it.starts_with(['=', '<'])));
    let name = |(at, _)| {
        let before = script.get(..at)?;
        let is_part = |char: char| char.is_ascii_alphanumeric() || char == '_';
        before.rsplit(|char: char| !is_part(char)).next().filter(|name| !name.is_empty()).map(str::to_owned)
    };
    ends.filter_map(name)
}

/// Paths such as `needs.build.outputs['x']` in an expression: their names with spans from `base` on.
fn paths(expression: &str, base: u32) -> Vec<Vec<(String, Span)>> {
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
