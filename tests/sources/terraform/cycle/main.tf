locals {
  a = local.b
  b = local.a
}
resource "aws_cloudwatch_log_metric_filter" "a" {
  name           = "a"
  log_group_name = "g"
  pattern        = local.a
  metric_transformation {
    name      = "A"
    namespace = "App"
    value     = "1"
  }
}
