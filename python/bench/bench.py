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
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "python/tests"))
os.environ["PYSPARK_PYTHON"] = sys.executable
os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"

from archive import write_rules
from cluster import processes
from cwfilter import Selection
from cwfilter.spark import scan
from cwfilter.spark.parts import parts_of
from cwfilter.spark.tasks import Work
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

TICK = os.sysconf("SC_CLK_TCK")


@dataclass
class Shape:
    """An archive: its objects hold this number of records, and repeat the events of the corpus with new ids."""

    title: str
    per_object: int
    objects: int


# 800 records of the corpus take about 100 KB as stored
SHAPES = {
    "small": Shape("8,000 objects of 5 KB", 40, 8_000),
    "usual": Shape("objects of 65 KB", 500, 3_200),
    "large": Shape("objects of 5 MB", 40_000, 40),
    "long": Shape("a longer job: 120 objects of 5 MB", 40_000, 120),
    "many": Shape("a longer job: 64,000 objects of 5 KB", 40, 64_000),
}


def main(folder: Path, rounds: int, names: list[str]) -> None:
    rules = dict(line.split("\t") for line in (folder / "rules-15.tsv").read_text().splitlines())
    rules_file = write_rules(folder / "rules.toml", rules)
    spark = (
        SparkSession.builder.master("local[2]")
        .config("spark.driver.memory", "4g")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.log.level", "ERROR")
        .getOrCreate()
    )
    print("# Spark beside the native scan\n")
    print("Written by `python/bench/run`. " + " ".join(machine()) + "\n")
    print(
        "The 15 CIS rules. `local[2]`, a JVM that has run each scan once before, "
        f"{rounds} rounds in turn, medians. CPU seconds are of all processes: the driver, the JVM (with its compilers) and Python's workers, user and "
        "system. All ways find the same hits.\n"
    )
    for name in names:
        shape = SHAPES[name]
        trail = folder / f"trail-{name}"
        records, size = write(folder / "events.ndjson", trail, shape)
        ways = {
            "native": lambda trail=trail: native(rules_file, trail),
            "count": lambda trail=trail: count(rules_file, trail),
            "spark": lambda trail=trail: with_cwfilter(spark, trail, rules),
            "nothing": lambda trail=trail: with_cwfilter(spark, trail, {"never": "{ $.noSuchField = 1 }"}),
            # a pattern of folders is left to Spark, as every file system but the local one is
            "content": lambda trail=trail: with_cwfilter(spark, f"{str(trail)[:-1]}?", rules),
        }
        if name == "usual" and rounds >= 5:  # takes minutes
            ways["plain"] = lambda trail=trail: plain(spark, trail, rules)
        cpu, walls, found = {way: [] for way in ways}, {way: [] for way in ways}, {}
        for number in range(rounds + 1):
            for way, run in ways.items():
                if way == "plain" and number > 2:
                    continue
                used, wall, counts = measure(run)
                found[way] = counts
                print(name, number, way, f"{sum(used.values()):.2f} CPU s, {wall:.2f} s", dict(used), file=sys.stderr)
                if number > 0:  # the first round warms the JVM up
                    cpu[way].append(used)
                    walls[way].append(wall)
        assert all(found[way] == found["native"] for way in ways if way != "nothing"), found
        report(shape, records, size, cpu, walls, found["native"])
    cost, stored = object_cost(folder, rules)
    print("## What an object costs\n")
    print(f"{cost:.0f} µs of CPU in a task that reads the files itself, in which it inflates and matches {stored / 1024:.1f} KiB as stored.")


def write(events: Path, trail: Path, shape: Shape) -> tuple[int, int]:
    """Writes delivery files; returns the numbers of records and of bytes of JSON."""
    lines = events.read_bytes().splitlines()
    is_new = not trail.exists()
    trail.mkdir(exist_ok=True)

    def one(number: int) -> int:
        first = number * shape.per_object
        # an event has an id of its own: copies would be one hit
        records = [
            re.sub(rb'"eventID":"[^"]{8}', b'"eventID":"%08x' % at, lines[at % len(lines)])
            for at in range(first, first + shape.per_object)
        ]
        text = b'{"Records":[' + b",".join(records) + b"]}"
        if is_new:
            (trail / f"{number:06}.json.gz").write_bytes(gzip.compress(text, 6, mtime=0))
        return len(text)

    with ThreadPoolExecutor(2) as threads:
        return shape.per_object * shape.objects, sum(threads.map(one, range(shape.objects)))


def object_cost(folder: Path, rules: dict) -> tuple[float, float]:
    """What an object costs a task besides its records: microseconds of CPU, and the stored bytes that are read in this time. The least of
    five runs in turn over objects of 5 KB and of 5 MB, without Spark."""
    least, sizes = {}, {}
    for name in ("small", "large"):
        trail = folder / f"trail-{name}"
        write(folder / "events.ndjson", trail, SHAPES[name])
        sizes[name] = [file.stat().st_size for file in sorted(trail.iterdir())]
    for _ in range(5):
        for name, stored in sizes.items():
            work = Work(tuple(rules.items()), Selection(), frozenset(), 0)
            names = [f"file:{file}" for file in sorted((folder / f"trail-{name}").iterdir())]
            task, at, start = work.task(), 0, time.process_time()
            while at < len(names):
                rows, at = task.scan_files(names, at)
                parts_of(rows, 2)
            used = time.process_time() - start
            least[name] = min(used, least.get(name, used))
    (small, large), (many, few) = least.values(), map(len, sizes.values())
    # small = records * rate + many * cost, and likewise for the large objects
    share = SHAPES["small"].per_object * many / (SHAPES["large"].per_object * few)
    cost = (small - large * share) / (many - few * share)
    rate = (large - few * cost) / sum(sizes["large"])
    return cost * 1e6, cost / rate


