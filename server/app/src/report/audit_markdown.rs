//! The audit as Markdown: for a pull request, and for editors.

use std::fmt::Write;

use ide::Audit;
use ide::{table, words};
use model::forecast::Way;

/// The report as Markdown.
pub(crate) fn audit(audit: &Audit) -> String {
    let mut out = String::from("# noxflow audit\n");
    for (sequence, others) in audit.told_once() {
        let now = sequence.forecasts.iter().find(|forecast| forecast.way == Way::Now);
        let time = now.map(|now| format!(", {}", words::estimate(&now.makespan))).unwrap_or_default();
        line(&mut out, &format!("\n## `{}` in `{}:{}`\n", sequence.job, sequence.path, sequence.line));
        line(&mut out, &format!("**{} sessions one after another{time}.**\n", sequence.sessions.len()));
        let names: Vec<String> = sequence.sessions.iter().map(|name| format!("`{name}`")).collect();
        line(&mut out, &format!("Today: {}", names.join(" → ")));
        if !others.is_empty() {
            let others = others.iter().map(|it| format!("`{}` in `{}:{}`", it.job, it.path, it.line));
            line(&mut out, &format!("\nThe same in {}.", others.collect::<Vec<_>>().join(", ")));
        }
        for (path, calls) in &sequence.called {
            let calls = words::count(*calls, "call");
            line(&mut out, &format!("\n{calls} in `{path}`, which other jobs may use too: no rewrite edits it."));
        }
        let needed = sequence.needed.iter().map(|needed| format!("{} ({})", needed.reason, needed.evidence));
        list(&mut out, "Order that is needed", "None: no session needs another.", &needed.collect::<Vec<_>>());
        let hazards = sequence.hazards.iter().map(|hazard| {
            let cure = if hazard.cure.is_empty() { "they must not overlap" } else { &hazard.cure };
            format!("{}: {}; {cure}", hazard.severity, hazard.reason)
        });
        list(&mut out, "What would collide", "", &hazards.collect::<Vec<_>>());
        let unknown = sequence.unknown.iter().map(|(session, command)| format!("`{session}`: `{command}`"));
        list(&mut out, "Commands whose effects nobody knows", "", &unknown.collect::<Vec<_>>());
        let chain: Vec<String> = sequence.critical_path.iter().map(|name| format!("`{name}`")).collect();
        let length = words::duration(sequence.critical_seconds);
        line(&mut out, &format!("\nCritical path: {} ({length})\n", chain.join(" → ")));
        if !sequence.forecasts.is_empty() {
            let rows = sequence.forecasts.iter().zip(&sequence.ranges).map(|(forecast, range)| {
                let (way, time) = (words::way(forecast.way), words::estimate(&forecast.makespan));
                let p90 = match words::is_known(sequence.guessed) {
                    true => words::seconds(range.p90, forecast.makespan.source),
                    false => "?".to_owned(),
                };
                [way, time, p90, words::duration(forecast.machine_minutes * 60.0)]
            });
            let head = ["way", "start to end >", "p90 >", "machine time >"];
            out.push_str(&table::markdown(head, &rows.collect::<Vec<_>>()));
        }
        let offers = sequence.offers.iter().filter(|offer| offer.disabled.is_none());
        let offers: Vec<String> = offers.map(|offer| format!("{} (`{}`)", offer.title, offer.assist)).collect();
        list(&mut out, "What can be done", "", &offers);
    }
    if audit.sequences.is_empty() {
        line(&mut out, "\nNo job runs several nox sessions one after another.");
    }
    let needs = audit.needless_needs.iter();
    let needs: Vec<String> = needs
        .map(|needs| {
            format!(
                "`{}` waits for `{}` and takes nothing from it (`{}:{}`)",
                needs.job, needs.needs, needs.path, needs.line
            )
        })
        .collect();
    list(&mut out, "Jobs that wait without need", "", &needs);
    for (noxfile, others) in audit.noxfiles_told_once() {
        line(&mut out, &format!("\n## `{}`\n", noxfile.path));
        if !others.is_empty() {
            let others: Vec<String> = others.iter().map(|path| format!("`{path}`")).collect();
            line(&mut out, &format!("The same in {}.\n", others.join(", ")));
        }
        if !noxfile.is_complete {
            line(&mut out, "Some sessions cannot be read without running it.\n");
        }
        let rows = noxfile.sessions.iter().map(|session| {
            let slack = if session.is_critical { "critical".to_owned() } else { words::duration(session.slack) };
            let (time, source) = (words::estimate(&session.estimate), words::source(&session.estimate));
            [format!("`{}`", session.name), time, source, slack]
        });
        let head = ["session", "time >", "from", "may start later by >"];
        out.push_str(&table::markdown(head, &rows.collect::<Vec<_>>()));
    }
    out
}

fn list(out: &mut String, title: &str, none: &str, items: &[String]) {
    if items.is_empty() && none.is_empty() {
        return;
    }
    line(out, &format!("\n### {title}\n"));
    if items.is_empty() {
        line(out, none);
    }
    for item in items {
        line(out, &format!("- {item}"));
    }
}

fn line(out: &mut String, text: &str) {
    let _ = writeln!(out, "{text}"); // writing to a string cannot fail
}
