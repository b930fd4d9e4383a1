"""Puts log events into a log group of moto: put.py PORT GROUP SECONDS-BEFORE-NOW:NAME ..."""

import json
import sys
import time

import boto3

port, group, *events = sys.argv[1:]
logs = boto3.client(
    "logs",
    endpoint_url=f"http://127.0.0.1:{port}",
    region_name="us-east-1",
    aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
    aws_secret_access_key="x",
)
if not logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]:
    logs.create_log_group(logGroupName=group)
    logs.create_log_stream(logGroupName=group, logStreamName="one")
now = int(time.time() * 1000)
pairs = [event.split(":") for event in events]
logs.put_log_events(
    logGroupName=group,
    logStreamName="one",
    # no eventID, so that only the ids of the log events tell copies
    logEvents=[{"timestamp": now - int(before) * 1000, "message": json.dumps({"eventName": name})} for before, name in pairs],
)
