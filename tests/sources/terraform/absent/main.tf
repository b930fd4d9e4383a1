variable "filters" {
  default = {}
}
resource "aws_cloudwatch_log_metric_filter" "each" {
  for_each       = var.filters
  name           = each.key
  log_group_name = "g"
  pattern        = each.value
  metric_transformation {
    name      = "A"
    namespace = "App"
    value     = "1"
  }
}
resource "aws_cloudwatch_log_metric_filter" "none" {
  count          = 0
  name           = "none"
  log_group_name = "g"
  pattern        = "{ $.a == 1 }"
  metric_transformation {
    name      = "A"
    namespace = "App"
    value     = "1"
  }
}
