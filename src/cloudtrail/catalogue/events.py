#!/usr/bin/env python3
"""Writes events.tsv: which event names CloudTrail records for which event source.

    python3 src/cloudtrail/catalogue/events.py BOTOCORE.whl [EVENTS.jsonl ...]

The names of API operations and the endpoint prefixes are those of botocore's service models (PyPI, Apache-2.0).
EVENTS are CloudTrail records; names and sources seen there are added: sign-ins, service events, versioned names.
"""
import collections
import gzip
import json
import pathlib
import re
import sys
import zipfile

# event sources that are not <endpoint prefix>.amazonaws.com, as seen in records
PREFIXES = {"email": "ses", "streams.dynamodb": "dynamodb", "entitlement.marketplace": "aws-marketplace",
            "api.pricing": "pricing", "api.sagemaker": "sagemaker", "api.ecr": "ecr", "api.ecr-public": "ecr-public",
            "metering.marketplace": "metering-marketplace", "runtime.sagemaker": "sagemaker", "portal.sso": "sso"}
# what CloudTrail records besides API operations (AWS CloudTrail user guide: console sign-in events, service events)
OTHERS = {
    "signin.amazonaws.com": ["ConsoleLogin", "CheckMfa", "ExitRole", "RenewRole", "SwitchRole", "PasswordRecoveryRequested",
                             "PasswordRecoveryCompleted", "PasswordUpdated", "CredentialChallenge", "CredentialVerification",
                             "UserAuthentication", "GetSigninToken", "EmailUpdated", "MfaEnabled", "MfaDisabled"],
    "s3.amazonaws.com": [verb + scope + "PublicAccessBlock" for verb in ("Get", "Put", "Delete") for scope in ("Bucket", "Account")],
    "codecommit.amazonaws.com": ["GitPull", "GitPush"],
    "kms.amazonaws.com": ["RotateKey", "DeleteKey"],
    "sso.amazonaws.com": ["Authenticate", "Federate", "Logout"],
}

wheel, *records = sys.argv[1:]
names = collections.defaultdict(set)
with zipfile.ZipFile(wheel) as archive:
    version = re.search(r"botocore-([0-9.]+)-", pathlib.Path(wheel).name).group(1)
    for path in archive.namelist():
        if not re.search(r"/service-2\.json(\.gz)?$", path):
            continue
        data = archive.read(path)
        model = json.loads(gzip.decompress(data) if path.endswith(".gz") else data)
        prefix = model["metadata"]["endpointPrefix"]
        source = PREFIXES.get(prefix, prefix).rsplit("/")[-1] + ".amazonaws.com"
        operations = list(model["operations"])
        names[source].update(operations)
        api = model["metadata"]["apiVersion"].replace("-", "")
        if prefix == "lambda":
            names[source].update(name + suffix for name in operations for suffix in (api, api + "v2"))
        if prefix == "cloudfront":
            names[source].update(name + model["metadata"]["apiVersion"].replace("-", "_") for name in operations)
for source, more in OTHERS.items():
    names[source].update(more)
for path in records:
    for line in open(path, encoding="utf-8"):
        record = json.loads(line)
        source, name = record.get("eventSource"), record.get("eventName")
        if isinstance(source, str) and isinstance(name, str) and re.fullmatch(r"[a-z0-9.-]+\.amazonaws\.com", source) \
                and re.fullmatch(r"[A-Za-z0-9_]+", name) and source in names:
            names[source].add(name)

target = pathlib.Path(__file__).with_name("events.tsv")
with open(target, "w", encoding="utf-8") as out:
    out.write(f"# event source, event names; written by events.py from botocore {version} and recorded events\n")
    for source in sorted(names):
        out.write(source + "\t" + " ".join(sorted(names[source])) + "\n")
