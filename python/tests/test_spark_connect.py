"""Spark Connect answers as a session with a context of its own does."""

import gzip
import json
import os
import subprocess
import sys

import pytest

EVENT = {"eventVersion": "1.11", "eventName": "StopLogging", "eventTime": "2026-03-04T10:00:00Z", "awsRegion": "us-east-1"}

# in a process of its own: a session of Spark Connect and another one cannot be in one process
SCRIPT = """
import json, sys
from cwfilter.spark import backtest, matches, matching_rules, scan, scan_files
from pyspark.sql import SparkSession

folder, rules = sys.argv[1], {"stopped": '{ $.eventName = "StopLogging" }', "never": '{ $.eventName = "Never" }'}
settings = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.sql.shuffle.partitions": "2",
}
builder = SparkSession.builder.remote("local[2]")
for name, value in settings.items():
    builder = builder.config(name, value)
spark = builder.getOrCreate()
assert type(spark).__module__.startswith("pyspark.sql.connect")
asked = ("spark.sql.files.maxPartitionBytes", "spark.sql.files.openCostInBytes")
before = [spark.conf.get(name) for name in asked]
answers = {}
# read by Spark, by the tasks, and by Spark with a pattern of names
for paths in (folder, f"file:{folder}", f"{folder}/*"):
    found = scan(spark, paths, rules)
    answers[paths] = {
        "summary": found.summary(),
        "hits": [row["eventName"] for row in found.hits.collect()],
        "errors": found.errors.count(),
        "skipped": [row["reason"] for row in found.skipped.collect()],
        "samples": found.samples.count(),
        "days": sorted((row["rule"], str(row["day"]), row["events"]) for row in found.backtest().collect()),
    }
table = spark.createDataFrame([('{"eventName":"StopLogging"}',), (None,), ("x",)], "value string")
answers["columns"] = [list(row) for row in table.select(matches("value", rules), matching_rules("value", rules)).collect()]
files = spark.read.format("binaryFile").load(folder)
answers["files"] = sorted(row["records"] for row in scan_files(files, rules).collect())
answers["settings"] = before == [spark.conf.get(name) for name in asked]
print("ANSWERS" + json.dumps(answers), flush=True)
spark.stop()
"""


def test_spark_connect_gives_the_same_results(tmp_path):
    pytest.importorskip("grpc")
    folder = tmp_path / "trail"
    folder.mkdir()
    (folder / "a.json").write_text(json.dumps({"Records": [{**EVENT, "eventID": "1"}, {**EVENT, "eventID": "2"}]}))
    (folder / "b.json.gz").write_bytes(gzip.compress(json.dumps({"Records": [{**EVENT, "eventID": "1"}]}).encode()))
    (folder / "cut.json.gz").write_bytes((folder / "b.json.gz").read_bytes()[:40])
    (folder / "page.md").write_text("no events")
    environment = {**os.environ, "PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
    done = subprocess.run([sys.executable, "-c", SCRIPT, str(folder)], capture_output=True, text=True, env=environment, timeout=300)
    lines = [line for line in done.stdout.splitlines() if line.startswith("ANSWERS")]
    assert lines, done.stderr[-3000:]
    answers = json.loads(lines[0].removeprefix("ANSWERS"))
    for paths in (str(folder), f"file:{folder}", f"{folder}/*"):
        found = answers[paths]
        summary = found.pop("summary")
        assert [summary[name] for name in ("objects", "other", "errors", "records", "hits", "copies")] == [4, 1, 1, 3, 2, 1], paths
        assert found == {
            "hits": ["StopLogging"] * 2,
            "errors": 1,
            "skipped": ["other"],
            "samples": 2,
            "days": [["never", "None", 0], ["stopped", "2026-03-04", 2]],
        }, paths
    assert answers["columns"] == [[True, ["stopped"]], [None, None], [False, []]]
    # a file that the user passes is read whatever its name is
    assert answers["files"] == [0, 1, 1, 2] and answers["settings"]
