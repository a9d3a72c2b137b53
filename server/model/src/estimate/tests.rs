//! The rules of the estimator, each with figures to follow by hand.

use std::sync::Arc;

use expect_test::{Expect, expect};
use facts::noxfile::NoxfileFacts;

use super::*;
use crate::workspace::SessionId;
use crate::workspace::testing::{on_pythons, session};

/// On a runner whose environments have to be made by pip.
const RUNNER: Place<'static> = Place::Runner { label: Some("ubuntu"), is_cold: true };
/// Here, where nox makes environments anew each time.
const HERE: Place<'static> = Place::Here { is_remade: true };

#[test]
fn rule_1_samples_of_different_places_environments_and_backends_are_not_mixed() {
    let all = [
        locals(&[10.0; 3]),
        samples(&[40.0; 3], |sample| sample.place = Where::Ci("ubuntu".into())),
        samples(&[90.0; 3], |sample| sample.place = Where::Ci("windows".into())),
    ]
    .concat();
    check(HERE, None, &all, expect!["10.0 s (7.0 to 14.2), Measured(3)"]);
    check(RUNNER, None, &all, expect!["40.0 s (28.2 to 56.8), Imported(3)"]);
    let windows = Place::Runner { label: Some("windows"), is_cold: true };
    check(windows, None, &all, expect!["90.0 s (63.4 to 127.7), Imported(3)"]);

    let warm = Place::Runner { label: Some("ubuntu"), is_cold: false };
    let on_ubuntu = |cold: bool, backend: &str, seconds: f64| {
        samples(&[seconds; 3], |sample| {
            (sample.place, sample.cold) = (Where::Ci("ubuntu".into()), cold);
            sample.backend = Some(backend.to_owned()).filter(|it| !it.is_empty());
        })
    };
    let all = [on_ubuntu(true, "uv", 20.0), on_ubuntu(true, "virtualenv", 33.0), on_ubuntu(false, "uv", 15.0)].concat();
    check(RUNNER, Some("uv"), &all, expect!["20.0 s (14.1 to 28.4), Imported(3)"]);
    check(RUNNER, Some("virtualenv"), &all, expect!["33.0 s (23.3 to 46.8), Imported(3)"]);
    check(warm, Some("uv"), &all, expect!["15.0 s (10.6 to 21.3), Imported(3)"]);
    // A sample whose backend nobody knows counts for any.
    check(RUNNER, Some("uv"), &on_ubuntu(true, "", 25.0), expect!["25.0 s (17.6 to 35.5), Imported(3)"]);
}

#[test]
fn rule_1_where_the_class_has_none_the_nearest_is_taken() {
    let here = locals(&[10.0; 3]);
    check(RUNNER, None, &here, expect!["10.0 s (7.0 to 14.2), Measured(3)"]);
    let there = samples(&[30.0; 3], |sample| sample.place = Where::Ci("ubuntu".into()));
    check(HERE, None, &there, expect!["30.0 s (21.1 to 42.6), Imported(3)"]);
    // What was measured in an environment that was there lacks the making of it: 15 s.
    let warm = samples(&[10.0; 3], |sample| sample.cold = false);
    check(RUNNER, None, &warm, expect!["25.0 s (17.6 to 35.5), Measured(3)"]);
    check(RUNNER, Some("uv"), &warm, expect!["13.0 s (9.2 to 18.4), Measured(3)"]);
    check(RUNNER, Some("none"), &warm, expect!["10.0 s (7.0 to 14.2), Measured(3)"]);
}

#[test]
fn rule_1_here_the_last_three_runs_say_whether_environments_are_there_and_who_is_beside() {
    let mut all = locals(&[40.0, 41.0, 40.0, 5.0, 5.0, 5.0]);
    all[3..].iter_mut().for_each(|sample| sample.cold = false);
    check(HERE, None, &all, expect!["5.0 s (3.5 to 7.1), Measured(3)"]);
    check(HERE, None, &all[..4], expect!["40.0 s (28.2 to 56.8), Measured(3)"]);
    let mut all = locals(&[10.0, 10.0, 10.0, 16.0, 17.0, 16.0]);
    all[3..].iter_mut().for_each(|sample| sample.lanes = 4);
    check(HERE, None, &all, expect!["16.0 s (11.3 to 22.7), Measured(3)"]);
    check(HERE, None, &all[..4], expect!["10.0 s (7.0 to 14.2), Measured(3)"]);
}

