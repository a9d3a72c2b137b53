//! Laying out text: columns, and sentences that are too long for a line.

/// Words of `text` in lines of at most `width` characters; a longer word has a line of its own.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let Some(last) = lines.last_mut() else { break };
        let used = last.chars().count();
        if used > 0 && used + 1 + word.chars().count() > width {
            lines.push(word.to_owned());
        } else {
            if used > 0 {
                last.push(' ');
            }
            last.push_str(word);
        }
    }
    lines
}

/// `text` without Markdown's backquotes.
pub(super) fn plain(text: &str) -> String {
    text.replace('`', "")
}

/// Width of the widest.
pub(super) fn widest<'a>(texts: impl Iterator<Item = &'a str>) -> usize {
    texts.map(|text| text.chars().count()).max().unwrap_or(0)
}

/// `line` without what moves a cursor or rings a bell; with `colours` the sequences that only change those stay.
pub(super) fn clean(line: &str, colours: bool) -> String {
    let mut out = String::with_capacity(line.len());
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\u{1b}' => {
                let sequence = escape(&mut chars);
                if colours && sequence.starts_with('[') && sequence.ends_with('m') {
                    out.push('\u{1b}');
                    out.push_str(&sequence);
                }
            }
            '\t' => out.push_str("    "),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// The rest of an escape sequence.
fn escape(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> String {
    let mut sequence = String::new();
    let Some(kind) = chars.next() else { return sequence };
    sequence.push(kind);
    let is_end: fn(char) -> bool = match kind {
        '[' => |c| ('@'..='~').contains(&c),
        ']' => |c| c == '\u{7}' || c == '\\',
        _ => return sequence,
    };
    for c in chars {
        sequence.push(c);
        if is_end(c) {
            break;
        }
    }
    sequence
}

/// The start of `text` that fills at most `columns`: wide characters (East Asian, emoji) take two.
pub(super) fn fit(text: &str, columns: usize) -> String {
    let mut left = columns;
    let fitting = text.chars().take_while(|c| {
        let taken = columns_of(*c);
        let fits = taken <= left;
        left = left.saturating_sub(taken);
        fits
    });
    fitting.collect()
}

fn columns_of(c: char) -> usize {
    if c < '\u{1100}' || ('\u{2010}'..='\u{25ff}').contains(&c) { 1 } else { 2 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_sentences_are_broken_between_words() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("incomprehensible", 5), ["incomprehensible"]);
        assert_eq!(wrap("", 5), [""]);
    }

    #[test]
    fn only_colours_are_left_of_control_sequences() {
        let line = "\u{1b}[2K\u{1b}[31mred\u{1b}[0m\tx\u{7}\u{1b}]0;title\u{7}.";
        assert_eq!(clean(line, true), "\u{1b}[31mred\u{1b}[0m    x.");
        assert_eq!(clean(line, false), "red    x.");
    }

    #[test]
    fn wide_characters_take_two_columns() {
        assert_eq!(fit("漢字abc", 5), "漢字a");
        assert_eq!(fit("│ 漢", 3), "│ ");
    }
}
