//! Policies that are written as `data "aws_iam_policy_document"`: what lets a topic send to its queue.

use super::chain;
use cwfilter::control_chain::Link;

/// What all cases have: a filter, an alarm, a topic and a queue. `POLICY` is the policy of the queue.
const INPUT: &str = r#"
variable "organization" {}
variable "services" { default = ["sns.amazonaws.com"] }
resource "aws_sns_topic" "alarms" {
  name = "alarms"
}
resource "aws_sns_topic_subscription" "queue" {
  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "sqs"
  endpoint  = aws_sqs_queue.alarms.arn
}
resource "aws_sqs_queue" "alarms" {}
resource "aws_sqs_queue_policy" "alarms" {
  queue_url = aws_sqs_queue.alarms.id
  policy    = POLICY
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
"#;

/// A statement that lets the topic send.
const SENDS: &str = r#"statement {
    sid       = "sends"
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.alarms.arn]
    principals {
      type        = "Service"
      identifiers = ["sns.amazonaws.com"]
    }
    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [aws_sns_topic.alarms.arn]
    }
  }"#;

const MET: &str = "met";
const OPEN: &str = "not in the input";
const BROKEN: &str = "broken";
const DOCUMENT: &str = "data.aws_iam_policy_document.queue.json";

/// The chain with this policy, and with these blocks.
fn subscriber(policy: &str, blocks: &str) -> (&'static str, String) {
    let text = INPUT.replace("POLICY", policy) + &blocks.replace("SENDS", SENDS);
    let found = chain(&[("main.tf".to_owned(), text)]);
    let it = found.links.into_iter().find(|it| it.link == Link::Subscriber).expect("a link");
    (it.state.name(), it.what)
}

