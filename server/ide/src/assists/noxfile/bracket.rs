//! Adds to what stands in brackets: arguments of a call, items of a list, entries of a dict.
//!
//! On one line as long as it fits, else one a line, as black and ruff would have it; comments and a comma behind the last
//! item keep their places.

use syntax::{Span, TextEdit};

use super::style::{self, Style, Token, small};

/// Something in brackets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bracket {
    /// With both brackets.
    pub(super) span: Span,
    /// What stands in it, in order.
    pub(super) items: Vec<Span>,
}

/// What stands between the last item and the closing bracket.
struct Tail {
    /// Behind the last item and parentheses around it.
    end: u32,
    /// Behind the comma, if there is one.
    comma: Option<u32>,
    /// The closing bracket stands on a line of its own.
    is_hanging: bool,
}

/// Something to be added to a list or dict that is an item, or an item's value.
pub(super) struct Inner {
    /// The list.
    pub(super) bracket: Bracket,
    /// What is added to it.
    pub(super) new: Vec<String>,
}

impl Bracket {
    /// Adds `new` behind the last item.
    pub(super) fn append(&self, text: &str, style: &Style, new: &[String]) -> Vec<TextEdit> {
        self.extend(text, style, &[], new)
    }

    /// Adds to lists among the items, and `new` behind the last item.
    pub(super) fn extend(&self, text: &str, style: &Style, inner: &[Inner], new: &[String]) -> Vec<TextEdit> {
        let inline: Vec<TextEdit> = inner.iter().filter_map(|it| it.bracket.inline(text, &it.new)).collect();
        if self.span.of(text).contains('\n') {
            let mut edits: Vec<TextEdit> =
                inner.iter().flat_map(|it| it.bracket.append(text, style, &it.new)).collect();
            edits.extend(self.append_below(text, style, new));
            return edits;
        }
        let line = Span::new(style::line_start(text, self.span.start), style::line_end(text, self.span.end)).of(text);
        let edits: Vec<TextEdit> = inline.iter().cloned().chain(self.inline(text, new)).collect();
        let added: usize = edits.iter().map(|edit| edit.insert.chars().count()).sum();
        if width(line) + added <= style.width || self.items.is_empty() {
            return edits;
        }
        vec![self.one_a_line(text, style, &inline, new)]
    }

    /// Changes items by `edits` within them: on the line as long as that fits, else one a line.
    pub(super) fn change(&self, text: &str, style: &Style, edits: Vec<TextEdit>) -> Vec<TextEdit> {
        let line = Span::new(style::line_start(text, self.span.start), style::line_end(text, self.span.end)).of(text);
        let added: usize = edits.iter().map(|edit| edit.insert.chars().count()).sum();
        let gone: usize = edits.iter().map(|edit| width(edit.span.of(text))).sum();
        if line.contains('\n') || width(line) + added <= style.width + gone {
            return edits;
        }
        vec![self.one_a_line(text, style, &edits, &[])]
    }

    /// Adds `new` behind the last item, on its line.
    fn inline(&self, text: &str, new: &[String]) -> Option<TextEdit> {
        let joined = new.join(", ");
        if joined.is_empty() {
            return None;
        }
        let Some(last) = self.items.last() else { return Some(TextEdit::insert(self.span.start + 1, joined)) };
        let tail = self.tail(text, *last);
        Some(match tail.comma {
            Some(comma) => TextEdit::insert(comma, format!(" {joined}")),
            None => TextEdit::insert(tail.end, format!(", {joined}")),
        })
    }

    /// Adds `new` to a bracket of several lines.
    fn append_below(&self, text: &str, style: &Style, new: &[String]) -> Vec<TextEdit> {
        let (Some(last), Some(inline)) = (self.items.last(), self.inline(text, new)) else {
            return self.inline(text, new).into_iter().collect();
        };
        let tail = self.tail(text, *last);
        if tail.is_hanging {
            return self.append_hanging(text, style, *last, &tail, new);
        }
        let line = Span::new(style::line_start(text, tail.end), style::line_end(text, tail.end)).of(text);
        if width(line) + inline.insert.chars().count() <= style.width {
            return vec![inline];
        }
        vec![self.aligned(text, style, &tail, new)]
    }

