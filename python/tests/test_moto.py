"""`cwfilter.moto`: moto answers as AWS does. Runs with the oldest and the newest version of moto that it claims."""

import contextlib
import datetime
import gzip
import json
import warnings
from pathlib import Path

import boto3
import cwfilter.moto
import moto
import pytest
from botocore.exceptions import ClientError
from chain import METRIC, STOPPED, alarm, chain, log_group, put, queue, received, states
from server import KEYS, free_port, serving

CASES = Path(__file__).parents[2] / "tests/conformance/cases.jsonl"
SERVICES = ("logs", "cloudwatch", "sns", "sqs", "kinesis")


def mocked():
    """moto's mock, as its versions call it."""
    if hasattr(moto, "mock_aws"):
        return moto.mock_aws()
    stack = contextlib.ExitStack()
    for service in SERVICES:
        stack.enter_context(getattr(moto, f"mock_{service}")())
    return stack


def client(service, **more):
    return boto3.client(service, region_name="us-east-1", **KEYS, **more)


@pytest.fixture(params=["before the mock", "inside the mock"])
def aws(request):
    with contextlib.ExitStack() as stack:
        if request.param == "before the mock":
            stack.enter_context(cwfilter.moto.installed())
            stack.enter_context(mocked())
        else:
            stack.enter_context(mocked())
            stack.enter_context(cwfilter.moto.installed())
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore", DeprecationWarning)
        yield {service: client(service) for service in SERVICES}


def test_from_a_login_to_a_message_in_a_queue(aws):
    chain(aws)


def observed():
    for line in CASES.read_text().splitlines():
        case = json.loads(line)
        if case["evidence"] == "observed" and not case.get("disputed") and not case.get("error_filter_log_events"):
            yield case


def test_every_answer_that_was_observed_on_aws():
    """`TestMetricFilter` through boto3, and the filter of `FilterLogEvents`; before, moto gave the right answer to fewer than half."""
    from moto.logs import models

    cases, right = list(observed()), 0
    for case in cases:
        try:
            answer = models.EventMessageFilter(case["pattern"]).matches(case["message"])
        except Exception:
            answer = None
        right += answer is (None if case.get("invalid") else case["match"])
    assert right < 0.6 * len(cases)
    print(f"moto {moto.__version__}: {right} of {len(cases)} answers of FilterLogEvents are right")
    wrong = []
    with cwfilter.moto.installed(), mocked(), warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        logs, asked = client("logs"), 0
        for case in cases:
            try:
                answer = models.EventMessageFilter(case["pattern"]).matches(case["message"])
            except Exception:
                answer = None
            if answer is not (None if case.get("invalid") else case["match"]):
                wrong.append((case["id"], answer))
            # what boto3 refuses itself
            if not case["message"] or not 0 < len(case["pattern"]) <= 1024:
                continue
            asked += 1
            try:
                found = logs.test_metric_filter(filterPattern=case["pattern"], logEventMessages=[case["message"]])
                answer = bool(found["matches"])
            except ClientError as error:
                message = error.response["Error"]["Message"]
                assert case.get("error") in (None, message), case["id"]
                answer = None
            if answer is not (None if case.get("invalid") else case["match"]):
                wrong.append((case["id"], answer))
    print(f"with cwfilter.moto: {len(cases) - len(wrong)} of {len(cases)}; {asked} of them also by TestMetricFilter")
    assert not wrong and asked > 1000


def test_events_are_filtered(aws):
    log_group(aws["logs"])
    put(aws["logs"], '{"eventName":"StopLogging"}', '{"eventName":"GetObject"}', "plain text ERROR")

    def found(pattern, **more):
        events = aws["logs"].filter_log_events(logGroupName="trail", filterPattern=pattern, **more)["events"]
        return [event["message"] for event in events]

    assert found(STOPPED) == ['{"eventName":"StopLogging"}']
    assert found('{ $.eventName != "StopLogging" }') == ['{"eventName":"GetObject"}']
    assert found("ERROR -Get") == ["plain text ERROR"] and found("error") == [] and len(found("")) == 3
    assert len(aws["logs"].filter_log_events(logGroupName="trail")["events"]) == 3


