resource "aws_cloudwatch_log_metric_filter" "a" {
  name           = "a"
  log_group_name = "trail"
  pattern        = "{ $.old = 1 }"
  metric_transformation {
    name      = "A"
    namespace = "Security"
    value     = "1"
  }
}
