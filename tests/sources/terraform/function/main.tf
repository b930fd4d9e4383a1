resource "aws_cloudwatch_log_metric_filter" "a" {
  name           = "a"
  log_group_name = "g"
  pattern        = templatefile("${path.module}/missing.tpl", { bucket = "b" })
  metric_transformation {
    name      = "A"
    namespace = "App"
    value     = "1"
  }
}
resource "aws_cloudwatch_log_metric_filter" "b" {
  name           = "b"
  log_group_name = "g"
  pattern        = "{ $.eventName = \"StopLogging\" }"
  metric_transformation {
    name      = "A"
    namespace = "App"
    value     = "1"
  }
}
resource "aws_cloudwatch_log_metric_filter" "c" {
  name           = "c"
  log_group_name = "g"
  pattern        = sha256("x")
  metric_transformation {
    name      = "A"
    namespace = "App"
    value     = "1"
  }
}
