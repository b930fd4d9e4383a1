"""A small archive as CloudTrail delivers it, the same every time."""

import gzip
import json
import random
from pathlib import Path

ACCOUNT = "123456789012"
RULES = {
    "logging-stopped": '{ $.eventName = "StopLogging" || $.eventName = "DeleteTrail" }',
    "root": '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }',
    "denied": '{ $.errorCode = "AccessDenied*" || $.errorCode = "*UnauthorizedOperation" }',
    "login-without-mfa": '{ $.eventName = "ConsoleLogin" && $.additionalEventData.MFAUsed != "Yes" }',
    "never": '{ $.eventName = "CloseAccount" }',
}
NAMES = ["GetObject", "AssumeRole", "DescribeInstances", "PutObject", "ListBuckets", "StopLogging", "DeleteTrail", "ConsoleLogin"]


def record(number, random):
    kind = random.choices(["AssumedRole", "IAMUser", "Root"], [90, 8, 2])[0]
    return {
        "eventVersion": "1.09",
        "userIdentity": {
            "type": kind,
            "principalId": f"AROAEXAMPLEID{number:06}:session",
            "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/role-{number % 40}/session",
            "accountId": ACCOUNT,
            "accessKeyId": "AKIAIOSFODNN7EXAMPLE",
        },
        "eventTime": f"2026-03-{1 + number % 5:02}T{number % 24:02}:00:00Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": random.choices(NAMES, [30, 20, 15, 15, 12, 1, 1, 6])[0],
        "awsRegion": "us-east-1",
        "sourceIPAddress": f"198.51.100.{number % 250}",
        "userAgent": 'aws-sdk-go/1.44.116 (go1.20; linux; amd64) "quoted" \u00e4',
        **({"errorCode": "AccessDenied", "errorMessage": "not authorized"} if random.random() < 0.03 else {}),
        "requestParameters": {"bucketName": f"bucket-{number % 100}", "key": "logs/" + "x" * (number % 300)},
        "responseElements": None,
        "additionalEventData": {"MFAUsed": random.choice(["Yes", "No"]), "bytesTransferredOut": number},
        "eventID": f"{number:08x}-1111-2222-3333-444444444444",
        "readOnly": number % 3 == 0,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": ACCOUNT,
    }


def write(root: Path, files: int) -> None:
    """Writes `files` delivery files, and the other objects of such a bucket: a digest, a foreign file, three damaged files."""
    seeded = random.Random(7)
    texts = [json.dumps(record(number, seeded), separators=(",", ":")) for number in range(2000)]
    for number in range(files):
        folder = root / "AWSLogs" / ACCOUNT / "CloudTrail/us-east-1/2026/03" / f"{1 + number % 28:02}"
        folder.mkdir(parents=True, exist_ok=True)
        records = seeded.sample(texts, seeded.randint(1, 25))
        name = f"{ACCOUNT}_CloudTrail_us-east-1_20260301T0000Z_{number:016}.json.gz"
        (folder / name).write_bytes(gzip.compress(b'{"Records":[' + ",".join(records).encode() + b"]}", 1, mtime=0))
    whole = gzip.compress(b'{"Records":[' + ",".join(texts).encode() + b"]}", mtime=0)
    (root / "cut.json.gz").write_bytes(whole[: len(whole) // 2])
    (root / "empty.json").write_bytes(b"")
    (root / "page.json").write_bytes(b"<html>Not found</html>")
    (root / "notes.txt").write_bytes(b"a foreign object")
    digest = root / "AWSLogs" / ACCOUNT / "CloudTrail-Digest/us-east-1/2026/03/01"
    digest.mkdir(parents=True)
    (digest / f"{ACCOUNT}_CloudTrail-Digest_us-east-1_trail_us-east-1_20260301T000000Z.json.gz").write_bytes(
        gzip.compress(b'{"digestS3Bucket":"b","eventName":"StopLogging"}')
    )


def write_rules(path: Path, rules: dict) -> Path:
    """A rule file of the patterns by name."""
    path.write_text("".join(f"[[rule]]\nid = '{name}'\npattern = '''{text}'''\n" for name, text in rules.items()))
    return path
