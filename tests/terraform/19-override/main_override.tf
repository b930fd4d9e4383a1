resource "aws_cloudwatch_log_metric_filter" "a" {
  pattern = "{ $.new = 1 }"
  metric_transformation {
    name      = "New"
    namespace = "Override"
    value     = "2"
  }
}
