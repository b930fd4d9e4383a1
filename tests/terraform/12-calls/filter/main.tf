variable "name" {
  type = string
}
variable "events" {
  type = list(string)
}
variable "value" {
  type    = string
  default = "1"
}
locals {
  clauses = formatlist("($.eventName = \"%s\")", var.events)
}
resource "aws_cloudwatch_log_metric_filter" "this" {
  name           = var.name
  log_group_name = "trail"
  pattern        = "{ ${join(" || ", local.clauses)} }"
  metric_transformation {
    name      = title(var.name)
    namespace = "Calls"
    value     = var.value
  }
}
output "first" {
  value = var.events[0]
}
