//! The catalogue of tools, held against the tools: each command is run in a fresh copy of `project/`, and what it did to
//! the tree is compared with what noxflow says of a session with that very command. What a row does not promise must not
//! happen, what it promises must; a formatter must change something, its checking flag nothing; an option, variable or
//! setting that moves a path must move it; what is said to be read, taken away, must be missed.
//!
//! `rows/` is the table, a file a family as in `server/model/src/effects/tools/`. `unproved.rs` says of every other row
//! why it is not run here and where its facts are from. `docs/tools.md` is written by `UPDATE_EXPECT=1`.
//!
//! `NOXFLOW_CATALOGUE=WORD` runs only the commands with this word, `NOXFLOW_HEAVY=1` also the slow ones. To see the
//! table: `cargo test -p noxflow-tests --test catalogue -- --nocapture`.

use std::collections::VecDeque;
use std::sync::Mutex;

mod command;
mod judge;
mod page;
mod rows;
mod scratch;
mod tree;
mod unproved;

use command::Proof;
use judge::Judged;

/// Commands at once. They start processes that wait for the disk as much as for a core.
const LANES: usize = 4;

#[test]
fn every_command_does_what_its_row_says() {
    let judged = run_all();
    for one in &judged {
        println!("{}", line(one));
    }
    let wrong: Vec<String> = judged.iter().filter(|it| !it.faults.is_empty()).map(line).collect();
    println!("{} commands, {} of them other than their row says", judged.len(), wrong.len());
    assert!(!judged.is_empty(), "no command has this word");
    assert!(wrong.is_empty(), "these rows are not true:\n{}", wrong.join("\n"));
}

#[test]
fn every_row_is_proved_or_says_why_not() {
    let proofs = page::proofs();
    let rows = model::effects::table::rows();
    let open = rows.iter().filter(|row| !proofs.contains_key(&row.id));
    let silent: Vec<&str> = open.clone().map(|row| row.name).filter(|name| unproved::why(name).is_none()).collect();
    assert!(silent.is_empty(), "neither in rows/ nor in unproved.rs: {silent:?}");
    let left_over: Vec<&str> = unproved::names().filter(|name| !open.clone().any(|row| row.name == *name)).collect();
    assert!(left_over.is_empty(), "in unproved.rs, but proved or gone: {left_over:?}");
}

#[test]
fn the_page_is_that_of_the_catalogue() {
    expect_test::expect_file!["../../docs/tools.md"].assert_eq(&page::page());
}

/// Runs all that are asked for, a few at once; the answers are in the order of the table.
fn run_all() -> Vec<Judged> {
    let word = std::env::var("NOXFLOW_CATALOGUE").unwrap_or_default();
    let heavy = std::env::var_os("NOXFLOW_HEAVY").is_some();
    let is_meant = |it: &&Proof| it.run.contains(&word) && (heavy || !it.heavy);
    let queue: Mutex<VecDeque<(usize, &Proof)>> = Mutex::new(rows::all().filter(is_meant).enumerate().collect());
    let done: Mutex<Vec<(usize, Judged)>> = Mutex::default();
    let shelf = scratch::Shelf::default();
    std::thread::scope(|scope| {
        for _ in 0..LANES {
            scope.spawn(|| {
                loop {
                    let Some((at, proof)) = queue.lock().expect("no panic").pop_front() else { break };
                    let judged = judge::judge(proof, &shelf);
                    done.lock().expect("no panic").push((at, judged));
                }
            });
        }
    });
    let mut done = done.into_inner().expect("no panic");
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, judged)| judged).collect()
}

/// A line of the table, with what differs below it.
fn line(judged: &Judged) -> String {
    let change = &judged.change;
    let mut text = format!("{:>5.1} s  {:<72}", judged.seconds, judged.run);
    for (sign, paths) in [('+', &change.created), ('~', &change.changed), ('-', &change.deleted)] {
        for path in top(paths) {
            text.push_str(&format!(" {sign}{path}"));
        }
    }
    if change.git {
        text.push_str(" ~.git");
    }
    for fault in &judged.faults {
        text.push_str(&format!("\n    {fault}"));
    }
    text
}

/// The first few paths, a folder for all in it.
fn top(paths: &[String]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for path in paths {
        let parts: Vec<&str> = path.split('/').collect();
        let text = if parts.len() > 2 { format!("{}/{}/…", parts[0], parts[1]) } else { path.clone() };
        if !found.contains(&text) {
            found.push(text);
        }
    }
    if found.len() > 6 {
        found.truncate(6);
        found.push("…".to_owned());
    }
    found
}
