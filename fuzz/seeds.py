#!/usr/bin/env python3
"""Writes fuzz/corpus/TARGET/: inputs to start from, out of the recorded answers of AWS and the rule packs."""

import gzip
import hashlib
import itertools
import json
import pathlib
import tomllib

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent


def rows(name):
    with open(ROOT / "tests/conformance" / name) as lines:
        return [json.loads(line) for line in lines]


def is_line(text):
    return isinstance(text, str) and "\n" not in text


cases = [row for row in rows("cases.jsonl") if isinstance(row.get("pattern"), str) and isinstance(row.get("message"), str)]
pairs = [(row["pattern"], row["message"]) for row in cases if is_line(row["pattern"])]
rule_files = sorted((ROOT / "patterns").glob("*/rules.toml"))
rules = [rule["pattern"] for path in rule_files for rule in tomllib.loads(path.read_text())["rule"] if is_line(rule["pattern"])]
events = [path.read_bytes() for path in sorted((ROOT / "patterns").glob("*/events/*.json"))]
objects = [message for _, message in pairs if message.startswith("{")]


def batched(items, size):
    return [items[at : at + size] for at in range(0, len(items), size)]


def delivery(texts):
    return b'{"Records":[' + b",".join(text.encode() for text in texts) + b"]}"


def sources():
    yield from (path.read_bytes() for path in (ROOT / "tests/lint/sources").rglob("*") if path.is_file())
    yield (ROOT / "tests/audit/main.tf").read_bytes()


def neighbours():
    """Pairs of patterns of one kind, with the first one's message."""
    by_kind = {}
    for pattern, message in pairs:
        by_kind.setdefault(pattern[:1], []).append((pattern, message))
    for kind in by_kind.values():
        for (a, message), (b, _) in itertools.pairwise(kind):
            yield a, b, message


seeds = {
    "parse_never_panics": [pattern.encode() for pattern, _ in pairs] + [rule.encode() for rule in rules],
    "engine_equals_reference": [f"{pattern}\n{message}".encode() for pattern, message in pairs],
    "explain_equals_match": [f"{pattern}\n{message}".encode() for pattern, message in pairs],
    "fix_keeps_meaning": [f"{pattern}\n{message}".encode() for pattern, message in pairs],
    "emit_never_panics": [f"{pattern}\n1\n$.a\n{message}".encode() for pattern, message in pairs],
    "implies_is_sound": [f"{a}\n{b}\n{message}".encode() for a, b, message in neighbours()],
    "set_equals_each": [
        "\n".join([*(pattern for pattern, _ in some), "", some[0][1]]).encode()
        for some in batched(pairs, 6)
    ],
    "scanner_equals_serde_json": events
    + [message.encode() for message in objects]
    + [delivery(some) for some in batched(objects, 4)],
    "rule_file": [path.read_bytes() for path in rule_files],
    "delivery_file": events
    + [delivery(some) for some in batched(objects, 4)]
    + [gzip.compress(delivery(some), mtime=0) for some in batched(objects, 8)],
    "terraform_source": list(sources()),
}

for target, texts in seeds.items():
    folder = HERE / "corpus" / target
    folder.mkdir(parents=True, exist_ok=True)
    for text in texts:
        (folder / hashlib.sha256(text).hexdigest()[:16]).write_bytes(text)
    print(f"{target}: {len(set(texts))}")
