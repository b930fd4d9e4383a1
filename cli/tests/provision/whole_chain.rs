//! From an event in the log group to a message in a queue, over what `apply` made: event, metric filter, metric, alarm, SNS, SQS.
//!
//! moto carries all but two links: it evaluates neither metric filters nor alarms. `whole_chain.py` asks `cwfilter emit` and
//! `cwfilter alarm` about these with what moto describes, not with the stack's files, and gives their answers back to moto.

use crate::emulators::{Emulators, program, with_own_moto};
use crate::gateway::Gateway;
use crate::stacks::TestStack;
use crate::trial;
use libtest_mimic::Trial;
use serde_json::Value;
use std::process::Command;

pub(crate) fn trials() -> Vec<Trial> {
    vec![trial("an_event_becomes_a_message_in_a_queue", an_event_becomes_a_message_in_a_queue)]
}

/// A script of this folder under the emulators' Python; the AWS SDK for Python comes with moto.
fn python(moto: u16, script: &str, arguments: &[&str]) -> String {
    let mut command = Command::new(program("python"));
    command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/provision/").to_owned() + script);
    command.arg(format!("http://127.0.0.1:{moto}")).args(arguments);
    command.env_remove("AWS_PROFILE").envs([
        ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
    ]);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn an_event_becomes_a_message_in_a_queue() {
    let moto = with_own_moto().moto;
    // all services from the one server: it delivers from its topics to its queues
    let gateway = Gateway::start(Emulators { ministack: moto, moto });
    let queue = "arn:aws:sqs:us-east-1:123456789012:whole-queue";
    let stack = TestStack::new("whole", &["stopped"], &[("sqs", queue)], false);
    let ring = |event: &str| -> Value {
        let cwfilter = env!("CARGO_BIN_EXE_cwfilter");
        serde_json::from_str(&python(
            moto,
            "whole_chain.py",
            &[cwfilter, "whole-trail", "whole-queue", event],
        ))
        .unwrap()
    };
    stack.run(&gateway, "apply --yes").expect(0);
    let quiet = ring(r#"{"eventName":"DescribeTrails"}"#);
    assert_eq!(quiet["links"], serde_json::json!(["filter whole.stopped: [0.0]", "alarm whole.stopped: OK"]));
    assert_eq!(quiet["messages"], serde_json::json!([]));
    let loud = ring(r#"{"eventName":"StopLogging"}"#);
    let message = &loud["messages"][0];
    assert_eq!(loud["messages"].as_array().map(Vec::len), Some(1), "{loud:#}");
    assert_eq!(message["subject"], "ALARM: \"whole.stopped\" in US East (N. Virginia)");
    assert_eq!(
        (&message["AlarmName"], &message["NewStateValue"]),
        (&"whole.stopped".into(), &"ALARM".into())
    );
    assert_eq!(message["AlarmDescription"], "Somebody stops the trail");
    // the account is as the stack says, and the plan names the state
    let plan = stack.run(&gateway, "plan").expect(0);
    assert!(plan.steps().is_empty() && plan.out.contains("`whole.stopped` is in ALARM"), "{}", plan.out);
}
