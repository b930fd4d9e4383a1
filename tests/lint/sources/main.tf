locals {
  names = ["StopLogging", "DeleteTrail"]
}

resource "aws_cloudwatch_log_metric_filter" "no_mfa" {
  name           = "no-mfa"
  log_group_name = "trail"
  pattern        = "{ $.eventName = \"ConsoleLogin\" && $.additionalEventData.MFAUsed != \"Yes\" }"

  metric_transformation {
    namespace     = "Security"
    name          = "NoMfa"
    value         = "1"
    default_value = 0
    unit          = "count"
    dimensions = {
      User = "$.userIdentity.userName"
    }
  }
}

resource "aws_cloudwatch_log_metric_filter" "calls" {
  name           = "calls"
  log_group_name = "trail"
  pattern        = <<-EOT
    {
      ($.errorCode = "AccessDenied*") ||
      ($.sourceIPAddress != "delivery.logs.amazonaws.com")
    }
  EOT

  metric_transformation {
    namespace = "Security"
    name      = "Calls"
    value     = "$.bytes"
  }
}

resource "aws_cloudwatch_log_metric_filter" "many" {
  name           = "many"
  log_group_name = "trail"
  pattern        = "{ $.eventName = ${local.names[0]} }"
}

resource "aws_cloudwatch_log_subscription_filter" "errors" {
  name            = "errors"
  log_group_name  = "app"
  destination_arn = "arn:aws:lambda:eu-west-1:123456789012:function:alert"
  filter_pattern  = "ERROR ?timeout"
}

resource "aws_cloudwatch_log_metric_filter" "price" {
  name           = "price"
  log_group_name = "app"
  pattern        = "{ $.text = \"$${x}\" && $.é = 1 }"
}
