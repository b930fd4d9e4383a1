module "a" {
  source  = "./filter"
  pattern = "{ $.eventName == \"StopLogging\" }"
}
