//! Security scanners, dead code, licences.

use crate::command::{Proof, run};

pub(super) const COMMANDS: &[Proof] = &[
    run("bandit -q -r demo"),
    run("bandit -q -r demo -f json -o out.json"),
    run("vulture demo").exit(3),
    run("detect-secrets scan"),
    run("detect-secrets scan --baseline .secrets").after(&["sh -c true"]).files(SECRETS),
    run("pip-licenses"),
    run("pip-licenses --format=json --output-file=out.json"),
    run("cyclonedx-py requirements -o out.json requirements.in"),
];

const SECRETS: &[(&str, &str)] = &[(
    ".secrets",
    "{\"version\": \"1.4.0\", \"plugins_used\": [], \"filters_used\": [], \"results\": {}, \"generated_at\": \"2020-01-01T00:00:00Z\"}\n",
)];
