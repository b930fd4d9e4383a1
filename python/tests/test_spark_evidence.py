"""`cwfilter.spark.scan` answers as the program does: what it reads, what it skips, who and when, copies."""

import gzip
import io
import json
import os
import random
import subprocess
import tarfile
import zipfile
from collections import Counter
from pathlib import Path

import archive
import cluster
import pytest
from cwfilter import PatternError, PatternSet
from cwfilter.spark import matches, scan, scan_files

INPUTS = Path(__file__).parents[2] / "tests/evidence/inputs"
RULES = {**archive.RULES, "any": '{ $.eventName = "*" }', "text": "StopLogging"}
STOPPED = {"stopped": archive.RULES["logging-stopped"]}
OTHER = "111122223333"
needs_program = pytest.mark.skipif("CWFILTER" not in os.environ, reason="CWFILTER does not name the program")


@pytest.fixture(scope="module")
def spark(tmp_path_factory):
    session = cluster.start("local[2]", tmp_path_factory.mktemp("spark") / "log")
    yield session
    session.stop()


@pytest.fixture(scope="module")
def evidence(tmp_path_factory):
    """Every container, plain and in each transport, under names without extension; and what is no evidence, or damaged."""
    root = tmp_path_factory.mktemp("evidence")
    for folder in ("plain", "bare"):
        (root / folder).mkdir()
    packed = io.BytesIO()
    inputs = sorted(INPUTS.iterdir())
    with zipfile.ZipFile(root / "all.zip", "w") as zipped, tarfile.open(fileobj=packed, mode="w") as tar:
        for path in inputs:
            (root / "plain" / path.name).write_bytes(path.read_bytes())
            (root / "bare" / f"stream-1-2026-03-01-10-01-00-{path.stem}-{path.suffix[1:]}").write_bytes(
                gzip.compress(path.read_bytes())
            )
            zipped.write(path, path.name)
            tar.add(path, path.name)
    (root / "all.tgz").write_bytes(gzip.compress(packed.getvalue()))
    line = json.dumps({"eventVersion": "1.09", "eventName": "StopLogging"})
    whole = gzip.compress(f"{line}\n".encode() * 3000)
    record = {"eventVersion": "1.09", "eventName": "StopLogging", "eventTime": "2026-03-01T00:00:00Z"}
    other = {
        "windows.ndjson": f"{line}\r\n{line}\r\n".encode(),
        "empty.json": b"",
        "cut.json.gz": whole[: len(whole) // 2],
        "unknown.json": json.dumps({"page": 1, "payload": {"items": [{**record, "eventSource": "x", "awsRegion": "r"}]}}).encode(),
        "table.parquet": b"PAR1" + bytes(64),
        "parquet": b"PAR1" + bytes(64),
        "LICENSE": b"All rights reserved.\n",
        "notes.md": b"# notes\n",
        "with space 'and quote'.json": line.encode(),
        "caf\u00e9%20.json": line.encode(),
    }
    for name, data in other.items():
        (root / name).write_bytes(data)
    # a folder is sorted before a folder whose name continues
    for folder in ("copy-2", "copy"):
        (root / folder).mkdir()
        (root / folder / "a.json").write_text(json.dumps({**record, "eventID": "b7e5d1c2-1111-2222-3333-444444444444"}))
    (root / "link.json").symlink_to(root / "plain/delivery.json")
    os.mkfifo(root / "pipe")
    (root / "dead.txt").symlink_to(root / "nothing")
    return root


@pytest.fixture(scope="module")
def trail(tmp_path_factory):
    """Delivery files of two accounts and regions, each event in the organisation's trail, too."""
    root = tmp_path_factory.mktemp("trail")
    for number in range(60):
        account, region = (archive.ACCOUNT, OTHER)[number % 2], ("us-east-1", "eu-west-1")[number // 2 % 2]
        day = 1 + number % 5
        record = archive.record(number, random.Random(number))
        record.update(
            eventTime=f"2026-03-{day:02}T10:00:00Z", awsRegion=region, recipientAccountId=account, eventName="StopLogging"
        )
        name = f"{account}_CloudTrail_{region}_202603{day:02}T1005Z_{number:016}.json.gz"
        for prefix in ("AWSLogs", "AWSLogs/o-exampleorgid"):
            folder = root / prefix / account / "CloudTrail" / region / f"2026/03/{day:02}"
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(gzip.compress(json.dumps({"Records": [record]}).encode(), mtime=0))
    digest = root / "AWSLogs" / OTHER / "CloudTrail-Digest/us-east-1/2026/03/01"
    digest.mkdir(parents=True)
    (digest / "digest.json.gz").write_bytes(gzip.compress(b'{"digestS3Bucket":"b","eventName":"StopLogging"}'))
    return root


def program(folder, rules, *options):
    file = archive.write_rules(folder.parent / f"{folder.name}.toml", rules)
    command = [os.environ["CWFILTER"], "scan", "--format", "json", "--rules", str(file), *options, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    answer = json.loads(done.stdout)
    drop = ("version", "severity")
    hits = Counter(frozenset((k, v) for k, v in hit.items() if k not in drop) for hit in answer["hits"])
    return hits, answer


def hits_of(found):
    rows = (row.asDict() for row in found.hits.collect())
    return Counter(frozenset({**row, "file": row["file"].removeprefix("file:")}.items()) for row in rows)


def check(found, expected, answer):
    assert hits_of(found) == expected
    summary = found.summary()
    assert summary["hits"] == expected.total() and summary["copies"] == answer["copies"]
    assert summary["records"] == answer["records"]
    assert summary["errors"] == answer["failedInputs"] == found.errors.count()
    assert found.objects.agg({"damages": "sum"}).first()[0] == answer["damages"]
    inside = answer["skipped"] or {}
    assert summary["skipped"] == {reason: count for reason, count in inside.items() if count}
    assert summary["skippedMatches"] == answer["skippedMatches"] and summary["keptWithout"] == answer["keptWithout"]
    assert found.skipped.where("reason = 'other'").count() == summary["other"]
    return summary


@needs_program
def test_every_container_is_read_as_the_program_reads_it(spark, evidence):
    expected, answer = program(evidence, RULES)
    assert expected.total() > 100 and answer["copies"] > 100
    summary = check(scan(spark, str(evidence), RULES), expected, answer)
    by_name = sum(summary["skippedFiles"].values())
    assert by_name == answer["skippedEntries"]
    assert summary["skippedFiles"] == {"deadLink": 1, "fifo": 1, "other": 2}
    errors = {Path(row["file"]).name: row["error"] for row in scan(spark, str(evidence), RULES).errors.collect()}
    assert {"empty.json", "cut.json.gz", "unknown.json", "parquet", "table.parquet"} <= set(errors)
    assert "Parquet" in errors["parquet"]


@needs_program
def test_copies_are_kept_if_they_are_asked_for(spark, evidence):
    expected, answer = program(evidence, RULES, "--keep-duplicates")
    check(scan(spark, str(evidence), RULES, keep_duplicates=True), expected, answer)


def test_spark_reads_what_tasks_cannot_open(spark, evidence):
    """A path with `*` is left to Spark, as every other file system is. Its answer differs only in what its listing leaves out."""
    direct, by_spark = scan(spark, str(evidence), RULES), scan(spark, f"{evidence}/*", RULES)
    assert by_spark.listing.objects and not by_spark.listing.files
    assert hits_of(by_spark) == hits_of(direct)
    ours, theirs = direct.summary(), by_spark.summary()
    same = ("hits", "texts", "skipped")
    assert [ours[key] for key in same] == [theirs[key] for key in same]
    # Spark reads a file again to which a link leads
    assert theirs["copies"] > ours["copies"] and theirs["records"] > ours["records"]
    # a FIFO is an empty object to Spark
    names = [{Path(row["file"]).name for row in found.errors.collect()} for found in (direct, by_spark)]
    assert names[1] == names[0] | {"pipe"} and len(names[1]) == theirs["errors"]


# paths that overlap, by `{}` for the folder, and the files that are said to be named twice; Spark names what it lists itself once
OVERLAPS = [
    (["{}", "{}/*"], 4),
    (["{}/*", "{}"], 4),
    (["{}", "{}"], 4),
    (["{}/*", "{}/*"], 0),
    (["{}/*", "{}/*.json"], 0),
    (["{}/*.json", "{}/in/*", "{}/i?"], 0),
    (["{}", "{}/in", "{}/a.json"], 2),
    (["{}", "{}/notes.md"], 1),
    (["{}/notes.md", "{}", "{}/*"], 5),
]


@pytest.mark.parametrize("paths, repeated", OVERLAPS, ids=str)
def test_a_file_that_several_paths_name_is_read_once(spark, tmp_path, paths, repeated):
    (tmp_path / "in").mkdir()
    for name in ("a.json", "b.json", "in/c.json"):
        (tmp_path / name).write_text('{"eventName":"StopLogging"}')
    (tmp_path / "notes.md").write_text('{"eventName":"StopLogging"}')
    is_read = any(path.endswith(".md") for path in paths)
    found = scan(spark, [path.format(tmp_path) for path in paths], STOPPED)
    summary, files = found.summary(), 3 + is_read
    assert (summary["hits"], summary["records"], summary["errors"], summary["copies"]) == (files, files, 0, 0)
    has_notes = is_read or any(path in ("{}", "{}/*") for path in paths)
    assert summary["objects"] == 3 + has_notes
    assert summary["skippedFiles"].get("namedTwice", 0) == repeated == found.skipped.where("reason = 'namedTwice'").count()
    assert sorted(row["file"] for row in found.hits.collect()) == sorted({row["file"] for row in found.hits.collect()})


SELECTIONS = [
    {"since": "2026-03-02", "until": "2026-03-04T00:00:00Z"},
    {"account": OTHER},
    {"account": f"{OTHER[:4]}-{OTHER[4:8]}-{OTHER[8:]}", "region": "US-EAST-1"},
    {"region": ["eu-west-1", "ap-south-1"], "since": "2026-03-03"},
    {"until": "2026-03-02", "late": "1h"},
]


@needs_program
@pytest.mark.parametrize("selection", SELECTIONS, ids=str)
@pytest.mark.parametrize("pattern", ["", "/*"])
def test_a_selection_is_the_programs(spark, trail, selection, pattern):
    options = [
        word for key, value in selection.items() for word in (f"--{key}", value if isinstance(value, str) else ",".join(value))
    ]
    expected, answer = program(trail, archive.RULES, *options)
    assert 0 < expected.total() < 60 and answer["copies"] == expected.total()
    found = scan(spark, f"{trail}{pattern}", archive.RULES, **selection)
    summary = check(found, expected, answer)
    by_name = {reason: count for reason, count in summary["skippedFiles"].items() if reason != "digest"}
    assert by_name == answer["skippedFiles"] and summary["digest"] == 1
    assert summary["objects"] == 121


@pytest.mark.parametrize("pattern", ["", "/*"])
def test_a_selection_without_a_file_is_no_answer(spark, trail, pattern):
    with pytest.raises(ValueError, match="no file was opened: by name, 120 files are outside"):
        scan(spark, f"{trail}{pattern}", STOPPED, since="2027-01-01")
    assert scan(spark, f"{trail}{pattern}", STOPPED, since="2027-01-01", allow_empty=True).hits.count() == 0


def test_who_and_when_are_columns(spark, trail):
    row = scan(spark, str(trail), archive.RULES).where("eventID = '00000000-1111-2222-3333-444444444444'").first()
    assert row["who"] == f"arn:aws:sts::{archive.ACCOUNT}:assumed-role/role-0/session"
    assert (row["sourceIPAddress"], row["account"], row["awsRegion"]) == ("198.51.100.0", archive.ACCOUNT, "us-east-1")
    assert (row["eventTime"], row["eventName"]) == ("2026-03-01T10:00:00Z", "StopLogging")


def settings(spark):
    return {row["key"]: row["value"] for row in spark.sql("SET").collect()}


def test_the_session_is_left_as_it_was(spark, trail):
    """All its settings, and its views: results belong to it."""
    spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", "777")
    try:
        before = settings(spark)
        for path in (str(trail), f"{trail}/*"):
            found = scan(spark, path, STOPPED)
            found.hits.createOrReplaceTempView("hits")
            assert spark.sql("select count(*) from hits where who is not null").first()[0] == 60
            binary = spark.read.format("binaryFile").option("recursiveFileLookup", True).load(str(trail))
            assert scan_files(binary, STOPPED).count() == 121
            assert found.hits.where(matches("who", "session")).count() == 60
            found.unpersist()
        assert settings(spark) == before
        assert before["spark.sql.execution.arrow.maxRecordsPerBatch"] == "777"
    finally:
        spark.conf.unset("spark.sql.execution.arrow.maxRecordsPerBatch")


def test_two_sessions_do_not_disturb_each_other(spark, trail):
    other = spark.newSession()
    ours, theirs = scan(spark, str(trail), STOPPED), scan(other, f"{trail}/*", STOPPED)
    assert ours.hits.count() == theirs.hits.count() == 60
    theirs.unpersist()
    joined = ours.hits.join(theirs.hits.select("eventID", "rule").distinct(), ["eventID", "rule"])
    assert joined.count() == 60


def test_what_cannot_be_scanned_is_an_error_on_the_driver(spark, evidence, tmp_path):
    def fails(expected, *arguments, **options):
        with pytest.raises(expected[0]) as caught:
            scan(spark, *arguments, **options)
        assert expected[1] in str(caught.value)

    path, rules = str(evidence), archive.RULES
    fails((ValueError, "there are no rules: pass"), path, {})
    fails((PatternError, "close it with `}`"), path, {"bad": "{ $.a = 1"})
    fails((FileNotFoundError, "check the path"), str(tmp_path / "wrong"), rules)
    fails((Exception, "wrong"), str(tmp_path / "wrong*"), rules)
    fails((ValueError, "is not before"), path, rules, since="2026-03-02", until="2026-03-01")
    fails((ValueError, "write the time zone as `Z`"), path, rules, since="2026-03-02T00:00:00 CET")
    fails((ValueError, "12 digits"), path, rules, account="123")
    fails((ValueError, "the value is empty"), path, rules, region="")
    hint = 'account=123456789012: expected text or a list of texts, not int; write "123456789012"'
    fails((TypeError, hint), path, rules, account=123456789012)
    fails((TypeError, 'write "000000000012"'), path, rules, account=[archive.ACCOUNT, 12])
    fails((TypeError, "account=None: expected text"), path, rules, account=None)
    fails((TypeError, "region=1: expected text"), path, rules, region=1)
    fails((TypeError, "paths=None: expected text"), None, rules)
    fails((TypeError, "not bytes"), path.encode(), rules)
    fails((ValueError, "at most"), path, rules, max_object_bytes=1 << 40)
    fails((ValueError, "max_object_bytes=-1: expected a number from 0 on"), path, rules, max_object_bytes=-1)
    fails((ValueError, "samples=-1: expected a number from 0 on; 0 keeps none"), path, rules, samples=-1)
    fails((TypeError, "samples='3': expected a whole number"), path, rules, samples="3")
    fails((TypeError, "samples=True: expected a whole number"), path, rules, samples=True)
    files = spark.createDataFrame([], "path string, content binary")
    for wrong, expected in ((-1, ValueError), (None, TypeError)):
        with pytest.raises(expected, match="samples="):
            scan_files(files, rules, samples=wrong)
    fails((ValueError, "a path is empty"), [], rules)
    fails((ValueError, "a path is empty"), "", rules)
    (tmp_path / "none").mkdir()
    fails((ValueError, "no event files below"), str(tmp_path / "none"), rules)
    (tmp_path / "none/LICENSE").write_text("All rights reserved.")
    (tmp_path / "none/a.md").write_text("# notes")
    fails((ValueError, "(skipped: 1 other)"), str(tmp_path / "none"), rules)
    empty = scan(spark, str(tmp_path / "none"), rules, allow_empty=True)
    assert empty.hits.count() == 0 and empty.summary()["other"] == 2
    # a file that the user names is read, whatever it is called
    (tmp_path / "none/a.md").write_text(json.dumps({"eventName": "StopLogging"}))
    assert scan(spark, tmp_path / "none/a.md", rules["logging-stopped"]).hits.first()["rule"] == "pattern"


def test_small_objects_make_few_tasks(spark, tmp_path):
    (tmp_path / "in").mkdir()
    for number in range(3000):
        (tmp_path / f"in/{number}.json").write_text('{"eventName":"StopLogging"}')
    for path in (f"{tmp_path}/in", f"{tmp_path}/i?"):
        found = scan(spark, path, archive.RULES)
        assert found.objects.rdd.getNumPartitions() <= 5
        assert found.hits.count() == 3000


def test_samples_are_what_the_rule_matched(spark, evidence):
    rule = {"whole": '{ $.detail.eventName = "StopLogging" }'}
    samples = scan(spark, str(evidence / "plain/eventbridge.ndjson"), rule).samples.collect()
    assert samples and all(PatternSet(rule).matches(row["event"]) == ["whole"] for row in samples)
