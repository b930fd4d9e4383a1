resource "aws_cloudwatch_log_metric_filter" "dynamic" {
  log_group_name = "other"
}
locals {
  added = "over"
}
