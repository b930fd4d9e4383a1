//! `cwfilter diff` of Terraform that was moved into a local module: each resource is paired, and what refers to another resource of the module is
//! the same setting. And what annotations say about alarms.

#[allow(dead_code)]
#[path = "audit/program.rs"]
mod program;

use program::{folder, run};

const PLAIN: &str = r#"
resource "aws_cloudwatch_log_group" "trail" {}
resource "aws_cloudwatch_log_metric_filter" "root" {
  name           = "root"
  log_group_name = aws_cloudwatch_log_group.trail.name
  pattern        = "{ $.userIdentity.type = \"Root\" }"
  metric_transformation {
    namespace = "Security"
    name      = "Root"
    value     = "1"
  }
}
resource "aws_cloudwatch_metric_alarm" "rings" {
  alarm_name                = "root"
  namespace                 = "Security"
  metric_name               = aws_cloudwatch_log_metric_filter.root.metric_transformation[0].name
  statistic                 = "Sum"
  period                    = 300
  evaluation_periods        = 1
  threshold                 = 1
  comparison_operator       = "GreaterThanOrEqualToThreshold"
  alarm_actions             = [aws_sns_topic.alarms.arn]
  insufficient_data_actions = []
}
resource "aws_sns_topic" "alarms" {
  name = "alarms"
}
resource "aws_sns_topic_subscription" "phone" {
  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "sqs"
  endpoint  = aws_sqs_queue.alarms.arn
}
resource "aws_sqs_queue" "alarms" {}
"#;

const CALL: &str = "module \"m\" {\n  source = \"./m\"\n}\n";

#[test]
fn a_move_into_a_module() {
    let here = folder(
        "diff-modules",
        &[("a/main.tf", PLAIN), ("b/main.tf", CALL), ("b/m/main.tf", PLAIN), ("c/main.tf", CALL)],
    );
    let changed = PLAIN.replace(
        "insufficient_data_actions = []",
        "insufficient_data_actions = [\"arn:aws:sns:us-east-1:123456789012:x\"]",
    );
    std::fs::create_dir_all(here.join("c/m")).unwrap();
    std::fs::write(here.join("c/m/main.tf"), changed).unwrap();
    let found = run(&here, &["diff", "a", "b"]);
    assert_eq!(
        found.stdout,
        "moved and renamed from main.tf: root to m/main.tf: module.m.root\n\
         alarm moved or renamed from main.tf: rings to m/main.tf: module.m.rings\n\
         topic moved or renamed from main.tf: alarms to m/main.tf: module.m.alarms\n\
         subscription moved or renamed from main.tf: phone to m/main.tf: module.m.phone\n\
         domain: messages (`--domain json`)\n\
         0 pairs compared, 0 equivalent, 1 moved or renamed\n",
        "{}",
        found.stderr
    );
    // and back
    let found = run(&here, &["diff", "b", "a"]);
    assert!(!found.stdout.contains("only in"), "{}", found.stdout);
    // a setting that no row has is compared after the move, too
    let found = run(&here, &["diff", "a", "c"]);
    let says = "alarm m/main.tf: module.m.rings:\n  insufficient_data_actions: not set -> [arn:aws:sns:us-east-1:123456789012:x]\n";
    assert!(found.stdout.contains(says), "{}", found.stdout);
    assert!(!found.stdout.contains("only in"), "{}", found.stdout);
    // a module that another module calls
    let found = run(&here, &["diff", "--json", "b", "c"]);
    assert!(!found.stdout.contains("only_in\": \""), "{}", found.stdout);
}

#[test]
fn an_alarm_that_differs_has_a_place_and_one_row_for_its_actions() {
    let none = PLAIN.replace("[aws_sns_topic.alarms.arn]", "[]");
    let higher = PLAIN.replace("threshold                 = 1", "threshold                 = 3");
    let here =
        folder("diff-alarm-rows", &[("a/main.tf", PLAIN), ("b/main.tf", &none), ("c/main.tf", &higher)]);
    let found = run(&here, &["diff", "a", "b"]);
    assert_eq!(found.stdout.matches("alarms.arn` is known").count(), 1, "{}", found.stdout);
    let found = run(&here, &["diff", "--format", "github", "a", "c"]);
    let line = PLAIN.lines().position(|line| line.contains("\"rings\"")).unwrap() + 1;
    let says =
        format!("::error file=c/main.tf,line={line},title=alarm main.tf%3A rings::threshold: 1.0 -> 3.0\n");
    assert!(found.stdout.starts_with(&says), "{}", found.stdout);
}
