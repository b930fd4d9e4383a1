"""Measures records per CPU second: Spark with cwfilter, the native scan, and plain Spark as a user would write it."""

import gzip
import json
import os
import re
import resource
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "python/tests"))
os.environ["PYSPARK_PYTHON"] = sys.executable
os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"

from archive import write_rules
from cluster import processes
from cwfilter.spark import scan
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

COPIES = 20
RECORDS_PER_FILE = 500
TICK = os.sysconf("SC_CLK_TCK")


def main(folder: Path, rounds: int) -> None:
    rules = dict(line.split("\t") for line in (folder / "rules-15.tsv").read_text().splitlines())
    trail = folder / "trail"
    records, size = write(folder / "events.ndjson", trail)
    rules_file = write_rules(folder / "rules.toml", rules)
    spark = (
        SparkSession.builder.master("local[2]")
        .config("spark.driver.memory", "4g")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.log.level", "ERROR")
        .config("spark.sql.shuffle.partitions", "4")
        .getOrCreate()
    )
    ways = {
        "native": lambda: native(rules_file, trail),
        "spark": lambda: with_cwfilter(spark, trail, rules),
        "plain": lambda: plain(spark, trail, rules),
        "read": lambda: only_read(spark, trail),
        "nothing": lambda: with_cwfilter(spark, trail, {"never": "{ $.noSuchField = 1 }"}),
    }
    cpu, walls, found = {way: [] for way in ways}, {way: [] for way in ways}, {}
    for number in range(rounds + 1):
        for way, run in ways.items():
            spent, wall, counts = measure(run)
            found[way] = counts
            if number > 0:  # the first round warms the JVM up
                cpu[way].append(spent)
                walls[way].append(wall)
    assert found["native"] == found["spark"] == found["plain"], found
    report(records, size, cpu, walls, found["native"], inflating(folder, size, records))


def write(events: Path, trail: Path) -> tuple[int, int]:
    """Writes delivery files with repeated events; returns the numbers of records and of bytes of JSON."""
    lines = events.read_bytes().splitlines()
    trail.mkdir(exist_ok=True)
    size = 0
    for number in range(0, len(lines), RECORDS_PER_FILE):
        text = b'{"Records":[' + b",".join(lines[number : number + RECORDS_PER_FILE]) + b"]}"
        size += len(text) * COPIES
        packed = gzip.compress(text, 6, mtime=0)
        for copy in range(COPIES):
            (trail / f"{number:06}-{copy:02}.json.gz").write_bytes(packed)
    return len(lines) * COPIES, size


def measure(run):
    """Returns CPU seconds by kind of process, wall seconds, and the output."""
    before, start = spent(), time.monotonic()
    counts = run()
    wall, after = time.monotonic() - start, spent()
    return {kind: after[kind] - before[kind] for kind in after}, wall, counts


