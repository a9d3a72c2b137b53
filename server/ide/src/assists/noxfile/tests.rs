//! Assists of noxfiles as a person sees them: the result, the refusals, and that a second time nothing is offered.

use expect_test::Expect;

use crate::assist::{self, Offer};
use crate::fixture::Fixture;

mod add_requires;
mod allow_parallel;
mod build_once;
mod isolate_coverage;
mod isolate_output;
mod longest_first;
mod preconditions;
mod repeated_builds;
mod replace_notify;
mod require_nox_version;
mod styles;
mod table_of_styles;

/// Files that `id` changes at the cursor. The result must not be offered the same again.
#[track_caller]
fn check(id: &str, fixture: &str, expected: Expect) {
    let fixture = Fixture::new(fixture);
    let made = offer(&fixture, id).unwrap_or_else(|| panic!("{id} is not offered"));
    assert_eq!(made.disabled, None);
    let mut shown = format!("{}{}\n", if made.is_safe { "" } else { "! " }, made.title);
    let mut again = String::new();
    for file in &fixture.snapshot.files {
        let text = file.document.text();
        let text = match made.edits.iter().find(|edit| edit.file == file.id) {
            Some(edit) => {
                let text = syntax::apply(text, &edit.edits).expect("the edits fit");
                shown.push_str(&format!("#- {}\n{text}", file.path));
                if let Some(question) = &edit.confirm {
                    shown.push_str(&format!("#? {question}\n"));
                }
                text
            }
            None => text.to_owned(),
        };
        again.push_str(&format!("#- {}\n", file.path));
        if file.id == fixture.file {
            let at = text.find(&behind_cursor(&fixture)).unwrap_or(0);
            again.push_str(&format!("{}<|>{}", &text[..at], &text[at..]));
        } else {
            again.push_str(&text);
        }
    }
    expected.assert_eq(&shown);
    let again = Fixture::new(&again);
    let twice = offer(&again, id).filter(|offer| offer.disabled.is_none());
    assert_eq!(twice.map(|offer| offer.title), None, "offered again");
}

/// Why `id` is not possible at the cursor.
#[track_caller]
fn check_refused(id: &str, fixture: &str, expected: Expect) {
    let offer = offer(&Fixture::new(fixture), id).unwrap_or_else(|| panic!("{id} is not offered"));
    assert!(offer.edits.is_empty());
    expected.assert_eq(&offer.disabled.expect("it is refused"));
}

/// `id` has nothing to do at the cursor.
#[track_caller]
fn check_silent(id: &str, fixture: &str) {
    assert_eq!(offer(&Fixture::new(fixture), id), None);
}

fn offer(fixture: &Fixture, id: &str) -> Option<Offer> {
    assist::assists(&fixture.snapshot, fixture.file, fixture.span).into_iter().find(|offer| offer.assist == id)
}

/// The rest of the line behind the cursor, by which its place is found again.
fn behind_cursor(fixture: &Fixture) -> String {
    let file = fixture.snapshot.file(fixture.file).expect("the file of the cursor");
    let rest = &file.document.text()[fixture.span.start as usize..];
    rest.lines().next().unwrap_or_default().to_owned()
}
