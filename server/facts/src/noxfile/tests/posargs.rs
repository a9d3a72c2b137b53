//! `session.posargs`: where the words of the command line come to stand, and who looks at them.

use super::*;

#[test]
fn the_place_of_the_words_of_the_command_line_is_known() {
    let places = |body: &str| -> Vec<Option<std::ops::Range<usize>>> {
        let text = format!("import nox\n@nox.session\ndef s(session):\n    {body}\n");
        let facts = read(&Document::new(Language::Python, text.as_str()), &Alone);
        let actions = facts.sessions.iter().flat_map(|session| session.actions.iter());
        let posargs = actions.filter_map(|action| match &action.kind {
            ActionKind::Run { posargs, .. } => Some(posargs.clone()),
            _ => None,
        });
        posargs.collect()
    };
    assert_eq!(places("session.run('pytest', *session.posargs, 'tests')"), [Some(1..1)]);
    assert_eq!(places("session.run('isort', *(session.posargs or ['--check', '-q']), '.')"), [Some(1..3)]);
    assert_eq!(places("session.run('pytest')"), [None]);
    assert_eq!(places("session.install_and_run_script('x.py', *session.posargs)"), [Some(2..2)]);
}

#[test]
fn whether_a_session_looks_at_the_words_of_the_command_line_is_known() {
    let reads = |body: &str| {
        let helper = "def helper(session):\n    return [*session.posargs]\n";
        let text = format!("import nox\n{helper}@nox.session\ndef s(session):\n    {body}\n");
        let facts = read(&Document::new(Language::Python, text.as_str()), &Alone);
        facts.sessions.iter().any(|session| session.reads_posargs)
    };
    assert!(reads("session.run('pytest', *helper(session))"));
    assert!(reads("if session.posargs:\n        session.run('x')"));
    assert!(!reads("session.run('pytest')"));
}
