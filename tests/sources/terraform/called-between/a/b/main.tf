variable "pattern" { type = string }

resource "aws_cloudwatch_log_metric_filter" "f" {
  name           = "f"
  log_group_name = "g"
  pattern        = var.pattern
}
