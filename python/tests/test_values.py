"""What the package's objects do as values: pickle, copy, compare, iterate, print; and which inputs they take or refuse."""

import array
import copy
import ctypes
import io
import json
import mmap
import pickle

import numpy as np
import pytest
from cwfilter import (
    Clause,
    Explanation,
    FilterPattern,
    Finding,
    Hit,
    PatternError,
    PatternSet,
    RuleFileError,
    ScanResult,
    explain,
    lint,
    load_rules,
)

STOPPED = '{ $.eventName = "StopLogging" && $.errorCode NOT EXISTS }'
RECORD = {"eventTime": "2026-03-01T12:00:00Z", "eventName": "StopLogging", "awsRegion": "eu-west-1"}
RULES = PatternSet({"stopped": STOPPED, "näme\u2028": "{ $.eventName = * }"})
SCANNED = RULES.scan(json.dumps(RECORD) + "\n{", events=True)

VALUES = [
    FilterPattern(STOPPED),
    RULES,
    explain(STOPPED, json.dumps(RECORD)),
    explain("ERROR", b"caf\xe9"),
    explain(STOPPED, "{}").clauses[0],
    lint("{ $.a != x || $.a != y }")[0],
    SCANNED,
    RULES.scan(""),
    SCANNED.hits[0],
    SCANNED.hits[1],
]


@pytest.mark.parametrize("value", VALUES, ids=lambda it: type(it).__name__)
def test_a_value_pickles_copies_and_compares(value):
    for again in (pickle.loads(pickle.dumps(value)), copy.copy(value), copy.deepcopy(value)):
        assert type(again) is type(value)
        assert again == value and not again != value
        assert repr(again) == repr(value)
        if not isinstance(value, ScanResult):
            assert hash(again) == hash(value) and len({again, value}) == 1
    assert value != "text" and value != 3 and value is not None


def test_values_that_differ_are_not_equal():
    for value in VALUES:
        assert [other == value for other in VALUES].count(True) == 1, value
    assert explain(STOPPED, "{}") != explain(STOPPED, '{"a":1}')
    assert Hit(1, "a") != Hit(1, "b") and Hit(1, "a") != Hit(1, "a", event=b"")
    assert RULES.scan(json.dumps(RECORD)) != SCANNED


def test_what_iterates():
    assert list(SCANNED) == SCANNED.hits and len(SCANNED) == 2
    assert [clause.text for clause in explain(STOPPED, "{}")] == ['$.eventName = "StopLogging"', "$.errorCode NOT EXISTS"]
    assert list(RULES) == ["stopped", "näme\u2028"]
    hit = dict(SCANNED.hits[0])
    assert (hit["record"], hit["rule"], hit["event_name"], hit["account"]) == (1, "stopped", "StopLogging", None)
    assert json.loads(hit["event"]) == RECORD
    assert Hit(**hit) == SCANNED.hits[0]
    finding = lint("{ $.a != x || $.a != y }")[0]
    assert Finding(**dict(finding)) == finding and dict(finding)["lint"] == finding.lint


def test_what_is_printed():
    assert repr(SCANNED.hits[0]) == "<Hit 1 2026-03-01T12:00:00Z StopLogging stopped>"
    assert repr(RULES) == "<PatternSet of 2 patterns>" and repr(PatternSet({"a": "x"})) == "<PatternSet of 1 pattern>"
    assert repr(SCANNED) == "<ScanResult of 1 record, 2 hits, 1 damaged place>"
    assert repr(Clause("$.a = 1", True, False)) == "<Clause $.a = 1 is true>"
    # text from data stays on one line
    assert "\n" not in repr(Hit(1, "a\nb", event_name="c\nd"))


def test_a_failed_assertion_shows_the_tree():
    with pytest.raises(AssertionError) as failed:
        assert explain(STOPPED, '{"eventName":"StopLogging","errorCode":"AccessDenied"}')
    text = str(failed.value)
    assert "does not match" in text and "$.errorCode NOT EXISTS" in text and "AccessDenied" in text, text


def test_columns_have_types_also_without_hits():
    pa = pytest.importorskip("pyarrow")
    none = pa.record_batch(PatternSet({"x": '{ $.eventName = "x" }'}).scan(json.dumps(RECORD)))
    some = pa.record_batch(SCANNED)
    assert (none.num_rows, some.num_rows) == (0, 2)
    assert none.schema == some.schema and list(some.schema.names) == list(SCANNED.columns())
    types = {field.name: str(field.type) for field in none.schema}
    assert (types["record"], types["rule"], types["timestamp"], types["event"]) == ("int64", "string", "int64", "binary")
    assert some.to_pydict() == SCANNED.columns()


