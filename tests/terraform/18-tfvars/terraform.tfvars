pattern  = "ERROR"
override = "first"
metrics  = { timeouts = "timeout", throttles = "throttled" }
