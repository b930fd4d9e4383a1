resource "aws_cloudwatch_log_metric_filter" "a" {
  name           = "a"
  log_group_name = "trail"
  pattern = templatefile("${path.module}/pattern.tftpl", {
    events = ["StopLogging", "DeleteTrail"]
    bucket = "evidence"
  })
  metric_transformation {
    name      = "A"
    namespace = "Templates"
    value     = "1"
  }
}
