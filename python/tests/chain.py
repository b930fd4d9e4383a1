"""From log events to a message in a queue, with boto3 as the client of an emulator."""

import json
import time

STOPPED = '{ $.eventName = "StopLogging" }'
METRIC = [{"metricNamespace": "Security", "metricName": "Stopped", "metricValue": "1"}]


def put(logs, *messages, group="trail"):
    now = int(time.time() * 1000)
    logs.put_log_events(
        logGroupName=group, logStreamName="s", logEvents=[{"timestamp": now, "message": message} for message in messages]
    )


def log_group(logs, name="trail"):
    logs.create_log_group(logGroupName=name)
    logs.create_log_stream(logGroupName=name, logStreamName="s")


def queue(aws):
    url = aws["sqs"].create_queue(QueueName="q")["QueueUrl"]
    arn = aws["sqs"].get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    topic = aws["sns"].create_topic(Name="alerts")["TopicArn"]
    aws["sns"].subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    return url, topic


def received(aws, url):
    found = aws["sqs"].receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    return [json.loads(message["Body"]) for message in found]


def alarm(aws, topic, name="stopped", **more):
    request = {
        "AlarmName": name,
        "Namespace": "Security",
        "MetricName": "Stopped",
        "Statistic": "Sum",
        "Period": 300,
        "EvaluationPeriods": 1,
        "Threshold": 1,
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        "AlarmActions": [topic],
        **more,
    }
    aws["cloudwatch"].put_metric_alarm(**request)


def states(aws):
    found = aws["cloudwatch"].describe_alarms(AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    return {it["AlarmName"]: it["StateValue"] for it in found["MetricAlarms"] + found.get("CompositeAlarms", [])}


def chain(aws):
    """Log in, trigger, alarm, message in the queue."""
    log_group(aws["logs"])
    url, topic = queue(aws)
    failed = '{ $.eventName = "ConsoleLogin" && $.errorMessage = "Failed*" }'
    aws["logs"].put_metric_filter(logGroupName="trail", filterName="failed", filterPattern=failed, metricTransformations=METRIC)
    alarm(aws, topic, Threshold=3)
    assert states(aws) == {"stopped": "INSUFFICIENT_DATA"}
    login = json.dumps({"eventName": "ConsoleLogin", "responseElements": {"ConsoleLogin": "Success"}})
    wrong = json.dumps({"eventName": "ConsoleLogin", "errorMessage": "Failed authentication"})
    put(aws["logs"], login, wrong, login, wrong)
    assert states(aws) == {"stopped": "OK"} and received(aws, url) == []
    put(aws["logs"], wrong)
    message, *more = received(aws, url)
    text = json.loads(message["Message"])
    assert not more and message["Subject"] == 'ALARM: "stopped" in US East (N. Virginia)'
    assert (text["AlarmName"], text["OldStateValue"], text["NewStateValue"]) == ("stopped", "OK", "ALARM")
    assert text["NewStateReason"].startswith("Threshold Crossed: 1 datapoint [3.0 (")
    # nothing changes, nothing is sent
    put(aws["logs"], wrong)
    assert states(aws) == {"stopped": "ALARM"} and received(aws, url) == []
