resource "aws_cloudwatch_log_metric_filter" "quoted" {
  pattern = trimspace("{ $.a = \"$${x}%%{y}\u0007\" }") # a comment
}

resource "aws_cloudwatch_log_metric_filter" "heredoc" {
  pattern = <<-EOT
    { $.eventName = "$${x}" && $.b = "\\d" }
  EOT
}

resource "aws_cloudwatch_log_metric_filter" "interpolated" {
  pattern = "{$.eventName=\"${var.x}\"}"
}
