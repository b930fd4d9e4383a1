module "stop" {
  source         = "terraform-aws-modules/cloudwatch/aws//modules/log-metric-filter"
  log_group_name = "g"
  name           = "stop"
  pattern        = "{ $.eventName == \"StopLogging\" }"
}
module "cis" {
  source         = "terraform-aws-modules/cloudwatch/aws//modules/cis-alarms"
  log_group_name = "g"
}
module "bucket" {
  source  = "./bucket"
  pattern = "^logs/[a-z]+$"
}
