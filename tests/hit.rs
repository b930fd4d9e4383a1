//! What a record says about who did what, and which files and records a selection keeps. The tables are in `tests/hit/`.

use cwfilter::evidence::records;
use cwfilter::hit::{Field, Hit, MomentError, Outside, Selection, Severity, Summary, facts, moment};
use cwfilter::time::{duration, rfc3339};
use serde_json::{Value, json};

/// 2026-03-04T10:15:30Z
const NOW: i64 = 1_772_619_330;

#[test]
fn the_actor_has_one_form() {
    let mut seen = 0;
    for line in include_str!("hit/who.jsonl").lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let record =
            json!({ "eventName": "X", "userIdentity": case["userIdentity"], "eventID": "x" }).to_string();
        let facts = facts(record.as_bytes());
        let text = |member: &str| case[member].as_str();
        assert_eq!(facts.who.as_deref(), text("who"), "{}", case["case"]);
        assert_eq!(facts.account.as_deref(), text("account"), "{}", case["case"]);
        assert_eq!(facts.invoked_by.as_deref(), text("invokedBy"), "{}", case["case"]);
        seen += 1;
    }
    assert!(seen > 30, "{seen}");
}

/// Every fact, in any order of the members, with blanks and escapes, and in the event that EventBridge makes of the record.
#[test]
fn facts_are_read_wherever_they_are() {
    let record = json!({
        "eventVersion": "1.09", "userIdentity": { "type": "Root", "arn": "arn:aws:iam::123456789012:root" },
        "eventTime": "2026-03-04T10:15:30Z", "eventSource": "cloudtrail.amazonaws.com", "eventName": "StopLogging",
        "awsRegion": "us-east-1", "sourceIPAddress": "203.0.113.7", "userAgent": "a \"b\" \\ c", "errorCode": "AccessDenied",
        "requestParameters": { "eventName": "no", "userIdentity": { "arn": "no" } }, "eventID": "e-1", "recipientAccountId": "123456789012",
    });
    let expected = [
        (Field::EventTime, "2026-03-04T10:15:30Z"),
        (Field::EventSource, "cloudtrail.amazonaws.com"),
        (Field::EventName, "StopLogging"),
        (Field::Who, "arn:aws:iam::123456789012:root"),
        (Field::SourceIpAddress, "203.0.113.7"),
        (Field::AwsRegion, "us-east-1"),
        (Field::Account, "123456789012"),
        (Field::ErrorCode, "AccessDenied"),
        (Field::UserAgent, "a \"b\" \\ c"),
        (Field::EventId, "e-1"),
        (Field::Rule, "r"),
        (Field::File, "f"),
        (Field::Record, "7"),
        (Field::Severity, "high"),
    ];
    let lower = |value: &Value| -> Value {
        let members = value.as_object().unwrap().iter();
        members
            .map(|(key, value)| (key.to_lowercase(), value.clone()))
            .collect::<serde_json::Map<_, _>>()
            .into()
    };
    let texts = [
        record.to_string(),
        serde_json::to_string_pretty(&record).unwrap(),
        record.to_string().replace("\"eventName\"", "\"event\\u004eame\"").replace("StopLogging", "Stop\\u004cogging"),
        lower(&record).to_string(),
        json!({ "detail-type": "AWS API Call via CloudTrail", "id": "other", "time": "1999", "region": "x", "detail": record }).to_string(),
    ];
    for text in texts {
        let facts = facts(text.as_bytes());
        let hit = Hit::new("r", "f", 7, &facts).with_severity(Some(Severity::High));
        for (field, value) in expected {
            assert_eq!(hit.text(field).as_deref(), Some(value), "{} in {text}", field.name());
        }
    }
    let bridge = br#"{"detail-type":"GuardDuty Finding","time":"2026-03-04T10:15:30Z","region":"us-east-1","account":"123456789012","detail":{"severity":8}}"#;
    let facts = facts(bridge);
    assert_eq!(facts.event_time.as_deref(), Some("2026-03-04T10:15:30Z"));
    assert_eq!(
        (facts.aws_region.as_deref(), facts.account.as_deref()),
        (Some("us-east-1"), Some("123456789012"))
    );
}

