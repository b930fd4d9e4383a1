//! Inputs with a whole chain after one filter, and changes that break a link or take it out of the input.

use super::Change;

/// An input, the links that it has, and changes of it.
pub(crate) struct Input {
    pub(crate) name: &'static str,
    pub(crate) files: &'static [(&'static str, &'static str)],
    pub(crate) links: [(&'static str, &'static str, &'static str); 4],
    pub(crate) changes: &'static [Change],
}

const MET: &str = "met";
const BROKEN: &str = "broken";
const OPEN: &str = "not in the input";

/// The answer about the links after an unknown link.
const NO_ALARM: [(&str, &str, &str); 2] = [
    ("action", OPEN, "it is not known which alarm would act"),
    ("subscriber", OPEN, "it is not known which alarm would act"),
];

pub(crate) const TERRAFORM: Input = Input {
    name: "Terraform",
    files: &[(
        "main.tf",
        r#"
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
  policy = jsonencode({
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "sns.amazonaws.com" }
      Action    = "sqs:SendMessage"
      Resource  = aws_sqs_queue.alarms.arn
      Condition = { ArnEquals = { "aws:SourceArn" = aws_sns_topic.alarms.arn } }
    }]
  })
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
  alarm_name          = "root-used"
  namespace           = aws_cloudwatch_log_metric_filter.root.metric_transformation[0].namespace
  metric_name         = aws_cloudwatch_log_metric_filter.root.metric_transformation[0].name
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
}
"#,
    )],
    links: [
        ("metric", MET, "Security Root"),
        ("alarm", MET, "`root` rings for one event"),
        ("action", MET, "`root` publishes to aws_sns_topic.alarms"),
        ("subscriber", MET, "sqs"),
    ],
    changes: &[
        (
            "e-mail",
            "\"sqs\"",
            "\"email\"",
            &[("subscriber", OPEN, "the owner of the endpoint has to confirm it")],
        ),
        ("SMS", "\"sqs\"", "\"sms\"", &[("subscriber", MET, "sms")]),
        (
            "no queue policy",
            "aws_sqs_queue_policy",
            "aws_sqs_queue_redrive_policy",
            &[("subscriber", OPEN, "no policy that lets the topic send to the queue is in the input")],
        ),
        (
            "policy of another queue",
            "queue_url = aws_sqs_queue.alarms.id",
            "queue_url = aws_sqs_queue.others.id",
            &[("subscriber", OPEN, "no policy that lets the topic send to the queue is in the input")],
        ),
        (
            "policy that is not made",
            "queue_url =",
            "count = 0\n  queue_url =",
            &[("subscriber", OPEN, "no policy that lets the topic send to the queue is in the input")],
        ),
        (
            "policy that may not be made",
            "queue_url =",
            "count = var.on ? 1 : 0\n  queue_url =",
            &[("subscriber", OPEN, "the policy of the queue: whether it is made is not known")],
        ),
        (
            "policy for another topic",
            "aws:SourceArn\" = aws_sns_topic.alarms.arn",
            "aws:SourceArn\" = aws_sns_topic.others.arn",
            &[("subscriber", OPEN, "whether the policy of the queue lets the topic send is not known")],
        ),
        (
            "policy for CloudWatch",
            "sns.amazonaws.com",
            "cloudwatch.amazonaws.com",
            &[("subscriber", OPEN, "the policy of the queue does not let the topic send")],
        ),
        (
            "policy to receive",
            "sqs:SendMessage",
            "sqs:ReceiveMessage",
            &[("subscriber", OPEN, "does not let the topic send")],
        ),
        (
            "policy that denies",
            "\"Allow\"",
            "\"Deny\"",
            &[("subscriber", OPEN, "does not let the topic send")],
        ),
        (
            "policy that is a variable",
            "policy = jsonencode({",
            "policy = var.policy\n  other = jsonencode({",
            &[("subscriber", OPEN, "the policy of the queue is not known: ")],
        ),
        (
            "policy with another condition",
            "aws:SourceArn\"",
            "aws:PrincipalOrgID\"",
            &[("subscriber", OPEN, "has a part that is not judged")],
        ),
        (
            "policy with a part that is not known",
            "= aws_sns_topic.alarms.arn } }",
            "= var.topic } }",
            &[("subscriber", OPEN, "has a part that is not known: `var.topic` is not declared")],
        ),
        (
            "policy for all",
            "Condition = { ArnEquals = { \"aws:SourceArn\" = aws_sns_topic.alarms.arn } }",
            "",
            &[("subscriber", MET, "sqs")],
        ),
        (
            "policy of the queue by its URL",
            "aws_sqs_queue.alarms.id",
            "aws_sqs_queue.alarms.url",
            &[("subscriber", MET, "sqs")],
        ),
        (
            "policy in the queue",
            "\"alarms\" {}\nresource \"aws_sqs_queue_policy\" \"alarms\" {\n  queue_url = aws_sqs_queue.alarms.id",
            "\"alarms\" {",
            &[("subscriber", MET, "sqs")],
        ),
        (
            "stream",
            "protocol  = \"sqs\"",
            "protocol  = \"firehose\"",
            &[("subscriber", OPEN, "whether its role lets the topic write to the stream is not judged")],
        ),
        (
            "another account",
            "aws_sqs_queue.alarms.arn",
            "\"arn:aws:sqs:eu-west-1:123456789012:q\"",
            &[("subscriber", OPEN, "the owner of an endpoint of another account has to confirm it")],
        ),
        (
            "filter policy",
            "protocol  =",
            "filter_policy = \"{\\\"a\\\": [1]}\"\n  protocol =",
            &[("subscriber", BROKEN, "its filter policy needs attributes")],
        ),
        (
            "filter policy on the message",
            "protocol  =",
            "filter_policy = \"{\\\"a\\\": [1]}\"\n  filter_policy_scope = \"MessageBody\"\n  protocol =",
            &[("subscriber", OPEN, "its filter policy on the message is not evaluated")],
        ),
        (
            "subscription of another topic",
            "topic_arn = aws_sns_topic.alarms.arn",
            "topic_arn = aws_sns_topic.other.arn",
            &[("subscriber", OPEN, "no subscription of the topic is in the input")],
        ),
        (
            "topic by its ARN",
            "alarm_actions       = [aws_sns_topic.alarms.arn]",
            "alarm_actions = [\"arn:aws:sns:eu-west-1:123456789012:alarms\"]",
            &[
                ("action", MET, "publishes to arn:aws:sns:"),
                // the ARN may be that of a topic of another account
                ("subscriber", OPEN, "whether it is in the account of the action's topic is not known"),
            ],
        ),
        (
            "topic by its ARN in the own account",
            "alarm_actions       = [aws_sns_topic.alarms.arn]",
            "alarm_actions = [\"arn:aws:sns:eu-west-1:${data.aws_caller_identity.own.account_id}:alarms\"]",
            &[("action", MET, "publishes to alarms")],
        ),
        (
            "topic by its ARN in an account by a variable",
            "alarm_actions       = [aws_sns_topic.alarms.arn]",
            "alarm_actions = [\"arn:aws:sns:eu-west-1:${var.account}:alarms\"]",
            &[
                ("action", MET, "publishes to alarms"),
                ("subscriber", OPEN, "whether it is in the account of the action's topic is not known"),
            ],
        ),
        (
            "a subscription by its ARN",
            "alarm_actions       = [aws_sns_topic.alarms.arn]",
            "alarm_actions = [\"arn:aws:sns:eu-west-1:${data.aws_caller_identity.own.account_id}:alarms:0c1b\"]",
            &[("action", BROKEN, "its action is the ARN of a subscription"), ("subscriber", OPEN, "")],
        ),
        (
            "another topic by its ARN",
            "alarm_actions       = [aws_sns_topic.alarms.arn]",
            "alarm_actions = [\"arn:aws:sns:eu-west-1:123456789012:others\"]",
            &[
                ("action", MET, "publishes to arn:aws:sns:"),
                ("subscriber", OPEN, "no subscription of the topic is in the input"),
            ],
        ),
        (
            "no action",
            "alarm_actions       = [aws_sns_topic.alarms.arn]",
            "ok_actions = [aws_sns_topic.alarms.arn]",
            &[
                ("action", BROKEN, "`root` has no action for ALARM"),
                ("subscriber", OPEN, "it is not known which topic has to be subscribed to"),
            ],
        ),
        (
            "actions disabled",
            "statistic           =",
            "actions_enabled = false\n  statistic =",
            &[
                ("action", BROKEN, "the actions of `root` are disabled"),
                ("subscriber", OPEN, "it is not known which topic has to be subscribed to"),
            ],
        ),
        (
            "an action on an instance",
            "[aws_sns_topic.alarms.arn]",
            "[\"arn:aws:automate:eu-west-1:ec2:stop\"]",
            &[
                ("action", BROKEN, "notifies no topic"),
                ("subscriber", OPEN, "it is not known which topic has to be subscribed to"),
            ],
        ),
        (
            "a function as action",
            "[aws_sns_topic.alarms.arn]",
            "[\"arn:aws:lambda:eu-west-1:123456789012:function:f\"]",
            &[
                ("action", OPEN, "what arn:aws:lambda:"),
                ("subscriber", OPEN, "it is not known which topic has to be subscribed to"),
            ],
        ),
        (
            "a variable as action",
            "[aws_sns_topic.alarms.arn]",
            "[var.topic]",
            &[
                ("action", OPEN, "`var.topic` is not declared"),
                ("subscriber", OPEN, "it is not known which topic has to be subscribed to"),
            ],
        ),
        (
            "actions that are empty by default",
            "[aws_sns_topic.alarms.arn]\n}\n",
            "var.actions\n}\nvariable \"actions\" {\n  default = []\n}\n",
            &[
                ("action", OPEN, "`alarm_actions` is empty only with the values that are known here"),
                ("subscriber", OPEN, "it is not known which topic has to be subscribed to"),
            ],
        ),
        (
            "threshold",
            "threshold           = 1",
            "threshold = 2",
            &[(
                "alarm",
                BROKEN,
                "the Sum of 300 s has to be greater than or equal to 2, and an event publishes 1",
            )],
        ),
        (
            "greater",
            "GreaterThanOrEqualToThreshold",
            "GreaterThanThreshold",
            &[("alarm", BROKEN, "has to be greater than 1, and an event publishes 1")],
        ),
        (
            "two periods",
            "evaluation_periods  = 1",
            "evaluation_periods = 2",
            &[("alarm", BROKEN, "in 2 of 2 periods")],
        ),
        (
            "one of two periods",
            "evaluation_periods  = 1",
            "evaluation_periods = 2\n  datapoints_to_alarm = 1",
            &[],
        ),
        ("missing data", "notBreaching", "ignore", &[("alarm", BROKEN, "it rings for the first event only")]),
        ("breaching", "notBreaching", "breaching", &[("alarm", BROKEN, "it is in ALARM without an event")]),
        ("average", "\"Sum\"", "\"Average\"", &[]),
        ("average with a default", "value     = \"1\"", "value = \"1\"\n    default_value = 0", &[]),
        (
            "value is a field",
            "value     = \"1\"",
            "value = \"$.n\"",
            &[("alarm", OPEN, "the value of the metric is a field of the event")],
        ),
        ("value 0", "value     = \"1\"", "value = \"0\"", &[("alarm", BROKEN, "an event publishes 0")]),
        (
            "dimension of the filter",
            "value     = \"1\"",
            "value = \"1\"\n    dimensions = { region = \"$.awsRegion\" }",
            &[("alarm", BROKEN, "it does not name the dimension `region`")],
        ),
        (
            "dimension of the alarm",
            "statistic           =",
            "dimensions = { region = \"eu-west-1\" }\n  statistic =",
            &[("alarm", BROKEN, "it watches the dimension `region`, which no datapoint has")],
        ),
        (
            "unit",
            "statistic           =",
            "unit = \"Count\"\n  statistic =",
            &[("alarm", BROKEN, "it watches the unit Count, and the filter publishes None")],
        ),
        (
            "a variable as threshold",
            "threshold           = 1",
            "threshold = var.threshold",
            &[("alarm", OPEN, "`threshold` is not known: `var.threshold` is not declared")],
        ),
        (
            "refused",
            "period              = 300",
            "period = 90",
            &[("alarm", BROKEN, "CloudWatch refuses it")],
        ),
        (
            "other metric",
            "metric_name         = aws_cloudwatch_log_metric_filter.root.metric_transformation[0].name",
            "metric_name = \"NOT YOUR FILTER\"",
            &[
                ("alarm", BROKEN, "no alarm of the input watches the metric Security Root"),
                NO_ALARM[0],
                NO_ALARM[1],
            ],
        ),
        (
            "metric by the id of the filter",
            "metric_name         = aws_cloudwatch_log_metric_filter.root.metric_transformation[0].name",
            "metric_name = aws_cloudwatch_log_metric_filter.root.id",
            &[
                // the id is the name of the filter, `root`, and the metric is `Root`
                ("alarm", BROKEN, "no alarm of the input watches the metric Security Root"),
                NO_ALARM[0],
                NO_ALARM[1],
            ],
        ),
        (
            "metric known at deployment",
            "metric_name         = aws_cloudwatch_log_metric_filter.root.metric_transformation[0].name",
            "metric_name = var.metric",
            &[("alarm", OPEN, "the metric of `root` is known only at deployment"), NO_ALARM[0], NO_ALARM[1]],
        ),
        (
            "prefix known at deployment",
            "\"Root\"\n    value",
            "\"${var.prefix}-root\"\n    value",
            &[("metric", MET, "Security (`var.prefix` is not declared)")],
        ),
        (
            "metric math",
            "metric_name         = aws_cloudwatch_log_metric_filter.root.metric_transformation[0].name",
            "metric_query {\n    id = \"m\"\n    expression = \"SUM(METRICS())\"\n  }",
            &[("alarm", OPEN, "`root` watches metric math"), NO_ALARM[0], NO_ALARM[1]],
        ),
        (
            "no alarm",
            "aws_cloudwatch_metric_alarm",
            "aws_other",
            &[
                ("alarm", OPEN, "no alarm on a metric filter's metric is in the input"),
                NO_ALARM[0],
                NO_ALARM[1],
            ],
        ),
        (
            "alarm that is not made",
            "alarm_name          =",
            "count = 0\n  alarm_name =",
            &[
                ("alarm", BROKEN, "`root`, which watches the metric, is not made (count = 0)"),
                NO_ALARM[0],
                NO_ALARM[1],
            ],
        ),
        (
            "subscription filter",
            "resource \"aws_cloudwatch_log_metric_filter\" \"root\" {\n",
            "resource \"aws_cloudwatch_log_subscription_filter\" \"root\" {\n  filter_pattern = \"{ $.userIdentity.type = \\\"Root\\\" }\"\n",
            &[
                ("metric", BROKEN, "it is a subscription filter, which publishes no metric"),
                ("alarm", OPEN, "it is not known which metric an alarm would watch"),
                ("action", OPEN, "it is not known which metric an alarm would watch"),
                ("subscriber", OPEN, "it is not known which metric an alarm would watch"),
            ],
        ),
        (
            "field selection",
            "log_group_name = \"trail\"",
            "log_group_name = \"trail\"\n  field_selection_criteria = \"@aws.region = \\\"eu-west-1\\\"\"",
            &[("metric", OPEN, "field selection criteria leave out events")],
        ),
        (
            "transformed logs",
            "log_group_name = \"trail\"",
            "log_group_name = \"trail\"\n  apply_on_transformed_logs = true",
            &[("metric", OPEN, "it reads events as a log transformer leaves them")],
        ),
        (
            "logs as they are",
            "log_group_name = \"trail\"",
            "log_group_name = \"trail\"\n  apply_on_transformed_logs = false",
            &[],
        ),
        (
            "composite alarm",
            "alarm_actions       = [aws_sns_topic.alarms.arn]\n}\n",
            "}\nresource \"aws_cloudwatch_composite_alarm\" \"all\" {\n  alarm_name = \"all\"\n  alarm_rule = \"ALARM(${aws_cloudwatch_metric_alarm.root.alarm_name}) OR ALARM(x)\"\n  alarm_actions = [aws_sns_topic.alarms.arn]\n}\n",
            &[("action", MET, "`all` publishes to aws_sns_topic.alarms")],
        ),
        (
            "composite alarm on two",
            "alarm_actions       = [aws_sns_topic.alarms.arn]\n}\n",
            "}\nresource \"aws_cloudwatch_composite_alarm\" \"all\" {\n  alarm_name = \"all\"\n  alarm_rule = \"ALARM(${aws_cloudwatch_metric_alarm.root.alarm_name}) AND ALARM(x)\"\n  alarm_actions = [aws_sns_topic.alarms.arn]\n}\n",
            &[
                (
                    "action",
                    OPEN,
                    "the composite alarm `all` may act for it: its rule also needs other alarms",
                ),
                ("subscriber", OPEN, ""),
            ],
        ),
        (
            "composite alarm on others",
            "alarm_actions       = [aws_sns_topic.alarms.arn]\n}\n",
            "}\nresource \"aws_cloudwatch_composite_alarm\" \"all\" {\n  alarm_name = \"all\"\n  alarm_rule = \"ALARM(x)\"\n  alarm_actions = [aws_sns_topic.alarms.arn]\n}\n",
            &[("action", BROKEN, "`root` has no action for ALARM"), ("subscriber", OPEN, "")],
        ),
    ],
};

