module "alarms" {
  source  = "terraform-aws-modules/cloudwatch/aws//modules/cis-alarms"
  version = "5.7.0"
  stop    = "{ $.eventName == StopLogging }"
}

module "other" {
  source = "git::https://example.com/log-filters.git?ref=v2"
}