#[test]
fn rule_2_the_last_twenty_are_kept() {
    check(
        HERE,
        None,
        &locals(&[[90.0; 5], [20.0; 5], [20.0; 5], [20.0; 5], [20.0; 5]].concat()),
        expect!["20.0 s (20.0 to 20.0), Measured(20)"],
    );
    check(HERE, None, &locals(&[f64::NAN, -3.0, f64::INFINITY]), expect!["105.0 s (35.0 to 315.0), Guess"]);
}

#[test]
fn rule_3_the_median_is_of_the_last_ten() {
    check(HERE, None, &locals(&[[20.0; 10], [22.0; 10]].concat()), expect!["22.0 s (22.0 to 22.0), Measured(20)"]);
    let outlier = [10.0, 10.5, 11.0, 90.0, 10.2, 10.8];
    check(HERE, None, &locals(&outlier), expect!["10.7 s (10.2 to 11.0), Measured(6)"]);
}

#[test]
fn rule_4_one_or_two_of_elsewhere_are_drawn_towards_the_usual_time() {
    // exp(1/4 ln 10 + 3/4 ln 105), exp(2/5 ln 10 + 3/5 ln 105): the usual time of tests is 90 s, 15 s more for pip.
    check(RUNNER, None, &locals(&[10.0]), expect!["58.3 s (37.2 to 91.5), Measured(1)"]);
    check(RUNNER, None, &locals(&[10.0, 10.0]), expect!["41.0 s (27.5 to 61.2), Measured(2)"]);
    check(RUNNER, None, &locals(&[10.0, 12.0, 11.0]), expect!["11.0 s (7.8 to 15.6), Measured(3)"]);
    // Of the place itself they are believed.
    check(HERE, None, &locals(&[10.0]), expect!["10.0 s (6.4 to 15.7), Measured(1)"]);
    check(HERE, None, &locals(&[10.0, 10.0]), expect!["10.0 s (6.7 to 14.9), Measured(2)"]);
    check(HERE, None, &locals(&[10.0, 12.0, 11.0]), expect!["11.0 s (7.8 to 15.6), Measured(3)"]);
    check(HERE, None, &locals(&[0.0]), expect!["0.0 s (0.0 to 0.0), Measured(1)"]);
}

#[test]
fn rule_5_after_a_change_of_a_third_the_last_five_count() {
    let changed = [60.0, 60.0, 60.0, 60.0, 60.0, 30.0, 30.0, 31.0, 30.0, 32.0];
    check(HERE, None, &locals(&changed), expect!["30.0 s (30.0 to 31.2), Measured(10)"]);
    let hardly = [40.0, 40.0, 40.0, 40.0, 40.0, 30.0, 30.0, 31.0, 30.0, 32.0];
    check(HERE, None, &locals(&hardly), expect!["36.0 s (30.0 to 40.0), Measured(10)"]);
}

#[test]
fn rule_6_the_spread_is_that_of_the_samples_once_there_are_five() {
    check(HERE, None, &locals(&[10.0, 20.0, 30.0, 40.0, 50.0]), expect!["30.0 s (18.0 to 42.0), Measured(5)"]);
    // Before that e^0.5 to e^0.3 either way, or what they deviate by themselves: here 1.4826 ln 2.
    check(HERE, None, &locals(&[20.0, 20.0, 20.0, 20.0]), expect!["20.0 s (14.8 to 27.0), Measured(4)"]);
    check(HERE, None, &locals(&[10.0, 20.0, 40.0]), expect!["20.0 s (7.2 to 55.9), Measured(3)"]);
}

#[test]
fn rule_7_the_weighted_average_only_says_which_way_it_goes() {
    let slower = [[60.0; 10].as_slice(), &[75.0; 5]].concat();
    let told = trend(&slower).map(|trend| (trend.before, trend.now));
    assert_eq!(told, Some((60.0, 75.0)));
    // The estimate stays the median of the last ten.
    check(HERE, None, &locals(&slower), expect!["67.5 s (60.0 to 75.0), Measured(15)"]);
    assert_eq!(trend(&[60.0, 60.0, 60.0, 75.0, 75.0]), None, "too few to say anything");
}

