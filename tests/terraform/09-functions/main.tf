locals {
  defaults = { namespace = "Base", value = "1", nothing = null }
  merged   = merge(local.defaults, { value = "5" }, { extra = ["x", ["y", ["z"]]] })
  list     = flatten([local.merged.extra, [["w"]]])
}
resource "aws_cloudwatch_log_metric_filter" "a" {
  name           = join("-", compact(["a", "", null, "b"]))
  log_group_name = "trail"
  pattern        = replace(replace("{ $.NAME = X }", "NAME", "eventName"), "/[X]/", "DeleteTrail")
  metric_transformation {
    name      = join("", reverse(distinct(sort(local.list))))
    namespace = lookup(local.merged, "namespace", "none")
    value     = lookup(local.merged, "value")
    unit      = coalesce(local.merged.nothing, "", "Count")
  }
}
resource "aws_cloudwatch_log_metric_filter" "b" {
  name           = format("%s-%05.1f-%d-%v", "b", 1.25, 7, true)
  log_group_name = element(["one", "two"], 3)
  pattern        = "{ $.a = ${max(1, 5, 3)} && $.b = ${floor(7 / 2)} && $.c = ${length("héllo")} && $.d = ${0.1 + 0.2} }"
  metric_transformation {
    name      = trimprefix(trimsuffix("pre-Name-post", "-post"), "pre-")
    namespace = upper(substr("security", 0, 3))
    value     = contains(keys(local.merged), "extra") ? "1" : "0"
  }
}
resource "aws_cloudwatch_log_metric_filter" "c" {
  name           = "c"
  log_group_name = one(["only"])
  pattern        = jsondecode("{\"p\": \"{ $.a = \\\"é\\\" }\"}").p
  metric_transformation {
    name      = regex("[A-Z]+", "abcDEFghi")
    namespace = split(",", "a,b,c")[1]
    value     = tostring(try(local.merged.missing, 3))
  }
}
