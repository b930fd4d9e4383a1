resource "aws_cloudwatch_log_metric_filter" "a" {
  name           = "a"
  log_group_name = "trail"
  pattern        = "{ $.a = \"$${x}\" && $.b = \"\\\\\" && $.c = \"\u00e9%%{y}\" }"
  metric_transformation {
    name      = "A"
    namespace = "Security"
    value     = "$.latency"
    dimensions = {
      Region   = "$.awsRegion"
      "Source" = "$.eventSource"
    }
  }
}
