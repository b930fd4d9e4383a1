resource "aws_sns_topic" "t" {
  name = "t"
}
resource "aws_cloudwatch_log_metric_filter" "a" {
  name           = "a"
  log_group_name = "g"
  pattern        = "{ $.arn = \"${aws_sns_topic.t.arn}\" }"
  metric_transformation {
    name      = "A"
    namespace = "App"
    value     = "1"
  }
}
resource "aws_cloudwatch_log_metric_filter" "name" {
  name           = "name"
  log_group_name = "g"
  pattern        = "{ $.name == \"${aws_sns_topic.t.name}\" }"
  metric_transformation {
    name      = "A"
    namespace = "App"
    value     = "1"
  }
}
