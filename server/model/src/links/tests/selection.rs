//! What a command line selects, one fact of nox's a test. `tests/corpus/selection.rs` asks the installed nox the same.

use expect_test::expect;

use super::{check, check_job};

#[test]
fn a_repeated_flag_replaces() {
    check(
        &["nox -s slow -s lint", "nox -s nope --session lint", "nox -t none -t big", "nox -k slow -k lint"],
        expect![[r#"
            lint
            lint
            +lint tests-3.12 slow
            lint
        "#]],
    );
}

#[test]
fn tags_and_keywords_take_the_place_of_names_and_defaults() {
    check(
        &["nox -s dj -t big", "nox -s nope -k slow", "nox -t big -k 'not slow'", "NOXSESSION=dj nox -t big"],
        expect![[r#"
            +lint tests-3.12 slow
            slow
            +lint tests-3.12
            +lint tests-3.12 slow
        "#]],
    );
}

#[test]
fn keywords_are_parts_of_signatures_tags_and_names_and_what_is_required_comes_back() {
    check(
        &["nox -k es", "nox -k big", "nox -k 'not lint'", "nox -k 3.11", "nox -k 'django or slow'", "nox -k none"],
        expect![[r#"
            +lint tests-3.11 tests-3.12
            +lint tests-3.12 slow
            +lint tests-3.11 tests-3.12 dj-3.11(django='4.2') dj-3.11(django='5.0') slow
            lint tests-3.11 tests-3.12 dj-3.11(django='4.2') dj-3.11(django='5.0') slow
            dj-3.11(django='4.2') dj-3.11(django='5.0') slow

        "#]],
    );
}

#[test]
fn one_interpreter_of_a_session_has_a_name() {
    check(
        &["nox -s tests-3.11", "nox -s tests-3.13", "nox -s tests -p 3.11", "nox -s lint -p 3.11"],
        expect![[r#"
            +lint tests-3.11
            ; unknown tests-3.13 (tests-3.11)
            +lint tests-3.11

        "#]],
    );
}

#[test]
fn forced_interpreters_that_the_noxfile_does_not_speak_of_are_not_known() {
    check(
        &["nox -s tests -P 3.12", "nox -s tests -P 3.13", "nox -s lint -P 3.12", "nox -s tests --extra-python 3.13"],
        expect![[r#"
            +lint tests-3.12
            +lint tests-3.11 tests-3.12; partial
            lint; partial
            +lint tests-3.11 tests-3.12; partial
        "#]],
    );
}

#[test]
fn names_are_told_apart_by_blanks_in_the_command_and_by_commas_in_the_environment() {
    check(
        &["nox -s slow lint", "nox -s slow,lint", "NOXSESSION=slow,lint nox", "NOXSESSION=slow nox -s lint"],
        expect![[r#"
            slow lint
            ; unknown slow,lint (-)
            slow lint
            lint
        "#]],
    );
}

#[test]
fn words_behind_two_dashes_are_the_sessions_own() {
    check(
        &["nox -s lint -- -s slow -t big", "nox -- lint"],
        expect![[r#"
            lint
            lint tests-3.11 tests-3.12 dj-3.11(django='4.2') dj-3.11(django='5.0')
        "#]],
    );
}

#[test]
fn the_environment_has_no_tags_and_no_keywords() {
    check_job(
        "  a:\n    runs-on: x\n    env: {NOXTAGS: big, NOXKEYWORDS: slow}\n    steps:\n      - run: nox -s lint\n",
        expect![[r#"
            lint
        "#]],
    );
}
