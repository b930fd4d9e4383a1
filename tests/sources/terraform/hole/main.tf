variable "account" {
  type = string
}
resource "aws_cloudwatch_log_metric_filter" "a" {
  name           = "a"
  log_group_name = "g"
  pattern        = "{ $.recipientAccountId = \"${var.account}\" && $.eventName == \"StopLogging\" }"
  metric_transformation {
    name      = "A"
    namespace = "App"
    value     = "1"
  }
}
resource "aws_cloudwatch_log_metric_filter" "b" {
  name           = "b"
  log_group_name = "g"
  pattern        = "{ ${var.account} && $.eventName == \"StopLogging\" }"
  metric_transformation {
    name      = "A"
    namespace = "App"
    value     = "1"
  }
}
