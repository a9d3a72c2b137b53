//! What the text between the quotes of a Python string means.

/// Undoes the escapes of `raw`. What Python would refuse stands as it is.
pub(super) fn unescape(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('\\') {
        out.push_str(rest.get(..at).unwrap_or_default());
        let escape = rest.get(at + 1..).unwrap_or_default();
        let taken = one(escape, &mut out);
        if taken == 0 {
            out.push('\\');
        }
        rest = escape.get(taken..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// Reads one escape (without its backslash) and gives how long it is; 0 when it is none.
fn one(escape: &str, out: &mut String) -> usize {
    let Some(first) = escape.chars().next() else { return 0 };
    let (plain, digits) = match first {
        '\n' => return 1,
        '\r' => return if escape.starts_with("\r\n") { 2 } else { 1 },
        '\\' | '\'' | '"' => (first, 0),
        'n' => ('\n', 0),
        't' => ('\t', 0),
        'r' => ('\r', 0),
        'a' => ('\x07', 0),
        'b' => ('\x08', 0),
        'f' => ('\x0c', 0),
        'v' => ('\x0b', 0),
        'x' => ('x', 2),
        'u' => ('u', 4),
        'U' => ('U', 8),
        '0'..='7' => {
            let len = escape.bytes().take(3).take_while(|b| (b'0'..=b'7').contains(b)).count();
            let code = escape.get(..len).and_then(|digits| u32::from_str_radix(digits, 8).ok());
            out.extend(code.and_then(char::from_u32));
            return len;
        }
        _ => return 0,
    };
    if digits == 0 {
        out.push(plain);
        return 1;
    }
    let code = escape.get(1..=digits).and_then(|digits| u32::from_str_radix(digits, 16).ok()).and_then(char::from_u32);
    match code {
        Some(c) => {
            out.push(c);
            1 + digits
        }
        None => 0,
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn escapes_are_undone_and_others_stay() {
        let check = |raw, expected: &str| assert_eq!(super::unescape(raw), expected);
        check(r"a\n\t\\\'\x41\u00e9\101\0", "a\n\t\\'Aé A\0".replace(' ', "").as_str());
        check(r"\d \N{DASH} \xZZ", r"\d \N{DASH} \xZZ");
        check("a\\\nb", "ab");
        check("\\", "\\");
    }
}
