"""Fills buckets of moto, and a folder with the same files: fill.py PORT FOLDER OBJECTS"""

import gzip
import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import boto3
from botocore.config import Config

port, folder, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
logs = boto3.client(
    "logs",
    endpoint_url=f"http://127.0.0.1:{port}",
    region_name="us-east-1",
    aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
    aws_secret_access_key="x",
)
s3 = boto3.client(
    "s3",
    endpoint_url=f"http://127.0.0.1:{port}",
    region_name="us-east-1",
    aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
    aws_secret_access_key="x",
    config=Config(max_pool_connections=8),
)
s3.create_bucket(Bucket="trail")


def put(key, body):
    path = os.path.join(folder, key)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(body)
    s3.put_object(Bucket="trail", Key=key, Body=body)


def delivery(i):
    day, region = 1 + i % 10, ["us-east-1", "eu-west-1"][i % 2]
    account = ["123456789012", "111122223333"][i // 2 % 2]
    organisation = "o-example/" if i // 4 % 2 else ""
    name = f"{account}_CloudTrail_{region}_202603{day:02}T1015Z_{i:05}.json.gz"
    records = [
        {
            "eventTime": f"2026-03-{day:02}T10:{j:02}:00Z",
            "eventName": "StopLogging" if (i + j) % 7 == 0 else "DescribeTrails",
            "awsRegion": region,
            "recipientAccountId": account,
            "eventID": f"{i}-{j}",
        }
        for j in range(10)
    ]
    body = gzip.compress(json.dumps({"Records": records}).encode(), mtime=0)
    put(f"AWSLogs/{organisation}{account}/CloudTrail/{region}/2026/03/{day:02}/{name}", body)


with ThreadPoolExecutor(8) as pool:
    list(pool.map(delivery, range(count)))

digest = "AWSLogs/123456789012/CloudTrail-Digest/us-east-1/2026/03/01/123456789012_CloudTrail-Digest_us-east-1_x.json.gz"
put(digest, gzip.compress(b'{"digestStartTime":"2026-03-01T00:00:00Z"}', mtime=0))

record = b'{"eventName":"StopLogging","eventTime":"2026-03-01T00:00:00Z","eventID":"%d"}\n'
names = ["a b.json", "a+b.json", "100%.json", "ü/é.json", "a%2Fb.json", "q?x=1&y#z.json", "'\"(){}[]~!@$^*;,.json", "no-extension"]
for i, name in enumerate(names):
    put(f"odd/{name}", record % i)
put("odd/notes.txt", b"Dear diary\n")
put("odd/picture.png", b"\x89PNG")
# names that a folder cannot hold
for i, key in enumerate(["strange/a//b.json", "strange/\x01.json", "strange/./dot.json", "strange/../up.json"]):
    s3.put_object(Bucket="trail", Key=key, Body=record % i)

# objects beside the folders of days
s3.create_bucket(Bucket="beside")
region = "AWSLogs/123456789012/CloudTrail/us-east-1/"
beside = ["export.json", "2026/all.json", "2026/03/all.json", "backfill/x.json", "backfill/2025/x.json", "2026/03/01/x.json"]
for i, name in enumerate(beside + ["2026/03/03/x.json", "2026/02/28/x.json", "2025/12/31/x.json"]):
    body = b'{"eventName":"StopLogging","eventTime":"2026-03-03T12:00:00Z","eventID":"%d"}\n' % i
    s3.put_object(Bucket="beside", Key=region + name, Body=body)
# the console makes the first one; the second one has a record
s3.put_object(Bucket="beside", Key="folders/empty/", Body=b"")
s3.put_object(Bucket="beside", Key="folders/full/", Body=record % 1)

# larger than one part
pad = "-" * 200
lines = [json.dumps({"eventName": "StopLogging" if i % 900 == 0 else "X", "eventID": i, "pad": pad}) for i in range(36000)]
put("large/events.ndjson", "\n".join(lines).encode())
put("empty/nothing.json", b"")

# more events than a page holds
now = int(time.time() * 1000)
logs.create_log_group(logGroupName="trail/events")
logs.create_log_group(logGroupName="trail/empty")
logs.create_log_stream(logGroupName="trail/events", logStreamName="one")
for start in range(0, 10500, 2100):
    events = [
        {"timestamp": now - 10500 + i, "message": json.dumps({"eventName": "StopLogging" if i % 2000 == 0 else "X", "eventID": str(i)})}
        for i in range(start, start + 2100)
    ]
    logs.put_log_events(logGroupName="trail/events", logStreamName="one", logEvents=events)
