resource "aws_cloudwatch_log_account_policy" "encoded" {
  policy_name = "encoded"
  policy_type = "SUBSCRIPTION_FILTER_POLICY"
  policy_document = jsonencode({
    DestinationArn = "arn:aws:lambda:us-east-1:123456789012:function:f"
    FilterPattern  = "{ $.a == 1 }"
  })
}
resource "aws_cloudwatch_log_account_policy" "other" {
  policy_name     = "other"
  policy_type     = "DATA_PROTECTION_POLICY"
  policy_document = jsonencode({ Name = "n" })
}