def test_any_buffer_is_an_event_or_a_file(tmp_path):
    event = json.dumps(RECORD).encode()
    (tmp_path / "event").write_bytes(event)
    with open(tmp_path / "event", "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        for kind in (event, bytearray(event), memoryview(event), array.array("b", event), mapped):
            assert RULES.matches(kind) == ["stopped", "näme\u2028"], type(kind)
            assert FilterPattern(STOPPED).matches(kind) and explain(STOPPED, kind)
            assert RULES.scan(kind, events=True) == RULES.scan(event, events=True)
    with open(tmp_path / "event", "rb") as file:
        assert len(RULES.scan(file)) == 2
    # every second byte of a buffer
    spread = bytes(byte for pair in zip(event, event) for byte in pair)
    with pytest.raises(TypeError, match="do not lie one after the other"):
        RULES.matches(memoryview(spread)[::2])


EVENT = json.dumps(RECORD)


@pytest.mark.parametrize(
    "value",
    [
        np.array([EVENT]),
        np.array([EVENT], dtype=object),
        np.array([EVENT.encode(), b"shorter"]),
        np.zeros(3),
        array.array("i", [1, 2]),
        memoryview(EVENT.encode() + b" " * (-len(EVENT) % 4)).cast("I"),
        (ctypes.c_wchar * 4)(*"disk"),
    ],
    ids=lambda it: f"{type(it).__name__} {memoryview(it).format}",
)
def test_a_buffer_of_other_items_than_bytes_is_no_event(value):
    """Its bytes are those of wide characters, of numbers or of addresses: no pattern would match them."""
    for call in (RULES.matches, FilterPattern("disk").matches, RULES.scan):
        with pytest.raises(TypeError, match="a buffer of bytes is expected, and this .* has items of the format"):
            call(value)


def test_bytes_of_numpy_are_an_event():
    for value in (np.frombuffer(EVENT.encode(), dtype=np.uint8), np.array([EVENT.encode()]), np.bytes_(EVENT), np.str_(EVENT)):
        assert RULES.matches(value) == ["stopped", "näme\u2028"]


def test_a_released_view_says_so():
    view = memoryview(b"x")
    view.release()
    with pytest.raises(ValueError, match="released"):
        RULES.matches(view)


def test_a_large_buffer_and_a_file_are_read_piece_by_piece():
    lines = b"\n".join([json.dumps(RECORD).encode()] * 40_000)
    assert len(lines) > 2 << 20
    whole = RULES.scan(lines)
    assert whole.records == 40_000
    assert RULES.scan(memoryview(lines)) == whole == RULES.scan(io.BytesIO(lines))


def test_a_file_that_fails_raises_its_own_error():
    class Broken:
        def read(self, size):
            raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        RULES.scan(Broken())
    with pytest.raises(TypeError, match='open it with "rb"'):
        RULES.scan(io.StringIO("{}"))


@pytest.mark.parametrize(
    "call, text",
    [
        (lambda: RULES.matches({"a": 1}), "an event is str, bytes or a buffer, not dict; json.dumps makes a text of it"),
        (lambda: RULES.matches(None), "an event is str, bytes or a buffer, not NoneType"),
        (lambda: explain(STOPPED, 3), "an event is str, bytes or a buffer, not int"),
        (lambda: RULES.scan(["a"]), "the content of a file is str, bytes, a buffer or an open binary file, not list"),
        (lambda: PatternSet({"a": 3}), "in the pattern `a`: a pattern is str, FilterPattern or Rule, not int"),
        (lambda: PatternSet({3: "a"}), "the name of a pattern is str, not int"),
        (lambda: PatternSet(["a"]), "patterns is a mapping from name to pattern, not list"),
        (lambda: explain(None, "{}"), "a pattern is str, FilterPattern or Rule, not NoneType"),
    ],
)
def test_a_wrong_type_is_named(call, text):
    with pytest.raises(TypeError) as caught:
        call()
    assert text in str(caught.value)


def test_nul_characters_are_characters():
    assert FilterPattern('"a\0b"').matches("xa\0bx") and not FilterPattern('"a\0b"').matches("ab")
    assert FilterPattern('{ $.a = "x\\u0000" }').matches('{"a":"x\\u0000"}') in (True, False)
    # JSON has no raw control characters
    assert not FilterPattern("{ $.a = * }").matches('{"a":"\0"}')
    result = PatternSet({"any": "{ $.a = * }", "nul": '"\0"'}).scan(b'{"a":"\0"}\nx\0y')
    assert result.records + result.damages == 2


def test_a_lone_surrogate_is_an_error_of_its_text():
    for call in (
        lambda: FilterPattern("\ud800"),
        lambda: FilterPattern("x").matches("\udcff"),
        lambda: RULES.scan("\ud800"),
        lambda: PatternSet({"\ud800": "x"}),
        lambda: PatternSet({"a": "\ud800"}),
        lambda: lint("\ud800"),
    ):
        with pytest.raises(ValueError):
            call()
    # an escaped one is in valid JSON, and has a verdict
    assert FilterPattern('{ $.a = "x*" }').matches('{"a":"x\\ud800"}')


def test_an_error_has_one_place_and_the_name_of_the_rule():
    with pytest.raises(PatternError) as caught:
        PatternSet({"good": "a", "schlüssel": '{ $.a = "ä" AND $.b = 1 }'})
    error = caught.value
    assert error.name == "schlüssel" and error.pattern[error.span[0] : error.span[1]] == "AND"
    assert str(error).startswith("in the pattern `schlüssel`: ") and f"at character {error.span[0]}: " in str(error)
    assert "byte" not in str(error) and error.aws_message == "Invalid metric filter pattern"
    assert error.filter_log_events_message == "Invalid filter pattern"


def test_no_rules_are_an_error(tmp_path):
    with pytest.raises(ValueError, match="there are no rules"):
        PatternSet({})
    for call in (lambda: load_rules(), lambda: load_rules(tmp_path), lambda: load_rules(tmp_path / "missing")):
        with pytest.raises(RuleFileError):
            call()


def test_an_explanation_is_made_again_of_its_parts():
    why = Explanation(STOPPED, json.dumps(RECORD))
    assert why == explain(STOPPED, json.dumps(RECORD)) and why.matched
