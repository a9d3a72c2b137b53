//! Which token goes where.

use super::*;

#[test]
fn a_token_goes_to_the_forge_that_it_is_of() {
    let of = |forge: Forge, web: &str, is_named: bool, variables: &[(&str, &str)]| {
        let source = Source::new(forge, Url::parse(web).expect("a URL"), "octo", "hello").expect("a source");
        let variable =
            |name: &str| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        match Token::of_environment(&source, is_named, &variable) {
            FromEnvironment::Found(token) => token.from,
            FromEnvironment::Withheld(_) => "withheld".to_owned(),
            FromEnvironment::None => "none".to_owned(),
        }
    };
    let github = [("GITHUB_TOKEN", "x")];
    assert_eq!(of(Forge::GitHub, "https://github.com", false, &github), "GITHUB_TOKEN");
    assert_eq!(of(Forge::GitHub, "https://evil.example", false, &github), "withheld");
    assert_eq!(of(Forge::GitHub, "https://ghe.example", true, &github), "GITHUB_TOKEN");
    assert_eq!(of(Forge::Forgejo, "https://evil.example", true, &github), "withheld");
    let forgejo = [("FORGEJO_TOKEN", "x"), ("FORGEJO_URL", "https://git.example:3000/")];
    assert_eq!(of(Forge::Forgejo, "https://git.example:3000", false, &forgejo), "FORGEJO_TOKEN");
    assert_eq!(of(Forge::Forgejo, "http://git.example:3000", false, &forgejo), "withheld");
    assert_eq!(of(Forge::Forgejo, "https://codeberg.org", false, &forgejo), "withheld");
    assert_eq!(of(Forge::Gitea, "https://gitea.com", false, &[]), "none");
    assert_eq!(of(Forge::Gitea, "https://gitea.com", false, &[("GITEA_TOKEN", "a b")]), "none");
}