    /// Where the last item ends, with what follows it.
    fn tail(&self, text: &str, last: Span) -> Tail {
        let rest = Span::new(last.end, self.span.end.saturating_sub(1));
        let comments = comments_in(text, rest);
        let mut tail = Tail { end: last.end, comma: None, is_hanging: false };
        for (at, c) in rest.of(text).char_indices() {
            let at = rest.start + small(at);
            if comments.iter().any(|comment| comment.start <= at && at < comment.end) {
                continue;
            }
            match c {
                ')' if tail.comma.is_none() => tail.end = at + 1,
                ',' => tail.comma = Some(at + 1),
                '\n' => tail.is_hanging = true,
                _ => {}
            }
        }
        tail
    }

    /// New lines behind that of the last item; where several share its line, on it as long as they fit.
    fn append_hanging(&self, text: &str, style: &Style, last: Span, tail: &Tail, new: &[String]) -> Vec<TextEdit> {
        let joined = new.join(", ");
        let line = Span::new(style::line_start(text, last.start), style::line_end(text, tail.end)).of(text);
        let is_shared = self.items.len() > 1
            && self.items.iter().rev().nth(1).is_some_and(|item| style::line_start(text, last.start) < item.end);
        if is_shared
            && tail.comma.is_none()
            && !line.contains('\n')
            && width(line) + joined.chars().count() + 2 <= style.width
        {
            return vec![TextEdit::insert(tail.end, format!(", {joined}"))];
        }
        let indent = style::indent(text, last.start);
        let mut lines = String::new();
        for (at, item) in new.iter().enumerate() {
            let comma = if tail.comma.is_some() || at + 1 < new.len() { "," } else { "" };
            lines.push_str(&format!("{}{indent}{item}{comma}", style.newline));
        }
        let line_end = style::line_end(text, tail.comma.unwrap_or(tail.end));
        if tail.comma.is_some() {
            return vec![TextEdit::insert(line_end, lines)];
        }
        if line_end == tail.end {
            return vec![TextEdit::insert(tail.end, format!(",{lines}"))];
        }
        vec![TextEdit::insert(tail.end, ","), TextEdit::insert(line_end, lines)]
    }

    /// All items, with `edits` within them, and the new ones, each on a line of its own.
    fn one_a_line(&self, text: &str, style: &Style, edits: &[TextEdit], new: &[String]) -> TextEdit {
        let outer = style::indent(text, self.span.start);
        let mut out = String::new();
        let old = self.whole_items(text).into_iter().map(|item| {
            let inside = edits.iter().filter(|edit| item.covers(edit.span));
            let moved = |edit: &TextEdit| {
                let span = Span::new(edit.span.start - item.start, edit.span.end - item.start);
                TextEdit::replace(span, edit.insert.clone())
            };
            let inside: Vec<TextEdit> = inside.map(moved).collect();
            syntax::apply(item.of(text), &inside).unwrap_or_else(|| item.of(text).to_owned())
        });
        for item in old.chain(new.iter().cloned()) {
            out.push_str(&format!("{}{outer}{}{item},", style.newline, style.indent));
        }
        out.push_str(&format!("{}{outer}", style.newline));
        TextEdit::replace(Span::new(self.span.start + 1, self.span.end.saturating_sub(1)), out)
    }

    /// The items with parentheses around them.
    fn whole_items(&self, text: &str) -> Vec<Span> {
        let mut from = self.span.start + 1;
        let mut out = Vec::new();
        for (at, item) in self.items.iter().enumerate() {
            let to = self.items.get(at + 1).map_or(self.span.end.saturating_sub(1), |next| next.start);
            let behind = Span::new(item.end, to).of(text);
            let comma = behind.find(',').map_or(to, |comma| item.end + small(comma));
            let whole = Span::new(from, comma);
            let (start, end) = (whole.of(text).trim_start(), whole.of(text).trim_end());
            out.push(Span::new(comma - small(start.len()), from + small(end.len())));
            from = (comma + 1).min(to);
        }
        out
    }

