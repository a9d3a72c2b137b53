//! What nox lists, put over what was read. The list is what nox 2026.10.20 says of the first text; the second hides from
//! the reader what the first shows, and must come out the same.

use super::*;

/// Beside a noxfile of which nox has said something.
struct Asked(Arc<Vec<Listed>>);

impl Surroundings for Asked {
    fn read(&self, _: &str) -> Option<Arc<str>> {
        None
    }

    fn listed(&self, _: &str, _: &NoxfileFacts) -> Option<Arc<Vec<Listed>>> {
        Some(Arc::clone(&self.0))
    }
}

fn listed(facts: &NoxfileFacts) -> Vec<Listed> {
    let entry = |session: &Session, instance: &Instance| Listed {
        signature: instance.signature.clone(),
        name: session.name.clone(),
        description: session.doc.clone(),
        python: instance.python.clone(),
        tags: instance.tags.clone(),
        parameters: instance.parameters.clone(),
    };
    facts.sessions.iter().flat_map(|session| session.instances.iter().map(|it| entry(session, it))).collect()
}

#[track_caller]
fn check(open: &str, hidden: &str, expected: Expect) {
    let read_with = |text: &str, surroundings: &dyn Surroundings| {
        let text = format!("import nox\n{text}");
        let facts = read(&Document::new(Language::Python, text.as_str()), surroundings);
        (sessions(&facts, &text), facts)
    };
    let (shown, facts) = read_with(open, &Alone);
    let (confirmed, after) = read_with(hidden, &Asked(Arc::new(listed(&facts))));
    assert!(after.is_confirmed && after.sessions.iter().all(|session| session.complete), "{after:#?}");
    let of = |text: &str| text.lines().filter(|line| !line.starts_with('?')).collect::<Vec<_>>().join("\n");
    assert_eq!(of(&confirmed), of(&shown));
    expected.assert_eq(&confirmed);
}

#[test]
fn pythons_and_parameters_get_all_their_names() {
    check(
        "@nox.session(python=['3.11', '3.12'], requires=['b-{python}'])\n@nox.parametrize('n', [1, 2])\ndef a(s, n): ...\n\
         @nox.session(python='3.12')\n@nox.parametrize('n', [1])\ndef b(s, n): ...\n\
         @nox.session(python='3.12')\ndef c(s): ...\n\
         @nox.session\n@nox.parametrize('python', ['3.11'])\ndef d(s): ...",
        "@nox.session(python=who(), requires=['b-{python}'])\n@nox.parametrize('n', knows())\ndef a(s, n): ...\n\
         @nox.session(python=who())\n@nox.parametrize('n', [1])\ndef b(s, n): ...\n\
         @nox.session(python=who())\ndef c(s): ...\n\
         @nox.session\n@nox.parametrize('python', knows())\ndef d(s): ...",
        expect![[r#"
            a-3.11(n=1) = a-3.11 after ["b-3.11"]
            a-3.11(n=2) = a-3.11 after ["b-3.11"]
            a-3.12(n=1) = a-3.12 after ["b-3.12"]
            a-3.12(n=2) = a-3.12 after ["b-3.12"]
            b(n=1) = b-3.12(n=1) = b-3.12
            c = c-3.12
            d(python='3.11')
            ? `who` uses `who`, which is not known here
            ? `who` uses `who`, which is not known here
            ? `who` uses `who`, which is not known here
            ? `knows` uses `knows`, which is not known here"#]],
    );
}

#[test]
fn sessions_come_and_go_as_nox_says() {
    check(
        "@nox.session\ndef a(s): 'Doc.'\n@nox.session(tags=['x'])\ndef b(s): ...",
        "make()\n@nox.session\ndef b(s): ...\nif who():\n    @nox.session\n    def c(s): ...",
        expect![[r#"
            a
            b ["x"]
            ? `` `a` is not in the text of the noxfile"#]],
    );
}
