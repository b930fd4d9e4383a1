variable "strict" {
  type    = bool
  default = null
}
variable "extra" {
  type     = string
  default  = "fallback"
  nullable = false
}
module "inner" {
  source = "./inner"
  extra  = null
}
locals {
  strict  = var.strict == null ? true : var.strict
  clauses = concat(["$.a = 1"], local.strict ? ["$.b = 2"] : [], [for word in ["c", "d"] : "$.${word} = 3" if word == "d"])
  all     = { base = { p = "BASE" }, more = { p = "MORE" } }
  picked  = [for name, it in local.all : it.p if length(regexall("^m", name)) > 0]
}
resource "aws_cloudwatch_log_metric_filter" "a" {
  name           = "a"
  log_group_name = "trail"
  pattern        = "{ ${join(" && ", local.clauses)} }"
  metric_transformation {
    name      = local.picked[0]
    namespace = join(",", values(local.all)[*].p)
    value     = !local.strict || length(local.picked) >= 1 && 2 != 3 ? "1" : "0"
  }
}
