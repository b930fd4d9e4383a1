"""`cwfilter.alarm` against the recordings of AWS."""

import json
from pathlib import Path

import pytest
from cwfilter import alarm

SIGNALS = Path(__file__).parents[2] / "tests/signals"


def lines(name):
    return [json.loads(line) for line in (SIGNALS / f"{name}.jsonl").read_text().splitlines()]


def test_statistics():
    for line in lines("statistics"):
        puts = [
            {"statisticValues": {k: v for k, v in put.items() if k != "kind"}}
            if put["kind"] == "statisticValues"
            else {k: v for k, v in put.items() if k != "kind" and v is not None}
            for put in line["put"]
        ]
        got = alarm.statistics(puts, list(line["statistics"]))
        for name, expected in line["statistics"].items():
            assert got[name] == (expected if expected in (None, "NaN") else pytest.approx(expected)), (line["id"], name)


def test_composite_rules():
    for line in lines("composite"):
        if line["kind"] != "rule":
            continue
        message = line["result"].get("message")
        ask = dict(existing=line["existing_alarms"], name=line["own_name"])
        if message is None:
            assert alarm.composite(line["alarm_rule"], **ask) is None
        else:
            with pytest.raises(alarm.AlarmError) as error:
                alarm.composite(line["alarm_rule"], **ask)
            assert error.value.args == (line["result"]["code"], message)


def test_an_evaluation_and_its_message():
    request = {
        "AlarmName": "root-usage",
        "Namespace": "Security",
        "MetricName": "RootUsage",
        "Statistic": "Sum",
        "Period": 300,
        "EvaluationPeriods": 1,
        "Threshold": 1,
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
    }
    puts = [{"timestamp": "2026-03-04T10:11:01Z", "value": 2}]
    answer = alarm.evaluate(request, puts, "2026-03-04T10:15:20Z", prior={"state": "OK"})
    assert answer["state"] == "ALARM"
    assert answer["reason"].startswith("Threshold Crossed: 1 datapoint [2.0 (04/03/26 10:10:00)] was greater")
    transition = {"from": "OK", "to": "ALARM", "reason": answer["reason"], "time": "2026-03-04T10:15:20Z"}
    assert alarm.notify(request, transition)["subject"] == 'ALARM: "root-usage" in US East (N. Virginia)'
    assert alarm.admit("PutMetricAlarm", request) is None
    with pytest.raises(alarm.AlarmError, match="not modelled"):
        alarm.evaluate({**request, "EvaluationCriteria": {}}, puts, "2026-03-04T10:15:20Z")