@pytest.mark.parametrize(
    "operation, request_, code, message",
    [
        ("filter_log_events", {"filterPattern": "{ $.v EXISTS }"}, "InvalidParameterException", "Invalid filter pattern"),
        (
            "put_metric_filter",
            {"filterName": "f", "filterPattern": "{ $.v EXISTS }", "metricTransformations": METRIC},
            "InvalidParameterException",
            "Invalid metric filter pattern",
        ),
        (
            "put_metric_filter",
            {"filterName": "f", "filterPattern": "", "metricTransformations": [{**METRIC[0], "metricValue": "abc"}]},
            "InvalidParameterException",
            "Invalid metric transformation: metric value abc must be a valid number",
        ),
        (
            "put_metric_filter",
            {"logGroupName": "other", "filterName": "f", "filterPattern": "", "metricTransformations": METRIC},
            "ResourceNotFoundException",
            "The specified log group does not exist.",
        ),
        (
            "put_subscription_filter",
            {"filterName": "f", "filterPattern": '"ERROR', "destinationArn": "arn:aws:kinesis:us-east-1:123456789012:stream/s"},
            "InvalidParameterException",
            "Invalid character(s) in term '\"ERROR'",
        ),
        (
            "test_metric_filter",
            {"filterPattern": "x", "logEventMessages": ["x"] * 51},
            "InvalidParameterException",
            "Member must have length less than or equal to 50",
        ),
    ],
)
def test_what_aws_refuses_is_refused(aws, operation, request_, code, message):
    log_group(aws["logs"])
    named = {} if operation == "test_metric_filter" else {"logGroupName": "trail"}
    with pytest.raises(ClientError) as caught:
        getattr(aws["logs"], operation)(**{**named, **request_})
    assert caught.value.response["Error"]["Code"] == code and message in caught.value.response["Error"]["Message"]


def test_the_values_of_columns_are_extracted(aws):
    found = aws["logs"].test_metric_filter(filterPattern="[ip, status = 4*]", logEventMessages=["a 200", "b 404"])["matches"]
    assert found == [{"eventNumber": 2, "eventMessage": "b 404", "extractedValues": {"$ip": "b", "$status": "404"}}]


def test_subscriptions_deliver_what_matches(aws):
    log_group(aws["logs"])
    kinesis = aws["kinesis"]
    kinesis.create_stream(StreamName="s", ShardCount=1)
    arn = kinesis.describe_stream(StreamName="s")["StreamDescription"]["StreamARN"]
    role = "arn:aws:iam::123456789012:role/logs"
    aws["logs"].put_subscription_filter(
        logGroupName="trail", filterName="f", filterPattern=STOPPED, destinationArn=arn, roleArn=role
    )
    put(aws["logs"], '{"eventName":"GetObject"}')
    put(aws["logs"], '{"eventName":"GetObject"}', '{"eventName":"StopLogging"}')
    shard = kinesis.get_shard_iterator(StreamName="s", ShardId="shardId-000000000000", ShardIteratorType="TRIM_HORIZON")
    records = kinesis.get_records(ShardIterator=shard["ShardIterator"])["Records"]
    events = [event["message"] for record in records for event in json.loads(gzip.decompress(record["Data"]))["logEvents"]]
    assert events == ['{"eventName":"StopLogging"}'] and len(records) == 1


def test_metric_filters_publish_values_units_dimensions_and_defaults(aws):
    log_group(aws["logs"])
    name, now = "latency", datetime.datetime.now(datetime.timezone.utc)

    def transformation(**more):
        return [{"metricNamespace": "Web", "metricName": "Latency", "metricValue": "$.latency", **more}]

    ask = {"logGroupName": "trail", "filterName": name, "filterPattern": "{ $.latency = * }"}
    aws["logs"].put_metric_filter(**ask, metricTransformations=transformation(metricValue="7"))
    # the filter of this name is replaced
    aws["logs"].put_metric_filter(
        **ask, metricTransformations=transformation(unit="Milliseconds", dimensions={"Path": "$.path"})
    )
    assert len(aws["logs"].describe_metric_filters(logGroupName="trail")["metricFilters"]) == 1
    put(aws["logs"], '{"latency":11.5,"path":"/a"}', '{"latency":2,"path":"/b"}', '{"path":"/a"}')

    def statistics(namespace="Web", metric="Latency", **more):
        found = aws["cloudwatch"].get_metric_statistics(
            Namespace=namespace,
            MetricName=metric,
            StartTime=now - datetime.timedelta(hours=1),
            EndTime=now + datetime.timedelta(hours=1),
            Period=7200,
            Statistics=["Sum", "SampleCount"],
            **more,
        )["Datapoints"]
        return [(point["Sum"], point["SampleCount"], point["Unit"]) for point in found]

    path = [{"Name": "Path", "Value": "/a"}]
    assert statistics(Dimensions=path) == [(11.5, 1, "Milliseconds")]
    aws["logs"].put_metric_filter(
        logGroupName="trail",
        filterName="errors",
        filterPattern="ERROR",
        metricTransformations=[{**METRIC[0], "metricName": "Errors", "defaultValue": 0}],
    )
    put(aws["logs"], "ERROR", "fine", "fine")
    assert statistics("Security", "Errors")[0][:2] == (1, 3)


