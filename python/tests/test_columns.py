"""Functions of columns: `PatternSet.match_column` and `rules_column` over Arrow, `matches` and `matching_rules` on Spark."""

import base64
import bz2
import gzip
import json
import lzma
import random
import threading
import time
import zlib

import cluster
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
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


class Exported:
    """What has nothing but the stream of the Arrow PyCapsule interface, as a series of polars has it."""

    def __init__(self, column):
        self.column = column

    def __arrow_c_stream__(self, requested_schema=None):
        return self.column.__arrow_c_stream__(requested_schema)


TEXTS = pa.array([MESSAGES[0], None, "disk full", MESSAGES[0], ""])
CHUNKED = pa.chunked_array([TEXTS.slice(0, 2), TEXTS.slice(2, 0), TEXTS.slice(2)])
KINDS = {
    "views": TEXTS.cast(pa.string_view()),
    "views of bytes": TEXTS.cast(pa.binary()).cast(pa.binary_view()),
    "a dictionary": TEXTS.dictionary_encode(),
    "a dictionary of large texts": TEXTS.cast(pa.large_string()).dictionary_encode(),
    "a dictionary with NULL": pa.DictionaryArray.from_arrays(pa.array([0, 1, 2, 0, 3]), pa.array([MESSAGES[0], None, "disk full", ""])),
    "a slice of a dictionary": pa.concat_arrays([pa.array(["x"]), TEXTS]).dictionary_encode().slice(1),
    "runs": pa.RunEndEncodedArray.from_arrays([1, 2, 3, 4, 5], TEXTS),
    "a slice of runs": pa.RunEndEncodedArray.from_arrays([3, 4, 5, 6, 7], TEXTS).slice(2),
    "chunks": CHUNKED,
    "chunks of views": CHUNKED.cast(pa.string_view()),
    "a stream": Exported(CHUNKED),
    "pandas": pd.Series(TEXTS.to_pylist()),
    "pandas with NaN": pd.Series([float("nan") if it is None else it for it in TEXTS.to_pylist()], dtype=object),
    "pandas of pyarrow": pd.Series(TEXTS.to_pylist(), dtype="string[pyarrow]"),
    "pandas of Arrow's type": pd.Series(TEXTS.to_pylist(), dtype=pd.ArrowDtype(pa.string())),
    "pandas of categories": pd.Series(TEXTS.to_pylist(), dtype="category"),
    "a byte order mark": pa.array([it and "\ufeff" + it for it in TEXTS.to_pylist()]),
}


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_column_of_texts_is_read(name):
    rules = PatternSet(RULES)
    expected = [["stopped", "any"], None, ["word"], ["stopped", "any"], []]
    assert rules.rules_column(KINDS[name]).to_pylist() == expected
    assert rules.match_column(KINDS[name]).to_pylist() == [None if it is None else bool(it) for it in expected]


@pytest.mark.parametrize(
    "column, expected",
    [
        (pa.chunked_array([], pa.string()), []),
        (pa.array([b"disk full", None], pa.binary(9)), [True, None]),
        (pa.array([None, None], pa.string()).dictionary_encode(), [None, None]),
        (pd.Series([], dtype=object), []),
    ],
)
def test_columns_of_little(column, expected):
    assert PatternSet(RULES).match_column(column).to_pylist() == expected


@pytest.mark.parametrize(
    "column, why",
    [
        (pa.array([1, 2]), "expected a column of texts or bytes, found Int64"),
        (pa.array([{"a": 1}]), "found Struct.*make a text of each value: Spark's `to_json"),
        (pa.array([["a"]]), "found List.*make a text of each value"),
        (pa.array([1, 2]).dictionary_encode(), "found Int64"),
        (pa.table({"a": ["x"]}), "found Struct.*pass one column"),
        (pd.Series([1, 2]), "found Int64"),
        (["a"], "a column is an array of pyarrow, or a series of pandas or polars, not list; `pyarrow.array` makes one"),
        ("a", "not str"),
        (None, "not NoneType"),
        (pd.DataFrame({"a": ["x"]}), "found Struct.*pass one column|not DataFrame"),
    ],
)
def test_other_columns_are_refused(column, why):
    for method in (PatternSet(RULES).match_column, PatternSet(RULES).rules_column):
        with pytest.raises(TypeError, match=why):
            method(column)


EVENT = b'{"eventName":"StopLogging"}' * 3
# by bytes that begin it
COMPRESSED = {
    "gzip": gzip.compress(EVENT),
    "Zstandard": pa.Codec("zstd").compress(EVENT, asbytes=True),
    "bzip2": bz2.compress(EVENT),
    "xz": lzma.compress(EVENT),
    "lz4": pa.Codec("lz4").compress(EVENT, asbytes=True),
    "zip": b"PK\x03\x04" + bytes(20),
    "zlib": zlib.compress(EVENT),
    "Snappy": b"\xff\x06\0\0sNaPpY" + bytes(20),
}


@pytest.mark.parametrize("name", COMPRESSED)
def test_what_is_compressed_has_no_verdict(name):
    """It would never match, in silence. A file may be compressed."""
    value, rules = COMPRESSED[name], PatternSet(RULES)
    column = pa.array([b"{}", None, value], pa.binary())
    for method in (rules.match_column, rules.rules_column):
        with pytest.raises(ValueError, match=f"a value of the column is compressed with {name} and no log event: decompress it"):
            method(column)
    for event in (value, bytearray(value), memoryview(value)):
        for answer in (rules.matches, FilterPattern("").matches, FilterPattern("").explain):
            with pytest.raises(ValueError, match=f"the event is compressed with {name}"):
                answer(event)
    if name in ("gzip", "Zstandard"):
        assert rules.scan(value).records == 3