/// Text that is no record has no facts, and nothing panics.
#[test]
fn other_text_has_no_facts() {
    for text in [
        "",
        " ",
        "ERROR it broke",
        "[1]",
        "\"eventName\"",
        "{",
        "{\"eventName\"",
        "{\"eventName\":",
        "{\"eventName\":\"",
        "null",
        "{}",
    ] {
        assert_eq!(facts(text.as_bytes()), facts(b"{}"), "{text}");
    }
    let empty = facts(br#"{"eventName":"","eventID":null,"userAgent":[],"errorCode":{}}"#);
    assert_eq!(empty, facts(b"{}"));
}

#[test]
fn a_hit_as_json_has_its_version_and_the_fields_asked_for() {
    let facts = facts(br#"{"eventName":"StopLogging"}"#);
    let hit = Hit::new("r", "f", 7, &facts);
    let all = serde_json::to_value(hit.json(&Field::ALL)).unwrap();
    assert_eq!(all["version"], 2);
    for field in Field::ALL {
        assert!(all.get(field.name()).is_some(), "{}", field.name());
        assert_eq!(field.name().parse::<Field>().unwrap(), field);
    }
    assert_eq!((&all["record"], &all["who"]), (&json!(7), &Value::Null));
    assert!("eventnames".parse::<Field>().unwrap_err().contains("eventName, rule"));
}

#[test]
fn moments_are_rfc3339() {
    let table = [
        ("2026-03-04", Ok(NOW - 36_930)),
        ("2026-03-04T10:15:30Z", Ok(NOW)),
        ("2026-03-04T10:15:30", Ok(NOW)),
        ("2026-03-04 10:15:30", Ok(NOW)),
        ("2026-03-04T10:15:30.999Z", Ok(NOW)),
        ("2026-03-04T10:15Z", Ok(NOW - 30)),
        ("2026-03-04T10:15", Ok(NOW - 30)),
        ("2026-03-04T10:15:30+00:00", Ok(NOW)),
        ("24h", Ok(NOW - 86_400)),
        ("90s", Ok(NOW - 90)),
        ("15m", Ok(NOW - 900)),
        ("7d", Ok(NOW - 604_800)),
        ("2w", Ok(NOW - 1_209_600)),
        ("2026-03-04t10:15:30z", Ok(NOW)),
        ("2026-03-04 10:15:30.250Z", Ok(NOW)),
        ("2026-03-04T10:15:30,250Z", Ok(NOW)),
        ("2026-03-04T10:15:30.123456789Z", Ok(NOW)),
        ("2026-03-04 10:15:30 UTC", Ok(NOW)),
        ("2026-03-04T12:15:30+02:00", Ok(NOW)),
        ("2026-03-04T12:15:30.250+02:00", Ok(NOW)),
        ("2026-03-04 12:15:30 +0200", Ok(NOW)),
        ("2026-03-04T15:45:30+05:30", Ok(NOW)),
        ("2026-03-04T05:15:30-0500", Ok(NOW)),
        ("2026-03-04T05:15:30-05", Ok(NOW)),
        ("2026-03-04T12:15+02:00", Ok(NOW - 30)),
        ("2026-03-05T00:15:30+14:00", Ok(NOW)),
        ("2026-03-04T10:15:30+24:00", Err(MomentError::Zone)),
        ("2026-03-04T10:15:30+2", Err(MomentError::Zone)),
        ("2026-03-04T10:15:30+0x:00", Err(MomentError::Zone)),
        ("2026-03-04T10:15:30 CET", Err(MomentError::Zone)),
        ("2026-03-04T10:15:30Europe/Berlin", Err(MomentError::Zone)),
        ("2026-03-04T10:15:30.Z", Err(MomentError::Form)),
        ("2026-03-04T10:15:30.1.2Z", Err(MomentError::Form)),
        ("2026-03-04T10:15:30123Z", Err(MomentError::Form)),
        ("2026-03-04T10:15.5Z", Err(MomentError::Form)),
        ("2026-03-04_10:15:30Z", Err(MomentError::Form)),
        ("2026-03-04T10:15:30Z ", Err(MomentError::Form)),
        ("2026-02-30", Err(MomentError::Day)),
        ("2026-02-29T10:15:30Z", Err(MomentError::Day)),
        ("2026-13-01", Err(MomentError::Form)),
        ("yesterday", Err(MomentError::Form)),
        ("", Err(MomentError::Form)),
        ("h", Err(MomentError::Form)),
        ("-24h", Err(MomentError::Form)),
        ("+24h", Err(MomentError::Form)),
        ("99999999999999h", Err(MomentError::Form)),
        ("2026-03-04T10:15:30Zé", Err(MomentError::Form)),
        ("é026-03-04", Err(MomentError::Form)),
    ];
    for (text, expected) in table {
        assert_eq!(moment(text, NOW), expected, "{text}");
    }
    assert_eq!(rfc3339(NOW), "2026-03-04T10:15:30Z");
    assert_eq!(rfc3339(-1), "1969-12-31T23:59:59Z");
}

fn selection(options: &str) -> Selection {
    let mut selection = Selection::default();
    for option in options.split(' ') {
        let (name, value) = option.split_once('=').unwrap();
        match name {
            "since" => selection.since = Some(moment(value, NOW).unwrap()),
            "until" => selection.until = Some(moment(value, NOW).unwrap()),
            "account" => drop(selection.accounts.insert(value.to_owned())),
            "region" => drop(selection.regions.insert(value.to_owned())),
            "late" => selection.late = duration(value).unwrap(),
            _ => panic!("{option}"),
        }
    }
    selection
}

#[test]
fn a_file_is_skipped_only_if_its_name_rules_it_out() {
    let mut reasons = std::collections::BTreeSet::new();
    for line in include_str!("hit/files.tsv").lines().filter(|line| !line.starts_with('#')) {
        let [path, options, reason] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let found = selection(options).of_file(path).map_or("-", Outside::name);
        assert_eq!(found, reason, "{line}");
        assert_eq!(Selection::default().of_file(path), None, "{line}");
        reasons.insert(reason);
    }
    assert_eq!(reasons.len(), 1 + Outside::ALL.len());
}

#[test]
fn a_hit_is_kept_if_it_may_be_wanted() {
    let of = |record: &str, options: &str, received| {
        let facts = facts(record.as_bytes());
        selection(options)
            .of_hit(&facts, received)
            .map(|lacking| (lacking.time, lacking.account, lacking.region))
    };
    let record =
        r#"{"eventTime":"2026-03-04T10:15:30Z","awsRegion":"us-east-1","recipientAccountId":"123456789012"}"#;
    let kept = Ok((false, false, false));
    assert_eq!(of(record, "since=2026-03-04T10:15:30Z", None), kept);
    assert_eq!(of(record, "since=2026-03-04T10:15:31Z", None), Err(Outside::Before));
    assert_eq!(of(record, "until=2026-03-04T10:15:31Z", None), kept);
    assert_eq!(of(record, "until=2026-03-04T10:15:30Z", None), Err(Outside::After));
    assert_eq!(of(record, "account=123456789012 region=us-east-1", None), kept);
    assert_eq!(of(record, "account=111122223333", None), Err(Outside::OtherAccount));
    assert_eq!(of(record, "region=eu-west-1", None), Err(Outside::OtherRegion));
    // the time of the record counts, and that of the log event where it has none
    assert_eq!(of(record, "until=2026-03-05", Some(0)), kept);
    assert_eq!(of("{}", "since=2026-03-05", Some(NOW * 1000)), Err(Outside::Before));
    assert_eq!(of("{}", "since=2026-03-04", Some(NOW * 1000 + 999)), kept);
    assert_eq!(
        of("{}", "since=2026-03-05 account=123456789012 region=us-east-1", None),
        Ok((true, true, true))
    );
    assert_eq!(of(r#"{"eventTime":"noon"}"#, "until=2026-03-05", None), Ok((true, false, false)));
    assert_eq!(of("plain text", "region=us-east-1", None), Ok((false, false, true)));
}

#[test]
fn a_summary_counts_by_rule_actor_address_and_hour() {
    let mut summary = Summary::default();
    let record = |minute: u32, ip: &str| {
        format!(
            "{{\"eventTime\":\"2026-03-04T10:{minute:02}:00Z\",\"sourceIPAddress\":\"{ip}\",\"userIdentity\":{{\"type\":\"AWSService\",\"invokedBy\":\"x\"}}}}"
        )
    };
    for (at, (minute, ip)) in
        [(30, "203.0.113.7"), (10, "203.0.113.7"), (50, "203.0.113.8")].into_iter().enumerate()
    {
        let record = record(minute, ip);
        let rule = ["a", "b", "a"][at];
        summary.add(&Hit::new(rule, "f", 1, &facts(record.as_bytes())));
    }
    summary.add(&Hit::new("a", "f", 2, &facts(b"text")));
    assert_eq!((summary.all.hits, summary.more), (4, 0));
    assert_eq!((summary.rules["a"].hits, summary.rules["b"].hits), (3, 1));
    assert_eq!(summary.actors["AWSService x"].hits, 3);
    let seen = summary.addresses["203.0.113.7"];
    assert_eq!(
        (seen.hits, seen.first.map(rfc3339).unwrap(), seen.last.map(rfc3339).unwrap()),
        (2, "2026-03-04T10:10:00Z".into(), "2026-03-04T10:30:00Z".into())
    );
    assert_eq!(summary.hours.keys().collect::<Vec<_>>(), ["2026-03-04T10"]);
    // the hit that is text has no fact, and is counted as such
    let without = [summary.without_actor, summary.without_address, summary.without_time];
    assert_eq!(without.map(|seen| (seen.hits, seen.first)), [(1, None); 3]);
}

/// Hostile events have a different actor each: memory has a bound, and what had no room is counted.
#[test]
fn a_summary_has_a_bound() {
    let mut summary = Summary::default();
    let keys = cwfilter::limits::SUMMARY_KEYS;
    for at in 0..keys + 2 {
        let record = format!("{{\"sourceIPAddress\":\"{at}\"}}");
        summary.add(&Hit::new("a", "f", 1, &facts(record.as_bytes())));
    }
    assert_eq!((summary.addresses.len(), summary.more, summary.all.hits), (keys, 2, keys as u64 + 2));
}

/// The facts of the records that the rule packs are tested with.
#[test]
fn recorded_events_have_an_actor() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/patterns/cis-aws/events");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read(entry.unwrap().path()).unwrap();
        for record in records(&text[..]).filter_map(Result::ok) {
            let facts = facts(&record.bytes);
            assert!(
                facts.who.is_some() && facts.event_name.is_some(),
                "{}",
                String::from_utf8_lossy(&record.bytes)
            );
            seen += 1;
        }
    }
    assert!(seen > 5, "{seen}");
}
