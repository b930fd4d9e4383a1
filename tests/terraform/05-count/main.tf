variable "events" {
  type    = list(string)
  default = ["CreateTrail", "UpdateTrail", "DeleteTrail"]
}
variable "enabled" {
  type    = bool
  default = true
}
resource "aws_cloudwatch_log_metric_filter" "each" {
  count          = length(var.events)
  name           = "trail-${count.index}"
  log_group_name = "trail"
  pattern        = "{ $.eventName = \"${var.events[count.index]}\" }"
  metric_transformation {
    name      = format("%s%02d", element(var.events, count.index), count.index + 1)
    namespace = "Security"
    value     = count.index + 1
  }
}
resource "aws_cloudwatch_log_metric_filter" "on" {
  count          = var.enabled ? 1 : 0
  name           = "on"
  log_group_name = "trail"
  pattern        = "ON"
  metric_transformation {
    name      = "On"
    namespace = "Security"
    value     = "1"
  }
}
resource "aws_cloudwatch_log_metric_filter" "off" {
  count          = var.enabled ? 0 : 1
  name           = "off"
  log_group_name = "trail"
  pattern        = "OFF"
  metric_transformation {
    name      = "Off"
    namespace = "Security"
    value     = "1"
  }
}
