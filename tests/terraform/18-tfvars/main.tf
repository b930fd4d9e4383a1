variable "pattern" {
  type = string
}
variable "metrics" {
  type    = map(string)
  default = {}
}
variable "override" {
  default = "default"
}
resource "aws_cloudwatch_log_metric_filter" "a" {
  for_each       = var.metrics
  name           = each.key
  log_group_name = var.override
  pattern        = "${var.pattern} ${each.value}"
  metric_transformation {
    name      = each.key
    namespace = var.override
    value     = "1"
  }
}
