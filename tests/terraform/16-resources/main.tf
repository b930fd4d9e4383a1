resource "aws_cloudwatch_log_group" "app" {
  name = "/app/${local.stage}"
}
locals {
  stage = "prod"
}
resource "aws_cloudwatch_log_metric_filter" "first" {
  name           = "first"
  log_group_name = aws_cloudwatch_log_group.app.name
  pattern        = "FIRST"
  metric_transformation {
    name      = "First"
    namespace = "Resources"
    value     = "1"
  }
}
resource "aws_cloudwatch_log_metric_filter" "second" {
  name           = "${aws_cloudwatch_log_metric_filter.first.name}-second"
  log_group_name = aws_cloudwatch_log_group.app.name
  pattern        = "{ $.arn = \"${aws_cloudwatch_log_group.app.arn}\" }"
  metric_transformation {
    name      = aws_cloudwatch_log_metric_filter.first.metric_transformation[0].name
    namespace = aws_cloudwatch_log_metric_filter.first.metric_transformation[0].namespace
    value     = "1"
  }
}
