//! Simulations: filters that publish to one metric name share the metric, and an alarm ignores datapoints with other dimensions or units.

use cwfilter::alarm::State;
use cwfilter::rules;
use cwfilter::simulation::Simulation;
use std::path::Path;

/// Minute 0 of the events, in seconds since 1970.
const START: i64 = 1_772_618_400;

/// Runs events, given by their second and text, through rules, and returns `of` for each rule.
fn simulated<T>(
    name: &str,
    text: &str,
    events: &[(i64, &str)],
    of: impl Fn(&cwfilter::simulation::Course<'_>) -> T,
) -> Vec<T> {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("simulation-{name}.toml"));
    std::fs::write(&path, text).unwrap();
    let files = rules::load(&[path]).unwrap();
    let mut simulation = Simulation::new(files.iter().flat_map(|file| &file.rules)).unwrap();
    for (second, event) in events {
        simulation.add(Some(START + second), event.as_bytes(), || format!("{second}"));
    }
    simulation.courses().iter().map(of).collect()
}

fn rule(id: &str, word: &str, metric: &str, alarm: &str) -> String {
    let alarm = if alarm.is_empty() {
        String::new()
    } else {
        format!("alarm = {{ period = \"5m\", missing = \"notBreaching\", {alarm} }}\n")
    };
    format!(
        "[[rule]]\nid = \"{id}\"\npattern = '{{ $.word = \"{word}\" }}'\n\
         metric = {{ namespace = \"App\", {metric} }}\n{alarm}\n"
    )
}

const A: &str = r#"{"word":"a","fn":"f","delta":-5}"#;
const B: &str = r#"{"word":"b"}"#;

#[test]
fn filters_that_feed_one_metric_are_added_up() {
    let alarm = "statistic = \"Sum\", threshold = 5";
    let shared = rule("a", "a", "name = \"Trail\", value = \"1\"", alarm)
        + &rule("b", "b", "name = \"Trail\", value = \"1\"", "");
    let events = [(61, A), (62, A), (63, A), (64, B), (65, B), (66, B)];
    let rang =
        |course: &cwfilter::simulation::Course<'_>| (course.alarms(), course.also_fed_by.clone().len());
    assert_eq!(simulated("shared", &shared, &events, rang), [(1, 1), (0, 0)]);
    let apart = shared.replacen("Trail", "Stopped", 1);
    assert_eq!(simulated("apart", &apart, &events, rang), [(0, 0), (0, 0)]);
    // an event of either rule is named as a reason
    let named = |course: &cwfilter::simulation::Course<'_>| {
        course
            .changes
            .iter()
            .filter(|(change, _)| change.new == State::Alarm)
            .flat_map(|(_, events)| events.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(simulated("named", &shared, &events, named)[0].len(), 5);
}

#[test]
fn an_alarm_without_dimensions_never_sees_a_point_that_has_some() {
    let text = rule(
        "a",
        "a",
        "name = \"Errors\", value = \"1\", dimensions = { Fn = \"$.fn\" }",
        "statistic = \"Sum\", threshold = 1",
    );
    let seen = simulated("dimensions", &text, &[(61, A)], |course| (course.alarms(), course.unseen));
    assert_eq!(seen, [(0, 1)]);
}

#[test]
fn a_percentile_of_negative_values_is_none() {
    let rule = |threshold: &str| {
        let alarm = format!("statistic = \"p90\", threshold = {threshold}");
        rule("a", "a", "name = \"Delta\", value = \"$.delta\"", &alarm)
    };
    let alarms = |course: &cwfilter::simulation::Course<'_>| course.alarms();
    assert_eq!(simulated("negative", &rule("-10"), &[(61, A)], alarms), [0]);
    let positive = r#"{"word":"a","delta":5}"#;
    assert_eq!(simulated("positive", &rule("-10"), &[(61, positive)], alarms), [1]);
}

#[test]
fn every_event_that_does_not_match_publishes_the_default() {
    let count = |statistic: &str, threshold: u32| {
        let alarm = format!("statistic = \"{statistic}\", threshold = {threshold}");
        let text = rule("a", "a", "name = \"M\", value = \"1\", default = 0", &alarm);
        simulated("default", &text, &[(61, A), (62, B), (63, B)], |course| course.alarms())
    };
    assert_eq!(count("SampleCount", 3), [1]);
    assert_eq!(count("SampleCount", 4), [0]);
    assert_eq!(count("Minimum", 1), [0]);
    assert_eq!(count("Maximum", 1), [1]);
}
