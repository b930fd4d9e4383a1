variable "words" {
  type    = set(string)
  default = ["WARN", "ERROR", "FATAL", "ERROR"]
}
resource "aws_cloudwatch_log_metric_filter" "word" {
  for_each       = var.words
  name           = "word-${lower(each.key)}"
  log_group_name = "app"
  pattern        = each.value
  metric_transformation {
    name      = title(lower(each.value))
    namespace = "App"
    value     = "1"
  }
}
resource "aws_cloudwatch_log_metric_filter" "both" {
  for_each       = toset(concat(tolist(var.words), ["PANIC"]))
  name           = "both-${each.key}"
  log_group_name = "app"
  pattern        = format("%q", each.key)
  metric_transformation {
    name      = "Both"
    namespace = "App"
    value     = "1"
  }
}
