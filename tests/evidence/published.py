#!/usr/bin/env python3
"""Compares what cwfilter reads of published test data with a count that shares no code with it.

    tests/evidence/published.py PROGRAM GIT_DIRECTORY…

Each file of the newest commit that names an `eventSource` is scanned. A record, for this script, is an object with `eventName`, `eventSource`
(not one such as `aws:s3`), and `userIdentity` or `eventVersion`, wherever it is: in objects, arrays, strings that hold JSON, and base64 of
gzip or JSON. Prints a line for each file where the counts differ or there was an error, then a table of the repositories.
"""

import base64
import gzip
import json
import os
import re
import subprocess
import sys
import tempfile

DEPTH = 12
LARGEST = 3_000_000


def is_record(value):
    source = value.get("eventSource")
    is_service = isinstance(source, str) and not source.startswith("aws:")
    return is_service and "eventName" in value and ("userIdentity" in value or "eventVersion" in value)


def count(value, depth=0):
    if depth > DEPTH:
        return 0
    if isinstance(value, dict):
        return 1 if is_record(value) else sum(count(inner, depth + 1) for inner in value.values())
    if isinstance(value, list):
        return sum(count(inner, depth + 1) for inner in value)
    if isinstance(value, str):
        text = value.strip()
        try:
            if text[:1] in ("{", "["):
                return count(json.loads(text), depth + 1)
            if text.startswith(("H4sI", "eyJ")):
                return values(base64.b64decode(text), depth + 1)
        except (ValueError, OSError, EOFError):
            return 0
    return 0


def inflated(data):
    return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data


def values(data, depth=0):
    """Records in the JSON values of a text, one after the other."""
    text, decoder, at, found = inflated(data).decode("utf-8", "replace").lstrip("\ufeff"), json.JSONDecoder(), 0, 0
    while True:
        at += len(text[at:]) - len(text[at:].lstrip(" \t\r\n,"))
        if at >= len(text):
            return found
        value, at = decoder.raw_decode(text, at)
        found += count(value, depth)


def read(program, data):
    """The records that the program reads, and its first error."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "file")
        with open(path, "wb") as file:
            file.write(data)
        ran = subprocess.run(
            [program, "scan", "--count", "--pattern", "{ $.eventName = * }", path], capture_output=True, text=True
        )
    errors = [line for line in ran.stderr.splitlines() if line.startswith("error: ")]
    records = re.search(r"(\d+) records? in", ran.stderr)
    return int(records.group(1)) if records else None, errors[0].split(": ", 2)[2] if errors else ""


def files(directory):
    def git(*args):
        return subprocess.run(["git", f"--git-dir={directory}", *args], check=True, capture_output=True).stdout

    commit = git("for-each-ref", "--format=%(objectname)").split()[0].decode()
    for line in git("ls-tree", "-r", "-l", commit).decode().splitlines():
        about, path = line.split("\t")
        size = about.split()[3]
        is_data = re.search(r"\.(json|jsonl|ndjson|log|txt|gz)$", path)
        if is_data and size.isdigit() and int(size) <= LARGEST:
            data = git("show", f"{commit}:{path}")
            try:
                text = inflated(data)
            except (OSError, EOFError):
                text = data
            if b"eventSource" in text or b"H4sI" in text:
                yield commit[:9], path, data


def main():
    program, *directories = sys.argv[1:]
    table = []
    for directory in directories:
        row = [directory, "", 0, 0, 0, 0]
        for commit, path, data in files(directory):
            try:
                expected = values(data)
            except ValueError:
                expected = None
            records, error = read(program, data)
            if records != expected or error:
                print(f"{path}: {expected} counted, {records} read {error}")
            row[1] = commit
            row[2:] = [row[2] + 1, row[3] + (expected or 0), row[4] + (records or 0), row[5] + bool(error)]
        table.append(row)
    print("| repository | commit | files | records counted | records read | files with an error |\n|---|---|---|---|---|---|")
    for row in table:
        print("| " + " | ".join(map(str, row)) + " |")


main()
