//! How time grows with the size of hostile inputs: `cargo bench --features rules --bench scenarios`.

#[path = "support/scenarios.rs"]
mod scenarios;

use cwfilter::{FilterPattern, Matcher, PatternSet, lint};
use scenarios::{Measure, Scenario};
use std::hint::black_box;
use std::time::{Duration, Instant};

/// A growth that exceeds the expected one by this much is reported.
const TOLERANCE: f64 = 0.35;

fn main() {
    println!(
        "| scenario | sizes | time at the largest | growth: exponent | expected |\n|---|---|---|---|---|"
    );
    let mut worse = 0;
    for scenario in Scenario::all() {
        let times: Vec<f64> =
            scenario.sizes.iter().map(|size| time(&scenario, *size).as_secs_f64()).collect();
        let (first, last) = (scenario.sizes[0], scenario.sizes[scenario.sizes.len() - 1]);
        let ratio = times[times.len() - 1] / times[0];
        let exponent = ratio.ln() / (last as f64 / first as f64).ln();
        let is_worse = exponent > scenario.growth + TOLERANCE;
        worse += usize::from(is_worse);
        println!(
            "| {} | {first} to {last} | {:.2?} | {exponent:.2}{} | {} |",
            scenario.name,
            Duration::from_secs_f64(times[times.len() - 1]),
            if is_worse { " **worse**" } else { "" },
            scenario.growth
        );
    }
    if worse > 0 {
        eprintln!("{worse} scenarios grow faster than expected");
        std::process::exit(1);
    }
}

/// Patterns whose names are their numbers.
fn numbered(patterns: impl Iterator<Item = FilterPattern>) -> impl Iterator<Item = (String, FilterPattern)> {
    patterns.enumerate().map(|(at, pattern)| (at.to_string(), pattern))
}

fn set(patterns: &[String]) -> PatternSet {
    let parsed = patterns.iter().map(|text| text.parse().expect("it parses"));
    PatternSet::try_from_iter(numbered(parsed)).expect("the names differ")
}

/// The shortest of several runs.
fn shortest(mut run: impl FnMut()) -> Duration {
    let began = Instant::now();
    let mut shortest = Duration::MAX;
    for _ in 0..200 {
        let start = Instant::now();
        run();
        shortest = shortest.min(start.elapsed());
        if began.elapsed() > Duration::from_millis(400) {
            break;
        }
    }
    shortest
}

fn time(scenario: &Scenario, size: usize) -> Duration {
    let (patterns, event) = (scenario.patterns(size), scenario.event(size));
    let bytes = event.as_bytes();
    let matching = |run: fn(&mut Matcher, &[u8]) -> usize| {
        let mut matcher = set(&patterns).matcher();
        shortest(|| {
            black_box(run(&mut matcher, bytes));
        })
    };
    match scenario.measure {
        Measure::Parse => shortest(|| {
            assert_eq!(black_box(patterns[0].parse::<FilterPattern>()).is_ok(), scenario.accepted);
        }),
        Measure::Compile => {
            let parsed: Vec<FilterPattern> =
                patterns.iter().map(|text| text.parse().expect("it parses")).collect();
            shortest(|| {
                black_box(PatternSet::try_from_iter(numbered(parsed.iter().cloned())).is_ok());
            })
        }
        Measure::Match => matching(|matcher, bytes| matcher.count(bytes)),
        Measure::Scan => matching(|matcher, bytes| matcher.scan_ndjson(bytes, |_, _| ()) as usize),
        Measure::Records => matching(|matcher, bytes| {
            matcher.scan_records(bytes, |_, _, _| ()).map_or(0, |count| count as usize)
        }),
        Measure::Explain => {
            let pattern: FilterPattern = patterns[0].parse().expect("it parses");
            shortest(|| {
                black_box(pattern.explain(bytes));
            })
        }
        Measure::Generate => {
            let pattern: FilterPattern = patterns[0].parse().expect("it parses");
            shortest(|| {
                black_box(cwfilter::rules::generate(&pattern));
            })
        }
        Measure::Lint => shortest(|| {
            black_box(lint::check(&patterns[0]));
        }),
    }
}
