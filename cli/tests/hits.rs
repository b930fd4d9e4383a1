//! What `scan` prints of a hit, in each form; which hits are selected; copies of one event.

#[path = "support/program.rs"]
mod support;

use flate2::write::GzEncoder;
use serde_json::{Value, json};
use std::io::Write;
use std::path::Path;
use support::{Ran, folder, program, write};

const RULES: &str = "[[rule]]\nid = \"stopped\"\nseverity = \"high\"\npattern = '{ $.eventName = \"StopLogging\" }'\n\
    [[rule]]\nid = \"trail\"\npattern = '{ $.eventSource = \"cloudtrail*\" || $.eventName = \"Odd\" }'\n";

/// A record with every fact.
fn stopped(id: &str, time: &str, account: &str, region: &str) -> Value {
    json!({
        "eventVersion": "1.09", "userIdentity": { "type": "IAMUser", "arn": "arn:aws:iam::123456789012:user/alice", "invokedBy": "cloudformation.amazonaws.com" },
        "eventTime": time, "eventSource": "cloudtrail.amazonaws.com", "eventName": "StopLogging", "awsRegion": region,
        "sourceIPAddress": "203.0.113.7", "userAgent": "aws-cli/2.15 \"x\"", "errorCode": "AccessDenied", "eventID": id, "recipientAccountId": account,
    })
}