pub(crate) const TEMPLATE: Input = Input {
    name: "CloudFormation",
    files: &[(
        "template.yaml",
        r#"
Parameters:
  Email: {Type: String}
Conditions:
  Never: !Equals [a, b]
Resources:
  Topic:
    Type: AWS::SNS::Topic
    Properties: {}
  Subscription:
    Type: AWS::SNS::Subscription
    Properties:
      TopicArn: !Ref Topic
      Protocol: lambda
      Endpoint: !GetAtt Function.Arn
  Function:
    Type: AWS::Lambda::Function
    Properties: {Role: !Ref Email}
  Permission:
    Type: AWS::Lambda::Permission
    Properties:
      Action: lambda:InvokeFunction
      FunctionName: !Ref Function
      Principal: sns.amazonaws.com
      SourceArn: !Ref Topic
  Root:
    Type: AWS::Logs::MetricFilter
    Properties:
      LogGroupName: trail
      FilterPattern: '{ $.userIdentity.type = "Root" }'
      MetricTransformations:
        - MetricNamespace: Security
          MetricName: !Sub "${AWS::StackName}-root"
          MetricValue: "1"
  RootAlarm:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Namespace: Security
      MetricName: !Sub "${AWS::StackName}-root"
      Statistic: Sum
      Period: 300
      EvaluationPeriods: 1
      Threshold: 1
      ComparisonOperator: GreaterThanOrEqualToThreshold
      AlarmActions: [!Ref Topic]
"#,
    )],
    links: [
        ("metric", MET, "Security (`AWS::StackName` is known only when the template is deployed)"),
        ("alarm", MET, "`RootAlarm` rings for one event"),
        ("action", MET, "`RootAlarm` publishes to Topic"),
        ("subscriber", MET, "lambda"),
    ],
    changes: &[
        (
            "subscription in the topic",
            "Properties: {}",
            "Properties: {Subscription: [{Protocol: sms, Endpoint: '+15555550100'}]}",
            &[("subscriber", MET, "sms +15555550100")],
        ),
        ("e-mail", "Protocol: lambda", "Protocol: email", &[("subscriber", OPEN, "has to confirm it")]),
        (
            "no permission",
            "AWS::Lambda::Permission",
            "AWS::Lambda::Alias",
            &[("subscriber", OPEN, "no policy that lets the topic send to the function is in the input")],
        ),
        (
            "permission by GetAtt",
            "FunctionName: !Ref Function",
            "FunctionName: !GetAtt Function.Arn",
            &[("subscriber", MET, "lambda")],
        ),
        (
            "permission of another service",
            "Principal: sns.",
            "Principal: s3.",
            &[("subscriber", OPEN, "the policy of the function does not let the topic send")],
        ),
        (
            "permission for another topic",
            "SourceArn: !Ref Topic",
            "SourceArn: !Ref Others",
            &[("subscriber", OPEN, "does not let the topic send")],
        ),
        (
            "permission that is not made",
            "Type: AWS::Lambda::Permission",
            "Type: AWS::Lambda::Permission\n    Condition: Never",
            &[("subscriber", OPEN, "no policy that lets the topic send to the function")],
        ),
        (
            "queue",
            "Protocol: lambda\n      Endpoint: !GetAtt Function.Arn\n",
            "Protocol: sqs\n      Endpoint: !GetAtt Queue.Arn\n  Queue: {Type: AWS::SQS::Queue}\n",
            &[("subscriber", OPEN, "no policy that lets the topic send to the queue")],
        ),
        (
            "queue with a policy",
            "Protocol: lambda\n      Endpoint: !GetAtt Function.Arn\n",
            "Protocol: sqs\n      Endpoint: !GetAtt Queue.Arn\n  Queue: {Type: AWS::SQS::Queue}\n  QueuePolicy:\n    Type: AWS::SQS::QueuePolicy\n    Properties:\n      Queues: [!Ref Queue]\n      PolicyDocument:\n        Statement:\n          - {Effect: Allow, Principal: {Service: sns.amazonaws.com}, Action: 'sqs:*', Resource: !GetAtt Queue.Arn, Condition: {ArnLike: {'aws:SourceArn': !Ref Topic}}}\n",
            &[("subscriber", MET, "sqs")],
        ),
        (
            "other metric",
            "\"${AWS::StackName}-root\"\n      Statistic",
            "\"${AWS::StackName}-other\"\n      Statistic",
            &[("alarm", OPEN, "known only at deployment"), NO_ALARM[0], NO_ALARM[1]],
        ),
        (
            "transformed logs",
            "LogGroupName: trail",
            "LogGroupName: trail\n      ApplyOnTransformedLogs: true",
            &[("metric", OPEN, "it reads events as a log transformer leaves them")],
        ),
        (
            "no value",
            "[!Ref Topic]",
            "[!Ref AWS::NoValue]",
            &[("action", BROKEN, "no action for ALARM"), ("subscriber", OPEN, "")],
        ),
        (
            "a function as action",
            "AlarmActions: [!Ref Topic]",
            "AlarmActions: [!GetAtt Function.Arn]",
            &[
                ("action", OPEN, "`RootAlarm` acts on Function, which is not a topic of the input"),
                ("subscriber", OPEN, ""),
            ],
        ),
        (
            "an ARN with parts that are not known",
            "AlarmActions: [!Ref Topic]",
            "AlarmActions: [!Sub 'arn:aws:sns:${AWS::Region}:${AWS::AccountId}:others']",
            &[
                ("action", MET, "`RootAlarm` publishes to others"),
                ("subscriber", OPEN, "no subscription of the topic is in the input"),
            ],
        ),
        (
            "the ARN of a function with parts that are not known",
            "AlarmActions: [!Ref Topic]",
            "AlarmActions: [!Sub 'arn:aws:lambda:${AWS::Region}:${AWS::AccountId}:function:others']",
            &[
                ("action", OPEN, "`RootAlarm` acts on others, which is not a topic of the input"),
                ("subscriber", OPEN, ""),
            ],
        ),
        (
            "imported topic",
            "[!Ref Topic]",
            "[!ImportValue Topic]",
            &[("action", OPEN, "the action of `RootAlarm` is not known"), ("subscriber", OPEN, "")],
        ),
        (
            "parameter as topic",
            "[!Ref Topic]",
            "[!Ref Email]",
            &[("action", OPEN, "the parameter `Email` has no default"), ("subscriber", OPEN, "")],
        ),
        (
            "topic of a function",
            "Type: AWS::SNS::Topic",
            "Type: AWS::SNS::Topic\n    DependsOn: Function",
            &[],
        ),
        (
            "a condition that is not known",
            "RootAlarm:\n",
            "RootAlarm:\n    Condition: Open\n",
            &[("alarm", OPEN, "whether it is made is not known: the condition `Open` is not declared")],
        ),
        (
            "a condition that is false",
            "RootAlarm:\n",
            "RootAlarm:\n    Condition: Never\n",
            &[
                (
                    "alarm",
                    BROKEN,
                    "`RootAlarm`, which watches the metric, is not made (its condition is false)",
                ),
                NO_ALARM[0],
                NO_ALARM[1],
            ],
        ),
        (
            "a subscription with a condition",
            "Subscription:\n    Type",
            "Subscription:\n    Condition: Open\n    Type",
            &[("subscriber", OPEN, "whether it is made is decided at deployment")],
        ),
        (
            "disabled",
            "Statistic: Sum",
            "ActionsEnabled: false\n      Statistic: Sum",
            &[("action", BROKEN, "the actions of `RootAlarm` are disabled"), ("subscriber", OPEN, "")],
        ),
        ("threshold", "Threshold: 1", "Threshold: 5", &[("alarm", BROKEN, "greater than or equal to 5")]),
        (
            "subscription filter",
            "      MetricTransformations:",
            "      DestinationArn: !GetAtt Function.Arn\n      MetricTransformations:",
            &[
                ("metric", BROKEN, "it is a subscription filter"),
                ("alarm", OPEN, ""),
                ("action", OPEN, ""),
                ("subscriber", OPEN, ""),
            ],
        ),
    ],
};

