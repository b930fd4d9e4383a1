locals {
  controls = {
    root   = { pattern = "{ $.userIdentity.type = \"Root\" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != \"AwsServiceEvent\" }", metric = "RootUsage" }
    calls  = { pattern = "{ ($.errorCode = \"*UnauthorizedOperation\") || ($.errorCode = \"AccessDenied*\") }", metric = "UnauthorizedCalls" }
    policy = { pattern = "{ ($.eventName = PutRolePolicy) || ($.eventName = DeleteRolePolicy) }", metric = "PolicyChanges" }
  }
}
resource "aws_cloudwatch_log_metric_filter" "cis" {
  for_each       = local.controls
  name           = each.key
  log_group_name = "trail"
  pattern        = each.value.pattern
  metric_transformation {
    name      = each.value["metric"]
    namespace = "CIS"
    value     = "1"
  }
}
