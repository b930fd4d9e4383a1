//! Whether CloudWatch may publish to the topic of an alarm: the policy of the topic, and the policy of its key.

use super::chain;
use cwfilter::control_chain::Link;

const TERRAFORM: &str = r#"
data "aws_caller_identity" "current" {}
data "aws_region" "current" {}
data "aws_partition" "current" {}
resource "aws_sns_topic" "alarms" {
  name = "alarms"
  MEMBERS
}
resource "aws_cloudwatch_log_metric_filter" "root" {
  name           = "root"
  log_group_name = "trail"
  pattern        = "{ $.userIdentity.type = \"Root\" }"
  metric_transformation {
    namespace = "Security"
    name      = "Root"
    value     = "1"
  }
}
resource "aws_cloudwatch_metric_alarm" "root" {
  alarm_name          = "root"
  namespace           = "Security"
  metric_name         = "Root"
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  alarm_actions       = [aws_sns_topic.alarms.arn]
}
resource "aws_kms_key" "topics" {
  KEY
}
resource "aws_kms_alias" "topics" {
  name          = "alias/topics"
  target_key_id = aws_kms_key.topics.key_id
}
"#;

const MET: &str = "met";
const OPEN: &str = "not in the input";
const BROKEN: &str = "broken";

/// A statement of a policy: its parts but for the principal, which is CloudWatch.
fn statement(parts: &str) -> String {
    format!("{{\"Principal\": {{\"Service\": \"cloudwatch.amazonaws.com\"}}, {parts}}}")
}

/// What the link `action` says of these files.
fn action(files: &[(&str, String)]) -> (&'static str, String) {
    let files: Vec<(String, String)> =
        files.iter().map(|(name, text)| ((*name).to_owned(), text.clone())).collect();
    let it = chain(&files).links.into_iter().find(|it| it.link == Link::Action).expect("a link");
    (it.state.name(), it.what)
}

/// Collects the rows that are not as wanted.
struct Failed(String);

impl Failed {
    fn check(&mut self, name: &str, found: &(&str, String), state: &str, part: &str) {
        if found.0 != state || !found.1.contains(part) {
            self.0 += &format!("{name}: {}: {}\n    not {state}: {part}\n", found.0, found.1);
        }
    }
}

