terraform {
  required_version = ">= 1.5"
}

variable "events" {
  type = map(object({
    names = list(string)
    extra = optional(string, "$.errorCode NOT EXISTS")
    unit  = optional(string)
  }))
  default = {
    "trail ☂" = { names = ["StopLogging", "DeleteTrail"] }
    keys      = { names = ["DisableKey"], extra = "$.readOnly IS FALSE", unit = "Count" }
  }
  validation {
    condition     = length(var.events) > 0
    error_message = "Some events."
  }
}

locals {
  added = "base"
  all = [for key, event in var.events : merge(event, { key = key, many = length(event.names) > 1 })]
  by  = { for event in local.all : event.many ? "many" : "one" => event.key... }
}

moved {
  from = aws_cloudwatch_log_metric_filter.old
  to   = aws_cloudwatch_log_metric_filter.new
}

removed {
  from = aws_cloudwatch_log_metric_filter.gone
  lifecycle {
    destroy = false
  }
}

check "some" {
  assert {
    condition     = length(local.all) > 0
    error_message = "None."
  }
}

resource "aws_cloudwatch_log_metric_filter" "new" {
  for_each       = var.events
  name           = each.key
  log_group_name = "trail"
  pattern        = <<EOT
    { (%{for at, name in each.value.names}%{if at > 0} || %{endif}$.eventName = "${name}"%{endfor})
      %{~if each.value.extra != ""~}
      && ${each.value.extra}
      %{~else~}
      && $.never = "x"
      %{~endif~}
    }
EOT
  metric_transformation {
    name       = replace(each.key, "/[^a-z]/", "")
    namespace  = "Security"
    value      = "1"
    unit       = each.value.unit
    dimensions = each.value.unit == null ? { User = "$.userName" } : null
  }
  lifecycle {
    precondition {
      condition     = length(each.value.names) > 0
      error_message = "None."
    }
  }
}

resource "aws_cloudwatch_log_metric_filter" "dynamic" {
  name           = "dynamic"
  log_group_name = "trail"
  pattern        = "{ $.a = \"${join("|", local.by["many"])}\" && $.b = \"${local.by.one[0]}\" && $.c = \"\u00e9$${x}%%{y}\" }"
  dynamic "metric_transformation" {
    for_each = { for key in ["only"] : key => { value = "$.count" } }
    iterator = it
    content {
      name      = it.key
      namespace = "Security"
      value     = it.value.value
      unit      = local.added == "over" ? "Count" : null
    }
  }
}

resource "aws_cloudwatch_log_metric_filter" "splat" {
  count          = 2
  name           = "splat-${count.index}"
  log_group_name = "trail"
  pattern        = "{ $.n = ${count.index} && $.k = \"${join(",", values(var.events)[*].names[0])}\" && $.m = ${count.index == 0 ? local.all.0.many : local.all[1]["many"]} }"
  metric_transformation {
    name      = "Splat${count.index + 1}"
    namespace = "Security"
    value     = "1"
  }
}
