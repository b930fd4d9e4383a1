"""Functions of columns: `PatternSet.match_column` and `rules_column` over Arrow, `matches` and `matching_rules` on Spark."""

import json
import random
import threading
import time

import cluster
import pyarrow as pa
import pytest
from cwfilter import FilterPattern, PatternError, PatternSet
from cwfilter.spark import matches, matching_rules
from pyspark.sql import functions as F

RULES = {
    "stopped": '{ $.eventName = "StopLogging" }',
    "any": '{ $.eventName = "*" }',
    "word": "disk full",
    "nul": "{ $.a IS NULL }",
}
MESSAGES = [
    '{"eventName":"StopLogging"}',
    '{"eventName":"Stop\\u004cogging"}',
    '{"eventName":"Stop',
    '{"eventName":"x\\ud800","a":null}',
    "disk full \U0001f4be",
    "",
    None,
]


def test_a_column_answers_as_its_messages_do():
    rules, seeded = PatternSet(RULES), random.Random(5)
    for attempt in range(200):
        messages = [seeded.choice(MESSAGES) for _ in range(seeded.randrange(40))]
        kind = seeded.choice([pa.string(), pa.large_string(), pa.binary(), pa.large_binary()])
        begin = seeded.randrange(len(messages) + 1)
        column = pa.array(
            [m if m is None or pa.types.is_string(kind) or pa.types.is_large_string(kind) else m.encode() for m in messages], kind
        )
        expected = [None if message is None else rules.matches(message) for message in messages[begin:]]
        found = rules.rules_column(column.slice(begin))
        assert found.to_pylist() == expected, attempt
        assert rules.match_column(column.slice(begin)).to_pylist() == [None if it is None else bool(it) for it in expected]


def test_bytes_that_are_not_utf8_have_a_verdict():
    """No JSON pattern matches them, and a term matches the bytes around them. An escaped half of a surrogate pair is a character."""
    rules = PatternSet({"json": "{ $.a = * }", "start": '{ $.a = "x*" }', "term": "caf", "all": ""})
    expected = {
        b'{"a":"x\xff"}': ["all"],
        b'{"a":"x\xed\xa0\x80"}': ["all"],
        b'{"a":"x\\ud800"}': ["json", "start", "all"],
        b"caf\xe9 au lait": ["term", "all"],
        b"\xff\xfe": ["all"],
    }
    assert rules.rules_column(pa.array(list(expected), pa.binary())).to_pylist() == list(expected.values())
    assert [rules.matches(event) for event in expected] == list(expected.values())


def test_other_columns_are_refused():
    for wrong in (pa.array([1, 2]), pa.array([{"a": 1}]), pa.array([["a"]]), pa.array([], pa.null())):
        with pytest.raises(TypeError, match="expected a column of texts or bytes"):
            PatternSet(RULES).match_column(wrong)
    with pytest.raises(TypeError):
        PatternSet(RULES).match_column(["a"])


def test_other_threads_run_while_a_column_is_matched():
    rules, state, steps = PatternSet(RULES), {"matching": False}, 0
    column = pa.array([MESSAGES[0]] * 2_000_000)

    def work():
        state["matching"] = True
        rules.match_column(column)
        state["matching"] = False

    worker = threading.Thread(target=work)
    worker.start()
    while worker.is_alive():
        steps += state["matching"]
        time.sleep(0.001)
    worker.join()
    assert steps > 5


@pytest.fixture(scope="module")
def spark(tmp_path_factory):
    session = cluster.start("local[2]", tmp_path_factory.mktemp("spark") / "log")
    yield session
    session.stop()


def test_a_table_is_matched(spark):
    table = spark.createDataFrame(list(enumerate(MESSAGES)), "id int, value string").repartition(3)
    rows = (
        table.select("id", matches("value", RULES).alias("is"), matching_rules("value", RULES).alias("rules"))
        .orderBy("id")
        .collect()
    )
    rules = PatternSet(RULES)
    assert [row["rules"] for row in rows] == [None if message is None else rules.matches(message) for message in MESSAGES]
    assert [row["is"] for row in rows] == [None if message is None else bool(rules.matches(message)) for message in MESSAGES]
    assert table.where(matches(F.col("value"), RULES["stopped"])).count() == 2
    assert table.where(matches("value", FilterPattern(RULES["stopped"]))).count() == 2
    assert table.where(matches("value", rules)).count() == sum(
        bool(message is not None and rules.matches(message)) for message in MESSAGES
    )
    # a text that is not UTF-8, and the bytes themselves
    invalid = spark.sql("select cast(X'636166ff' as string) t, X'636166ff' b")
    assert tuple(invalid.select(matches("t", "caf"), matches("b", "caf"), matches("t", "{ $.a = * }")).first()) == (
        True,
        True,
        False,
    )
    assert table.limit(0).select(matching_rules("value", RULES)).collect() == []


def test_a_stream_is_matched(spark, tmp_path):
    (tmp_path / "in").mkdir()
    lines = [json.dumps({"eventName": name}) for name in ("StopLogging", "GetObject", "StopLogging")]
    (tmp_path / "in/a.txt").write_text("\r\n".join(lines))
    stream = (
        spark.readStream.text(str(tmp_path / "in"))
        .withColumn("rules", matching_rules("value", RULES))
        .where(matches("value", RULES["stopped"]))
    )
    query = (
        stream.writeStream.format("memory")
        .queryName("matched")
        .option("checkpointLocation", str(tmp_path / "state"))
        .trigger(availableNow=True)
        .start()
    )
    query.awaitTermination(120)
    assert [row["rules"] for row in spark.table("matched").collect()] == [["stopped", "any"]] * 2


def test_rules_are_refused_on_the_driver():
    for function in (matches, matching_rules):
        with pytest.raises(PatternError) as caught:
            function("value", {"bad": "{ $.a = "})
        assert caught.value.span[0] > 0
        with pytest.raises(ValueError, match="there are no rules"):
            function("value", {})
