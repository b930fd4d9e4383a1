//! A score says what it was measured on: tests that fail, undecided mutants and timelines are no evidence, and are named.

#[path = "support/program.rs"]
mod program;

use program::{folder, program, write};
use serde_json::Value as Json;

/// The only test fails: its events match and do not match.
const FAILS: &str = "
[[rule]]
id = 't'
pattern = '{ $.a = 1 }'
[[rule.test]]
name = 'wrong'
events = [{ a = 1 }, { a = 2 }, { a = 0 }, { a = 10 }, { A = 1 }, { a_ = 1 }]
expect = 'match'
";

const FAILS_OF_CLOUDTRAIL: &str = "
[[rule]]
id = 't'
pattern = '{ $.eventName = \"StopLogging\" }'
[[rule.test]]
name = 'wrong'
event = { eventName = \"DeleteTrail\" }
origin = 'recorded'
expect = 'match'
";

/// Few mutants are decided: no event of this service is known.
const UNDECIDED: &str = "
[[rule]]
id = 'new'
pattern = '{ $.eventName = \"CreateFrob\" || $.eventName = \"DeleteFrob\" }'
[[rule.test]]
name = 'x'
event = { eventName = \"StopLogging\" }
expect = 'no-match'
";

const TIMELINES: &str = "
[[rule]]
id = 'stopped'
pattern = '{ $.eventName = \"StopLogging\" }'
metric = { namespace = 'Security', name = 'Stopped', value = '1' }
alarm = { statistic = 'Sum', period = '5m', threshold = 1, missing = 'notBreaching' }
[[rule.timeline]]
name = 'one call is enough'
event = { eventName = 'StopLogging' }
at = ['1m']
until = '20m'
expect = { alarm = ['ALARM at 2m', 'OK at 17m'] }
[[rule.timeline]]
name = 'another call'
event = { eventName = 'DeleteTrail' }
at = ['1m']
until = '20m'
expect = { alarm = [] }
";

const MEASURED: &str = "
[[rule]]
id = 'm'
pattern = '{ $.a = 1 }'
[[rule.test]]
name = 'yes'
event = { a = 1 }
expect = 'match'
[[rule.test]]
name = 'no'
events = [{ a = 2 }, { a = 0 }, { a = 10 }, { a = 11 }, { A = 1 }, { a_ = 1 }]
expect = 'no-match'
";

/// The log of an application, with fields of the same names as those of CloudTrail.
const SHOP: &str = "
[[rule]]
id = 'refused'
pattern = '{ $.errorCode = 500 }'
[[rule.test]]
name = 'a card is refused'
event = { eventSource = 'shop.checkout', errorCode = 500 }
expect = 'match'
[[rule.test]]
name = 'others'
events = [{ errorCode = 501 }, { errorCode = 499 }]
expect = 'no-match'
";

const SHOP_WITHOUT_TESTS: &str = "
[[rule]]
id = 'clicked'
pattern = '{ $.eventType = \"click\" }'
";

/// The rules, the arguments, the exit code, and what the answer has and has not.
type Case = (&'static str, &'static [&'static str], i32, &'static [&'static str], &'static [&'static str]);

const CASES: &[Case] = &[
    (
        SHOP,
        &["mutate"],
        0,
        &[
            "refused: not about CloudTrail, judged over all messages: `eventSource` is `shop.checkout` in the test `a card is refused`",
        ],
        &["no CloudTrail record can be", "eventVersion", "decided, 0.0 %"],
    ),
    (
        SHOP,
        &["test", "--coverage", "--fail-under", "100"],
        0,
        &["not about CloudTrail, each event counts: `eventSource` is", "2 of 2, 100.0 %"],
        &["no CloudTrail record can be", "not recorded"],
    ),
    (SHOP_WITHOUT_TESTS, &["generate"], 0, &["event = { eventType = \"click\" }"], &["eventVersion", "Aws"]),
    (
        FAILS,
        &["mutate"],
        1,
        &[
            "the test `wrong` fails and does not count: run `cwfilter test` first",
            "mutation score: 0 of ",
            "; 1 test fails, not counted",
        ],
        &["100.0 %"],
    ),
    (FAILS_OF_CLOUDTRAIL, &["mutate"], 1, &["the test `wrong` fails", "; 0 of "], &["100.0 %"]),
    (
        FAILS,
        &["test", "--coverage"],
        1,
        &["not counted, the test fails: `wrong`", "clause coverage: 0 of 2, 0.0 %; 0 of 2 from recorded"],
        &[],
    ),
    (FAILS_OF_CLOUDTRAIL, &["test", "--coverage"], 1, &["clause coverage: 0 of 2, 0.0 %; 0 of 2"], &[]),
    (
        UNDECIDED,
        &["mutate", "--fail-under", "95"],
        1,
        &["not measured: ", " undecided: at least ", "; 1 rule is not measured"],
        &[],
    ),
    // what is open is said, and is a finding only against a percentage
    (UNDECIDED, &["mutate"], 0, &["not measured: "], &[]),
    (
        TIMELINES,
        &["mutate"],
        0,
        &["; the 2 timelines of the rule are not tried", "; 2 timelines are not tried"],
        &[],
    ),
    (
        MEASURED,
        &["mutate", "--fail-under", "95"],
        0,
        &["decided, 100.0 %"],
        &["fails", "timeline", "measured"],
    ),
];

#[test]
fn a_score_says_what_it_was_measured_on() {
    let folder = folder("mutation_score");
    for (rules, args, code, has, has_not) in CASES {
        write(&folder, "rules.toml", rules);
        let found = program(&folder, &[*args, &["rules.toml"]].concat());
        assert_eq!(found.code, Some(*code), "{args:?} {rules}: {}{}", found.stdout, found.stderr);
        for text in *has {
            assert!(found.stdout.contains(text), "{args:?} without {text}: {}", found.stdout);
        }
        for text in *has_not {
            assert!(!found.stdout.contains(text), "{args:?} with {text}: {}", found.stdout);
        }
    }
}

#[test]
fn the_json_of_a_score_says_it_too() {
    let folder = folder("mutation_score_json");
    for (rules, failing, timelines, is_measured) in [
        (FAILS, serde_json::json!(["wrong"]), 0, true),
        (UNDECIDED, serde_json::json!([]), 0, false),
        (TIMELINES, serde_json::json!([]), 2, true),
        (MEASURED, serde_json::json!([]), 0, true),
    ] {
        write(&folder, "rules.toml", rules);
        let found = program(&folder, &["mutate", "--format", "json", "rules.toml"]);
        let report: Json = serde_json::from_str(&found.stdout).unwrap();
        let rule = &report["rules"][0];
        assert_eq!(rule["failing"], failing, "{report}");
        assert_eq!(rule["timelinesNotTried"], timelines, "{report}");
        assert_eq!(rule["isMeasured"], is_measured, "{report}");
        let (percent, least) = (report["percent"].as_f64(), report["atLeast"].as_f64());
        assert!(least < percent || is_measured && least == percent, "{report}");
    }
    for (rules, is_other) in [(SHOP, true), (MEASURED, false)] {
        write(&folder, "rules.toml", rules);
        let json = |args: &[&str]| -> Json {
            let found = program(&folder, &[args, &["--format", "json", "rules.toml"]].concat());
            serde_json::from_str(&found.stdout).unwrap()
        };
        let (mutate, test) = (json(&["mutate"]), json(&["test", "--coverage"]));
        for why in [&mutate["rules"][0]["notCloudTrail"], &test["rules"][0]["coverage"]["notCloudTrail"]] {
            assert_eq!(why.as_str().is_some_and(|why| why.contains("shop.checkout")), is_other, "{why}");
        }
    }
    write(&folder, "rules.toml", FAILS);
    let found = program(&folder, &["test", "--coverage", "--format", "json", "rules.toml"]);
    let report: Json = serde_json::from_str(&found.stdout).unwrap();
    assert_eq!(report["rules"][0]["coverage"]["failing"], serde_json::json!(["wrong"]), "{report}");
}
