variable "pattern" {}

resource "aws_cloudwatch_log_metric_filter" "this" {
  name           = "this"
  log_group_name = "trail"
  pattern        = var.pattern
  metric_transformation {
    name      = "Delete"
    namespace = "N"
    value     = "1"
  }
}
