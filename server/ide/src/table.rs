//! Markdown tables that are tables as plain text too: editors of the terminal show them as they are written.

use std::fmt::Write;

/// A table. A head that ends in ` >` stands over a column of numbers, set to the right.
///
/// Cells are filled to the width they have when backticks and stars are not shown.
pub fn markdown<const N: usize>(head: [&str; N], rows: &[[String; N]]) -> String {
    let heads = head.map(|head| head.trim_end_matches(" >").to_owned());
    let widths: [usize; N] = std::array::from_fn(|at| {
        let cells = std::iter::once(&heads).chain(rows).filter_map(|row| row.get(at));
        cells.map(|cell| width(cell)).max().unwrap_or_default().max(3)
    });
    let is_number = head.map(|head| head.ends_with(" >"));
    let mut out = String::new();
    line(&mut out, &heads, &widths, &is_number);
    for (width, is_number) in widths.iter().zip(is_number) {
        let (dashes, end) = if is_number { (width + 1, ":") } else { (width + 2, "") };
        let _ = write!(out, "|{}{end}", "-".repeat(dashes)); // writing to a string cannot fail
    }
    out.push_str("|\n");
    for row in rows {
        line(&mut out, row, &widths, &is_number);
    }
    out
}

fn line<const N: usize>(out: &mut String, cells: &[String; N], widths: &[usize; N], is_number: &[bool; N]) {
    for ((cell, to), is_number) in cells.iter().zip(widths).zip(is_number) {
        let fill = " ".repeat(to.saturating_sub(width(cell)));
        let _ = if *is_number { write!(out, "| {fill}{cell} ") } else { write!(out, "| {cell}{fill} ") };
    }
    out.push_str("|\n");
}

fn width(cell: &str) -> usize {
    cell.chars().filter(|c| !matches!(c, '`' | '*')).count()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    #[test]
    fn columns_line_up_when_marks_are_not_shown() {
        let rows = [["now", "11 m 30 s"], ["`nox -j 4`", "**5 m**"]];
        let table = markdown(["way", "time >"], &rows.map(|row| row.map(str::to_owned)));
        expect![[r#"
            | way      |      time |
            |----------|----------:|
            | now      | 11 m 30 s |
            | `nox -j 4` |       **5 m** |
        "#]]
        .assert_eq(&table);
    }
}
