variable "unknown" {
  type = string
}

locals {
  pattern = "{ $.a != x || $.a != y }"
}

resource "aws_cloudwatch_log_metric_filter" "noisy" {
  name           = "noisy"
  pattern        = local.pattern
  log_group_name = "trail"
  metric_transformation {
    name      = "Noisy"
    namespace = "Security"
    value     = "1"
  }
}

resource "aws_cloudwatch_log_metric_filter" "again" {
  name           = "again"
  pattern        = local.pattern
  log_group_name = "trail"
}

resource "aws_cloudwatch_log_metric_filter" "open" {
  name           = "open"
  pattern        = var.unknown
  log_group_name = "trail"
}

resource "aws_cloudwatch_metric_alarm" "noisy" {
  alarm_name          = "noisy"
  namespace           = "Security"
  metric_name         = "Noisy"
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 1
  threshold           = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
}