/// Name, policy, blocks, state of the link, and a part of what it says.
const CASES: &[[&str; 5]] = &[
    ["a document", DOCUMENT, "data \"aws_iam_policy_document\" \"queue\" {\n SENDS\n}", MET, "sqs"],
    [
        "its other text",
        "data.aws_iam_policy_document.queue.minified_json",
        "data \"aws_iam_policy_document\" \"queue\" {\n SENDS\n}",
        MET,
        "sqs",
    ],
    [
        "one of several",
        "data.aws_iam_policy_document.queue[0].json",
        "data \"aws_iam_policy_document\" \"queue\" {\n count = 1\n SENDS\n}",
        MET,
        "sqs",
    ],
    [
        "for each",
        "data.aws_iam_policy_document.queue[\"a\"].json",
        "data \"aws_iam_policy_document\" \"queue\" {\n for_each = toset([\"a\"])\n SENDS\n}",
        MET,
        "sqs",
    ],
    ["none", DOCUMENT, "", OPEN, "`data.aws_iam_policy_document.queue.json` is read when Terraform runs"],
    [
        "no statement",
        DOCUMENT,
        "data \"aws_iam_policy_document\" \"queue\" {}",
        OPEN,
        "does not let the topic send",
    ],
    [
        "another document",
        "data.aws_iam_policy_document.other.json",
        "data \"aws_iam_policy_document\" \"other\" {\n  statement {\n    actions = [\"sqs:ReceiveMessage\"]\n    resources = [\"*\"]\n    principals {\n      type = \"*\"\n      identifiers = [\"*\"]\n    }\n  }\n}",
        OPEN,
        "does not let the topic send",
    ],
    [
        "all principals",
        DOCUMENT,
        "data \"aws_iam_policy_document\" \"queue\" {\n  statement {\n    actions = [\"sqs:*\"]\n    resources = [\"*\"]\n    principals {\n      type = \"*\"\n      identifiers = [\"*\"]\n    }\n  }\n}",
        MET,
        "sqs",
    ],
    [
        "AWS, all",
        DOCUMENT,
        "data \"aws_iam_policy_document\" \"queue\" {\n  statement {\n    actions = [\"sqs:SendMessage\", \"sqs:ReceiveMessage\"]\n    resources = [\"*\"]\n    principals {\n      type = \"AWS\"\n      identifiers = [\"*\"]\n    }\n  }\n}",
        MET,
        "sqs",
    ],
    [
        "a Deny beside it",
        DOCUMENT,
        "data \"aws_iam_policy_document\" \"queue\" {\n  SENDS\n  statement {\n    sid = \"stop\"\n    effect = \"Deny\"\n    actions = [\"sqs:*\"]\n    resources = [\"*\"]\n    principals {\n      type = \"*\"\n      identifiers = [\"*\"]\n    }\n  }\n}",
        OPEN,
        "does not let the topic send",
    ],
    [
        "a Deny of all but one",
        DOCUMENT,
        "data \"aws_iam_policy_document\" \"queue\" {\n  SENDS\n  statement {\n    sid = \"stop\"\n    effect = \"Deny\"\n    not_actions = [\"sqs:ReceiveMessage\"]\n    resources = [\"*\"]\n    not_principals {\n      type = \"AWS\"\n      identifiers = [\"arn:aws:iam::123456789012:root\"]\n    }\n  }\n}",
        OPEN,
        "does not let the topic send",
    ],
    [
        "TLS only",
        DOCUMENT,
        "data \"aws_iam_policy_document\" \"queue\" {\n  SENDS\n  statement {\n    effect = \"Deny\"\n    actions = [\"sqs:*\"]\n    resources = [\"*\"]\n    principals {\n      type = \"*\"\n      identifiers = [\"*\"]\n    }\n    condition {\n      test = \"Bool\"\n      variable = \"aws:SecureTransport\"\n      values = [\"false\"]\n    }\n  }\n}",
        MET,
        "sqs",
    ],
    [
        "an effect that is not known",
        DOCUMENT,
        "variable \"effect\" {}\ndata \"aws_iam_policy_document\" \"queue\" {\n  SENDS\n  statement {\n    sid = \"stop\"\n    effect = var.effect\n    actions = [\"sqs:*\"]\n    resources = [\"*\"]\n    principals {\n      type = \"*\"\n      identifiers = [\"*\"]\n    }\n  }\n}",
        OPEN,
        "the statement `stop` has a part that is not known: `var.effect` has no default",
    ],
    [
        "an organization that is not known",
        DOCUMENT,
        "data \"aws_iam_policy_document\" \"queue\" {\n  statement {\n    actions = [\"sqs:SendMessage\"]\n    resources = [\"*\"]\n    principals {\n      type = \"*\"\n      identifiers = [\"*\"]\n    }\n    condition {\n      test = \"StringEquals\"\n      variable = \"aws:PrincipalOrgID\"\n      values = [var.organization]\n    }\n  }\n}",
        OPEN,
        "statement 1, which has no `Sid`, has a part that is not known: `var.organization` has no default",
    ],
    [
        "principals that are not known",
        DOCUMENT,
        "data \"aws_iam_policy_document\" \"queue\" {\n  statement {\n    actions = [\"sqs:SendMessage\"]\n    resources = [\"*\"]\n    principals {\n      type = \"Service\"\n      identifiers = [data.aws_service_principal.sns.name]\n    }\n  }\n}",
        OPEN,
        "`data.aws_service_principal.sns.name` is read when Terraform runs",
    ],
    [
        "dynamic",
        DOCUMENT,
        "data \"aws_iam_policy_document\" \"queue\" {\n  dynamic \"statement\" {\n    for_each = var.services\n    content {\n      actions = [\"sqs:SendMessage\"]\n      resources = [\"*\"]\n      principals {\n        type = \"Service\"\n        identifiers = [statement.value]\n      }\n    }\n  }\n}",
        MET,
        "sqs",
    ],
    [
        "dynamic of an unknown number",
        DOCUMENT,
        "variable \"more\" {}\ndata \"aws_iam_policy_document\" \"queue\" {\n  dynamic \"statement\" {\n    for_each = var.more\n    content {\n      sid = \"sends\"\n      actions = [\"sqs:SendMessage\"]\n      resources = [\"*\"]\n      principals {\n        type = \"Service\"\n        identifiers = [\"sns.amazonaws.com\"]\n      }\n    }\n  }\n}",
        OPEN,
        "the statement `sends` has a part that is not known: `var.more` has no default",
    ],
    [
        "dynamic principals of an unknown number",
        DOCUMENT,
        "variable \"more\" {}\ndata \"aws_iam_policy_document\" \"queue\" {\n  statement {\n    actions = [\"sqs:SendMessage\"]\n    resources = [\"*\"]\n    dynamic \"principals\" {\n      for_each = var.more\n      content {\n        type = \"AWS\"\n        identifiers = [\"arn:aws:iam::123456789012:root\"]\n      }\n    }\n  }\n}",
        OPEN,
        "a part that is not known: `var.more` has no default",
    ],
    [
        "from another document",
        DOCUMENT,
        "data \"aws_iam_policy_document\" \"base\" {\n  SENDS\n}\ndata \"aws_iam_policy_document\" \"queue\" {\n  source_policy_documents = [data.aws_iam_policy_document.base.json]\n}",
        MET,
        "sqs",
    ],
    [
        "from a text",
        DOCUMENT,
        "data \"aws_iam_policy_document\" \"queue\" {\n  source_policy_documents = [<<-EOF\n    {\"Statement\": {\"Effect\": \"Allow\", \"Principal\": \"*\", \"Action\": \"sqs:SendMessage\", \"Resource\": \"*\"}}\n  EOF\n  ]\n}",
        MET,
        "sqs",
    ],
    [
        "overridden",
        DOCUMENT,
        "data \"aws_iam_policy_document\" \"over\" {\n  statement {\n    sid = \"sends\"\n    effect = \"Deny\"\n    actions = [\"sqs:SendMessage\"]\n    resources = [\"*\"]\n    principals {\n      type = \"*\"\n      identifiers = [\"*\"]\n    }\n  }\n}\ndata \"aws_iam_policy_document\" \"queue\" {\n  override_policy_documents = [data.aws_iam_policy_document.over.json]\n  SENDS\n}",
        OPEN,
        "does not let the topic send",
    ],
    [
        "overridden by what is not known",
        DOCUMENT,
        "variable \"extra\" {}\ndata \"aws_iam_policy_document\" \"queue\" {\n  override_policy_documents = [var.extra]\n  SENDS\n}",
        OPEN,
        "a policy of `override_policy_documents` is not known: `var.extra` has no default",
    ],
    [
        "no further documents",
        DOCUMENT,
        "data \"aws_iam_policy_document\" \"queue\" {\n  source_policy_documents = []\n  override_policy_documents = [\"\"]\n  SENDS\n}",
        MET,
        "sqs",
    ],
];