def measure(run):
    """Returns CPU seconds by kind of process, wall seconds, and the output."""
    before, start = spent(), time.monotonic()
    counts = run()
    wall, after = time.monotonic() - start, spent()
    used = Counter(native=0.0, jvm=0.0, compilers=0.0, python=0.0)
    # process by process: the daemon of Python's workers does not wait for those that end
    for key, seconds in after.items():
        used[key[0]] += seconds - before.get(key, 0.0)
    return used, wall, counts


def spent() -> dict:
    """CPU seconds by kind and process: of this one, of what it waited for, and of its descendants that run."""
    children, own = resource.getrusage(resource.RUSAGE_CHILDREN), resource.getrusage(resource.RUSAGE_SELF)
    seconds = {("native", 0): children.ru_utime + children.ru_stime, ("python", 0): own.ru_utime + own.ru_stime}
    for pid, command in processes():
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        used = sum(map(int, fields[11:13])) / TICK
        if command.split(b"\0")[0].endswith(b"java"):
            seconds["compilers", pid] = compilers(pid)
            used -= seconds["compilers", pid]
            seconds["jvm", pid] = used
        else:
            seconds["python", pid] = used
    return seconds


compiled: dict = {}
"""CPU seconds by process and thread of the JVM's compilers, also those that ended since."""


def compilers(pid: int) -> float:
    for thread in Path(f"/proc/{pid}/task").iterdir():
        try:
            name, _, fields = (thread / "stat").read_text().partition("(")[2].rpartition(")")
        except OSError:
            continue
        if "CompilerThre" in name:
            compiled[pid, thread.name] = sum(map(int, fields.split()[11:13])) / TICK
    return sum(seconds for (of, _), seconds in compiled.items() if of == pid)


def native(rules_file: Path, trail: Path) -> dict:
    """All fields of each hit, each event once, as Spark gives them."""
    command = [os.environ["CWFILTER"], "scan", "--format", "ndjson", "--rules", rules_file, trail]
    done = subprocess.run(command, capture_output=True, check=False)
    return Counter(re.findall(rb'"rule":"([^"]*)"', done.stdout))


def count(rules_file: Path, trail: Path) -> dict:
    command = [os.environ["CWFILTER"], "scan", "--count", "--json", "--rules", rules_file, trail]
    done = subprocess.run(command, capture_output=True, check=False)
    return {rule.encode(): count for rule, count in json.loads(done.stdout)["matches"].items() if count}


def with_cwfilter(spark, trail: Path | str, rules: dict) -> dict:
    found = scan(spark, str(trail), rules)
    counts = {row["rule"].encode(): row["count"] for row in found.hits.groupBy("rule").count().collect()}
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
    return {row["rule"].encode(): row["count"] for row in hits.groupBy("rule").count().collect()}


def sql(pattern: str) -> str:
    def comparison(found: re.Match) -> str:
        field, operator, text = found.groups()
        if "*" in text:
            return f"{field} {'NOT ' if operator == '!=' else ''}LIKE '{text.replace('*', '%')}'"
        return f"{field} {operator} '{text}'"

    text = pattern.strip("{} ").replace("&&", "AND").replace("||", "OR").replace("NOT EXISTS", "IS NULL")
    return re.sub(r'\$\.([\w.]+) (=|!=) "([^"]*)"', comparison, text).replace("$.", "")


def report(shape, records, size, cpu, walls, counts) -> None:
    def per_million(way, kinds=("native", "jvm", "compilers", "python")):
        return median(sum(used[kind] for kind in kinds) for used in cpu[way]) / records * 1e6

    def ratio(way, other):
        return median(sum(a.values()) / sum(b.values()) for a, b in zip(cpu[way], cpu[other]))

    print(f"## {shape.title[0].upper()}{shape.title[1:]}\n")
    print(
        f"{shape.objects:,} objects, {records:,} records, {size / 1e9:.2f} GB of JSON, {sum(counts.values()):,} hits.\n\n"
        "| way | records per CPU second | CPU s per million records | of that JVM | its compilers | of that Python | wall, s | CPU by native |\n"
        "|---|---|---|---|---|---|---|---|"
    )
    titles = {
        "native": "native `cwfilter scan --format ndjson`",
        "count": "native `cwfilter scan --count`",
        "spark": "`cwfilter.spark.scan`, local files: read by the tasks",
        "nothing": "the same with one rule that never matches",
        "content": "`cwfilter.spark.scan`, read by Spark, as from S3",
        "plain": "`from_json` of nine fields, and SQL",
    }
    for way, title in titles.items():
        if way in cpu:
            cells = [
                per_million(way),
                per_million(way, ["jvm"]),
                per_million(way, ["compilers"]),
                per_million(way, ["python"]),
                median(walls[way]),
                ratio(way, "native"),
            ]
            print(f"| {title} | {1e6 / cells[0]:,.0f} | " + " | ".join(f"{cell:.2f}" for cell in cells) + " |")
    print()


def machine() -> list:
    import pyspark

    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    java = subprocess.run(["java", "-version"], capture_output=True, text=True, check=True).stderr.split('"')[1]
    return [f"{model[1] if model else 'unknown CPU'}, {os.cpu_count()} cores; Spark {pyspark.__version__}, Java {java}."]


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), int(sys.argv[2]), sys.argv[3:] or list(SHAPES))
