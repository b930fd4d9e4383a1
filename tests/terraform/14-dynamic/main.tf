variable "metric" {
  default = [{ name = "Dynamic", value = "1", dimensions = { User = "$.userIdentity.userName" } }]
}
resource "aws_cloudwatch_log_metric_filter" "a" {
  name           = "a"
  log_group_name = "trail"
  pattern        = "{ $.userIdentity.userName = * }"
  dynamic "metric_transformation" {
    for_each = var.metric
    iterator = it
    content {
      name       = it.value.name
      namespace  = "Dynamic${it.key}"
      value      = it.value.value
      dimensions = it.value.dimensions
    }
  }
}