/// Statements of the policy of the topic, the state of the link and a part of what it says.
const POLICIES: &[(&str, &str, &str)] = &[
    (r#""Effect": "Allow", "Action": "sns:Publish", "Resource": "*""#, MET, "publishes to"),
    (r#""Effect": "Allow", "Action": "SNS:Publish", "Resource": "${aws_sns_topic.alarms.arn}""#, MET, ""),
    (
        r#""Effect": "Allow", "Action": "SNS:Subscribe", "Resource": "*""#,
        BROKEN,
        "publishes to aws_sns_topic.alarms, and the policy of its topic does not let CloudWatch publish",
    ),
    (
        r#""Sid": "stop", "Effect": "Deny", "Action": "sns:*", "Resource": "*""#,
        BROKEN,
        "the statement `stop` of the policy of its topic does not let CloudWatch publish",
    ),
    (
        r#""Sid": "stop", "Effect": "Deny", "Action": "sns:*", "Resource": "${aws_sns_topic.alarms.arn}""#,
        BROKEN,
        "`stop`",
    ),
    (
        r#""Effect": "Allow", "Action": "sns:Publish", "Resource": "*", "Condition": {"StringEquals": {"aws:SourceAccount": "${data.aws_caller_identity.current.account_id}"}}"#,
        MET,
        "",
    ),
    (
        r#""Effect": "Allow", "Action": "sns:Publish", "Resource": "*", "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}}"#,
        OPEN,
        "statement 1, which has no `Sid`, has a part that is not judged",
    ),
    (
        r#""Effect": "Allow", "Action": "sns:Publish", "Resource": "*", "Condition": {"ArnLike": {"aws:SourceArn": "arn:${data.aws_partition.current.partition}:cloudwatch:${data.aws_region.current.name}:${data.aws_caller_identity.current.account_id}:alarm:*"}}"#,
        MET,
        "",
    ),
    (
        r#""Effect": "Allow", "Action": "sns:Publish", "Resource": "*", "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:cloudwatch:*:*:alarm:*"}}"#,
        MET,
        "",
    ),
    (
        r#""Effect": "Allow", "Action": "sns:Publish", "Resource": "*", "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:cloudwatch:*:*:alarm:ro*"}}"#,
        MET,
        "",
    ),
    (
        r#""Effect": "Allow", "Action": "sns:Publish", "Resource": "*", "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:cloudwatch:*:*:alarm:other"}}"#,
        BROKEN,
        "does not let",
    ),
    (
        r#""Effect": "Allow", "Action": "sns:Publish", "Resource": "*", "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:events:*:*:rule/*"}}"#,
        BROKEN,
        "does not let",
    ),
    (
        r#""Effect": "Allow", "Action": "sns:Publish", "Resource": "*", "Condition": {"StringEquals": {"aws:PrincipalOrgID": "${var.organization}"}}"#,
        OPEN,
        "has a part that is not known: `var.organization` is not declared",
    ),
    (
        r#""Effect": "Allow", "Action": "sns:Publish", "Resource": "arn:aws:sns:${data.aws_region.current.name}:${data.aws_caller_identity.current.account_id}:alarms""#,
        OPEN,
        "not judged",
    ),
    (
        r#""Effect": "Allow", "Action": "sns:Publish", "Resource": "arn:aws:sns:us-east-1:123456789012:other""#,
        OPEN,
        "not judged",
    ),
];

/// Members of the topic, members of the key, further blocks, the state of the link and a part of what it says.
const KEYS: &[[&str; 5]] = &[
    ["", "", "", MET, "publishes to"],
    ["kms_master_key_id = null", "", "", MET, ""],
    ["kms_master_key_id = \"\"", "", "", MET, ""],
    [
        "kms_master_key_id = \"alias/aws/sns\"",
        "",
        "",
        BROKEN,
        "its topic is encrypted with the key of AWS for SNS, which CloudWatch may not use",
    ],
    [
        "kms_master_key_id = aws_kms_key.topics.arn",
        "",
        "",
        BROKEN,
        "the key of its topic has the default policy, which does not let CloudWatch use it",
    ],
    ["kms_master_key_id = aws_kms_key.topics.id", "policy = USES", "", MET, ""],
    ["kms_master_key_id = aws_kms_key.topics.key_id", "policy = USES", "", MET, ""],
    ["kms_master_key_id = aws_kms_alias.topics.name", "policy = USES", "", MET, ""],
    ["kms_master_key_id = aws_kms_alias.topics.arn", "policy = USES", "", MET, ""],
    ["kms_master_key_id = \"alias/topics\"", "policy = USES", "", MET, ""],
    [
        "kms_master_key_id = \"alias/topics\"",
        "policy = DECRYPTS",
        "",
        BROKEN,
        "the policy of the key of its topic does not let CloudWatch use it (kms:GenerateDataKey)",
    ],
    [
        "kms_master_key_id = aws_kms_key.topics.arn",
        "policy = var.policy",
        "",
        OPEN,
        "the policy of the key of its topic is not known: `var.policy` is not declared",
    ],
    [
        "kms_master_key_id = aws_kms_key.topics.arn",
        "",
        "resource \"aws_kms_key_policy\" \"topics\" {\n key_id = aws_kms_key.topics.id\n policy = USES\n}",
        MET,
        "",
    ],
    [
        "kms_master_key_id = \"alias/other\"",
        "",
        "",
        OPEN,
        "its topic is encrypted, and the policy of its key is not in the input: alias/other",
    ],
    [
        "kms_master_key_id = var.key",
        "",
        "",
        OPEN,
        "the policy of its key is not in the input: `var.key` is not declared",
    ],
];

const USES: &str = r#"jsonencode({ Statement = [
  { Effect = "Allow", Principal = { AWS = "arn:aws:iam::123456789012:root" }, Action = "kms:*", Resource = "*" },
  { Effect = "Allow", Principal = { Service = "cloudwatch.amazonaws.com" }, Action = ["kms:Decrypt", "kms:GenerateDataKey*"], Resource = "*" },
] })"#;