#[test]
fn rule_8_where_nothing_is_known_it_is_the_kinds_usual_time_and_the_environments() {
    check(RUNNER, None, &[], expect!["105.0 s (35.0 to 315.0), Guess"]);
    check(RUNNER, Some("virtualenv"), &[], expect!["105.0 s (35.0 to 315.0), Guess"]);
    check(RUNNER, Some("uv"), &[], expect!["93.0 s (31.0 to 279.0), Guess"]);
    check(RUNNER, Some("uv|virtualenv"), &[], expect!["93.0 s (31.0 to 279.0), Guess"]);
    check(RUNNER, Some("none"), &[], expect!["90.0 s (30.0 to 270.0), Guess"]);
    check(Place::Runner { label: None, is_cold: false }, None, &[], expect!["90.0 s (30.0 to 270.0), Guess"]);
    check(Place::Here { is_remade: false }, None, &[], expect!["90.0 s (30.0 to 270.0), Guess"]);
}

#[test]
fn an_instance_that_never_ran_takes_what_its_siblings_do_then_the_session_then_the_usual_time() {
    let session = on_pythons(session("tests", &["pytest"]), &["3.12", "3.13", "3.14"]);
    let noxfile = NoxfileFacts { sessions: vec![Arc::new(session)], ..NoxfileFacts::default() };
    let times = |known: &[(&str, f64)]| {
        let mut timings = Timings::default();
        for (signature, seconds) in known {
            for sample in locals(&[*seconds; 3]) {
                timings.add("", Sample { signature: (*signature).to_owned(), ..sample });
            }
        }
        let query = |_| Query { kind: SessionKind::Test, backend: None, place: HERE };
        let times = Times::new(&noxfile, ("", &timings), query);
        let shown = |it: &Estimate| format!("{:.0} s ({:.0} to {:.0}), {:?}", it.seconds, it.low, it.high, it.source);
        let each: Vec<String> = times.of(SessionId(0)).iter().map(shown).collect();
        let total = times.total(SessionId(0)).map(|it| format!("{:.0} s", it.seconds));
        format!("{}; in all {}", each.join("; "), total.unwrap_or_default())
    };
    expect!["30 s (21 to 43), Measured(3); 60 s (42 to 85), Measured(3); 45 s (21 to 85), Measured(0); in all 135 s"]
        .assert_eq(&times(&[("tests-3.12", 30.0), ("tests-3.13", 60.0), ("tests", 200.0)]));
    expect!["200 s (141 to 284), Measured(3); 200 s (141 to 284), Measured(3); 200 s (141 to 284), Measured(3); in all 600 s"]
        .assert_eq(&times(&[("tests", 200.0)]));
    expect!["105 s (35 to 315), Guess; 105 s (35 to 315), Guess; 105 s (35 to 315), Guess; in all 315 s"]
        .assert_eq(&times(&[("lint", 1.0)]));
}

#[track_caller]
fn check(place: Place<'_>, backend: Option<&str>, samples: &[Sample], expected: Expect) {
    // Order in the history does not matter, the time of the run does.
    let mut samples: Vec<Sample> =
        samples.iter().cloned().enumerate().map(|(at, sample)| Sample { at: at as f64, ..sample }).collect();
    samples.reverse();
    let query = Query { kind: SessionKind::Test, backend, place };
    let Estimate { seconds, low, high, source } = estimate(&samples, &query);
    expected.assert_eq(&format!("{seconds:.1} s ({low:.1} to {high:.1}), {source:?}"));
}

/// Here, in environments that were made.
fn locals(seconds: &[f64]) -> Vec<Sample> {
    samples(seconds, |_| ())
}

fn samples(seconds: &[f64], change: impl Fn(&mut Sample)) -> Vec<Sample> {
    let one = |&seconds: &f64| {
        let (signature, place) = ("tests".to_owned(), Where::Local);
        let mut sample = Sample { signature, place, cold: true, backend: None, lanes: 1, seconds, at: 0.0 };
        change(&mut sample);
        sample
    };
    seconds.iter().map(one).collect()
}
