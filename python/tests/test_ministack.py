"""`cwfilter.ministack`: MiniStack answers `FilterLogEvents` as AWS does."""

import os
import signal
import socket
import subprocess
import sys
import time

import boto3
import cwfilter.ministack
import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def logs(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "GATEWAY_PORT": str(port), "BIND_HOST": "127.0.0.1", "HOME": str(tmp_path)}
    with open(tmp_path / "log", "wb") as log:
        server = subprocess.Popen([sys.executable, "-m", "cwfilter.ministack"], stdout=log, stderr=log, env=environment)
    try:
        deadline = time.monotonic() + 120
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                assert server.poll() is None and time.monotonic() < deadline, (tmp_path / "log").read_text()
                time.sleep(0.1)
        yield boto3.client(
            "logs",
            endpoint_url=f"http://127.0.0.1:{port}",
            region_name="us-east-1",
            aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
            aws_secret_access_key="secret",
        )
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait()


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


def test_another_shape_is_refused(monkeypatch):
    from ministack.services import cloudwatch_logs

    monkeypatch.delattr(cloudwatch_logs, "_subscription_pattern_matches")
    with pytest.raises(cwfilter.ministack.UnsupportedMiniStack, match="_subscription_pattern_matches"):
        cwfilter.ministack.install()
