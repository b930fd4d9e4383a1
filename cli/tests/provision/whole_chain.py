"""From an event to a message in a queue, over what cwfilter applied: whole_chain.py ENDPOINT CWFILTER LOG_GROUP QUEUE EVENT

Each link is asked for its configuration. moto keeps the events, metric filters, metrics, alarms and topics, and delivers from SNS to
SQS. It evaluates neither metric filters nor alarms, and an alarm's actions do nothing: `cwfilter emit` and `cwfilter alarm` are asked
with what moto describes, and their answers go back to moto. Prints one JSON object: the links, and the messages of the queue.
"""

import datetime
import json
import subprocess
import sys
import time

import boto3

endpoint, cwfilter, group, queue, event = sys.argv[1:]
REGION, ACCOUNT = "us-east-1", "123456789012"


def client(service):
    return boto3.client(service, endpoint_url=endpoint, region_name=REGION)


def ask(verb, request):
    line = json.dumps({"id": "1", **request}, default=lambda time: time.isoformat())
    run = subprocess.run([cwfilter, verb, "--ndjson"], input=line + "\n", capture_output=True, text=True, check=True)
    answer = json.loads(run.stdout)
    if "error" in answer:
        sys.exit(f"cwfilter {verb}: {answer['error']}\n{line}")
    return answer


logs, cloudwatch, sns, sqs = client("logs"), client("cloudwatch"), client("sns"), client("sqs")
url = sqs.create_queue(QueueName=queue)["QueueUrl"]
links = []

# event: into the log group, as a trail would
stream, now = f"stream-{time.time_ns()}", int(time.time() * 1000)
logs.create_log_stream(logGroupName=group, logStreamName=stream)
logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=[{"timestamp": now, "message": event}])
events = logs.get_log_events(logGroupName=group, logStreamName=stream)["events"]
events = [{"timestamp": it["timestamp"], "message": it["message"]} for it in events]

# metric filters: their datapoints, by `cwfilter emit`
for it in logs.describe_metric_filters(logGroupName=group)["metricFilters"]:
    request = {name: it[name] for name in ("filterPattern", "metricTransformations")}
    metric = request["metricTransformations"][0]
    points = ask("emit", {**request, "logEvents": events})["datapoints"]
    links.append(f"filter {it['filterName']}: {[point['value'] for point in points]}")
    for point in points:
        when = datetime.datetime.fromtimestamp(point["timestamp"] / 1000, datetime.timezone.utc)
        data = {"MetricName": metric["metricName"], "Timestamp": when, "Value": point["value"]}
        cloudwatch.put_metric_data(Namespace=metric["metricNamespace"], MetricData=[data])

# alarms: their states, by `cwfilter alarm`, and their messages to the topic
MEMBERS = (
    "AlarmName AlarmDescription ActionsEnabled AlarmActions OKActions InsufficientDataActions MetricName Namespace Statistic Period"
    " EvaluationPeriods DatapointsToAlarm Threshold ComparisonOperator TreatMissingData"
).split()
start = datetime.datetime.fromtimestamp(now // 60_000 * 60 - 3600, datetime.timezone.utc)
end = start + datetime.timedelta(hours=2)
for it in cloudwatch.describe_alarms(AlarmTypes=["MetricAlarm"])["MetricAlarms"]:
    if not it["AlarmName"].startswith(group.removesuffix("-trail") + "."):
        continue
    found = cloudwatch.get_metric_statistics(
        Namespace=it["Namespace"], MetricName=it["MetricName"], StartTime=start, EndTime=end, Period=60, Statistics=["Sum"]
    )["Datapoints"]
    puts = [{"timestamp": point["Timestamp"], "value": point["Sum"]} for point in found]
    alarm = {name: it[name] for name in MEMBERS if name in it}
    # two minutes later the minute of the event is in a window, wherever in its minute it was
    at = datetime.datetime.fromtimestamp(now / 1000 + 120, datetime.timezone.utc)
    verdict = ask("alarm", {"op": "evaluate", "alarm": alarm, "puts": puts, "at": at})
    links.append(f"alarm {it['AlarmName']}: {verdict['state']}")
    if verdict["state"] != "ALARM":
        continue
    reason, data = verdict["reason"], json.dumps(verdict["reasonData"])
    before = it["StateValue"]
    cloudwatch.set_alarm_state(AlarmName=it["AlarmName"], StateValue="ALARM", StateReason=reason, StateReasonData=data)
    now_is = cloudwatch.describe_alarms(AlarmNames=[it["AlarmName"]])["MetricAlarms"][0]
    links.append(f"account {it['AlarmName']}: {now_is['StateValue']}")
    transition = {"from": before, "to": "ALARM", "reason": reason, "time": at, "configurationUpdated": start}
    request = {"op": "notify", "channel": "sns", "alarm": alarm, "account": ACCOUNT, "region": REGION, "transition": transition}
    message = ask("alarm", request)
    for topic in now_is["AlarmActions"]:
        text = message["message"] if isinstance(message["message"], str) else json.dumps(message["message"])
        sns.publish(TopicArn=topic, Subject=message["subject"], Message=text)

received = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)
bodies = [json.loads(it["Body"]) for it in received.get("Messages", [])]
messages = [{"subject": it["Subject"], **json.loads(it["Message"])} for it in bodies]
print(json.dumps({"links": links, "messages": messages}))
