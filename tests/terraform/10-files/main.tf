locals {
  from_yaml = yamldecode(file("${path.module}/filters.yaml"))
  from_json = jsondecode(file("${path.module}/filters.json"))
}
resource "aws_cloudwatch_log_metric_filter" "yaml" {
  for_each       = local.from_yaml.filters
  name           = each.key
  log_group_name = "trail"
  pattern        = each.value.pattern
  metric_transformation {
    name      = each.value.metric
    namespace = "Files"
    value     = each.value.value
  }
}
resource "aws_cloudwatch_log_metric_filter" "json" {
  count          = length(local.from_json)
  name           = local.from_json[count.index].name
  log_group_name = "trail"
  pattern        = local.from_json[count.index].pattern
  metric_transformation {
    name      = "Json"
    namespace = "Files"
    value     = "1"
  }
}
resource "aws_cloudwatch_log_metric_filter" "text" {
  name           = "text"
  log_group_name = "trail"
  pattern        = file("${path.module}/pattern.txt")
  metric_transformation {
    name      = "Text"
    namespace = "Files"
    value     = "1"
  }
}