fn delivery(records: &[Value]) -> Vec<u8> {
    json!({ "Records": records }).to_string().into_bytes()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// `AWSLogs/…` of two accounts and two days, with a copy of the first event in another trail's file, and a file of another kind.
fn archive(name: &str) -> std::path::PathBuf {
    let root = folder(name);
    write(&root, "rules.toml", RULES);
    let path = |account: &str, region: &str, day: &str, id: &str| {
        format!(
            "trail/AWSLogs/{account}/CloudTrail/{region}/2026/03/{day}/{account}_CloudTrail_{region}_202603{day}T1020Z_{id}.json.gz"
        )
    };
    let first = stopped("e-1", "2026-03-04T10:15:30Z", "123456789012", "us-east-1");
    let files = [
        (
            path("111122223333", "eu-west-1", "05", "a"),
            vec![stopped("e-2", "2026-03-05T10:15:30Z", "111122223333", "eu-west-1")],
        ),
        (path("123456789012", "us-east-1", "04", "b"), vec![first.clone(), json!({ "eventName": "Other" })]),
        (path("123456789012", "us-east-1", "04", "c"), vec![first]),
    ];
    for (name, records) in files {
        write(&root, &name, gzip(&delivery(&records)));
    }
    write(&root, "trail/odd.json", json!({ "eventName": "Odd", "eventID": "e-3" }).to_string());
    root
}

fn scan(root: &Path, args: &[&str]) -> Ran {
    program(root, &[&["scan", "--rules", "rules.toml"], args].concat())
}

fn lines(text: &str) -> Vec<&str> {
    text.lines().collect()
}

#[test]
fn a_line_names_every_fact() {
    let root = archive("hits-line");
    let ran = scan(&root, &["trail"]);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    let facts = |account: &str, region: &str, id: &str| {
        format!(
            "who=arn:aws:iam::123456789012:user/alice invokedBy=cloudformation.amazonaws.com sourceIPAddress=203.0.113.7 \
             awsRegion={region} account={account} errorCode=AccessDenied userAgent=\"aws-cli/2.15 \\\"x\\\"\" eventID={id}"
        )
    };
    let b = "trail/AWSLogs/123456789012/CloudTrail/us-east-1/2026/03/04/123456789012_CloudTrail_us-east-1_20260304T1020Z_b.json.gz:1";
    let expected = [
        format!(
            "{b} 2026-03-04T10:15:30Z StopLogging stopped severity=high {}",
            facts("123456789012", "us-east-1", "e-1")
        ),
        format!("{b} 2026-03-04T10:15:30Z StopLogging trail {}", facts("123456789012", "us-east-1", "e-1")),
        "trail/odd.json:1 - Odd trail eventID=e-3".to_owned(),
    ];
    let found = lines(&ran.stdout);
    assert_eq!(found.len(), 5, "{}", ran.stdout);
    assert_eq!(found[2..], expected);
    // the copy in the file of the other trail
    assert!(
        ran.stderr.ends_with("5 records in 4 inputs, 5 matches and 2 copies of them\n"),
        "{}",
        ran.stderr
    );
}

#[test]
fn each_format_has_the_same_hits() {
    let root = archive("hits-formats");
    let ndjson = scan(&root, &["--format", "ndjson", "trail"]);
    let of_lines: Vec<Value> =
        lines(&ndjson.stdout).into_iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(of_lines.len(), 5);
    let expected = json!({
        "version": 2, "eventTime": "2026-03-04T10:15:30Z", "eventSource": "cloudtrail.amazonaws.com", "eventName": "StopLogging",
        "rule": "stopped", "severity": "high", "who": "arn:aws:iam::123456789012:user/alice", "invokedBy": "cloudformation.amazonaws.com",
        "sourceIPAddress": "203.0.113.7", "awsRegion": "us-east-1", "account": "123456789012", "errorCode": "AccessDenied",
        "userAgent": "aws-cli/2.15 \"x\"", "eventID": "e-1", "record": 1, "logGroup": null, "logStream": null, "timestamp": null, "logEventId": null,
        "file": "trail/AWSLogs/123456789012/CloudTrail/us-east-1/2026/03/04/123456789012_CloudTrail_us-east-1_20260304T1020Z_b.json.gz",
    });
    assert_eq!(of_lines[2], expected);

    let document: Value = serde_json::from_str(&scan(&root, &["--format", "json", "trail"]).stdout).unwrap();
    assert_eq!(document["hits"].as_array().unwrap(), &of_lines);
    let numbers = json!([
        document["version"],
        document["records"],
        document["inputs"],
        document["copies"],
        document["matches"]
    ]);
    assert_eq!(numbers, json!([2, 5, 4, 2, { "stopped": 2, "trail": 3 }]));

    let csv = scan(&root, &["--format", "csv", "--fields", "eventID,rule,record,userAgent,who", "trail"]);
    let expected = [
        "eventID,rule,record,userAgent,who",
        "e-2,stopped,1,\"aws-cli/2.15 \"\"x\"\"\",arn:aws:iam::123456789012:user/alice",
        "e-2,trail,1,\"aws-cli/2.15 \"\"x\"\"\",arn:aws:iam::123456789012:user/alice",
    ];
    assert_eq!(lines(&csv.stdout)[..3], expected);
    assert_eq!(lines(&csv.stdout)[5], "e-3,trail,1,,");

    let human = scan(&root, &["--fields", "EVENTID,userAgent,errorCode", "trail"]);
    assert_eq!(lines(&human.stdout)[0], "e-2 \"aws-cli/2.15 \\\"x\\\"\" AccessDenied");
    assert_eq!(lines(&human.stdout)[4], "e-3 - -");

    // nothing to report is a whole document, too
    let none = scan(&root, &["--format", "json", "--since", "2027-01-01", "trail/AWSLogs"]);
    let document: Value = serde_json::from_str(&none.stdout).unwrap();
    assert_eq!(
        (none.code, &document["hits"], &document["skippedFiles"]),
        (Some(3), &json!([]), &json!({ "beforeSince": 3 }))
    );
}

/// What users of `--json` and `--count` rely on: version 1, and every record that matches.
#[test]
fn version_1_stays_as_it_is() {
    let root = archive("hits-version-1");
    let json = scan(&root, &["--json", "trail"]);
    assert_eq!(lines(&json.stdout).len(), 7);
    assert_eq!(
        lines(&json.stdout)[6],
        r#"{"version":1,"file":"trail/odd.json","record":1,"eventTime":null,"eventName":"Odd","rule":"trail"}"#
    );
    let count = scan(&root, &["--count", "trail"]);
    assert_eq!(count.stdout, "         3 stopped\n         4 trail\n");
    let count: Value =
        serde_json::from_str(&scan(&root, &["--count", "--format", "json", "trail"]).stdout).unwrap();
    assert_eq!(
        count,
        // two events have no `eventSource`
        json!({ "version": 1, "records": 5, "failedInputs": 0, "skippedEntries": 0, "unread": 2, "matches": { "stopped": 3, "trail": 4 } })
    );
}

#[test]
fn copies_are_one_hit() {
    let root = archive("hits-copies");
    let all = scan(&root, &["--keep-duplicates", "trail"]);
    assert_eq!(lines(&all.stdout).len(), 7);
    assert!(all.stderr.contains("7 matches\n"), "{}", all.stderr);
    // an id that two events share does not make them one
    let (one, other) = (
        stopped("x", "2026-03-04T10:15:30Z", "123456789012", "us-east-1"),
        stopped("x", "2026-03-04T10:15:31Z", "123456789012", "us-east-1"),
    );
    write(&root, "shared.json", delivery(&[one.clone(), other, one]));
    let shared = scan(&root, &["--fields", "record,rule", "shared.json"]);
    assert_eq!(lines(&shared.stdout), ["1 stopped", "1 trail", "2 stopped", "2 trail"]);
    // an event without an id is a copy of no other
    let mut bare = stopped("", "2026-03-04T10:15:30Z", "123456789012", "us-east-1");
    write(&root, "empty.json", delivery(&[bare.clone(), bare.clone()]));
    bare.as_object_mut().unwrap().remove("eventID");
    write(&root, "bare.json", delivery(&[bare.clone(), bare]));
    for name in ["empty.json", "bare.json"] {
        assert_eq!(lines(&scan(&root, &[name]).stdout).len(), 4, "{name}");
    }
    // threads do not change which one is shown
    for threads in ["1", "2", "16"] {
        let ran = scan(&root, &["--threads", threads, "trail"]);
        assert_eq!(ran.stdout, scan(&root, &["trail"]).stdout, "{threads}");
    }
}

/// Options, exit code, standard output's lines, and what standard error says.
#[test]
fn a_selection_is_of_files_and_of_records() {
    let root = archive("hits-selection");
    let record = |id: &str, time: Value, account: Value, region: Value| json!({ "eventName": "StopLogging", "eventID": id, "eventTime": time, "recipientAccountId": account, "awsRegion": region });
    let records = [
        record("early", json!("2026-03-01T00:00:00Z"), json!("123456789012"), json!("us-east-1")),
        record("late", json!("2026-03-09T00:00:00Z"), json!("123456789012"), json!("us-east-1")),
        record("other", json!("2026-03-04T00:00:00Z"), json!("111122223333"), json!("eu-west-1")),
        record("nothing", Value::Null, Value::Null, Value::Null),
        record("inside", json!("2026-03-04T00:00:00Z"), json!("123456789012"), json!("us-east-1")),
    ];
    write(&root, "all.json", delivery(&records));
    type Case<'a> = (&'a [&'a str], i32, &'a [&'a str], &'a [&'a str]);
    let table: [Case<'_>; 9] = [
        (
            &["--since", "2026-03-02", "all.json"],
            1,
            &["late", "other", "nothing", "inside"],
            &["matching records skipped: 1 before --since", "1 matching record without a time kept"],
        ),
        (
            &["--until", "2026-03-04T00:00:01Z", "all.json"],
            1,
            &["early", "other", "nothing", "inside"],
            &["1 after --until"],
        ),
        (
            &[
                "--since",
                "2026-03-02",
                "--until",
                "2026-03-05",
                "--account",
                "123456789012",
                "--region",
                "us-east-1",
                "all.json",
            ],
            1,
            &["nothing", "inside"],
            &[
                "1 before --since, 1 after --until, 1 of other accounts",
                "without an account kept",
                "without a region kept",
                "5 records in 1 input, 2 matches",
            ],
        ),
        (
            &["--account", "111122223333,123456789012", "all.json"],
            1,
            &["early", "late", "other", "nothing", "inside"],
            &["without an account"],
        ),
        (&["--region", "eu-west-1", "all.json"], 1, &["other", "nothing"], &["3 of other regions"]),
        (
            &["--since", "2026-03-05T00:00:00Z", "trail"],
            1,
            &["e-2"],
            &["2 files before --since skipped by name", "2 records in 2 inputs"],
        ),
        (
            &["--until", "2026-03-03", "--verbose", "trail/AWSLogs"],
            3,
            &[],
            &[
                "error: no file was opened: by name, 3 files are outside `--until 2026-03-03`; check it, or give `--allow-empty`",
                "3 files after --until (delivered more than 24 h after it: --late) skipped",
                "_b.json.gz: its name says after --until, skipped",
                "0 records in 0 inputs, 0 matches",
            ],
        ),
        (
            &["--until", "2026-03-03", "--late", "30d", "trail/AWSLogs"],
            0,
            &[],
            &["3 after --until", "4 records in 3 inputs"],
        ),
        (
            &["--account", "111122223333", "--region", "eu-west-1", "trail/AWSLogs"],
            1,
            &["e-2"],
            &["2 files of other accounts skipped"],
        ),
    ];
    for (args, code, ids, said) in table {
        let ran = program(
            &root,
            &[&["scan", "--pattern", "{ $.eventName = StopLogging }", "--fields", "eventID"], args].concat(),
        );
        assert_eq!(ran.code, Some(code), "{args:?}: {}", ran.stderr);
        assert_eq!(lines(&ran.stdout), ids, "{args:?}: {}", ran.stderr);
        for text in said {
            assert!(ran.stderr.contains(text), "{args:?}: {text}: {}", ran.stderr);
        }
    }
    // a duration ends now
    let ago = program(
        &root,
        &[
            "scan",
            "--pattern",
            "{ $.eventName = * }",
            "--since",
            "24h",
            "--fields",
            "eventID",
            "trail/odd.json",
        ],
    );
    assert_eq!((ago.code, ago.stdout.as_str()), (Some(1), "e-3\n"), "{}", ago.stderr);
}

#[test]
fn a_summary_is_of_all_hits() {
    let root = archive("hits-summary");
    let ran = scan(&root, &["--summary", "trail"]);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    for part in [
        "5 hits and 2 copies of them  2026-03-04T10:15:30Z to 2026-03-05T10:15:30Z\n",
        "by rule\n       3  trail  2026-03-04T10:15:30Z to 2026-03-05T10:15:30Z\n       2  stopped (high)  ",
        "by actor\n       4  arn:aws:iam::123456789012:user/alice  ",
        "by address\n       4  203.0.113.7  ",
        "by hour\n       2  2026-03-04T10  ▇▇",
        // the hit of odd.json has no fact
        "by actor\n       4  arn:aws:iam::123456789012:user/alice  2026-03-04T10:15:30Z to 2026-03-05T10:15:30Z\n       1  (none)\n",
        "by address\n       4  203.0.113.7  2026-03-04T10:15:30Z to 2026-03-05T10:15:30Z\n       1  (none)\n",
        "\n       1  (none)         ▇▇",
    ] {
        assert!(ran.stdout.contains(part), "{part}: {}", ran.stdout);
    }
    for args in [["--summary", "--json", "trail"].as_slice(), &["--summary", "--format", "json", "trail"]] {
        let summary: Value = serde_json::from_str(&scan(&root, args).stdout).unwrap();
        let expected = json!([
            2, 5, 2, 5, { "2026-03-04T10": 2, "2026-03-05T10": 2 },
            [
                { "who": "arn:aws:iam::123456789012:user/alice", "hits": 4, "first": "2026-03-04T10:15:30Z", "last": "2026-03-05T10:15:30Z" },
                { "who": null, "hits": 1, "first": null, "last": null },
            ],
            { "sourceIPAddress": null, "hits": 1, "first": null, "last": null },
            1,
            { "rule": "stopped", "severity": "high", "hits": 2, "first": "2026-03-04T10:15:30Z", "last": "2026-03-05T10:15:30Z" },
        ]);
        let found = json!([
            summary["version"],
            summary["hits"],
            summary["copies"],
            summary["records"],
            summary["hours"],
            summary["actors"],
            summary["addresses"][1],
            summary["withoutHour"],
            summary["rules"][1],
        ]);
        assert_eq!(found, expected, "{args:?}");
    }
}

/// An answer about no file is an error, in every form, and its document is whole. Arguments, and the selection that the error names.
#[test]
fn a_selection_without_a_file_is_no_answer() {
    let root = archive("hits-nothing");
    let table: [(&[&str], &str); 7] = [
        (&["--since", "2027-01-01"], "3 files are outside `--since 2027-01-01`"),
        (&["--account", "9999-9999-9999"], "3 files are outside `--account 9999-9999-9999`"),
        (&["--region", "AP-SOUTH-1,ca-west-1"], "3 files are outside `--region AP-SOUTH-1,ca-west-1`"),
        (&["--until", "2026-03-01 10:00", "--late", "2h"], "`--until '2026-03-01 10:00' --late 7200s`"),
        (&["--since", "2027-01-01", "--format", "ndjson"], "`--since 2027-01-01`"),
        (&["--since", "2027-01-01", "--count"], "`--since 2027-01-01`"),
        (&["--since", "2027-01-01", "--dry-run"], "`--since 2027-01-01`"),
    ];
    for (args, why) in table {
        let ran = scan(&root, &[args, &["trail/AWSLogs"]].concat());
        let has =
            ran.stderr.contains("error: no file was opened: by name, 3 files") && ran.stderr.contains(why);
        assert!(ran.code == Some(3) && has, "{args:?}: {why}: {}", ran.stderr);
        // a file beside them is opened
        let ran = scan(&root, &[args, &["trail"]].concat());
        assert!(
            ran.code != Some(3) && !ran.stderr.contains("no file was opened"),
            "{args:?}: {}",
            ran.stderr
        );
        // where nothing may be read
        let ran = scan(&root, &[args, &["--allow-empty", "trail/AWSLogs"]].concat());
        assert!(
            ran.code == Some(0) && ran.stderr.contains("note: no file was opened"),
            "{args:?}: {}",
            ran.stderr
        );
    }
    let one = scan(&root, &["--since", "2027-01-01", "trail/AWSLogs/111122223333"]);
    assert!(one.stderr.contains("by name, 1 file is outside"), "{}", one.stderr);
    for args in [&["--format", "json"][..], &["--summary", "--format", "json"]] {
        let none = [
            args,
            &["--since", "2027-01-01", "--html", "page.html", "--output", "out.json", "trail/AWSLogs"],
        ];
        let ran = scan(&root, &none.concat());
        assert_eq!(ran.code, Some(3), "{args:?}: {}", ran.stderr);
        let document: Value =
            serde_json::from_str(&std::fs::read_to_string(root.join("out.json")).unwrap()).unwrap();
        assert_eq!(
            (&document["inputs"], &document["skippedFiles"]),
            (&json!(0), &json!({ "beforeSince": 3 }))
        );
        let page = std::fs::read_to_string(root.join("page.html")).unwrap();
        assert!(page.contains("3 files before --since skipped by name"), "{page}");
    }
}

/// Every document says what was asked for, as given and as read.
#[test]
fn documents_say_what_was_selected() {
    let root = archive("hits-selected");
    let forms: [&[&str]; 3] =
        [&["--format", "json"], &["--summary", "--format", "json"], &["--count", "--format", "json"]];
    let document = |args: &[&str]| -> Value { serde_json::from_str(&scan(&root, args).stdout).unwrap() };
    for form in forms {
        assert_eq!(document(&[form, &["trail"]].concat())["selection"], Value::Null, "{form:?}");
        let asked = [
            "--since",
            "2026-03-04 00:00+02:00",
            "--until",
            "2026-03-05T10:15:30.5Z",
            "--account",
            "1234-5678-9012,111122223333",
            "--region",
            "US-EAST-1",
            "--late",
            "2h",
            "trail",
        ];
        let found = document(&[form, &asked].concat());
        let expected = json!({
            "given": "--since '2026-03-04 00:00+02:00' --until 2026-03-05T10:15:30.5Z --account 1234-5678-9012,111122223333 --region US-EAST-1 --late 7200s",
            "since": "2026-03-03T22:00:00Z", "until": "2026-03-05T10:15:31Z", "accounts": ["111122223333", "123456789012"],
            "regions": ["us-east-1"], "lateSeconds": 7200,
        });
        assert_eq!(found["selection"], expected, "{form:?}");
        assert_eq!(found["skippedFiles"], json!({ "otherRegion": 1 }), "{form:?}");
    }
    // without any fact, there are no other rows
    let none = scan(&root, &["--summary", "trail/odd.json"]);
    for part in
        ["by actor\n       1  (none)\n", "by address\n       1  (none)\n", "by hour\n       1  (none)  "]
    {
        assert!(none.stdout.contains(part), "{part}: {}", none.stdout);
    }
    let text = scan(&root, &["--summary", "--since", "2026-03-04", "--account", "123456789012", "trail"]);
    let said = "\nselected: from 2026-03-04T00:00:00Z on; account 123456789012\n";
    assert!(text.stdout.contains(said), "{}", text.stdout);
}

/// As the console and people write them.
#[test]
fn accounts_and_regions_are_read_as_people_write_them() {
    let root = archive("hits-names");
    for args in [
        &["--account", "1111-2222-3333"][..],
        &["--account", " 111122223333"],
        &["--account", "999999999999, 1111-2222-3333"],
        &["--region", "EU-WEST-1"],
        &["--region", "Eu-West-1, ap-south-1"],
    ] {
        let ran = scan(&root, &[args, &["--fields", "eventID", "trail/AWSLogs"]].concat());
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), "e-2\ne-2\n"), "{args:?}: {}", ran.stderr);
    }
}

/// The record is printed as it is, whatever its escapes, numbers and order; once, though two rules match.
#[test]
fn raw_is_the_record_byte_for_byte() {
    let root = archive("hits-raw");
    let record = "{\"eventName\" : \"Stop\\u004cogging\",\"n\":1.50e1,  \"eventSource\":\"cloudtrail.x\",\"z\":\"\u{202e}\u{1}é\",\"a\":[ ]}".replace('\u{1}', "\\u0001");
    write(&root, "one.json", format!("{{\"Records\":[{{\"eventName\":\"GetTrail\"}},{record}]}}"));
    let ran = scan(&root, &["--raw", "one.json"]);
    assert_eq!((ran.code, ran.stdout), (Some(1), format!("{record}\n")), "{}", ran.stderr);
    assert!(ran.stderr.contains("2 matches"), "{}", ran.stderr);
}

/// Every kind of cell that a spreadsheet would run, and a cell that it would not run.
#[test]
fn a_table_runs_nothing_in_a_spreadsheet() {
    let root = archive("hits-csv");
    let table = [
        ("=1+1", "\"'=1+1\""),
        ("+1", "\"'+1\""),
        ("-1", "\"'-1\""),
        ("@SUM(A1)", "\"'@SUM(A1)\""),
        ("\t=1", "\"'\\t=1\""),
        ("\r=1", "\"'\\r=1\""),
        ("  =cmd|' /C calc'!A0", "\"'  =cmd|' /C calc'!A0\""),
        ("＝1", "\"'＝1\""),
        ("=a\",\"b", "\"'=a\"\",\"\"b\""),
        ("a,b", "\"a,b\""),
        ("a\nb", "a\\nb"),
        ("a\"b", "\"a\"\"b\""),
        ("a=b", "a=b"),
        ("203.0.113.7", "203.0.113.7"),
        ("::error::x", ":\\u{3a}error::x"),
    ];
    let records: Vec<Value> =
        table.iter().map(|(agent, _)| json!({ "eventName": "StopLogging", "userAgent": agent })).collect();
    write(&root, "all.json", delivery(&records));
    let ran = scan(&root, &["--format", "csv", "--fields", "userAgent", "all.json"]);
    let found = lines(&ran.stdout);
    assert_eq!(found.len(), 1 + table.len(), "{}", ran.stdout);
    for ((agent, expected), cell) in table.iter().zip(&found[1..]) {
        assert_eq!(cell, expected, "{agent}");
    }
}

/// A value is never taken for another field.
#[test]
fn a_value_does_not_look_like_a_field() {
    let root = archive("hits-spoof");
    let record = json!({ "eventName": "StopLogging", "userAgent": "x who=arn:aws:iam::123456789012:root \" errorCode=y" });
    write(&root, "all.json", delivery(&[record]));
    let ran = scan(&root, &["all.json"]);
    assert!(
        ran.stdout.ends_with(
            "stopped severity=high userAgent=\"x who=arn:aws:iam::123456789012:root \\\" errorCode=y\"\n"
        ),
        "{}",
        ran.stdout
    );
}

/// A scan whose disk is full after some blocks is continued in every format, and copies of what it printed are found.
#[cfg(target_os = "linux")]
#[test]
fn every_format_is_resumed() {
    let root = archive("hits-resume");
    for at in 0..24 {
        let event =
            |id: u32| stopped(&format!("e-{id}"), "2026-03-04T10:15:30Z", "123456789012", "us-east-1");
        // every event is in the next file, too
        write(&root, &format!("trail/{at:02}.json.gz"), gzip(&delivery(&[event(at), event(at + 1)])));
    }
    let formats: [&[&str]; 8] = [
        &[],
        &["--format", "json"],
        &["--format", "ndjson"],
        &["--format", "csv"],
        &["--raw"],
        &["--json"],
        &["--fields", "who,eventID"],
        &["--since", "2026-03-04", "--format", "json"],
    ];
    let hits = root.join("hits");
    for format in formats {
        let args = [&["scan", "--rules", "rules.toml"], format, &["--output", "hits", "trail"]].concat();
        let whole = program(&root, &args);
        assert_eq!(whole.code, Some(1), "{format:?}: {}", whole.stderr);
        let expected = std::fs::read_to_string(&hits).unwrap();
        std::fs::remove_file(&hits).unwrap();
        let mut interrupted = 0;
        for blocks in [1, 2, 4, 8, 12, 16, 24] {
            let mut command = std::process::Command::new("sh");
            command.args(["-c", &format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"")]);
            let full =
                support::run(command.arg(env!("CARGO_BIN_EXE_cwfilter")).args(&args).current_dir(&root));
            interrupted += u32::from(root.join("hits.journal").exists());
            assert!(matches!(full.code, Some(1 | 3)), "{format:?} {blocks}: {}", full.stderr);
            let resumed = program(&root, &[&args[..], &["--resume"]].concat());
            assert_eq!(resumed.code, Some(1), "{format:?} {blocks}: {}", resumed.stderr);
            assert_eq!(std::fs::read_to_string(&hits).unwrap(), expected, "{format:?} after {blocks} blocks");
            assert_eq!(last(&resumed), last(&whole), "{format:?} after {blocks} blocks");
            std::fs::remove_file(&hits).unwrap();
        }
        assert!(interrupted > 2, "{format:?}: {interrupted}");
    }
}

