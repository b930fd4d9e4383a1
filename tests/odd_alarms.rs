//! Alarms of blocks with many instances, and composite alarms that name themselves.

use cwfilter::lint::file::{FileFindings, check_files};
use cwfilter::{rules, sources};
use std::path::Path;

fn checked(name: &str, text: &str) -> FileFindings {
    let patterns = sources::read(Path::new(name), text).unwrap();
    check_files([(name.to_owned(), text.to_owned(), &*patterns)]).remove(0)
}

/// Lint and message of each finding.
fn found(name: &str, text: &str) -> Vec<(&'static str, String)> {
    let findings = checked(name, text).findings.into_iter();
    findings.map(|it| (it.diagnostic.lint, it.diagnostic.message)).collect()
}

#[test]
fn a_block_of_many_alarms_has_one_note() {
    let alarms = |count: &str| {
        format!(
            "resource \"aws_cloudwatch_metric_alarm\" \"a\" {{\n {count}\n alarm_name = \"a\"\n namespace = \"App\"\n\
             metric_name = \"M${{count.index}}\"\n alarm_actions = [var.topic]\n}}\n"
        )
    };
    let note = "not checked: no metric filter of these files publishes to the metric App M0 of the alarm";
    for (count, message) in [
        ("count = 1", note.to_owned()),
        ("count = 2", format!("{note}, and 1 alarm more of this block")),
        ("count = 300", format!("{note}, and 299 alarms more of this block")),
    ] {
        let text = alarms(count);
        assert_eq!(found("main.tf", &text), [("unchecked-alarm", message)], "{text}");
    }
    let counts = checked("main.tf", &alarms("count = 300")).alarms;
    assert_eq!(counts.to_string(), "300 alarms: 0 checked, 300 not checked");
}

#[test]
fn a_composite_alarm_that_names_itself_is_refused() {
    let own = "the rule names its own alarm `self`, which AWS refuses";
    for (rule, is_refused) in [("ALARM(self)", true), ("ALARM(a) OR NOT OK(self)", true), ("ALARM(a)", false)]
    {
        let expected = if is_refused { vec![("refused-alarm-rule", own.to_owned())] } else { Vec::new() };
        let tf = format!(
            "resource \"aws_cloudwatch_composite_alarm\" \"c\" {{\n alarm_name = \"self\"\n alarm_rule = \"{rule}\"\n\
             alarm_actions = [var.topic]\n}}\n"
        );
        assert_eq!(found("main.tf", &tf), expected, "{tf}");
        let yaml = format!(
            "Resources:\n  C:\n    Type: AWS::CloudWatch::CompositeAlarm\n    Properties:\n      AlarmName: self\n\
             \x20     AlarmRule: {rule}\n      AlarmActions: [!Ref T]\n"
        );
        assert_eq!(found("t.yaml", &yaml), expected, "{yaml}");
        let toml = format!("[[composite]]\nid = \"self\"\nrule = \"{rule}\"\n");
        let refusal = rules::parse("r.toml".as_ref(), toml.clone()).err();
        let message = refusal.and_then(|errors| errors.first().map(|error| error.to_string()));
        assert_eq!(message.is_some_and(|message| message.contains(own)), is_refused, "{toml}");
    }
}
