//! `require-nox-version`: a session that uses `requires=`, and where an old nox is pinned.

use expect_test::expect;

use super::*;

const NEW: &str = r#"#- noxfile.py
import nox<|>

@nox.session(requires=["build"])
def tests(session):
    session.run("pytest")

@nox.session
def build(session):
    session.run("make")
"#;

#[test]
fn require_nox_version() {
    check(
        "require-nox-version",
        vec![
            ("as it is", In(NEW.to_owned())),
            ("nothing new is used", with(NEW, "(requires=[\"build\"])", "")),
            ("required already", with(NEW, "import nox<|>", "import nox<|>\nnox.needs_version = \">=2025.2.9\"")),
            (
                "a newer one is required",
                with(NEW, "import nox<|>", "import nox<|>\nnox.needs_version = \">=2026.1.1\""),
            ),
            (
                "an older one is enough today",
                with(NEW, "import nox<|>", "import nox<|>\nnox.needs_version = \">=2024.4.15\""),
            ),
            ("a bound above", with(NEW, "import nox<|>", "import nox<|>\nnox.needs_version = \"<2026\"")),
            (
                "not imported by that name",
                with(NEW, "import nox<|>", "from nox import session<|>")
                    .then(|text| text.replace("@nox.session", "@session")),
            ),
            ("an old nox", steps(NEW, "      - run: pip install nox==2024.10.9\n      - run: nox\n")),
            ("a new enough nox", steps(NEW, "      - run: pip install nox==2025.10.14\n      - run: nox\n")),
            (
                "an action with an old nox",
                steps(
                    NEW,
                    "      - uses: excitedleigh/setup-nox@v2\n        with: { nox-version: 2024.10.9 }\n      - run: nox\n",
                ),
            ),
            ("C1 to C10", Never("no session is changed")),
        ],
        expect![[r#"
            as it is: offered
            nothing new is used: nothing
            required already: nothing
            a newer one is required: nothing
            an older one is enough today: offered
            a bound above: refused: `nox.needs_version` is `<2026`, which may not allow 2025.02.09
            not imported by that name: refused: the noxfile does not import `nox` by that name
            an old nox: refused: `requires=` needs nox 2025.02.09, and job `all` of ci.yml uses 2024.10.9
            a new enough nox: offered
            an action with an old nox: refused: `requires=` needs nox 2025.02.09, and job `all` of ci.yml uses 2024.10.9
            C1 to C10: cannot be: no session is changed
        "#]],
    );
}

#[test]
fn an_old_nox_is_seen_wherever_an_action_says_it() {
    let pinned = |step: &str| steps(NEW, &format!("      - {step}\n      - run: nox\n"));
    check(
        "require-nox-version",
        vec![
            ("by its tag", pinned("uses: wntrblm/nox@2024.10.09")),
            ("by its tag, new enough", pinned("uses: wntrblm/nox@2026.10.20")),
            ("by its input, on a branch", pinned("{ uses: wntrblm/nox@main, with: { nox-version: 2024.10.9 } }")),
            (
                "by another's input",
                pinned("{ uses: excitedleigh/setup-nox@v2.1.0, with: { nox-version: '2024.10.9' } }"),
            ),
            ("its input in other letters", pinned("{ uses: daisylb/setup-nox@v2, with: { Nox-Version: 2024.10.9 } }")),
            ("a range in its input", pinned("{ uses: excitedleigh/setup-nox@v2, with: { nox-version: '>=2024.4' } }")),
            ("a range that ends before", pinned("{ uses: excitedleigh/setup-nox@v2, with: { nox-version: '<2025' } }")),
            ("with a comparison", pinned("{ uses: excitedleigh/setup-nox@v2, with: { nox-version: '==2024.10.9' } }")),
            ("of a matrix", pinned("{ uses: excitedleigh/setup-nox@v2, with: { nox-version: '${{ matrix.nox }}' } }")),
            ("nothing is said", pinned("uses: excitedleigh/setup-nox@v2")),
        ],
        expect![[r#"
            by its tag: refused: `requires=` needs nox 2025.02.09, and job `all` of ci.yml uses 2024.10.09
            by its tag, new enough: offered
            by its input, on a branch: refused: `requires=` needs nox 2025.02.09, and job `all` of ci.yml uses 2024.10.9
            by another's input: refused: `requires=` needs nox 2025.02.09, and job `all` of ci.yml uses 2024.10.9
            its input in other letters: refused: `requires=` needs nox 2025.02.09, and job `all` of ci.yml uses 2024.10.9
            a range in its input: offered
            a range that ends before: refused: `requires=` needs nox 2025.02.09, and job `all` of ci.yml uses <2025
            with a comparison: refused: `requires=` needs nox 2025.02.09, and job `all` of ci.yml uses 2024.10.9
            of a matrix: offered
            nothing is said: offered
        "#]],
    );
}
