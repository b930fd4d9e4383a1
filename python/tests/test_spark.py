"""A cluster finds the same hits as one process, whatever happens to the executors."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import archive
import cluster
import pytest
from cwfilter import PatternSet, explain
from cwfilter.spark import backtest, scan, scan_files, tasks

sys.path.insert(0, str(Path(__file__).parents[1] / "examples"))
import spark_scan

FILES = 5_000
KILLS = int(os.environ.get("CWFILTER_SPARK_KILLS", "1"))
EVENTS = (".json", ".json.gz")


@pytest.fixture(scope="module")
def trail(tmp_path_factory):
    root = tmp_path_factory.mktemp("trail")
    archive.write(root, FILES)
    return root


@pytest.fixture(scope="module")
def expected(trail):
    """The results of one process: hits by (file, record, time, name, rule), damage by file, and the number of records."""
    rules, hits, errors, records = PatternSet(archive.RULES), [], {}, 0
    for path in sorted(trail.rglob("*")):
        if not path.name.endswith(EVENTS) or "CloudTrail-Digest" in path.parts:
            continue
        result = rules.scan(path.read_bytes())
        records += result.records
        name = f"file:{path}"
        hits += [(name, hit.record, hit.event_time, hit.event_name, hit.rule) for hit in result.hits]
        if result.damages:
            # Spark has the number of texts in a column of its own
            places = [line for line in result.error.splitlines() if "which no JSON pattern matches" not in line]
            errors[name] = ("\n".join(places), result.records)
    assert len(hits) > 2_000 and len(errors) == 3
    return Counter(hits), errors, records


def rows(frame):
    return Counter(tuple(row)[:5] for row in frame.select("file", "record", "eventTime", "eventName", "rule").collect())


@pytest.mark.parametrize("attempt", range(KILLS))
def test_an_executor_that_is_killed_changes_nothing(trail, expected, tmp_path, attempt, monkeypatch):
    # some twenty tasks, so that a quarter of the job can be done
    monkeypatch.setattr(tasks, "TASK_OBJECTS", FILES // 25)
    spark = cluster.start(cluster.CLUSTER, tmp_path / "log")
    try:
        found = scan(spark, str(trail), archive.RULES, keep_duplicates=True)
        killer = cluster.Killer(spark)
        killer.start()
        assert found.hits.columns[:5] == ["file", "record", "eventTime", "eventName", "rule"]
        assert rows(found.hits) == expected[0]
        killer.join(timeout=1)
        if attempt == 0:
            check_all_results(found, *expected)
    finally:
        spark.stop()
    proof = cluster.Proof(tmp_path / "log")
    print(f"\nkilled process {killer.killed}: {proof}")
    assert killer.killed and proof.is_distributed()
    assert sum(proof.failed.values()) > 0 and any("137" in reason for reason in proof.removed)


def check_all_results(found, hits, errors, records):
    assert rows(found) == hits, "the scan acts as its DataFrame of hits"
    assert {row["file"]: (row["error"], row["records"]) for row in found.errors.collect()} == errors
    assert found.summary() == {
        "objects": FILES + 5,
        "digest": 1,
        "other": 1,
        "errors": 3,
        "records": records,
        "texts": 1,
        "unread": 0,
        "hits": hits.total(),
        "copies": 0,
        "skippedFiles": {"digest": 1, "other": 1},
        "skipped": {},
        "skippedMatches": {},
        "keptWithout": {},
    }
    counts = Counter((hit[4], hit[2][:10]) for hit in hits.elements())
    days = {(row["rule"], str(row["day"])): row["events"] for row in found.backtest().collect()}
    assert days == {**counts, ("never", "None"): 0}
    samples = found.samples.collect()
    assert Counter(row["rule"] for row in samples) == {rule: 3 for rule in archive.RULES if rule != "never"}
    assert all(explain(archive.RULES[row["rule"]], row["event"]) for row in samples)


def test_one_process_is_told_from_a_cluster(tmp_path, capsys):
    """The control of the test above, and objects that vanish or are too large. Needs no cluster."""
    spark = cluster.start("local[2]", tmp_path / "log")
    try:
        few = tmp_path / "few"
        few.mkdir()
        for name in ("a.json", "b.json", "c.json", "large.json"):
            (few / name).write_bytes(b'{"eventName":"StopLogging"}' + b" " * (200 if name == "large.json" else 0))
        found, direct = scan(spark, [f"{few}/*"], archive.RULES, max_object_bytes=100), scan(spark, [str(few)], archive.RULES)
        (few / "b.json").unlink()
        assert sorted((Path(row["file"]).name, row["error"]) for row in found.errors.collect()) == [
            ("b.json", "the object is empty or cannot be read"),
            ("large.json", "object of 227 bytes, which is not read"),
        ]
        assert found.summary()["errors"] == 2 and found.count() == 2
        assert direct.summary()["errors"] == 1 and direct.count() == 3
        assert "cannot read: No such file" in direct.errors.first()["error"]
        days = [tuple(row) for row in backtest(spark, str(few), {"stopped": archive.RULES["logging-stopped"]}).collect()]
        assert days == [("stopped", None, 3)]

        (tmp_path / "rules.toml").write_text("[[rule]]\nid = 'any'\npattern = ''\n")
        output = tmp_path / "found"
        arguments = ["--rules", str(tmp_path / "rules.toml"), "--output", str(output), str(few)]
        assert spark_scan.main(arguments, spark) == 0
        summary = json.loads(capsys.readouterr().out.splitlines()[-1])
        assert [summary[key] for key in ("objects", "digest", "other", "errors", "records", "hits")] == [3, 0, 0, 0, 3, 3]
        assert {path.name for path in output.iterdir()} == {"hits", "errors", "skipped", "backtest"}
        assert spark.read.parquet(str(output / "hits")).count() == 3

        binary = spark.read.format("binaryFile").load(str(few))
        assert scan_files(binary, archive.RULES).agg({"records": "sum"}).first()[0] == 3
        with pytest.raises(ValueError):
            scan(spark, str(few), {"bad": "{ $.a"})
        with pytest.raises(ValueError):
            scan(spark, str(few), archive.RULES, max_object_bytes=1 << 40)
    finally:
        spark.stop()
    proof = cluster.Proof(tmp_path / "log")
    assert not proof.is_distributed()


@pytest.mark.skipif("CWFILTER" not in os.environ, reason="CWFILTER does not name the program")
def test_the_program_finds_the_same(trail, expected):
    rules = archive.write_rules(trail.parent / "rules.toml", archive.RULES)
    command = [os.environ["CWFILTER"], "scan", "--json", "--rules", str(rules), str(trail)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 3, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    fields = ("record", "eventTime", "eventName", "rule")
    assert Counter((f"file:{line['file']}", *(line[field] for field in fields)) for line in lines) == expected[0]
