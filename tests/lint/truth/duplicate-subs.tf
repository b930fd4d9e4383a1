resource "aws_cloudwatch_log_subscription_filter" "a" {
  name            = "a"
  log_group_name  = "g"
  filter_pattern  = "ERROR"
  destination_arn = "arn:aws:lambda:us-east-1:123456789012:function:a"
}
resource "aws_cloudwatch_log_subscription_filter" "b" {
  name            = "b"
  log_group_name  = "g"
  filter_pattern  = "ERROR"
  destination_arn = "arn:aws:lambda:us-east-1:123456789012:function:b"
}
