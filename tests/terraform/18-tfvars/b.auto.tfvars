override = "automatic"
