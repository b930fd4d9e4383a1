"""How a scan is divided: few tasks for small objects, hits in buckets, and the first of the copies of an event."""

import random

import cluster
import pyarrow as pa
import pytest
from cwfilter import PatternSet
from cwfilter.spark import parts, scan, tasks
from cwfilter._cwfilter import ArchiveTask, Selection

RULES = {"stopped": '{ $.eventName = "StopLogging" }'}

# files, bytes of each, cores, tasks
TASKS = [
    (0, 0, 2, 1),
    (1, 100, 2, 1),
    (40, 5_000, 2, 1),
    (8_000, 5_000, 2, 2),
    (8_000, 5_000, 16, 16),
    (60_000, 1_000, 2, 8),
    (40, 5 << 20, 2, 4),
    (3, 1 << 30, 8, 3),
]


@pytest.mark.parametrize("files, size, cores, expected", TASKS)
def test_small_objects_are_read_by_few_tasks(files, size, cores, expected):
    packs = tasks.packed([(f"file:/logs/{number:06}.json.gz", size) for number in range(files)], cores)
    assert len(packs) == expected
    names = [name for pack in packs for name in tasks._names(pack)] if files else []
    assert sorted(names) == [f"file:/logs/{number:06}.json.gz" for number in range(files)]


def block(*rows):
    columns = list(zip(*rows))
    kinds = {"key": pa.string(), "file": pa.string(), "record": pa.int64()}
    return pa.RecordBatch.from_pydict({name: pa.array(values, kind) for (name, kind), values in zip(kinds.items(), columns)})


def test_the_first_of_the_copies_is_the_hit():
    """By the components of the path, then by record. Hits without a key have no copies."""
    seeded = random.Random(3)
    files = ["file:/a/b/c", "file:/a-1/b", "file:/a/b", "file:/a/\u00e9", "file:/b"]
    for attempt in range(100):
        keys = [None, *(f"{number:032x}" for number in range(seeded.choice([2, 10, 1000])))]
        rows = list({(seeded.choice(keys), seeded.choice(files), seeded.randrange(50)) for _ in range(seeded.randrange(1, 200))})
        blocks = [block(*rows[at : at + 30]) for at in range(0, len(rows), 30)]
        found = [tuple(row.values()) for hits in parts.first_of_copies(blocks) for row in hits.to_pylist()]
        first = {}
        for row in sorted((row for row in rows if row[0]), key=lambda row: (row[1].split("/"), row[2])):
            first.setdefault(row[0], row)
        expected = [row for row in rows if row[0] is None] + list(first.values())
        assert sorted(found, key=repr) == sorted(expected, key=repr), attempt
    assert list(parts.first_of_copies([])) == []


@pytest.mark.parametrize("buckets", [1, 2, 7, 512])
def test_parts_hold_each_hit_in_the_bucket_of_its_key(tmp_path, buckets):
    names = []
    for number in range(20):
        path = tmp_path / f"{number}.json"
        # an event id is that of two files; every fourth event has none
        events = [f'{{"eventName":"StopLogging","eventID":"{number // 2}-{at}"}}' for at in range(number)]
        path.write_text("\n".join([*events, *['{"eventName":"StopLogging"}'] * (number // 4), ""]))
        names.append(f"file:{path}")
    task = ArchiveTask(PatternSet(RULES), Selection(), set(), 1)
    rows, read = task.scan_files(names, 0)
    made = parts.parts_of(rows, buckets)
    assert read == 20
    hits, sums, seen = 0, made.slice(0, 1).to_pylist()[0], {}
    for row in made.slice(1).to_pylist():
        assert 0 <= row["bucket"] < buckets and row["objects"] is None
        for found in parts._decoded(iter([pa.RecordBatch.from_pydict({"data": [row["data"]]})])):
            hits += len(found)
            assert set(found.schema.names) == set(parts.HIT_COLUMNS)
            for key in filter(None, found.column("key").to_pylist()):
                assert seen.setdefault(key, row["bucket"]) == row["bucket"]
    assert sums["objects"] == 20 and sums["damaged"] == 1 and sums["other"] == 0
    assert hits == sums["hits"] == sums["records"] == sum(number + number // 4 for number in range(20))
    assert buckets == 1 or len(set(seen.values())) > 1


@pytest.fixture(scope="module")
def spark(tmp_path_factory):
    session = cluster.start("local[2]", tmp_path_factory.mktemp("spark") / "log")
    yield session
    session.stop()


@pytest.mark.parametrize("reads_itself, objects", [(True, 1000), (False, 300)])
def test_small_objects_take_two_tasks(spark, tmp_path, reads_itself, objects):
    """Read by the tasks or by Spark; each event is in two files."""
    (tmp_path / "in").mkdir()
    for number in range(objects):
        event = f'{{"eventName":"StopLogging","eventID":"{number // 2}"}}'
        (tmp_path / f"in/{number:04}.json").write_text(event)
    found = scan(spark, f"{tmp_path}/in" if reads_itself else f"{tmp_path}/i?", RULES)
    # what Spark reads has two more partitions, without rows
    assert found.parts.rdd.getNumPartitions() <= (2 if reads_itself else 4)
    summary = found.summary()
    assert (summary["objects"], summary["hits"], summary["copies"], summary["errors"]) == (objects, objects // 2, objects // 2, 0)
    assert found.hits.where("substring(file, -6, 1) IN ('1', '3', '5', '7', '9')").count() == 0
    assert found.hits.rdd.getNumPartitions() <= 2
    assert found.objects.agg({"hits": "sum"}).first()[0] == objects
    found.unpersist()
