variable "pattern" {
  type = string
}
resource "aws_cloudwatch_log_metric_filter" "a" {
  name           = "a"
  log_group_name = "g"
  pattern        = var.pattern
  metric_transformation {
    name      = "A"
    namespace = "App"
    value     = "1"
  }
}
