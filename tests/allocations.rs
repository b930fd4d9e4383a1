//! Once the first events are through, matching allocates nothing.

use cwfilter::{FilterPattern, PatternSet};

const EVENTS: [&str; 5] = [
    r#"{"eventVersion":"1.09","userIdentity":{"type":"Root","arn":"arn:aws:iam::123456789012:root"},"eventName":"ConsoleLogin","errorCode":"AccessDenied","n":12.5}"#,
    r#"{"userIdentity":{"type":"IAMUser"},"eventName":"Console\u004cogin","list":[{"x":1},{"x":null}],"errorCode":"Client.UnauthorizedOperation"}"#,
    r#"{ "eventName" : "StopLogging", "n" : 7, "t\u0079pe" : { "a" : "b" } }"#,
    "2026-03-04 ERROR [main thread] \"a b\" 404",
    "{broken",
];

const PATTERNS: [&str; 9] = [
    r#"{ $.eventName = "ConsoleLogin" && $.userIdentity.type = "Root" }"#,
    r#"{ $.errorCode = "*UnauthorizedOperation" || $.errorCode = "AccessDenied*" }"#,
    "{ $.n > 7 || $.n = 12.50 }",
    "{ $.list[*].x = 1 || $.list[1].x IS NULL }",
    "{ $.type NOT EXISTS && $.eventName != x }",
    "{ $.userIdentity.* = IAM* }",
    "?ERROR ?WARN",
    "[date, level = ERROR, ..., status >= 400]",
    "%",
];

#[test]
fn matching_allocates_nothing_after_warm_up() {
    let patterns: Vec<FilterPattern> = PATTERNS.iter().filter_map(|text| text.parse().ok()).collect();
    assert_eq!(patterns.len(), PATTERNS.len() - 1, "the lone percent sign is refused");
    let mut builder = PatternSet::builder();
    for (at, pattern) in patterns.iter().enumerate() {
        builder.add(at.to_string(), pattern.clone());
    }
    for structural in [false, true] {
        if structural {
            builder.structural();
        }
        let mut matcher = builder.build().unwrap().matcher();
        let mut run = || EVENTS.iter().map(|event| matcher.count(event.as_bytes())).sum::<usize>();
        let matches = run();
        assert!(matches > 5, "{matches}");
        let mut again = 0;
        let allocations = allocation_counter::measure(|| again = (0..10).map(|_| run()).sum());
        assert_eq!((allocations.count_total, again), (0, 10 * matches));
    }
    // without a matcher, in the memory of the thread
    let set = builder.build().unwrap();
    let pooled =
        || EVENTS.iter().map(|event| set.matches(event).len() + usize::from(set.is_match(event))).sum();
    let matches: usize = pooled();
    let mut again = 0;
    let allocations = allocation_counter::measure(|| again = (0..10).map(|_| pooled()).sum());
    assert_eq!((allocations.count_total, again), (0, 10 * matches), "a set without a matcher");
    let alone = || {
        patterns
            .iter()
            .map(|pattern| EVENTS.iter().filter(|event| pattern.is_match(event)).count())
            .sum::<usize>()
    };
    let matches = alone();
    let mut again = 0;
    let allocations = allocation_counter::measure(|| again = alone());
    assert_eq!((allocations.count_total, again), (0, matches), "one pattern at a time");
}