pub(crate) const ANSWERS: Input = Input {
    name: "answers",
    files: &[
        (
            "filters.json",
            r#"{"metricFilters": [{"filterName": "root", "filterPattern": "{ $.userIdentity.type = \"Root\" }",
              "metricTransformations": [{"metricNamespace": "Security", "metricName": "Root", "metricValue": "1", "defaultValue": 0.0}],
              "logGroupName": "trail"}]}"#,
        ),
        (
            "alarms.json",
            r#"{"MetricAlarms": [{"AlarmName": "root-used", "ActionsEnabled": true, "OKActions": [],
              "AlarmActions": ["arn:aws:sns:eu-west-1:123456789012:alarms"], "InsufficientDataActions": [], "MetricName": "Root",
              "Namespace": "Security", "Statistic": "Sum", "Dimensions": [], "Period": 300, "EvaluationPeriods": 1, "Threshold": 1.0,
              "ComparisonOperator": "GreaterThanOrEqualToThreshold", "TreatMissingData": "notBreaching"}], "CompositeAlarms": []}"#,
        ),
        (
            "subscriptions.json",
            r#"{"Subscriptions": [{"SubscriptionArn": "arn:aws:sns:eu-west-1:123456789012:alarms:0c1b", "Owner": "123456789012",
              "Protocol": "https", "Endpoint": "https://user:secret@example.com/token", "TopicArn": "arn:aws:sns:eu-west-1:123456789012:alarms"}]}"#,
        ),
    ],
    links: [
        ("metric", MET, "Security Root"),
        ("alarm", MET, "`root-used` rings for one event"),
        ("action", MET, "`root-used` publishes to arn:aws:sns:eu-west-1:123456789012:alarms"),
        ("subscriber", MET, "https https://***@example.com/***"),
    ],
    changes: &[
        (
            "transformed logs",
            "\"filterName\": \"root\"",
            "\"applyOnTransformedLogs\": true, \"filterName\": \"root\"",
            &[("metric", OPEN, "it reads events as a log transformer leaves them")],
        ),
        (
            "queue that is not in the input",
            "\"Protocol\": \"https\", \"Endpoint\": \"https://user:secret@example.com/token\", \"TopicArn\": \"arn:aws:sns:eu-west-1:123456789012:alarms\"}]",
            "\"Protocol\": \"sqs\", \"Endpoint\": \"arn:aws:sqs:eu-west-1:123456789012:q\", \"TopicArn\": \"arn:aws:sns:eu-west-1:123456789012:alarms\"}]",
            &[("subscriber", OPEN, "its queue is not in the input, and neither is the policy of it")],
        ),
        (
            "function that is not in the input",
            "\"Protocol\": \"https\", \"Endpoint\": \"https://user:secret@example.com/token\", \"TopicArn\": \"arn:aws:sns:eu-west-1:123456789012:alarms\"}]",
            "\"Protocol\": \"lambda\", \"Endpoint\": \"arn:aws:lambda:eu-west-1:123456789012:function:f\", \"TopicArn\": \"arn:aws:sns:eu-west-1:123456789012:alarms\"}]",
            &[("subscriber", OPEN, "its function is not in the input")],
        ),
        (
            "stream",
            "\"Protocol\": \"https\", \"Endpoint\": \"https://user:secret@example.com/token\", \"TopicArn\": \"arn:aws:sns:eu-west-1:123456789012:alarms\"}]",
            "\"Protocol\": \"firehose\", \"Endpoint\": \"arn:aws:firehose:eu-west-1:123456789012:deliverystream/s\", \"TopicArn\": \"arn:aws:sns:eu-west-1:123456789012:alarms\"}]",
            &[("subscriber", OPEN, "whether its role lets the topic write to the stream is not judged")],
        ),
        (
            "queue without a policy",
            "\"Protocol\": \"https\", \"Endpoint\": \"https://user:secret@example.com/token\", \"TopicArn\": \"arn:aws:sns:eu-west-1:123456789012:alarms\"}]",
            "\"Protocol\": \"sqs\", \"Endpoint\": \"arn:aws:sqs:eu-west-1:123456789012:q\", \"TopicArn\": \"arn:aws:sns:eu-west-1:123456789012:alarms\"}], \"Attributes\": {\"QueueArn\": \"arn:aws:sqs:eu-west-1:123456789012:q\"}",
            &[("subscriber", OPEN, "no policy that lets the topic send to the queue is in the input")],
        ),
        (
            "queue with a policy",
            "\"Protocol\": \"https\", \"Endpoint\": \"https://user:secret@example.com/token\", \"TopicArn\": \"arn:aws:sns:eu-west-1:123456789012:alarms\"}]",
            "\"Protocol\": \"sqs\", \"Endpoint\": \"arn:aws:sqs:eu-west-1:123456789012:q\", \"TopicArn\": \"arn:aws:sns:eu-west-1:123456789012:alarms\"}], \"Attributes\": {\"QueueArn\": \"arn:aws:sqs:eu-west-1:123456789012:q\", \"Policy\": \"{\\\"Statement\\\":[{\\\"Sid\\\":\\\"send\\\",\\\"Effect\\\":\\\"Allow\\\",\\\"Principal\\\":{\\\"Service\\\":\\\"sns.amazonaws.com\\\"},\\\"Action\\\":\\\"SQS:SendMessage\\\",\\\"Resource\\\":\\\"arn:aws:sqs:eu-west-1:123456789012:q\\\",\\\"Condition\\\":{\\\"ArnLike\\\":{\\\"aws:SourceArn\\\":\\\"arn:aws:sns:eu-west-1:123456789012:alarms\\\"}}}]}\"}",
            &[("subscriber", MET, "sqs arn:aws:sqs")],
        ),
        (
            "queue with a policy for many topics",
            "\"Protocol\": \"https\", \"Endpoint\": \"https://user:secret@example.com/token\", \"TopicArn\": \"arn:aws:sns:eu-west-1:123456789012:alarms\"}]",
            "\"Protocol\": \"sqs\", \"Endpoint\": \"arn:aws:sqs:eu-west-1:123456789012:q\", \"TopicArn\": \"arn:aws:sns:eu-west-1:123456789012:alarms\"}], \"Attributes\": {\"QueueArn\": \"arn:aws:sqs:eu-west-1:123456789012:q\", \"Policy\": \"{\\\"Statement\\\":[{\\\"Sid\\\":\\\"send\\\",\\\"Effect\\\":\\\"Allow\\\",\\\"Principal\\\":{\\\"Service\\\":\\\"sns.amazonaws.com\\\"},\\\"Action\\\":\\\"SQS:SendMessage\\\",\\\"Resource\\\":\\\"arn:aws:sqs:eu-west-1:123456789012:q\\\",\\\"Condition\\\":{\\\"ArnLike\\\":{\\\"aws:SourceArn\\\":\\\"arn:aws:sns:eu-west-1:123456789012:al*\\\"}}}]}\"}",
            &[("subscriber", MET, "sqs arn:aws:sqs")],
        ),
        (
            "queue with a policy for another topic",
            "\"Protocol\": \"https\", \"Endpoint\": \"https://user:secret@example.com/token\", \"TopicArn\": \"arn:aws:sns:eu-west-1:123456789012:alarms\"}]",
            "\"Protocol\": \"sqs\", \"Endpoint\": \"arn:aws:sqs:eu-west-1:123456789012:q\", \"TopicArn\": \"arn:aws:sns:eu-west-1:123456789012:alarms\"}], \"Attributes\": {\"QueueArn\": \"arn:aws:sqs:eu-west-1:123456789012:q\", \"Policy\": \"{\\\"Statement\\\":[{\\\"Sid\\\":\\\"send\\\",\\\"Effect\\\":\\\"Allow\\\",\\\"Principal\\\":{\\\"Service\\\":\\\"sns.amazonaws.com\\\"},\\\"Action\\\":\\\"SQS:SendMessage\\\",\\\"Resource\\\":\\\"arn:aws:sqs:eu-west-1:123456789012:q\\\",\\\"Condition\\\":{\\\"ArnLike\\\":{\\\"aws:SourceArn\\\":\\\"arn:aws:sns:eu-west-1:123456789012:others\\\"}}}]}\"}",
            &[("subscriber", BROKEN, "the policy of the queue does not let the topic send")],
        ),
        (
            "queue with a policy that denies",
            "\"Protocol\": \"https\", \"Endpoint\": \"https://user:secret@example.com/token\", \"TopicArn\": \"arn:aws:sns:eu-west-1:123456789012:alarms\"}]",
            "\"Protocol\": \"sqs\", \"Endpoint\": \"arn:aws:sqs:eu-west-1:123456789012:q\", \"TopicArn\": \"arn:aws:sns:eu-west-1:123456789012:alarms\"}], \"Attributes\": {\"QueueArn\": \"arn:aws:sqs:eu-west-1:123456789012:q\", \"Policy\": \"{\\\"Statement\\\":[{\\\"Sid\\\":\\\"send\\\",\\\"Effect\\\":\\\"Deny\\\",\\\"Principal\\\":{\\\"Service\\\":\\\"sns.amazonaws.com\\\"},\\\"Action\\\":\\\"SQS:SendMessage\\\",\\\"Resource\\\":\\\"arn:aws:sqs:eu-west-1:123456789012:q\\\",\\\"Condition\\\":{\\\"ArnLike\\\":{\\\"aws:SourceArn\\\":\\\"arn:aws:sns:eu-west-1:123456789012:alarms\\\"}}}]}\"}",
            &[("subscriber", BROKEN, "the policy of the queue does not let the topic send")],
        ),
        (
            "application",
            "\"Protocol\": \"https\", \"Endpoint\": \"https://user:secret@example.com/token\", \"TopicArn\": \"arn:aws:sns:eu-west-1:123456789012:alarms\"}]",
            "\"Protocol\": \"application\", \"Endpoint\": \"arn:aws:sns:eu-west-1:123456789012:endpoint/a\", \"TopicArn\": \"arn:aws:sns:eu-west-1:123456789012:alarms\"}]",
            &[("subscriber", MET, "application")],
        ),
        (
            "pending",
            "arn:aws:sns:eu-west-1:123456789012:alarms:0c1b",
            "PendingConfirmation",
            &[("subscriber", BROKEN, "https https://***@example.com/***: it is not confirmed")],
        ),
        (
            "deleted",
            "arn:aws:sns:eu-west-1:123456789012:alarms:0c1b",
            "Deleted",
            &[("subscriber", BROKEN, "it is deleted")],
        ),
        (
            "another topic",
            "\"TopicArn\": \"arn:aws:sns:eu-west-1:123456789012:alarms\"",
            "\"TopicArn\": \"arn:aws:sns:eu-west-1:123456789012:others\"",
            &[("subscriber", OPEN, "no subscription of the topic is in the input")],
        ),
        (
            "another region",
            "\"TopicArn\": \"arn:aws:sns:eu-west-1:",
            "\"TopicArn\": \"arn:aws:sns:eu-west-2:",
            &[("subscriber", OPEN, "no subscription of the topic is in the input")],
        ),
        (
            "a part of the alarms",
            "\"MetricName\": \"Root\",",
            "\"MetricName\": \"Other\",",
            &[("alarm", BROKEN, "no alarm of the input watches the metric"), NO_ALARM[0], NO_ALARM[1]],
        ),
        ("a page of the alarms", "\"CompositeAlarms\": []", "\"NextToken\": \"x\"", &[]),
        (
            "a page of the alarms, with one that does not ring",
            "\"Threshold\": 1.0,\n              \"ComparisonOperator\": \"GreaterThanOrEqualToThreshold\", \"TreatMissingData\": \"notBreaching\"}]",
            "\"Threshold\": 5.0, \"ComparisonOperator\": \"GreaterThanOrEqualToThreshold\", \"TreatMissingData\": \"notBreaching\"}], \"NextToken\": \"x\"",
            &[("alarm", OPEN, "and an event publishes 1; the answer of AWS lists only a part of the alarms")],
        ),
        (
            "a page of the alarms, with one without an action",
            "\"AlarmActions\": [\"arn:aws:sns:eu-west-1:123456789012:alarms\"],",
            "\"AlarmActions\": [],",
            &[("action", BROKEN, "has no action for ALARM"), ("subscriber", OPEN, "")],
        ),
        (
            "a subscription in the place of a topic",
            "\"AlarmActions\": [\"arn:aws:sns:eu-west-1:123456789012:alarms\"],",
            "\"AlarmActions\": [\"arn:aws:sns:eu-west-1:123456789012:alarms:0c1b\"],",
            &[
                ("action", BROKEN, "its action is the ARN of a subscription, arn:aws:sns:"),
                ("subscriber", OPEN, ""),
            ],
        ),
        (
            "a page of the subscriptions",
            "arn:aws:sns:eu-west-1:123456789012:alarms\"}]",
            "arn:aws:sns:eu-west-1:123456789012:others\"}], \"NextToken\": \"x\"",
            &[("subscriber", OPEN, "the answer of AWS lists only a part of the subscriptions")],
        ),
        (
            "average",
            "\"Statistic\": \"Sum\"",
            "\"Statistic\": \"Average\"",
            &[("alarm", BROKEN, "because other events publish the default value 0")],
        ),
        (
            "no alarms",
            "{\"MetricAlarms\": [",
            "{\"Other\": [",
            &[
                ("alarm", OPEN, "no alarm on a metric filter's metric is in the input"),
                NO_ALARM[0],
                NO_ALARM[1],
            ],
        ),
        (
            "attributes of the subscription",
            r#"{"Subscriptions": [{"SubscriptionArn": "arn:aws:sns:eu-west-1:123456789012:alarms:0c1b", "Owner": "123456789012",
              "Protocol": "https", "Endpoint": "https://user:secret@example.com/token", "TopicArn": "arn:aws:sns:eu-west-1:123456789012:alarms"}]}"#,
            r#"{"Attributes": {"SubscriptionArn": "arn:aws:sns:eu-west-1:123456789012:alarms:0c1b", "PendingConfirmation": "true",
              "TopicArn": "arn:aws:sns:eu-west-1:123456789012:alarms", "Protocol": "email", "Endpoint": "a@example.com"}}"#,
            &[("subscriber", BROKEN, "email a@example.com: it is not confirmed")],
        ),
        (
            "empty list",
            r#"{"Subscriptions": [{"SubscriptionArn": "arn:aws:sns:eu-west-1:123456789012:alarms:0c1b", "Owner": "123456789012",
              "Protocol": "https", "Endpoint": "https://user:secret@example.com/token", "TopicArn": "arn:aws:sns:eu-west-1:123456789012:alarms"}]}"#,
            "{\"Subscriptions\": []}",
            &[("subscriber", OPEN, "an empty list does not name its topic")],
        ),
        (
            "attributes of the topic",
            r#"{"Subscriptions": [{"SubscriptionArn": "arn:aws:sns:eu-west-1:123456789012:alarms:0c1b", "Owner": "123456789012",
              "Protocol": "https", "Endpoint": "https://user:secret@example.com/token", "TopicArn": "arn:aws:sns:eu-west-1:123456789012:alarms"}]}"#,
            r#"{"Attributes": {"TopicArn": "arn:aws:sns:eu-west-1:123456789012:alarms", "SubscriptionsConfirmed": "0", "SubscriptionsPending": "2"}}"#,
            &[("subscriber", BROKEN, "none of them is confirmed")],
        ),
        (
            "confirmed by the attributes of the topic",
            r#"{"Subscriptions": [{"SubscriptionArn": "arn:aws:sns:eu-west-1:123456789012:alarms:0c1b", "Owner": "123456789012",
              "Protocol": "https", "Endpoint": "https://user:secret@example.com/token", "TopicArn": "arn:aws:sns:eu-west-1:123456789012:alarms"}]}"#,
            r#"{"Attributes": {"TopicArn": "arn:aws:sns:eu-west-1:123456789012:alarms", "SubscriptionsConfirmed": "1", "SubscriptionsPending": "0"}}"#,
            &[("subscriber", MET, "the subscriptions of the topic")],
        ),
    ],
};

