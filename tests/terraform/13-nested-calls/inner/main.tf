variable "settings" {
  type = object({
    pattern   = string
    namespace = optional(string, "Inner")
    value     = optional(number, 1)
    unit      = optional(string)
  })
}
resource "aws_cloudwatch_log_metric_filter" "this" {
  name           = "inner"
  log_group_name = "trail"
  pattern        = var.settings.pattern
  metric_transformation {
    name      = "Inner"
    namespace = var.settings.namespace
    value     = var.settings.value
    unit      = var.settings.unit
  }
}
