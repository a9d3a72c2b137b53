//! The shell script that runs units of sessions as background processes of one step.
//!
//! POSIX sh, right under `set -e`, with or without `pipefail`. Each unit's output goes to a log of its own and is
//! printed whole when it has ended; every exit status counts. A bare `wait` would hide failures (POSIX: it returns 0),
//! and so would `wait a b` (the status of the last).

use crate::assists::workflow::group::{Group, Unit};

/// The script for `units`. `None` when a unit cannot be written as one nox call.
pub(crate) fn script(group: &Group<'_>, units: &[Unit]) -> Option<String> {
    let names = names(group, units);
    let mut out = String::from(HEAD);
    // By name: in dash `$(jobs -p)` asks a subshell, which has no jobs.
    let variables: Vec<String> = names.iter().map(|name| format!("${}", variable(name))).collect();
    out.push_str(&format!("trap 'kill {} 2>/dev/null || :' INT TERM\n", variables.join(" ")));
    let mut shown = vec![false; units.len()];
    let start = |unit: &Unit, name: &str| -> Option<String> {
        let command = group.command(&unit.items, "")?;
        let variable = variable(name);
        Some(format!("{command} >\"$logs/{name}.log\" 2>&1 & {variable}=$!"))
    };
    let show = |at: usize| names.get(at).map(|name| format!("show {name} \"${}\"\n", variable(name)));
    for (unit, name) in units.iter().zip(&names).filter(|(unit, _)| unit.after.is_empty()) {
        out.push_str(&start(unit, name)?);
        out.push('\n');
    }
    for (at, unit) in units.iter().enumerate().filter(|(_, unit)| !unit.after.is_empty()) {
        for before in &unit.after {
            if !std::mem::replace(shown.get_mut(*before)?, true) {
                out.push_str(&show(*before)?);
            }
        }
        // As in a job of single steps: what comes after a failure is not started.
        let (line, name) = (start(unit, names.get(at)?)?, names.get(at)?);
        let variable = variable(name);
        out.push_str(&format!("{variable}=\nif [ \"$status\" -eq 0 ]; then\n  {line}\nfi\n"));
    }
    for at in 0..units.len() {
        if !shown.get(at).copied().unwrap_or(true) {
            out.push_str(&show(at)?);
        }
    }
    out.push_str("exit \"$status\"\n");
    Some(out)
}

const HEAD: &str = r#"logs=$(mktemp -d) status=0
show() { # show NAME PID: wait for it, print its log, remember a failure
  [ -n "$2" ] || return 0
  code=0
  wait "$2" || code=$?
  echo "::group::$1 (exit status $code)"
  cat "$logs/$1.log"
  echo "::endgroup::"
  [ "$code" -eq 0 ] || { status=1 && echo "::error::$1 failed with exit status $code"; }
}
"#;

/// A name for each unit: that of its last session, which the others lead to, made fit for a file and a variable.
fn names(group: &Group<'_>, units: &[Unit]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for unit in units {
        let text = unit.items.last().and_then(|at| group.items.get(*at)).map_or("sessions", |item| item.text.as_str());
        let clean: String =
            text.trim_matches('"').chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
        let clean = clean.trim_matches('_').to_owned();
        let mut name = clean.clone();
        let mut n = 2;
        while names.contains(&name) {
            name = format!("{clean}_{n}");
            n += 1;
        }
        names.push(name);
    }
    names
}

/// A variable's name; one that starts with a digit is none.
fn variable(name: &str) -> String {
    format!("pid_{name}")
}
