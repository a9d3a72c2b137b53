//! Security scanners, dead-code finders, licence lists.

use crate::effects::catalogue::{Mover, Tool, Touch};
use crate::effects::{Role, SessionKind};

const REPORT: Touch = Touch::writes_to(&[Mover::Flag("-o"), Mover::Flag("--output"), Mover::Flag("--output-file")])
    .role(Role::Report)
    .cure("`-o FILE`");

pub(super) const TOOLS: &[Tool] = &[
    // Nothing but `-o` (measured).
    Tool::new("bandit", &["bandit"]).kind(SessionKind::Security).touches(&[Touch::sources(), REPORT]),
    // Standard output only (measured).
    Tool::new("vulture", &["vulture", "deadcode", "skylos"]).kind(SessionKind::DeadCode).touches(&[Touch::sources()]),
    Tool::new("pip-audit", &["pip-audit", "safety", "liccheck", "osv-scanner"])
        .kind(SessionKind::Security)
        .touches(&[REPORT]),
    Tool::new("semgrep", &["semgrep", "trivy", "gitleaks", "trufflehog", "snyk", "opengrep"])
        .kind(SessionKind::Security)
        .touches(&[Touch::sources(), REPORT]),
    // `--baseline` rewrites a tracked file (measured).
    Tool::new("detect-secrets --baseline", &["detect-secrets"])
        .with(&["--baseline"])
        .kind(SessionKind::Security)
        .touches(&[
            Touch::sources(),
            Touch::writes_to(&[Mover::Flag("--baseline")]).cure("scan to standard output in CI"),
        ]),
    Tool::new("detect-secrets", &["detect-secrets", "detect-secrets-hook"])
        .kind(SessionKind::Security)
        .touches(&[Touch::sources()]),
    Tool::new("pip-licenses", &["pip-licenses", "cyclonedx-py", "syft", "third-party-license-file-generator"])
        .kind(SessionKind::Security)
        .touches(&[REPORT]),
];
