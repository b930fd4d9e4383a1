resource "aws_cloudwatch_log_metric_filter" "a" {
  name           = "a"
  log_group_name = "g"
  pattern        = "{ $.level = \"ERROR\" }"
  metric_transformation {
    name          = "A"
    namespace     = "App"
    value         = "1"
    dimensions    = { A = var.a, B = var.b, C = var.c, D = local.d }
  }
}