def spent() -> Counter:
    """CPU seconds of this process's descendants: those that run, and those that ended and were waited for."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = Counter({"native": children.ru_utime + children.ru_stime, "jvm": 0.0, "python": 0.0})
    for pid, command in processes():
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        # a Python daemon's workers are counted on their own, or once they are waited for, as its children
        is_jvm = command.split(b"\0")[0].endswith(b"java")
        seconds["jvm" if is_jvm else "python"] += sum(map(int, fields[11:13] if is_jvm else fields[11:15])) / TICK
    return seconds


def native(rules_file: Path, trail: Path) -> dict:
    command = [ROOT / "target/release/cwfilter", "scan", "--count", "--json", "--rules", rules_file, trail]
    done = subprocess.run(command, capture_output=True, check=False)
    return {rule: count for rule, count in json.loads(done.stdout)["matches"].items() if count}


def with_cwfilter(spark, trail: Path, rules: dict) -> dict:
    found = scan(spark, str(trail), rules)
    counts = {row["rule"]: row["count"] for row in found.hits.groupBy("rule").count().collect()}
    found.unpersist()
    return counts


SCHEMA = """Records ARRAY<STRUCT<eventName STRING, eventSource STRING, eventType STRING, errorCode STRING, errorMessage STRING,
sourceIPAddress STRING, userIdentity STRUCT<type STRING, invokedBy STRING>, additionalEventData STRUCT<MFAUsed STRING>,
responseElements STRUCT<ConsoleLogin STRING>>>"""


def plain(spark, trail: Path, rules: dict) -> dict:
    """The nine fields of the rules, and the rules as SQL, written out."""
    files = spark.read.text(str(trail), wholetext=True)
    records = files.select(F.posexplode(F.from_json("value", SCHEMA)["Records"]).alias("record", "r")).select("record", "r.*")
    names = ", ".join(f"CASE WHEN {sql(pattern)} THEN '{name}' END" for name, pattern in rules.items())
    hits = records.select("record", F.explode(F.array_compact(F.expr(f"array({names})"))).alias("rule"))
    return {row["rule"]: row["count"] for row in hits.groupBy("rule").count().collect()}


def sql(pattern: str) -> str:
    def comparison(found: re.Match) -> str:
        field, operator, text = found.groups()
        if "*" in text:
            return f"{field} {'NOT ' if operator == '!=' else ''}LIKE '{text.replace('*', '%')}'"
        return f"{field} {operator} '{text}'"

    text = pattern.strip("{} ").replace("&&", "AND").replace("||", "OR").replace("NOT EXISTS", "IS NULL")
    return re.sub(r'\$\.([\w.]+) (=|!=) "([^"]*)"', comparison, text).replace("$.", "")


def only_read(spark, trail: Path) -> int:
    return spark.read.format("binaryFile").load(str(trail)).select(F.sum(F.length("content"))).first()[0]


def inflating(folder: Path, size: int, records: int) -> float:
    """CPU seconds that native code needs to inflate a million records."""
    inflate = ROOT / "target/release/examples/inflate"
    done = subprocess.run(
        [inflate, folder / "events.ndjson", folder / "rules-15.tsv", "3"], capture_output=True, text=True, check=True
    )
    speed, share = map(float, re.search(r"\| (\d+) \| ([\d.]+) \|\s*$", done.stdout).groups())
    return size / records / (speed / share)


def report(records, size, cpu, walls, counts, inflate) -> None:
    def per_million(way, kinds=("native", "jvm", "python")):
        return median(sum(spent[kind] for kind in kinds) for spent in cpu[way]) / records * 1e6

    print("# Spark beside the native scan\n")
    print("Written by `python/bench/run`. " + " ".join(machine()) + "\n")
    print(
        f"{records:,} records, {size / 1e9:.2f} GB of JSON in delivery files of {RECORDS_PER_FILE} records, the 15 CIS rules, "
        f"{sum(counts.values()):,} hits, the same in all three ways. `local[2]`, a warm JVM, {len(cpu['native'])} rounds in turn, medians; "
        "CPU seconds of all processes, user and system.\n"
    )
    print(
        "| way | records per CPU second | CPU s per million records | of that JVM | of that Python | wall, s | against plain Spark |"
    )
    print("|---|---|---|---|---|---|---|")
    titles = {"native": "native `cwfilter scan`", "spark": "`cwfilter.spark.scan`", "plain": "`from_json` of nine fields, and SQL"}
    for way, title in titles.items():
        ratios = [sum(slow.values()) / sum(fast.values()) for slow, fast in zip(cpu["plain"], cpu[way])]
        cells = [
            1e6 / per_million(way),
            per_million(way),
            per_million(way, ["jvm"]),
            per_million(way, ["python"]),
            median(walls[way]),
        ]
        print(f"| {title} | {cells[0]:,.0f} | " + " | ".join(f"{cell:.2f}" for cell in cells[1:]) + f" | {median(ratios):.1f}× |")
    overhead = [sum(slow.values()) / sum(fast.values()) for slow, fast in zip(cpu["spark"], cpu["native"])]
    print(
        f"\n`cwfilter.spark.scan` costs {median(overhead):.2f} times the native scan. Where its CPU seconds per million records go:\n"
    )
    engine = per_million("native")
    print("| part | CPU s per million records | how it was measured |")
    print("|---|---|---|")
    jvm, read = per_million("spark", ["jvm"]), per_million("read", ["jvm"])
    match = per_million("spark", ["python"]) - per_million("nothing", ["python"])
    python = per_million("spark", ["python"])
    print(f"| JVM: reading the objects | {read:.2f} | `binaryFile` and the length of `content`, no Python |")
    print(f"| JVM: handing over, plan, hits | {jvm - read:.2f} | the rest of the JVM |")
    print(f"| inflating | {inflate:.2f} | the native inflate alone, `examples/inflate` |")
    print(f"| matching, and hits | {match:.2f} | 15 rules, minus one rule that never matches |")
    print(f"| Python: Arrow, workers, splitting | {python - inflate - match:.2f} | the rest of the Python processes |")
    print(f"| native scan, all in all | {engine:.2f} | |")


def machine() -> list:
    import pyspark

    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    java = subprocess.run(["java", "-version"], capture_output=True, text=True, check=True).stderr.split('"')[1]
    return [f"{model[1] if model else 'unknown CPU'}, {os.cpu_count()} cores; Spark {pyspark.__version__}, Java {java}."]


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), int(sys.argv[2]))
