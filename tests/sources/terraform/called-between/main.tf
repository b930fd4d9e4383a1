module "a" {
  for_each = { x = "StopLogging", y = "DeleteTrail" }
  source   = "./a"
  name     = each.value
}
