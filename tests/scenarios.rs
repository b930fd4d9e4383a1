//! The hostile shapes of `benches/scenarios.toml` at their largest: the right answers, and no stack that overflows.

#[path = "generate/matchers.rs"]
mod matchers;
#[path = "../benches/support/scenarios.rs"]
mod scenarios;

use cwfilter::{FilterPattern, ParseError, lint};
use matchers::matchers;
use scenarios::{Measure, Scenario};

#[test]
fn hostile_shapes_are_answered_as_by_the_reference() {
    for scenario in Scenario::all() {
        // of the sets that grow, the smallest says as much
        let size = if scenario.event(1) == scenario.event(2) {
            scenario.sizes[0]
        } else {
            *scenario.sizes.last().unwrap()
        };
        let name = &scenario.name;
        let texts = scenario.patterns(size);
        let parsed: Result<Vec<FilterPattern>, ParseError> = texts.iter().map(|text| text.parse()).collect();
        assert_eq!(parsed.is_ok(), scenario.accepted, "{name}");
        let Ok(patterns) = parsed else { continue };
        let event = scenario.event(size).into_bytes();
        match scenario.measure {
            Measure::Match => {
                let is_match = |at: &usize| patterns[*at].reference().is_match(&event);
                let expected: Vec<usize> = (0..patterns.len()).filter(is_match).collect();
                for (way, mut matcher) in matchers(&patterns) {
                    let found: Vec<usize> = matcher.matches(&event).map(|id| id.index()).collect();
                    assert!(found == expected, "{name}, {way}: {} against {}", found.len(), expected.len());
                }
            }
            Measure::Scan | Measure::Records => {
                let is_scan = scenario.measure == Measure::Scan;
                let (mut counts, mut matched) = (Vec::new(), Vec::new());
                for (_, mut matcher) in matchers(&patterns) {
                    let mut ids = 0;
                    counts.push(if is_scan {
                        matcher.scan_ndjson(&event, |_, found| ids += found.len())
                    } else {
                        matcher
                            .scan_records(&event, |_, _, found| ids += found.len())
                            .expect("a delivery file")
                    });
                    matched.push(ids);
                }
                assert!(counts.iter().all(|count| *count == size as u64), "{name}: {counts:?}");
                assert!(
                    matched.iter().all(|it| *it == if is_scan { 0 } else { size }),
                    "{name}: {matched:?}"
                );
            }
            Measure::Explain => {
                assert_eq!(patterns[0].explain(&event).matched(), patterns[0].is_match(&event))
            }
            Measure::Generate => {
                let tests = cwfilter::rules::generate(&patterns[0]);
                assert!(tests.len() > size, "{name}: {} tests", tests.len());
                let is_so = |test: &cwfilter::rules::GeneratedTest| {
                    patterns[0].reference().is_match(test.message.as_bytes()) == test.matches
                };
                assert!(tests.iter().all(is_so), "{name}");
            }
            Measure::Lint => assert!(lint::check(&texts[0]).iter().all(|it| it.fix.is_none())),
            Measure::Parse | Measure::Compile => drop(matchers(&patterns)),
        }
    }
}