def test_composite_alarms_ring(aws):
    log_group(aws["logs"])
    url, topic = queue(aws)
    aws["logs"].put_metric_filter(logGroupName="trail", filterName="f", filterPattern=STOPPED, metricTransformations=METRIC)
    alarm(aws, topic, AlarmActions=[], ActionsEnabled=False)
    alarm(aws, topic, "other", MetricName="Other", AlarmActions=[])
    aws["cloudwatch"].put_composite_alarm(
        AlarmName="both", AlarmRule="ALARM(stopped) AND NOT ALARM(other)", AlarmActions=[topic], ActionsEnabled=True
    )
    with pytest.raises(ClientError, match="AlarmRule"):
        aws["cloudwatch"].put_composite_alarm(AlarmName="wrong", AlarmRule="ALARM(stopped) AND")
    put(aws["logs"], '{"eventName":"StopLogging"}')
    assert states(aws) == {"stopped": "ALARM", "other": "INSUFFICIENT_DATA", "both": "ALARM"}
    text = json.loads(received(aws, url)[0]["Message"])
    assert (text["AlarmName"], text["NewStateValue"], text["AlarmRule"]) == (
        "both",
        "ALARM",
        "ALARM(stopped) AND NOT ALARM(other)",
    )


def test_alarms_on_missing_data_are_evaluated_when_asked(aws):
    url, topic = queue(aws)
    alarm(aws, topic, TreatMissingData="breaching")
    alarm(aws, topic, "silent", TreatMissingData="breaching", ActionsEnabled=False)
    assert cwfilter.moto.evaluate_alarms() == {"stopped": "ALARM", "silent": "ALARM"}
    assert [json.loads(message["Message"])["AlarmName"] for message in received(aws, url)] == ["stopped"]
    with pytest.raises(ValueError, match="time zone"):
        cwfilter.moto.evaluate_alarms(datetime.datetime(2026, 1, 1))


def test_what_is_not_modelled_is_said(aws):
    aws["cloudwatch"].put_metric_alarm(
        AlarmName="math",
        Metrics=[{"Id": "a", "Expression": "ANOMALY_DETECTION_BAND(m)", "ReturnData": True}],
        EvaluationPeriods=1,
        ComparisonOperator="GreaterThanThreshold",
        Threshold=1,
    )
    with pytest.warns(UserWarning, match="math"):
        cwfilter.moto.evaluate_alarms()


def test_moto_is_restored():
    from moto.logs import models, responses, utils

    owners = (utils, models, models.LogsBackend, models.LogStream, responses.LogsResponse)
    before = [dict(vars(owner)) for owner in owners]
    cwfilter.moto.install()
    cwfilter.moto.install(alarms=False)
    assert [dict(vars(owner)) for owner in owners] != before
    cwfilter.moto.uninstall()
    cwfilter.moto.uninstall()
    assert [dict(vars(owner)) for owner in owners] == before


@pytest.mark.parametrize("version", ["4.2.13", "3.1.0", "5.3.0", "6.0.0"])
def test_other_versions_are_refused(monkeypatch, version):
    monkeypatch.setattr(moto, "__version__", version)
    with pytest.raises(cwfilter.moto.UnsupportedMoto, match=f"moto {version} is not supported.* 4.2.14 to 5.2.x"):
        cwfilter.moto.install()


def test_a_version_with_another_shape_is_refused_and_left_as_it_is(monkeypatch):
    from moto.logs import models

    monkeypatch.setattr(models.LogStream, "_send_log_events", lambda self, events: None)
    original = models.EventMessageFilter
    with pytest.raises(cwfilter.moto.UnsupportedMoto, match="LogStream._send_log_events"):
        cwfilter.moto.install()
    assert models.EventMessageFilter is original


def test_the_fixture_of_the_plugin(cwfilter_moto):
    from moto.logs import models

    assert models.EventMessageFilter.__module__ == "cwfilter.moto._patches"


def test_the_whole_chain_through_the_server(tmp_path):
    port = free_port()
    with serving(tmp_path, port, "cwfilter.moto", "-H", "127.0.0.1", "-p", str(port)) as address:
        chain({service: client(service, endpoint_url=address) for service in SERVICES})