pub(crate) const STATE: Input = Input {
    name: "state",
    files: &[(
        "terraform.tfstate.json",
        r#"{"version": 4, "terraform_version": "1.9.0", "lineage": "x", "resources": [
  {"mode": "managed", "type": "aws_cloudwatch_log_metric_filter", "name": "root", "instances": [{"attributes": {
    "name": "root", "log_group_name": "trail", "pattern": "{ $.userIdentity.type = \"Root\" }", "id": "root",
    "metric_transformation": [{"namespace": "Security", "name": "Root", "value": "1", "default_value": "", "unit": "None", "dimensions": {}}]}}]},
  {"mode": "managed", "type": "aws_cloudwatch_metric_alarm", "name": "root", "instances": [{"attributes": {
    "alarm_name": "root", "namespace": "Security", "metric_name": "Root", "statistic": "Sum", "extended_statistic": "", "period": 300,
    "evaluation_periods": 1, "datapoints_to_alarm": 0, "threshold": 1, "comparison_operator": "GreaterThanOrEqualToThreshold",
    "treat_missing_data": "missing", "unit": "", "evaluate_low_sample_count_percentiles": "", "threshold_metric_id": "", "metric_query": [],
    "dimensions": {}, "actions_enabled": true, "alarm_actions": ["arn:aws:sns:eu-west-1:123456789012:alarms"]}}]},
  {"mode": "managed", "type": "aws_sns_topic_subscription", "name": "mail", "instances": [{"attributes": {
    "arn": "arn:aws:sns:eu-west-1:123456789012:alarms:0c1b", "topic_arn": "arn:aws:sns:eu-west-1:123456789012:alarms", "protocol": "email",
    "endpoint": "a@example.com", "pending_confirmation": false, "filter_policy": "", "filter_policy_scope": ""}}]}]}"#,
    )],
    links: [
        ("metric", MET, "Security Root"),
        ("alarm", MET, "`root` rings for one event"),
        ("action", MET, "`root` publishes to arn:aws:sns:"),
        ("subscriber", MET, "email a@example.com"),
    ],
    changes: &[
        (
            "transformed logs",
            "\"id\": \"root\"",
            "\"id\": \"root\", \"apply_on_transformed_logs\": true",
            &[("metric", OPEN, "it reads events as a log transformer leaves them")],
        ),
        (
            "pending",
            "\"pending_confirmation\": false",
            "\"pending_confirmation\": true",
            &[("subscriber", BROKEN, "it is not confirmed")],
        ),
        (
            "threshold",
            "\"threshold\": 1",
            "\"threshold\": 2",
            &[("alarm", BROKEN, "greater than or equal to 2")],
        ),
        (
            "no action",
            "[\"arn:aws:sns:eu-west-1:123456789012:alarms\"]",
            "[]",
            &[("action", BROKEN, "no action for ALARM"), ("subscriber", OPEN, "")],
        ),
        (
            "data source",
            "\"managed\", \"type\": \"aws_cloudwatch_metric_alarm\"",
            "\"data\", \"type\": \"aws_cloudwatch_metric_alarm\"",
            &[("alarm", OPEN, "no alarm on a metric filter's metric"), NO_ALARM[0], NO_ALARM[1]],
        ),
    ],
};

