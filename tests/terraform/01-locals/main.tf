resource "aws_cloudwatch_log_metric_filter" "stop" {
  name           = "stop"
  log_group_name = "trail"
  pattern        = local.stop
  metric_transformation {
    name      = "Stopped"
    namespace = "Security"
    value     = "1"
  }
}
resource "aws_cloudwatch_log_metric_filter" "start" {
  name           = "start"
  log_group_name = "trail"
  pattern        = local.patterns.start
  metric_transformation {
    name      = "Started"
    namespace = "Security"
    value     = "1"
  }
}
