#!/usr/bin/env python3
"""Writes requests.tsv: what recorded events of each name have in `requestParameters`, and whether they are read-only.

    python3 src/cloudtrail/catalogue/requests.py ORIGIN.jsonl ...

ORIGIN.jsonl: recorded CloudTrail records, one a line; the file's name is the origin. Only the origins that origins.tsv calls `recorded`
are read. The table has keys that AWS chose, and no value of an account: a text is a word of AWS, or the value of DOCUMENTED for its key.
A key is there if at least half of the events with parameters have it.
"""
import collections
import json
import re
import sys

from recorded import HERE, recorded

KEY = re.compile(r"(?!.*\d{4})[A-Za-z][A-Za-z0-9_:-]{0,59}")
WORD = re.compile(r"[A-Z][A-Za-z_]{1,30}|[a-z]{2,20}")
MAPS = re.compile(r"(tags|encryptionContext|variables|labels|metadata|filter|parameters)$", re.I)
OF_USERS = re.compile(r"(name|id|ids|arn|user|key|value|description|path|address|message|document|host|prefix|title|principal|token"
                      r"|content|comment|command|query|bucket|domain|identifier|password|text|data|marker)$", re.I)
OMITTED = object()
# ends of keys in lower case, and AWS's documentation values
DOCUMENTED = [
    ("instanceprofilearn", "arn:aws:iam::123456789012:instance-profile/Audit"), ("rolearn", "arn:aws:iam::123456789012:role/Audit"),
    ("policyarn", "arn:aws:iam::123456789012:policy/Audit"), ("topicarn", "arn:aws:sns:us-east-1:123456789012:example"),
    ("secretid", "example"), ("arn", "arn:aws:iam::123456789012:role/Audit"), ("bucketname", "amzn-s3-demo-bucket"),
    ("host", "amzn-s3-demo-bucket.s3.us-east-1.amazonaws.com"), ("instanceid", "i-1234567890abcdef0"),
    ("volumeid", "vol-1234567890abcdef0"), ("snapshotid", "snap-1234567890abcdef0"), ("imageid", "ami-1234567890abcdef0"),
    ("subnetid", "subnet-1234567890abcdef0"), ("vpcid", "vpc-1234567890abcdef0"), ("groupid", "sg-1234567890abcdef0"),
    ("keyid", "1234abcd-12ab-34cd-56ef-1234567890ab"), ("accesskeyid", "AKIAIOSFODNN7EXAMPLE"), ("accountid", "123456789012"),
    ("username", "alice"), ("rolename", "Audit"), ("rolesessionname", "alice"), ("groupname", "example"), ("cidrip", "203.0.113.0/24"),
    ("cidrblock", "10.0.0.0/16"), ("region", "us-east-1"), ("regionname", "us-east-1"), ("serialnumber", "arn:aws:iam::123456789012:mfa/alice"),
    ("policydocument", '{"Version":"2012-10-17","Statement":[]}'), ("email", "alice@example.com"), ("time", "2026-03-04T10:15:30Z"),
]


def documented(key):
    """A documentation value. OMITTED if the key says neither what it has, nor that users fill it."""
    other = "example" if OF_USERS.search(key) else OMITTED
    return next((value for end, value in DOCUMENTED if key.lower().endswith(end)), other)


def word(values, key):
    """The most frequent word of AWS. None if users fill the field."""
    counts = collections.Counter(values)
    if OF_USERS.search(key) or len(counts) > 4 or not all(WORD.fullmatch(value) for value in counts):
        return None
    return counts.most_common(1)[0][0]


def skeleton(values, key, depth=0):
    """A value with the shape of most of the values."""
    kinds = collections.Counter(type(value) for value in values)
    kind = kinds.most_common(1)[0][0]
    values = [value for value in values if type(value) is kind]
    if kind is dict:
        if MAPS.search(key) or depth > 5:
            return {}
        counts = collections.Counter(name for value in values for name in value)
        names = [name for name, count in counts.items() if 2 * count >= len(values) and KEY.fullmatch(name)]
        found = {name: skeleton([value[name] for value in values if name in value], name, depth + 1) for name in sorted(names)}
        return {name: value for name, value in found.items() if value is not OMITTED and value is not None}
    if kind is list:
        elements = [element for value in values for element in value]
        element = skeleton(elements, key, depth + 1) if elements else OMITTED
        return [] if element is OMITTED else [element]
    if kind is str:
        if all(re.fullmatch(r"[0-9]{0,4}", value) for value in values):
            return collections.Counter(values).most_common(1)[0][0]
        return word(values, key) or documented(key)
    if kind in (bool, type(None)):
        return collections.Counter(values).most_common(1)[0][0]
    return min(collections.Counter(values).most_common(1)[0][0], 1000)


events = collections.defaultdict(list)
for source, name, record in recorded(sys.argv[1:]):
    events[source, name].append(record)

with open(HERE / "requests.tsv", "w", encoding="utf-8") as out:
    out.write("# event source, event name, readOnly, requestParameters with documentation values;\n"
              "# written by requests.py from recorded CloudTrail records\n")
    for (source, name), records in sorted(events.items()):
        reads = collections.Counter(record.get("readOnly") for record in records).most_common(1)[0][0]
        given = [record["requestParameters"] for record in records if isinstance(record.get("requestParameters"), dict)]
        parameters = skeleton(given, "") if 2 * len(given) >= len(records) else None
        row = [source, name, str(bool(reads)).lower(), json.dumps(parameters, separators=(",", ":"))]
        out.write("\t".join(row) + "\n")