pub(crate) const RULES: Input = Input {
    name: "rules",
    files: &[
        (
            "cwfilter.toml",
            r#"
name = "security"
region = "eu-west-1"
rules = ["rules.toml"]
[log_group]
name = "trail"
[topic]
name = "alarms"
[[topic.subscription]]
protocol = "sms"
endpoint = "+15555550100"
"#,
        ),
        (
            "rules.toml",
            r#"
[[rule]]
id = "root"
pattern = '{ $.userIdentity.type = "Root" }'
metric = { namespace = "Security", name = "Root", value = "1" }
alarm = { statistic = "Sum", period = "5m", threshold = 1, missing = "notBreaching" }
"#,
        ),
    ],
    links: [
        ("metric", MET, "Security Root"),
        ("alarm", MET, "`root` rings for one event"),
        ("action", MET, "`root` publishes to arn:aws:sns:::alarms"),
        ("subscriber", MET, "sms +15555550100"),
    ],
    changes: &[
        (
            "transformed logs",
            "value = \"1\" }",
            "value = \"1\", apply_on_transformed_logs = true }",
            &[("metric", OPEN, "it reads events as a log transformer leaves them")],
        ),
        (
            "e-mail",
            "protocol = \"sms\"\nendpoint = \"+15555550100\"",
            "protocol = \"email\"\nendpoint = \"a@example.com\"",
            &[("subscriber", OPEN, "the stack's file does not say it")],
        ),
        (
            "no topic",
            "[topic]\nname = \"alarms\"\n[[topic.subscription]]\nprotocol = \"sms\"\nendpoint = \"+15555550100\"\n",
            "",
            &[("action", BROKEN, "`root` has no action for ALARM"), ("subscriber", OPEN, "")],
        ),
        (
            "no stack",
            "rules = [",
            "other = [",
            &[
                ("action", OPEN, "the topic is in a stack's file, which is not in the input"),
                ("subscriber", OPEN, ""),
            ],
        ),
        (
            "the alarm of the stack",
            "alarm = { statistic = \"Sum\", period = \"5m\", threshold = 1, missing = \"notBreaching\" }",
            "",
            &[
                ("alarm", OPEN, "no alarm on a metric filter's metric is in the input"),
                NO_ALARM[0],
                NO_ALARM[1],
            ],
        ),
        ("threshold", "threshold = 1", "threshold = 5", &[("alarm", BROKEN, "greater than or equal to 5")]),
        (
            "no notification",
            "missing = \"notBreaching\" }",
            "notify = [\"OK\"] }",
            &[("action", BROKEN, "no action for ALARM"), ("subscriber", OPEN, "")],
        ),
        (
            "disabled",
            "missing = ",
            "actions_enabled = false, missing = ",
            &[("action", BROKEN, "the actions of `root` are disabled"), ("subscriber", OPEN, "")],
        ),
        ("a long period", "period = \"5m\"", "period = \"1h\"", &[]),
        (
            "no metric",
            "metric = { namespace = \"Security\", name = \"Root\", value = \"1\" }\nalarm = { statistic = \"Sum\", period = \"5m\", threshold = 1, missing = \"notBreaching\" }",
            "",
            &[
                ("metric", OPEN, "the filter has no metric in the input"),
                ("alarm", OPEN, ""),
                ("action", OPEN, ""),
                ("subscriber", OPEN, ""),
            ],
        ),
    ],
};
