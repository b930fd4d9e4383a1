//! What a rule is about: CloudTrail records, or the events of another program. Coverage, mutation, generated tests and the conditions that are
//! not recorded agree about it, and no event of another program is called impossible.

use cwfilter::rules::{self, Loader, Rule};

fn rows() -> impl Iterator<Item = [&'static str; 3]> {
    let lines = include_str!("subject.tsv").lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split('\t').collect::<Vec<_>>().try_into().unwrap_or_else(|_| panic!("{line}")))
}

/// A rule with a test for each event, which matches.
fn rule(pattern: &str, events: &str) -> Rule {
    let mut source = format!("[[rule]]\nid = \"r\"\npattern = '''{pattern}'''\n");
    for (at, event) in events.split(" ;; ").filter(|it| *it != "-").enumerate() {
        source += &format!(
            "[[rule.test]]\nname = \"test {at}\"\norigin = \"written\"\nlog = '''{event}'''\nexpect = \"match\"\n"
        );
    }
    let file = Loader::new().parse("rules.toml".as_ref(), source);
    file.unwrap_or_else(|errors| panic!("{errors:?}\n{pattern}")).rules.remove(0)
}

#[test]
fn what_a_rule_is_about() {
    let mut wrong = Vec::new();
    for [pattern, events, expected] in rows() {
        let rule = rule(pattern, events);
        let (coverage, mutation) = (rules::coverage(&rule), rules::mutate(&rule));
        if coverage.not_cloudtrail != mutation.not_cloudtrail {
            wrong.push(format!("{pattern}: {:?} and {:?}", coverage.not_cloudtrail, mutation.not_cloudtrail));
        }
        let is_right = match coverage.not_cloudtrail.as_deref() {
            Some(why) => why.contains(expected),
            None => ["-", "no reason"].contains(&expected),
        };
        if !is_right {
            wrong.push(format!("{pattern}: {:?}, not {expected:?}", coverage.not_cloudtrail));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn an_event_of_another_program_is_evidence() {
    let mut wrong = Vec::new();
    for [pattern, events, _] in rows().filter(|row| row[2] != "-") {
        let rule = rule(pattern, events);
        let (coverage, mutation) = (rules::coverage(&rule), rules::mutate(&rule));
        if !coverage.impossible.is_empty() || !mutation.impossible.is_empty() {
            wrong.push(format!("{pattern}: impossible: {:?}", coverage.impossible));
        }
        if !rules::not_recorded(&rule).is_empty() {
            wrong.push(format!("{pattern}: {:?}", rules::not_recorded(&rule)));
        }
        if events != "-" && (coverage.ways().0 == 0 || mutation.killed == 0) {
            wrong.push(format!("{pattern}: {:?}, {} killed", coverage.ways(), mutation.killed));
        }
        // each change is decided over all messages, and no witness is a record
        let is_record = |it: &rules::Mutant| it.witness.iter().any(|it| it.contains("eventVersion"));
        if mutation.survivors.iter().any(is_record) || mutation.open() > 0 {
            wrong.push(format!("{pattern}: {mutation:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn generated_events_of_another_program_are_no_records() {
    let mut wrong = Vec::new();
    // of a rule without tests, the pattern tells
    for [pattern, _, expected] in rows().filter(|row| row[1] == "-") {
        let found = rules::generate_all(&pattern.parse().unwrap());
        let is_other = expected != "-";
        let has_record = found.tests.iter().any(|test| test.message.contains("eventVersion"));
        let has_match = found.tests.iter().any(|test| test.matches);
        if is_other
            && (has_record || !has_match || found.not_cloudtrail.is_none() != (expected == "no reason"))
            || !is_other && found.not_cloudtrail.is_some()
        {
            wrong.push(format!("{pattern}: {found:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A key in another case is one that no record has: a finding, and no evidence.
#[test]
fn a_key_in_another_case_is_no_evidence() {
    for (pattern, event) in [
        (r#"{ $.eventname = "StopLogging" }"#, r#"{"eventname":"StopLogging"}"#),
        (
            r#"{ $.eventName = "StopLogging" && $.errorcode NOT EXISTS }"#,
            r#"{"eventName":"StopLogging","Errorcode":"x"}"#,
        ),
        (
            r#"{ $.eventName = "StopLogging" && $.useridentity.type = "Root" }"#,
            r#"{"eventName":"StopLogging","useridentity":{"type":"Root"}}"#,
        ),
    ] {
        let rule = rule(pattern, event);
        assert_eq!(rules::coverage(&rule).ways().0, 0, "{pattern}");
        assert_eq!(rules::coverage(&rule).impossible.len(), 1, "{pattern}");
        assert_eq!(rules::mutate(&rule).killed, 0, "{pattern}");
        assert!(!rules::not_recorded(&rule).is_empty(), "{pattern}");
        let found = rules::generate_all(&rule.pattern);
        let has = |key: &str| found.tests.iter().any(|test| test.message.contains(key));
        assert!(
            !["eventname", "errorcode", "useridentity"].iter().any(|it| has(it)),
            "{pattern}: {found:#?}"
        );
        assert!(found.missing.iter().any(|it| it.why.contains("record")), "{pattern}: {found:#?}");
    }
}