    /// Below the first item, as hand-aligned calls have it.
    fn aligned(&self, text: &str, style: &Style, tail: &Tail, new: &[String]) -> TextEdit {
        let first = self.items.first().map_or(self.span.start + 1, |item| item.start);
        let line = Span::new(style::line_start(text, first), first).of(text);
        let indent: String = line.chars().map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
        let joined = new.join(", ");
        match tail.comma {
            Some(comma) => TextEdit::insert(comma, format!("{}{indent}{joined}", style.newline)),
            None => TextEdit::insert(tail.end, format!(",{}{indent}{joined}", style.newline)),
        }
    }
}

/// Comments within `span`, where `span` starts outside of strings.
pub(super) fn comments_in(text: &str, span: Span) -> Vec<Span> {
    let comment = |token: Token| match token {
        Token::Comment(comment) => Some(comment.shifted(span.start)),
        Token::String(_) => None,
    };
    style::tokens(span.of(text)).into_iter().filter_map(comment).collect()
}

fn width(line: &str) -> usize {
    line.chars().count()
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    /// Adds `new=1` to the first call of `text`; its items are found by their commas.
    #[track_caller]
    fn check_append(text: &str, expected: Expect) {
        let open = text.find('(').expect("a call");
        let close = text.rfind(')').expect("its end");
        let (mut items, mut from) = (Vec::new(), open + 1);
        let mut depth = 0;
        for (at, c) in text.char_indices().skip(open + 1).take_while(|(at, _)| *at <= close) {
            depth += match c {
                '[' => 1,
                ']' => -1,
                _ => 0,
            };
            if (c == ',' && depth == 0) || at == close {
                let raw = &text[from..at];
                let code = raw.trim_start_matches(|c: char| c.is_whitespace());
                let code = if code.starts_with('#') { "" } else { code.split(" #").next().unwrap_or(code).trim_end() };
                if !code.is_empty() {
                    let start = from + raw.find(code).expect("it is there");
                    items.push(Span::from(start..start + code.len()));
                }
                from = at + 1;
            }
        }
        let bracket = Bracket { span: Span::from(open..close + 1), items };
        let edits = bracket.append(text, &Style::of(text), &["new=1".to_owned()]);
        expected.assert_eq(&syntax::apply(text, &edits).expect("edits fit"));
    }

    #[test]
    fn on_the_line_while_it_fits() {
        check_append("@s()\n", expect!["@s(new=1)\n"]);
        check_append("@s(a=1)\n", expect!["@s(a=1, new=1)\n"]);
        check_append("@s(a=1,)\n", expect!["@s(a=1, new=1)\n"]);
        check_append("@s(a=1)  # why\n", expect!["@s(a=1, new=1)  # why\n"]);
    }

    #[test]
    fn one_a_line_when_it_does_not_fit() {
        check_append(
            "@nox.session(python=[\"3.10\", \"3.11\", \"3.12\"], tags=[\"slow\", \"needs-a-database\"], reuse_venv=True)\n",
            expect![[r#"
                @nox.session(
                    python=["3.10", "3.11", "3.12"],
                    tags=["slow", "needs-a-database"],
                    reuse_venv=True,
                    new=1,
                )
            "#]],
        );
    }

    #[test]
    fn lines_of_their_own_stay_so() {
        check_append("@s(\n    a=1,\n)\n", expect!["@s(\n    a=1,\n    new=1,\n)\n"]);
        check_append("@s(\n    a=1,  # why\n)\n", expect!["@s(\n    a=1,  # why\n    new=1,\n)\n"]);
        check_append("@s(\n    a=1\n)\n", expect!["@s(\n    a=1,\n    new=1\n)\n"]);
        check_append("@s(\n    a=1  # why\n)\n", expect!["@s(\n    a=1,  # why\n    new=1\n)\n"]);
        check_append(
            "@s(\n\ta=1,\n\tb=[\n\t\t2,\n\t],\n)\n",
            expect!["@s(\n\ta=1,\n\tb=[\n\t\t2,\n\t],\n\tnew=1,\n)\n"],
        );
        check_append("@s(\r\n    a=1,\r\n)\r\n", expect!["@s(\r\n    a=1,\r\n    new=1,\r\n)\r\n"]);
    }

    #[test]
    fn several_on_a_line_of_their_own_stay_so() {
        check_append("@s(\n    a=1, b=2\n)\n", expect!["@s(\n    a=1, b=2, new=1\n)\n"]);
    }
}
