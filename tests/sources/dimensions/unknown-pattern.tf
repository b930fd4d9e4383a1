resource "aws_cloudwatch_log_metric_filter" "a" {
  name           = "a"
  log_group_name = "g"
  pattern        = join(" ", var.terms)
  metric_transformation {
    name          = "A"
    namespace     = "App"
    value         = "1"
    dimensions    = { svc = "bd" }
  }
}
