locals {
  event    = "$.eventName"
  stop     = "{ ${local.event} = \"StopLogging\" }"
  patterns = { start = "{ $.eventName = \"StartLogging\" }", "other" = "ERROR" }
}
