//! What a set says it was compiled to: which clause sets a rule off, what the prefilter searches for, and why it is off.

use cwfilter::PatternSet;

/// Patterns of one set, and lines that its description has.
const CASES: &[(&[&str], &[&str])] = &[
    // the rarest clause is the trigger, the others are asked after it fired
    (
        &[
            r#"{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }"#,
        ],
        &[
            r#"  trigger   $.userIdentity.type = "Root""#,
            r#"  then ask  $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent""#,
            "prefilter: on, an event without one of these texts is not parsed",
            r#"  "Root"                   a value; found by `"` and `R`, 1 apart"#,
        ],
    ),
    // the choice that `src/engine/compile/trigger.rs` works through: cis-unauthorized-api-calls
    (
        &[
            r#"{ ($.errorCode = "*UnauthorizedOperation" || $.errorCode = "AccessDenied*") && $.sourceIPAddress != "delivery.logs.amazonaws.com" && $.eventName != "HeadBucket" }"#,
        ],
        &[
            r#"  trigger   $.errorCode = "*UnauthorizedOperation""#,
            r#"       or   $.errorCode = "AccessDenied*""#,
            r#"  then ask  $.sourceIPAddress != "delivery.logs.amazonaws.com" && $.eventName != "HeadBucket""#,
        ],
    ),
    // alternatives are triggers each, and decide alone
    (
        &["{ $.eventName = StopLogging || $.eventName = DeleteTrail }"],
        &[
            r#"  trigger   $.eventName = "StopLogging""#,
            r#"       or   $.eventName = "DeleteTrail""#,
            "  then ask  nothing: the trigger decides",
            r#"  "eventName"              a key, prefix filter on its value; found by `v` and `N`, 4 apart"#,
        ],
    ),
    // several `!=` on one field are one trigger
    (
        &["{ $.a != x && $.a != y && $.b NOT EXISTS }"],
        &[r#"  trigger   $.a != "x" && $.a != "y""#, "  then ask  $.b NOT EXISTS"],
    ),
    // a trigger that fires too often is asked again
    (&["{ $.size > 5 }"], &["  trigger   $.size > 5", "  then ask  $.size > 5"]),
    // nothing sets off a rule about a missing field
    (
        &["{ $.a NOT EXISTS }", "{ $.b = 1 }"],
        &[
            "prefilter: off, every event is parsed: some rule has to run for every event",
            "  runs for every event: p0",
            "  trigger   none: runs for every event",
        ],
    ),
    (
        &["{ $.b = 1 }", "ERROR"],
        &["prefilter: off, every event is parsed: a pattern of another kind looks at every event"],
    ),
    (&["{ $.items[*].name = 1 }"], &["  then ask  $.items[*].name = 1"]),
    (
        &["{ $.a = 1 && $.['b c'].d = 2 }", "{ $.a = 1 && $.e = 3 }"],
        &["2 rules, 3 predicates, 1 of them shared", "     2 rules  $.a = 1", "  ├─ b c", "  │  └─ d"],
    ),
];

fn describe(patterns: &[&str]) -> String {
    let parsed = patterns.iter().map(|text| text.parse::<cwfilter::FilterPattern>().unwrap());
    let named = parsed.enumerate().map(|(number, pattern)| (format!("p{number}"), pattern));
    PatternSet::try_from_iter(named).unwrap().describe().to_string()
}

#[test]
fn the_description_names_triggers_needles_and_what_is_left_to_ask() {
    for (patterns, lines) in CASES {
        let text = describe(patterns);
        for line in *lines {
            assert!(text.lines().any(|found| found == *line), "{patterns:?} lacks\n{line}\nin\n{text}");
        }
    }
}

#[test]
fn more_keys_than_pay_switch_the_prefilter_off() {
    let patterns: Vec<String> = (0..9).map(|n| format!("{{ $.key{n} = \"value{n}\" }}")).collect();
    let text = describe(&patterns.iter().map(String::as_str).collect::<Vec<_>>());
    assert!(
        text.contains("prefilter: off, every event is parsed: the triggers read 9 keys, more than 8"),
        "{text}"
    );
}
