//! What nox is called with: words behind `--`.

use super::*;

/// What a session touches when nox is called with these words behind `--`.
fn given(line: &str, posargs: &[&[&str]]) -> String {
    let posargs: Vec<Vec<Option<String>>> =
        posargs.iter().map(|words| words.iter().map(|word| Some((*word).to_owned())).collect()).collect();
    let around = Around { posargs: &posargs, ..Around::default() };
    let text = text_of(&effects_of(&session("s", &[line]), &ProjectFacts::default(), around));
    text.lines().filter(|line| !line.contains("Cache")).map(|line| format!("{line}\n")).collect()
}

#[test]
fn words_of_the_call_are_words_of_the_command() {
    let lint = "ruff check . …";
    assert_eq!(given(lint, &[]), "");
    assert_eq!(given(lint, &[&[]]), "");
    expect![[r#"
        Mutate <Sources> Exclusive Other by ruff check --fix
    "#]]
    .assert_eq(&given(lint, &[&["--fix"]]));
    // Called with and without.
    expect![[r#"
        Mutate <Sources> Exclusive Other by ruff check --fix
    "#]]
    .assert_eq(&given(lint, &[&[], &["--fix"]]));
    // In the place of the default words.
    assert_eq!(given("isort …--check .", &[]), "");
    expect![[r#"
        Mutate <Sources> Exclusive Other by isort
    "#]]
    .assert_eq(&given("isort …--check .", &[&["--profile=black"]]));
    expect![[r#"
        Write .coverage Exclusive CoverageData by pytest --cov
        Delete .coverage.* Exclusive CoverageData by pytest --cov
        Write unit.xml Exclusive Report (named) by pytest --cov-report
        Write .coverage Exclusive CoverageData by pytest --cov
        Delete .coverage.* Exclusive CoverageData by pytest --cov
        Write unit.xml Exclusive Report (named) by pytest --cov-report
    "#]]
    .assert_eq(&given("pytest --cov …tests", &[&["--cov-report=xml:unit.xml"]]));
    // Whoever reads them elsewhere does what nobody knows.
    let reads = |posargs: &[Vec<Option<String>>]| {
        let session = facts::noxfile::Session { reads_posargs: true, ..session("s", &["ruff check ."]) };
        text_of(&effects_of(&session, &ProjectFacts::default(), Around { posargs, ..Around::default() }))
    };
    expect![[r#"
        Write .ruff_cache Safe Cache by ruff check
    "#]]
    .assert_eq(&reads(&[]));
    expect![[r#"
        Write .ruff_cache Safe Cache by ruff check
        unknown: -- 1.2 …
    "#]]
    .assert_eq(&reads(&[vec![Some("1.2".to_owned()), None]]));
}