DATA = json.dumps(
    {
        "messageType": "DATA_MESSAGE",
        "logGroup": "g",
        "logEvents": [{"id": "1", "timestamp": 1, "message": EVENT[:27].decode()}],
    }
)
BASE64 = "is base64 of something compressed and no log event: decode and decompress it first"
# a value that holds log events, and why it is refused; if its own text has words, terms are matched with them
HOLDERS = {
    "base64 of gzip": (base64.b64encode(COMPRESSED["gzip"]).decode(), BASE64, False),
    "the same, wrapped": (base64.encodebytes(gzip.compress(bytes(range(256)))).decode(), BASE64, False),
    "the same in the alphabet of URLs": (base64.urlsafe_b64encode(COMPRESSED["Zstandard"]).decode(), BASE64, False),
    "base64 of zlib": (base64.b64encode(zlib.compress(bytes(range(256)))).decode(), BASE64, False),
    "base64 of JSON": (base64.b64encode(EVENT).decode(), "is base64 of a text and no log event: decode it first", False),
    "a payload of a subscription": (DATA, "is a container of log events and not one", True),
    "a delivery file": (
        '{"Records":[{"eventVersion":"1.11","eventName":"StopLogging"}]}',
        "make a row of each log event, such as of each member of `Records`",
        True,
    ),
    "what Firehose puts together": (EVENT.decode(), "is several log events, one after the other", True),
    "an array of events": ('[{"eventVersion":"1.11","eventName":"StopLogging"}]', "is a container of log events", True),
    "a JSON string": (json.dumps(EVENT[:27].decode()), "is a JSON string with a log event in it: decode it", True),
    "hexadecimal digits": (EVENT.hex(), "is perhaps no log event: a dump of bytes as digits", True),
}


@pytest.mark.parametrize("name", HOLDERS)
def test_what_holds_log_events_has_no_verdict(name):
    """The readers of files open it, or say that they cannot read it. "No match" would be no answer about what is inside."""
    value, why, is_text = HOLDERS[name]
    for column in (pa.array(["{}", None, value]), pa.array([value.encode()], pa.large_binary())):
        for rules in ({"json": RULES["stopped"]}, RULES, {"term": "disk"}):
            rules = PatternSet(rules)
            if is_text and len(rules) == 1 and "term" in rules:
                assert rules.match_column(column).to_pylist()[-1] is False
                continue
            for method in (rules.match_column, rules.rules_column):
                with pytest.raises(ValueError, match=why):
                    method(column)


def test_a_pattern_that_reads_a_container_has_a_verdict():
    rules = PatternSet({"of a container": '{ $.logEvents[0].message = "*StopLogging*" }', "other": "{ $.eventName = * }"})
    assert rules.rules_column(pa.array([DATA])).to_pylist() == [["of a container"]]
    # one event is what the caller says that it is: AWS's answer about this message
    assert PatternSet({"other": "{ $.eventName = * }"}).matches(DATA) == []


def test_a_value_of_another_form_is_null_if_the_user_says_so():
    """The way out of docs/spark.md for a table whose log group really holds such messages."""
    values = pa.array([HOLDERS["base64 of gzip"][0], EVENT[:27].decode()])
    kept = pc.if_else(pc.match_substring_regex(values, "^H4sI[0-9A-Za-z+/=]*$"), pa.scalar(None, pa.string()), values)
    assert PatternSet(RULES).rules_column(kept).to_pylist() == [None, ["stopped", "any"]]


def test_words_that_only_look_compressed_have_a_verdict():
    words = [
        "H4sIAAAA",
        "BZh9 is a level",
        "BZh91AY&SY is how bzip2 begins",
        "PK",
        "PAR1",
        "\x1f",
        "x^2",
        "KLUv/ is how it begins, in base64 of Zstandard",
        "(\u00b5/",
        "H4sI" + " a" * 40,
        '{"Records":[{"eventSource":"aws:s3"}]}',
        '{"events":[1],"logEvents":[]}',
        "[1, 2]",
        '"quoted" is a word',
        '"quoted"',
    ]
    assert PatternSet(RULES).match_column(pa.array(words)).to_pylist() == [False] * len(words)


def test_a_column_of_nothing_but_null_has_null_results():
    """The type of a literal NULL, `void` on Spark."""
    for count in (0, 3):
        column, rules = pa.nulls(count), PatternSet(RULES)
        assert rules.match_column(column).to_pylist() == rules.rules_column(column).to_pylist() == [None] * count


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


def test_a_compressed_value_ends_the_job(spark):
    table = spark.createDataFrame([(COMPRESSED["gzip"],), (EVENT[:27],)], "value binary")
    assert table.where("length(value) = 27").where(matches("value", RULES)).count() == 1
    with pytest.raises(Exception, match="compressed with gzip and no log event: decompress it first"):
        table.where(matches("value", RULES)).count()


def test_a_literal_null_is_null(spark):
    void = spark.range(3).select(F.lit(None).alias("value"))
    assert void.schema["value"].dataType.typeName() == "void"
    found = void.select(matches("value", RULES).alias("is"), matching_rules("value", RULES).alias("rules"))
    assert [tuple(row) for row in found.collect()] == [(None, None)] * 3


def test_results_are_named_by_the_function_and_the_column(spark):
    table = spark.createDataFrame([(MESSAGES[0],)], "value string")
    for column in ("value", F.col("value")):
        found = table.select(matches(column, RULES), matching_rules(column, RULES))
        assert found.columns == ["matches(value)", "matching_rules(value)"]
    assert table.select(F.explode(matching_rules("value", RULES))).collect() == [("stopped",), ("any",)]


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
        for none in ({}, []):
            with pytest.raises(ValueError, match="there are no rules"):
                function("value", none)
