//! What the cells of a matrix hold of the sessions they run, and how the shell takes it out of `$SESSIONS`.
//!
//! The value comes to the shell through the environment, where it reads no quotes and no `$` in it: `tests(django='4.2')` stays
//! as it is. But without quotes around the variable it splits the value at blanks and takes `*` and `[` for names of files;
//! with quotes a value is one word, and a cell has to be one session.

use super::group::Item;
use crate::assists::GroupCx;

/// The values of a matrix over sessions.
pub(super) struct Values {
    /// One for each cell: sessions as nox gets them, and their arguments.
    pub(super) of_cells: Vec<String>,
    /// What stands behind `nox -s`.
    pub(super) words: String,
}

impl Values {
    /// Those for `cells`; the error says why there are none.
    pub(super) fn of(cx: &GroupCx<'_>, cells: &[Vec<usize>]) -> Result<Self, String> {
        let cells = cells.iter().map(|cell| Cell::of(cx, cell)).collect::<Result<Vec<Cell<'_>>, String>>()?;
        let split = cells.iter().flat_map(|cell| &cell.names).find(|name| name.contains(is_split_or_matched));
        let has_quotes = cells.iter().any(|cell| cell.posargs.contains(is_special));
        let mut arguments = String::new();
        if split.is_some() || has_quotes {
            // Arguments of all are written behind the variable, as they are.
            let posargs = cells.first().map_or("", |cell| cell.posargs);
            if cells.iter().any(|cell| cell.posargs != posargs) {
                let what = split.map_or("an argument of a session".to_owned(), |name| format!("`{name}`"));
                return Err(format!("{what} needs quotes, and the sessions take different arguments"));
            }
            if !posargs.is_empty() {
                arguments = format!(" -- {posargs}");
            }
        }
        if let Some(name) = split
            && let Some(several) = cells.iter().find(|cell| cell.names.len() > 1)
        {
            let several = several.names.join("`, `");
            return Err(format!(
                "the shell would split `{name}` or look for files, as `{several}` must stay in one job"
            ));
        }
        let value = |cell: &Cell<'_>| match (cell.posargs, &*arguments) {
            ("", _) => cell.names.join(" "),
            (posargs, "") => format!("{} -- {posargs}", cell.names.join(" ")),
            _ => cell.names.join(" "),
        };
        let variable = if split.is_some() { "\"$SESSIONS\"" } else { "$SESSIONS" };
        Ok(Self { of_cells: cells.iter().map(value).collect(), words: format!("{variable}{arguments}") })
    }
}

/// The sessions that a cell runs.
struct Cell<'a> {
    names: Vec<&'a str>,
    /// As they are written.
    posargs: &'a str,
}

impl<'a> Cell<'a> {
    fn of(cx: &'a GroupCx<'_>, items: &[usize]) -> Result<Self, String> {
        let items: Vec<&Item> = items.iter().filter_map(|at| cx.group.items.get(*at)).collect();
        let names: Vec<&str> = items.iter().map(|item| item.name.as_str()).collect();
        if let Some(twice) = names.iter().enumerate().find(|(at, name)| names.iter().take(*at).any(|it| it == *name)) {
            return Err(format!("`{}` runs twice, and a call runs what it names once", twice.1));
        }
        let posargs = items.first().map_or("", |item| item.posargs.as_str());
        if items.iter().any(|item| item.posargs != posargs) {
            return Err("the sessions take different arguments".to_owned());
        }
        if names.iter().chain(&[posargs]).any(|text| text.contains("${{")) {
            return Err("a session's name depends on the matrix, whose values cannot depend on one another".to_owned());
        }
        if let Some(name) = names.iter().find(|name| name.contains(is_read_elsewhere)) {
            return Err(format!(
                "`{name}` has a `$`, a backquote or a backslash, which a matrix value is not trusted with"
            ));
        }
        Ok(Self { names, posargs })
    }
}

/// Parts words, or stands for names of files, in a variable without quotes.
fn is_split_or_matched(c: char) -> bool {
    c.is_whitespace() || "*?[".contains(c)
}

/// Means something in a script.
fn is_special(c: char) -> bool {
    "\"'*?[$\\`".contains(c)
}

/// Would be more than itself to whoever writes the value into a script (`run: nox -s "${{ matrix.sessions }}"`).
fn is_read_elsewhere(c: char) -> bool {
    "$`\\\n".contains(c)
}
