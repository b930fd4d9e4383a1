"""`MetricFilter`: what AWS answered, and the table that the program and the package for JavaScript are tested with too."""

import json
from pathlib import Path

import pytest
from cwfilter import MetricFilter, MetricFilterError
from cwfilter.metric import emit

TESTS = Path(__file__).parents[2] / "tests"
MINUTE = 60_000


def rows(path):
    return [json.loads(line) for line in (TESTS / path).read_text().splitlines()]


def metric_filter(request):
    (it,) = request["metricTransformations"]
    return MetricFilter(
        request["filterPattern"],
        it["metricNamespace"],
        it["metricName"],
        it["metricValue"],
        default=it.get("defaultValue"),
        unit=it.get("unit"),
        dimensions=it.get("dimensions", {}),
        field_selection_criteria=request.get("fieldSelectionCriteria"),
        emit_system_field_dimensions=tuple(request.get("emitSystemFieldDimensions", ())),
        apply_on_transformed_logs=request.get("applyOnTransformedLogs", False),
    )


def answer(row):
    request = row["request"]
    more = {"missing_dimension": row["missingDimension"]} if "missingDimension" in row else {}
    points = metric_filter(request).emit(
        *((event["timestamp"], event["message"]) for event in request["logEvents"]),
        account=request.get("account"),
        region=request.get("region"),
        log_group=request.get("logGroupName"),
        **more,
    )
    return [{"timestamp": p.timestamp, "value": p.value, "unit": p.unit, "dimensions": p.dimensions} for p in points]


@pytest.mark.parametrize("row", rows("emit_cases.jsonl"), ids=lambda row: row["id"])
def test_emit_answers_as_the_program(row):
    expect = row["expect"]
    if "datapoints" in expect:
        assert answer(row) == expect["datapoints"]
        return
    with pytest.raises(MetricFilterError) as refused:
        answer(row)
    message = refused.value.args[1]
    assert message == expect["error"] if "error" in expect else expect["error_contains"] in message


@pytest.mark.parametrize("row", rows("conformance/metric.jsonl"), ids=lambda row: row["id"])
def test_every_recorded_metric(row):
    """Also the refusals of no and of two transformations, which the class cannot make."""
    transformations = row["transformations"] if "transformations" in row else [row["transformation"]]
    request = {"filterPattern": row["pattern"], "metricTransformations": transformations}
    if "emitSystemFieldDimensions" in row:
        request["emitSystemFieldDimensions"] = row["emitSystemFieldDimensions"]
    expect = row["expect"]
    if row["op"] == "put_metric_filter" and expect.get("ok") is not True:
        with pytest.raises(MetricFilterError) as refused:
            emit(request, [])
        message = refused.value.args[1]
        assert message == expect["error"] if "error" in expect else expect["error_contains"] in message
        return
    if row["op"] == "put_metric_filter":
        assert emit(request, []) == []
    elif row["op"] == "emit":
        points = [{"value": p.value, "unit": p.unit, "dimensions": p.dimensions} for p in emit(request, [row["message"]])]
        assert points == [point for point in [expect["datapoint"]] if point is not None]
    elif row["op"] == "emit_minute":
        values = [point.value for point in emit(request, row["messages"])]
        assert (sum(values), len(values)) == (expect["sum"], expect["sampleCount"])
    else:
        assert row["op"] == "emit_series"
        start = 20_000 * MINUTE
        events = [(start + event["offset_min"] * MINUTE + 59_999, event["message"]) for event in row["events"]]
        found = [(point.timestamp, point.value) for point in emit(request, events)]
        assert found == [(start + point["offset_min"] * MINUTE, point["value"]) for point in expect["points"]]


@pytest.mark.parametrize("make", [str.encode, lambda text: bytearray(text.encode()), lambda text: memoryview(text.encode())])
def test_an_event_may_be_bytes(make):
    errors = MetricFilter('"\u00e9"', "App", "Errors")
    assert [point.value for point in errors.emit(make("\u00e9"))] == [1]
    assert [point.timestamp for point in errors.emit((90_500, make("\u00e9")))] == [60_000]


@pytest.mark.parametrize("event", [None, 3, {"a": 1}, ["a"], ("a", "b"), (1, 2), (1, "a", "b")])
def test_what_is_no_event_says_so(event):
    with pytest.raises(TypeError, match="an event is"):
        MetricFilter("ERROR", "App", "Errors").emit(event)


def test_bytes_that_are_no_text_are_refused():
    with pytest.raises(UnicodeDecodeError):
        MetricFilter("ERROR", "App", "Errors").emit(b"ERROR \xff")
