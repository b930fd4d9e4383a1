resource "aws_cloudwatch_log_metric_filter" "a" {
  name           = "a"
  log_group_name = "trail"
  pattern        = "ERROR"
}

resource "aws_sns_topic" "alarms" {
  name              = "alarms"
  kms_master_key_id = "alias/a"
}

resource "aws_sns_topic" "before" {
  name = "moved"
}
