locals {
  services = ["ec2", "s3", "kms"]
  names    = [for service in local.services : "$.eventSource = \"${service}.amazonaws.com\"" if service != "kms"]
  by_name  = { for index, service in local.services : service => index }
  groups   = { for word in ["a1", "b1", "a2"] : substr(word, 0, 1) => word... }
}
resource "aws_cloudwatch_log_metric_filter" "any" {
  name           = "any"
  log_group_name = "trail"
  pattern        = "{ ${join(" || ", [for name in local.names : "(${name})"])} }"
  metric_transformation {
    name      = "Any${local.by_name["kms"]}"
    namespace = join("-", local.groups["a"])
    value     = "1"
  }
}
