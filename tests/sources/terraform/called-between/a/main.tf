variable "name" { type = string }

module "b" {
  source  = "./b"
  pattern = "{ $.eventName == ${var.name} }"
}
