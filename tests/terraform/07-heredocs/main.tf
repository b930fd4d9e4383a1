locals {
  name = "DeleteBucket"
}
resource "aws_cloudwatch_log_metric_filter" "indented" {
  name           = "indented"
  log_group_name = "trail"
  pattern        = <<-PATTERN
    { ($.eventName = "${local.name}") ||
      ($.eventName = "PutBucketPolicy") }
  PATTERN
  metric_transformation {
    name      = "Indented"
    namespace = "Security"
    value     = "1"
  }
}
resource "aws_cloudwatch_log_metric_filter" "plain" {
  name           = "plain"
  log_group_name = "trail"
  pattern        = <<EOT
{ $.eventName = "CreateBucket" }
EOT
  metric_transformation {
    name      = "Plain"
    namespace = "Security"
    value     = "1"
  }
}
resource "aws_cloudwatch_log_metric_filter" "directives" {
  name           = "directives"
  log_group_name = "trail"
  pattern        = "{ %{ for index, name in ["A", "B", "C"] ~} %{ if index > 0 }|| %{ endif }$.eventName = ${name} %{ endfor ~} }"
  metric_transformation {
    name      = trimspace(<<-EOT
      Directives
    EOT
    )
    namespace = "Security"
    value     = "1"
  }
}
