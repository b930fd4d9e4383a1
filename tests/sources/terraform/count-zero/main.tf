resource "aws_cloudwatch_log_metric_filter" "none" {
  count          = 0
  name           = "none"
  log_group_name = "g"
  pattern        = "{ $.a == 1 }"
  metric_transformation {
    name      = "Calls"
    namespace = "N"
    value     = "1"
  }
}

resource "aws_cloudwatch_metric_alarm" "none" {
  for_each            = {}
  alarm_name          = "none"
  namespace           = "N"
  metric_name         = "Calls"
  statistic           = "Average"
  period              = 60
  threshold           = 1
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
}