#[test]
fn policies_of_topics() {
    let mut failed = Failed(String::new());
    let base = TERRAFORM.replace("MEMBERS", "").replace("KEY", "");
    for (parts, state, what) in POLICIES {
        let policy = format!("<<-EOF\n{{\"Statement\": [{}]}}\nEOF\n", statement(parts));
        let block = format!(
            "resource \"aws_sns_topic_policy\" \"p\" {{\n  arn = aws_sns_topic.alarms.arn\n  policy = {policy}\n}}\n"
        );
        failed.check(parts, &action(&[("main.tf", format!("{base}{block}"))]), state, what);
        let member = TERRAFORM.replace("MEMBERS", "policy = data.POLICY").replace("KEY", "");
        let member = member.replace("data.POLICY", &policy);
        // a topic that has a reference to itself cannot be planned
        if !parts.contains("aws_sns_topic.") {
            failed.check(parts, &action(&[("main.tf", member)]), state, what);
        }
    }
    assert_eq!(failed.0, "");
}

#[test]
fn documents_of_topics() {
    let base = TERRAFORM.replace("MEMBERS", "").replace("KEY", "");
    let policy = "resource \"aws_sns_topic_policy\" \"p\" {\n  arn = aws_sns_topic.alarms.arn\n  policy = data.aws_iam_policy_document.p.json\n}\n";
    let document = |service: &str| {
        format!(
            "data \"aws_iam_policy_document\" \"p\" {{\n  statement {{\n    actions = [\"SNS:Publish\"]\n    resources = [aws_sns_topic.alarms.arn]\n    principals {{\n      type = \"Service\"\n      identifiers = [\"{service}\"]\n    }}\n  }}\n}}"
        )
    };
    let mut failed = Failed(String::new());
    for (service, state, part) in [
        ("cloudwatch.amazonaws.com", MET, ""),
        ("events.amazonaws.com", BROKEN, "the policy of its topic does not let CloudWatch publish"),
        ("${var.service}", OPEN, "`var.service` is not declared"),
    ] {
        failed.check(
            service,
            &action(&[("main.tf", format!("{base}{policy}{}", document(service)))]),
            state,
            part,
        );
    }
    // the region of a data source is that of its provider
    for (region, state) in [("us-east-1", MET), ("eu-west-1", BROKEN)] {
        let text = format!("<<-EOF\n{{\"Statement\": [{}]}}\nEOF\n", statement(POLICIES[7].0));
        let block = policy.replace("data.aws_iam_policy_document.p.json", &text);
        let providers = format!(
            "provider \"aws\" {{\n  region = \"us-east-1\"\n}}\nprovider \"aws\" {{\n  alias = \"other\"\n  region = \"{region}\"\n}}\n"
        );
        let base = base.replace(
            "\"aws_region\" \"current\" {}",
            "\"aws_region\" \"current\" {\n  provider = aws.other\n}",
        );
        failed.check(region, &action(&[("main.tf", providers + &base + &block)]), state, "");
    }
    // an account that another provider reads is not that of the configuration
    let foreign = base.replace(
        "data \"aws_caller_identity\" \"current\" {}",
        "data \"aws_caller_identity\" \"current\" {\n  provider = aws.other\n}",
    );
    let text = format!("<<-EOF\n{{\"Statement\": [{}]}}\nEOF\n", statement(POLICIES[5].0));
    let block = policy.replace("data.aws_iam_policy_document.p.json", &text);
    failed.check(
        "another provider",
        &action(&[("main.tf", foreign + &block)]),
        OPEN,
        "`data.aws_caller_identity.current.account_id` is read when Terraform runs with the provider aws.other",
    );
    assert_eq!(failed.0, "");
}

#[test]
fn keys_of_topics() {
    let mut failed = Failed(String::new());
    let decrypts = USES.replace(", \"kms:GenerateDataKey*\"", "");
    for [members, key, blocks, state, part] in KEYS {
        let text = TERRAFORM.replace("MEMBERS", members).replace("  KEY\n", &format!("  {key}\n")) + blocks;
        let text = text.replace("USES", USES).replace("DECRYPTS", &decrypts);
        failed.check(&format!("{members} {key}"), &action(&[("main.tf", text)]), state, part);
    }
    assert_eq!(failed.0, "");
}

