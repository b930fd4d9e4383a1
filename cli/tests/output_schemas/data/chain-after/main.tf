resource "aws_cloudwatch_log_metric_filter" "a" {
  name           = "a"
  log_group_name = "trail"
  pattern        = "ERROR"
}

resource "aws_cloudwatch_log_metric_filter" "b" {
  count          = 0
  name           = "b"
  log_group_name = "trail"
  pattern        = "FATAL"
}

resource "aws_sns_topic" "alarms" {
  name              = "alarms"
  kms_master_key_id = "alias/b"
}

resource "aws_sns_topic" "after" {
  name = "moved"
}

resource "aws_sns_topic_subscription" "phone" {
  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "sms"
  endpoint  = "+15550100"
}
