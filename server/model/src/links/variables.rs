//! The variables around a nox call that move what its sessions touch: of the workflow, the job, the step (`env:`), of the
//! script (`export`, `KEY=value nox`), and those that an earlier step has set by `$GITHUB_ENV`, whose values nobody knows.

use facts::shell::NoxCall;
use facts::workflow::Scope;

use super::words;
use crate::effects;

/// Those that are set, with their values; `None`: not known. `scope`: of the step that makes the call.
pub(super) fn around(call: &NoxCall, scope: &Scope<'_>) -> Vec<(&'static str, Option<String>)> {
    let mut found = Vec::new();
    for name in effects::variables() {
        let of_script = call.env.iter().rev().find(|(key, _)| key == name).map(|(_, word)| words::fill(word, scope));
        let value = match of_script {
            Some(value) => value,
            None if scope.has_variable(name) => scope.variable(name),
            None => continue,
        };
        // An empty variable moves nothing, say the tools that have one.
        if value.as_ref().is_none_or(|value| !value.trim().is_empty()) {
            found.push((*name, value.filter(|value| !value.contains(['$', '`']))));
        }
    }
    found
}
