//! The region of the stack beside that of the environment, and beside the home region of the account's trail.

use crate::emulators::emulators;
use crate::gateway::Gateway;
use crate::stacks::{Run, TestStack};
use crate::trial;
use libtest_mimic::Trial;
use serde_json::json;

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial("the_region_of_the_stack_wins", the_region_of_the_stack_wins),
        trial("a_trail_with_another_home_region", a_trail_with_another_home_region),
    ]
}

/// The variable, its value, and the message about it.
fn the_region_of_the_stack_wins() {
    let gateway = Gateway::start(emulators());
    let stack = TestStack::new("regional", &["stopped"], &[], false);
    let table = [
        ("AWS_REGION", "eu-west-1", "AWS_REGION says eu-west-1; us-east-1 is used\n"),
        ("AWS_DEFAULT_REGION", "eu-west-1", "AWS_DEFAULT_REGION says eu-west-1; us-east-1 is used\n"),
        ("AWS_REGION", "\u{1b}[2J", "AWS_REGION says \\u{1b}[2J; us-east-1 is used\n"),
        ("AWS_REGION", "us-east-1", ""),
        ("AWS_REGION", "", ""),
    ];
    for (name, value, said) in table {
        gateway.take_seen();
        let mut command = stack.command(&gateway, "plan");
        command.env(name, value);
        let run = Run::of(command.output().unwrap()).expect(0);
        let note = format!("note: {} says us-east-1 and {said}", stack.file().display());
        assert_eq!(run.err, if said.is_empty() { String::new() } else { note }, "{name}={value:?}");
        let seen = gateway.take_seen();
        assert!(seen.len() > 5 && seen.iter().all(|it| it.is_signed_for("us-east-1")), "{name}={value:?}");
    }
}

/// A multi-region trail is listed in each region, and delivers to the log group of its home region only.
fn a_trail_with_another_home_region() {
    let gateway = Gateway::start(emulators());
    let stack = TestStack::new("abroad", &["stopped"], &[], false);
    stack.run(&gateway, "apply --yes").expect(0);
    let trail = json!({
        "Name": "organisation", "TrailARN": "arn:aws:cloudtrail:eu-west-1:123456789012:trail/organisation", "HomeRegion": "eu-west-1",
        "IsMultiRegionTrail": true, "CloudWatchLogsLogGroupArn": "arn:aws:logs:eu-west-1:123456789012:log-group:abroad-trail:*",
    });
    gateway.answer("DescribeTrails", json!({ "trailList": [trail] }));
    let plan = stack.run(&gateway, "plan --check").expect(4);
    let dead = "dead: trail: no trail of this region delivers to the log group `abroad-trail`; \
        the trail `organisation` delivers to `abroad-trail` in eu-west-1 of account 123456789012\n";
    assert!(plan.out.contains(dead), "{}", plan.out);
}