#[test]
fn documents_are_evaluated() {
    let mut failed = String::new();
    for [name, policy, blocks, state, part] in CASES {
        let found = subscriber(policy, blocks);
        if found.0 != *state || !found.1.contains(part) {
            failed += &format!("{name}: {}: {}\n    not {state}: {part}\n", found.0, found.1);
        }
    }
    assert_eq!(failed, "");
}

/// Members of the queue, members of a key, state of the link, and a part of what it says.
const KEYS: &[[&str; 4]] = &[
    ["", "", MET, "sqs"],
    ["sqs_managed_sse_enabled = true", "", MET, "sqs"],
    [
        "kms_master_key_id = \"alias/aws/sqs\"",
        "",
        BROKEN,
        "the queue is encrypted with the key of AWS for SQS, which SNS may not use",
    ],
    [
        "kms_master_key_id = aws_kms_key.queue.id",
        "",
        BROKEN,
        "the key of the queue has the default policy, which does not let SNS use it",
    ],
    [
        "kms_master_key_id = aws_kms_key.queue.id",
        "policy = data.aws_iam_policy_document.key.json",
        MET,
        "sqs",
    ],
    [
        "kms_master_key_id = aws_kms_key.queue.id",
        "policy = \"{}\"",
        BROKEN,
        "the policy of the key of the queue does not let SNS use it (kms:Decrypt)",
    ],
    [
        "kms_master_key_id = var.key",
        "",
        OPEN,
        "the queue is encrypted, and the policy of its key is not in the input: `var.key` is not declared",
    ],
];

#[test]
fn keys_of_queues() {
    let mut failed = String::new();
    let key = "data \"aws_iam_policy_document\" \"key\" {\n  statement {\n    actions = [\"kms:Decrypt\", \"kms:GenerateDataKey*\"]\n    resources = [\"*\"]\n    principals {\n      type = \"Service\"\n      identifiers = [\"sns.amazonaws.com\"]\n    }\n    condition {\n      test = \"ArnEquals\"\n      variable = \"aws:SourceArn\"\n      values = [aws_sns_topic.alarms.arn]\n    }\n  }\n}\n";
    for [members, of_key, state, part] in KEYS {
        let queue = format!("resource \"aws_sqs_queue\" \"alarms\" {{\n  {members}\n}}");
        let input =
            INPUT.replace("POLICY", DOCUMENT).replace("resource \"aws_sqs_queue\" \"alarms\" {}", &queue);
        let document = format!("data \"aws_iam_policy_document\" \"queue\" {{\n {SENDS}\n}}\n");
        let text = format!("{input}{document}{key}resource \"aws_kms_key\" \"queue\" {{\n  {of_key}\n}}\n");
        let found = chain(&[("main.tf".to_owned(), text)]);
        let it = found.links.into_iter().find(|it| it.link == Link::Subscriber).expect("a link");
        if it.state.name() != *state || !it.what.contains(part) {
            failed += &format!("{members} {of_key}: {it:?}\n    not {state}: {part}\n");
        }
    }
    assert_eq!(failed, "");
}

#[test]
fn documents_of_json_files_and_modules() {
    let statement = r#"{"actions": ["sqs:SendMessage"], "resources": ["${aws_sqs_queue.alarms.arn}"],
        "principals": {"type": "Service", "identifiers": ["sns.amazonaws.com"]}}"#;
    let json =
        format!(r#"{{"data": {{"aws_iam_policy_document": {{"queue": {{"statement": [{statement}]}}}}}}}}"#);
    let main = INPUT.replace("POLICY", DOCUMENT);
    let found = chain(&[("main.tf".to_owned(), main), ("policy.tf.json".to_owned(), json)]);
    assert_eq!(found.state(Link::Subscriber).name(), MET, "{found:?}");

    let module = format!(
        "variable \"queue\" {{}}\nvariable \"topic\" {{}}\ndata \"aws_iam_policy_document\" \"it\" {{\n{}\n}}\noutput \"json\" {{\n  value = data.aws_iam_policy_document.it.json\n}}",
        SENDS
            .replace("aws_sqs_queue.alarms.arn", "var.queue")
            .replace("aws_sns_topic.alarms.arn", "var.topic")
    );
    let call = "module \"policy\" {\n  source = \"./policy\"\n  queue  = aws_sqs_queue.alarms.arn\n  topic  = aws_sns_topic.alarms.arn\n}";
    let main = INPUT.replace("POLICY", "module.policy.json") + call;
    let found = chain(&[("main.tf".to_owned(), main), ("policy/main.tf".to_owned(), module)]);
    assert_eq!(found.state(Link::Subscriber).name(), MET, "{found:?}");
}
