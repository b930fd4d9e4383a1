#!/usr/bin/env python3
"""Writes recorded_fields.tsv: which fields the recorded events of each event source have, and the words of fields that have few. Writes
the recorded part of lists.tsv: which of these fields are arrays, and recorded_names.tsv: how many recorded events have each name.

    python3 src/cloudtrail/catalogue/recorded_fields.py ORIGIN.jsonl ...

ORIGIN.jsonl: recorded CloudTrail records, one a line; the file's name is the origin. Only the origins that origins.tsv calls `recorded`
are read: hand-written test data is no evidence. The table has counts, names of fields and words that AWS chose. It has no account, key,
host, resource or person: a value is written only if each value of its field is a word, and if the field is not one that users fill.
If a key is no name that AWS chose, such as a tag, the object that has it gets `*`: every field below it is possible.
"""
import collections
import re
import sys

from recorded import HERE, recorded

KEY = re.compile(r"(?!.*\d{4})[A-Za-z][A-Za-z0-9_:.-]{0,59}")
WORD = re.compile(r"[A-Za-z][A-Za-z_:]{1,30}")
# the last keys of fields that users fill, and objects of users
OF_USERS = re.compile(r"(name|id|ids|arn|user|key|value|description|path|address|agent|message|document|host|header|region|source|prefix"
                      r"|title|tag|tags|principal|token|content|comment|command|commands|parameters|issuer|query|bucket|domain"
                      r"|identifier|password|errorCode)$", re.I)
# objects whose keys users choose
MAPS = re.compile(r"(tags|encryptionContext|variables|labels|metadata)$", re.I)
PEOPLE = ("userIdentity", "resources", "eventSource", "eventName")
MOST_VALUES = 8


def walk(value, path, paths, values, is_map=True):
    """Adds each path of the value, and the value at each path. Elements of arrays have no step."""
    if isinstance(value, list):
        lists[path].add(source)
        for element in value:
            walk(element, path, paths, values, is_map=False)
    elif isinstance(value, dict):
        for key, below in value.items():
            is_name = KEY.fullmatch(key) and not (is_map and MAPS.search(path))
            inner = ".".join(filter(None, [path, key if is_name else "*"]))
            paths.add(inner)
            if is_name:
                walk(below, inner, paths, values)
    else:
        values.add((path, value if isinstance(value, str) and WORD.fullmatch(value) else None))


records = collections.Counter()
names = collections.defaultdict(collections.Counter)
fields = collections.defaultdict(collections.Counter)
words = collections.defaultdict(collections.Counter)
lists = collections.defaultdict(set)
for source, name, record in recorded(sys.argv[1:]):
    paths, values = set(), set()
    walk(record, "", paths, values)
    records[source] += 1
    names[source][name] += 1
    fields[source].update(paths)
    for field, value in values:
        words[source, field][value] += 1


def closed(source, field):
    """The words of a field, with their counts. Empty if others are likely."""
    found = words[source, field]
    last = field.rsplit(".", 1)[-1]
    if None in found or len(found) > MOST_VALUES or OF_USERS.search(last) or field.startswith(PEOPLE):
        return []
    return [text for value, count in sorted(found.items()) for text in (value, str(count))]


with open(HERE / "recorded_fields.tsv", "w", encoding="utf-8") as out:
    out.write("# `source`, event source, records, event names; then its fields: `field`, records that have it, path, and if its values are\n"
              "# few words: each value and the records that have it. Written by recorded_fields.py from recorded CloudTrail records\n")
    for source in sorted(records):
        out.write("\t".join(["source", source, str(records[source]), " ".join(sorted(names[source]))]) + "\n")
        for field, count in sorted(fields[source].items()):
            out.write("\t".join(["field", str(count), field, *closed(source, field)]) + "\n")

with open(HERE / "recorded_names.tsv", "w", encoding="utf-8") as out:
    out.write("# event source, event name, recorded events; written by recorded_fields.py from recorded CloudTrail records\n")
    for source in sorted(names):
        out.writelines(f"{source}\t{name}\t{count}\n" for name, count in sorted(names[source].items()))

documented = [line for line in (HERE / "lists.tsv").read_text(encoding="utf-8").splitlines() if line.startswith(("#", "documented"))]
with open(HERE / "lists.tsv", "w", encoding="utf-8") as out:
    out.writelines(line + "\n" for line in documented)
    for path in sorted(lists):
        if "*" not in path:
            out.write("\t".join(["recorded", path, " ".join(sorted(lists[path]))]) + "\n")
