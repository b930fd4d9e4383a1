data "aws_ssm_parameter" "p" {
  name = "p"
}
resource "aws_cloudwatch_log_metric_filter" "a" {
  name           = "a"
  log_group_name = "g"
  pattern        = data.aws_ssm_parameter.p.value
  metric_transformation {
    name      = "A"
    namespace = "App"
    value     = "1"
  }
}
