variable "on" {}

resource "aws_cloudwatch_log_metric_filter" "root" {
  name           = "root"
  log_group_name = "trail"
  pattern        = "{ $.userIdentity.type = \"Root\" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != \"AwsServiceEvent\" }"
  metric_transformation {
    namespace = "Security"
    name      = "Root"
    value     = "1"
  }
}

resource "aws_cloudwatch_log_metric_filter" "open" {
  count          = var.on ? 1 : 0
  name           = "open"
  log_group_name = "trail"
  pattern        = "{ $.errorMessage = \"*\" }"
}

resource "aws_cloudwatch_log_metric_filter" "absent" {
  count          = 0
  name           = "absent"
  log_group_name = "trail"
  pattern        = "ERROR"
}

resource "aws_cloudwatch_log_metric_filter" "refused" {
  name           = "refused"
  log_group_name = "trail"
  pattern        = "{ $.a == 1 && }"
}
