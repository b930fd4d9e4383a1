resource "aws_cloudwatch_log_metric_filter" "a" {
  name           = "a"
  log_group_name = aws_cloudwatch_log_group.a[0].arn
  pattern        = "{ $.level = ERROR }"
  metric_transformation {
    name      = "A"
    namespace = "N"
    value     = "1"
  }
}
resource "aws_cloudwatch_log_metric_filter" "b" {
  name           = "b"
  log_group_name = aws_cloudwatch_log_group.b[0].arn
  pattern        = "{ $.level = ERROR }"
  metric_transformation {
    name      = "B"
    namespace = "N"
    value     = "1"
  }
}
resource "aws_cloudwatch_log_metric_filter" "again" {
  name           = "again"
  log_group_name = aws_cloudwatch_log_group.b[0].arn
  pattern        = "{ $.level = ERROR }"
  metric_transformation {
    name      = "C"
    namespace = "N"
    value     = "1"
  }
}
resource "aws_cloudwatch_log_metric_filter" "west" {
  provider       = aws.west
  name           = "west"
  log_group_name = aws_cloudwatch_log_group.b[0].arn
  pattern        = "{ $.level = ERROR }"
  metric_transformation {
    name      = "D"
    namespace = "N"
    value     = "1"
  }
}
resource "aws_cloudwatch_log_group" "a" {
  count = 1
}
resource "aws_cloudwatch_log_group" "b" {
  count = 1
}