#[test]
fn topics_of_templates_and_answers() {
    let template = |policy: &str, key: &str| {
        format!(
            r#"{{"Resources": {{
            "Filter": {{"Type": "AWS::Logs::MetricFilter", "Properties": {{"LogGroupName": "trail", "FilterPattern": "{{ $.userIdentity.type = \"Root\" }}",
                "MetricTransformations": [{{"MetricNamespace": "Security", "MetricName": "Root", "MetricValue": "1"}}]}}}},
            "Alarm": {{"Type": "AWS::CloudWatch::Alarm", "Properties": {{"Namespace": "Security", "MetricName": "Root", "Statistic": "Sum", "Period": 300,
                "EvaluationPeriods": 1, "Threshold": 1, "ComparisonOperator": "GreaterThanOrEqualToThreshold", "AlarmActions": [{{"Ref": "Topic"}}]}}}},
            "Topic": {{"Type": "AWS::SNS::Topic", "Properties": {{"TopicName": "alarms"{key}}}}},
            "Key": {{"Type": "AWS::KMS::Key", "Properties": {{"KeyPolicy": {{"Statement": [{{"Effect": "Allow", "Principal": {{"AWS": "*"}}, "Action": "kms:*", "Resource": "*"}}]}}}}}},
            "Closed": {{"Type": "AWS::KMS::Key", "Properties": {{"KeyPolicy": {{"Statement": []}}}}}}
            {policy}}}}}"#
        )
    };
    let policy = |kind: &str, of: &str, parts: &str| {
        format!(
            r#", "Policy": {{"Type": "{kind}", "Properties": {{{of}, "PolicyDocument": {{"Statement": [{}]}}}}}}"#,
            statement(parts)
        )
    };
    let own = r#""Effect": "Allow", "Action": "sns:Publish", "Resource": {"Ref": "Topic"}, "Condition": {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}"#;
    let sub = r#""Effect": "Allow", "Action": "sns:Publish", "Resource": {"Ref": "Topic"}, "Condition": {"ArnLike": {"aws:SourceArn": {"Fn::Sub": "arn:${AWS::Partition}:cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:*"}}}"#;
    let denies = r#""Effect": "Deny", "Action": "sns:Publish", "Resource": "*""#;
    let (several, one) = (r#""Topics": [{"Ref": "Topic"}]"#, r#""TopicArn": {"Ref": "Topic"}"#);
    let mut failed = Failed(String::new());
    for (name, text, state, part) in [
        ("plain", template("", ""), MET, ""),
        ("own", template(&policy("AWS::SNS::TopicPolicy", several, own), ""), MET, ""),
        ("sub", template(&policy("AWS::SNS::TopicPolicy", several, sub), ""), MET, ""),
        (
            "denies",
            template(&policy("AWS::SNS::TopicPolicy", several, denies), ""),
            BROKEN,
            "does not let CloudWatch publish",
        ),
        ("inline", template(&policy("AWS::SNS::TopicInlinePolicy", one, denies), ""), BROKEN, "does not let"),
        ("key", template("", r#", "KmsMasterKeyId": {"Ref": "Key"}"#), MET, ""),
        ("its ARN", template("", r#", "KmsMasterKeyId": {"Fn::GetAtt": ["Key", "Arn"]}"#), MET, ""),
        (
            "closed key",
            template("", r#", "KmsMasterKeyId": {"Ref": "Closed"}"#),
            BROKEN,
            "does not let CloudWatch use it (kms:Decrypt)",
        ),
        (
            "key of SNS",
            template("", r#", "KmsMasterKeyId": "alias/aws/sns""#),
            BROKEN,
            "the key of AWS for SNS",
        ),
    ] {
        failed.check(name, &action(&[("t.json", text)]), state, part);
    }
    let topic = "arn:aws:sns:eu-west-1:123456789012:alarms";
    let filters = r#"{"metricFilters": [{"filterName": "root", "logGroupName": "trail", "filterPattern": "{ $.userIdentity.type = \"Root\" }",
        "metricTransformations": [{"metricNamespace": "Security", "metricName": "Root", "metricValue": "1"}]}]}"#;
    let alarms = format!(
        r#"{{"MetricAlarms": [{{"AlarmName": "root", "AlarmArn": "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:root", "ActionsEnabled": true, "AlarmActions": ["{topic}"],
        "Namespace": "Security", "MetricName": "Root", "Statistic": "Sum", "Period": 300, "EvaluationPeriods": 1, "Threshold": 1.0, "ComparisonOperator": "GreaterThanOrEqualToThreshold"}}]}}"#
    );
    let default = r#"{\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"*\"},\"Action\":[\"SNS:Publish\",\"SNS:Subscribe\"],\"Resource\":\"TOPIC\",\"Condition\":{\"StringEquals\":{\"AWS:SourceOwner\":\"123456789012\"}}}]}"#.replace("TOPIC", topic);
    let attributes = |policy: &str, key: &str| {
        format!(
            r#"{{"Attributes": {{"TopicArn": "{topic}", "Policy": "{policy}", "SubscriptionsConfirmed": "1", "SubscriptionsPending": "0"{key}}}}}"#
        )
    };
    for (name, text, state, part) in [
        ("default", attributes(&default, ""), MET, topic),
        (
            "another account",
            attributes(&default.replace("\"123456789012", "\"111122223333"), ""),
            BROKEN,
            "does not let",
        ),
        (
            "denies",
            attributes(&default.replace("Allow", "Deny"), ""),
            BROKEN,
            "does not let CloudWatch publish",
        ),
        (
            "key of SNS",
            attributes(&default, r#", "KmsMasterKeyId": "alias/aws/sns""#),
            BROKEN,
            "the key of AWS for SNS",
        ),
        (
            "key",
            attributes(&default, r#", "KmsMasterKeyId": "1234abcd-12ab-34cd-56ef-1234567890ab""#),
            OPEN,
            "the policy of its key is not in the input",
        ),
    ] {
        let files =
            [("filters.json", filters.to_owned()), ("alarms.json", alarms.clone()), ("topic.json", text)];
        failed.check(name, &action(&files), state, part);
    }
    assert_eq!(failed.0, "");
}

/// Each instance of a topic has its own subscriptions and policies.
#[test]
fn instances_of_topics() {
    let input = |of_alarm: &str, of_subscription: &str, many: &str| {
        TERRAFORM
            .replace("  MEMBERS\n", &format!("  {many}\n"))
            .replace("KEY", "")
            .replace("[aws_sns_topic.alarms.arn]", of_alarm)
            + &format!(
                "resource \"aws_sns_topic_subscription\" \"s\" {{\n  topic_arn = {of_subscription}\n  protocol = \"sms\"\n  endpoint = \"+15550100\"\n}}\n"
            )
    };
    let each = "for_each = toset([\"x\", \"y\"])";
    let mut failed = String::new();
    for (of_alarm, of_subscription, many, state) in [
        ("[aws_sns_topic.alarms[\"x\"].arn]", "aws_sns_topic.alarms[\"x\"].arn", each, MET),
        ("[aws_sns_topic.alarms[\"x\"].arn]", "aws_sns_topic.alarms[\"y\"].arn", each, OPEN),
        ("[for it in aws_sns_topic.alarms : it.arn]", "aws_sns_topic.alarms[\"y\"].arn", each, MET),
        ("values(aws_sns_topic.alarms)[*].arn", "aws_sns_topic.alarms[\"y\"].arn", each, MET),
        ("aws_sns_topic.alarms[*].arn", "aws_sns_topic.alarms[1].arn", "count = 2", MET),
        ("[aws_sns_topic.alarms[0].arn]", "aws_sns_topic.alarms[1].arn", "count = 2", OPEN),
        ("[one(aws_sns_topic.alarms[*].arn)]", "aws_sns_topic.alarms[0].arn", "count = 1", MET),
    ] {
        let found = chain(&[("main.tf".to_owned(), input(of_alarm, of_subscription, many))]);
        if found.state(Link::Subscriber).name() != state {
            failed += &format!("{of_alarm} {of_subscription}: not {state}: {found:?}\n");
        }
    }
    // the policy of one instance, in a text and in a document
    for (instance, state) in [("x", BROKEN), ("y", MET)] {
        let text = format!(
            "<<-EOF\n{{\"Statement\": [{{\"Effect\": \"Deny\", \"Principal\": \"*\", \"Action\": \"sns:Publish\", \"Resource\": \"${{aws_sns_topic.alarms[\"{instance}\"].arn}}\"}}, {}]}}\nEOF\n",
            statement(POLICIES[0].0)
        );
        let policy = format!(
            "resource \"aws_sns_topic_policy\" \"p\" {{\n  arn = aws_sns_topic.alarms[\"{instance}\"].arn\n  policy = {text}\n}}\n"
        );
        let base = input("[aws_sns_topic.alarms[\"x\"].arn]", "aws_sns_topic.alarms[\"x\"].arn", each);
        let found = action(&[("main.tf", base + &policy)]);
        if found.0 != state {
            failed += &format!("policy of {instance}: {found:?}\n");
        }
    }
    assert_eq!(failed, "");
}
