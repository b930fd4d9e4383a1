module "outer" {
  source = "./outer"
  prefix = "acme"
}
