"""Reads recorded CloudTrail records, for the scripts that write the tables of this folder."""
import json
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).parent
SOURCE = re.compile(r"[a-z0-9][a-z0-9.-]*\.amazonaws\.com")
NAME = re.compile(r"[A-Za-z0-9_]+")


def recorded(paths):
    """Event source, event name and record of each recorded event in ORIGIN.jsonl files. Other origins are named and left out."""
    with open(HERE / "origins.tsv", encoding="utf-8") as lines:
        origins = {row[0] for row in (line.split("\t") for line in lines) if row[1:2] == ["recorded"]}
    for path in map(pathlib.Path, paths):
        if path.stem not in origins:
            sys.stderr.write(f"{path.stem}: not recorded, not read\n")
            continue
        for line in path.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            source, name = record.get("eventSource"), record.get("eventName")
            if isinstance(source, str) and SOURCE.fullmatch(source) and isinstance(name, str) and NAME.fullmatch(name):
                yield source, name, record
