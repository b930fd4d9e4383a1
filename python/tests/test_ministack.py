"""`cwfilter.ministack`: MiniStack matches, publishes and rings as AWS does."""

import importlib
import json
import time

import boto3
import cwfilter.ministack
import pytest
from botocore.exceptions import ClientError
from chain import METRIC, STOPPED, alarm, chain, log_group, put, queue, received, states
from server import KEYS, free_port, serving


@pytest.fixture
def client(tmp_path):
    port = free_port()
    settings = {"GATEWAY_PORT": str(port), "BIND_HOST": "127.0.0.1", "HOME": str(tmp_path)}
    with serving(tmp_path, port, "cwfilter.ministack", **settings) as address:
        yield lambda service: boto3.client(service, endpoint_url=address, region_name="us-east-1", **KEYS)


@pytest.fixture
def logs(client):
    return client("logs")


def test_events_are_filtered_and_patterns_refused_as_on_aws(logs):
    logs.create_log_group(logGroupName="trail")
    logs.create_log_stream(logGroupName="trail", logStreamName="s")
    now = int(time.time() * 1000)
    messages = ['{"eventName":"StopLogging"}', '{"eventName":"GetObject"}', "plain ERROR"]
    logs.put_log_events(
        logGroupName="trail", logStreamName="s", logEvents=[{"timestamp": now, "message": message} for message in messages]
    )

    def found(pattern):
        return [event["message"] for event in logs.filter_log_events(logGroupName="trail", filterPattern=pattern)["events"]]

    assert found('{ $.eventName = "Stop*" }') == messages[:1]
    assert found('{ $.eventName != "StopLogging" }') == messages[1:2]
    assert found("error") == [] and found("ERROR") == messages[2:] and found("") == messages
    metric = [{"metricNamespace": "Security", "metricName": "Stopped", "metricValue": "1"}]
    for call, text in [
        (lambda: found("{ $.v EXISTS }"), "Invalid filter pattern"),
        (
            lambda: logs.put_metric_filter(
                logGroupName="trail", filterName="f", filterPattern="{ $.v EXISTS }", metricTransformations=metric
            ),
            "Invalid metric filter pattern",
        ),
        (
            lambda: logs.put_subscription_filter(
                logGroupName="trail",
                filterName="f",
                filterPattern='"ERROR',
                destinationArn="arn:aws:lambda:us-east-1:123456789012:function:f",
            ),
            "Invalid character(s) in term '\"ERROR'",
        ),
    ]:
        with pytest.raises(ClientError) as caught:
            call()
        assert caught.value.response["Error"] == {"Code": "InvalidParameterException", "Message": text}


def clients(client):
    return {service: client(service) for service in ("logs", "cloudwatch", "sns", "sqs")}


def test_from_a_login_to_a_message_in_a_queue(client):
    chain(clients(client))


def test_what_aws_refuses_of_metric_filters_is_refused(client):
    logs = client("logs")
    log_group(logs)
    with pytest.raises(ClientError, match="metric value many must be a valid number"):
        transformation = [{**METRIC[0], "metricValue": "many"}]
        logs.put_metric_filter(logGroupName="trail", filterName="f", filterPattern="", metricTransformations=transformation)


def test_dimensions_and_percentiles_of_an_alarm_count(client):
    aws = clients(client)
    log_group(aws["logs"])
    url, topic = queue(aws)
    latency = [{**METRIC[0], "metricValue": "$.ms", "dimensions": {"Path": "$.path"}}]
    aws["logs"].put_metric_filter(logGroupName="trail", filterName="f", filterPattern="{ $.ms = * }", metricTransformations=latency)
    of = {"Statistic": "Average", "Threshold": 5}
    alarm(aws, topic, "slow", Dimensions=[{"Name": "Path", "Value": "/a"}], **of)
    alarm(aws, topic, "other", Dimensions=[{"Name": "Path", "Value": "/b"}], **of)
    alarm(aws, topic, "all", **of)
    put(aws["logs"], '{"ms":4,"path":"/a"}', '{"ms":8,"path":"/a"}', '{"ms":1,"path":"/b"}')
    assert states(aws) == {"slow": "ALARM", "other": "OK", "all": "INSUFFICIENT_DATA"}
    (message,) = received(aws, url)
    trigger = json.loads(message["Message"])["Trigger"]
    assert (trigger["Statistic"], trigger["Dimensions"]) == ("AVERAGE", [{"value": "/a", "name": "Path"}])


def test_composite_alarms_send_their_own_message(client):
    aws = clients(client)
    log_group(aws["logs"])
    url, topic = queue(aws)
    aws["logs"].put_metric_filter(logGroupName="trail", filterName="f", filterPattern=STOPPED, metricTransformations=METRIC)
    alarm(aws, topic, AlarmActions=[], ActionsEnabled=False)
    aws["cloudwatch"].put_composite_alarm(AlarmName="both", AlarmRule="ALARM(stopped)", AlarmActions=[topic], ActionsEnabled=True)
    put(aws["logs"], '{"eventName":"StopLogging"}')
    assert states(aws) == {"stopped": "ALARM", "both": "ALARM"}
    text = json.loads(received(aws, url)[0]["Message"])
    assert (text["AlarmName"], text["NewStateValue"], text["AlarmRule"]) == ("both", "ALARM", "ALARM(stopped)")


@pytest.mark.parametrize(
    "service, name", [("cloudwatch_logs", "_subscription_pattern_matches"), ("cloudwatch", "_evaluate_alarm")]
)
def test_another_shape_is_refused(monkeypatch, service, name):
    monkeypatch.delattr(importlib.import_module(f"ministack.services.{service}"), name)
    with pytest.raises(cwfilter.ministack.UnsupportedMiniStack, match=name):
        cwfilter.ministack.install()
