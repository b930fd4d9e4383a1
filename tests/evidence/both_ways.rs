//! Events of EventBridge: the whole event for patterns that read it, the record in `detail` for the others.

use super::{input, scan};
use cwfilter::evidence::{Record, RecordMatcher, records};
use cwfilter::{FilterPattern, PatternSet};

/// Pattern, and the numbers of the records of `eventbridge.ndjson` that it matches.
const CASES: &[(&str, &[u64])] = &[
    (r#"{ $.eventName = "StopLogging" }"#, &[1]),
    (r#"{ $.detail.eventName = "StopLogging" }"#, &[1]),
    (r#"{ $.detail-type = "AWS API Call via CloudTrail" && $.detail.eventName = "ConsoleLogin" }"#, &[2]),
    (r#"{ $.source = "aws.cloudtrail" }"#, &[1, 2, 3]),
    (r#"{ $.source NOT EXISTS }"#, &[]),
    (r#"{ $.detail.eventName NOT EXISTS }"#, &[]),
    (r#"{ $.userIdentity.type NOT EXISTS }"#, &[]),
    (r#"{ $.['detail'].userIdentity.type = "Root" }"#, &[2]),
    // not told from a record's own members: `detail` decides
    (r#"{ $.region = "us-east-1" }"#, &[]),
    ("StopLogging", &[1]),
];

#[test]
fn each_pattern_is_matched_against_what_it_reads() {
    for (pattern, numbers) in CASES {
        let Ok(parsed) = pattern.parse::<FilterPattern>() else { panic!("{pattern}") };
        let (hits, _) = scan(pattern, &input("eventbridge.ndjson"));
        assert_eq!(hits.iter().map(|hit| hit.0).collect::<Vec<_>>(), *numbers, "{pattern}");
        // the record of a hit is the CloudTrail record either way
        assert!(hits.iter().all(|hit| hit.1.starts_with("{\"eventVersion\"")), "{pattern}");
        let all: Vec<Record> = records(&input("eventbridge.ndjson")[..]).map(Result::unwrap).collect();
        let found: Vec<u64> =
            all.iter().filter(|it| parsed.is_match(it.message(&parsed))).map(|it| it.number).collect();
        assert_eq!(found, *numbers, "{pattern}: one by one");
    }
}

#[test]
fn one_set_may_read_both() {
    let patterns = CASES.iter().enumerate().map(|(at, case)| (at.to_string(), case.0.parse().unwrap()));
    let set = PatternSet::try_from_iter(patterns).unwrap();
    let mut matcher = RecordMatcher::new(&set);
    for record in records(&input("eventbridge.ndjson")[..]).map(Result::unwrap) {
        let found: Vec<usize> = matcher.matches(&record).iter().map(|id| id.index()).collect();
        let expected: Vec<usize> =
            (0..CASES.len()).filter(|at| CASES[*at].1.contains(&record.number)).collect();
        assert_eq!(found, expected, "record {}", record.number);
    }
}

#[test]
fn a_time_before_a_line_may_be_part_of_it() {
    let lines = b"2026-03-01T10:01:00.000Z ERROR disk full\n2026-03-01T10:02:00.000Z INFO fine\n";
    // pattern, lines: of the export, and of the application itself
    let cases: &[(&str, &[u64])] = &[
        ("[level = ERROR, what, how]", &[1]),
        ("[time, level = ERROR, what, how]", &[1]),
        ("%^ERROR%", &[1]),
        ("%^2026-03-01T10:02%", &[2]),
        ("ERROR", &[1]),
        ("{ $.a = 1 }", &[]),
    ];
    for (pattern, numbers) in cases {
        let (hits, scanned) = scan(pattern, lines);
        assert_eq!(hits.iter().map(|hit| hit.0).collect::<Vec<_>>(), *numbers, "{pattern}");
        assert_eq!((scanned.records, scanned.texts, scanned.damages), (2, 2, 0), "{pattern}");
    }
}
