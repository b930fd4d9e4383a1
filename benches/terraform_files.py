#!/usr/bin/env python3
"""Writes a repository of Terraform files, to measure `cwfilter lint` on it.

    python3 benches/terraform_files.py FOLDER [FILES]
    time taskset -c 0 target/release/cwfilter lint --allow-empty FOLDER

Four fifths of the files are resources that have nothing to do with filters, as in a real repository; the others are filters in locals,
in `for_each` maps, in variables and in modules that several folders call.
"""
import pathlib
import sys

OTHER = """resource "aws_instance" "node_{n}" {{
  count         = var.nodes
  ami           = data.aws_ami.base.id
  instance_type = lookup(local.sizes, var.stage, "t3.micro")
  user_data     = templatefile("${{path.module}}/user-data.sh", {{ stage = var.stage, n = {n} }})
  tags          = merge(local.tags, {{ Name = "node-{n}-${{count.index}}", Role = "worker" }})
  lifecycle {{
    ignore_changes = [ami, user_data]
  }}
}}
variable "nodes_{n}" {{
  type        = number
  description = "How many nodes of this kind there are"
  default     = 2
}}
"""

FILTERS = """locals {{
  controls_{n} = {{
    stop = {{ pattern = "{{ $.eventName = \\"StopLogging\\" }}", metric = "Stopped{n}" }}
    root = {{ pattern = "{{ $.userIdentity.type = \\"Root\\" && $.eventType != \\"AwsServiceEvent\\" }}", metric = "Root{n}" }}
  }}
}}
resource "aws_cloudwatch_log_metric_filter" "control_{n}" {{
  for_each       = local.controls_{n}
  name           = "${{each.key}}-{n}"
  log_group_name = "trail"
  pattern        = each.value.pattern
  metric_transformation {{
    name      = each.value.metric
    namespace = "Security"
    value     = "1"
  }}
}}
module "alarm_{n}" {{
  source  = "../modules/filter"
  name    = "called-{n}"
  pattern = "{{ $.eventName = \\"Event{n}\\" }}"
}}
"""

MODULE = """variable "name" {
  type = string
}
variable "pattern" {
  type = string
}
resource "aws_cloudwatch_log_metric_filter" "this" {
  name           = var.name
  log_group_name = "trail"
  pattern        = var.pattern
  metric_transformation {
    name      = title(var.name)
    namespace = "Security"
    value     = "1"
  }
}
"""


def main():
    root = pathlib.Path(sys.argv[1])
    files = int(sys.argv[2]) if len(sys.argv) > 2 else 2000
    (root / "modules/filter").mkdir(parents=True, exist_ok=True)
    (root / "modules/filter/main.tf").write_text(MODULE)
    for n in range(files - 1):
        folder = root / f"stack-{n // 10}"
        folder.mkdir(exist_ok=True)
        text = FILTERS if n % 5 == 0 else OTHER
        (folder / f"part-{n}.tf").write_text(text.format(n=n))


main()
