variable "stop" {
  type = string
}

module "inner" {
  source  = "./inner"
  pattern = "{ $.eventName == DeleteTrail }"
}

resource "aws_cloudwatch_log_metric_filter" "stop" {
  name           = "stop"
  log_group_name = "trail"
  pattern        = var.stop
  metric_transformation {
    name      = "Stop"
    namespace = "N"
    value     = "1"
  }
}
