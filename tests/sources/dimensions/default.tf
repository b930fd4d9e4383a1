resource "aws_cloudwatch_log_metric_filter" "a" {
  name           = "a"
  log_group_name = "g"
  pattern        = "{ $.level = \"ERROR\" }"
  metric_transformation {
    name          = "A"
    namespace     = "App"
    value         = "1"
    default_value = "0"
    dimensions    = { Env = var.env }
  }
}
