variable "extra" {
  type     = string
  default  = "fallback"
  nullable = false
}
resource "aws_cloudwatch_log_metric_filter" "a" {
  name           = "a"
  log_group_name = "trail"
  pattern        = var.extra
  metric_transformation {
    name      = "A"
    namespace = "Inner"
    value     = "1"
  }
}
