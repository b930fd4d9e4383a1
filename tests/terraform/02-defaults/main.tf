variable "pattern" {
  type    = string
  default = "{ $.eventName = \"DeleteTrail\" }"
}
variable "unit" {
  default = "Count"
}
variable "number" {
  type    = string
  default = 2
}
resource "aws_cloudwatch_log_metric_filter" "a" {
  name           = "a"
  log_group_name = "trail"
  pattern        = var.pattern
  metric_transformation {
    name          = "A"
    namespace     = "Security"
    value         = var.number
    default_value = 0
    unit          = var.unit
  }
}
