//! Whether alarms may publish to the topic: `publish_policy.tsv`, and the key that the topic is encrypted with.

mod account;

use account::{Group, Memory, State, topic_arn};
use cwfilter::provision::{Options, Plan, Purpose, Stack, apply, desired, identify, observe, plan};
use cwfilter::rules::RuleFile;
use serde_json::{Value, json};
use std::path::Path;

const STACK: &str = "name = \"s\"\nregion = \"us-east-1\"\nrules = [\"rules.toml\"]\n\
    log_group = { name = \"trail\", fed_by = \"the test\" }\n[topic]\nname = \"alerts\"\n\
    subscription = [{ protocol = \"email\", endpoint = \"security@example.com\" }]\n";

const ALLOW: &str =
    r#""Sid":"x","Effect":"Allow","Principal":{"Service":"cloudwatch.amazonaws.com"},"Action":"SNS:Publish""#;

struct Bench {
    memory: Memory,
    stack: Stack,
    files: Vec<RuleFile>,
}

impl Bench {
    /// An account after the stack was applied.
    fn applied() -> Self {
        let rule = |id: &str| {
            format!(
                "[[rule]]\nid = \"{id}\"\npattern = '{{ $.eventName = \"{id}\" }}'\n\
                 metric = {{ namespace = \"S\", name = \"{id}\", value = \"1\" }}\n\
                 alarm = {{ statistic = \"Sum\", period = \"5m\", threshold = 1 }}\n"
            )
        };
        let mut state = State::default();
        state.groups.insert("trail".to_owned(), Group::default());
        let stack = Stack::parse(Path::new("cwfilter.toml"), STACK).unwrap();
        let files = vec![cwfilter::rules::parse(Path::new("rules.toml"), rule("a") + &rule("b")).unwrap()];
        let bench = Bench { memory: Memory::with(state), stack, files };
        apply(&bench.memory, &bench.plan(), |_| ());
        bench
    }

    fn plan(&self) -> Plan {
        let target = identify(&self.memory, &self.stack).unwrap();
        let wanted = desired(&self.stack, &self.files, &target).unwrap();
        let observed = observe(&self.memory, &self.stack, &wanted, &target, Purpose::Plan).unwrap();
        plan(&self.stack, &wanted, &observed, &Options::default())
    }

    fn set(&self, attribute: &str, value: &str) {
        let state = &mut *self.memory.state.borrow_mut();
        state.topics.get_mut(&topic_arn("alerts")).unwrap().attributes.insert(attribute.into(), json!(value));
    }

    /// The stack's own statement, without its braces.
    fn own(&self) -> String {
        let state = self.memory.state();
        let policy = state.topics[&topic_arn("alerts")].attributes["Policy"].as_str().unwrap().to_owned();
        let policy: Value = serde_json::from_str(&policy).unwrap();
        let text = policy["Statement"].as_array().unwrap().last().unwrap().to_string();
        text[1..text.len() - 1].to_owned()
    }
}

fn is_dead(plan: &Plan) -> bool {
    plan.findings.iter().any(|it| it.is_dead)
}

#[test]
fn each_policy_of_the_table() {
    let rows = include_str!("publish_policy.tsv").lines().filter(|line| !line.starts_with('#'));
    let mut count = 0;
    for row in rows {
        let (answer, statements) = row.split_once('\t').unwrap_or_else(|| panic!("{row}"));
        let (verdict, words) = answer.split_once(' ').unwrap_or((answer, ""));
        let bench = Bench::applied();
        let statements = statements.replace("OURS", &bench.own()).replace("ALLOW", ALLOW);
        bench.set("Policy", &format!("{{\"Statement\":[{statements}]}}"));
        let plan = bench.plan();
        let of_policy = |text: &str| text.contains("publish");
        let found: Vec<_> = plan.findings.iter().filter(|it| of_policy(&it.message)).collect();
        let message = found.first().map_or("", |it| it.message.as_str());
        let expected = match verdict {
            "ok" => (0, false, false),
            "dead" => (1, true, false),
            "repaired" => (1, true, true),
            "unknown" => (1, false, false),
            other => panic!("{other}"),
        };
        let is_repaired = plan.to_string().contains("; `apply` repairs it\n");
        assert_eq!((found.len(), is_dead(&plan), is_repaired), expected, "{row}\n{plan}");
        assert!(message.contains(words), "{row}\n{plan}");
        assert_eq!(message.contains("is not known"), verdict == "unknown", "{row}\n{plan}");
        // the promise holds
        if verdict == "repaired" || verdict == "dead" {
            apply(&bench.memory, &plan, |_| ());
            assert_eq!(self::is_dead(&bench.plan()), verdict == "dead", "{row}\n{}", bench.plan());
        }
        count += 1;
    }
    assert!(count > 50, "{count} rows were read");
}

/// A policy that cannot be read is not called one without the statement.
#[test]
fn a_policy_that_is_none() {
    for text in ["{", "[]", "{\"Statement\":1}", "{\"Statement\":[1]}"] {
        let bench = Bench::applied();
        bench.set("Policy", text);
        let plan = bench.plan();
        assert!(!is_dead(&plan), "{plan}");
        assert!(plan.to_string().contains("whether alarms may publish is not known"), "{text}: {plan}");
    }
}

/// Statements of the key, whether they stop the messages, and what the plan says.
#[test]
fn the_policy_of_the_key() {
    let arn = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    let key =
        json!({ "KeyMetadata": { "KeyState": "Enabled", "KeyId": arn.rsplit('/').next(), "Arn": arn } });
    let allow = json!({ "Sid": "a", "Effect": "Allow", "Principal": { "Service": "cloudwatch.amazonaws.com" }, "Action": "kms:*", "Resource": "*" });
    let with = |name: &str, value: Value| {
        let mut it = allow.clone();
        it[name] = value;
        it
    };
    let deny = json!({ "Sid": "stop", "Effect": "Deny", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*" });
    let table = [
        (json!([allow]), false, ""),
        (json!([with("Resource", json!(arn))]), false, ""),
        (
            json!([with("Action", json!("kms:Decrypt"))]),
            true,
            "does not let alarms use it (kms:GenerateDataKey)",
        ),
        (json!([with("Action", json!(["kms:Decrypt", "kms:GenerateDataKey*"]))]), false, ""),
        (json!([allow, deny]), true, "the statement `stop` of the policy of the key"),
        (
            json!([with("Condition", json!({ "StringEquals": { "aws:SourceAccount": "210987654321" } }))]),
            true,
            "does not let alarms use it (kms:Decrypt)",
        ),
        (
            json!([with("Condition", json!({ "StringEquals": { "kms:CallerAccount": "123456789012" } }))]),
            false,
            "whether alarms may use it (kms:Decrypt) is not known: the statement `a`",
        ),
    ];
    for (statements, is_dead, message) in table {
        let bench = Bench::applied();
        bench.set("KmsMasterKeyId", "alias/alerts");
        let policy = json!({ "Statement": statements }).to_string();
        let keys = [("DescribeKey", key.clone()), ("GetKeyPolicy", json!({ "Policy": policy }))];
        bench.memory.state.borrow_mut().keys = keys.map(|(name, answer)| (name.to_owned(), answer)).into();
        let plan = bench.plan();
        assert_eq!(self::is_dead(&plan), is_dead, "{statements}: {plan}");
        assert!(plan.to_string().contains(message), "{statements}: {plan}");
        assert_eq!(plan.to_string().contains("key"), !message.is_empty(), "{statements}: {plan}");
    }
}
