//! Events under names that no pattern reads: rows that `--query` or a table made, and lines of text. "0 matches" is no answer about them.

#[path = "support/printed.rs"]
mod printed;

use printed::{folder, run};

const STOPPED: &str = r#"{ $.eventName = "StopLogging" }"#;
const DENIED: &str = r#"{ ($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*") }"#;
const ROOT: &str = r#"{ $.userIdentity.type = "Root" && $.eventType != "AwsServiceEvent" }"#;
const TRAIL: &str = r#"{ $.eventSource = "cloudtrail.amazonaws.com" && $.eventName = "StopLogging" }"#;
const PART: &str = "1 record has no member that a JSON pattern reads, or only part of a record of CloudTrail";
const BRIDGE: &str = r#"{ $.detail.eventName = "StopLogging" }"#;
const RECORD: &str = r#"{"eventVersion":"1.08","eventSource":"cloudtrail.amazonaws.com","eventName":"ListTrails","eventTime":"2026-03-04T10:15:30Z"}"#;

/// Patterns, an input, and what is printed.
const NOT_READ: &[(&[&str], &str)] = &[
    // `--query 'Events[].{n:EventName,t:EventTime}'`, in each form that JSON has
    (&[STOPPED], r#"[{"n":"StopLogging","t":"2026-03-04T10:15:30Z"}]"#),
    (&[STOPPED], r#"{"n":"StopLogging","t":"2026-03-04T10:15:30Z"}"#),
    (&[STOPPED], "{\"n\":\"GetUser\"}\n{\"n\":\"StopLogging\"}\n"),
    (&[STOPPED, DENIED, ROOT], r#"[{"name":"StopLogging","errorCode":null,"who":"alice"}]"#),
    (&[STOPPED], r#"{"Records":[{"n":"StopLogging"},{"n":"GetUser"}]}"#),
    (&[STOPPED], r#"{"Events":[{"n":"StopLogging"}]}"#),
    (&[DENIED], r#"[{"call":"StopLogging","error":"AccessDenied"}]"#),
    (&[ROOT], r#"[{"call":"StopLogging","type":"Root"}]"#),
    (&[BRIDGE], r#"[{"call":"StopLogging"}]"#),
    // a member keeps its name, but the name of the call does not
    (&[STOPPED, ROOT], r#"[{"awsRegion":"eu-west-1","call":"StopLogging"}]"#),
    // members one level down, and values alone
    (&[STOPPED], r#"[{"event":{"eventName":"StopLogging","at":"2026-03-04"}}]"#),
    (&[STOPPED], r#"["GetUser","StopLogging"]"#),
    (&[STOPPED], "\"GetUser\"\n\"StopLogging\"\n"),
    // `--output text`
    (&[STOPPED], "2026-03-04T10:15:30+00:00\tStopLogging\talice\n"),
    (&[STOPPED], "2026-03-04T10:15:30Z StopLogging alice\n"),
    (&[DENIED], "StopLogging\nGetUser\n"),
    (&[STOPPED], "at=2026-03-04T10:15:30Z call=StopLogging\n"),
    (&[STOPPED], "<Event><call>StopLogging</call></Event>\n"),
    (&[STOPPED], "Records=%5B%7B%22call%22%3A%22StopLogging%22%7D%5D\n"),
    // a table without a header that is known
    (&[STOPPED], "when,what,who\n2026-03-04T10:15:30Z,StopLogging,alice\n"),
    // what a program wrote in the place of events
    (&[STOPPED], "<?xml version=\"1.0\"?>\n<Error><Code>AccessDenied</Code></Error>\n"),
    (&[STOPPED, DENIED], "<!doctype html>\n<html><body>Log in</body></html>\n"),
    (&[STOPPED], "version https://git-lfs.github.com/spec/v1\noid sha256:aa\nsize 1\n"),
    (&[ROOT], "null\n"),
    (&[STOPPED], "None\n"),
    (&[STOPPED], "\nAn error occurred (AccessDeniedException) when calling an operation\n"),
    (
        &[STOPPED],
        "\nUnable to locate credentials. You can configure credentials by running \"aws configure\".\n",
    ),
    // a message of a queue that somebody wrote
    (&[STOPPED], r#"{"Messages":[{"MessageId":"1","Body":"{\"call\":\"StopLogging\"}"}]}"#),
];

const READ: &[(&[&str], &str, &str)] = &[
    (&[STOPPED], RECORD, "0 matches"),
    // members that most events do not have
    (&[DENIED], RECORD, "0 matches"),
    (&[STOPPED, DENIED], r#"{"errorCode":"AccessDenied"}"#, "1 match"),
    (&[ROOT], r#"{"userIdentity":{"type":"Root"}}"#, "0 matches"),
    (&[STOPPED], r#"{"eventName":"GetUser"}"#, "0 matches"),
    // events of applications, with patterns of their own
    (&[r#"{ $.level = "ERROR" }"#], r#"{"level":"INFO"}"#, "0 matches"),
    (
        &[r#"{ $.errorType = "Timeout" }"#],
        r#"{"level":"INFO"}"#,
        "1 record has no member that a JSON pattern reads",
    ),
    (
        &[r#"{ $.eventName = "purchase" }"#],
        r#"{"level":"INFO"}"#,
        "1 record has no member that a JSON pattern reads",
    ),
    (
        &[r#"{ $.errorCode = 500 }"#],
        r#"{"level":"INFO"}"#,
        "1 record has no member that a JSON pattern reads",
    ),
    (&[r#"{ $.resources[0].id = 5 }"#], r#"{"level":"INFO"}"#, "1 record has no member"),
    (
        &[r#"{ $.level = "ERROR" }"#, STOPPED],
        "{\"n\":1}\n{\"n\":2}\n",
        "2 records have no member that a JSON pattern reads",
    ),
    // text that names no call; patterns of text read all
    (&[STOPPED], "INFO fine\nERROR Connection refused\n", "2 records are lines of text"),
    (&["ERROR", STOPPED], "INFO fine\n", "1 record is a line of text"),
    (&["AccessDenied"], "<Error><Code>AccessDenied</Code></Error>\n", "1 match"),
    (&[STOPPED], "INFO fine\n<html>\nnull\n", "3 records are lines of text"),
    // part of a record, with members of CloudTrail only
    (&[TRAIL], r#"{"eventTime":"2026-03-04T10:15:30Z","eventName":"StopLogging"}"#, PART),
    (&[r#"{ $.level = "x" }"#, TRAIL], r#"{"eventName":"StopLogging","user":"alice"}"#, PART),
    (&[TRAIL], r#"{"eventName":"purchase","user":"alice"}"#, "0 matches"),
    // events of services have no `userIdentity`
    (
        &[ROOT],
        r#"{"eventVersion":"1.08","eventName":"RotateKey","eventType":"AwsServiceEvent"}"#,
        "0 matches",
    ),
    (
        &[TRAIL],
        r#"{"events":[{"logStreamName":"s","timestamp":1772619330000,"message":"{\"eventName\":\"StopLogging\",\"user\":\"a\"}","ingestionTime":1,"eventId":"1"}],"searchedLogStreams":[]}"#,
        PART,
    ),
    (&["StopLogging"], r#"[{"n":"StopLogging"}]"#, "1 match"),
    // a known container says that the log group has it so
    (
        &[STOPPED],
        r#"{"events":[{"logStreamName":"s","timestamp":1772619330000,"message":"{\"level\":\"INFO\"}","ingestionTime":1,"eventId":"1"}],"searchedLogStreams":[]}"#,
        "1 record has no member that a JSON pattern reads",
    ),
    (
        &[STOPPED],
        r#"{"version":"0","detail-type":"EC2 Instance State-change Notification","source":"aws.ec2","detail":{"state":"running"}}"#,
        "1 record has no member",
    ),
    // one record of CloudTrail is enough
    (
        &[STOPPED],
        "{\"eventVersion\":\"1.08\",\"eventName\":\"GetUser\"}\n{\"index\":1}\n",
        "1 record has no member that a JSON pattern reads",
    ),
];

/// The same record with its members in another order.
const SORTED: &str = r#"{"awsRegion":"us-east-1","eventID":"1","eventName":"ListTrails","eventSource":"cloudtrail.amazonaws.com","eventVersion":"1.08"}"#;

/// Patterns, the record that cannot be read, and whether it is an error in `Records`, and in a file without a container. A record that can
/// be read is beside it.
const BESIDE: &[(&[&str], &str, bool, bool)] = &[
    (&[STOPPED], r#"{"n":"StopLogging","t":"2026-03-04T10:15:30Z"}"#, true, true),
    (&[STOPPED, ROOT], r#"{"awsRegion":"eu-west-1","call":"StopLogging"}"#, true, true),
    (&[STOPPED], r#"{"event":{"call":"StopLogging"}}"#, true, true),
    (&[STOPPED], r#"{"line":"2026-03-04 StopLogging alice"}"#, true, true),
    // nothing of it is CloudTrail's: in `Records` only CloudTrail's records are expected
    (&[STOPPED], r#"{"index":1}"#, true, false),
    (&[STOPPED], "{}", true, false),
    // records of CloudTrail
    (
        &[STOPPED],
        r#"{"eventVersion":"1.07","eventCategory":"Insight","insightDetails":{"eventName":"GetUser"}}"#,
        false,
        false,
    ),
    (&[STOPPED], r#"{"eventName":"GetUser","call":"StopLogging"}"#, false, false),
    // patterns of an application
    (&[STOPPED, r#"{ $.level = "ERROR" }"#], r#"{"n":"StopLogging"}"#, false, false),
];

fn rules(patterns: &[&str]) -> String {
    let rule =
        |(at, pattern): (usize, &&str)| format!("[[rule]]\nid = \"rule-{at}\"\npattern = '{pattern}'\n");
    patterns.iter().enumerate().map(rule).collect()
}

/// A file with part of a record, and the member of CloudTrail's records that it lacks.
const PARTS: &[(&[&str], &str, &str)] = &[
    // the console's JSON of a query of Logs Insights
    (
        &[TRAIL, ROOT],
        r#"[{"@timestamp":"2026-03-04 10:00:00.000","eventName":"ConsoleLogin","eventSource":"signin.amazonaws.com"}]"#,
        "userIdentity",
    ),
    (
        &[TRAIL],
        r#"{"eventTime":"2026-03-04T10:02:30Z","eventName":"StopLogging","user":"alice"}"#,
        "eventSource",
    ),
    (&[TRAIL], r#"{"Records":[{"eventName":"StopLogging","user":"alice"}]}"#, "eventSource"),
];

#[test]
fn part_of_a_record_is_an_error_if_a_pattern_reads_the_rest() {
    let root = folder("invented-names-parts");
    for (patterns, text, lacks) in PARTS {
        std::fs::write(root.join("rules.toml"), rules(patterns)).unwrap();
        std::fs::write(root.join("rows.json"), text).unwrap();
        for command in ["scan", "simulate", "backtest"] {
            let (code, said) = run(&root, &[command, "--rules", "rules.toml", "rows.json"]);
            let error = format!(
                "error: rows.json: record 1 has no `{lacks}`, which all records of CloudTrail have and the patterns read"
            );
            assert!(code == 3 && said.contains(&error), "{command} {patterns:?} {text}: {code} {said}");
        }
    }
}

/// Each command, and each way to give the file: as it is, compressed in an archive, with a second file.
#[test]
fn a_file_that_no_pattern_reads_is_an_error() {
    let root = folder("invented-names");
    for (at, (patterns, text)) in NOT_READ.iter().enumerate() {
        let file = format!("input-{at}.json");
        std::fs::write(root.join("rules.toml"), rules(patterns)).unwrap();
        std::fs::write(root.join(&file), text).unwrap();
        for command in ["scan", "simulate", "backtest"] {
            let (code, said) = run(&root, &[command, "--rules", "rules.toml", &file]);
            let error = format!("error: {file}: no record has a member that the patterns read");
            assert!(code == 3 && said.contains(&error), "{command} {patterns:?} {text}: {code} {said}");
            assert!(said.contains("it begins with `"), "{command} {text}: {said}");
        }
    }
}

#[test]
fn a_file_that_a_pattern_can_read_is_none() {
    let root = folder("invented-names-read");
    for (at, (patterns, text, said)) in READ.iter().enumerate() {
        let file = format!("input-{at}.json");
        std::fs::write(root.join("rules.toml"), rules(patterns)).unwrap();
        std::fs::write(root.join(&file), text).unwrap();
        let (code, printed) = run(&root, &["scan", "--rules", "rules.toml", &file]);
        assert!(code <= 1 && printed.contains(said), "{patterns:?} {text}: {code} {printed}");
        assert_eq!(printed.contains("no member"), said.contains("no member"), "{text}: {printed}");
        let (code, printed) = run(&root, &["simulate", "--rules", "rules.toml", &file]);
        assert!(code <= 1 && !printed.contains("error"), "simulate {patterns:?} {text}: {code} {printed}");
    }
}

#[test]
fn each_file_of_an_archive_is_judged_and_named() {
    let root = folder("invented-names-archive");
    std::fs::write(root.join("rules.toml"), rules(&[STOPPED])).unwrap();
    std::fs::write(root.join("good.json"), RECORD).unwrap();
    std::fs::write(root.join("made.json"), r#"[{"n":"StopLogging"}]"#).unwrap();
    let packed = std::process::Command::new("tar")
        .args(["czf", "all.tar.gz", "good.json", "made.json"])
        .current_dir(&root)
        .status();
    assert!(packed.unwrap().success());
    for command in ["scan", "simulate"] {
        let (code, said) = run(&root, &[command, "--rules", "rules.toml", "all.tar.gz"]);
        assert!(code == 3 && said.contains("error: all.tar.gz: made.json: no record"), "{command}: {said}");
    }
    let (code, said) = run(&root, &["scan", "--rules", "rules.toml", "good.json", "made.json"]);
    assert!(code == 3 && said.contains("error: made.json: ") && !said.contains("error: good.json"), "{said}");
    let (code, said) = run(&root, &["scan", "--rules", "rules.toml", "--count", "--json", "good.json"]);
    assert!(code == 0 && !said.contains("unread"), "{said}");
}

#[test]
fn a_record_of_another_form_beside_those_of_cloudtrail_is_an_error() {
    let root = folder("invented-names-beside");
    for (at, (patterns, record, is_error_in_records, is_error_bare)) in BESIDE.iter().enumerate() {
        std::fs::write(root.join("rules.toml"), rules(patterns)).unwrap();
        for (form, good) in [RECORD, SORTED].iter().enumerate() {
            let files = [
                (format!(r#"{{"Records":[{good},{record},{good}]}}"#), 2, is_error_in_records),
                (format!(r#"{{"Records":[{record},{good}]}}"#), 1, is_error_in_records),
                (format!("{good}\n{good}\n{record}\n"), 3, is_error_bare),
                (format!("[{good},{record}]"), 2, is_error_bare),
                (format!(r#"{{"Records":[{good}]}}{record}"#), 2, is_error_bare),
            ];
            for (container, (text, number, is_error)) in files.into_iter().enumerate() {
                let file = format!("input-{at}-{form}-{container}.json");
                std::fs::write(root.join(&file), &text).unwrap();
                for command in ["scan", "simulate", "backtest"] {
                    let (code, said) = run(&root, &[command, "--rules", "rules.toml", &file]);
                    let error = format!("error: {file}: record {number} is of another form than the others");
                    assert_eq!(
                        (code == 3, said.contains(&error)),
                        (*is_error, *is_error),
                        "{command} {text}: {said}"
                    );
                    assert_eq!(*is_error, said.contains("it begins with `"), "{command} {text}: {said}");
                }
            }
        }
    }
}

/// The count of the summary, in each container.
#[test]
fn a_record_of_a_delivery_file_that_no_pattern_reads_is_counted() {
    let root = folder("invented-names-counted");
    std::fs::write(root.join("rules.toml"), rules(&[r#"{ $.level = "ERROR" }"#, STOPPED])).unwrap();
    for good in [RECORD, SORTED] {
        std::fs::write(
            root.join("trail.json"),
            format!(r#"{{"Records":[{good},{{"n":1}},{good},{{"n":2}}]}}"#),
        )
        .unwrap();
        for command in ["scan", "simulate"] {
            let (code, said) = run(&root, &[command, "--rules", "rules.toml", "trail.json"]);
            assert!(
                code <= 1 && said.contains("2 records have no member that a JSON pattern reads"),
                "{command}: {said}"
            );
        }
    }
}