fn last(ran: &Ran) -> String {
    ran.stderr.lines().last().unwrap_or_default().to_owned()
}

/// Options that cannot be together, or have a wrong value, are refused with exit code 2 and a reason.
#[test]
fn what_cannot_be_is_refused() {
    let root = archive("hits-refused");
    let table: [(&[&str], &str); 28] = [
        (&["--json", "--format", "csv"], "cannot be used with"),
        (&["--raw", "--format", "csv"], "cannot be used with"),
        (&["--raw", "--fields", "who"], "cannot be used with"),
        (&["--summary", "--count"], "cannot be used with"),
        (&["--summary", "--output", "hits", "--resume"], "cannot be used with"),
        (&["--summary", "--format", "csv"], "`--count` and `--summary` are printed as text or"),
        (&["--count", "--format", "csv"], "`--count` and `--summary` are printed as text or"),
        (&["--fields", "who,eventNam"], "no field `eventNam`: eventTime, eventSource"),
        (&["--fields", ""], "no field ``"),
        (&["--fields", "who,account,who"], "`--fields` names `who` twice"),
        (&["--since", "yesterday"], "--since yesterday: write `2026-03-04`"),
        (&["--since", "2026-03-04T10:00:00 CET"], "write the time zone as `Z`"),
        (&["--until", "2026-02-30"], "there is no such day"),
        (&["--since", "2026-03-05", "--until", "2026-03-04"], "`--since` is not before `--until`"),
        (&["--account", "12345"], "an account id has 12 digits"),
        (&["--region", "us-east1"], "a region has the form `us-east-1`"),
        (&["--account", "1234-56789-012"], "12 digits, as in `123456789012` or `1234-5678-9012`"),
        (&["--account", ""], "--account '': the value is empty; leave it out to want all"),
        (&["--account", "123456789012,"], "--account '': the value is empty; leave it out to want all"),
        (&["--region", ""], "--region '': the value is empty; leave it out to want all"),
        (&["--region", "us-east-1,,eu-west-1"], "--region '': the value is empty; leave it out to want all"),
        (
            &["--region", "us-east-1a"],
            "--region us-east-1a: this is an Availability Zone; its region is `us-east-1`",
        ),
        (&["--region", "us_east_1"], "--region us_east_1: a region has the form `us-east-1`"),
        (&["--late", "soon"], "write `90m`"),
        (&["--late", "30d"], "--until <TIME>"),
        (&["--output", "-"], "-: cannot write: for standard output name `/dev/stdout`"),
        (&["--html", "-"], "-: cannot write: for standard output name `/dev/stdout`"),
        (&["--since", "24h", "--output", "hits", "--resume"], "`--resume` needs fixed times"),
    ];
    for (args, why) in table {
        let ran = scan(&root, &[args, &["trail"]].concat());
        assert_eq!(ran.code, Some(2), "{args:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(why), "{args:?}: {}", ran.stderr);
        assert!(
            ran.stdout.is_empty()
                && ["hits", "hits.journal", "-"].iter().all(|name| !root.join(name).exists()),
            "{args:?}"
        );
    }
}

/// A summary as `ndjson` is one object on one line.
#[test]
fn a_summary_is_one_line() {
    let root = archive("hits-summary-line");
    let line = scan(&root, &["--summary", "--format", "ndjson", "trail"]).stdout;
    let document = scan(&root, &["--summary", "--format", "json", "trail"]).stdout;
    assert_eq!((line.lines().count(), document.lines().count() > 1), (1, true), "{line}");
    let [line, document]: [serde_json::Value; 2] =
        [line, document].map(|text| serde_json::from_str(&text).unwrap());
    assert_eq!(line, document);
}

/// The length of standard input is not known before it is read.
#[test]
fn a_dry_run_does_not_say_how_long_standard_input_is() {
    let root = archive("hits-dry-stdin");
    let ran = scan(&root, &["--dry-run", "-"]);
    assert!(ran.stdout.contains("1 input is standard input, whose bytes are not known"), "{}", ran.stdout);
}
