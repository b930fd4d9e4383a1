locals {
  template = "{ $.who = $${who} }"
  cases = {
    host      = cidrhost("10.12.127.0/20", 16)
    last      = cidrhost("10.12.127.0/20", -1)
    mask      = cidrnetmask("172.16.0.0/12")
    subnet    = cidrsubnet("10.1.2.0/24", 4, 15)
    subnets   = join(",", cidrsubnets("10.1.0.0/16", 4, 4, 8, 4))
    base64    = "${base64encode("{ $.a = é }")} ${base64decode("eyAkLmEgPSBiIH0=")} ${filebase64("${path.module}/parts/a.txt")}"
    matchkeys = join(",", matchkeys(["i-1", "i-2", "i-3"], ["a", "b", "a"], ["a"]))
    template  = templatestring(local.template, { who = "alice" })
    files     = join(",", fileset(path.module, "parts/*.txt"))
    names     = join(",", fileset("${path.module}/parts", "[ab].txt"))
    precision = format("%.2s|%5s|%-5s|%05d|%x|%X|%o|%b", "abcdef", "ab", "ab", 42, 255, 255, 8, 5)
    json      = format("%#v %v", "a b", ["x", 1])
    list      = join(",", formatlist("%s-%d", ["a", "b"], [1, 2]))
    chunk     = jsonencode(chunklist([1, 2, 3, 4, 5], 2))
    transpose = jsonencode(transpose({ a = ["1", "2"], b = ["2"] }))
    sets      = join(",", setsubtract(setunion(["a", "b"], ["c"]), setintersection(["b"], ["b", "c"])))
    product   = jsonencode(setproduct(["a", "b"], ["x"]))
    range     = join(",", range(8, 0, -3))
    numbers   = "${signum(-3)} ${abs(-1.5)} ${ceil(5.1)} ${pow(2, 10)} ${log(100, 10)} ${parseint("ff", 16)} ${sum([1, 2.5])} ${min(3, 1)}"
    text      = "${title("hello wörld")} ${strrev("äb")} ${indent(2, "a\nb")} ${chomp("x\n\n")} ${trim("--a-", "-")} ${substr("héllo", -3, 2)}"
    regex     = jsonencode(regexall("(?P<a>[a-z])(?P<n>[0-9])", "a1 b2"))
    replaced  = replace("2024-05", "/(\\d+)-(\\d+)/", "$2/$1")
    csv       = jsonencode(csvdecode("a,b\n1,2\n3,4"))
    yaml      = jsonencode(yamldecode("a: [1, yes, ~, '2']\nb: {c: 1.50}"))
    scalars   = jsonencode(yamldecode("[y, No, on, OFF, TRUE, 0x1F, 0o17, 017, 1_000, 1e3, +5, Null, !!str 5, 2024-01-01]"))
    escaped   = jsonencode({ b = "<&>", a = null, c = [true, 1.0] })
    slice     = join(",", slice(["a", "b", "c"], 1, 3))
    zip       = jsonencode(zipmap(["b", "a"], [1, true]))
    one       = "${one(["x"])} ${alltrue([true, "true"])} ${anytrue([])} ${index(["a", "b"], "b")} ${element(["a", "b"], 3)}"
    tests     = "${startswith("abc", "ab")} ${endswith("abc", "bc")} ${strcontains("abc", "d")} ${can(tonumber("a"))} ${try(tonumber("a"), "no")}"
    coalesce  = "${coalesce("", "b")} ${coalescelist([], ["c"])[0]} ${length({ a = 1 })} ${lookup({ a = 1 }, "b", 2)}"
    paths     = "${basename("a/b.txt")} ${dirname("a/b.txt")} ${urlencode("a b/ü")}"
    numeric   = "${1e3} ${1.50} ${10 / 4} ${7 % 3} ${-2} ${!false} ${1 == 1.0} ${"1" == 1} ${1000000000000}"
    sensitive = nonsensitive(sensitive("s"))
    types     = "${tostring(true)} ${tonumber("07")} ${tobool("true")} ${join(",", tolist(toset(["b", "a", "b"])))}"
  }
}

resource "aws_cloudwatch_log_metric_filter" "case" {
  for_each       = local.cases
  name           = each.key
  log_group_name = "trail"
  pattern        = each.value
  metric_transformation {
    name      = each.key
    namespace = "Security"
    value     = "1"
  }
}
