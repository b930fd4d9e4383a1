variable "prefix" {
  type = string
}
module "inner" {
  source   = "../inner"
  settings = { pattern = "{ $.eventSource = \"${var.prefix}.example.com\" }" }
}
