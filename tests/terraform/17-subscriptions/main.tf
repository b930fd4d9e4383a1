locals {
  destination = "arn:aws:lambda:us-east-1:123456789012:function:f"
}
resource "aws_cloudwatch_log_subscription_filter" "a" {
  for_each        = { errors = "?ERROR ?FATAL", all = "" }
  name            = each.key
  log_group_name  = "app"
  filter_pattern  = each.value
  destination_arn = local.destination
}
resource "aws_cloudwatch_log_account_policy" "p" {
  policy_name = "p"
  policy_type = "SUBSCRIPTION_FILTER_POLICY"
  policy_document = jsonencode({
    DestinationArn = local.destination
    FilterPattern  = "{ $.level = \"ERROR\" }"
  })
}
