module "trail" {
  source = "./filter"
  name   = "trail"
  events = ["StopLogging", "DeleteTrail"]
}
module "many" {
  source   = "./filter"
  for_each = { keys = ["CreateAccessKey"], users = ["CreateUser", "DeleteUser"] }
  name     = each.key
  events   = each.value
  value    = "2"
}
module "counted" {
  source = "./filter"
  count  = 2
  name   = "c${count.index}"
  events = [module.trail.first]
}
