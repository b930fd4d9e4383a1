locals {
  stop = "{ $.eventName == \"StopLogging\" }"
}

resource "aws_cloudwatch_log_metric_filter" "stop" {
  name           = "stop"
  log_group_name = "trail"
  pattern        = local.stop
  metric_transformation {
    name      = "Stop"
    namespace = "Security"
    value     = "1"
  }
}
