resource "aws_cloudwatch_log_metric_filter" "a" {
  name           = "a"
  log_group_name = "g"
  pattern        = file("/etc/hostname")
  metric_transformation {
    name      = "A"
    namespace = "App"
    value     = "1"
  }
}
resource "aws_cloudwatch_log_metric_filter" "b" {
  name           = "b"
  log_group_name = "g"
  pattern        = file("../../../../../../../../../etc/hostname")
  metric_transformation {
    name      = "A"
    namespace = "App"
    value     = "1"
  }
}
