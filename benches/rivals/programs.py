#!/usr/bin/env python3
"""Prints a table of whole programs that match the same rules over one file of events: cwfilter, jq, a program in Python with orjson, chDB.

    benches/rivals/programs.py RIVALS FOLDER RULES ROUNDS

FOLDER has `events.ndjson`. The programs run in turn, and a figure is a median over the rounds: the CPU time of a program from its start to
its end. `jq` and the Python packages `orjson` and `chdb` are used if they are there; the text after the table names those that are missing.
"""

import importlib.util
import os
import shutil
import statistics
import subprocess
import sys
from collections import Counter
from pathlib import Path

ORJSON = """
import collections, fnmatch, orjson, sys
rules = orjson.loads(open(sys.argv[1], "rb").read())
counts = collections.Counter()

def value(event, keys):
    for key in keys:
        event = event.get(key) if isinstance(event, dict) else None
    return event

def like(text, patterns):
    return isinstance(text, str) and any(fnmatch.fnmatchcase(text, pattern) for pattern in patterns)

TESTS = {
    "any_of": lambda found, texts: found in texts,
    "like": like,
    "none_of": lambda found, texts: found is not None and found not in texts,
    "missing": lambda found, texts: found is None,
}
for line in open(sys.argv[2], "rb"):
    event = orjson.loads(line)
    for name, alternatives in rules:
        if any(all(TESTS[test](value(event, keys), texts) for test, keys, texts in clauses) for clauses in alternatives):
            counts[name] += 1
for name, count in counts.items():
    print(count, name)
"""

CHDB = """
import chdb, json, sys
answer = json.loads(chdb.query(open(sys.argv[1]).read().replace("FILE", sys.argv[2]), "JSON").bytes())
for name, count in answer["data"][0].items():
    print(count, name)
"""


def counts(text):
    """`count rule` on each line."""
    lines = (line.split() for line in text.splitlines())
    return {name: int(count) for count, name in lines if int(count)}


def names(text):
    """The name of a rule on each line."""
    return dict(Counter(text.split()))


def run(command):
    """The CPU seconds of a program and what it prints."""
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    text = process.stdout.read().decode()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"exit code {process.returncode}: {command}")
    return usage.ru_utime + usage.ru_stime, text


def programs(rivals, folder, rules):
    """(name, command, reader of its output), and the programs that are missing."""
    events = str(folder / "events.ndjson")
    found = [("cwfilter", [rivals, "count", events, rules, "1"], counts)]
    missing = []
    if shutil.which("jq"):
        found.append(("jq", ["jq", "-r", "-f", str(folder / "rules.jq"), events], names))
    else:
        missing.append("jq")
    for module, title, script, file in [
        ("orjson", "Python, orjson and tree walk", ORJSON, "rules.json"),
        ("chdb", "chDB, one query", CHDB, "rules-chdb.sql"),
    ]:
        if importlib.util.find_spec(module):
            found.append((title, [sys.executable, "-c", script, str(folder / file), events], counts))
        else:
            missing.append(f"the Python package {module}")
    return found, missing


def main():
    rivals, folder, rules, rounds = sys.argv[1], Path(sys.argv[2]).resolve(), sys.argv[3], int(sys.argv[4])
    rivals = str(Path(rivals).resolve())
    subprocess.run([rivals, "programs", str(folder), rules], check=True)
    found, missing = programs(rivals, folder, rules)
    seconds = {name: [] for name, _, _ in found}
    hits = {}
    for _ in range(rounds):
        for name, command, read in found:
            time, text = run(command)
            seconds[name].append(time)
            hits[name] = read(text)
    judge = seconds["cwfilter"]
    print(f"{rules} rules over one file, from start to end: reading, compiling and matching.\n")
    print("| program | CPU s | cwfilter is faster by | matches as cwfilter |\n|---|---|---|---|")
    for name, times in seconds.items():
        ratio = statistics.median(time / ours for time, ours in zip(times, judge))
        agrees = "yes" if hits[name] == hits["cwfilter"] else "NO"
        print(f"| {name} | {statistics.median(times):.2f} | {ratio:.1f} | {agrees} |")
    if missing:
        print(f"\nNot installed, so not measured: {', '.join(missing)}.")


main()
